"""The team's shared list: messages and tasks, about a citizen or not; and what is for the team's meeting."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from delivery_app.services.records.kinds import AboutCitizen, AboutTeam, Text, kind, when_kept
from delivery_app.services.records.kinds_screen import Clock
from delivery_app.services.team_list.bounds import LEAST_MINUTES, MOST_MINUTES, MOST_SIGNS
from delivery_app.services.team_list.topics import MOST_TOPIC_SIGNS, topic_from_record
from models.record import Record


@kind("team_message")
class TeamMessage(AboutTeam):
    """A message to the team, the citizen's tovholder or the planner."""

    text: Text
    to: Literal["team", "tovholder", "planner"]


@kind("team_task")
class TeamTask(AboutTeam):
    """Something the team is to do: anybody of it, or the carer who is named. ``topic_id``: the meeting's topic
    (``models.meeting_topic``) at which it was agreed."""

    text: Text
    due_on: dt.date | None = None
    carer_id: UUID | None = None
    topic_id: UUID | None = None


@kind("team_task_done")
class TeamTaskDone(AboutTeam):
    """A task of the list is done."""

    task_record_id: UUID
    note: Text | None = None


@kind("team_topic")
class TeamTopic(AboutCitizen):
    """The team's meeting is to talk about the citizen; ``text`` says why."""

    text: Annotated[Text, StringConstraints(max_length=MOST_TOPIC_SIGNS)]


@when_kept("team_topic")
def _is_put_on_the_agenda(session: Session, record: Record) -> None:
    topic_from_record(session, record)


@kind("team_meeting")
class TeamMeeting(AboutTeam):
    """A citizen's coordinator puts a meeting of the team into the calendar, to which everybody is called."""

    name: Annotated[Text, StringConstraints(max_length=MOST_SIGNS)]
    day: dt.date
    start: Clock
    minutes: Annotated[int, Field(ge=LEAST_MINUTES, le=MOST_MINUTES)]


@when_kept("team_meeting")
def _is_put_into_the_calendar(session: Session, record: Record) -> None:
    # What the calendar reads (visits, carers) reads records in turn.
    from delivery_app.services.team_list.calendar import meeting_from_record

    meeting_from_record(session, record)


@kind("meeting_note")
class MeetingNote(AboutCitizen):
    """A later word on what a meeting decided; what was written down at the meeting itself stays."""

    topic_id: UUID
    text: Text
