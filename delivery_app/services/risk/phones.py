"""The numbers that a team's carers ring when it is urgent: kept by planners, brought along by tablets (D22)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.i18n import N_
from delivery_app.services.team_rows import owner, row_of, row_to_change, team_of
from models.tables import TeamPhone

MOST = 30
NUMBER = re.compile(r"\+?[0-9][0-9 ]{2,28}")
NO_NUMBER = N_("'{value}' is not a telephone number; write digits, such as 12 34 56 78")
EMPTY = N_("the cell is empty; it must be filled in")
TOO_LONG = N_("at most {most} signs fit here")


def phones_of(session: Session, team_id: UUID) -> Sequence[TeamPhone]:
    """The team's numbers in their order."""
    return session.scalars(
        select(TeamPhone)
        .where(col(TeamPhone.team_id) == team_id)
        .order_by(col(TeamPhone.position), col(TeamPhone.name), col(TeamPhone.id))
    ).all()


def phone_for_citizens(session: Session, team_id: UUID) -> str:
    """The number at which citizens reach the team, the first that is meant for them; empty when none is."""
    return next((one.number for one in phones_of(session, team_id) if one.for_citizens), "")


def checked(cells: Mapping[str, str]) -> dict[str, str]:
    """The fields of a number; raises CellErrors."""
    found = {name: cells.get(name, "").strip() for name in ("name", "number", "hours")}
    errors: dict[str, list[Message]] = {}
    for name, most in (("name", 100), ("hours", 100)):
        if len(found[name]) > most:
            errors[name] = [Message(TOO_LONG, {"most": most})]
    if not found["name"]:
        errors["name"] = [Message(EMPTY, {"value": ""})]
    if not NUMBER.fullmatch(found["number"]):
        errors["number"] = [Message(NO_NUMBER, {"value": found["number"][:40]})]
    if errors:
        raise CellErrors(errors)
    return found


def save_phone(
    session: Session, team_id: UUID, row_id: UUID | None, cells: Mapping[str, str], row_version: int | None
) -> TeamPhone:
    """Add a number, or change one; raises CellErrors, ConflictError, MissingRowError."""
    values = checked(cells)
    if row_id is None:
        known = phones_of(session, team_id)
        if len(known) >= MOST:
            raise CellErrors(
                {"name": [Message("A list holds at most {most} numbers; remove one first", {"most": MOST})]}
            )
        position = max((one.position for one in known), default=0) + 1
        row = TeamPhone(**owner(team_of(session, team_id)), position=position, name="", number="")
    else:
        row = row_to_change(session, TeamPhone, team_id, row_id, row_version)
    row.name, row.number, row.hours = values["name"], values["number"], values["hours"]
    row.for_citizens = cells.get("for_citizens") == "yes"
    session.add(row)
    session.flush()
    return row


def remove_phone(session: Session, team_id: UUID, row_id: UUID) -> None:
    """Take a number off the list."""
    session.delete(row_of(session, TeamPhone, team_id, row_id))
    session.flush()


def dialled(number: str) -> str:
    """A number as a telephone takes it."""
    return number.replace(" ", "")
