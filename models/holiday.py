"""A date on which needs with ``on_holidays = no`` are not due."""

import datetime as dt

from sqlalchemy import Index

from models.base import Dated


class Holiday(Dated, table=True):
    """A public holiday, or another day the team keeps as one."""

    date: dt.date

    __table_args__ = (Index("ix_holiday_team_id_date", "team_id", "date"),)
