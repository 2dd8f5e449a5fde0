"""Records of planners and leaders, who have no tablet: kept as all others, by the same rules, without a device."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from delivery_app.moment import ZONE
from delivery_app.security.permissions import Permission
from delivery_app.services.records.accepting import REFUSED, Sender, accept
from models.errors import RememberingError


@dataclass(frozen=True)
class Writer:
    """Who writes at the office, in which team."""

    user_id: UUID
    sign_in_name: str
    municipality_id: UUID
    team_id: UUID


def keep(
    session: Session,
    writer: Writer,
    kind: str,
    body: Mapping[str, Any],
    now: dt.datetime,
    *,
    citizen_id: UUID | None = None,
    corrects_id: UUID | None = None,
    need_id: UUID | None = None,
    on_date: dt.date | None = None,
) -> UUID:
    """Keep a record, of a visit where need and date are named; its id. Raises RememberingError when it cannot be kept."""
    made = uuid4()
    named = {"citizen_id": citizen_id, "corrects_id": corrects_id, "need_id": need_id}
    record = {
        "id": str(made),
        "kind": kind,
        "on_date": (on_date or now.astimezone(ZONE).date()).isoformat(),
        "device_at": now.isoformat(),
        "offset_ms": 0,
        "body": {name: value for name, value in body.items() if value not in (None, "")},
        **{name: str(value) for name, value in named.items() if value is not None},
    }
    sender = Sender(
        writer.user_id,
        writer.sign_in_name,
        writer.team_id,
        writer.municipality_id,
        None,
        None,
        # Who writes here was let in by the route; what a tablet may say, the office may.
        frozenset({Permission.RECORD_WRITE}),
    )
    if accept(session, sender, [record], now)[0].outcome == REFUSED:
        raise RememberingError("This cannot be kept as it is written; write it again")
    return made
