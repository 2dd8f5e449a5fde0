"""A carer of a team."""

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import InTeam, check, one_of

QUALIFICATIONS = (
    "untrained",
    "helper",
    "assistant",
    "nurse",
    "occupational_therapist",
    "physiotherapist",
)
MODES = ("bike", "car", "foot")
CARER_KINDS = ("fixed", "substitute")


class Carer(InTeam, table=True):
    """``week_hours``: hours of the contract; a carer with a mentor is a trainee (S6).

    ``lent_from``: the team or agency whose carer it is; empty for the team's own (S24).
    """

    name: str
    qualification: str
    week_hours: float | None = None
    mode: str = "bike"
    introduced: bool = True
    mentor_id: UUID | None = Field(default=None, foreign_key="carer.id", ondelete="SET NULL", index=True)
    kind: str = "fixed"
    lent_from: str | None = None
    phone: str | None = None

    __table_args__ = (
        UniqueConstraint("team_id", "code"),
        check("in_team", InTeam.IN_TEAM),
        one_of("qualification", QUALIFICATIONS),
        one_of("mode", MODES),
        one_of("kind", CARER_KINDS),
        check("week_hours", "week_hours >= 0"),
    )
