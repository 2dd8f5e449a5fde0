"""What people are called, by the codes that rosters and changes name them by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.tables import Carer, Citizen, TeamMembership, User


@dataclass(frozen=True)
class NamedPerson:
    """A citizen or a carer: row, code and name."""

    row_id: UUID
    code: str
    name: str


@dataclass(frozen=True)
class Names:
    """A team's people by code, those who have left too."""

    citizens: Mapping[str, NamedPerson]
    carers: Mapping[str, NamedPerson]

    @property
    def carer_names(self) -> dict[str, str]:
        """Carers' names by code."""
        return {code: one.name for code, one in self.carers.items()}

    def citizen_code(self, row_id: UUID | None) -> str:
        """The code of a citizen's row; empty when the team has none."""
        return next((one.code for one in self.citizens.values() if one.row_id == row_id), "")

    def carer_code(self, row_id: UUID | None) -> str:
        """The code of a carer's row; empty when the team has none."""
        return next((one.code for one in self.carers.values() if one.row_id == row_id), "")


def names_of(session: Session, team_id: UUID) -> Names:
    """The team's people. Names alone are looked up: whoever shows citizens says so to the access log."""
    return Names(_named(session, Citizen, team_id), _named(session, Carer, team_id))


def author_names(session: Session, sign_in_names: Collection[str]) -> dict[str, str]:
    """Names of those who are written as authors; who has no account (a command, a job) is not among them."""
    rows = session.execute(
        select(User.sign_in_name, User.name).where(col(User.sign_in_name).in_(sign_in_names))
    )
    return {sign_in: name for sign_in, name in rows if name}


def team_authors(session: Session, team_id: UUID) -> dict[str, str]:
    """Names, by sign-in name, of everybody who has or had a part in the team: who wrote what stands on its pages."""
    here = select(TeamMembership.user_id).where(col(TeamMembership.team_id) == team_id)
    rows = session.execute(select(User.sign_in_name, User.name).where(col(User.id).in_(here)))
    return {sign_in: name for sign_in, name in rows if name}


def _named(session: Session, table: type[Citizen] | type[Carer], team_id: UUID) -> dict[str, NamedPerson]:
    rows = session.execute(
        select(table.id, table.code, table.name).where(col(table.team_id) == team_id).order_by(table.name)
    )
    return {code: NamedPerson(row_id, code, name or code) for row_id, code, name in rows}
