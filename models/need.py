"""A need: a recurring visit of a citizen."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from models.base import InTeam, check, one_of
from models.carer import QUALIFICATIONS

SERVICES = (
    "personal_care",
    "practical_help",
    "training",
    "rehabilitation",
    "safety",
    "start_up",
    "coordination",
    "assessment",
)
#: A need may also ask for a therapist of either kind.
NEED_QUALIFICATIONS = (*QUALIFICATIONS, "therapist")
NEED_MODALITIES = ("home", "screen", "either")


class Need(InTeam, table=True):
    """Window and agreed start: minutes after midnight of the visit. ``days``: 0 to 6, empty for any."""

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    service: str
    days: list[int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    times_per_week: int | None = None
    every_weeks: int = 1
    #: The Monday of a week in which the need falls.
    anchor_monday: date
    on_holidays: bool = True
    window_start_min: int
    window_end_min: int
    agreed_start_min: int | None = None
    minutes_min: int
    minutes: int
    minutes_max: int
    carers: int = 1
    qualification: str | None = None
    modality: str = "home"
    priority: int = 2
    counts: bool = True
    #: Dates (ISO) on which it does not fall: cancelled, or moved and shortened into a need of that date alone.
    not_on: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))

    __table_args__ = (
        UniqueConstraint("team_id", "code"),
        check("in_team", InTeam.IN_TEAM),
        one_of("service", SERVICES),
        one_of("qualification", NEED_QUALIFICATIONS),
        one_of("modality", NEED_MODALITIES),
        check("minutes", "minutes_min >= 1 AND minutes_min <= minutes AND minutes <= minutes_max"),
        check("carers", "carers BETWEEN 1 AND 2"),
        check("priority", "priority BETWEEN 1 AND 3"),
        check("every_weeks", "every_weeks >= 1"),
        check("times_per_week", "times_per_week BETWEEN 1 AND 7"),
        check("window", "window_start_min <= window_end_min"),
    )
