"""The team's meetings about citizens: what is decided of each, who does what until when, and what was said later (S18).

What was written down at a meeting is not changed any more: a later note stands beside it. That the authority is to be
asked is a record of changed needs, so that it waits where the others wait (D15); what somebody is to do is a task of
the team's list.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import Message
from delivery_app.moment import ZONE
from delivery_app.services.care.coordinating import coordinators
from delivery_app.services.care.fields import Errors, choice_in, date_in, fail_on, text_in
from delivery_app.services.records.kinds import MOST_SIGNS
from delivery_app.services.records.office import Writer, keep
from delivery_app.services.records.reading import Entry, entries_of, names_of
from delivery_app.services.team_list.reading import TASK, Line, team_list
from delivery_app.services.team_list.topics import AGAIN, open_topics, put_on
from delivery_app.services.team_list.writing import task_body
from models.errors import MissingRowError
from models.meeting import Meeting
from models.meeting_topic import MeetingTopic
from models.record import Record
from models.tables import Carer, Citizen

UNCHANGED, WITHIN_PACKAGE, ASK_AUTHORITY, LEFT_OUT = (
    "unchanged",
    "within_package",
    "ask_authority",
    "left_out",
)
#: What a meeting can decide of a citizen; ``left_out`` is what became of a proposal that nobody took up.
DECISIONS = (UNCHANGED, WITHIN_PACKAGE, ASK_AUTHORITY, AGAIN)
DIRECTIONS = ("worse", "better", "other")
#: So many tasks can be given at once with an outcome.
TASKS = 3
NOTE = "meeting_note"


@dataclass(frozen=True)
class Topic:
    """A reason to talk about somebody, and who put it there."""

    row: MeetingTopic
    who: str
    #: The meeting it is for, where one was chosen.
    meeting: Meeting | None


@dataclass(frozen=True)
class AgendaItem:
    """A citizen with all reasons; ``tovholder`` holds the citizen's help together."""

    citizen_id: UUID
    citizen: str
    tovholder: str
    topics: tuple[Topic, ...]

    @property
    def topic_ids(self) -> tuple[UUID, ...]:
        """What is discussed with it."""
        return tuple(one.row.id for one in self.topics)


@dataclass(frozen=True)
class Outcome:
    """What a meeting decided of a citizen, the tasks that came of it, and what was noted later."""

    item: AgendaItem
    decided: str
    words: str
    by: str
    tasks: tuple[Line, ...]
    notes: tuple[Entry, ...]

    @property
    def topic_id(self) -> UUID:
        """By which tasks and notes name it."""
        return self.item.topics[0].row.id


@dataclass(frozen=True)
class PastMeeting:
    """A date on which citizens were discussed; ``name``: of the meeting in the calendar, where there was one."""

    date: dt.date
    name: str
    outcomes: tuple[Outcome, ...]


def coming_meetings(session: Session, team_id: UUID, today: dt.date) -> list[Meeting]:
    """The meetings of the calendar from today on, the next one first."""
    rows = session.scalars(
        select(Meeting)
        .where(col(Meeting.team_id) == team_id, col(Meeting.date) >= today, col(Meeting.stated_for).is_(None))
        .order_by(col(Meeting.date), col(Meeting.start_min), col(Meeting.id))
    )
    return list(rows)


def agenda(session: Session, team_id: UUID, today: dt.date) -> list[AgendaItem]:
    """Who is to be talked about, who has waited longest first."""
    return _items(session, open_topics(session, team_id), today)


def past_meetings(
    session: Session, team_id: UUID, since: dt.date, now: dt.datetime, until: dt.date | None = None
) -> list[PastMeeting]:
    """What was discussed from a date on, the newest meeting first."""
    wanted = (
        select(MeetingTopic)
        .where(col(MeetingTopic.team_id) == team_id, col(MeetingTopic.discussed_on) >= since)
        .order_by(col(MeetingTopic.put_at), col(MeetingTopic.id))
    )
    if until is not None:
        wanted = wanted.where(col(MeetingTopic.discussed_on) <= until)
    rows = session.scalars(wanted).all()
    by_date: dict[dt.date, dict[tuple[object, ...], list[MeetingTopic]]] = defaultdict(dict)
    for row in rows:
        if row.discussed_on is not None:
            one = (row.citizen_id, row.decided, row.outcome)
            by_date[row.discussed_on].setdefault(one, []).append(row)
    after = _after(session, team_id, {row.id for row in rows}, now)
    names = _names_of(session, rows, now.astimezone(ZONE).date())
    held = _meeting_names(session, team_id, set(by_date))
    return [
        PastMeeting(
            date,
            held.get(date, ""),
            tuple(_outcome(one, names, after) for one in by_date[date].values()),
        )
        for date in sorted(by_date, reverse=True)
    ]


def discuss(
    session: Session,
    writer: Writer,
    citizen_id: UUID,
    topics: Sequence[UUID],
    cells: Mapping[str, str],
    now: dt.datetime,
) -> MeetingTopic:
    """Write down what came of a citizen's topics (those that the form showed); the first of them.

    Raises
    ------
    CellErrors
        What is missing or wrong, by field; also that somebody else has written an outcome down meanwhile.
    """
    today = now.astimezone(ZONE).date()
    still = [one for one in open_topics(session, writer.team_id, citizen_id) if one.id in set(topics)]
    errors: Errors = {}
    words = text_in(cells, "outcome", errors, MOST_SIGNS, needed=True)
    decided = choice_in(cells, "decided", errors, DECISIONS)
    direction = choice_in(cells, "direction", errors, DIRECTIONS, needed=decided == ASK_AUTHORITY)
    on = date_in(cells, "discussed_on", errors, needed=True)
    if on is not None and on > today:
        errors["discussed_on"] = [Message("the meeting has not been yet; write its date once it was held")]
    tasks = [
        task_body(session, writer.team_id, cells, errors, str(number), needed=False)
        for number in range(1, TASKS + 1)
    ]
    for number, body in enumerate(tasks, start=1):
        if not body["text"] and len(set(body.values()) - {""}) > 0:
            errors[f"text{number}"] = [Message("write what is to be done, or leave the whole task empty")]
    if not still:
        errors["outcome"] = [
            Message(
                "somebody has written the outcome down in the meantime; look at it in the list of meetings"
            )
        ]
    fail_on(errors)
    _close(session, writer, still, decided, words, on or today)
    for body in tasks:
        if body["text"]:
            keep(session, writer, TASK, {**body, "topic_id": str(still[0].id)}, now, citizen_id=citizen_id)
    if decided == ASK_AUTHORITY:
        asked = {"direction": direction, "within_package": False, "text": words, "ask_authority": True}
        keep(session, writer, "needs_changed", asked, now, citizen_id=citizen_id)
    if decided == AGAIN:
        put_on(session, writer.team_id, citizen_id, AGAIN, words, by=writer.user_id, now=now)
    return still[0]


def leave_out(
    session: Session,
    writer: Writer,
    citizen_id: UUID,
    rule: str,
    facts: Mapping[str, Any],
    why_not: str,
    now: dt.datetime,
) -> None:
    """A rule's proposal is not taken up, and why: it stands among the past and is not made again of the same facts.

    Raises CellErrors without a reason (field ``why``), MissingRowError.
    """
    errors: Errors = {}
    words = text_in({"why": why_not}, "why", errors, MOST_SIGNS, needed=True)
    fail_on(errors)
    topic = put_on(session, writer.team_id, citizen_id, rule, "", by=writer.user_id, now=now, facts=facts)
    _close(session, writer, [topic], LEFT_OUT, words, now.astimezone(ZONE).date())


def note_later(session: Session, writer: Writer, topic_id: UUID, text: str, now: dt.datetime) -> MeetingTopic:
    """Add to what a meeting decided; raises CellErrors without words, MissingRowError for what was not discussed."""
    topic = session.get(MeetingTopic, topic_id)
    if topic is None or topic.team_id != writer.team_id or topic.discussed_on is None:
        raise MissingRowError("No meeting has decided anything with the id {id}", id=topic_id)
    errors: Errors = {}
    words = text_in({"text": text}, "text", errors, MOST_SIGNS, needed=True)
    fail_on(errors)
    keep(session, writer, NOTE, {"topic_id": str(topic_id), "text": words}, now, citizen_id=topic.citizen_id)
    return topic


def agenda_item(session: Session, team_id: UUID, citizen_id: UUID, today: dt.date) -> AgendaItem:
    """A citizen on the agenda; raises MissingRowError for who is not on it."""
    found = _items(session, open_topics(session, team_id, citizen_id), today)
    if not found:
        raise MissingRowError("The citizen is not on the agenda (any more)")
    return found[0]


def _close(
    session: Session, writer: Writer, topics: Sequence[MeetingTopic], decided: str, words: str, on: dt.date
) -> None:
    """What was discussed: nothing of it changes after this."""
    held = session.scalars(
        select(Meeting)
        .where(col(Meeting.team_id) == writer.team_id, col(Meeting.date) == on)
        .order_by(col(Meeting.start_min), col(Meeting.id))
    ).first()
    for topic in topics:
        topic.discussed_on, topic.discussed_by = on, writer.user_id
        topic.decided, topic.outcome = decided, words
        if held is not None:
            topic.meeting_id = held.id
    session.flush()


@dataclass(frozen=True)
class _Names:
    """Of what topics only have ids of."""

    citizens: Mapping[UUID, str]
    holders: Mapping[UUID, Carer]
    users: Mapping[UUID, str]
    meetings: Mapping[UUID, Meeting]

    def item(self, topics: Sequence[MeetingTopic]) -> AgendaItem:
        """Topics of one citizen."""
        citizen_id = topics[0].citizen_id
        holder = self.holders.get(citizen_id)
        return AgendaItem(
            citizen_id,
            self.citizens.get(citizen_id, ""),
            "" if holder is None else holder.name or holder.code,
            tuple(
                Topic(
                    row,
                    self.users.get(row.put_by, row.created_by),
                    None if row.meeting_id is None else self.meetings.get(row.meeting_id),
                )
                for row in topics
            ),
        )


def _names_of(session: Session, rows: Sequence[MeetingTopic], today: dt.date) -> _Names:
    ids = {row.citizen_id for row in rows}
    citizens = session.execute(select(Citizen.id, Citizen.name, Citizen.code).where(col(Citizen.id).in_(ids)))
    wanted = {row.meeting_id for row in rows if row.meeting_id}
    meetings = session.scalars(select(Meeting).where(col(Meeting.id).in_(wanted)))
    return _Names(
        {row[0]: row[1] or row[2] for row in citizens},
        coordinators(session, ids, today) if ids else {},
        names_of(session, {one for row in rows for one in (row.put_by, row.discussed_by) if one is not None}),
        {row.id: row for row in meetings},
    )


def _items(session: Session, rows: Sequence[MeetingTopic], today: dt.date) -> list[AgendaItem]:
    """Citizens with their topics, in the order of the first one of each."""
    by_citizen: dict[UUID, list[MeetingTopic]] = defaultdict(list)
    for row in rows:
        by_citizen[row.citizen_id].append(row)
    names = _names_of(session, rows, today)
    return [names.item(topics) for topics in by_citizen.values()]


@dataclass(frozen=True)
class _After:
    """What came after meetings, by topic."""

    tasks: Mapping[UUID, list[Line]]
    notes: Mapping[UUID, list[Entry]]


def _after(session: Session, team_id: UUID, topics: set[UUID], now: dt.datetime) -> _After:
    tasks: dict[UUID, list[Line]] = defaultdict(list)
    notes: dict[UUID, list[Entry]] = defaultdict(list)
    if topics:
        found = team_list(session, team_id, now)
        for line in (*found.tasks, *found.done):
            if line.topic_id in topics and line.topic_id is not None:
                tasks[line.topic_id].append(line)
        rows = session.scalars(select(Record).where(col(Record.team_id) == team_id, col(Record.kind) == NOTE))
        for entry in entries_of(session, rows):
            notes[UUID(str(entry.record.body["topic_id"]))].append(entry)
    return _After(tasks, notes)


def _outcome(topics: Sequence[MeetingTopic], names: _Names, after: _After) -> Outcome:
    first = topics[0]
    return Outcome(
        names.item(topics),
        first.decided,
        first.outcome,
        names.users.get(first.discussed_by, "") if first.discussed_by else "",
        tuple(line for one in topics for line in after.tasks.get(one.id, ())),
        tuple(entry for one in topics for entry in after.notes.get(one.id, ())),
    )


def _meeting_names(session: Session, team_id: UUID, dates: set[dt.date]) -> dict[dt.date, str]:
    rows = session.execute(
        sa.select(col(Meeting.date), col(Meeting.name)).where(
            col(Meeting.team_id) == team_id, col(Meeting.date).in_(dates)
        )
    )
    return {row[0]: row[1] for row in rows}
