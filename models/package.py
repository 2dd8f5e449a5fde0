"""The weekly bounds of a package as a team plans by them, resolved from the municipality's catalogue."""

from sqlalchemy import UniqueConstraint

from models.base import InTeam, check, one_of

TWO_CARERS_COUNT = ("both", "once")


class Package(InTeam, table=True):
    """Minutes a week; empty where the municipality publishes no bound (C1–C31)."""

    min_minutes: int | None = None
    min_included: bool = True
    max_minutes: int | None = None
    max_included: bool = True
    average_minutes: int | None = None
    screen: bool = True
    two_carers_count: str = "both"

    __table_args__ = (
        UniqueConstraint("team_id", "code"),
        check("in_team", InTeam.IN_TEAM),
        one_of("two_carers_count", TWO_CARERS_COUNT),
        check("min_minutes", "min_minutes >= 0"),
        check("max_minutes", "max_minutes >= 0"),
        check("average_minutes", "average_minutes >= 0"),
    )
