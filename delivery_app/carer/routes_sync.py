"""Where tablets send what was recorded: ``POST /carer/{team_id}/sync`` (D9, D10).

An answer says of each record what became of it. Sending the same batch again gives the same answer.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.carer.posted import PostedJson, answer, carer_of, sender_of
from delivery_app.i18n import N_
from delivery_app.security.permissions import Permission
from delivery_app.services import devices
from delivery_app.services.records.accepting import MOST_RECORDS, Outcome, accept
from delivery_app.services.records.changed import changed_pages
from delivery_app.services.records.reads import log_reads
from delivery_app.templating import COPENHAGEN
from delivery_app.web.deps import CurrentPerson, DbSession, Now, as_uuid
from delivery_app.web.language import language_of
from delivery_app.web.page import say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()

#: How far back to look for what others recorded, when a tablet does not say when it last asked.
LOOK_BACK = dt.timedelta(minutes=15)


@router.post("/carer/{team_id}/sync", permission=Permission.RECORD_WRITE)
def sync(
    request: Request,
    team_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    now: Now,
    data: PostedJson,
) -> Response:
    """Keep a batch of records; tells what became of each, and which kept pages are out of date."""
    records, reads = _list(data, "records"), _list(data, "reads")
    if records is None or reads is None or len(records) > MOST_RECORDS or len(reads) > MOST_RECORDS:
        too_many = N_("A batch holds a list of at most {most} records and as many reads")
        return answer(request, {"detail": say(request, too_many, most=MOST_RECORDS)}, 422)
    named = as_uuid(str(data.get("device_id") or ""))
    try:
        device = None if named is None else devices.find(session, person.user_id, named)
    except devices.DeviceRevokedError:
        return answer(request, {"wipe": True}, 410)
    sender = sender_of(person, team_id, None if device is None else device.id)
    outcomes = accept(session, sender, records, now)
    done = log_reads(session, sender, reads, now)
    if device is not None:
        unsent = data.get("unsent")
        devices.heard_of(
            session,
            device,
            unsent=unsent if isinstance(unsent, int) else 0,
            oldest_unsent_at=moment_in(data.get("oldest_unsent_at")),
            now=now,
        )
    since = moment_in(data.get("since")) or now - LOOK_BACK
    today = now.astimezone(COPENHAGEN).date()
    changed = changed_pages(session, team_id, carer_of(person, team_id), since, today)
    return answer(
        request,
        {
            "server_time": now.isoformat(),
            "results": [_result(one, language_of(request)) for one in outcomes],
            "reads": done,
            "changed": changed,
        },
    )


def _list(data: dict[str, Any], name: str) -> list[Any] | None:
    found = data.get(name, [])
    return found if isinstance(found, list) else None


def _result(one: Outcome, lang: str) -> dict[str, Any]:
    said = {"id": one.id, "outcome": one.outcome}
    return said if one.why is None else {**said, "reason": one.why.say(lang)}


def moment_in(value: Any) -> dt.datetime | None:
    """A moment out of JSON; None for anything that is none."""
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
        return found.astimezone(dt.UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
