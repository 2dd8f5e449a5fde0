"""The agenda of the team's meetings: which citizens are to be talked about, since when and why (S18).

A topic is a reason to talk about a citizen. A carer's is a record, too (``team_topic``), and goes when that is taken
back; a planner's and a rule's are rows alone. A citizen is discussed once for all reasons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.citizen import Citizen
from models.errors import MissingRowError
from models.meeting import Meeting
from models.meeting_topic import MeetingTopic
from models.record import Record

#: A carer's or a planner's reason is no longer than this, in signs.
MOST_TOPIC_SIGNS = 1000
#: Who or what put a citizen on the agenda: people, an earlier meeting, or a rule of ``proposals``.
BY_CARER, BY_PLANNER, AGAIN = "carer", "planner", "again"
DRIFT, NEEDS, ADVERSE, NOT_HOME = "drift", "needs", "adverse", "not_home"
RULES = (DRIFT, NEEDS, ADVERSE, NOT_HOME)
CAUSES = (BY_CARER, BY_PLANNER, AGAIN, *RULES)


def put_on(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    cause: str,
    words: str,
    *,
    by: UUID,
    now: dt.datetime,
    meeting_id: UUID | None = None,
    record_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> MeetingTopic:
    """Put a citizen on the agenda of a meeting, of the next one when none is named; a rule's topic has ``facts``
    instead of words.

    What a rule has put there already is not put there twice. Raises MissingRowError.
    """
    citizen = session.get(Citizen, citizen_id)
    if citizen is None or citizen.team_id != team_id:
        raise MissingRowError("There is no citizen with the id {id}", id=citizen_id)
    if meeting_id is not None:
        meeting = session.get(Meeting, meeting_id)
        if meeting is None or meeting.team_id != team_id:
            raise MissingRowError("There is no meeting with the id {id}", id=meeting_id)
    if cause in RULES:
        for one in open_topics(session, team_id, citizen_id):
            if one.cause == cause:
                return one
    topic = MeetingTopic(
        municipality_id=citizen.municipality_id,
        team_id=team_id,
        citizen_id=citizen_id,
        meeting_id=meeting_id,
        cause=cause,
        words=words.strip()[:MOST_TOPIC_SIGNS],
        facts=None if facts is None else dict(facts),
        record_id=record_id,
        put_by=by,
        put_at=now,
    )
    session.add(topic)
    session.flush()
    return topic


def topic_from_record(session: Session, record: Record) -> None:
    """A carer put a citizen on the agenda, or wrote the reason anew; what was discussed stays as it was."""
    if record.citizen_id is None:
        return
    words = str(record.body["text"])
    if record.corrects_id is not None:
        before = session.scalars(
            select(MeetingTopic).where(col(MeetingTopic.record_id) == record.corrects_id)
        ).first()
        if before is not None:
            if before.discussed_on is None:
                before.words, before.record_id = words, record.id
                session.flush()
            return
    put_on(
        session,
        record.team_id,
        record.citizen_id,
        BY_CARER,
        words,
        by=record.user_id,
        now=record.at,
        record_id=record.id,
    )


def open_topics(session: Session, team_id: UUID, citizen_id: UUID | None = None) -> list[MeetingTopic]:
    """What waits to be discussed, the oldest first; of one citizen, where one is named."""
    # A carer's topic that was taken back.
    gone = sa.exists().where(col(Record.corrects_id) == col(MeetingTopic.record_id))
    wanted = (
        select(MeetingTopic)
        .where(col(MeetingTopic.team_id) == team_id, col(MeetingTopic.discussed_on).is_(None))
        .where(sa.or_(col(MeetingTopic.record_id).is_(None), ~gone))
        .order_by(col(MeetingTopic.put_at), col(MeetingTopic.id))
    )
    if citizen_id is not None:
        wanted = wanted.where(col(MeetingTopic.citizen_id) == citizen_id)
    return list(session.scalars(wanted))


def take_off(session: Session, team_id: UUID, topic_id: UUID) -> None:
    """Take a planner's or a rule's topic off the agenda again; a carer's record stands until it is discussed.

    Raises MissingRowError, also for what was discussed.
    """
    topic = session.get(MeetingTopic, topic_id)
    if topic is None or topic.team_id != team_id or topic.discussed_on is not None or topic.record_id:
        raise MissingRowError("There is no such topic that could be taken off")
    session.delete(topic)
    session.flush()
