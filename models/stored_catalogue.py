"""A municipality's package catalogue, version by version: a grant is read by the one of its time."""

import hashlib
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Session
from sqlmodel import Field, col, select

from models.base import MunicipalRow, check


class StoredCatalogue(MunicipalRow, table=True):
    """The text of a catalogue file (TOML); ``version`` counts from 1 in each municipality."""

    __tablename__ = "catalogue"

    version: int
    text: str
    sha256: str = Field(max_length=64)

    __table_args__ = (
        UniqueConstraint("municipality_id", "version"),
        check("version", "version >= 1"),
    )


def store_catalogue(session: Session, municipality_id: UUID, text: str) -> StoredCatalogue:
    """The newest stored version when its text is this one, else a new version of it."""
    newest = session.scalars(
        select(StoredCatalogue)
        .where(col(StoredCatalogue.municipality_id) == municipality_id)
        .order_by(col(StoredCatalogue.version).desc())
        .limit(1)
    ).first()
    digest = hashlib.sha256(text.encode()).hexdigest()
    if newest is not None and newest.sha256 == digest:
        return newest
    version = 1 if newest is None else newest.version + 1
    row = StoredCatalogue(municipality_id=municipality_id, version=version, text=text, sha256=digest)
    session.add(row)
    session.flush()
    return row
