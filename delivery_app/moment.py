"""A local moment as a date and minutes: how plans, forms and notices name times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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


def point_in_time(day: date, minute: int) -> datetime:
    """The point in time, UTC, at which clocks show so many minutes after the date's midnight; above 1440 on the next.

    An hour that there is twice (the clock is put back) means its first time; one that there is not (put forward) the
    moment at which it would have been.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    return local.replace(tzinfo=ZONE).astimezone(UTC)
