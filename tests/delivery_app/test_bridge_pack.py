"""A pack's files into the database, and its municipality's catalogue beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import col, select

from delivery_app.bridge import load_pack, problem_from
from models.catalogue import CATALOGUE_FOLDER
from models.tables import Municipality, StoredCatalogue, Team
from scheduler.pack import PackErrors, read_pack, write_pack
from tests.delivery_app.bridge_examples import WEEK, full_problem, migrated

FIXTURES = CATALOGUE_FOLDER.parent
#: The example without what only a problem made by code can hold.
LEGAL = full_problem(
    links=full_problem().links[:1],
    history=full_problem().history[:2],
    published=None,
    standing_roster=None,
)


def test_pack_is_loaded_with_its_catalogue(tables_url: str, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    write_pack(LEGAL, pack)
    with migrated(tables_url) as database:
        for _ in range(2):
            with database.transaction() as session:
                team = load_pack(session, pack)
        with database.reading() as session:
            assert problem_from(session, team.id, WEEK) == read_pack(pack)
            stored = session.scalars(select(StoredCatalogue)).one()
            assert stored.text == (CATALOGUE_FOLDER / "albertslund.toml").read_text(encoding="utf-8")
            assert session.scalars(select(Municipality)).one().name.startswith("Albertslund")


def test_changed_catalogue_becomes_a_new_version(sqlite_database: str, tmp_path: Path) -> None:
    write_pack(LEGAL, tmp_path / "pack")
    folder = tmp_path / "catalogues"
    folder.mkdir()
    text = (CATALOGUE_FOLDER / "albertslund.toml").read_text(encoding="utf-8")
    with migrated(sqlite_database) as database, database.transaction() as session:
        for one in (text, text + "\n# rettet\n"):
            (folder / "albertslund.toml").write_text(one, encoding="utf-8")
            load_pack(session, tmp_path / "pack", catalogues=folder)
        versions = session.scalars(select(StoredCatalogue).order_by(col(StoredCatalogue.version))).all()
        assert [row.version for row in versions] == [1, 2]
        assert versions[1].text.endswith("# rettet\n")


def test_pack_with_mistakes_writes_nothing(sqlite_database: str, tmp_path: Path) -> None:
    write_pack(LEGAL, tmp_path / "pack")
    (tmp_path / "pack" / "shifts.csv").unlink()
    with migrated(sqlite_database) as database:
        with pytest.raises(PackErrors), database.transaction() as session:
            load_pack(session, tmp_path / "pack")
        with database.reading() as session:
            assert session.scalars(select(Team)).all() == []


@pytest.mark.parametrize(
    "pack", [path.parent for path in sorted(FIXTURES.glob("*/team.toml"))], ids=lambda pack: pack.name
)
def test_demo_team_survives(sqlite_database: str, pack: Path) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        problem = read_pack(pack)
        team = load_pack(session, pack)
        session.expire_all()
        calendar = problem.calendar
        assert problem_from(session, team.id, calendar.week_name(0), calendar.weeks) == problem


def test_there_are_demo_teams() -> None:
    assert list(FIXTURES.glob("*/team.toml"))
