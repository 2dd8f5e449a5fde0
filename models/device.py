"""A tablet or phone on which a user records: its key, when it was last heard of, and what it has not sent yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from models.base import MunicipalRow, UtcDateTime, check


class Device(MunicipalRow, table=True):
    """One user on one tablet; ``tablet_id`` is the tablet's own id, which several users may share.

    ``key_encrypted`` is the key that the user's pages and records on it are encrypted with, itself encrypted under
    the installation's; it is forgotten when the device is revoked. ``unsent`` is what the tablet said last.
    """

    tablet_id: UUID
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    name: str = Field(default="", max_length=100)
    key_encrypted: bytes | None = Field(default=None, sa_type=LargeBinary)
    enrolled_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    unsent: int = 0
    oldest_unsent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    app_version: str = Field(default="", max_length=40)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str | None = None
    revoked_why: str | None = Field(default=None, max_length=500)

    __table_args__ = (
        UniqueConstraint("tablet_id", "user_id"),
        check("unsent", "unsent >= 0"),
        check(
            "revoked",
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_why IS NULL) "
            "AND (revoked_at IS NULL OR key_encrypted IS NULL)",
        ),
    )
