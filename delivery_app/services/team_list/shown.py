"""Who stands on the team's list and among its meetings, for the log of what was seen without a network."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.moment import ZONE
from delivery_app.services.team_list.figures import figures
from delivery_app.services.team_list.reading import team_list
from models.meeting_topic import MeetingTopic


def citizens_shown(session: Session, team_id: UUID, at: dt.datetime, *, meetings: bool) -> frozenset[UUID]:
    """As of a moment: on the list, or among the meetings."""
    if not meetings:
        return team_list(session, team_id, at).citizens
    since = at.astimezone(ZONE).date() - figures().past
    topics = session.scalars(
        sa.select(col(MeetingTopic.citizen_id)).where(
            col(MeetingTopic.team_id) == team_id,
            sa.or_(col(MeetingTopic.discussed_on).is_(None), col(MeetingTopic.discussed_on) >= since),
        )
    )
    return frozenset(topics)
