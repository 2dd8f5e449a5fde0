"""A visit that does not fall this week only, agreed with the citizen: out of the draft, and not due on that date.

The need keeps the date, so that whoever plans the week anew keeps to it; the citizen's journal keeps the grounds and
who agreed to it. Taking the step back takes the date out of the need again, and says so in the journal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from delivery_app.bridge.edits import LoggedEdit
from delivery_app.bridge.not_falling import days_again, days_without, let_fall, let_not_fall
from delivery_app.services import editing
from delivery_app.services.plans import StoredPlan
from delivery_app.services.records.office import Writer, keep
from delivery_app.views.plan import Plan
from models.errors import ConflictError, MissingRowError
from scheduler.edit import Unplace, patched
from scheduler.problem import week_of
from scheduler.roster import Roster


def leave_out(
    session: Session,
    stored: StoredPlan,
    writer: Writer,
    need_code: str,
    when: dt.date,
    note: str,
    now: dt.datetime,
) -> editing.Outcome:
    """Leave out a need's visit of a date. An outcome that is not saved leaves the caller to roll back.

    Parameters
    ----------
    note
        What the citizen's journal says of it.

    Raises
    ------
    MissingRowError
        The draft has no such visit on that date.
    ConflictError, BridgeError
        The draft was changed or published at this very moment.
    RememberingError
        The note cannot be kept as it is written.
    """
    head, plan = stored.head, stored.plan
    day = plan.day_number(when)
    without = _without(plan.roster, need_code, day)
    days = days_without(plan.problem, plan.roster, need_code, day)
    need = let_not_fall(session, head.team_id, stored.ids.needs[need_code], (plan.date(one) for one in days))
    keep(session, writer, "note", {"text": note}, now, citizen_id=need.citizen_id)
    return editing.take_over(
        session,
        head.roster_id,
        Unplace(need_code, day),
        without,
        head.row_version,
        head.team_id,
        before=plan.evaluation,
    )


def left_out(plan: Plan, step: LoggedEdit | None) -> tuple[int, ...]:
    """The days that a step has put on a need by which its visit does not fall; none where the step did nothing such."""
    command = step.command if step is not None else None
    if step is None or not isinstance(command, Unplace) or step.patch.unplaced.into:
        return ()
    if command.need_id not in plan.problem.need_by_id:
        return ()
    before = patched(plan.roster, step.patch.turned())
    return days_again(plan.problem, before, command.need_id, command.day)


def take_back(
    session: Session, stored: StoredPlan, writer: Writer, step: LoggedEdit, note: str, now: dt.datetime
) -> editing.Outcome:
    """Take back one's own last step, by which a visit was left out: the need loses the date, the draft has it again.

    An outcome that is not saved leaves the caller to roll back. Raises as :func:`leave_out` and
    :func:`delivery_app.services.editing.undo` do.
    """
    head, plan = stored.head, stored.plan
    assert isinstance(step.command, Unplace)
    days = left_out(plan, step)
    need_id = stored.ids.needs[step.command.need_id]
    need = let_fall(session, head.team_id, need_id, (plan.date(one) for one in days))
    keep(session, writer, "note", {"text": note}, now, citizen_id=need.citizen_id)
    outcome = editing.undo(session, head.roster_id, head.team_id)
    if outcome.edit.command != step.command:
        raise ConflictError("The draft has been changed since this page was made; look at it again")
    return outcome


def _without(roster: Roster, need_code: str, day: int) -> Roster:
    """The roster without the visit, or without its line among those that have no place."""
    visits = tuple(row for row in roster.visits if (row.need_id, row.day) != (need_code, day))
    if len(visits) < len(roster.visits):
        return replace(roster, visits=visits)
    for row in roster.unplaced:
        if row.need_id == need_code and (row.day == day or (row.day is None and row.week == week_of(day))):
            return replace(roster, unplaced=tuple(one for one in roster.unplaced if one is not row))
    raise MissingRowError("There is no such visit on that date")
