"""Who is no stranger to a citizen: the contact carer, who comes this week, who came in the last 14 days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.problem import Problem, week_of
from scheduler.roster import Roster

CONTACT, THIS_WEEK, KNOWN, NEW = "contact", "this_week", "known", "new"
#: History this many days before a visit makes a carer known (as in rule 9's figures).
WINDOW_DAYS = 14


@dataclass(frozen=True)
class Face:
    """A carer as the citizen would meet them: the contact carer, one who comes in the same week anyway, one who
    comes or came within 14 days, or somebody new."""

    carer_id: str
    kind: str


class KnownFaces:
    """The carers of each citizen's home visits, in a roster and in the history before it."""

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self._problem = problem
        self._days: dict[tuple[str, str], set[int]] = defaultdict(set)
        for row in problem.history:
            if row.visits > 0:
                self._days[row.citizen_id, row.carer_id].add(row.day)
        for visit in roster.visits:
            if visit.modality != "screen":
                for carer_id in visit.carers:
                    if carer_id in problem.carer_by_id and not problem.carer_by_id[carer_id].is_trainee:
                        self._days[visit.citizen_id, carer_id].add(visit.day)

    def kind(self, citizen_id: str, carer_id: str, day: int) -> str:
        """How well the citizen knows the carer on a day."""
        if self._problem.citizen_by_id[citizen_id].contact_carer == carer_id:
            return CONTACT
        if self.comes_in_week(citizen_id, carer_id, week_of(day)):
            return THIS_WEEK
        near = any(abs(day - other) < WINDOW_DAYS for other in self._days.get((citizen_id, carer_id), ()))
        return KNOWN if near else NEW

    def comes_in_week(self, citizen_id: str, carer_id: str, week: int) -> bool:
        """Whether the carer is in the citizen's home in that week of the roster."""
        return any(week_of(day) == week for day in self._days.get((citizen_id, carer_id), ()) if day >= 0)

    def comes_in_last_days(self, citizen_id: str, carer_id: str) -> bool:
        """Whether the carer counts in the citizen's 14 days that end with the pack already."""
        last = self._problem.calendar.days
        return any(last - WINDOW_DAYS <= day < last for day in self._days.get((citizen_id, carer_id), ()))

    def carers_in_week(self, citizen_id: str, week: int) -> set[str]:
        """Everybody who is in the citizen's home in that week of the roster."""
        return {
            carer.carer_id
            for carer in self._problem.carers
            if self.comes_in_week(citizen_id, carer.carer_id, week)
        }

    def faces(self, citizen_id: str, carers: Iterable[str], day: int) -> tuple[Face, ...]:
        """The carers of one visit."""
        return tuple(Face(carer_id, self.kind(citizen_id, carer_id, day)) for carer_id in carers)
