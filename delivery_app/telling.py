"""What a planner says to a citizen on the telephone when a visit is not as it was: who comes, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from delivery_app.changed import VisitChanged, VisitThen
from delivery_app.i18n import N_, short_date, translator
from scheduler.clock import DAY_MIN, format_clock


class Telling:
    """Sentences to citizens in one language. ``carers``: names by code; ``today`` is the day on which it is said."""

    def __init__(self, carers: Mapping[str, str], today: date, lang: str) -> None:
        self.carers, self.today, self.lang = carers, today, lang
        self._ = translator(lang)

    def sentence(self, change: VisitChanged) -> str | None:
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

    def _planned(self, change: VisitChanged, before: VisitThen | None, after: VisitThen) -> str:
        people = after.carers
        if before is None:
            return self._say(
                N_("{when} at {time} {carers} will come."), carers=self.names(people), **self._when(after)
            )
        gone = [one for one in before.carers if one not in people]
        come = [one for one in people if one not in before.carers]
        if before.date != after.date:
            return self._say(
                N_("The visit of {old_when} is moved: {carers} will come {when} at {time}."),
                carers=self.names(people),
                old_when=self.date(before.date, start=False),
                when=self.date(after.date, start=False),
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

    def names(self, carers: Iterable[str]) -> str:
        """Carers by name, as they are said: "Karen and Lars"."""
        return self._joined([self.carers.get(one) or one for one in carers])

    def _joined(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return self._say(N_("{names} and {last}"), names=", ".join(names[:-1]), last=names[-1])

    def _when(self, visit: VisitThen) -> dict[str, str]:
        return {"when": self.date(visit.date), "time": self.clock(visit)}

    def date(self, when: date, *, start: bool = True) -> str:
        """A date as it is said: today, tomorrow, or the day; ``start``: as the first word of a sentence."""
        if when == self.today:
            return self._(N_("Today")) if start else self._(N_("today"))
        if when == self.today + timedelta(days=1):
            return self._(N_("Tomorrow")) if start else self._(N_("tomorrow"))
        words = short_date(when, self.lang)
        return words[:1].upper() + words[1:] if start else words

    @staticmethod
    def clock(visit: VisitThen) -> str:
        """When a visit begins."""
        return format_clock(visit.start_min % DAY_MIN)

    def _say(self, msgid: str, **values: object) -> str:
        return self._(msgid).format(**values)
