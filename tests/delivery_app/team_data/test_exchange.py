"""Files in and out: what is exported imports to the same, mistakes name sheet, row and column, nothing holds unseen."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from delivery_app.bridge import BridgeError, problem_from
from delivery_app.bridge.import_preview import preview
from delivery_app.exchange.packs import read_upload, workbook, zipped
from delivery_app.services import importing
from delivery_app.services.citizens import citizen_lines
from models.errors import MissingRowError
from models.tables import PendingImport, Team, User
from scheduler.pack import read_pack
from tests.delivery_app.bridge_examples import full_problem
from tests.delivery_app.team_data.tiny_team import TINY, TinyTeam, citizen, tiny_team

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def team(tables_url: str) -> Iterator[TinyTeam]:
    with tiny_team(tables_url) as made:
        yield made


@pytest.fixture
def small(sqlite_database: str) -> Iterator[TinyTeam]:
    with tiny_team(sqlite_database) as made:
        yield made


def user_of(team: TinyTeam, name: str = "anna") -> UUID:
    with team.database.transaction() as session:
        row = User(
            municipality_id=session.get_one(Team, team.team_id).municipality_id,
            sign_in_name=name,
            name=name.title(),
        )
        session.add(row)
        session.flush()
        return row.id


def changed_workbook(**cells: str) -> bytes:
    """The tiny team's workbook with cells written over: ``needs_G3="07:15"``."""
    book = load_workbook(io.BytesIO(workbook(read_pack(TINY))))
    for place, text in cells.items():
        sheet, _, cell = place.rpartition("_")
        book[sheet][cell] = text
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["team.xlsx", "team.zip"])
def test_what_is_exported_imports_to_the_same(team: TinyTeam, name: str) -> None:
    with team.database.reading() as session:
        problem = problem_from(session, team.team_id, "2026-W49")
        content = workbook(problem) if name.endswith("xlsx") else zipped(problem)
        read = read_upload(name, content)
        assert read.problem == problem
        assert read.errors == ()
        assert preview(session, team.team_id, problem).is_empty
    assert content == (workbook(problem) if name.endswith("xlsx") else zipped(problem))


def test_every_table_survives_export_and_import(small: TinyTeam) -> None:
    problem = replace(full_problem(), links=full_problem().links[:1], published=None, standing_roster=None)
    problem = replace(problem, ferries=(), absences=problem.absences[:1], history=problem.history[:1])
    problem = replace(problem, shifts=tuple(s for s in problem.shifts if s.begins_at != "Fejø"))
    assert read_upload("a.zip", zipped(problem)).problem == read_upload("a.xlsx", workbook(problem)).problem


def test_mistakes_name_sheet_row_column_and_value(small: TinyTeam) -> None:
    # Row 2: a window that ends before it begins; row 4: a citizen nobody has.
    content = changed_workbook(needs_J2="07:15", needs_B4="c77")
    read = read_upload("team.xlsx", content)
    assert read.problem is None
    assert [(one.file, one.line, one.column, getattr(one, "value", None)) for one in read.errors] == [
        ("needs", 2, "window_end", "07:15"),
        ("needs", 4, "citizen_id", "c77"),
    ]


def test_changes_are_told_by_field(small: TinyTeam) -> None:
    read = read_upload("team.xlsx", changed_workbook(citizens_B3="Bent Nyt Navn"))
    assert read.problem is not None
    problem = replace(read.problem, citizens=read.problem.citizens[:2], needs=read.problem.needs[:3])
    with small.database.reading() as session:
        found = {table.table: table for table in preview(session, small.team_id, problem).tables}
    (bent,) = found["citizens"].changed
    assert [(one.column, one.before, one.after) for one in bent.fields] == [
        ("name", "Bent Eksempel", "Bent Nyt Navn")
    ]
    assert [row.key for row in found["citizens"].gone] == ["c3"]
    assert found["citizens"].closes
    assert found["carers"].is_empty
    assert found["carers"].same == 2


def test_nothing_holds_before_the_yes(team: TinyTeam) -> None:
    user = user_of(team)
    with team.database.transaction("anna") as session:
        looked = importing.hand_in(
            session, team.team_id, user, "team.xlsx", changed_workbook(citizens_B3="Bent Nyt Navn"), NOW
        )
    assert looked.pending_id is not None
    with team.database.reading() as session:
        assert citizen(session, "c2").name == "Bent Eksempel"
    with team.database.transaction("anna") as session:
        importing.say_yes(session, team.team_id, user, looked.pending_id, NOW)
    with team.database.reading() as session:
        assert citizen(session, "c2").name == "Bent Nyt Navn"
        assert session.scalars(select(PendingImport)).all() == []


def test_a_file_may_leave_names_out(small: TinyTeam) -> None:
    """Only a form asks for one; who has none is called by the code."""
    user = user_of(small)
    with small.database.transaction("anna") as session:
        content = changed_workbook(citizens_B3="")
        looked = importing.hand_in(session, small.team_id, user, "team.xlsx", content, NOW)
        assert looked.read.errors == ()
        assert looked.pending_id is not None
        importing.say_yes(session, small.team_id, user, looked.pending_id, NOW)
        assert citizen(session, "c2").name == ""
        lines = citizen_lines(session, small.team_id, NOW.date())
        assert "c2" in [line.name for line in lines]


def test_a_change_after_the_preview_is_not_overwritten(small: TinyTeam) -> None:
    user = user_of(small)
    with small.database.transaction("anna") as session:
        looked = importing.hand_in(
            session, small.team_id, user, "team.xlsx", changed_workbook(citizens_B3="Bent Nyt Navn"), NOW
        )
        assert looked.pending_id is not None
    with small.database.transaction("bo") as session:
        citizen(session, "c2").carers_max = 4
    with pytest.raises(BridgeError), small.database.transaction("anna") as session:
        importing.say_yes(session, small.team_id, user, looked.pending_id, NOW)
    with small.database.transaction("anna") as session:
        again = importing.look_again(session, small.team_id, user, looked.pending_id, NOW)
        assert again.preview is not None
        importing.note_seen(session, looked.pending_id, again.preview)
        importing.say_yes(session, small.team_id, user, looked.pending_id, NOW)
        assert citizen(session, "c2").carers_max is None  # it was shown, and somebody said yes to it


def test_files_are_ones_own_and_do_not_stay(small: TinyTeam) -> None:
    user, other = user_of(small), user_of(small, "bo")
    with small.database.transaction("anna") as session:
        looked = importing.hand_in(
            session, small.team_id, user, "team.xlsx", changed_workbook(citizens_B3="Bent Nyt Navn"), NOW
        )
        assert looked.pending_id is not None
        with pytest.raises(MissingRowError):
            importing.look_again(session, small.team_id, other, looked.pending_id, NOW)
        row = session.get_one(PendingImport, looked.pending_id)
        row.created_at = NOW - timedelta(days=2)
        session.flush()
        importing.forget(session, small.team_id, other, NOW)
        session.expire_all()
        assert session.scalars(select(PendingImport)).all() == []


def test_other_teams_files_are_refused(small: TinyTeam) -> None:
    problem = read_pack(TINY)
    with small.database.reading() as session:
        for wrong in (replace(problem, name="Team Syd"), replace(problem, municipality="aalborg")):
            with pytest.raises(BridgeError):
                preview(session, small.team_id, wrong)


def test_standing_and_published_rosters_stay_when_the_file_has_none(small: TinyTeam) -> None:
    from delivery_app.bridge import save_roster
    from delivery_app.bridge.standing import make_standing
    from scheduler.pack import read_roster
    from tests.delivery_app.team_data.tiny_team import MONDAY

    user = user_of(small)
    with small.database.transaction("anna") as session:
        save_roster(session, small.team_id, read_roster(TINY / "roster.json"), "published")
        make_standing(session, small.team_id, MONDAY, 1)
        looked = importing.hand_in(
            session, small.team_id, user, "team.xlsx", changed_workbook(citizens_B3="Bent Nyt Navn"), NOW
        )
        assert looked.pending_id is not None
        importing.say_yes(session, small.team_id, user, looked.pending_id, NOW)
        after = problem_from(session, small.team_id, "2026-W49")
    assert after.standing_roster is not None
    assert after.published is not None


def zip_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_zip_of_a_folder_and_what_is_no_pack(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    files = {f"tiny/{path.name}": path.read_bytes() for path in (tmp_path / "tiny").iterdir()}
    assert read_upload("t.zip", zip_of(files)).problem == read_pack(TINY)
    assert read_upload("t.zip", zip_of({**files, "../../team.toml": b"x"})).errors  # two of them
    for name, content in (
        ("t.zip", b"no zip"),
        ("t.zip", zip_of({"notes.txt": b"x"})),
        ("t.xlsx", b"no workbook"),
        ("t.pdf", b"%PDF"),
    ):
        read = read_upload(name, content)
        assert read.problem is None
        assert len(read.errors) == 1
        assert str(read.errors[0])


def test_zip_that_swells_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("delivery_app.exchange.packs.MOST_UNPACKED", 1000)
    read = read_upload("t.zip", zip_of({"team.toml": b"a" * 5000}))
    assert "larger" in str(read.errors[0])
