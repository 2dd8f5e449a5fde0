"""Which citizens a person may see (X4): those of the teams in which the person has a role that reads them.

A request's session keeps to it by itself, whatever a query asks for (``access_log``); the helpers here say it
aloud. Who is asked for and lies outside is "not there", as if the id had never been given to anybody.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from models.citizen import Citizen
from models.errors import MissingRowError

#: Whoever has one of these in a team may know its citizens.
READING = (Permission.TEAM_READ, Permission.PLAN_READ, Permission.ROUND_READ)


def teams_in_scope(person: Person) -> frozenset[UUID]:
    """The teams whose citizens a person may see."""
    return frozenset(team_id for permission in READING for team_id in person.teams(permission))


def citizens_in_scope(person: Person, team_id: UUID | None = None) -> SelectOfScalar[Citizen]:
    """The query for the citizens a person may see, of one team or of all; more conditions can be added."""
    teams = teams_in_scope(person)
    if team_id is not None:
        teams &= {team_id}
    return select(Citizen).where(col(Citizen.team_id).in_(teams))


def citizen_in_scope(session: Session, person: Person, citizen_id: UUID) -> Citizen:
    """A citizen; raises MissingRowError when there is none, or none that the person may see."""
    found = session.scalars(citizens_in_scope(person).where(col(Citizen.id) == citizen_id)).one_or_none()
    if found is None:
        raise MissingRowError("There is no citizen with this id")
    return found
