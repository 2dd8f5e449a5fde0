"""What a visit is measured by: the catalogue's word, else the provider's own (``fixtures/care/standards.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

import models
from delivery_app.i18n import N_
from delivery_app.services.catalogues import newest
from models.catalogue_rules import Rules
from models.errors import RememberingError
from models.record import Record
from models.stored_catalogue import StoredCatalogue

NO_PHOTOS = N_("The municipality's rules have no pictures taken; write what you saw instead")
FILE = Path(models.__file__).parents[1] / "fixtures" / "care" / "standards.toml"


@dataclass(frozen=True)
class NotHome:
    """A step when nobody opens; ``names`` by language."""

    step: str
    names: tuple[tuple[str, str], ...]
    last_resort: bool
    citizen_pays: bool | None

    def name(self, lang: str) -> str:
        """What the carer is shown."""
        return dict(self.names)[lang]


@dataclass(frozen=True)
class Standards:
    """From when a visit is off its time; minutes. ``early``: whether too early counts, too."""

    lateness_min: int
    early: bool
    shorter_min: int
    longer_min: int
    not_home: tuple[NotHome, ...]
    #: A key is received only of a citizen who cannot open; against a receipt (D14).
    key_when_needed: bool = True
    key_receipt: bool = True
    #: Pictures of a citizen's matters may be taken, when the citizen agrees (D3).
    photos: bool = True


@lru_cache(maxsize=1)
def own_standards() -> Standards:
    """What the file says."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Standards(
        lateness_min=data["lateness_call"]["minutes"],
        early=data["lateness_call"]["direction"] == "either",
        key_when_needed=data["keys"]["only_when_citizen_cannot_open"],
        key_receipt=data["keys"]["receipt"],
        photos=data["photos"]["allowed"],
        shorter_min=data["duration"]["shorter_min"],
        longer_min=data["duration"]["longer_min"],
        not_home=tuple(
            NotHome(
                one["step"],
                tuple(sorted(one["name"].items())),
                bool(one.get("last_resort", False)),
                one.get("citizen_pays"),
            )
            for one in data["not_home"]
        ),
    )


#: By municipality, with the stored version it was read from: a catalogue is read anew when there is another.
_KEPT: dict[UUID, tuple[UUID | None, Standards]] = {}


def standards_of(session: Session, municipality_id: UUID) -> Standards:
    """What holds in a municipality."""
    version = session.scalars(
        select(StoredCatalogue.id)
        .where(col(StoredCatalogue.municipality_id) == municipality_id)
        .order_by(col(StoredCatalogue.version).desc())
        .limit(1)
    ).first()
    kept = _KEPT.get(municipality_id)
    if kept is None or kept[0] != version:
        catalogue = newest(session, municipality_id)
        kept = (version, merged(None if catalogue is None else catalogue.rules))
        _KEPT[municipality_id] = kept
    return kept[1]


def merged(rules: Rules | None) -> Standards:
    """A catalogue's rules, and the provider's own where it says nothing."""
    own = own_standards()
    call = None if rules is None else rules.lateness_call
    steps = () if rules is None else rules.not_home
    needed = None if rules is None else rules.keys_only_when_citizen_cannot_open
    receipt = None if rules is None else rules.key_receipt
    photos = None if rules is None else rules.photos
    return Standards(
        lateness_min=own.lateness_min if call is None else call.minutes,
        early=own.early if call is None else call.direction == "either",
        shorter_min=own.shorter_min,
        longer_min=own.longer_min,
        not_home=tuple(
            NotHome(one.step, (("da", one.name.da), ("en", one.name.en)), one.last_resort, one.citizen_pays)
            for one in steps
        )
        or own.not_home,
        key_when_needed=own.key_when_needed if needed is None else needed.value,
        key_receipt=own.key_receipt if receipt is None else receipt.value,
        photos=own.photos if photos is None else photos.value,
    )


def check_photo(session: Session, record: Record) -> None:
    """Refuse a picture where the municipality has none taken; raises RememberingError."""
    if not standards_of(session, record.municipality_id).photos:
        raise RememberingError(NO_PHOTOS)
