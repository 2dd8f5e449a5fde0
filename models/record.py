"""What carers recorded: visits begun and ended, tasks, observations, deviations and all the rest (D2-D10).

A record is written once, under the id that the tablet gave it, and never changed: a correction is another record
that names it. Rows of people and visits are named by id without a foreign key, for a record stays when they go.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from models.access_log import LogRow
from models.base import MunicipalRow, UtcDateTime, check


class Record(MunicipalRow, table=True):
    """One thing that somebody recorded.

    ``kind`` and the form of ``body`` are those of ``delivery_app.services.records``. ``device_at`` is what the
    tablet's clock said and ``offset_ms`` how far the server's was ahead of it when last measured; ``at`` is their
    sum. ``device_seq`` counts what one user recorded on one tablet: empty where another record has that number.
    ``on_date`` is the date of the visit, or the date it was recorded on; a visit is ``need_id`` and ``on_date``, or
    an emergency call. ``corrects_id``: the record that this one replaces.
    """

    team_id: UUID = Field(foreign_key="team.id", ondelete="RESTRICT")
    citizen_id: UUID | None = None
    need_id: UUID | None = None
    on_date: dt.date
    call_id: UUID | None = None
    carer_id: UUID | None = None
    user_id: UUID
    device_id: UUID | None = None
    device_seq: int | None = Field(default=None, sa_type=BigInteger)
    kind: str
    device_at: dt.datetime = Field(sa_type=UtcDateTime)
    offset_ms: int | None = Field(default=None, sa_type=BigInteger)
    at: dt.datetime = Field(sa_type=UtcDateTime)
    received_at: dt.datetime = Field(sa_type=UtcDateTime)
    #: The tablet's clock was wrong, as far as one can tell: the times say little.
    clock_doubtful: bool = False
    body: dict[str, Any] = Field(sa_type=JSON)
    corrects_id: UUID | None = Field(default=None, index=True)
    #: The picture that a record of kind ``photo`` speaks of.
    photo_id: UUID | None = Field(default=None, index=True)

    __table_args__ = (
        UniqueConstraint("device_id", "device_seq"),
        Index("ix_record_team_id_on_date_need_id", "team_id", "on_date", "need_id"),
        Index("ix_record_team_id_kind_on_date", "team_id", "kind", "on_date"),
        Index("ix_record_team_id_received_at", "team_id", "received_at"),
        Index("ix_record_citizen_id_at", "citizen_id", "at"),
        check("device_seq", "device_seq >= 0"),
        check("corrects", "corrects_id <> id"),
    )


class RecordPhoto(MunicipalRow, table=True):
    """A picture somebody took for a record, sent before it: a JPEG without anything but the picture itself."""

    team_id: UUID = Field(foreign_key="team.id", ondelete="RESTRICT", index=True)
    user_id: UUID
    width: int
    height: int
    #: SHA-256 of what was sent, by which sending it again is known.
    sent_sha256: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)

    __tablename__ = "record_photo"
    __table_args__ = (check("size", "width >= 1 AND height >= 1"),)


class RecordErasure(LogRow, table=True):
    """A record that was deleted by rule (X10), by its id alone. The database lets go of a record only beside such a row,
    which itself is never changed; a tablet that sends the record once more does not bring it back."""

    __tablename__ = "record_erasure"

    record_id: UUID = Field(primary_key=True)
    at: dt.datetime = Field(sa_type=UtcDateTime, nullable=False)
