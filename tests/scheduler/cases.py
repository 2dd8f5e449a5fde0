"""A small team whose every number can be checked by hand, and a valid roster for it.

One week, 2026-W49 (Monday 30 November). Every journey between two different places takes 10 minutes,
whatever the mode, unless a test says otherwise. Two carers work on Monday; ``c1`` is visited in the morning
by ``k1``, ``c2`` by ``k2``, and both carers together come to ``c3``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from scheduler.clock import DAY_MIN, Calendar, parse_clock
from scheduler.evaluate import evaluate
from scheduler.problem import (
    BASE,
    Carer,
    Citizen,
    Need,
    Package,
    Point,
    Problem,
    Rules,
    Session,
    Shift,
)
from scheduler.roster import PlacedBreak, PlacedSession, PlacedVisit, Roster
from scheduler.rules import RULE_NUMBERS, Violation

MONDAY = date(2026, 11, 30)
TRAVEL_MIN = 10
MODES = ("bike", "car", "foot")


def at(clock: str, day: int = 0) -> int:
    """The pack minute of a clock time on a day."""
    return day * DAY_MIN + parse_clock(clock)


def package(package_id: str = "p", **changes: Any) -> Package:
    """A package without bounds that allows screen visits."""
    return replace(Package(package_id), **changes)


def citizen(citizen_id: str, **changes: Any) -> Citizen:
    """A citizen at a point of their own, with package ``p``."""
    number = sum(map(ord, citizen_id))
    row = Citizen(citizen_id, citizen_id.upper(), Point(55.0 + number / 1000, 12.0), "p")
    return replace(row, **changes)


def need(need_id: str, citizen_id: str, window: str = "08:00-10:00", **changes: Any) -> Need:
    """A visit of 30 minutes (20 to 40) on Monday, starting within the window."""
    start, end = window.split("-")
    row = Need(
        need_id,
        citizen_id,
        "personal_care",
        days=(0,),
        times_per_week=None,
        window_start_min=parse_clock(start),
        window_end_min=parse_clock(end),
        minutes=30,
        minutes_min=20,
        minutes_max=40,
    )
    return replace(row, **changes)


def carer(carer_id: str, **changes: Any) -> Carer:
    """A helper on a bicycle."""
    return replace(Carer(carer_id, carer_id.upper(), "helper"), **changes)


def shift(
    shift_id: str, carer_id: str | None, day: int = 0, times: str = "07:00-15:00", **changes: Any
) -> Shift:
    """A shift from the base, with a break of 30 minutes between 11:00 and 13:00 when it covers these."""
    start, end = (at(clock, day) for clock in times.split("-"))
    row = Shift(shift_id, carer_id, day, start, end)
    if start <= at("11:00", day) and at("13:00", day) <= end:
        row = replace(row, break_minutes=30, break_from_min=at("11:00", day), break_to_min=at("13:00", day))
    return replace(row, **changes)


def session(session_id: str, citizens: tuple[str, ...], **changes: Any) -> Session:
    """Group training on Monday from 13:00 for an hour, held by one carer."""
    row = Session(session_id, Point(55.9, 12.5), 0, at("13:00"), 60, 1, None, citizens)
    return replace(row, **changes)


def visit(
    need_id: str, citizen_id: str, times: str, *people: str, day: int = 0, **changes: Any
) -> PlacedVisit:
    """A visit at home; people as ``k1:s1``, carer and shift."""
    start, end = (at(clock, day) for clock in times.split("-"))
    carers, shifts = zip(*(person.split(":") for person in people), strict=True) if people else ((), ())
    row = PlacedVisit(need_id, citizen_id, day, start, end, "home", tuple(carers), tuple(shifts))
    return replace(row, **changes)


def held(session_id: str, *people: str) -> PlacedSession:
    """A session held by people named as ``k1:s1``."""
    carers, shifts = zip(*(person.split(":") for person in people), strict=True)
    return PlacedSession(session_id, tuple(carers), tuple(shifts))


def pause(shift_id: str, times: str = "11:30-12:00", day: int = 0) -> PlacedBreak:
    """A break."""
    start, end = (at(clock, day) for clock in times.split("-"))
    return PlacedBreak(shift_id, start, end)


def even_matrix(places: Iterable[str], minutes: int = TRAVEL_MIN) -> dict[tuple[str, str, str], int]:
    """The same number of minutes between any two different places by every mode."""
    names = list(places)
    return {(a, b, mode): minutes for a in names for b in names if a != b for mode in MODES}


def problem(
    *,
    citizens: Iterable[Citizen],
    needs: Iterable[Need],
    carers: Iterable[Carer],
    shifts: Iterable[Shift],
    sessions: Iterable[Session] = (),
    weeks: int = 1,
    first_monday: date = MONDAY,
    packages: Iterable[Package] = (),
    matrix: Mapping[tuple[str, str, str], int] | None = None,
    **more: Any,
) -> Problem:
    """A problem with even travel times; ``matrix`` changes single journeys.

    The rules on untrained carers bind nothing unless a test gives ``rules``.
    """
    citizens, sessions = tuple(citizens), tuple(sessions)
    places = [BASE, *(row.citizen_id for row in citizens), *(row.session_id for row in sessions)]
    return Problem(
        name="Team Test",
        calendar=Calendar(first_monday, weeks),
        base=Point(55.6, 12.3),
        packages=tuple(packages) or (package(),),
        citizens=citizens,
        needs=tuple(needs),
        carers=tuple(carers),
        shifts=tuple(shifts),
        sessions=sessions,
        matrix=even_matrix(places) | dict(matrix or {}),
        **{"rules": Rules(untrained_share_max=1), **more},
    )


def roster(
    for_problem: Problem,
    visits: Iterable[PlacedVisit] = (),
    breaks: Iterable[PlacedBreak] = (),
    **more: Any,
) -> Roster:
    """A roster of the problem's weeks."""
    calendar = for_problem.calendar
    return Roster(
        for_problem.name,
        calendar.first_monday,
        calendar.weeks,
        visits=tuple(visits),
        breaks=tuple(breaks),
        **more,
    )


def base_problem(**changes: Any) -> Problem:
    """Three citizens, two carers, one Monday; what is changed replaces the problem's fields."""
    row = problem(
        citizens=[citizen("c1"), citizen("c2"), citizen("c3")],
        needs=[
            need("n1", "c1"),
            need("n2", "c2"),
            need("n3", "c3", "09:00-11:00", carers=2),
        ],
        carers=[carer("k1"), carer("k2", mode="car")],
        shifts=[shift("s1", "k1"), shift("s2", "k2")],
    )
    return replace(row, **changes)


def base_visits() -> tuple[PlacedVisit, ...]:
    """The base case's visits."""
    return (
        visit("n1", "c1", "08:00-08:30", "k1:s1"),
        visit("n2", "c2", "08:10-08:40", "k2:s2"),
        visit("n3", "c3", "09:00-09:30", "k1:s1", "k2:s2"),
    )


def base_roster(for_problem: Problem | None = None, **changes: Any) -> Roster:
    """A valid roster for :func:`base_problem`."""
    row = roster(for_problem or base_problem(), base_visits(), [pause("s1"), pause("s2")])
    return replace(row, **changes)


Case = tuple[Problem, Roster]


def breaks_only(rule: str, times: int = 1) -> Callable[[Callable[[], Case]], Callable[[], None]]:
    """Makes a test of a case: its roster breaks that rule so many times, and nothing else."""

    def make(case: Callable[[], Case]) -> Callable[[], None]:
        def test() -> None:
            violations = evaluate(*case()).violations
            assert [violation.rule for violation in violations] == [rule] * times, _told(violations)
            for violation in violations:
                assert violation.hard
                assert violation.number == RULE_NUMBERS[rule]
                assert "{" not in str(violation.message)

        test.__name__, test.__doc__ = case.__name__, case.__doc__
        return test

    return make


def breaks_nothing(case: Callable[[], Case]) -> Callable[[], None]:
    """Makes a test of a case: its roster is valid."""

    def test() -> None:
        violations = evaluate(*case()).violations
        assert not violations, _told(violations)

    test.__name__, test.__doc__ = case.__name__, case.__doc__
    return test


def _told(violations: Iterable[Violation]) -> str:
    return "\n".join(f"{violation.rule}: {violation.message}" for violation in violations)


def base_changed(index: int, **changes: Any) -> Case:
    """The base case with one of its visits changed."""
    visits = list(base_visits())
    visits[index] = replace(visits[index], **changes)
    return base_problem(), base_roster(visits=tuple(visits))


def one_visit(times: str = "08:00-08:30", shift_times: str = "07:00-10:00", **needs: Any) -> Case:
    """One citizen, one carer, one short shift without a break; ``needs`` changes the only need ``n1``."""
    row = problem(
        citizens=[citizen("c1")],
        needs=[need("n1", "c1", **needs)],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times=shift_times)],
    )
    return row, roster(row, [visit("n1", "c1", times, "k1:s1")])


def one_session() -> Case:
    """One group session for ``c1`` at 13:00, held by ``k1`` in a short shift."""
    row = problem(
        citizens=[citizen("c1")],
        needs=[],
        carers=[carer("k1")],
        shifts=[shift("s1", "k1", times="12:00-15:00")],
        sessions=[session("g1", ("c1",))],
    )
    return row, roster(row, sessions=(held("g1", "k1:s1"),))


def with_session(citizens: tuple[str, ...], **changes: Any) -> Problem:
    """The base case's problem with a group session ``g1`` at 13:00."""
    row = base_problem(**changes)
    places = [BASE, *(one.citizen_id for one in row.citizens), "g1"]
    return replace(row, sessions=(session("g1", citizens),), matrix=even_matrix(places))
