"""Who signs in, and which role a person has in which team."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Editable, MunicipalRow, TeamRow, UtcDateTime, one_of


class Role(StrEnum):
    """What somebody is in a team."""

    PLANNER = "planner"
    CARER = "carer"
    LEADER = "leader"


LANGUAGE_CODES = ("da", "en")


class User(MunicipalRow, Editable, table=True):
    """Somebody with an account. Nothing is deleted: who leaves is disabled, for logs speak of the person.

    ``sign_in_name`` is kept in small letters. ``password_hash`` is Argon2's own text, empty while there is no
    password (sign-in by the municipality's provider of identities, or a first password not yet chosen).
    ``oidc_subject`` is who the person is at that provider. An administrator cares for users, teams and
    catalogues of the municipality, and sees no citizens by that.
    """

    __tablename__ = "user_account"

    sign_in_name: str = Field(unique=True, max_length=100)
    name: str = Field(max_length=200)
    email: str | None = Field(default=None, unique=True, max_length=254)
    password_hash: str | None = None
    must_change_password: bool = False
    oidc_subject: str | None = Field(default=None, unique=True)
    language: str = "da"
    administrator: bool = False
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    __table_args__ = (one_of("language", LANGUAGE_CODES),)


class TeamMembership(TeamRow, table=True):
    """A user's role in a team; ``carer_id`` says which of the team's carers a user with that role is.

    A carer is one user at most.
    """

    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    role: str
    carer_id: UUID | None = Field(
        default=None, foreign_key="carer.id", ondelete="SET NULL", unique=True, index=True
    )

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "team_id", "role"), one_of("role", Role))
