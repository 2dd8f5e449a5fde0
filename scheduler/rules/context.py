"""A roster as the rules look at it: unknown ids set aside, everything grouped once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from scheduler.due import DueList, due_visits
from scheduler.problem import Carer, Need, Problem, Session, Shift, day_start_min, week_of
from scheduler.roster import PlacedSession, PlacedVisit, Roster
from scheduler.rules.matching import Matching, match_due
from scheduler.rules.timeline import ShiftDay, shift_days, shift_owners
from scheduler.rules.wording import date_value
from scheduler.travel import TravelTable

T = TypeVar("T")


class KnownVisit(NamedTuple):
    """A placed visit of a need that exists; its people are those needed (known or not) and trainees."""

    placed: PlacedVisit
    need: Need
    needed: tuple[str, ...]
    trainees: tuple[str, ...]
    #: The citizen the need belongs to.
    citizen_id: str
    #: The week its date lies in.
    week: int
    #: Start in minutes after midnight of its date.
    clock_min: int
    #: Whether somebody comes to the citizen's home.
    at_home: bool

    @property
    def title(self) -> str:
        """How sentences name it."""
        return f"{self.need.need_id} ({self.citizen_id})"


@dataclass(frozen=True)
class HeldSession:
    """A group session that the roster gives to someone."""

    row: PlacedSession
    session: Session
    needed: tuple[str, ...]
    trainees: tuple[str, ...]


class Duty(NamedTuple):
    """One known person sent to one visit or session, in one shift (None where the roster names none that
    exists).
    """

    carer: Carer
    shift: Shift | None
    day: int
    start_min: int
    end_min: int
    #: None for a session.
    visit: KnownVisit | None
    qualification: str | None
    #: Whom the carer meets.
    citizens: tuple[str, ...]
    #: The need's id, or the session's.
    need_id: str
    citizen_id: str | None
    at_home: bool

    @property
    def title(self) -> str:
        """How sentences name it."""
        return self.need_id if self.visit is None else self.visit.title


class RosterContext:
    """A problem and a roster with what several rules ask of them. Reading it changes nothing."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable) -> None:
        self.problem, self.roster, self.travel = problem, roster, travel
        #: What :meth:`once` keeps.
        self.kept: dict[str, Any] = {}

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What several rules and figures ask for, worked out the first time."""
        if key not in self.kept:
            self.kept[key] = make()
        found: T = self.kept[key]
        return found

    @cached_property
    def due(self) -> DueList:
        """What is due."""
        return due_visits(self.problem)

    @cached_property
    def matching(self) -> Matching:
        """The roster's rows held against what is due."""
        return match_due(self.problem, self.roster, self.due)

    @cached_property
    def owners(self) -> dict[str, str]:
        """Shift id -> carer id, open shifts as assigned."""
        return shift_owners(self.problem, self.roster)

    @cached_property
    def shift_days(self) -> dict[str, ShiftDay]:
        """Each shift with its items and journeys."""
        return shift_days(self.problem, self.roster, self.travel)

    @cached_property
    def shifts_of(self) -> dict[str, list[Shift]]:
        """A carer's shifts in order of time, assigned open ones included; a missing key is none."""
        found: dict[str, list[Shift]] = defaultdict(list)
        for shift_id, carer_id in self.owners.items():
            found[carer_id].append(self.problem.shift_by_id[shift_id])
        for shifts in found.values():
            shifts.sort(key=lambda shift: (shift.start_min, shift.end_min))
        return dict(found)

    @cached_property
    def shift_minutes_of(self) -> dict[str, int]:
        """A carer's shift minutes over the pack, 0 without shifts."""
        return {
            carer.carer_id: sum(shift.minutes for shift in self.shifts_of.get(carer.carer_id, ()))
            for carer in self.problem.carers
        }

    @cached_property
    def visits(self) -> tuple[KnownVisit, ...]:
        """Placed visits of known needs."""
        known = (self.known(placed) for placed in self.roster.visits)
        return tuple(visit for visit in known if visit is not None)

    def known(self, placed: PlacedVisit) -> KnownVisit | None:
        """A placed visit with its need; None for one of a need that does not exist."""
        need = self.problem.need_by_id.get(placed.need_id)
        if need is None:
            return None
        needed, trainees = self._told_apart(placed.carers)
        day = placed.day
        return KnownVisit(
            placed,
            need,
            needed,
            trainees,
            need.citizen_id,
            week_of(day),
            placed.start_min - day_start_min(day),
            placed.modality != "screen",
        )

    @cached_property
    def sessions(self) -> tuple[HeldSession, ...]:
        """Held sessions that exist."""
        found = []
        for row in self.roster.sessions:
            session = self.problem.session_by_id.get(row.session_id)
            if session is not None:
                found.append(HeldSession(row, session, *self._told_apart(row.carers)))
        return tuple(found)

    def is_trainee(self, carer_id: str) -> bool:
        """Whether a carer is a known one with a mentor."""
        carer = self.problem.carer_by_id.get(carer_id)
        return carer is not None and carer.is_trainee

    def _told_apart(self, carers: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        people = carers if len(carers) == 1 else tuple(dict.fromkeys(carers))
        if self._trainees.isdisjoint(people):
            return people, ()
        return (
            tuple(carer_id for carer_id in people if not self.is_trainee(carer_id)),
            tuple(carer_id for carer_id in people if self.is_trainee(carer_id)),
        )

    @cached_property
    def _trainees(self) -> frozenset[str]:
        return frozenset(carer.carer_id for carer in self.problem.carers if carer.is_trainee)

    @cached_property
    def visits_of_week(self) -> dict[tuple[str, int], list[KnownVisit]]:
        """Placed visits by (citizen, week); a missing key is none."""
        found: dict[tuple[str, int], list[KnownVisit]] = defaultdict(list)
        for visit in self.visits:
            found[visit.citizen_id, visit.week].append(visit)
        return dict(found)

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """Every known person sent somewhere known."""
        found: list[Duty] = []
        for visit in self.visits:
            placed, need = visit.placed, visit.need
            for carer, shift in self._people(placed.carers, placed.shifts):
                found.append(
                    Duty(
                        carer,
                        shift,
                        placed.day,
                        placed.start_min,
                        placed.end_min,
                        visit,
                        need.qualification,
                        (visit.citizen_id,),
                        need.need_id,
                        visit.citizen_id,
                        visit.at_home,
                    )
                )
        for held in self.sessions:
            session = held.session
            for carer, shift in self._people(held.row.carers, held.row.shifts):
                found.append(
                    Duty(
                        carer,
                        shift,
                        session.day,
                        session.start_min,
                        session.end_min,
                        None,
                        session.qualification,
                        session.citizens,
                        session.session_id,
                        None,
                        False,
                    )
                )
        return tuple(found)

    def _people(self, carers: tuple[str, ...], shifts: tuple[str, ...]) -> list[tuple[Carer, Shift | None]]:
        if len(carers) == len(shifts) == 1:
            carer = self.problem.carer_by_id.get(carers[0])
            return [] if carer is None else [(carer, self.problem.shift_by_id.get(shifts[0]))]
        named = [*shifts, *[""] * (len(carers) - len(shifts))]
        return [
            (self.problem.carer_by_id[carer_id], self.problem.shift_by_id.get(shift_id))
            for carer_id, shift_id in dict.fromkeys(zip(carers, named, strict=False))
            if carer_id in self.problem.carer_by_id
        ]

    def date(self, day: int) -> object:
        """A day's date for sentences."""
        return date_value(self.problem.calendar, day)
