"""Being signed in, links to choose a password by, and how often signing in failed.

Of what a browser holds (a session's token, a link's) only the SHA-256 digest is kept: who reads the database
cannot sign in with it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import MunicipalRow, Row, UtcDateTime, check, one_of

THROTTLED = ("name", "address")


class UserSession(MunicipalRow, table=True):
    """One browser in which somebody signed in. ``device`` is what the browser says it is."""

    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    token_sha256: str = Field(unique=True, max_length=64)
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    device: str = Field(default="", max_length=200)
    #: The carer's tablet it is on (:mod:`models.device`), where it is on one.
    device_id: UUID | None = Field(default=None, index=True)

    __tablename__ = "user_session"


class PasswordLink(MunicipalRow, table=True):
    """A link by which a user chooses a password, once, until ``ends_at``."""

    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    token_sha256: str = Field(unique=True, max_length=64)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    __tablename__ = "password_link"


class SignInAttempt(Row, table=True):
    """How often signing in failed of late, by a name or from an address; ``digest`` stands for either."""

    kind: str
    digest: str = Field(max_length=64)
    failures: int = 0
    last_at: datetime = Field(sa_type=UtcDateTime, index=True)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        UniqueConstraint("kind", "digest"),
        one_of("kind", THROTTLED),
        check("failures", "failures >= 0"),
    )
