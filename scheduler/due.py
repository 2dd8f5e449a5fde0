"""What is due: a need's dated visits in the weeks of a pack (requirement S4; team pack, "What is due")."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.problem import Absence, Need, Problem, day_start_min


@dataclass(frozen=True)
class Due:
    """One visit that must be placed or listed as unplaced.

    ``days`` holds the one date of a need with weekdays, or every date an "any" visit may fall on; the visits of one
    "any" need in one week (``ordinal`` 0, 1, …) fall on different dates.
    """

    need: Need
    week: int
    ordinal: int
    days: tuple[int, ...]

    @property
    def fixed_day(self) -> int | None:
        """The date the visit belongs to, None for "any"."""
        return None if self.need.days is None else self.days[0]


@dataclass(frozen=True)
class DueList:
    """All due visits of a pack, and the (citizen, week) pairs in which one was cancelled (rule 7): by an absence, or by
    agreement with the citizen (``not_on``)."""

    visits: tuple[Due, ...]
    cancelled: frozenset[tuple[str, int]]


def is_possible(need: Need, day: int, absences: tuple[Absence, ...]) -> bool:
    """Whether some start in the window keeps the visit, at its smallest, clear of the citizen's absences."""
    if not absences:
        return need.window_start_min <= need.window_end_min
    midnight = day_start_min(day)
    last = midnight + need.window_end_min
    start = midnight + need.window_start_min
    while start <= last:
        blocking = [row.end_min for row in absences if row.overlaps(start, start + need.minutes_min)]
        if not blocking:
            return True
        start = max(blocking)
    return False


def due_visits(problem: Problem) -> DueList:
    """Every visit that is due in the pack's weeks, in the order of the needs, then of the dates."""
    visits: list[Due] = []
    cancelled: set[tuple[str, int]] = set()
    for need in problem.needs:
        absences = problem.absences_of_citizen.get(need.citizen_id, ())
        for week in range(problem.calendar.weeks):
            if not need.falls_in(week):
                continue
            weekdays = range(7) if need.days is None else need.days
            wanted = [
                day for day in (7 * week + weekday for weekday in weekdays) if _is_served(problem, need, day)
            ]
            possible = tuple(
                day for day in wanted if day not in need.not_on and is_possible(need, day, absences)
            )
            if need.days is None:
                asked = min(need.times_per_week or 1, len(wanted))
                count = min(asked, len(possible))
                visits += [Due(need, week, ordinal, possible) for ordinal in range(count)]
            else:
                asked, count = len(wanted), len(possible)
                visits += [Due(need, week, ordinal, (day,)) for ordinal, day in enumerate(possible)]
            if count < asked:
                cancelled.add((need.citizen_id, week))
    return DueList(tuple(visits), frozenset(cancelled))


def _is_served(problem: Problem, need: Need, day: int) -> bool:
    return need.on_holidays or day not in problem.holidays
