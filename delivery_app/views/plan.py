"""A planned roster with all that its views ask of it, judged once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from scheduler.clock import DAY_MIN
from scheduler.drift import CitizenDrift, citizen_drifts
from scheduler.evaluate import Evaluation, evaluate
from scheduler.problem import Absence, Problem, Shift
from scheduler.roster import CitizenWeek, PlacedVisit, Roster, Unplaced
from scheduler.rules.continuity import carers_in_window
from scheduler.rules.timeline import ShiftDay, shift_owners
from scheduler.travel import TravelTable

if TYPE_CHECKING:
    from scheduler.cpsat.prove import Prover


class UnknownPageError(LookupError):
    """A carer, citizen, date or week that the plan does not have."""


@dataclass(frozen=True)
class Person:
    """A citizen or a carer: the id and the name people know."""

    id: str
    name: str


@dataclass(frozen=True)
class Away:
    """An absence as it falls on one date; 0 to 1,440 is the whole day."""

    start_min: int
    end_min: int
    reason: str

    @property
    def whole_day(self) -> bool:
        """Whether no minute of the date is left."""
        return self.start_min <= 0 and self.end_min >= DAY_MIN


@dataclass(frozen=True)
class LeftOut:
    """A visit or group session that is due and has no place. ``day`` None: any day of the week."""

    need_id: str
    citizen: Person | None
    service: str | None
    when: date | None
    window: tuple[int, int] | None
    minutes: int
    priority: int
    rule: str
    relaxations: tuple[tuple[str, str], ...]


def counted(rows: Iterable[LeftOut]) -> list[tuple[LeftOut, int]]:
    """Rows that say the same, visits of a need on any day above all, once with their number; in the order given."""
    return list(Counter(rows).items())


class Plan:
    """One problem and one roster for it, as the judge sees them.

    Figures and package states are the judge's own, whatever stands in the roster; only proven bounds and
    a simulated punctuality are the roster's.
    """

    def __init__(
        self,
        problem: Problem,
        roster: Roster,
        travel: TravelTable | None = None,
        evaluation: Evaluation | None = None,
    ) -> None:
        self.problem = problem
        self.travel = TravelTable(problem) if travel is None else travel
        #: Given where the judge has just looked at this very roster.
        self.evaluation: Evaluation = evaluation or evaluate(problem, roster, self.travel)
        figures = replace(self.evaluation.figures, punctuality=roster.figures.punctuality)
        self.roster = replace(roster, figures=figures, citizens=self.evaluation.citizens)

    # Days and weeks

    @property
    def weeks(self) -> int:
        """How many weeks the plan covers."""
        return self.problem.calendar.weeks

    def week_name(self, week: int) -> str:
        """The ISO week of week 0, 1, …"""
        return self.problem.calendar.week_name(week)

    def week_number(self, name: str | None) -> int:
        """The week of a name such as ``2026-W49``; the first without a name.

        Raises
        ------
        UnknownPageError
            A name of no week of the plan.
        """
        if name is None:
            return 0
        for week in range(self.weeks):
            if self.week_name(week) == name:
                return week
        raise UnknownPageError(name)

    def visit_on(self, need_id: str, when: date) -> PlacedVisit | None:
        """The placed visit of a need that is due on a date; None when it has no place."""
        day = self.problem.calendar.day(when)
        return next((one for one in self.roster.visits if one.need_id == need_id and one.day == day), None)

    def day_number(self, when: date) -> int:
        """The day number of a date of the plan; raises UnknownPageError for any other."""
        day = self.problem.calendar.day(when)
        if not 0 <= day < self.problem.calendar.days:
            raise UnknownPageError(when.isoformat())
        return day

    def date(self, day: int) -> date:
        """The date of a day."""
        return self.problem.calendar.date(day)

    # People

    def carer(self, carer_id: str) -> Person:
        """A carer by id; one that the problem does not know is shown by the id."""
        carer = self.problem.carer_by_id.get(carer_id)
        return Person(carer_id, carer.name if carer else carer_id)

    def citizen(self, citizen_id: str) -> Person:
        """A citizen by id; one that the problem does not know is shown by the id."""
        citizen = self.problem.citizen_by_id.get(citizen_id)
        return Person(citizen_id, citizen.name if citizen else citizen_id)

    def is_trainee(self, carer_id: str) -> bool:
        """Whether the carer only comes along with a mentor."""
        carer = self.problem.carer_by_id.get(carer_id)
        return carer is not None and carer.is_trainee

    def needed(self, carers: Iterable[str]) -> tuple[str, ...]:
        """Those of a visit's people who are needed, trainees left out."""
        return tuple(carer_id for carer_id in dict.fromkeys(carers) if not self.is_trainee(carer_id))

    def trainees(self, carers: Iterable[str]) -> tuple[str, ...]:
        """Those of a visit's people who come along to learn."""
        return tuple(carer_id for carer_id in dict.fromkeys(carers) if self.is_trainee(carer_id))

    # What is planned

    @cached_property
    def owners(self) -> dict[str, str]:
        """Shift id -> carer id, open shifts as the roster assigns them."""
        return shift_owners(self.problem, self.roster)

    @cached_property
    def shift_days(self) -> dict[str, ShiftDay]:
        """Each shift with its stops and journeys."""
        return self.evaluation.context.shift_days

    @cached_property
    def _shifts_on(self) -> dict[tuple[str, int], list[Shift]]:
        found: dict[tuple[str, int], list[Shift]] = defaultdict(list)
        for shift in sorted(self.problem.shifts, key=lambda row: (row.start_min, row.shift_id)):
            if shift.shift_id in self.owners:
                found[self.owners[shift.shift_id], shift.day].append(shift)
        return dict(found)

    def shifts_on(self, carer_id: str, day: int) -> list[ShiftDay]:
        """A carer's shifts of a date, in order of time."""
        return [self.shift_days[shift.shift_id] for shift in self._shifts_on.get((carer_id, day), ())]

    @cached_property
    def visits_by_citizen(self) -> dict[str, list[PlacedVisit]]:
        """A citizen's placed visits in order of time; a missing key is none."""
        found: dict[str, list[PlacedVisit]] = defaultdict(list)
        for visit in sorted(self.roster.visits, key=lambda row: (row.start_min, row.need_id)):
            if visit.need_id in self.problem.need_by_id:
                found[self.problem.need_by_id[visit.need_id].citizen_id].append(visit)
        return dict(found)

    @cached_property
    def citizen_weeks(self) -> dict[tuple[str, int], CitizenWeek]:
        """What the judge says of a citizen's week."""
        return {(row.citizen_id, row.week): row for row in self.roster.citizens}

    @cached_property
    def carers_14(self) -> dict[str, set[str]]:
        """By citizen: the different carers of the plan's last 14 days, those of the history included."""
        return carers_in_window(self.problem, self.evaluation.context)

    @cached_property
    def drifts(self) -> dict[str, CitizenDrift]:
        """By citizen: minutes over weeks against the package."""
        return citizen_drifts(self.problem, self.roster.citizens)

    @cached_property
    def proposed_contacts(self) -> dict[str, str]:
        """By citizen: the contact carer that the roster proposes; a missing key is none."""
        return {row.citizen_id: row.carer_id for row in self.roster.contacts}

    @cached_property
    def prover(self) -> Prover:
        """What can be proven of rosters that place what this one places."""
        from scheduler.cpsat.prove import Prover

        return Prover(self.problem, self.travel, self.roster.unplaced)

    def left_out(self, week: int) -> list[LeftOut]:
        """What is due in a week and has no place: most urgent first, then by date."""
        rows = [self._left_out(row) for row in self.roster.unplaced if row.week == week]
        return sorted(rows, key=lambda row: (row.priority, row.when or date.max, row.need_id))

    def _left_out(self, row: Unplaced) -> LeftOut:
        when = None if row.day is None else self.date(row.day)
        relaxations = tuple((one.what, one.by) for one in row.relaxations)
        need = self.problem.need_by_id.get(row.need_id)
        if need is not None:
            return LeftOut(
                row.need_id,
                self.citizen(need.citizen_id),
                need.service,
                when,
                need.start_bounds(),
                need.minutes,
                need.priority,
                row.rule,
                relaxations,
            )
        session = self.problem.session_by_id.get(row.need_id)
        window, minutes = None, 0
        if session is not None:
            start = session.start_min - session.day * DAY_MIN
            when, window, minutes = self.date(session.day), (start, start), session.minutes
        # A session nobody holds is priced as a visit that must be placed.
        return LeftOut(row.need_id, None, None, when, window, minutes, 1, row.rule, relaxations)

    def absences_on(self, absences: Iterable[Absence], day: int) -> tuple[Away, ...]:
        """The absences that touch a date, cut to it."""
        midnight = day * DAY_MIN
        return tuple(
            Away(max(0, row.start_min - midnight), min(DAY_MIN, row.end_min - midnight), row.reason)
            for row in absences
            if row.overlaps(midnight, midnight + DAY_MIN)
        )


def clock_of(minute: int, day: int) -> int:
    """A pack minute as minutes after midnight of the date it belongs to."""
    return minute - day * DAY_MIN
