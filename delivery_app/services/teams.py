"""Teams of a municipality: which there are, one more of them, another name or base."""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.errors import ConflictError, MissingRowError, RememberingError
from models.provider import PROVIDER_KINDS, Provider
from models.tables import Carer, Citizen, Team, TeamMembership, metadata


class TeamError(RememberingError):
    """A team that cannot be made or changed so; ``field`` is the form's field that is wrong."""

    def __init__(self, template: str, *, field: str, **values: object) -> None:
        self.field = field
        super().__init__(template, **values)


@dataclass(frozen=True)
class TeamRowView:
    """A team, as a list shows it."""

    id: UUID
    name: str
    provider: str
    provider_kind: str
    citizens: int
    carers: int
    users: int


def teams_of(session: Session, municipality_id: UUID) -> list[TeamRowView]:
    """Every team of a municipality, by name; people counted are those who are there today."""
    rows = session.execute(
        select(Team, Provider)
        .join(Provider, col(Provider.id) == col(Team.provider_id))
        .where(col(Team.municipality_id) == municipality_id)
        .order_by(col(Team.name))
    )
    citizens, carers = _count(session, Citizen), _count(session, Carer)
    people = func.count(func.distinct(col(TeamMembership.user_id)))
    found = session.execute(select(TeamMembership.team_id, people).group_by(col(TeamMembership.team_id)))
    users = {team_id: int(count) for team_id, count in found}
    return [
        TeamRowView(
            team.id,
            team.name,
            provider.name,
            provider.kind,
            citizens.get(team.id, 0),
            carers.get(team.id, 0),
            users.get(team.id, 0),
        )
        for team, provider in rows
    ]


def get_team(session: Session, municipality_id: UUID, team_id: UUID) -> Team:
    """A team of the municipality; raises MissingRowError."""
    team = session.get(Team, team_id)
    if team is None or team.municipality_id != municipality_id:
        raise MissingRowError("There is no such team")
    return team


def checked_team_name(session: Session, municipality_id: UUID, name: str, team_id: UUID | None = None) -> str:
    """A name no other team of the municipality has; raises TeamError."""
    plain = " ".join(name.split())
    if not plain or len(plain) > 100:
        raise TeamError(
            "The name is missing or longer than 100 signs; write what the team is called", field="name"
        )
    other = session.scalars(
        select(Team).where(col(Team.municipality_id) == municipality_id, col(Team.name) == plain)
    ).first()
    if other is not None and other.id != team_id:
        raise TeamError(
            "There is a team called {name} already; choose another name", field="name", name=plain
        )
    return plain


def checked_degrees(field: str, text: str) -> float:
    """A latitude (``base_lat``) or longitude (``base_lon``) in Denmark; a comma is taken as a point.

    Raises TeamError.
    """
    least, most = (54.0, 58.5) if field == "base_lat" else (7.5, 15.7)
    try:
        value = float(text.replace(",", ".").strip())
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise TeamError(
            "'{value}' is no place in Denmark; write degrees between {least} and {most}, for example {example}",
            field=field,
            value=text,
            least=least,
            most=most,
            example="55.6576" if field == "base_lat" else "12.3633",
        )
    return value


def provider_of(session: Session, municipality_id: UUID, kind: str, name: str) -> Provider:
    """The municipality's provider of that kind and name, made when it is new; raises TeamError."""
    if kind not in PROVIDER_KINDS:
        raise TeamError(
            "'{kind}' is no kind of provider; choose municipal or private", field="kind", kind=kind
        )
    plain = " ".join(name.split())
    if not plain or len(plain) > 100:
        raise TeamError(
            "The provider's name is missing or longer than 100 signs; write who delivers", field="provider"
        )
    found = session.scalars(
        select(Provider).where(
            col(Provider.municipality_id) == municipality_id,
            col(Provider.kind) == kind,
            col(Provider.name) == plain,
        )
    ).first()
    if found is not None:
        return found
    row = Provider(municipality_id=municipality_id, kind=kind, name=plain)
    session.add(row)
    session.flush()
    return row


def provider_in_use(session: Session, team: Team) -> Provider:
    """Who delivers in a team."""
    return session.get_one(Provider, team.provider_id)


def check_version(row_version: int, found: int) -> None:
    """Raises ConflictError when a form was filled with an older version than there is now."""
    if row_version != found:
        raise ConflictError(
            "Somebody else changed this in the meantime; nothing was saved. Look at it again, then repeat"
        )


def _count(session: Session, table: type[Citizen] | type[Carer]) -> dict[UUID, int]:
    # Of the table, not of its rows as objects: how many there are is no citizen's data, and an administrator
    # who may see none of them is to see that number.
    columns = metadata.tables[str(table.__tablename__)].c
    there = or_(columns.until_date.is_(None), columns.until_date > func.current_date())
    rows = session.execute(select(columns.team_id, func.count()).where(there).group_by(columns.team_id))
    return {team_id: int(count) for team_id, count in rows}
