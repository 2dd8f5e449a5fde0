"""A team pack's files into the database, with the municipality's catalogue as it is today."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from delivery_app.bridge.load import load_problem
from models.catalogue import CATALOGUE_FOLDER, load_catalogue
from models.cpr import CprVault
from models.stored_catalogue import store_catalogue
from models.tables import Municipality, Team
from scheduler.pack import read_pack


def load_pack(
    session: Session,
    path: Path | str,
    *,
    cpr: Mapping[str, str] | None = None,
    vault: CprVault | None = None,
    catalogues: Path = CATALOGUE_FOLDER,
) -> Team:
    """Read a pack (a folder or an ``.xlsx``) and load it (:func:`load_problem`).

    When ``catalogues`` holds a catalogue of the pack's municipality, its text is kept too, as a new version
    if it has changed, and the municipality gets the name that stands there.

    Raises
    ------
    scheduler.pack.PackErrors
        All mistakes in the pack; nothing was written.
    models.catalogue.CatalogueError
        The municipality's catalogue is wrong.
    BridgeError, CprError
        As :func:`load_problem`.
    """
    problem = read_pack(path)
    team = load_problem(session, problem, cpr=cpr, vault=vault)
    keep_catalogue(session, team, problem.municipality, catalogues)
    return team


def keep_catalogue(
    session: Session, team: Team, municipality_code: str, catalogues: Path = CATALOGUE_FOLDER
) -> None:
    """Keep the published catalogue of the team's municipality, when there is one, as its newest version.

    Raises
    ------
    models.catalogue.CatalogueError
        It is wrong.
    """
    file = catalogues / f"{municipality_code}.toml"
    if not municipality_code or not file.is_file():
        return
    catalogue = load_catalogue(file)
    municipality = session.get_one(Municipality, team.municipality_id)
    if municipality.name != catalogue.municipality.name.da:
        municipality.name = catalogue.municipality.name.da
    store_catalogue(session, municipality.id, file.read_text(encoding="utf-8"))
    session.flush()
