"""The sentence a planner reads to a citizen on the telephone when a visit is not as it was: who comes, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, short_date
from scheduler.clock import format_clock

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.replan import VisitChange
    from scheduler.roster import PlacedVisit


class Notices:
    """Sentences to citizens, in the language of the run; ``today`` is the day of the re-planning."""

    def __init__(self, problem: Problem, today: int, speaker: Speaker) -> None:
        self.problem, self.today, self.speaker = problem, today, speaker

    def sentence(self, change: VisitChange) -> str | None:
        """What to say; None when the citizen need not be told."""
        if not change.asks_for_a_call:
            return None
        before, after = change.before, change.after
        if change.kind == "delayed" and before is not None:
            return self._say(
                N_("The visit under way will end about {minutes} minutes later than planned."),
                minutes=change.delay_min,
            )
        if after is None:
            if change.kind == "cancelled" and before is not None:
                return self._say(N_("{when} the visit at {time} is cancelled."), **self._when(before))
            if before is not None:
                return self._say(
                    N_("{when} nobody can come at {time} as planned. Which other time suits you?"),
                    **self._when(before),
                )
            return self._say(N_("There is no room yet for the visit. Which times suit you?"))
        words = self._planned(change, before, after)
        if change.new_carers:
            words += " " + self._say(
                N_("You have not had a visit by {carers} in the last 14 days."),
                carers=self.names(change.new_carers),
            )
        return words

    def _planned(self, change: VisitChange, before: PlacedVisit | None, after: PlacedVisit) -> str:
        people = self.people(after)
        if before is None:
            return self._say(
                N_("{when} at {time} {carers} will come."), carers=self.names(people), **self._when(after)
            )
        gone = [one for one in self.people(before) if one not in people]
        come = [one for one in people if one not in self.people(before)]
        if before.day != after.day:
            return self._say(
                N_("The visit of {old_when} is moved: {carers} will come {when} at {time}."),
                carers=self.names(people),
                old_when=self.date(before.day),
                when=self.date(after.day, start=False),
                time=self.clock(after),
            )
        if not change.moved and gone:
            return self._say(
                N_("{when} at {time} {carers} will come instead of {old}."),
                carers=self.names(come),
                old=self.names(gone),
                **self._when(after),
            )
        if gone:
            return self._say(
                N_("{when} {carers} will come instead of {old}, and at {time} instead of {old_time}."),
                carers=self.names(come),
                old=self.names(gone),
                old_time=self.clock(before),
                **self._when(after),
            )
        return self._say(
            N_("{when} {carers} will come at {time} instead of {old_time}."),
            carers=self.names(people),
            old_time=self.clock(before),
            **self._when(after),
        )

    def people(self, visit: PlacedVisit) -> list[str]:
        """The needed carers of a visit."""
        known = self.problem.carer_by_id
        return [one for one in dict.fromkeys(visit.carers) if one not in known or not known[one].is_trainee]

    def names(self, carers: Iterable[str]) -> str:
        """Carers by name, as they are said: "Karen and Lars"."""
        known = self.problem.carer_by_id
        return self._joined([(known[one].name if one in known else "") or one for one in carers])

    def _joined(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return self._say(N_("{names} and {last}"), names=", ".join(names[:-1]), last=names[-1])

    def _when(self, visit: PlacedVisit) -> dict[str, str]:
        return {"when": self.date(visit.day), "time": self.clock(visit)}

    def date(self, day: int, *, start: bool = True) -> str:
        """A date as it is said: today, tomorrow, or the day; ``start``: as the first word of a sentence."""
        if day == self.today:
            return self.speaker._(N_("Today")) if start else self.speaker._(N_("today"))
        if day == self.today + 1:
            return self.speaker._(N_("Tomorrow")) if start else self.speaker._(N_("tomorrow"))
        words = short_date(self.problem.calendar.date(day), self.speaker.lang)
        return words[:1].upper() + words[1:] if start else words

    @staticmethod
    def clock(visit: PlacedVisit) -> str:
        """When a visit begins."""
        return format_clock((visit.start_min - visit.day * 1440) % 1440)

    def _say(self, msgid: str, **values: object) -> str:
        return self.speaker._(msgid).format(**values)
