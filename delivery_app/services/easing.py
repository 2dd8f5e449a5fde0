"""What would help a visit without a place: tried on the draft, and granted when a planner says yes.

Where the draft alone can do it, it is an edit like any other. Where the team's data would have to change, the changed
roster is shown first, with what changes and for how long; only a second word writes it, in one transaction with the edit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.granting import is_of_these_weeks_only, write_changes
from delivery_app.services import editing
from delivery_app.services.fitting import later_rosters
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.services.publishing import head_of
from delivery_app.services.shifts import free_code
from delivery_app.services.team_rows import team_of
from delivery_app.views.plan import Plan
from models.errors import ConflictError
from scheduler.edit import Command, Edit, taken_over
from scheduler.evaluate import evaluate
from scheduler.explain import Eased, Explanation
from scheduler.explain.granting import (
    DECIDED_ELSEWHERE,
    ROSTER_ALONE,
    Granted,
    RowChange,
    granted,
)
from scheduler.message import ProblemError
from scheduler.problem import Absence, Need, Problem, Shift


@dataclass(frozen=True)
class LaterWeek:
    """A published roster of later weeks for which the change holds too, and how many hard rules it would break by it."""

    roster_id: UUID
    first_monday: date
    weeks: int
    broken: int


@dataclass(frozen=True)
class Tried:
    """A relaxation as it would be: ``edit`` judged against the draft as it is, nothing saved.

    ``once``: nothing but these weeks changes. ``seal`` says what was shown, so that a yes grants just that.
    """

    changes: tuple[RowChange, ...]
    edit: Edit
    stored: StoredPlan
    once: bool
    later: tuple[LaterWeek, ...]
    seal: str


def changes_data(row: Eased) -> bool:
    """Whether it takes more than the draft."""
    return row.what not in ROSTER_ALONE


def may_be_granted(row: Eased) -> bool:
    """Whether it is a planner's to grant at all, and there is somebody for it."""
    return row.what not in DECIDED_ELSEWHERE and (row.what != "extra_shift" or bool(row.carers))


def try_easing(
    session: Session, stored: StoredPlan, found: Explanation, row: Eased, command: Command
) -> Tried:
    """The draft as it would be with a relaxation; nothing is written.

    Raises
    ------
    ProblemError
        It is not a planner's to grant, or nobody takes the shift it asks for.
    """
    grant, done = _granted(session, stored, found, row, command)
    once = _is_once(session, stored, grant.changes)
    return Tried(
        grant.changes,
        done,
        replace(stored, plan=Plan(grant.problem, done.roster, stored.plan.travel, done.after)),
        once,
        () if once else _later(session, stored, grant.changes),
        _seal(grant.changes),
    )


def grant_easing(
    session: Session,
    stored: StoredPlan,
    found: Explanation,
    row: Eased,
    command: Command,
    *,
    seen: int,
    seal: str,
) -> editing.Outcome:
    """Write what a relaxation changes of the team's data, and give the visit its place in the draft.

    An outcome that is not saved (a rule would be broken) leaves the caller to roll back.

    Raises
    ------
    ConflictError
        The draft or the data are not as they were when it was tried.
    ProblemError, MissingRowError, BridgeError
        As :func:`try_easing`, and :func:`delivery_app.services.editing.take_over`.
    """
    head = stored.head
    grant, _ = _granted(session, stored, found, row, command)
    if _seal(grant.changes) != seal or head.row_version != seen:
        raise ConflictError("The draft or the team's data have changed since it was tried; try it again")
    team = team_of(session, head.team_id)
    write_changes(session, team, stored.plan.problem.calendar, grant.changes)
    return editing.take_over(
        session,
        head.roster_id,
        command,
        grant.roster,
        seen,
        head.team_id,
        before=stored.plan.evaluation,
    )


def _granted(
    session: Session, stored: StoredPlan, found: Explanation, row: Eased, command: Command
) -> tuple[Granted, Edit]:
    """Granted, with the first carer by whom one more shift breaks no rule."""
    plan = stored.plan
    tries: list[tuple[Granted, Edit]] = []
    for carer_id in _takers(row):
        shift_id = ""
        if row.what == "extra_shift":
            day = plan.date(row.offer.visit.day)
            shift_id = free_code(session, stored.head.team_id, day, carer_id)
        one = granted(plan.problem, plan.roster, found.need, row, carer_id=carer_id, shift_id=shift_id)
        done = taken_over(one.problem, plan.roster, one.roster, command, plan.travel, plan.evaluation)
        tries.append((one, done))
        if not done.broken:
            return one, done
    return tries[0]


def _takers(row: Eased) -> Sequence[str]:
    if row.what != "extra_shift":
        return ("",)
    if not row.carers:
        raise ProblemError(
            "Nobody of the team may take this shift; find somebody from outside, then add the shift under Shifts"
        )
    return row.carers


def _is_once(session: Session, stored: StoredPlan, changes: Iterable[RowChange]) -> bool:
    head = stored.head
    last_day = head.first_monday + timedelta(days=7 * head.weeks - 1)
    return all(
        isinstance(row.after or row.before, (Shift, Absence))
        or (
            isinstance(row.after, Need)
            and is_of_these_weeks_only(session, head.team_id, row.after.need_id, last_day)
        )
        for row in changes
    )


def _later(session: Session, stored: StoredPlan, changes: Sequence[RowChange]) -> tuple[LaterWeek, ...]:
    head = head_of(session, stored.head.team_id, stored.head.roster_id)
    found = []
    for one in later_rosters(session, head):
        plan = plan_of(session, one.roster_id, head.team_id).plan
        after = evaluate(_changed(plan.problem, changes), plan.roster, plan.travel)
        broken = max(0, len(after.hard) - len(plan.evaluation.hard))
        found.append(LaterWeek(one.roster_id, one.first_monday, one.weeks, broken))
    return tuple(found)


def _changed(problem: Problem, changes: Sequence[RowChange]) -> Problem:
    """Another week's problem with the same columns of the same rows changed."""
    for change in changes:
        if change.before is None or change.after is None:
            continue
        kind = type(change.after)
        columns = {
            one.name: getattr(change.after, one.name)
            for one in fields(change.after)
            if getattr(change.before, one.name) != getattr(change.after, one.name)
        }
        for name, key in _KEYS:
            rows = getattr(problem, name)
            if rows and isinstance(rows[0], kind):
                same = [getattr(change.before, part) for part in key]
                changed: dict[str, Any] = {
                    name: tuple(
                        replace(row, **columns) if [getattr(row, part) for part in key] == same else row
                        for row in rows
                    )
                }
                problem = replace(problem, **changed)
    return problem


#: What holds for every week, and by what its rows are known in another one.
_KEYS = (
    ("needs", ("need_id",)),
    ("citizens", ("citizen_id",)),
    ("carers", ("carer_id",)),
    ("links", ("first_need", "second_need")),
)


def _seal(changes: Sequence[RowChange]) -> str:
    return hashlib.sha256(repr(changes).encode()).hexdigest()[:24]
