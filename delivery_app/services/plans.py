"""Stored rosters, judged, kept in this process's memory: a page of a large team is drawn without reading it anew.

A plan is found by its roster's ``row_version`` and the team's data mark, which are looked up each time (one query):
whatever process changed something, the next look sees it. What a transaction wrote is kept only once it is committed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from delivery_app.bridge.plans import RosterHead, TeamIds, problem_at, roster_at, roster_head, team_ids
from delivery_app.security.access_log import note_team_at_hand
from delivery_app.views.plan import Plan
from scheduler.problem import Problem

T = TypeVar("T")
#: How many plans and problems a process keeps: some ten megabytes each for a large team.
PLANS_KEPT, PROBLEMS_KEPT = 12, 8
#: Of each team so many rosters are known to be worked with.
LOOKS_KEPT = 2


class Kept(Generic[T]):
    """The last few values by key; two that ask for the same one at once make it once."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: OrderedDict[tuple[object, ...], T] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[tuple[object, ...], threading.Lock] = {}

    def get(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The value, made when it is not there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            own = self._making.setdefault(key, threading.Lock())
        with own:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
                self.put(key, value)
                return value
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def put(self, key: tuple[object, ...], value: T) -> None:
        """Keep a value; the one that was asked for longest ago gives way."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


_plans: Kept[Plan] = Kept(PLANS_KEPT)
_problems: Kept[Problem] = Kept(PROBLEMS_KEPT)
_ids: Kept[TeamIds] = Kept(PROBLEMS_KEPT)
_looks: dict[UUID, OrderedDict[UUID, None]] = {}
_looks_lock = threading.Lock()


@dataclass(frozen=True)
class StoredPlan:
    """A stored roster as pages need it."""

    head: RosterHead
    plan: Plan
    ids: TeamIds


def plan_of(
    session: Session, roster_id: UUID, team_id: UUID | None = None, *, asked: bool = True
) -> StoredPlan:
    """A stored roster with its problem and the judge's word, from memory where that still holds.

    Parameters
    ----------
    asked
        Somebody wants to see it, and will perhaps want to see it again (:func:`looked_at`).

    Raises
    ------
    MissingRowError
        There is no such roster (in that team).
    BridgeError, scheduler.message.ProblemError
        The team's data cannot be planned by.
    """
    head = roster_head(session, roster_id, team_id)
    if asked:
        _note_look(head.team_id, roster_id)

    def make() -> Plan:
        problem = _problems.get(head.problem_key, lambda: problem_at(session, head))
        return Plan(problem, roster_at(session, head))

    ids = _ids.get((head.team_id, head.data_mark), lambda: team_ids(session, head.team_id))
    # No rows were loaded, perhaps: the log of who saw whom has to be told.
    note_team_at_hand(session, head.team_id)
    return StoredPlan(head, _plans.get(head.plan_key, make), ids)


def looked_at(team_id: UUID) -> list[UUID]:
    """The rosters of a team that were asked for last, the newest first."""
    with _looks_lock:
        return list(reversed(_looks.get(team_id, ())))


def _note_look(team_id: UUID, roster_id: UUID) -> None:
    with _looks_lock:
        looks = _looks.setdefault(team_id, OrderedDict())
        looks[roster_id] = None
        looks.move_to_end(roster_id)
        while len(looks) > LOOKS_KEPT:
            looks.popitem(last=False)


def keep_when_committed(session: Session, head: RosterHead, plan: Plan) -> None:
    """Keep a plan that this transaction made; rolled back, it is forgotten."""

    def keep(_session: Session) -> None:
        _plans.put(head.plan_key, plan)

    event.listen(session, "after_commit", keep, once=True)


def forget_plans() -> None:
    """Empty this process's memory of plans (for tests and measurements)."""
    _plans.clear()
    _problems.clear()
    _ids.clear()
