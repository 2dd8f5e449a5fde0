"""Users of the demo: one for each role, all with one password. Never in an installation with real data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.accounts import create_user, give_role
from models.carer import Carer
from models.team import Team
from models.user import Role

#: It is printed, and stands in the README.
PASSWORD = "goddag-naerplan"
PLANNER_NAME, CARER_NAME = "planlaegger", "hjaelper"


@dataclass(frozen=True)
class SampleUser:
    """Somebody to sign in as; without a role in the team it is the administrator."""

    sign_in_name: str
    name: str
    role: Role | None


USERS = (
    SampleUser(PLANNER_NAME, "Birgit Planlægger", Role.PLANNER),
    SampleUser(CARER_NAME, "Anders Hjælper", Role.CARER),
    SampleUser("leder", "Karin Leder", Role.LEADER),
    SampleUser("administrator", "Ole Administrator", None),
)


def add_sample_users(session: Session, team: Team) -> None:
    """The users of the demo; the carer is the first of the team's."""
    carers = session.scalars(select(Carer).where(col(Carer.team_id) == team.id).order_by(col(Carer.position)))
    first = carers.first()
    for one in USERS:
        user = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name=one.sign_in_name,
            name=first.name if one.role is Role.CARER and first is not None else one.name,
            password=PASSWORD,
            administrator=one.role is None,
        )
        if one.role is not None:
            row = give_role(session, user, team, one.role)
            if one.role is Role.CARER and first is not None:
                row.carer_id = first.id
                session.add(row)
    session.flush()
