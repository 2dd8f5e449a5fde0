"""The access and audit log: who read or changed what about which citizen, when and for what use (X5).

Entries are written once. Each batch is sealed at once into a chain: a seal keeps the salted digest of every
entry of its batch and the hash of the seal before it. An entry can later be deleted by rule: with it goes its
salt, so that the digest which stays behind tells nothing, and the chain still holds. Triggers of the database
refuse every other change (step 0008).

Rows here name people and teams by id without a foreign key: the log outlives what it speaks of. Words are not
checked by the database, for a new one would make SQLite copy the whole log.
"""

import datetime as dt
import hashlib
import json
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.base import Row, UtcDateTime, check

DIGEST_BYTES = 32
SALT_BYTES = 16


class Use(StrEnum):
    """What somebody needed to know or change it for."""

    PLANNING = "planning"
    DELIVERY = "delivery"
    LEADING = "leading"
    ADMINISTRATION = "administration"
    EXPORT = "export"
    #: Somebody outside the team who stated a reason (X4).
    BREAK_GLASS = "break_glass"
    #: The citizen, or who acts for the citizen, asked to see it.
    OWN_REQUEST = "own_request"
    SIGN_IN = "sign_in"
    RETENTION = "retention"
    #: Commands and jobs of the installation, where nobody is signed in.
    OPERATION = "operation"


class Action(StrEnum):
    """What was done."""

    READ = "read"
    PRINTED = "printed"
    EXPORTED = "exported"
    #: A CPR number was shown in clear to somebody who asked for it.
    CPR_SHOWN = "cpr_shown"
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    #: Somebody asked for what the person may not see.
    REFUSED = "refused"
    #: Entries of the log itself, deleted by rule.
    ERASED = "erased"


class LogRow(SQLModel):
    """A row of the log: none of the columns that other rows have, since it is never changed."""

    metadata = Row.metadata

    def __repr__(self) -> str:
        """The class only: no person's data in logs and traces."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class AccessEntry(LogRow, table=True):
    """One thing that somebody did. ``columns``: names of what was changed, never what stood there.

    ``subject_table`` and ``subject_id`` are the row it was done to; ``citizen_id`` whom it is about; ``note``
    a few words or figures of the program's own, never a person's text.
    """

    __tablename__ = "access_entry"

    seal_number: int = Field(sa_type=BigInteger, primary_key=True)
    position: int = Field(primary_key=True)
    at: dt.datetime = Field(sa_type=UtcDateTime, nullable=False, index=True)
    user_id: UUID | None = None
    user_name: str
    municipality_id: UUID | None = None
    team_id: UUID | None = None
    citizen_id: UUID | None = None
    use: str
    action: str
    subject_table: str | None = None
    subject_id: UUID | None = None
    columns: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    note: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    request_id: str | None = None
    salt: bytes = Field(sa_type=LargeBinary)

    __table_args__ = (
        check("position", "position >= 0"),
        Index("ix_access_entry_citizen_id_at", "citizen_id", "at"),
        Index("ix_access_entry_user_id_at", "user_id", "at"),
        Index("ix_access_entry_team_id_at", "team_id", "at"),
    )


class AccessSeal(LogRow, table=True):
    """A sealed batch. ``leaves``: the digests of its entries, one after the other, 32 bytes each.

    ``hash`` covers number, time, leaves and the hash before it; ``mac`` is the hash under a key that is not
    in the database, so that nobody who only has the database can make a chain of their own.
    """

    __tablename__ = "access_seal"

    number: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: dt.datetime = Field(sa_type=UtcDateTime, nullable=False)
    leaves: bytes = Field(sa_type=LargeBinary)
    previous: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)
    key_id: bytes = Field(sa_type=LargeBinary)
    mac: bytes = Field(sa_type=LargeBinary)

    __table_args__ = (check("number", "number >= 1"),)


class AccessErasure(LogRow, table=True):
    """An entry that was deleted by rule, and the entry that tells of the deletion."""

    __tablename__ = "access_erasure"

    seal_number: int = Field(sa_type=BigInteger, primary_key=True)
    position: int = Field(primary_key=True)
    by_seal_number: int = Field(sa_type=BigInteger, index=True)
    by_position: int


#: The columns of an entry that its digest covers: all but its place, which the chain fixes, and the salt.
SEALED_COLUMNS = tuple(
    name for name in AccessEntry.model_fields if name not in ("seal_number", "position", "salt")
)


def entry_digest(values: dict[str, Any], salt: bytes) -> bytes:
    """The salted digest of an entry's content; equal for what was written and what is read back."""
    content = {name: _plain(values.get(name)) for name in SEALED_COLUMNS}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(salt + text.encode()).digest()


def seal_hash(number: int, at: dt.datetime, previous: bytes, leaves: bytes) -> bytes:
    """The hash of a seal."""
    head = f"naerplan/access-log/1\n{number}\n{_plain(at)}\n{len(leaves) // DIGEST_BYTES}\n"
    return hashlib.sha256(head.encode() + previous + leaves).digest()


def erasure_digest(places: list[tuple[int, int]]) -> str:
    """The digest of which entries were erased: places as seal number and position, in any order."""
    text = ";".join(f"{number}/{position}" for number, position in sorted(places))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, StrEnum):
        return value.value
    return value
