"""Hypothesis strategies for rosters: their ids, dates and shifts exist, but they need not obey the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from scheduler.clock import DAY_MIN, Calendar
from scheduler.due import due_visits
from scheduler.problem import Problem
from scheduler.roster import (
    Bounds,
    CitizenWeek,
    Figures,
    OpenShift,
    PlacedBreak,
    PlacedSession,
    PlacedVisit,
    Relaxation,
    Roster,
    Unplaced,
)
from tests.scheduler.strategies import optional, problems, shares, texts


@st.composite
def problems_with_rosters(draw: st.DrawFn) -> Problem:
    """A legal problem, now and then with a standing roster of other weeks and a published one of its own."""
    problem = draw(problems())
    earlier = Calendar(problem.calendar.first_monday - timedelta(weeks=draw(st.integers(1, 9))), 1)
    changes: dict[str, Any] = {}
    if draw(st.booleans()):
        changes["standing_roster"] = draw(rosters(problem, earlier))
    if draw(st.booleans()):
        changes["published"] = draw(rosters(problem))
    return replace(problem, **changes)


@st.composite
def rosters(draw: st.DrawFn, problem: Problem, calendar: Calendar | None = None) -> Roster:
    """A well-formed roster of a problem's weeks, or of others: some due visits placed, others unplaced."""
    weeks = calendar or problem.calendar
    on_day: dict[int, list[tuple[str, str]]] = {}
    for shift in problem.shifts:
        on_day.setdefault(shift.day, []).append(
            (shift.carer_id or problem.carers[0].carer_id, shift.shift_id)
        )
    visits: list[PlacedVisit] = []
    unplaced: list[Unplaced] = []
    for due in due_visits(problem).visits:
        days = [day for day in due.days if day < weeks.days]
        if not days:
            continue
        day = draw(st.sampled_from(days))
        team = on_day.get(day, [])
        placed = draw(st.booleans())
        if team and placed:
            chosen = draw(st.lists(st.sampled_from(team), unique=True, min_size=1, max_size=2))
            start = day * DAY_MIN + draw(st.integers(*due.need.start_bounds()))
            minutes = draw(st.integers(due.need.minutes_min, due.need.minutes_max))
            visits.append(
                PlacedVisit(
                    due.need.need_id,
                    due.need.citizen_id,
                    day,
                    start,
                    start + minutes,
                    draw(st.sampled_from(("home", "screen"))),
                    tuple(carer for carer, _ in chosen),
                    tuple(shift for _, shift in chosen),
                    draw(st.booleans()),
                )
            )
        else:
            relaxations = draw(st.lists(st.builds(Relaxation, texts(), texts()), max_size=1))
            day_given = None if due.fixed_day is None else day
            unplaced.append(Unplaced(due.need.need_id, day_given, day // 7, "capacity", tuple(relaxations)))
    in_weeks = [shift for shift in problem.shifts if shift.day < weeks.days]
    return Roster(
        team=problem.name,
        first_monday=weeks.first_monday,
        weeks=weeks.weeks,
        visits=tuple(visits),
        sessions=tuple(
            PlacedSession(one.session_id, (carer,), (shift,))
            for one in problem.sessions
            for carer, shift in on_day.get(one.day, [])[:1]
        ),
        unplaced=tuple(unplaced),
        breaks=tuple(
            PlacedBreak(one.shift_id, one.break_window()[0], one.break_window()[0] + one.break_minutes)
            for one in in_weeks
            if one.break_minutes
        ),
        open_shifts=tuple(
            OpenShift(one.shift_id, problem.carers[0].carer_id) for one in in_weeks if one.carer_id is None
        ),
        citizens=tuple(
            CitizenWeek(
                one.citizen_id,
                week,
                draw(st.integers(0, 900)),
                draw(
                    st.sampled_from(
                        ("within", "over_package", "under_package", "short", "no_bound", "outside")
                    )
                ),
                draw(st.integers(0, 9)),
                draw(optional(st.integers(0, 9))),
            )
            for one in problem.citizens
            for week in range(weeks.weeks)
        ),
        figures=Figures(
            objective=draw(shares()),
            placed=len(visits),
            unplaced=len(unplaced),
            terms={"carer": draw(shares())},
        ),
        bounds=Bounds(draw(optional(shares())), draw(optional(shares()))),
        seed=draw(optional(st.integers(0, 99))),
        workers=draw(optional(st.integers(1, 4))),
        seconds=draw(optional(shares())),
        iterations=draw(optional(st.integers(1, 10**9))),
        travel_data=draw(optional(st.just("2026-11-01"))),
    )
