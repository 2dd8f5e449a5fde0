"""Who will be too late where, seen or foreseen: one rule, here and in ``static/carer/lateness.js`` (D7).

A round is what is planned, in order of time. What has begun says when the carer is free; what has not is reached
from there by the travel of the plan, one after the other. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Stops with one of these are still to be reached.
AHEAD = ("planned", "on_the_way")
LATE, EARLY = "late", "early"


@dataclass(frozen=True)
class Stop:
    """A stop of a round: a visit by its ``name`` (need/date), or a break or meeting, which has none.

    ``start`` and ``end`` are as agreed: as published, or as moved by agreement with the citizen. ``travel_min`` is the
    way there from the stop before. ``told_min``: how late the citizen was told it would be.
    """

    name: str
    start: datetime
    end: datetime
    travel_min: int = 0
    status: str = "planned"
    on_the_way_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    told_min: int | None = None
    #: Whose home it is, by the pack's id; never on a tablet's page.
    place: str | None = None

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return self.end - self.start


@dataclass(frozen=True)
class OffTime:
    """A visit that will not be at its time. ``seen``: the time has passed by more than the limit already.

    ``told``: somebody was reached about it, and it has not become later by more than the limit since.
    """

    name: str
    minutes: int
    direction: str
    seen: bool
    told: bool


def foresee(stops: Sequence[Stop], now: datetime, limit_min: int, early: bool) -> list[OffTime]:
    """What is off its time by more than the limit, in the order in which it is reached."""
    free = _free(stops, now)
    found: list[OffTime] = []
    for stop in sorted(stops, key=lambda one: (one.start, one.name)):
        if not stop.name:
            if stop.end > now:
                reached = stop.start if free is None else max(stop.start, free + _way(stop))
                free = reached + stop.length
            continue
        if stop.status not in AHEAD or stop.started_at is not None or stop.ended_at is not None:
            continue
        at = _arrival(stop, free, now)
        found += _judged(stop, at, now, limit_min, early)
        free = max(at, stop.start) + stop.length
    return found


def _free(stops: Sequence[Stop], now: datetime) -> datetime | None:
    """When the carer has done what has begun."""
    ends = [
        one.ended_at or max(now, one.started_at + one.length)
        for one in stops
        if one.started_at is not None and one.name
    ]
    return max(ends, default=None)


def _way(stop: Stop) -> timedelta:
    return timedelta(minutes=stop.travel_min)


def _arrival(stop: Stop, free: datetime | None, now: datetime) -> datetime:
    """When the carer comes: not before the plan says, unless already on the way."""
    if stop.on_the_way_at is not None:
        return max(now, stop.on_the_way_at + _way(stop))
    return max(now, stop.start if free is None else max(stop.start, free + _way(stop)))


def _judged(stop: Stop, at: datetime, now: datetime, limit_min: int, early: bool) -> list[OffTime]:
    late = minutes_between(stop.start, at)
    if late > limit_min:
        told = stop.told_min is not None and late <= stop.told_min + limit_min
        return [OffTime(stop.name, late, LATE, minutes_between(stop.start, now) > limit_min, told)]
    if early and -late > limit_min:
        return [OffTime(stop.name, -late, EARLY, False, stop.told_min is not None)]
    return []


def minutes_between(first: datetime, second: datetime) -> int:
    """Whole minutes, towards nought."""
    return int((second - first).total_seconds() / 60)
