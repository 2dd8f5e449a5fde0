"""Deleting entries of the access log by rule (X10), so that the chain still holds and the log tells of it.

How long entries are kept is decided by whoever is responsible for them; nothing is deleted by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from delivery_app.security import seals
from delivery_app.security.log_check import ERASURES
from delivery_app.security.seals import ENTRIES, Access, Event
from models.access_log import Action, Use, erasure_digest
from models.cpr import CprVault


def erase_entries(
    connection: sa.Connection,
    vault: CprVault,
    access: Access,
    *,
    before: datetime,
    citizen_id: UUID | None = None,
    municipality_id: UUID | None = None,
    but: Collection[UUID] = (),
) -> int:
    """Delete what is older than ``before`` (of one citizen or municipality only, when given), without the entries of
    the citizens ``but``; how many entries it was.

    An entry of its own tells when, by whom, how many and which places; it holds no personal data and is never
    deleted itself. Everything happens in the caller's transaction.
    """
    wanted = sa.select(ENTRIES.c.seal_number, ENTRIES.c.position).where(
        ENTRIES.c.at < before, ENTRIES.c.action != Action.ERASED
    )
    if citizen_id is not None:
        wanted = wanted.where(ENTRIES.c.citizen_id == citizen_id)
    if municipality_id is not None:
        wanted = wanted.where(ENTRIES.c.municipality_id == municipality_id)
    if but:
        wanted = wanted.where(sa.or_(ENTRIES.c.citizen_id.is_(None), ENTRIES.c.citizen_id.not_in(but)))
    places = [(row.seal_number, row.position) for row in connection.execute(wanted)]
    if not places:
        return 0
    note = {"count": len(places), "sha256": erasure_digest(places), "before": before.isoformat()}
    number = seals.write(connection, vault, access, [Event(Action.ERASED, note=note, use=Use.RETENTION)])
    connection.execute(
        sa.insert(ERASURES),
        [
            {"seal_number": seal, "position": position, "by_seal_number": number, "by_position": 0}
            for seal, position in places
        ],
    )
    erased = sa.exists().where(
        ERASURES.c.seal_number == ENTRIES.c.seal_number, ERASURES.c.position == ENTRIES.c.position
    )
    connection.execute(sa.delete(ENTRIES).where(erased, ENTRIES.c.at < before))
    return len(places)
