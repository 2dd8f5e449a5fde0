"""Talks and assessments that belong to a course of help, and what came of what a carer said of changed needs."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from models.base import TeamRow, one_of

#: workplace: the home as a place of work (APV, D13); midway and closing: of rehabilitation (D12); start_up: D11.
REVIEW_KINDS = ("start_up", "workplace", "midway", "closing")
#: FSIII's results of a follow-up: goes on, is changed within the package, ends, is decided anew by the authority.
REVIEW_OUTCOMES = ("continued", "changed", "closed", "reassessed")
ANSWERS = ("changed_plan", "asked_authority", "no_change")


class CareReview(TeamRow, table=True):
    """That it was done, when, and what it came to. Never changed: the newest of a kind counts."""

    __tablename__ = "care_review"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    kind: str
    done_on: date
    outcome: str | None = None
    next_on: date | None = None
    note: str = ""

    __table_args__ = (one_of("kind", REVIEW_KINDS), one_of("outcome", REVIEW_OUTCOMES))


class NeedsAnswer(TeamRow, table=True):
    """What a planner did about a carer's record of changed needs (D15). ``record_id`` is that record's, for good."""

    __tablename__ = "needs_answer"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    record_id: UUID = Field(unique=True)
    answer: str
    note: str = ""

    __table_args__ = (one_of("answer", ANSWERS),)
