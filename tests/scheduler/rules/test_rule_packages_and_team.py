"""Rules 6 to 10: screen visits, package minutes, untrained share, the cap on carers, pins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scheduler.evaluate import evaluate
from scheduler.problem import Absence, Rules
from scheduler.roster import Unplaced
from tests.scheduler.cases import (
    Case,
    at,
    base_problem,
    base_roster,
    base_visits,
    breaks_nothing,
    breaks_only,
    carer,
    citizen,
    even_matrix,
    need,
    one_visit,
    package,
    pause,
    problem,
    roster,
    shift,
    visit,
    with_session,
)
from tests.scheduler.cases import held as held_by

# ---- rule 6


def on_screen(*, able: bool = True, package_screen: bool = True, modality: str = "screen") -> Case:
    row, answer = one_visit(modality=modality)
    row = replace(
        row, citizens=(citizen("c1", screen_able=able),), packages=(package(screen=package_screen),)
    )
    return row, replace(answer, visits=(replace(answer.visits[0], modality="screen"),))


@breaks_nothing
def test_screen_visit() -> Case:
    return on_screen()


@breaks_nothing
def test_visit_of_either_kind_by_screen() -> Case:
    return on_screen(modality="either")


@breaks_only("screen")
def test_citizen_who_is_not_screen_able() -> Case:
    return on_screen(able=False)


@breaks_only("screen")
def test_package_without_screen_visits() -> Case:
    return on_screen(package_screen=False)


@breaks_only("modality")
def test_screen_visit_of_a_need_for_the_home() -> Case:
    return on_screen(modality="home")


@breaks_only("modality")
def test_home_visit_of_a_need_for_the_screen() -> Case:
    return one_visit(modality="screen")


@breaks_only("modality")
def test_kind_of_visit_that_does_not_exist() -> Case:
    row, answer = one_visit()
    return row, replace(answer, visits=(replace(answer.visits[0], modality="telephone"),))


# ---- rule 7


def planned(
    minutes: int, *, package_minutes: str = "week", needs: dict[str, Any] | None = None, **bounds: Any
) -> Case:
    """One visit of so many minutes (20 to 40, wished 30) in a package with these bounds."""
    row, _ = one_visit(**(needs or {}))
    row = replace(
        row,
        packages=(package(**bounds),),
        rules=Rules(untrained_share_max=1, package_minutes=package_minutes),
    )
    end = at("08:00") + minutes
    return row, roster(row, [replace(visit("n1", "c1", "08:00-08:30", "k1:s1"), end_min=end)])


def judged_package(case: Case) -> tuple[int, str, list[str]]:
    """Counted minutes, status, and the rules broken."""
    result = evaluate(*case)
    row = result.citizens[0]
    return row.minutes, row.package_status, [violation.rule for violation in result.violations]


@pytest.mark.parametrize(
    ("case", "minutes", "status", "rules"),
    [
        (planned(30), 30, "no_bound", []),
        (planned(30, min_minutes=30, max_minutes=30), 30, "within", []),
        (planned(30, max_minutes=29), 30, "outside", ["package"]),
        (planned(30, max_minutes=30, max_included=False), 30, "outside", ["package"]),
        (planned(29, max_minutes=30, max_included=False), 29, "within", []),
        (planned(30, min_minutes=31), 30, "outside", ["package"]),
        (planned(30, min_minutes=30, min_included=False), 30, "outside", ["package"]),
        (planned(31, min_minutes=30, min_included=False), 31, "within", []),
        # Even the smallest is too much: it is planned at its smallest, and so is right.
        (planned(20, max_minutes=19), 20, "over_package", []),
        (planned(21, max_minutes=19), 21, "outside", ["package"]),
        # Even the largest is too little.
        (planned(40, min_minutes=41), 40, "under_package", []),
        (planned(39, min_minutes=41), 39, "outside", ["package"]),
        # The week may only be warned of.
        (planned(30, max_minutes=29, package_minutes="warn"), 30, "outside", []),
        # What does not count is not counted.
        (planned(30, max_minutes=29, needs={"counts": False}), 0, "within", []),
    ],
)
def test_package_minutes(case: Case, minutes: int, status: str, rules: list[str]):
    assert judged_package(case) == (minutes, status, rules)


@pytest.mark.parametrize(
    ("bounds", "status"), [({"min_minutes": 41}, "under_package"), ({"max_minutes": 19}, "over_package")]
)
def test_a_pinned_visit_is_not_made_longer_or_shorter_for_the_package(
    bounds: dict[str, Any], status: str
) -> None:
    row, answer = planned(30, **bounds)
    assert judged_package((row, answer)) == (30, "outside", ["package"])
    pin = replace(answer.visits[0], pinned=True)
    row, answer = replace(row, published=replace(answer, visits=(pin,))), replace(answer, visits=(pin,))
    assert judged_package((row, answer)) == (30, status, [])


def with_unplaced(wished: int, least: int) -> Case:
    """30 minutes placed and a second need of so many unplaced, where the package asks for a least."""
    row, answer = one_visit()
    second = need("n2", "c1", minutes=wished, minutes_max=60)
    row = replace(row, needs=(*row.needs, second), packages=(package(min_minutes=least),))
    return row, replace(answer, unplaced=(Unplaced("n2", 0, 0, "capacity"),))


def test_unplaced_visits_count_toward_the_least_at_their_wished_minutes():
    assert judged_package(with_unplaced(45, 75)) == (30, "short", [])
    assert judged_package(with_unplaced(45, 76)) == (30, "outside", ["package"])


def test_least_does_not_bind_in_a_week_with_a_cancelled_visit():
    row, answer = one_visit()
    row = replace(
        row,
        needs=(*row.needs, need("n2", "c1", days=(1,))),
        packages=(package(min_minutes=60),),
    )
    away = Absence(at("00:00", 1), at("24:00", 1), citizen_id="c1")
    cancelled = replace(row, absences=(away,))
    assert judged_package((cancelled, answer)) == (30, "within", [])
    row = replace(row, needs=row.needs[:1])
    assert judged_package((row, answer)) == (30, "outside", ["package"])


def test_most_binds_in_a_week_with_a_cancelled_visit():
    row, answer = planned(30, max_minutes=29)
    row = replace(row, needs=(*row.needs, need("n2", "c1", days=(1,))))
    away = Absence(at("00:00", 1), at("24:00", 1), citizen_id="c1")
    assert judged_package((replace(row, absences=(away,)), answer)) == (30, "outside", ["package"])


@pytest.mark.parametrize(("count", "minutes"), [("both", 60), ("once", 30)])
def test_two_carers_count_both_or_once(count: str, minutes: int):
    row = base_problem(packages=(package(two_carers_count=count),))
    rows = {one.citizen_id: one.minutes for one in evaluate(row, base_roster()).citizens}
    assert rows == {"c1": 30, "c2": 30, "c3": minutes}


def test_session_counts_its_minutes_divided_by_its_citizens_rounded_up():
    """60 minutes for the three of them are 20 each; 61 would be 21."""
    row = with_session(("c1", "c2", "c3"))
    answer = base_roster(sessions=(held_by("g1", "k1:s1"),))
    assert [one.minutes for one in evaluate(row, answer).citizens] == [50, 50, 80]
    longer = replace(row, sessions=(replace(row.sessions[0], minutes=61),))
    assert [one.minutes for one in evaluate(longer, answer).citizens] == [51, 51, 81]


def test_unplaced_session_counts_toward_the_least():
    row = with_session(("c1",), packages=(package(min_minutes=61),))
    row = replace(
        row, needs=row.needs[:1], citizens=row.citizens[:1], matrix=even_matrix(["base", "c1", "g1"])
    )
    answer = roster(row, base_visits()[:1], [pause("s1")], unplaced=(Unplaced("g1", 0, 0, "capacity"),))
    assert judged_package((row, answer)) == (30, "short", [])


def test_each_week_is_judged_by_itself():
    row, _ = one_visit()
    row = problem(
        citizens=row.citizens,
        needs=row.needs,
        carers=row.carers,
        shifts=[shift(f"s{week}", "k1", day=7 * week, times="07:00-10:00") for week in (0, 1)],
        packages=[package(min_minutes=25, max_minutes=35)],
        weeks=2,
    )
    visits = [
        visit("n1", "c1", "08:00-08:30", "k1:s0"),
        visit("n1", "c1", "08:00-08:40", "k1:s1", day=7),
    ]
    result = evaluate(row, roster(row, visits))
    assert [(one.week, one.minutes, one.package_status) for one in result.citizens] == [
        (0, 30, "within"),
        (1, 40, "outside"),
    ]
    (violation,) = result.violations
    assert (violation.rule, violation.citizen_id, violation.value, violation.limit) == (
        "package",
        "c1",
        40,
        35,
    )


# ---- rule 8


def untrained(share_max: float) -> Case:
    """``k1``, untrained, does 60 of the team's 120 minutes."""
    row = base_problem(rules=Rules(untrained_share_max=share_max))
    row = replace(row, carers=(carer("k1", qualification="untrained"), row.carers[1]))
    return row, base_roster(row)


@breaks_nothing
def test_untrained_half() -> Case:
    return untrained(0.5)


@breaks_only("untrained_share")
def test_untrained_more_than_allowed() -> Case:
    return untrained(0.49)


@breaks_nothing
def test_trainees_are_not_in_the_untrained_share() -> Case:
    row = base_problem(rules=Rules(untrained_share_max=0))
    row = replace(
        row,
        carers=(*row.carers, carer("t1", mentor="k1", qualification="untrained")),
        shifts=(*row.shifts, shift("s3", "t1", times="07:00-10:00")),
    )
    first = visit("n1", "c1", "08:00-08:30", "k1:s1", "t1:s3")
    return row, base_roster(row, visits=(first, *base_visits()[1:]))


# ---- rule 9


def capped(limit: int) -> Case:
    row = base_problem()
    return replace(row, citizens=(*row.citizens[:2], citizen("c3", carers_max=limit))), base_roster()


@breaks_nothing
def test_as_many_carers_as_the_cap() -> Case:
    return capped(2)


@breaks_only("carers_max")
def test_more_carers_than_the_cap() -> Case:
    return capped(1)


@breaks_nothing
def test_screen_visits_and_trainees_do_not_count_for_the_cap() -> Case:
    row, answer = on_screen()
    row = replace(
        row,
        citizens=(citizen("c1", screen_able=True, carers_max=1),),
        needs=(*row.needs, need("n2", "c1")),
        carers=(*row.carers, carer("k2"), carer("t1", mentor="k2")),
        shifts=(
            *row.shifts,
            shift("s2", "k2", times="07:00-11:00"),
            shift("s3", "t1", times="07:00-11:00"),
        ),
    )
    return row, replace(answer, visits=(*answer.visits, visit("n2", "c1", "09:00-09:30", "k2:s2", "t1:s3")))


# ---- rule 10


def pinned_to(**changes: Any) -> Case:
    """The base roster, where an earlier one has ``n3`` pinned as changed."""
    pin = replace(base_visits()[2], **{"pinned": True, **changes})
    return base_problem(published=base_roster(visits=(*base_visits()[:2], pin))), base_roster()


@breaks_nothing
def test_pin_that_is_kept() -> Case:
    return pinned_to()


@breaks_only("pinned")
def test_pinned_times() -> Case:
    return pinned_to(start_min=at("09:05"), end_min=at("09:35"))


@breaks_only("pinned")
def test_pinned_carers() -> Case:
    return pinned_to(carers=("k2",), shifts=("s2",))


@breaks_only("pinned")
def test_pinned_date() -> Case:
    return pinned_to(day=1, start_min=at("09:00", 1), end_min=at("09:30", 1))


@breaks_nothing
def test_visit_that_was_not_pinned_may_move() -> Case:
    return pinned_to(start_min=at("09:05"), end_min=at("09:35"), pinned=False)


@breaks_only("window")
def test_pin_that_breaks_a_rule_is_kept_and_reported() -> Case:
    row, answer = one_visit(times="10:01-10:31", shift_times="07:00-12:00")
    published = replace(answer, visits=(replace(answer.visits[0], pinned=True),))
    return replace(row, published=published), answer
