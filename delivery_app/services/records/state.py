"""What the records of a visit add up to. Never kept: it follows from the records, in whatever order they came.

A record that another one corrects says nothing any more; a correction that is taken back does not bring it back. Where
two tablets say different things of the same, both stay and are shown side by side: a correction decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from delivery_app.moment import ZONE
from delivery_app.services.records.kinds import WITHDRAWN
from delivery_app.services.records.standards import Standards
from delivery_app.services.records.visits import PlannedVisit
from models.record import Record

PLANNED, ON_THE_WAY, STARTED, ENDED = "planned", "on_the_way", "started", "ended"
NOT_HOME, MADE_PHYSICAL, CANCELLED = "not_home", "made_physical", "cancelled"
STATUSES = (PLANNED, ON_THE_WAY, STARTED, ENDED, NOT_HOME, MADE_PHYSICAL, CANCELLED)

STARTS, ENDS = ("started", "screen_opened"), ("ended", "screen_ended")
#: Two tablets may say the same moment by so much differently.
SAME_MOMENT = dt.timedelta(minutes=2)
#: Deviations by which a visit does not take place.
CANCELLING = ("not_done", "refused", "moved")
DONE, NOT_DONE, CONFLICT = "done", "not_done", "conflict"


@dataclass(frozen=True)
class Value:
    """What one tablet says of something; ``value`` is a word of the program or a moment."""

    value: str | dt.datetime
    record_id: UUID
    at: dt.datetime
    user_id: UUID
    device_id: UUID | None


@dataclass(frozen=True)
class Conflict:
    """Two tablets say different things; ``field``: started, ended, or task:ID."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class VisitState:
    """How a visit stands. ``off``: how it was off the published plan, as (late, early, shorter or longer; minutes)."""

    status: str = PLANNED
    on_the_way_at: dt.datetime | None = None
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    off: tuple[tuple[str, int], ...] = ()
    causes: tuple[tuple[str, str], ...] = ()
    tasks: tuple[tuple[UUID, str], ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    clock_doubtful: bool = False

    @property
    def missing_causes(self) -> tuple[str, ...]:
        """The ways in which the visit was off its time and nobody has said why yet."""
        known = {direction for direction, _ in self.causes}
        return tuple(direction for direction, _ in self.off if direction not in known)

    @property
    def cause_asked(self) -> bool:
        """Whether nothing is left to ask: the cause is asked once."""
        return not self.missing_causes

    @property
    def task_states(self) -> Mapping[UUID, str]:
        """Done, not_done or conflict, by task."""
        return dict(self.tasks)


def in_order(records: Iterable[Record]) -> list[Record]:
    """Records in the order of what happened: by time, and a device's own by its numbers."""
    return sorted(records, key=lambda one: (moment(one), str(one.device_id), one.device_seq or 0, one.id.int))


def moment(record: Record) -> dt.datetime:
    """When what a record says took place: the time that was set by hand, else when it was recorded."""
    said = record.body.get("said_at")
    return record.at if said is None else dt.datetime.fromisoformat(said).astimezone(dt.UTC)


def standing(records: Iterable[Record]) -> list[Record]:
    """The records that still say something, in order."""
    found = list(records)
    gone = {one.corrects_id for one in found}
    return in_order(one for one in found if one.id not in gone and one.kind != WITHDRAWN)


def state_of(planned: PlannedVisit | None, records: Iterable[Record], standards: Standards) -> VisitState:
    """How a visit stands by its records, in whatever order they are given."""
    now = standing(records)
    planned = _as_moved(planned, now)
    several = planned is not None and len(planned.carer_ids) > 1
    conflicts: list[Conflict] = []
    started = _moment_of(now, STARTS, "started", several, conflicts)
    ended = _moment_of(now, ENDS, "ended", several, conflicts)
    tasks = _tasks(now, conflicts)
    ways = [moment(one) for one in now if one.kind == "on_the_way"]
    return VisitState(
        status=_status(now, started, ended, bool(ways)),
        on_the_way_at=min(ways) if ways else None,
        started_at=started,
        ended_at=ended,
        off=off_time(planned, started, ended, standards),
        causes=_causes(now),
        tasks=tuple(sorted(tasks.items(), key=lambda item: item[0].int)),
        conflicts=tuple(conflicts),
        clock_doubtful=any(one.clock_doubtful for one in now),
    )


def _as_moved(planned: PlannedVisit | None, now: Sequence[Record]) -> PlannedVisit | None:
    """The visit at the time that was agreed when it was moved in an emergency: from then on that is its time."""
    if planned is None:
        return None
    moves = [start for one in now if (start := moved_to_min(one)) is not None]
    return replace(planned, start_min=moves[-1], end_min=moves[-1] + planned.minutes) if moves else planned


def moved_to_min(record: Record) -> int | None:
    """The time of its own date that a visit was moved to by agreement, in minutes after midnight; None for any other
    record, and for a visit that was moved to another date."""
    if record.kind == "visit_moved":
        hours, minutes = record.body["to"].split(":")
        return int(hours) * 60 + int(minutes)
    said = record.body.get("moved_to") if record.kind == "deviation" else None
    if said is None:
        return None
    at = dt.datetime.fromisoformat(said).astimezone(ZONE)
    return at.hour * 60 + at.minute if at.date() == record.on_date else None


def off_time(
    planned: PlannedVisit | None,
    started: dt.datetime | None,
    ended: dt.datetime | None,
    standards: Standards,
) -> tuple[tuple[str, int], ...]:
    """How a visit lies to the published plan, where that is more than the standards allow."""
    if planned is None or started is None:
        return ()
    found = []
    late = _minutes(started - planned.start)
    if late > standards.lateness_min:
        found.append(("late", late))
    elif -late > standards.lateness_min and standards.early:
        found.append(("early", -late))
    if ended is not None and ended >= started:
        longer = _minutes(ended - started) - planned.minutes
        if longer > standards.longer_min:
            found.append(("longer", longer))
        elif -longer > standards.shorter_min:
            found.append(("shorter", -longer))
    return tuple(found)


def _minutes(length: dt.timedelta) -> int:
    return int(length.total_seconds() / 60)


def _status(
    now: Sequence[Record], started: dt.datetime | None, ended: dt.datetime | None, on_the_way: bool
) -> str:
    last = next((one for one in reversed(now) if one.kind == "screen_ended"), None)
    physical = any(one.kind == "made_physical" for one in now) or (
        last is not None and last.body.get("outcome") == "made_physical"
    )
    home_start = any(one.kind == "started" for one in now)
    if physical and not home_start:
        return MADE_PHYSICAL
    if _nobody_home(now, started, last):
        return NOT_HOME
    if ended is not None and (started is None or ended >= started):
        return ENDED
    if started is not None:
        return STARTED
    if any(_cancels(one) for one in now):
        return CANCELLED
    return ON_THE_WAY if on_the_way else PLANNED


def _cancels(one: Record) -> bool:
    """Whether it says that the visit is not made: one that was moved within its day is."""
    return one.kind == "deviation" and one.body.get("type") in CANCELLING and moved_to_min(one) is None


def _nobody_home(now: Sequence[Record], started: dt.datetime | None, screen: Record | None) -> bool:
    """Whether nobody opened, and nothing has solved it since."""
    if screen is not None and screen.body.get("outcome") == "not_reached":
        return True
    knocked = [
        moment(one)
        for one in now
        if one.kind == "nobody_home" or (one.kind == "deviation" and one.body.get("type") == "not_home")
    ]
    if not knocked:
        return False
    solved = [moment(one) for one in now if one.kind == "not_home_step" and one.body.get("solved")]
    begun = started is not None and started > max(knocked)
    return not begun and not any(one >= min(knocked) for one in solved)


def _moment_of(
    now: Sequence[Record], kinds: tuple[str, ...], name: str, several: bool, conflicts: list[Conflict]
) -> dt.datetime | None:
    """When it began or ended: the first beginning, the last end. Two tablets of one carer that differ are a conflict."""
    begins = name == "started"
    by_writer: dict[tuple[Any, Any], Record] = {}
    for one in now:
        if one.kind in kinds:
            key = (one.carer_id if several else None, _writer(one))
            if not begins or key not in by_writer:
                by_writer[key] = one
    found = list(by_writer.values())
    for carer in {key[0] for key in by_writer}:
        same = [one for key, one in by_writer.items() if key[0] == carer]
        if max(map(moment, same)) - min(map(moment, same)) > SAME_MOMENT:
            conflicts.append(Conflict(name, tuple(_value(one, moment(one)) for one in same)))
    if not found:
        return None
    return min(map(moment, found)) if begins else max(map(moment, found))


def _tasks(now: Sequence[Record], conflicts: list[Conflict]) -> dict[UUID, str]:
    latest: dict[str, dict[Any, Record]] = {}
    for one in now:
        if one.kind == "task":
            latest.setdefault(str(one.body["task_id"]), {})[_writer(one)] = one
    found: dict[UUID, str] = {}
    for task, by_writer in sorted(latest.items()):
        values = tuple(_value(one, DONE if one.body["done"] else NOT_DONE) for one in by_writer.values())
        words = {str(one.value) for one in values}
        found[UUID(task)] = words.pop() if len(words) == 1 else CONFLICT
        if found[UUID(task)] == CONFLICT:
            conflicts.append(Conflict(f"task:{task}", values))
    return found


def _causes(now: Sequence[Record]) -> tuple[tuple[str, str], ...]:
    found = {one.body["direction"]: one.body["cause"] for one in now if one.kind == "off_time_cause"}
    return tuple(sorted(found.items()))


def _writer(one: Record) -> UUID:
    return one.device_id or one.user_id


def _value(one: Record, value: str | dt.datetime) -> Value:
    return Value(value, one.id, one.at, one.user_id, one.device_id)
