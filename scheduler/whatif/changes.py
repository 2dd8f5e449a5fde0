"""What a leader could change to make the next roster better: one thing each, applied to the problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from scheduler.clock import DAY_MIN
from scheduler.elements import Carer, Need, Shift
from scheduler.problem import Problem


@dataclass(frozen=True)
class MoreShift:
    """One more shift, for a carer of the team who may lawfully take it, else for somebody from outside."""

    kind: ClassVar[str] = "shift"
    shift: Shift
    qualification: str
    #: Somebody the team does not have; None when ``shift.carer_id`` is one of its carers.
    newcomer: Carer | None = None

    def applied(self, problem: Problem) -> Problem:
        """The problem with the shift in it."""
        carers = problem.carers if self.newcomer is None else (*problem.carers, self.newcomer)
        return replace(problem, carers=carers, shifts=(*problem.shifts, self.shift))

    @property
    def paid_min(self) -> int:
        """Minutes that are paid for it."""
        return self.shift.minutes


@dataclass(frozen=True)
class WindowWider:
    """A need's window opened earlier and later by so many minutes."""

    kind: ClassVar[str] = "window"
    need_id: str
    by_min: int

    def applied(self, problem: Problem) -> Problem:
        """The problem with the wider window; it stays within its date."""
        need = problem.need_by_id[self.need_id]
        latest = max(need.window_end_min, DAY_MIN - 1)
        wider = replace(
            need,
            window_start_min=max(0, need.window_start_min - self.by_min),
            window_end_min=min(latest, need.window_end_min + self.by_min),
        )
        return with_need(problem, wider)

    @property
    def paid_min(self) -> int:
        """Nothing is paid for it."""
        return 0


@dataclass(frozen=True)
class AgreedGivenUp:
    """A need's agreed time given up: any start in its window will do."""

    kind: ClassVar[str] = "agreed"
    need_id: str

    def applied(self, problem: Problem) -> Problem:
        """The problem without the agreed time."""
        return with_need(problem, replace(problem.need_by_id[self.need_id], agreed_start_min=None))

    @property
    def paid_min(self) -> int:
        """Nothing is paid for it."""
        return 0


@dataclass(frozen=True)
class ContactCarer:
    """A citizen without a contact carer gets one."""

    kind: ClassVar[str] = "contact"
    citizen_id: str
    carer_id: str

    def applied(self, problem: Problem) -> Problem:
        """The problem with the contact carer."""
        return _with_citizen(problem, self.citizen_id, contact_carer=self.carer_id)

    @property
    def paid_min(self) -> int:
        """Nothing is paid for it."""
        return 0


@dataclass(frozen=True)
class Introduced:
    """A carer who is not yet introduced to the work is: one more who may be sent."""

    kind: ClassVar[str] = "introduced"
    carer_id: str

    def applied(self, problem: Problem) -> Problem:
        """The problem with the carer introduced."""
        carers = tuple(
            replace(row, introduced=True) if row.carer_id == self.carer_id else row for row in problem.carers
        )
        return replace(problem, carers=carers)

    @property
    def paid_min(self) -> int:
        """What the introduction takes is not known here."""
        return 0


@dataclass(frozen=True)
class CapRaised:
    """A citizen's cap on different carers in a week raised by one: one more face may come."""

    kind: ClassVar[str] = "cap"
    citizen_id: str

    def applied(self, problem: Problem) -> Problem:
        """The problem with the higher cap."""
        cap = problem.citizen_by_id[self.citizen_id].carers_max
        return _with_citizen(problem, self.citizen_id, carers_max=None if cap is None else cap + 1)

    @property
    def paid_min(self) -> int:
        """Nothing is paid for it."""
        return 0


Change = MoreShift | WindowWider | AgreedGivenUp | ContactCarer | Introduced | CapRaised


def with_need(problem: Problem, need: Need) -> Problem:
    """The problem with the need of that id replaced."""
    needs = tuple(need if row.need_id == need.need_id else row for row in problem.needs)
    return replace(problem, needs=needs)


def _with_citizen(problem: Problem, citizen_id: str, **changes: object) -> Problem:
    citizens = tuple(
        replace(row, **changes) if row.citizen_id == citizen_id else row  # type: ignore[arg-type]
        for row in problem.citizens
    )
    return replace(problem, citizens=citizens)
