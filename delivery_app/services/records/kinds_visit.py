"""Records of a visit itself: on the way, begun, ended, its tasks, and why it was not on time (D2)."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator

from delivery_app.i18n import N_
from delivery_app.services.records.kinds import AboutVisit, Text, kind, problem

Direction = Literal["late", "early", "shorter", "longer"]


class SaidTime(AboutVisit):
    """A moment, which may be set by hand afterwards; that asks for grounds."""

    said_at: dt.datetime | None = None
    grounds: Text | None = None

    @model_validator(mode="after")
    def _has_zone_and_grounds(self) -> Self:
        if self.said_at is not None and self.said_at.tzinfo is None:
            raise problem(N_("A time needs its time zone; send it as 2026-11-30T08:15:00+01:00"))
        if self.said_at is not None and self.grounds is None:
            raise problem(N_("A time that is set by hand needs grounds; write why"))
        return self


@kind("on_the_way")
class OnTheWay(SaidTime):
    """The carer sets out for the visit."""


@kind("started")
class Started(SaidTime):
    """The carer is with the citizen."""


@kind("ended")
class Ended(SaidTime):
    """The carer has left."""


@kind("task")
class Task(AboutVisit):
    """A task of the care plan, done or not; not done has a reason."""

    task_id: UUID
    done: bool
    reason: Literal["refused", "no_time", "not_needed", "exchanged", "other"] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _other_is_explained(self) -> Self:
        if not self.done and self.reason == "other" and self.note is None:
            raise problem(N_("Another reason needs a note; write what it was"))
        return self


@kind("off_time_cause")
class OffTimeCause(AboutVisit):
    """Why a visit was not when, or not as long as, the published plan says."""

    direction: Direction
    cause: Literal["previous_visit", "traffic", "weather", "citizen_wish", "citizen_needs", "staff", "other"]
    note: Text | None = None
