"""How prints speak: a language with the few phrases that all of them share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from delivery_app import i18n
from delivery_app.templating import clock, day_name, week_number
from delivery_app.views.plan import Away


class Words:
    """One language: gettext, numbers, dates and phrases."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.gettext = i18n.translator(lang)
        self.ngettext = i18n.translations(lang).ngettext

    def week(self, name: str) -> str:
        """Week and year of ``2026-W49``."""
        return self.gettext("Week {number}, {year}").format(number=week_number(name), year=name[:4])

    def long_date(self, when: date) -> str:
        """The date in full, as a heading."""
        text = i18n.long_date(when, self.lang)
        return text[:1].upper() + text[1:]

    def period(self, first: date, last: date) -> str:
        """From one date to another."""
        return f"{self.long_date(first)} – {i18n.long_date(last, self.lang)}"

    def span(self, start_min: int, end_min: int) -> str:
        """From and to on the clock."""
        return f"{clock(start_min)}–{clock(end_min)}"

    def at(self, minute: int, when: date) -> str:
        """A time as one says it; after midnight with the night it falls in."""
        time = clock(minute)
        if self.lang == "da":
            # As Danes write times in a letter: 7.30.
            time = time.removeprefix("0").replace(":", ".")
        text = self.gettext("at {time}").format(time=time)
        if minute >= 24 * 60:
            night = self.gettext("night to {day}").format(day=day_name(when + timedelta(days=1), self.lang))
            text = f"{text} ({night})"
        return text

    def visits(self, count: int) -> str:
        """So many visits."""
        return self.ngettext("{num} visit", "{num} visits", count).format(num=count)

    def minutes(self, count: int) -> str:
        """So many minutes."""
        return self.ngettext("{num} minute", "{num} minutes", count).format(num=count)

    def listed(self, names: Iterable[str]) -> str:
        """``A, B and C``."""
        *first, last = list(names) or [""]
        joined = self.gettext("and")
        return f"{', '.join(first)} {joined} {last}" if first else last

    def away(self, rows: Iterable[Away]) -> list[str]:
        """Absences of a date, a line each."""
        found = []
        for row in rows:
            line = self.gettext("Away")
            if not row.whole_day:
                line += f" {self.span(row.start_min, row.end_min)}"
            found.append(f"{line}: {row.reason}" if row.reason else line)
        return found

    def footer(self, team: str, week: str, printed: date | None) -> str:
        """What stands at the foot of every page."""
        parts = [team, self.week(week)]
        if printed is not None:
            parts.append(self.gettext("printed {date}").format(date=i18n.short_date(printed, self.lang)))
        return " · ".join(parts)
