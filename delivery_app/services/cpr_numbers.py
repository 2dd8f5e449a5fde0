"""Citizens' CPR numbers: written down, forgotten, shown to who asks, and found by (X6)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.security.access_log import note_read
from delivery_app.services.team_rows import row_to_change
from models.access_log import Action
from models.citizen import citizens_by_cpr
from models.cpr import Cpr, CprError, CprVault
from models.tables import Citizen

FIELD = "cpr"


def set_cpr(
    session: Session,
    vault: CprVault,
    team_id: UUID,
    citizen_id: UUID,
    text: str,
    row_version: int | None,
    today: date,
) -> Citizen:
    """Keep a citizen's number, encrypted.

    Raises
    ------
    CellErrors
        Text that is no CPR number, or the number of another citizen of the team.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    cpr = parsed(text, today)
    citizen = row_to_change(session, Citizen, team_id, citizen_id, row_version)
    other = citizen_with(session, vault, citizen.municipality_id, team_id, cpr)
    if other is not None and other.id != citizen.id:
        note_read(session, [other])
        message = Message(
            "{name} has this number already; look at which of the two it belongs to",
            {"name": other.name or other.code},
        )
        raise CellErrors({FIELD: [message]})
    citizen.set_cpr(cpr, vault)
    session.flush()
    return citizen


def forget_cpr(session: Session, vault: CprVault, team_id: UUID, citizen_id: UUID) -> None:
    """Keep no number of a citizen any more; raises MissingRowError."""
    row_to_change(session, Citizen, team_id, citizen_id, None).set_cpr(None, vault)
    session.flush()


def show_cpr(session: Session, vault: CprVault, citizen: Citizen) -> str:
    """The number in clear, empty when none is kept; that it was shown is an entry of its own in the access log.

    Raises
    ------
    CprKeyError
        Without the right key.
    """
    cpr = citizen.cpr(vault)
    if cpr is None:
        return ""
    note_read(session, [citizen], action=Action.CPR_SHOWN)
    return cpr.formatted()


def parsed(text: str, today: date) -> Cpr:
    """The number in a field; raises CellErrors, without the text."""
    try:
        return Cpr.parse(text, today)
    except CprError as error:
        raise CellErrors({FIELD: [Message(error.template, dict(error.values))]}) from None


def citizen_with(
    session: Session, vault: CprVault, municipality_id: UUID, team_id: UUID, cpr: Cpr
) -> Citizen | None:
    """The team's citizen with that number, also one who has left; None when it has none."""
    found = citizens_by_cpr(session, municipality_id, cpr, vault)
    return next((row for row in found if row.team_id == team_id), None)
