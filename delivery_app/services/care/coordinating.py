"""Who holds a citizen's course of help together (tovholder), from when on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.team_rows import owner, row_of, row_to_change, team_of
from models.tables import Carer, Citizen, Coordinator


def coordinator_of(session: Session, citizen_id: UUID, when: date) -> Carer | None:
    """The citizen's coordinator on a date; None when there is none."""
    return coordinators(session, [citizen_id], when).get(citizen_id)


def coordinators(session: Session, citizens: Collection[UUID], when: date) -> dict[UUID, Carer]:
    """The coordinators of some citizens on a date; a citizen without one is missing."""
    rows = session.scalars(
        select(Coordinator)
        .where(col(Coordinator.citizen_id).in_(citizens), col(Coordinator.from_date) <= when)
        .order_by(col(Coordinator.from_date), col(Coordinator.created_at))
    )
    newest = {row.citizen_id: row.carer_id for row in rows}
    wanted = {one for one in newest.values() if one is not None}
    carers = {row.id: row for row in session.scalars(select(Carer).where(col(Carer.id).in_(wanted)))}
    return {citizen: carers[carer] for citizen, carer in newest.items() if carer in carers}


def is_coordinator(session: Session, team_id: UUID, carer_id: UUID, when: date) -> bool:
    """Whether a carer is the coordinator of one of the team's citizens on a date."""
    once = session.scalars(
        select(Coordinator.citizen_id).where(
            col(Coordinator.team_id) == team_id, col(Coordinator.carer_id) == carer_id
        )
    ).all()
    return any(one.id == carer_id for one in coordinators(session, set(once), when).values())


def choose_coordinator(
    session: Session, team_id: UUID, citizen_id: UUID, carer_id: UUID | None, from_date: date
) -> bool:
    """Let a carer of the team be the coordinator from a date on (None: nobody); whether that is a change.

    Raises
    ------
    MissingRowError
        The team has no such citizen or carer.
    """
    citizen = row_to_change(session, Citizen, team_id, citizen_id, None)
    if carer_id is not None:
        row_of(session, Carer, team_id, carer_id)
    before = coordinator_of(session, citizen.id, from_date)
    if (None if before is None else before.id) == carer_id:
        return False
    session.add(
        Coordinator(
            **owner(team_of(session, team_id)), citizen_id=citizen.id, carer_id=carer_id, from_date=from_date
        )
    )
    session.flush()
    return True
