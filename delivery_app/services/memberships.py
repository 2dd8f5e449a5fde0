"""Who in a team a user with the carer's role is: one carer to one user, and one user to one carer of a team."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.accounts import AccountError, give_role, take_role
from delivery_app.services.citizens import active_carers
from delivery_app.services.team_rows import row_to_change
from models.errors import MissingRowError
from models.tables import Carer, Team
from models.user import Role, TeamMembership, User


@dataclass(frozen=True)
class CarerUser:
    """The user who is a carer; ``disabled``: who cannot sign in."""

    sign_in_name: str
    name: str
    disabled: bool


def joinable(
    session: Session, team_id: UUID, today: date, beside: UUID | None = None
) -> list[tuple[Carer, User | None]]:
    """The team's carers, now or soon, each with the user who it is already; and the one of ``beside``, too."""
    rows = active_carers(session, team_id, today)
    if beside is not None and all(row.id != beside for row in rows):
        rows.append(session.get_one(Carer, beside))
    users = _users(session, [row.id for row in rows])
    return [(row, users.get(row.id)) for row in rows]


def user_of_carer(session: Session, carer_id: UUID) -> CarerUser | None:
    """The user who is that carer; None while nobody is."""
    user = _users(session, [carer_id]).get(carer_id)
    return None if user is None else CarerUser(user.sign_in_name, user.name, user.disabled_at is not None)


def set_roles(
    session: Session, user: User, team: Team, roles: Collection[Role], carer_id: UUID | None, *, joins: bool
) -> None:
    """Give a user just these roles in a team; ``joins``: also say which of the carers the user is (None: nobody).

    Raises
    ------
    AccountError
        A carer without the carer's role, one the team does not have, or one who is another user already;
        ``field`` is ``carer-`` with the team's id.
    """
    field = f"carer-{team.id}"
    if joins and carer_id is not None and Role.CARER not in roles:
        raise AccountError(
            "A carer is chosen, but not the role carer; tick the role in {team}, or choose nobody",
            field=field,
            team=team.name,
        )
    for role in Role:
        if role in roles:
            give_role(session, user, team, role)
        else:
            take_role(session, user, team.id, role)
    if joins and Role.CARER in roles:
        _join(session, give_role(session, user, team, Role.CARER), team, carer_id, field)


def _join(session: Session, row: TeamMembership, team: Team, carer_id: UUID | None, field: str) -> None:
    if carer_id is not None and carer_id != row.carer_id:
        try:
            carer = row_to_change(session, Carer, team.id, carer_id, None)
        except MissingRowError:
            raise AccountError(
                "The carer is not in {team} any more; choose another one", field=field, team=team.name
            ) from None
        other = _users(session, [carer.id]).get(carer.id)
        if other is not None and other.id != row.user_id:
            raise AccountError(
                "{carer} is the user {user} ({sign_in}) already; take that away on that user's page first",
                field=field,
                carer=carer.name or carer.code,
                user=other.name,
                sign_in=other.sign_in_name,
            )
    row.carer_id = carer_id
    session.add(row)
    session.flush()


def _users(session: Session, carer_ids: Collection[UUID]) -> dict[UUID | None, User]:
    found = session.execute(
        select(TeamMembership.carer_id, User)
        .join(User, col(User.id) == col(TeamMembership.user_id))
        .where(col(TeamMembership.carer_id).in_(carer_ids))
    )
    return {row[0]: row[1] for row in found}
