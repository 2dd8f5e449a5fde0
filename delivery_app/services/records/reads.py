"""What somebody saw on a tablet without a network: logged when the tablet tells of it, with the time it was seen."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.security.access_log import log_event
from delivery_app.security.seals import Event
from delivery_app.services.records.accepting import Sender, moment_of_record
from delivery_app.services.records.sent import EARLIEST, LATEST, MOST_OFFSET_MS
from delivery_app.services.records.visits import carer_visits
from models.access_log import AccessEntry, Action, Use
from models.citizen import Citizen
from models.need import Need

VISIT = re.compile(r"/carer/[0-9a-f-]{36}/visit/(?P<need>[0-9a-f-]{36})/")
DAY = re.compile(r"/carer/[0-9a-f-]{36}(/day/(?P<day>\d{4}-\d\d-\d\d))?")
TEAM = re.compile(r"/carer/[0-9a-f-]{36}/(team(/(?P<citizen>[0-9a-f-]{36}))?|meetings)")
LONGEST_PAGE = 200


class SentRead(BaseModel):
    """A page that was opened from what the tablet keeps."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    id: UUID
    page: str = Field(max_length=LONGEST_PAGE)
    at: AwareDatetime = Field(ge=EARLIEST, le=LATEST)
    offset_ms: int | None = Field(default=None, ge=-MOST_OFFSET_MS, le=MOST_OFFSET_MS)


def log_reads(session: Session, sender: Sender, items: Sequence[Any], received_at: dt.datetime) -> list[str]:
    """Log what was seen, each once however often it is told; the ids that the tablet need not tell again.

    What cannot be read is not logged and not asked for again: it would come for ever.
    """
    found: list[SentRead] = []
    done = []
    for item in items:
        named = item.get("id") if isinstance(item, dict) else None
        done.append(str(named)[:100])
        try:
            found.append(SentRead.model_validate_json(json.dumps(item)))
        except ValidationError:
            continue
    known = _known(session, sender, found, received_at)
    for one in found:
        if str(one.id) in known:
            continue
        known.add(str(one.id))
        at = min(moment_of_record(one.at, one.offset_ms, received_at)[0], received_at)
        citizens: list[UUID | None] = [*_citizens(session, sender, one.page, at)]
        for citizen_id in citizens or [None]:
            log_event(session, _event(sender, one, citizen_id, at))
    return done


def _event(sender: Sender, one: SentRead, citizen_id: UUID | None, at: dt.datetime) -> Event:
    return Event(
        Action.READ,
        citizen_id=citizen_id,
        note={"offline": True, "read": str(one.id)},
        team_id=sender.team_id,
        use=Use.DELIVERY,
        at=at,
    )


def _known(session: Session, sender: Sender, found: Sequence[SentRead], received_at: dt.datetime) -> set[str]:
    """Which of them stand in the log already."""
    if not found:
        return set()
    times = [min(moment_of_record(one.at, one.offset_ms, received_at)[0], received_at) for one in found]
    notes = session.scalars(
        sa.select(col(AccessEntry.note)).where(
            col(AccessEntry.user_id) == sender.user_id,
            # A time that lies ahead is logged with that of its first arrival, which was before now.
            col(AccessEntry.at) >= min(times) - dt.timedelta(days=7 if max(times) == received_at else 0),
            col(AccessEntry.at) <= max(times),
            col(AccessEntry.action) == Action.READ,
            col(AccessEntry.note).is_not(None),
        )
    )
    return {str(note["read"]) for note in notes if note and "read" in note}


def _citizens(session: Session, sender: Sender, page: str, at: dt.datetime) -> list[UUID]:
    """Whom a kept page shows."""
    visit = VISIT.match(page)
    if visit is not None:
        try:
            need_id = UUID(visit["need"])
        except ValueError:
            return []
        wanted = sa.select(col(Need.citizen_id)).where(
            col(Need.id) == need_id, col(Need.team_id) == sender.team_id
        )
        return list(session.scalars(wanted))
    team = TEAM.fullmatch(page)
    if team is not None:
        return _of_team(session, sender, page, team["citizen"], at)
    day = DAY.fullmatch(page)
    if day is None or sender.carer_id is None:
        return []
    try:
        when = dt.date.fromisoformat(day["day"]) if day["day"] else at.date()
    except ValueError:
        return []
    mine = carer_visits(session, sender.team_id, sender.carer_id, when, when)
    return sorted({one.citizen_id for one in mine if one.citizen_id is not None})


def _of_team(session: Session, sender: Sender, page: str, citizen: str | None, at: dt.datetime) -> list[UUID]:
    """Who stands on the team's list (one citizen's, where one is named) or among its meetings, as of a moment."""
    from delivery_app.services.team_list.shown import citizens_shown

    if citizen is None:
        meetings = page.endswith("/meetings")
        return sorted(citizens_shown(session, sender.team_id, at, meetings=meetings))
    try:
        wanted = sa.select(col(Citizen.id)).where(col(Citizen.id) == UUID(citizen))
    except ValueError:
        return []
    return list(session.scalars(wanted.where(col(Citizen.team_id) == sender.team_id)))
