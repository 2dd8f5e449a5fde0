"""Twists of where people live and how they get there, for :mod:`tests.scheduler.absurd_packs`."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from scheduler.clock import DAY_MIN
from scheduler.problem import MODES, Ferry, Point, Problem, TravelSettings


def on_islands(draw: st.DrawFn, problem: Problem) -> Problem:
    """Everybody lives on one of two islands; ferries sail on some days, for a minute or all day."""
    islands = ("Femø", "Askø")
    citizens = tuple(replace(row, island=islands[number % 2]) for number, row in enumerate(problem.citizens))
    ferries = []
    for island in islands[: len(citizens)]:
        for day in range(problem.calendar.days):
            if draw(st.booleans()):
                first, last = draw(st.sampled_from(((480, 481), (0, 2880), (420, 960))))
                ferries.append(
                    Ferry(
                        island,
                        day,
                        day * DAY_MIN + first,
                        day * DAY_MIN + last,
                        draw(st.sampled_from((0, 10, 1440))),
                    )
                )
    starts = st.sampled_from(("base", "first_visit", *islands[: len(citizens)]))
    shifts = tuple(replace(row, begins_at=draw(starts)) for row in problem.shifts)
    return replace(problem, citizens=citizens, ferries=tuple(ferries), shifts=shifts)


def far_apart(draw: st.DrawFn, problem: Problem) -> Problem:
    """Homes on the other side of the earth, or carers who hardly move."""
    speed = draw(st.sampled_from((0.1, 300.0)))
    travel = TravelSettings(
        draw(st.sampled_from((0.1, 100.0))), draw(st.sampled_from((0, 1440))), dict.fromkeys(MODES, speed)
    )
    citizens = tuple(
        replace(
            row,
            point=Point(-row.point.lat, row.point.lon - 180 if row.point.lon > 0 else row.point.lon + 180),
        )
        if number % 2
        else row
        for number, row in enumerate(problem.citizens)
    )
    return replace(problem, travel=travel, citizens=citizens)


def one_place(draw: st.DrawFn, problem: Problem) -> Problem:
    """Everybody lives at the base, and no way takes any time."""
    citizens = tuple(replace(row, point=problem.base) for row in problem.citizens)
    travel = replace(problem.travel, stop_min=0)
    return replace(problem, citizens=citizens, travel=travel, matrix={})
