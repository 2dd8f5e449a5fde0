"""An island's timetable on a date (S8)."""

import datetime as dt

from sqlalchemy import Index

from models.base import Dated, check


class Ferry(Dated, table=True):
    """Local minutes after midnight of ``date``; ``minutes`` is the crossing."""

    island: str
    date: dt.date
    first_arrival_min: int
    last_departure_min: int
    minutes: int

    __table_args__ = (
        Index("ix_ferry_team_id_date", "team_id", "date"),
        check("minutes", "minutes >= 0"),
    )
