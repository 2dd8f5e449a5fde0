"""Visits by screen (S9, D6)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from delivery_app.services.records.kinds import AboutCitizen, AboutVisit, Text, kind, when_kept
from delivery_app.services.screen.assessing import assessment_kept
from models.record import Record

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


@kind("screen_opened")
class ScreenOpened(AboutVisit):
    """The carer opened the call."""


@kind("screen_ended")
class ScreenEnded(AboutVisit):
    """The call is over: how well one saw and heard, and what came of it."""

    quality: Literal["good", "poor", "failed"]
    outcome: Literal["done", "partly", "made_physical", "not_reached"]
    note: Text | None = None


@kind("screen_assessed")
class ScreenAssessed(AboutCitizen):
    """Whether the citizen can take visits by screen."""

    outcome: Literal["able", "able_with_help", "not_able"]
    review_on: dt.date | None = None
    note: Text | None = None


@when_kept("screen_assessed")
def _assessed(session: Session, record: Record) -> None:
    assessment_kept(session, record)


@kind("made_physical")
class MadePhysical(AboutVisit):
    """The visit has to be made in the home instead; ``wanted_by``: at what time at the latest."""

    reason: Text
    wanted_by: Clock | None = None
