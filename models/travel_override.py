"""A travel time the team knows better than the formula (``matrix.csv``)."""

from sqlalchemy import UniqueConstraint

from models.base import TeamRow, check, one_of
from models.carer import MODES


class TravelOverride(TeamRow, table=True):
    """Places by their ids in the pack: a citizen's, a session's, or ``base``."""

    __tablename__ = "travel_override"

    origin: str
    target: str
    mode: str
    minutes: int

    __table_args__ = (
        UniqueConstraint("team_id", "origin", "target", "mode"),
        one_of("mode", MODES),
        check("minutes", "minutes >= 0"),
    )
