"""A generated team and a plain roster for it: no search, only the nearest hands that are free.

The roster is what pages and prints are tested with; it need not be good, only full and lifelike.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from delivery_app.generator import generate_team
from scheduler.clock import DAY_MIN
from scheduler.due import Due, due_visits
from scheduler.problem import BASE, Carer, Need, Problem, Session, Shift
from scheduler.qualifications import qualifies
from scheduler.roster import (
    Bounds,
    CitizenWeek,
    OpenShift,
    PlacedBreak,
    PlacedSession,
    PlacedVisit,
    Roster,
    Unplaced,
)
from scheduler.travel import TravelTable


@cache
def sample_problem(citizens: int = 40, carers: int = 12, seed: int = 7, weeks: int = 1) -> Problem:
    """A generated team of Albertslund."""
    return generate_team("albertslund", citizens, carers, seed, weeks)


@cache
def sample_roster(citizens: int = 40, carers: int = 12, seed: int = 7, weeks: int = 1) -> Roster:
    """A plain roster for :func:`sample_problem`."""
    return plain_roster(sample_problem(citizens, carers, seed, weeks))


@dataclass
class _Round:
    """A shift being filled from its beginning to its end."""

    shift: Shift
    carer: Carer
    free_min: int
    place: str = BASE
    had_break: bool = False


class _Filler:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.travel = problem, TravelTable(problem)
        self.rounds: dict[int, list[_Round]] = defaultdict(list)
        self.visits: list[PlacedVisit] = []
        self.sessions: list[PlacedSession] = []
        self.breaks: list[PlacedBreak] = []
        self.unplaced: list[Unplaced] = []
        self.open_shifts: list[OpenShift] = []
        taken = {(row.carer_id, row.day) for row in problem.shifts}
        for shift in problem.shifts:
            carer_id = shift.carer_id
            if carer_id is None and not self.open_shifts:  # the first open shift is taken, others stay open
                carer_id = next(
                    row.carer_id for row in problem.carers if (row.carer_id, shift.day) not in taken
                )
                self.open_shifts.append(OpenShift(shift.shift_id, carer_id))
            if carer_id is not None:
                carer = problem.carer_by_id[carer_id]
                self.rounds[shift.day].append(_Round(shift, carer, shift.start_min))

    def place(self, due: Due) -> None:
        need, day = due.need, due.days[due.ordinal * 2 % len(due.days)]
        first, last = (day * DAY_MIN + minute for minute in need.start_bounds())
        found = self._who(day, need.citizen_id, need, first, last, need.minutes, need.carers)
        if found is None:
            self.unplaced.append(Unplaced(need.need_id, due.fixed_day, due.week, "capacity"))
            return
        start, people = found
        self._occupy(people, start + need.minutes, need.citizen_id)
        carers, shifts = self._names(people)
        self.visits.append(
            PlacedVisit(
                need.need_id, need.citizen_id, day, start, start + need.minutes, "home", carers, shifts
            )
        )

    def hold(self, session: Session) -> None:
        at, minutes = session.start_min, session.minutes
        found = self._who(session.day, session.session_id, session, at, at, minutes, session.carers)
        if found is None:
            self.unplaced.append(Unplaced(session.session_id, session.day, session.day // 7, "capacity"))
            return
        self._occupy(found[1], session.end_min, session.session_id)
        self.sessions.append(PlacedSession(session.session_id, *self._names(found[1])))

    def _who(
        self, day: int, place: str, what: Need | Session, first: int, last: int, minutes: int, count: int
    ) -> tuple[int, list[_Round]] | None:
        options = []
        for one in self.rounds[day]:
            start = self._earliest(one, place, what, first, minutes, day)
            if start is not None and start <= last:
                contact = isinstance(what, Need) and one.carer.carer_id == (
                    self.problem.citizen_by_id[what.citizen_id].contact_carer
                )
                way = self.travel.minutes(one.place, place, one.carer.mode, day) or 0
                options.append((start + way - 20 * contact, one.shift.shift_id, start, one))
        chosen = sorted(options, key=lambda option: option[:2])[:count]
        if len(chosen) < count:
            return None
        start = max(option[2] for option in chosen)
        return start, [option[3] for option in chosen]

    def _earliest(
        self, one: _Round, place: str, what: Need | Session, first: int, minutes: int, day: int
    ) -> int | None:
        carer = one.carer
        if carer.is_trainee or not carer.introduced or not qualifies(carer.qualification, what.qualification):
            return None
        if isinstance(what, Need) and (carer.carer_id, what.citizen_id) in self.problem.barred_pairs:
            return None
        way = self.travel.minutes(one.place, place, carer.mode, day)
        home = self.travel.minutes(place, BASE, carer.mode, day)
        if way is None or home is None:
            return None
        pause = 0 if one.had_break else one.shift.break_minutes
        start = max(first, one.free_min + way)
        away = self.problem.absences_of_carer.get(carer.carer_id, ())
        away += self.problem.absences_of_citizen.get(getattr(what, "citizen_id", ""), ())
        if any(row.overlaps(start, start + minutes) for row in away):
            return None
        return start if start + minutes + home + pause <= one.shift.end_min else None

    def _occupy(self, people: list[_Round], until: int, place: str) -> None:
        for one in people:
            one.free_min, one.place = until, place
            break_from, break_to = one.shift.break_window()
            if one.shift.break_minutes and not one.had_break and until >= break_from:
                one.free_min = until + one.shift.break_minutes
                if one.free_min <= break_to:
                    self.breaks.append(PlacedBreak(one.shift.shift_id, until, one.free_min))
                one.had_break = True

    @staticmethod
    def _names(people: list[_Round]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(one.carer.carer_id for one in people), tuple(one.shift.shift_id for one in people)


def plain_roster(problem: Problem) -> Roster:
    """Everything due, in order of time, to whoever can be there first; contact carers are preferred."""
    filler = _Filler(problem)
    todo: list[tuple[int, int, Due | Session]] = []
    for number, due in enumerate(due_visits(problem).visits):
        day = due.days[due.ordinal * 2 % len(due.days)]
        todo.append((day * DAY_MIN + due.need.start_bounds()[1], number, due))
    todo += [(row.start_min, -1, row) for row in problem.sessions]
    for _, _, what in sorted(todo, key=lambda row: row[:2]):
        if isinstance(what, Due):
            filler.place(what)
        else:
            filler.hold(what)
    calendar = problem.calendar
    weeks = range(calendar.weeks)
    return Roster(
        problem.name,
        calendar.first_monday,
        calendar.weeks,
        visits=tuple(filler.visits),
        sessions=tuple(filler.sessions),
        unplaced=tuple(filler.unplaced),
        breaks=tuple(filler.breaks),
        open_shifts=tuple(filler.open_shifts),
        # Somebody who is visited is visited by one at least.
        citizens=tuple(
            CitizenWeek(row.citizen_id, week, 0, "within", 0, 1) for row in problem.citizens for week in weeks
        ),
        bounds=Bounds(carers_per_citizen_mean=1.0),
    )
