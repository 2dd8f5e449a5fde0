"""Why an open shift stays open, and how carers' wishes came out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.evaluate import evaluate
from scheduler.open_shifts import obstacles, why_open
from scheduler.problem import Absence, HistoryRow, Problem, Rules, Wish
from scheduler.roster import OpenShift
from scheduler.wishes import WishOutcome, wish_outcomes
from tests.scheduler.cases import at, carer, citizen, problem, roster, shift


def team(*shifts, carers=(), wishes=(), weeks: int = 1, rules: Rules | None = None, **rest) -> Problem:
    return problem(
        citizens=[citizen("c1")],
        needs=[],
        carers=[carer("k1"), *carers],
        shifts=shifts,
        wishes=tuple(wishes),
        weeks=weeks,
        rules=rules or Rules(weekly_rest_hours=0, untrained_share_max=1),
        **rest,
    )


def stops(row: Problem, **taken: str) -> dict[str, tuple[str, ...]]:
    """What stops each carer from the shift ``s``."""
    (found,) = [one for one in why_open(row, taken) if one.shift.shift_id == "s"]
    return dict(found.stops)


MORNING = shift("s", None, 2, "07:00-11:00", break_minutes=0)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (team(MORNING), ()),
        (team(MORNING, shift("o", "k1", 2, "10:00-14:00", break_minutes=0)), ("overlap",)),
        (team(MORNING, shift("o", "k1", 1, "17:00-22:00", break_minutes=0)), ("rest",)),
        (
            team(
                MORNING,
                *(shift(f"o{day}", "k1", day, "07:00-11:00") for day in (0, 1, 3, 4, 5, 6)),
                rules=Rules(weekly_rest_hours=35, days_in_row_max=9),
            ),
            ("weekly_rest",),
        ),
        (
            team(MORNING, shift("o", "k1", 0, "07:00-17:00"), rules=Rules(week_hours_max=12)),
            ("week_hours",),
        ),
        (team(shift("s", None, 2, "07:00-14:00", break_minutes=0)), ("shift_break",)),
        (
            team(
                shift("s", None, 12, "07:00-11:00", break_minutes=0),
                shift("o", "k1", 5, "07:00-11:00", break_minutes=0),
                weeks=2,
            ),
            ("weekends",),
        ),
        (
            team(
                MORNING,
                *(shift(f"o{day}", "k1", day, "07:00-11:00", break_minutes=0) for day in (0, 1)),
                rules=Rules(days_in_row_max=2),
            ),
            ("days_in_row",),
        ),
        (
            team(MORNING, absences=(Absence(at("10:00", 2), at("12:00", 2), carer_id="k1"),)),
            ("carer_absent",),
        ),
    ],
)
def test_the_rule_that_stops_a_carer_is_named(row: Problem, rules: tuple[str, ...]) -> None:
    assert stops(row) == {"k1": rules}
    # And it is the judge's, too, but for absence, which is judged by the visits made in it.
    taken = evaluate(row, roster(row, open_shifts=(OpenShift("s", "k1"),))).violations
    judged = {"open_shift" if rule == "overlap" else rule for rule in rules} - {"carer_absent"}
    assert {one.rule for one in taken} == judged


def test_trainees_and_newcomers_are_stopped_and_everybody_is_told() -> None:
    row = team(MORNING, carers=(carer("k2", mentor="k1"), carer("k3", introduced=False)))
    assert stops(row) == {"k1": (), "k2": ("trainee",), "k3": ("introduced",)}
    (reasons,) = why_open(row, {})
    assert reasons.free == ("k1",)
    assert why_open(row, {"s": "k1"}) == []


def test_open_shifts_that_were_taken_count() -> None:
    row = team(MORNING, shift("o", None, 1, "17:00-22:00", break_minutes=0))
    assert stops(row, o="k1") == {"k1": ("rest",)}
    assert stops(row) == {"k1": ()}


def test_several_rules_are_all_named() -> None:
    row = team(
        shift("s", None, 6, "07:00-15:00", break_minutes=0),
        shift("o", "k1", 5, "17:00-23:00"),
        history=(HistoryRow(-1, "c1", "k1"), HistoryRow(-8, "c1", "k1")),
        rules=Rules(weekends_max="0 of 1", days_in_row_max=1),
    )
    assert obstacles(row, row.carers[0], [row.shifts[1]], row.shifts[0]) == (
        "rest",
        "shift_break",
        "days_in_row",
    )


# Wishes


def outcome(row: Problem, **taken: str) -> WishOutcome:
    (found,) = wish_outcomes(row, taken)
    return found


def told(found: WishOutcome) -> tuple[bool, str | None, str | None]:
    return found.granted, found.why, found.shift_id


OTHER = carer("k2")


@pytest.mark.parametrize("wish", [Wish("k1", 2, "off"), Wish("k1", 2, "night"), Wish("k1", None, "evening")])
def test_wish_against_a_shift(wish: Wish) -> None:
    row = team(MORNING, carers=(OTHER,), wishes=[wish])
    assert told(outcome(row, s="k1")) == (False, "needed", "s")
    assert told(outcome(replace(row, carers=row.carers[:1]), s="k1")) == (False, "others_stopped", "s")
    given = replace(row, shifts=(replace(MORNING, carer_id="k1"),))
    assert told(outcome(given)) == (False, "given", "s")
    if wish.day is None:
        assert wish_outcomes(row, {"s": "k2"}) == []  # No date with work, nothing to tell.
    else:
        assert told(outcome(row, s="k2")) == (True, None, None)


def test_wish_for_some_hours_off() -> None:
    row = team(MORNING, wishes=[Wish("k1", 2, "off", at("11:00"), at("12:00"))])
    assert outcome(row, s="k1").granted
    row = team(MORNING, wishes=[Wish("k1", 2, "off", at("10:59"), at("12:00"))])
    assert not outcome(row, s="k1").granted
    # From the evening before over midnight: an end not after the start is on the next day.
    row = team(MORNING, wishes=[Wish("k1", 1, "off", at("22:00"), at("07:30"))])
    assert not outcome(row, s="k1").granted


def test_wish_for_a_part_of_the_day() -> None:
    row = team(MORNING, shift("e", None, 3, "16:00-20:00"), wishes=[Wish("k1", None, "day")])
    found = {one.dated.day: one.granted for one in wish_outcomes(row, {"s": "k1", "e": "k1"})}
    assert found == {2: True, 3: False}


def test_wish_to_work() -> None:
    row = team(MORNING, carers=(OTHER,), wishes=[Wish("k1", 2, "on")])
    assert outcome(row, s="k1").granted
    assert told(outcome(row, s="k2")) == (False, "taken", "s")
    assert told(outcome(row)) == (False, "not_worked", "s")
    stopped = replace(row, shifts=(*row.shifts, shift("o", "k1", 1, "17:00-22:00", break_minutes=0)))
    assert outcome(stopped, s="k2") == WishOutcome(
        outcome(stopped).dated, False, "not_allowed", "s", ("rest",)
    )
    assert told(outcome(replace(row, shifts=()))) == (False, "none_open", None)
    given = replace(row, shifts=(replace(MORNING, carer_id="k1"),))
    assert outcome(given).granted


def test_wish_to_work_in_some_hours_is_about_shifts_that_begin_then() -> None:
    row = team(MORNING, wishes=[Wish("k1", 2, "on", at("08:00"), at("12:00"))])
    assert told(outcome(row, s="k1")) == (False, "none_open", None)
    row = team(MORNING, wishes=[Wish("k1", None, "on", at("07:00"), at("07:01"))])
    assert outcome(row, s="k1").granted
