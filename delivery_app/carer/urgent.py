"""A carer's pages when it is urgent: the team's numbers, and an emergency call (D22, S21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import HTTPException
from sqlmodel import col, select

from delivery_app.carer.frame import MENU, Entry
from delivery_app.carer.pages import Asked, register
from delivery_app.i18n import N_
from delivery_app.security.access_log import note_read
from delivery_app.services.care.sheet import care_sheet
from delivery_app.services.records.reading import entries_of, with_corrections
from delivery_app.services.records.words import said
from delivery_app.services.risk.calls import call_of, state_of
from delivery_app.services.risk.phones import phones_of
from delivery_app.services.risk.urgent import urgent
from models.errors import MissingRowError
from models.tables import Citizen, Record

MENU.append(Entry(60, N_("Phone list"), "/phones", "phone"))


def phones_view(asked: Asked) -> Mapping[str, Any]:
    """The team's numbers: no citizen stands on it."""
    note_read(asked.session, [])
    return {"phones": phones_of(asked.session, asked.team_id), "urgent": urgent()}


def emergency_view(asked: Asked, call_id: str) -> Mapping[str, Any]:
    """A call of the team's."""
    try:
        call = call_of(asked.session, asked.team_id, UUID(call_id))
    except MissingRowError:
        raise HTTPException(404) from None
    citizen = asked.session.get_one(Citizen, call.citizen_id)
    note_read(asked.session, [citizen], subject=("emergency_call", call.id))
    state = state_of(asked.session, call, asked.now)
    is_mine = asked.carer_id is not None and call.carer_id == asked.carer_id
    rows = asked.session.scalars(select(Record).where(col(Record.call_id) == call.id)).all()
    entries = entries_of(asked.session, with_corrections(asked.session, rows))
    return {
        "call": call,
        "citizen": citizen,
        "state": state,
        "shown_state": state.status,
        "is_mine": is_mine,
        # Who is sent there is told all that is known, also how to get in.
        "sheet": care_sheet(
            asked.session,
            asked.team_id,
            citizen.id,
            None,
            call.on_date,
            asked.carer_id,
            now=asked.now,
            sent_there=is_mine and not state.is_over,
        )
        if is_mine
        else None,
        "tasks_done": {},
        "entries": [(one, said(one.record, asked.lang)) for one in entries if one.record.kind != "withdrawn"],
    }


register(r"/phones", "carer/_phones.html", phones_view)
register(r"/emergency/(?P<call_id>[0-9a-f-]{36})", "carer/_emergency.html", emergency_view)
