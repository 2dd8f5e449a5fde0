"""Who is signed in, as the rest of the app knows it: never a table row."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.security.permissions import Permission
from delivery_app.security.roles import ADMINISTRATOR, IN_TEAM
from models.team import Team
from models.user import Role, TeamMembership, User


@dataclass(frozen=True)
class Membership:
    """A role in a team; ``carer_id`` is the person's own row among the team's carers."""

    team_id: UUID
    team_name: str
    role: Role
    carer_id: UUID | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    user_id: UUID
    sign_in_name: str
    name: str
    language: str
    municipality_id: UUID
    administrator: bool
    must_change_password: bool
    memberships: tuple[Membership, ...]
    session_id: UUID
    csrf_token: str

    def may(self, permission: Permission, team_id: UUID | None = None) -> bool:
        """Whether the person has a permission: in that team, or without one anywhere at all."""
        if permission in (Permission.PUBLIC, Permission.ACCOUNT):
            return True
        if team_id is None and self.administrator and permission in ADMINISTRATOR:
            return True
        return any(
            permission in IN_TEAM[one.role]
            for one in self.memberships
            if team_id is None or one.team_id == team_id
        )

    def teams(self, permission: Permission) -> dict[UUID, str]:
        """Names of the teams in which the person has a permission, by id, sorted by name."""
        found = {one.team_id: one.team_name for one in self.memberships if permission in IN_TEAM[one.role]}
        return dict(sorted(found.items(), key=lambda item: (item[1], str(item[0]))))


def person_of(session: Session, user: User, session_id: UUID, csrf_token: str) -> Person:
    """The signed-in user with all roles."""
    rows = session.execute(
        select(TeamMembership, Team.name)
        .join(Team, col(Team.id) == col(TeamMembership.team_id))
        .where(col(TeamMembership.user_id) == user.id)
        .order_by(col(Team.name), col(TeamMembership.role))
    )
    return Person(
        user_id=user.id,
        sign_in_name=user.sign_in_name,
        name=user.name,
        language=user.language,
        municipality_id=user.municipality_id,
        administrator=user.administrator,
        must_change_password=user.must_change_password,
        memberships=tuple(
            Membership(row.team_id, team_name, Role(row.role), row.carer_id) for row, team_name in rows
        ),
        session_id=session_id,
        csrf_token=csrf_token,
    )
