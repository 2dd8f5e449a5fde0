"""Writing to the access log: entries get salts and are sealed, in the same transaction, into the chain.

One batch after the other: on SQLite writers wait for each other anyway; on PostgreSQL an advisory lock is held
from here to the end of the transaction, which therefore comes last in it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from models.access_log import SALT_BYTES, AccessEntry, AccessSeal, Action, Use, entry_digest, seal_hash
from models.base import SYSTEM, utc_now
from models.cpr import CprVault

#: Any fixed number (PostgreSQL advisory lock).
_CHAIN_LOCK = 0x6C6F6773
#: What stands before the first seal.
GENESIS = bytes(32)
PURPOSE = "access-log/seal"

ENTRIES: sa.Table = AccessEntry.__table__  # type: ignore[attr-defined]
SEALS: sa.Table = AccessSeal.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Access:
    """Who is at it, and for what use: the same for everything that one request or command does.

    ``scope``: the teams whose citizens the person may see; None for all of them (commands, jobs).
    """

    user_id: UUID | None = None
    user_name: str = SYSTEM
    use: Use = Use.OPERATION
    request_id: str | None = None
    municipality_id: UUID | None = None
    team_id: UUID | None = None
    scope: frozenset[UUID] | None = None


#: Commands and jobs.
NOBODY = Access()


@dataclass(frozen=True)
class Event:
    """Something to be written into the log. What is empty here and stands in ``Access`` is taken from there.

    ``at``: when it happened, where that is not now: something seen without a network is told of later.
    """

    action: Action
    citizen_id: UUID | None = None
    subject_table: str | None = None
    subject_id: UUID | None = None
    columns: tuple[str, ...] | None = None
    note: dict[str, Any] | None = field(default=None, hash=False)
    municipality_id: UUID | None = None
    team_id: UUID | None = None
    use: Use | None = None
    at: datetime | None = None


def write(connection: sa.Connection, vault: CprVault, access: Access, events: Sequence[Event]) -> int | None:
    """Add one sealed batch to the chain; the number of its seal (None for no events).

    The caller's transaction commits it. Nothing else should be written in that transaction afterwards.
    """
    if not events:
        return None
    number, previous = _head(connection)
    at = utc_now()
    rows: list[dict[str, Any]] = []
    leaves = bytearray()
    for position, event in enumerate(events):
        values, salt = _values(access, event, at), secrets.token_bytes(SALT_BYTES)
        leaves += entry_digest(values, salt)
        rows.append({**values, "seal_number": number + 1, "position": position, "salt": salt})
    digest = seal_hash(number + 1, at, previous, bytes(leaves))
    key_id, key = vault.derived_keys(PURPOSE)[0]
    seal = {
        "number": number + 1,
        "at": at,
        "leaves": bytes(leaves),
        "previous": previous,
        "hash": digest,
        "key_id": key_id,
        "mac": mac_of(key, digest),
    }
    connection.execute(sa.insert(SEALS), [seal])
    connection.execute(sa.insert(ENTRIES), rows)
    return number + 1


def mac_of(key: bytes, digest: bytes) -> bytes:
    """A seal's hash under the installation's key."""
    return hmac.digest(key, digest, "sha256")


def _head(connection: sa.Connection) -> tuple[int, bytes]:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    newest = connection.execute(
        sa.select(SEALS.c.number, SEALS.c.hash).order_by(SEALS.c.number.desc()).limit(1)
    ).first()
    return (newest.number, newest.hash) if newest else (0, GENESIS)


def _values(access: Access, event: Event, at: Any) -> dict[str, Any]:
    return {
        "at": event.at or at,
        "user_id": access.user_id,
        "user_name": access.user_name,
        "municipality_id": event.municipality_id or access.municipality_id,
        "team_id": event.team_id or access.team_id,
        "citizen_id": event.citizen_id,
        "use": str(event.use or access.use),
        "action": str(event.action),
        "subject_table": event.subject_table,
        "subject_id": event.subject_id,
        "columns": list(event.columns) if event.columns is not None else None,
        "note": event.note,
        "request_id": access.request_id,
    }
