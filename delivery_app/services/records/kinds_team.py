"""The team's shared list: messages and tasks, about a citizen or not."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from delivery_app.services.records.kinds import AboutTeam, Text, kind


@kind("team_message")
class TeamMessage(AboutTeam):
    """A message to the team, the citizen's tovholder or the planner."""

    text: Text
    to: Literal["team", "tovholder", "planner"]


@kind("team_task")
class TeamTask(AboutTeam):
    """Something the team is to do."""

    text: Text
    due_on: dt.date | None = None


@kind("team_task_done")
class TeamTaskDone(AboutTeam):
    """A task of the list is done."""

    task_record_id: UUID
    note: Text | None = None
