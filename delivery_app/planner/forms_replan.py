"""The form in which a planner says what has happened: its rows as typed, and what they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from delivery_app.bridge.replanning import KINDS, Happened, HappenedError
from delivery_app.i18n import N_, Translate
from delivery_app.moment import Moment
from delivery_app.planner.form_words import in_form
from delivery_app.services.names import Names
from delivery_app.web.deps import Form, as_uuid
from scheduler.clock import DAY_MIN, parse_clock
from scheduler.message import ProblemError

#: The fields of a row by kind; ``who`` is the id of a carer or a citizen.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "sick": ("who", "until", "until_clock"),
    "admitted": ("who", "until"),
    "discharged": ("who",),
    "late": ("who", "minutes"),
    "urgent": ("who", "service", "date", "from", "to", "minutes", "carers", "qualification"),
}
#: Which field a mistake in a column of ``needs.csv`` belongs to.
COLUMNS = {
    "window_start": "from",
    "window_end": "to",
    "minutes": "minutes",
    "days": "date",
    "anchor_week": "date",
    "service": "service",
    "carers": "carers",
    "qualification": "qualification",
    "need": "date",
    "citizen_id": "who",
    "who": "who",
    "until": "until",
}
MOST_ROWS = 12
NO_DATE = N_("'{value}' is not a date; choose one")
NO_CLOCK = N_("'{value}' is not a clock time; write 06:10")
NO_NUMBER = N_("'{value}' is not a number of minutes; write 25")
NO_DAY = N_("Choose the date together with the clock time")
#: How an urgent visit weighs: it must be placed.
URGENT_PRIORITY = "1"


@dataclass
class ReplanForm:
    """What stands in the fields, as text: the moment, and by kind the rows. ``mistakes`` by name of the field."""

    date: str
    clock: str
    rows: dict[str, list[dict[str, str]]]
    mistakes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, now: Moment) -> ReplanForm:
        """A form with one row of each kind."""
        return cls(
            now.date.isoformat(),
            f"{now.minute // 60:02}:{now.minute % 60:02}",
            {kind: [_blank(kind, now)] for kind in KINDS},
        )

    @classmethod
    def posted(cls, form: Form, now: Moment) -> ReplanForm:
        """What was typed, with one more row of the kind that was asked for."""
        rows: dict[str, list[dict[str, str]]] = {}
        for kind, fields in FIELDS.items():
            count = sum(f"{kind}-{number}-who" in form for number in range(MOST_ROWS))
            rows[kind] = [
                {name: form.get(f"{kind}-{number}-{name}", "") for name in fields} for number in range(count)
            ] or [_blank(kind, now)]
        more = form.get("more", "")
        if more in rows and len(rows[more]) < MOST_ROWS:
            rows[more].append(_blank(more, now))
        return cls(form.get("date", ""), form.get("clock", ""), rows)

    def happened(
        self, names: Names, code_of: Sequence[str], translate: Translate, reasons: Mapping[str, str]
    ) -> tuple[Moment | None, list[Happened], list[str]]:
        """The moment, what happened, and the prefix of each event's fields; mistakes are kept in ``mistakes``.

        ``code_of``: codes for urgent visits, by their number. ``reasons``: what is written as the reason, by kind.
        """
        found, prefixes = [], []
        moment = self._moment(translate)
        urgent = 0
        for kind, rows in self.rows.items():
            for number, row in enumerate(rows):
                row_id = as_uuid(row["who"])
                if row_id is None:
                    continue
                prefix = f"{kind}-{number}-"
                who = names.carer_code(row_id) if kind in ("sick", "late") else names.citizen_code(row_id)
                need: dict[str, str] = {}
                if kind == "urgent":
                    need = self._need(row, prefix, code_of[urgent], translate)
                    urgent += 1
                until = self._date(row.get("until", ""), prefix + "until", translate)
                found.append(
                    Happened(
                        kind=kind,
                        who=who,
                        until=until,
                        until_min=self._until_clock(row, prefix, until, translate),
                        minutes=self._minutes(row, prefix, translate) if kind == "late" else None,
                        reason=reasons.get(kind, ""),
                        need=need,
                    )
                )
                prefixes.append(prefix)
        return moment, found, prefixes

    def tell(self, error: HappenedError, prefixes: Sequence[str], lang: str) -> None:
        """Put the optimiser's mistakes beside the fields they belong to, in the words of a form."""
        for one in error.mistakes:
            if one.index is None:
                name = "date" if one.field == "moment" else "sick-0-who"
            else:
                prefix = prefixes[one.index]
                kind = prefix.partition("-")[0]
                wanted = COLUMNS.get(one.field, "who")
                name = prefix + (wanted if wanted in FIELDS[kind] else "who")
            self.mistakes.setdefault(name, in_form(one.message, lang))

    def _moment(self, translate: Translate) -> Moment | None:
        day = self._date(self.date, "date", translate)
        if day is None and "date" not in self.mistakes:
            self._wrong("date", NO_DATE, translate, value=self.date)
        minute = self._clock(self.clock, "clock", translate)
        if minute is None and "clock" not in self.mistakes:
            self._wrong("clock", NO_CLOCK, translate, value=self.clock)
        return None if day is None or minute is None else Moment(day, minute % DAY_MIN)

    def _need(self, row: dict[str, str], prefix: str, code: str, translate: Translate) -> dict[str, str]:
        day = self._date(row["date"], prefix + "date", translate)
        if day is None:
            if prefix + "date" not in self.mistakes:
                self._wrong(prefix + "date", NO_DATE, translate, value=row["date"])
            day = dt.date(2000, 1, 3)
        year, week, weekday = day.isocalendar()
        return {
            "need_id": code,
            "service": row["service"],
            "days": ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday - 1],
            "anchor_week": f"{year}-W{week:02}",
            "window_start": row["from"],
            "window_end": row["to"],
            "minutes": row["minutes"],
            "carers": row["carers"],
            "qualification": row["qualification"],
            "priority": URGENT_PRIORITY,
        }

    def _until_clock(
        self, row: dict[str, str], prefix: str, until: dt.date | None, translate: Translate
    ) -> int | None:
        text = row.get("until_clock", "")
        if not text:
            return None
        if until is None:
            self._wrong(prefix + "until", NO_DAY, translate)
        return self._clock(text, prefix + "until_clock", translate)

    def _date(self, text: str, name: str, translate: Translate) -> dt.date | None:
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self._wrong(name, NO_DATE, translate, value=text)
            return None

    def _clock(self, text: str, name: str, translate: Translate) -> int | None:
        if not text:
            return None
        try:
            return parse_clock(text)
        except ProblemError:
            self._wrong(name, NO_CLOCK, translate, value=text)
            return None

    def _minutes(self, row: dict[str, str], prefix: str, translate: Translate) -> int:
        text = row["minutes"]
        if text.isascii() and text.isdigit() and len(text) < 5:
            return int(text)
        self._wrong(prefix + "minutes", NO_NUMBER, translate, value=text)
        return 1

    def _wrong(self, name: str, template: str, translate: Translate, **values: object) -> None:
        self.mistakes.setdefault(name, translate(template).format(**values))


def _blank(kind: str, now: Moment) -> dict[str, str]:
    """An empty row; an urgent visit is expected today."""
    row = dict.fromkeys(FIELDS[kind], "")
    if kind == "urgent":
        row |= {"date": now.date.isoformat(), "carers": "1", "service": "safety", "minutes": "20"}
    return row
