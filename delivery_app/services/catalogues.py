"""A municipality's package catalogue: its versions, one more of them, and those that are published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.catalogue import (
    CATALOGUE_FOLDER,
    Catalogue,
    CatalogueError,
    list_catalogues,
    load_catalogue,
    parse_catalogue,
)
from models.errors import MissingRowError, RememberingError
from models.municipality import Municipality
from models.stored_catalogue import StoredCatalogue, store_catalogue
from models.tables import Team

#: A catalogue is a text of some dozen kilobytes.
MOST_BYTES = 1024 * 1024


class CatalogueFileError(RememberingError):
    """A file that is no text of a catalogue at all."""


@dataclass(frozen=True)
class Version:
    """A stored version, as a list shows it."""

    id: UUID
    version: int
    stored_at: datetime
    stored_by: str
    packages: int


def versions(session: Session, municipality_id: UUID) -> list[Version]:
    """Every version of a municipality's catalogue, the newest first."""
    rows = session.scalars(
        select(StoredCatalogue)
        .where(col(StoredCatalogue.municipality_id) == municipality_id)
        .order_by(col(StoredCatalogue.version).desc())
    )
    return [
        Version(row.id, row.version, row.created_at, row.created_by, len(parsed(session, row).packages))
        for row in rows
    ]


def get_version(session: Session, municipality_id: UUID, row_id: UUID) -> StoredCatalogue:
    """A version by its row's id; raises MissingRowError when the municipality has no such."""
    row = session.get(StoredCatalogue, row_id)
    if row is None or row.municipality_id != municipality_id:
        raise MissingRowError("There is no such version of the catalogue")
    return row


def parsed(session: Session, row: StoredCatalogue) -> Catalogue:
    """What a stored version says."""
    municipality = session.get_one(Municipality, row.municipality_id)
    return _parsed(row.text, f"{municipality.code}.toml")


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Catalogue:
    """A text means the same for ever, and every page that asks what is due reads it."""
    return parse_catalogue(text, file)


def newest(session: Session, municipality_id: UUID) -> Catalogue | None:
    """The catalogue a municipality plans by: its newest version, else the published one of its name."""
    row = session.scalars(
        select(StoredCatalogue)
        .where(col(StoredCatalogue.municipality_id) == municipality_id)
        .order_by(col(StoredCatalogue.version).desc())
        .limit(1)
    ).first()
    if row is not None:
        return parsed(session, row)
    municipality = session.get_one(Municipality, municipality_id)
    file = CATALOGUE_FOLDER / f"{municipality.code}.toml"
    return load_catalogue(file) if municipality.code and file.is_file() else None


def package_names(session: Session, team_id: UUID, lang: str) -> dict[str, str]:
    """What the municipality's catalogue calls the packages, by code; a code that it lacks goes by itself."""
    catalogue = newest(session, session.get_one(Team, team_id).municipality_id)
    return {} if catalogue is None else {one.code: getattr(one.name, lang) for one in catalogue.packages}


def store(session: Session, municipality_id: UUID, data: bytes) -> tuple[StoredCatalogue, bool]:
    """Keep a file as the newest version; whether it is new (the same text again is no new version).

    Raises
    ------
    CatalogueFileError
        Not a text, or too large to be a catalogue.
    CatalogueError
        With every mistake in it.
    """
    if len(data) > MOST_BYTES:
        raise CatalogueFileError("The file is larger than a catalogue can be; choose the .toml file")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise CatalogueFileError("The file is no text in UTF-8; choose the catalogue's .toml file") from None
    municipality = session.get_one(Municipality, municipality_id)
    catalogue = parse_catalogue(text, f"{municipality.code}.toml")
    before = {version.id for version in versions(session, municipality_id)}
    row = store_catalogue(session, municipality_id, text)
    if municipality.name != catalogue.municipality.name.da:
        municipality.name = catalogue.municipality.name.da
        session.add(municipality)
    session.flush()
    return row, row.id not in before


def published() -> dict[str, Catalogue]:
    """The catalogues that come with the program, by their ids."""
    return {catalogue.id: catalogue for catalogue in list_catalogues()}


def published_text(code: str) -> str:
    """The text of one of them; raises MissingRowError."""
    if code not in published():
        raise MissingRowError("There is no published catalogue of that name")
    return (CATALOGUE_FOLDER / f"{code}.toml").read_text(encoding="utf-8")


__all__ = [
    "CatalogueError",
    "CatalogueFileError",
    "Version",
    "get_version",
    "newest",
    "parsed",
    "published",
    "published_text",
    "store",
    "versions",
]
