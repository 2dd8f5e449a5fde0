"""Calls about lateness (D7), nobody home (D8), a carer who calls for help (D22), emergency calls (S21)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from delivery_app.services.records.kinds import AboutTeam, AboutVisit, Code, Text, kind


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
    """A step of the catalogue's, in its order: what came of it and who decided it."""

    step: Code
    outcome: Text
    solved: bool
    decided_by: Text


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
