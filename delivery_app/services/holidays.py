"""Days on which needs with ``on_holidays = no`` are not due: public holidays, and others the team keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import holidays as holiday_calendars
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.team_rows import owner, team_of
from models.tables import Holiday

#: As the calendar calls them.
_LANGUAGES = {"da": "da", "en": "en_US"}


@dataclass(frozen=True)
class HolidayLine:
    """A day: its Danish name when it is a public holiday, and whether the team keeps it."""

    date: date
    name: str
    kept: bool


def holiday_lines(session: Session, team_id: UUID, year: int, lang: str = "da") -> list[HolidayLine]:
    """The public holidays of a year, named in a language, and what else the team keeps, by date."""
    kept = {
        row.date
        for row in session.scalars(
            select(Holiday).where(col(Holiday.team_id) == team_id, col(Holiday.stated_for).is_(None))
        )
        if row.date.year == year
    }
    days = holiday_calendars.country_holidays("DK", years=year, language=_LANGUAGES.get(lang, "da"))
    public = {when: str(name) for when, name in days.items()}
    return [HolidayLine(when, public.get(when, ""), when in kept) for when in sorted(kept | public.keys())]


def keep_holidays(session: Session, team_id: UUID, year: int, dates: set[date]) -> None:
    """Let just these dates of a year be holidays; plans for their weeks follow."""
    team = team_of(session, team_id)
    rows = session.scalars(
        select(Holiday).where(col(Holiday.team_id) == team_id, col(Holiday.stated_for).is_(None))
    ).all()
    known = set()
    for row in rows:
        if row.date.year != year:
            continue
        if row.date in dates and row.date not in known:
            known.add(row.date)
        else:
            session.delete(row)
    session.add_all(Holiday(**owner(team), date=when) for when in sorted(dates - known) if when.year == year)
    session.flush()
