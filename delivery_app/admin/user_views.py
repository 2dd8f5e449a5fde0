"""What the administrator's pages show of users."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.memberships import joinable
from models.team import Team
from models.user import Role, TeamMembership, User
from models.user_session import UserSession


@dataclass(frozen=True)
class RoleView:
    """A role in a team; ``role`` is its code."""

    team_id: UUID
    team: str
    role: str


@dataclass(frozen=True)
class UserView:
    """A user, as a list and the user's own page show it; ``seen_at`` is when a session was last used."""

    id: UUID
    sign_in_name: str
    name: str
    email: str
    administrator: bool
    disabled: bool
    has_password: bool
    roles: tuple[RoleView, ...]
    seen_at: datetime | None
    sessions: int
    row_version: int


@dataclass(frozen=True)
class CarerChoice:
    """A carer of a team whom a user may be; ``taken_by`` is who it is already, when that is somebody else."""

    carer_id: UUID
    name: str
    taken_by: str


@dataclass(frozen=True)
class TeamRoles:
    """A team, which of its roles a user has, and which of its carers the user is.

    ``carers`` to choose from are named only where the user has the carer's role: nobody else's team is told.
    """

    team_id: UUID
    team: str
    roles: frozenset[str]
    carer_id: UUID | None
    carers: tuple[CarerChoice, ...]

    @property
    def field(self) -> str:
        """The name of the field in which the carer is chosen."""
        return f"carer-{self.team_id}"


def user_views(session: Session, municipality_id: UUID, now: datetime) -> list[UserView]:
    """Every user of a municipality, those who may sign in first, by name."""
    users = session.scalars(
        select(User)
        .where(col(User.municipality_id) == municipality_id)
        .order_by(col(User.disabled_at).is_not(None), func.lower(col(User.name)), col(User.sign_in_name))
    )
    return _views(session, list(users), now)


def user_view(session: Session, user: User, now: datetime) -> UserView:
    """One user."""
    return _views(session, [user], now)[0]


def _views(session: Session, users: list[User], now: datetime) -> list[UserView]:
    ids = [user.id for user in users]
    roles: dict[UUID, list[RoleView]] = defaultdict(list)
    found = session.execute(
        select(TeamMembership, Team.name)
        .join(Team, col(Team.id) == col(TeamMembership.team_id))
        .where(col(TeamMembership.user_id).in_(ids))
        .order_by(col(Team.name), col(TeamMembership.role))
    )
    for row, team in found:
        roles[row.user_id].append(RoleView(row.team_id, team, row.role))
    seen: dict[UUID, datetime] = {}
    open_now: dict[UUID, int] = defaultdict(int)
    for one in session.scalars(select(UserSession).where(col(UserSession.user_id).in_(ids))):
        seen[one.user_id] = max(one.seen_at, seen.get(one.user_id, one.seen_at))
        open_now[one.user_id] += one.ended_at is None and one.ends_at > now
    return [
        UserView(
            user.id,
            user.sign_in_name,
            user.name,
            user.email or "",
            user.administrator,
            user.disabled_at is not None,
            user.password_hash is not None,
            tuple(roles[user.id]),
            seen.get(user.id),
            open_now[user.id],
            user.row_version,
        )
        for user in users
    ]


def team_roles(session: Session, user: User, today: date) -> list[TeamRoles]:
    """Every team of the user's municipality, with the roles the user has in it and the carers there are."""
    teams = session.scalars(
        select(Team).where(col(Team.municipality_id) == user.municipality_id).order_by(col(Team.name))
    ).all()
    rows = session.scalars(select(TeamMembership).where(col(TeamMembership.user_id) == user.id)).all()
    return [
        _team_roles(session, user, team, [row for row in rows if row.team_id == team.id], today)
        for team in teams
    ]


def _team_roles(
    session: Session, user: User, team: Team, rows: Sequence[TeamMembership], today: date
) -> TeamRoles:
    carer_id = next((row.carer_id for row in rows if row.carer_id is not None), None)
    roles = frozenset(row.role for row in rows)
    offered = joinable(session, team.id, today, carer_id) if Role.CARER.value in roles else []
    carers = tuple(
        CarerChoice(
            carer.id, carer.name or carer.code, "" if other is None or other.id == user.id else other.name
        )
        for carer, other in offered
    )
    return TeamRoles(team.id, team.name, roles, carer_id, carers)


ROLE_CODES = tuple(role.value for role in Role)
