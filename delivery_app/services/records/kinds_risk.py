"""Calls about lateness (D7), nobody home (D8), a carer who calls for help (D22), emergency calls (S21, S12)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.services.records.kinds import (
    AboutCitizen,
    AboutTeam,
    AboutVisit,
    Code,
    Text,
    kind,
    problem,
    when_kept,
)
from models.record import Record

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@kind("late_call")
class LateCall(AboutVisit):
    """The citizen was rung because the visit is not on time."""

    minutes: Annotated[int, Field(ge=0, le=24 * 60)]
    direction: Literal["late", "early"]
    reached: Literal["citizen", "relative", "nobody"]
    agreed: Text | None = None


@kind("nobody_home")
class NobodyHome(AboutVisit):
    """Nobody opens."""


@kind("not_home_step")
class NotHomeStep(AboutVisit):
    """A step of the catalogue's, in its order: what came of it and who decided it.

    ``skipped``: the step was left out, and ``outcome`` says why (nothing is left out in silence).
    """

    step: Code
    outcome: Text
    solved: bool
    decided_by: Text
    skipped: bool = False

    @model_validator(mode="after")
    def _left_out_solves_nothing(self) -> NotHomeStep:
        if self.skipped and self.solved:
            raise problem(N_("A step that is left out solves nothing; choose one of the two"))
        return self


@kind("help_call")
class HelpCall(AboutTeam):
    """The carer needs help at once; where, as far as the device knows (degrees and metres)."""

    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy_m: Annotated[float, Field(ge=0)] | None = None


@kind("help_ended")
class HelpEnded(AboutTeam):
    """The carer needs no help any more."""

    outcome: Text


@kind("visit_moved")
class VisitMoved(AboutVisit):
    """In an emergency a visit was moved, never cancelled, to a time agreed with the citizen (S12)."""

    to: Clock
    agreed_with: Literal["citizen", "relative"]
    note: Text | None = None


@kind("emergency_asked")
class EmergencyAsked(AboutCitizen):
    """A citizen has rung and needs somebody now; the planner is asked to send one."""

    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


@when_kept("emergency_asked")
def _asked(session: Session, record: Record) -> None:
    from delivery_app.services.risk.calls import call_from_record

    call_from_record(session, record)


@kind("emergency_declined")
class EmergencyDeclined(AboutVisit):
    """The carer cannot go to an emergency call, and why."""

    reason: Text


@kind("emergency_accepted")
class EmergencyAccepted(AboutVisit):
    """The carer takes an emergency call."""


@kind("emergency_arrived")
class EmergencyArrived(AboutVisit):
    """The carer has come to an emergency call."""


@kind("emergency_ended")
class EmergencyEnded(AboutVisit):
    """The emergency call is over, and how."""

    outcome: Text


@when_kept("not_home_step")
def _in_order(session: Session, record: Record) -> None:
    from delivery_app.services.risk.not_home import check_step

    check_step(session, record)


@when_kept("emergency_declined")
@when_kept("emergency_accepted")
@when_kept("emergency_arrived")
@when_kept("emergency_ended")
def _of_a_call(session: Session, record: Record) -> None:
    from delivery_app.services.risk.calls import check_record

    check_record(session, record)
