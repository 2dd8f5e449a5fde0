"""What the help is to lead to, as agreed with the citizen (D11)."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from models.base import Editable, TeamRow, check, one_of

#: udrede, udvikle, fastholde, lindre: the words of the package catalogues.
GOAL_KINDS = ("assess", "develop", "maintain", "palliate")
GOAL_OUTCOMES = ("reached", "partly", "not_reached", "given_up")
#: FSIII's levels of functional ability: none to total limitation, and "not relevant".
LEVELS = (0, 1, 2, 3, 4, 9)


class CareGoal(TeamRow, Editable, table=True):
    """``fsiii`` is the UUID of a functional-ability state (``fixtures/terminology/fsiii_states.csv``).

    ``outcome`` and ``ended_on`` stand together: the goal is done with.
    """

    __tablename__ = "care_goal"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    position: int = 0
    kind: str
    text: str
    fsiii: UUID | None = None
    level_now: int | None = None
    level_wished: int | None = None
    set_on: date
    follow_up_on: date | None = None
    outcome: str | None = None
    ended_on: date | None = None
    note: str = ""

    __table_args__ = (
        one_of("kind", GOAL_KINDS),
        one_of("outcome", GOAL_OUTCOMES),
        check("level_now", "level_now IN (0, 1, 2, 3, 4, 9)"),
        check("level_wished", "level_wished IN (0, 1, 2, 3, 4, 9)"),
        check("ended", "(outcome IS NULL) = (ended_on IS NULL)"),
    )
