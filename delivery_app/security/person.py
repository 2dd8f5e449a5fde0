"""Who is signed in, as the rest of the app knows it: never a table row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE, point_in_time
from delivery_app.security.permissions import Permission
from delivery_app.security.roles import ADMINISTRATOR, IN_TEAM
from models.carer import Carer
from models.shift import Shift
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
class Ended:
    """A carer's role in a team that is over, for the carer has left the team: ``first_day`` without access."""

    team_id: UUID
    team_name: str
    first_day: date

    @property
    def last_day(self) -> date:
        """The last day as a carer of the team."""
        return self.first_day - timedelta(days=1)


class EmploymentEndedError(Exception):
    """Somebody asks for what a carer of the team may, and is none of its carers any more."""

    def __init__(self, ended: Ended) -> None:
        self.ended = ended
        super().__init__(f"left the team before {ended.first_day}")


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
    ended: tuple[Ended, ...] = ()

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

    def ended_for(self, permission: Permission, team_id: UUID) -> Ended | None:
        """The role that gave the permission in a team until the person left it."""
        if permission not in IN_TEAM[Role.CARER]:
            return None
        return next((one for one in self.ended if one.team_id == team_id), None)

    def teams(self, permission: Permission) -> dict[UUID, str]:
        """Names of the teams in which the person has a permission, by id, sorted by name."""
        found = {one.team_id: one.team_name for one in self.memberships if permission in IN_TEAM[one.role]}
        return dict(sorted(found.items(), key=lambda item: (item[1], str(item[0]))))


def person_of(session: Session, user: User, session_id: UUID, csrf_token: str, now: datetime) -> Person:
    """The signed-in user with all roles that hold; a carer's ends with the carer's time in the team."""
    rows = session.execute(
        select(TeamMembership, Team.name, col(Carer.until_date))
        .join(Team, col(Team.id) == col(TeamMembership.team_id))
        .join(Carer, col(Carer.id) == col(TeamMembership.carer_id), isouter=True)
        .where(col(TeamMembership.user_id) == user.id)
        .order_by(col(Team.name), col(TeamMembership.role))
    ).all()
    over = {
        row.id: Ended(row.team_id, team_name, until)
        for row, team_name, until in rows
        if until is not None and row.role == Role.CARER.value and _is_over(session, row.carer_id, until, now)
    }
    return Person(
        user_id=user.id,
        sign_in_name=user.sign_in_name,
        name=user.name,
        language=user.language,
        municipality_id=user.municipality_id,
        administrator=user.administrator,
        must_change_password=user.must_change_password,
        memberships=tuple(
            Membership(row.team_id, team_name, Role(row.role), row.carer_id)
            for row, team_name, _ in rows
            if row.id not in over
        ),
        session_id=session_id,
        csrf_token=csrf_token,
        ended=tuple(over.values()),
    )


def _is_over(session: Session, carer_id: UUID | None, until: date, now: datetime) -> bool:
    """Whether a carer has left the team; a night's shift of the last day is ended first."""
    today = now.astimezone(ZONE).date()
    if carer_id is None or today < until:
        return False
    last = until - timedelta(days=1)
    if today > until:
        return True
    ends = session.scalars(
        select(Shift.end_min).where(col(Shift.carer_id) == carer_id, col(Shift.date) == last)
    )
    return all(point_in_time(last, end) <= now for end in ends)
