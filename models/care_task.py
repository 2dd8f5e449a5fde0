"""What is to be done in a visit: the tasks of a need, in order (døgnrytmeplan; D1, D2, D20)."""

from datetime import date
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from models.base import Editable, TeamRow, check


class CareTask(TeamRow, Editable, table=True):
    """One task. A task is ended, not deleted: what was ticked off speaks of it by its id.

    ``code`` is the task's in the catalogue of tasks (``fixtures/care/tasks.toml``), empty for one in own words.
    ``days`` (0 to 6) narrows it to some of the visit's weekdays, empty means all. ``minutes`` is a guide for the
    carer and plans nothing. ``until_date`` is the first day on which it is not done any more.
    """

    __tablename__ = "care_task"

    citizen_id: UUID = Field(foreign_key="citizen.id", ondelete="CASCADE", index=True)
    need_id: UUID = Field(foreign_key="need.id", ondelete="CASCADE", index=True)
    position: int = 0
    code: str = ""
    text: str
    note: str = ""
    minutes: int | None = None
    days: list[int] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    from_date: date
    until_date: date | None = None

    __table_args__ = (
        check("minutes", "minutes IS NULL OR minutes BETWEEN 1 AND 480"),
        check("period", "until_date IS NULL OR until_date >= from_date"),
    )
