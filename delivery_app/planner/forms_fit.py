"""The form in which a planner asks for a new visit: its fields as typed, and the row of needs they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from delivery_app.bridge.fitting import WantedError
from delivery_app.i18n import N_, Translate
from delivery_app.planner.form_words import in_form
from delivery_app.web.deps import Form

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Fields that stand in the row under the same name.
PLAIN = (
    "service",
    "times_per_week",
    "window_start",
    "window_end",
    "agreed_start",
    "minutes",
    "minutes_min",
    "minutes_max",
    "carers",
    "qualification",
    "modality",
    "priority",
)
DEFAULTS: Mapping[str, str] = {
    "citizen": "",
    "service": "personal_care",
    "how_long": "once",
    "week": "",
    "times_per_week": "",
    "window_start": "",
    "window_end": "",
    "agreed_start": "",
    "minutes": "30",
    "minutes_min": "",
    "minutes_max": "",
    "carers": "1",
    "qualification": "",
    "modality": "home",
    "priority": "2",
    "counts": "yes",
}
#: Columns of ``needs.csv`` that a field of another name fills.
FIELD_OF: Mapping[str, str] = {"citizen_id": "citizen", "anchor_week": "week"}
NOBODY = N_("Choose the citizen")
NO_DAYS = N_("Tick the days, or write on how many days of the week")
BOTH = N_("Tick the days, or write a number of days; not both")


@dataclass
class FitForm:
    """What stands in the fields, as text, and the ticked days; ``mistakes`` by name of the field."""

    values: dict[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    days: tuple[str, ...] = ()
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, form: Form) -> FitForm:
        """What was typed."""
        values = {name: form.get(name, "") for name in DEFAULTS}
        return cls(values, tuple(day for day in form.all("days") if day in DAYS))

    @property
    def once(self) -> bool:
        """Whether the visit is of the roster's weeks only."""
        return self.values["how_long"] != "always"

    def cells(self, weeks: Sequence[str], translate: Translate) -> dict[str, str]:
        """The row of ``needs.csv`` that the fields mean, without ids; what only the form can know is checked here.

        ``weeks``: names of the roster's weeks, of which a visit of one week takes the chosen (or the first).
        """
        self.mistakes = {}
        times = self.values["times_per_week"]
        if not self.values["citizen"]:
            self.mistakes["citizen"] = translate(NOBODY)
        if not self.days and not times:
            self.mistakes["days"] = translate(NO_DAYS)
        elif self.days and times:
            self.mistakes["times_per_week"] = translate(BOTH)
        week = self.values["week"] if self.values["week"] in weeks else weeks[0]
        return {
            **{name: self.values[name] for name in PLAIN},
            "days": " ".join(self.days) if self.days else "any",
            "anchor_week": week if self.once else weeks[0],
            "counts": "yes" if self.values["counts"] else "no",
        }

    def changed(self, cells: Mapping[str, str]) -> list[tuple[str, str]]:
        """The fields with some columns of the row said otherwise; empty where nothing of the form would change."""
        known = {name: value for name, value in cells.items() if name in DEFAULTS}
        if not known and "days" not in cells:
            return []
        days = cells["days"].split() if "days" in cells else self.days
        return [*{**self.values, **known}.items(), *(("days", day) for day in days)]

    def tell(self, error: WantedError, lang: str) -> None:
        """Put the mistakes beside the fields they belong to, in the words of a form."""
        for column, message in error.mistakes:
            if column == "times_per_week" and "days" in self.mistakes:
                continue  # No day is ticked and no number written: one mistake, told at the days.
            name = FIELD_OF.get(column, column)
            self.mistakes.setdefault(name if name in DEFAULTS else "days", in_form(message, lang))
