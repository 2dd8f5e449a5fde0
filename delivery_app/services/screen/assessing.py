"""An assessment of screen visits that a carer makes in a visit (D6): it becomes the citizen's newest one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from delivery_app.services.near_citizen import assessments_of
from models.errors import RememberingError
from models.record import Record
from models.tables import Citizen, ScreenAssessment


class AssessmentError(RememberingError):
    """An assessment that cannot be kept, and why."""


def assessment_kept(session: Session, record: Record) -> None:
    """Write the assessment of a record down; raises AssessmentError when it is to be looked at again before it was made."""
    citizen = session.get_one(Citizen, record.citizen_id)
    review = record.body.get("review_on")
    row = ScreenAssessment(
        municipality_id=record.municipality_id,
        team_id=record.team_id,
        citizen_id=citizen.id,
        assessed_on=record.on_date,
        outcome=record.body["outcome"],
        review_on=None if review is None else type(record.on_date).fromisoformat(review),
        note=record.body.get("note") or "",
    )
    if row.review_on is not None and row.review_on <= row.assessed_on:
        raise AssessmentError(
            "{review} is not after the assessment, {assessed}; write a later date",
            review=row.review_on.isoformat(),
            assessed=row.assessed_on.isoformat(),
        )
    session.add(row)
    session.flush()
    able = assessments_of(session, citizen)[0].outcome != "not_able"
    if citizen.screen_able != able:
        citizen.screen_able = able
