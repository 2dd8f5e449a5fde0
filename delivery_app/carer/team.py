"""The team's list on the tablet: of all, and of one citizen; and what its meetings talk about and have decided (S18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import HTTPException

from delivery_app.carer.frame import BROUGHT, MENU, Entry
from delivery_app.carer.pages import Asked, register
from delivery_app.i18n import N_
from delivery_app.security.access_log import note_read
from delivery_app.services.care.coordinating import coordinator_of, is_coordinator
from delivery_app.services.citizens import active_carers
from delivery_app.services.team_list.figures import figures
from delivery_app.services.team_list.meetings import agenda, coming_meetings, past_meetings
from delivery_app.services.team_list.reading import TeamList, looked_at, team_list
from delivery_app.services.team_list.topics import open_topics
from models.tables import Citizen

MENU.append(Entry(20, N_("The team"), "/team", "persons"))
BROUGHT.append("/meetings")
#: So far ahead meetings of the calendar are listed.
AHEAD = timedelta(days=60)


def list_of(asked: Asked) -> TeamList:
    """The team's list, worked out once for all pages of an answer."""
    return asked.once(("team_list",), lambda: team_list(asked.session, asked.team_id, asked.now))


def team_view(asked: Asked) -> Mapping[str, Any]:
    """The whole list, what is for the reader in front."""
    found = list_of(asked)
    note_read(asked.session, found.citizens)
    mine = found.for_carer(asked.carer_id)
    others = found.where(lambda one: one not in mine.lines)
    return {
        "found": found,
        "mine": mine,
        "others": others,
        "looked": looked_at(asked.session, asked.team_id, asked.person.user_id),
        "today_date": asked.today,
        "waiting": len({one.citizen_id for one in open_topics(asked.session, asked.team_id)}),
        "carers": _carers(asked),
    }


def citizen_view(asked: Asked, citizen_id: str) -> Mapping[str, Any]:
    """What is about one citizen; to write a message, a task, or that the meeting is to talk about the citizen."""
    citizen = asked.session.get(Citizen, UUID(citizen_id))
    if citizen is None or citizen.team_id != asked.team_id:
        raise HTTPException(404)
    note_read(asked.session, [citizen])
    holder = coordinator_of(asked.session, citizen.id, asked.today)
    return {
        "citizen": citizen,
        "found": list_of(asked).of(citizen.id),
        "tovholder": "" if holder is None else holder.name or holder.code,
        "topics": open_topics(asked.session, asked.team_id, citizen.id),
        "today_date": asked.today,
        "carers": _carers(asked),
    }


def meetings_view(asked: Asked) -> Mapping[str, Any]:
    """Who is to be talked about next, and what was decided lately; to be read."""
    waiting = agenda(asked.session, asked.team_id, asked.today)
    past = past_meetings(asked.session, asked.team_id, asked.today - figures().past, asked.now)
    shown = {one.citizen_id for one in waiting}
    shown |= {one.item.citizen_id for meeting in past for one in meeting.outcomes}
    note_read(asked.session, shown)
    coming = coming_meetings(asked.session, asked.team_id, asked.today)
    return {
        "agenda": waiting,
        "past": past,
        "coming": [one for one in coming if one.date <= asked.today + AHEAD],
        "may_make": asked.carer_id is not None
        and is_coordinator(asked.session, asked.team_id, asked.carer_id, asked.today),
        "today_date": asked.today,
    }


def _carers(asked: Asked) -> list[tuple[UUID, str]]:
    """Who can be named for a task."""
    rows = asked.once(("team_carers",), lambda: active_carers(asked.session, asked.team_id, asked.today))
    return sorted(((one.id, one.name or one.code) for one in rows), key=lambda one: one[1])


register(r"/team", "carer/_team.html", team_view)
register(r"/team/(?P<citizen_id>[0-9a-f-]{36})", "carer/_team_citizen.html", citizen_view)
register(r"/meetings", "carer/_meetings.html", meetings_view)
