"""What planners and leaders write on the team's list: records without a device."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.cells import Message
from delivery_app.services.care.fields import Errors, choice_in, date_in, fail_on, id_in, text_in
from delivery_app.services.records.kinds import MOST_SIGNS
from delivery_app.services.records.office import Writer, keep
from delivery_app.services.team_list.reading import DONE, MESSAGE, PLANNER, TASK, TEAM, TOVHOLDER
from models.errors import MissingRowError
from models.tables import Carer, Citizen, Record

RECIPIENTS = (TEAM, TOVHOLDER, PLANNER)


def write_message(session: Session, writer: Writer, cells: Mapping[str, str], now: dt.datetime) -> UUID:
    """Put a message on the list; raises CellErrors."""
    errors: Errors = {}
    text = text_in(cells, "text", errors, MOST_SIGNS, needed=True)
    to = choice_in(cells, "to", errors, RECIPIENTS)
    citizen_id = citizen_in(session, writer.team_id, cells, errors)
    if to == TOVHOLDER and citizen_id is None and "citizen" not in errors:
        errors["citizen"] = [Message("choose the citizen whose coordinator is meant")]
    fail_on(errors)
    return keep(session, writer, MESSAGE, {"text": text, "to": to}, now, citizen_id=citizen_id)


def write_task(session: Session, writer: Writer, cells: Mapping[str, str], now: dt.datetime) -> UUID:
    """Put a task on the list; raises CellErrors."""
    errors: Errors = {}
    body = task_body(session, writer.team_id, cells, errors)
    citizen_id = citizen_in(session, writer.team_id, cells, errors)
    fail_on(errors)
    return keep(session, writer, TASK, body, now, citizen_id=citizen_id)


def task_body(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    errors: Errors,
    suffix: str = "",
    *,
    needed: bool = True,
) -> dict[str, str]:
    """What a form says of a task: what, until when, by whom."""
    text = text_in(cells, f"text{suffix}", errors, MOST_SIGNS, needed=needed)
    due_on = date_in(cells, f"due_on{suffix}", errors)
    found = {"text": text, "due_on": "" if due_on is None else due_on.isoformat()}
    carer = cells.get(f"carer{suffix}", "")
    if carer:
        row = session.get(Carer, id_in(carer) or UUID(int=0))
        if row is None or row.team_id != team_id:
            errors[f"carer{suffix}"] = [Message("choose one of the list", {"value": carer[:40]})]
        found["carer_id"] = carer
    return found


def citizen_in(
    session: Session, team_id: UUID, cells: Mapping[str, str], errors: Errors, *, needed: bool = False
) -> UUID | None:
    """The team's citizen that a form names."""
    named = cells.get("citizen", "")
    if not named and not needed:
        return None
    row = session.get(Citizen, id_in(named) or UUID(int=0))
    if row is None or row.team_id != team_id:
        errors["citizen"] = [Message("choose one of the list", {"value": named[:40]})]
        return None
    return row.id


def task_done(session: Session, writer: Writer, task_id: UUID, note: str, now: dt.datetime) -> None:
    """Say that a task is done; raises MissingRowError when the team has no such task."""
    record = session.get(Record, task_id)
    if record is None or record.team_id != writer.team_id or record.kind != TASK:
        raise MissingRowError("There is no task with the id {id}", id=task_id)
    body = {"task_record_id": str(task_id), "note": note.strip()[:MOST_SIGNS]}
    keep(session, writer, DONE, body, now, citizen_id=record.citizen_id)


def take_back(session: Session, writer: Writer, record_id: UUID, reason: str, now: dt.datetime) -> None:
    """Take a message, a task, or that one is done, back: it stays in the journal, struck through.

    Raises
    ------
    CellErrors
        No reason.
    MissingRowError
        The team's list has no such record.
    """
    record = session.get(Record, record_id)
    if record is None or record.team_id != writer.team_id or record.kind not in (MESSAGE, TASK, DONE):
        raise MissingRowError("The team's list has nothing with the id {id}", id=record_id)
    errors: Errors = {}
    words = text_in({"reason": reason}, "reason", errors, MOST_SIGNS, needed=True)
    fail_on(errors)
    keep(session, writer, "withdrawn", {"reason": words}, now, corrects_id=record_id)
