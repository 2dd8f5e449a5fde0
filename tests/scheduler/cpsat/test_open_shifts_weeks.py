"""Who takes open shifts over several weeks: dates, hours owed, fair shares and wishes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from scheduler.cpsat.shifts import assign_open_shifts
from scheduler.problem import Absence, HistoryRow, Need, Problem, Rules, Shift, Weights, Wish
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import at, carer, need, shift, team

SATURDAY, SUNDAY = 5, 6


def assign(problem: Problem) -> dict[str, str]:
    return assign_open_shifts(problem, TravelTable(problem))


def wanted(shifts: list[Shift]) -> list[Need]:
    """A visit for every open shift, in its middle, which only those on duty then can make."""
    rows = []
    for row in shifts:
        if row.carer_id is None:
            middle = (row.start_min + row.end_min) // 2 - row.day * 1440
            clock = f"{middle // 60:02}:{middle % 60:02}"
            rows.append(
                need(
                    f"n-{row.shift_id}",
                    f"c-{row.shift_id}",
                    (clock, clock),
                    days=(row.day % 7,),
                    every_weeks=8,
                    anchor_week=row.day // 7,
                    priority=1,
                )
            )
    return rows


def weeks_of(carers, shifts, *, weeks: int = 2, **rest) -> Problem:
    return team(wanted(shifts), carers, shifts, weeks=weeks, **rest)


def opened(*days: int, start: str = "08:00", end: str = "14:00") -> list[Shift]:
    return [shift(f"open{day}", None, day, start, end) for day in days]


# Dates


def test_every_other_weekend() -> None:
    problem = weeks_of([carer("k1"), carer("k2")], opened(SATURDAY, SUNDAY, 7 + SATURDAY, 7 + SUNDAY))
    taken = assign(problem)
    assert len(taken) == 4
    assert taken["open5"] == taken["open6"] != taken["open12"] == taken["open13"]
    alone = replace(problem, carers=(carer("k1"),))
    assert len(assign(alone)) == 2
    assert len(assign(replace(alone, rules=Rules(weekends_max="1 of 1")))) == 4


def test_weekend_before_the_pack() -> None:
    problem = weeks_of([carer("k1")], opened(SATURDAY), weeks=1)
    assert assign(problem) == {"open5": "k1"}
    before = replace(problem, history=(HistoryRow(-1, "c-open5", "k1"),))
    assert assign(before) == {}
    assert assign(replace(before, carers=(carer("k1", kind="substitute"),))) == {"open5": "k1"}


def test_no_more_than_so_many_days_in_a_row() -> None:
    problem = weeks_of(
        [carer("k1")],
        opened(*range(9), end="12:00"),
        rules=Rules(weekly_rest_hours=0, weekends_max="1 of 1", days_in_row_max=4),
    )
    assert len(assign(problem)) == 8
    before = replace(problem, history=tuple(HistoryRow(day, "c-open0", "k1") for day in (-4, -3, -2, -1)))
    assert "open0" not in assign(before)


def test_overtime_is_reckoned_over_the_norm_period() -> None:
    own = [shift(f"own{day}", "k1", day, "08:00", "14:00") for day in (0, 1)]
    # Six hours more would be overtime in the first week, and are none over both.
    problem = weeks_of([carer("k1", week_hours=12)], [*own, *opened(3)])
    low = [replace(row, priority=3) for row in problem.needs]
    problem = replace(problem, needs=tuple(low), weights=Weights(overtime=3))
    assert assign(problem) == {}
    assert assign(replace(problem, rules=Rules(norm_weeks=2))) == {"open3": "k1"}


# Hours owed


@pytest.mark.parametrize("owing", ["k1", "k2"])
def test_who_owes_most_hours_takes_first(owing: str) -> None:
    carers = [carer(one, week_hours=30 if one == owing else 20) for one in ("k1", "k2")]
    assert assign(weeks_of(carers, opened(2))) == {"open2": owing}


def test_paid_hours_are_used_even_where_nothing_is_short() -> None:
    open_shift = opened(2)
    problem = team([], [carer("k1", week_hours=10), carer("k2")], open_shift, [])
    assert assign(problem) == {"open2": "k1"}
    # Two hours are owed: the other four are not worth it.
    own = [shift("own", "k1", 0, "08:00", "16:00", break_minutes=30)]
    assert assign(replace(problem, shifts=(*own, *open_shift))) == {}


def test_absence_pays_its_hours() -> None:
    away = Absence(at(0, "00:00"), at(7, "00:00"), carer_id="k1")
    carers = [carer("k1", week_hours=30), carer("k2", week_hours=29)]
    # k1 was away for the whole first week, and owes no more than the other does for the second.
    own = [shift(f"own{day}", "k2", day, "08:00", "14:00") for day in range(5)]
    problem = weeks_of(carers, [*own, *opened(9)])
    assert assign(problem) == {"open9": "k1"}
    worked = [shift(f"late{day}", "k1", day, "08:00", "13:00") for day in (7, 8)]
    assert assign(replace(problem, absences=(away,), shifts=(*problem.shifts, *worked))) == {"open9": "k2"}


# Fair shares


def test_weekends_are_shared_by_hours() -> None:
    days = [7 * week + day for week in range(3) for day in (SATURDAY, SUNDAY)]
    problem = weeks_of(
        [carer("k1", week_hours=40), carer("k2", week_hours=20)],
        opened(*days, end="10:00"),
        weeks=3,
        rules=Rules(weekends_max="1 of 1", norm_weeks=8),
    )
    assert Counter(assign(problem).values()) == {"k1": 4, "k2": 2}


def test_weekends_known_from_history_count() -> None:
    carers = [carer("k1"), carer("k2")]
    rules = Rules(weekends_max="1 of 1")
    past = [HistoryRow(day, "c-open5", "k2") for day in (-9, -8, -2, -1)]
    past.append(HistoryRow(-4, "c-open5", "k1"))
    for worked, rested in (("k2", "k1"), ("k1", "k2")):
        rows = tuple(replace(row, carer_id=worked if row.carer_id == "k2" else rested) for row in past)
        problem = weeks_of(carers, opened(SATURDAY), weeks=1, rules=rules, history=rows)
        assert assign(problem) == {"open5": rested}


def test_evenings_and_nights_are_shared_apart_from_each_other() -> None:
    evenings = [shift(f"e{day}", None, day, "16:00", "22:00") for day in (0, 2, 8, 10)]
    given = [shift(f"own{day}", "k1", day, "15:00", "23:00", break_minutes=30) for day in (4, 14, 16)]
    other = [shift(f"oth{day}", "k2", day, "07:00", "15:00", break_minutes=30) for day in (4, 14, 16)]
    problem = weeks_of([carer("k1"), carer("k2")], [*given, *other, *evenings], weeks=3)
    assert Counter(assign(problem).values())["k2"] >= 3
    nights = [shift(row.shift_id, None, row.day, "23:00", "05:00") for row in evenings]
    problem = weeks_of([carer("k1"), carer("k2")], [*given, *other, *nights], weeks=3)
    assert Counter(assign(problem).values()) == {"k1": 2, "k2": 2}


# Wishes


@pytest.mark.parametrize("wishing", ["k1", "k2"])
@pytest.mark.parametrize(
    "wish",
    [
        Wish("", 2, "off"),
        Wish("", None, "off", 13 * 60, 15 * 60),
        Wish("", 2, "evening"),
        Wish("", None, "night"),
    ],
)
def test_wish_for_time_off_or_another_part_of_the_day(wish: Wish, wishing: str) -> None:
    problem = weeks_of([carer("k1"), carer("k2")], opened(2), wishes=(replace(wish, carer_id=wishing),))
    assert assign(problem) == {"open2": "k1" if wishing == "k2" else "k2"}


def test_wish_about_other_times_says_nothing_here() -> None:
    carers = [carer("k1"), carer("k2", kind="substitute")]
    for wish in (Wish("k1", 3, "off"), Wish("k1", None, "off", 14 * 60, 24 * 60), Wish("k1", 2, "day")):
        assert assign(weeks_of(carers, opened(2), wishes=(wish,))) == {"open2": "k1"}


def test_wish_gives_way_to_a_visit_and_to_a_dearer_wish() -> None:
    problem = weeks_of([carer("k1")], opened(2), wishes=(Wish("k1", 2, "off"),))
    assert assign(problem) == {"open2": "k1"}
    two = replace(
        problem,
        carers=(carer("k1"), carer("k2")),
        wishes=(Wish("k1", 2, "off", weight=50), Wish("k2", 2, "off", weight=60)),
    )
    assert assign(two) == {"open2": "k1"}
    assert assign(replace(two, wishes=(*two.wishes, Wish("k1", None, "evening", weight=20)))) == {
        "open2": "k2"
    }


@pytest.mark.parametrize("wishing", ["k1", "k2"])
def test_wish_to_work_decides_who_works_not_whether(wishing: str) -> None:
    carers = [carer("k1"), carer("k2")]
    problem = weeks_of(carers, opened(2), wishes=(Wish(wishing, 2, "on"),))
    assert assign(problem) == {"open2": wishing}
    assert assign(replace(problem, wishes=(Wish(wishing, 2, "on", 7 * 60, 9 * 60),))) == {"open2": wishing}
    assert assign(team([], carers, opened(2), [], wishes=problem.wishes)) == {}


def test_wish_to_work_on_a_date_is_granted_by_one_of_its_shifts() -> None:
    shifts = [shift("early", None, 2, "07:00", "12:00"), shift("late", None, 2, "12:00", "16:00")]
    problem = weeks_of([carer("k1"), carer("k2"), carer("k3")], shifts, wishes=(Wish("k3", 2, "on"),))
    assert list(assign(problem).values()).count("k3") == 1
