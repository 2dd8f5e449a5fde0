"""The sentence a planner reads to a citizen on the telephone, from the optimiser's own records of a re-planning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from delivery_app.telling import Telling

if TYPE_CHECKING:
    from delivery_app.cli.output import Speaker
    from scheduler.problem import Problem
    from scheduler.replan import VisitChange
    from scheduler.roster import PlacedVisit


class Notices:
    """Sentences to citizens, in the language of the run; ``today`` is the day of the re-planning."""

    def __init__(self, problem: Problem, today: int, speaker: Speaker) -> None:
        self.problem = problem
        names = {row.carer_id: row.name for row in problem.carers}
        self._telling = Telling(names, problem.calendar.date(today), speaker.lang)

    def sentence(self, change: VisitChange) -> str | None:
        """What to say; None when the citizen need not be told."""
        from delivery_app.told import visit_changed

        return self._telling.sentence(visit_changed(self.problem, change))

    def people(self, visit: PlacedVisit) -> list[str]:
        """The needed carers of a visit."""
        known = self.problem.carer_by_id
        return [one for one in dict.fromkeys(visit.carers) if one not in known or not known[one].is_trainee]

    def names(self, carers: Iterable[str]) -> str:
        """Carers by name, as they are said: "Karen and Lars"."""
        return self._telling.names(carers)
