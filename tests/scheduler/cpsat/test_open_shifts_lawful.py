"""Open shifts against a reading of the working-time rules of its own, a quarter of an hour at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.cpsat.shifts import assign_open_shifts
from scheduler.problem import Absence, Problem, Shift
from scheduler.travel import TravelTable
from tests.scheduler.cpsat.small_teams import at, carer, need, team


def assign(problem: Problem, **rest) -> dict[str, str]:
    return assign_open_shifts(problem, TravelTable(problem), **rest)


COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def worked(problem: Problem, shifts: list[Shift]) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(problem.calendar.first_monday, datetime.min.time())

    def utc(minute: int) -> datetime:
        return (midnight + timedelta(minutes=minute)).replace(tzinfo=COPENHAGEN).astimezone(UTC)

    return sorted((utc(row.start_min), utc(row.end_min)) for row in shifts)


def longest_free(work, start: datetime, end: datetime) -> timedelta:
    longest, free_from = timedelta(0), start
    for begins, ends in work:
        if ends > start and begins < end:
            longest = max(longest, begins - free_from)
            free_from = max(free_from, ends)
    return max(longest, end - free_from)


def broken(problem: Problem, shifts: list[Shift]) -> set[tuple]:
    """What a carer with these shifts breaks: (rule, where), read straight from the team pack."""
    rules, work = problem.rules, worked(problem, shifts)
    found: set[tuple] = set()
    for (_, ends), (next_begins, _) in pairwise(work):
        if next_begins < ends:
            found.add(("overlap", next_begins))
    for begins, ends in work:
        moment = begins
        while moment < ends:
            if longest_free(work, moment - timedelta(hours=24), moment) < timedelta(hours=rules.rest_hours):
                found.add(("rest", moment))
            moment += timedelta(minutes=15)
    for week in range(problem.calendar.weeks):
        monday = datetime.combine(problem.calendar.first_monday, datetime.min.time()) + timedelta(weeks=week)
        start, end = (
            day.replace(tzinfo=COPENHAGEN).astimezone(UTC) for day in (monday, monday + timedelta(weeks=1))
        )
        if longest_free(work, start, end) < timedelta(hours=rules.weekly_rest_hours):
            found.add(("weekly_rest", week))
        mine = worked(problem, [row for row in shifts if row.day // 7 == week])
        if sum((b - a for a, b in mine), timedelta(0)) > timedelta(hours=rules.week_hours_max):
            found.add(("week_hours", week))
    for row in shifts:
        ((begins, ends),) = worked(problem, [row])
        if ends - begins > timedelta(hours=rules.break_after_hours) and not row.break_minutes:
            found.add(("break", row.shift_id))
    return found


@st.composite
def weeks_of_shifts(draw: st.DrawFn) -> Problem:
    """Three carers with any given shifts, lawful or not, and open shifts everywhere, around a clock
    change."""
    first = draw(st.sampled_from([date(2027, 3, 22), date(2026, 10, 19), date(2026, 11, 30)]))
    weeks = draw(st.integers(1, 2))
    shifts: list[Shift] = []
    for index in range(draw(st.integers(3, 16))):
        day = draw(st.integers(0, 7 * weeks - 1))
        start = draw(st.integers(0, 23))
        hours = draw(st.integers(1, 10))
        shifts.append(
            Shift(
                f"s{index}",
                draw(st.sampled_from([None, None, "k0", "k1"])),
                day,
                day * 1440 + start * 60,
                day * 1440 + (start + hours) * 60,
                break_minutes=draw(st.sampled_from([0, 30, 30])),
                begins_at="first_visit",
            )
        )
    needs = [
        need(f"n{hour}", f"c{hour}", (f"{hour:02}:00", f"{hour:02}:30"), days=tuple(range(7)), priority=1)
        for hour in range(0, 24, 2)
    ]
    away = Absence(at(2, "10:00"), at(3, "10:00"), carer_id="k0")
    return team(
        needs,
        [carer("k0"), carer("k1"), carer("k2")],
        shifts,
        first_monday=first,
        weeks=weeks,
        absences=(away,),
    )


@settings(max_examples=60, deadline=None)
@given(weeks_of_shifts())
def test_no_assignment_ever_makes_or_worsens_a_break(problem: Problem) -> None:
    chosen = assign(problem)
    for one in problem.carers:
        own = [row for row in problem.shifts if row.carer_id == one.carer_id]
        taken = [row for row in problem.shifts if chosen.get(row.shift_id) == one.carer_id]
        assert all(row.carer_id is None for row in taken)
        assert broken(problem, own + taken) <= broken(problem, own)
        for row in taken:
            assert not any(
                away.overlaps(row.start_min, row.end_min)
                for away in problem.absences_of_carer.get(one.carer_id, ())
            )
    assert assign(problem) == chosen
