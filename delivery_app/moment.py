"""A local moment as a date and minutes: how plans, forms and notices name times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, order=True)
class Moment:
    """A local date and the minutes after its midnight."""

    date: date
    minute: int


def moment_of(when: datetime) -> Moment:
    """The local moment of a point in time; it has a zone."""
    if when.tzinfo is None:
        raise ValueError(f"{when.isoformat()} has no time zone")
    local = when.astimezone(ZONE)
    return Moment(local.date(), local.hour * 60 + local.minute)
