"""Relatives, notes, grants, assessments, patterns in files: out and back, and untouched by files without them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from delivery_app.bridge import problem_from
from delivery_app.exchange.beside import COLUMNS
from delivery_app.exchange.packs import read_upload, workbook, zipped
from delivery_app.services import importing
from delivery_app.services.beside import beside_rows
from delivery_app.services.grants import record_grant
from delivery_app.services.near_citizen import assess_screen, save_relative
from delivery_app.services.shifts import save_pattern
from models.tables import Relative, ScreenAssessment, ShiftPattern
from scheduler.pack import read_pack
from tests.delivery_app.team_data.test_exchange import user_of
from tests.delivery_app.team_data.tiny_team import TINY, TinyTeam, carer, citizen, tiny_team

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TODAY = date(2026, 12, 1)
EVERYBODY = (("c1", "c2", "c3"), ("k1", "k2"))


@pytest.fixture
def team(tables_url: str) -> Iterator[TinyTeam]:
    with tiny_team(tables_url) as made:
        fill(made)
        yield made


@pytest.fixture
def small(sqlite_database: str) -> Iterator[TinyTeam]:
    with tiny_team(sqlite_database) as made:
        fill(made)
        yield made


def fill(team: TinyTeam) -> None:
    """Something of everything that a pack does not hold."""
    with team.database.transaction("anna") as session:
        agnes, bent = citizen(session, "c1"), citizen(session, "c2")
        agnes.access_note, agnes.phone = "Nøgleboks.\nHunden er venlig; =SUM(1)", "12 34 56 78"
        bent.living_will = "Ligger i skuffen"
        bent.born = date(1941, 3, 24)
        carer(session, "k1").phone = "0087654321"
        for name, told in (("Ib", "yes"), ("Eva", "no")):
            cells = {"name": name, "relation": "barn", "phone": "11", "may_be_told": told, "note": "+45"}
            save_relative(session, team.team_id, agnes.id, cells)
        record_grant(
            session, team.team_id, agnes.id, package="medium", act="serviceloven", section="§ 83",
            from_date=date(2026, 11, 30),
        )  # fmt: skip
        assessed = {
            "outcome": "able_with_help",
            "assessed_on": "2026-10-02",
            "review_on": "2027-01-02",
            "note": "Ok",
        }
        assess_screen(session, team.team_id, bent.id, assessed, TODAY)
        shift = {
            "carer_id": "k1",
            "date": "2026-12-02",
            "start": "07:00",
            "end": "15:00",
            "begins_at": "base",
        }
        save_pattern(session, team.team_id, shift, [0, 2], 2)


def kept(session: Session, team_id: UUID) -> dict[str, list[dict[str, str]]]:
    return beside_rows(session, team_id, *EVERYBODY)


def exported(team: TinyTeam, name: str) -> bytes:
    with team.database.reading() as session:
        problem = problem_from(session, team.team_id, "2026-W49")
        more = importing.team_beside(session, team.team_id, problem)
        return zipped(problem, more) if name.endswith("zip") else workbook(problem, more)


def forget_everything(session: Session, team_id: UUID) -> None:
    for table in (Relative, ScreenAssessment, ShiftPattern):
        session.query(table).delete()
    agnes = citizen(session, "c1")
    agnes.access_note, agnes.phone = "Ny kode", None
    citizen(session, "c2").born = None
    carer(session, "k1").phone = None
    record_grant(
        session,
        team_id,
        agnes.id,
        package="medium",
        act="aeldreloven",
        section="",
        from_date=date(2026, 11, 30),
    )


@pytest.mark.parametrize("name", ["team.xlsx", "team.zip"])
def test_everything_comes_back(team: TinyTeam, name: str) -> None:
    user = user_of(team)
    content = exported(team, name)
    with team.database.reading() as session:
        before = kept(session, team.team_id)
    assert all(before[table] for table in COLUMNS)
    with team.database.transaction() as session:
        # As it is, the file changes nothing.
        looked = importing.hand_in(session, team.team_id, user, name, content, NOW)
        assert looked.read.errors == ()
        assert looked.preview is not None
        assert [one for one in looked.preview.tables if not one.is_empty] == []
    with team.database.transaction() as session:
        forget_everything(session, team.team_id)
    with team.database.transaction() as session:
        looked = importing.hand_in(session, team.team_id, user, name, content, NOW)
        assert looked.preview is not None
        assert looked.pending_id is not None
        changed = {one.table: one for one in looked.preview.tables if not one.is_empty}
        assert set(changed) >= set(COLUMNS) - {"grants"}
        field = next(
            one for row in changed["notes"].changed for one in row.fields if one.column == "access_note"
        )
        assert (field.before, field.after[:9]) == ("Ny kode", "Nøgleboks")
        assert "1941-03-24" in str(changed["notes"])
    with team.database.transaction() as session:
        importing.say_yes(session, team.team_id, user, looked.pending_id, NOW)
    with team.database.reading() as session:
        after = kept(session, team.team_id)
    assert {name: rows for name, rows in after.items() if name != "grants"} == {
        name: rows for name, rows in before.items() if name != "grants"
    }
    now = [row for row in after["grants"] if row["citizen_id"] == "c1" and row["until_date"] == ""]
    assert [(row["act"], row["section"]) for row in now] == [("serviceloven", "§ 83")]


def test_file_without_them_leaves_them(small: TinyTeam) -> None:
    user = user_of(small)
    with small.database.transaction() as session:
        before = kept(session, small.team_id)
        problem = problem_from(session, small.team_id, "2026-W49")
        looked = importing.hand_in(session, small.team_id, user, "team.xlsx", workbook(problem), NOW)
        assert looked.preview is not None
        assert looked.preview.is_empty
        book = load_workbook(io.BytesIO(workbook(problem)))
        book["citizens"]["B2"] = "Agnes Omdøbt"
        buffer = io.BytesIO()
        book.save(buffer)
        looked = importing.hand_in(session, small.team_id, user, "team.xlsx", buffer.getvalue(), NOW)
        assert looked.pending_id is not None
        importing.say_yes(session, small.team_id, user, looked.pending_id, NOW)
        assert citizen(session, "c1").name == "Agnes Omdøbt"
        assert kept(session, small.team_id) == before


def test_mistakes_name_sheet_row_and_column(small: TinyTeam) -> None:
    book = load_workbook(io.BytesIO(exported(small, "team.xlsx")))
    book["relatives"]["A2"] = "c77"
    book["grants"]["C2"] = "sundhedsloven"
    book["assessments"]["B2"] = "2027-05-01"
    book["patterns"]["F2"] = "06:00"
    book["patterns"]["B2"] = "hverdage"
    notes = [[cell.value for cell in row] for row in book["notes"].iter_rows()]
    place = notes[0].index("born") + 1
    book["notes"].cell(2, place).value = "24. marts"
    book["notes"].cell(3, place).value = "2026-12-02"
    buffer = io.BytesIO()
    book.save(buffer)
    with small.database.transaction() as session:
        looked = importing.hand_in(
            session, small.team_id, user_of(small, "bo"), "team.xlsx", buffer.getvalue(), NOW
        )
    assert looked.pending_id is None
    found = {(one.file, one.line, one.column) for one in looked.read.errors}
    assert found >= {
        ("relatives", 2, "citizen_id"),
        ("grants", 2, "act"),
        ("assessments", 2, "assessed_on"),
        ("patterns", 2, "days"),
        ("notes", 2, "born"),
        ("notes", 3, "born"),
    }


@pytest.mark.parametrize("born", [None, "1950-05-05", ""])
def test_dates_of_birth_stay_when_the_file_has_no_column_of_them(small: TinyTeam, born: str | None) -> None:
    """A file of an earlier program says nothing of them; one that has the column says what it says, also nothing."""
    user = user_of(small)
    book = load_workbook(io.BytesIO(exported(small, "team.xlsx")))
    rows = [[cell.value for cell in row] for row in book["notes"].iter_rows()]
    column = rows[0].index("born") + 1
    line = next(number for number, row in enumerate(rows, start=1) if row[0] == "c2")
    book["notes"].cell(line, rows[0].index("phone") + 1).value = "55"
    if born is None:
        book["notes"].delete_cols(column)
    else:
        book["notes"].cell(line, column).value = born
    buffer = io.BytesIO()
    book.save(buffer)
    with small.database.transaction() as session:
        looked = importing.hand_in(session, small.team_id, user, "team.xlsx", buffer.getvalue(), NOW)
        assert looked.read.errors == ()
        assert looked.preview is not None
        assert looked.pending_id is not None
        (changed,) = [row for one in looked.preview.tables for row in one.changed]
        assert {one.column for one in changed.fields} == {"phone"} | ({"born"} if born is not None else set())
        importing.say_yes(session, small.team_id, user, looked.pending_id, NOW)
        saved = citizen(session, "c2")
        expected = {None: date(1941, 3, 24), "1950-05-05": date(1950, 5, 5), "": None}[born]
        assert (saved.phone, saved.born) == ("55", expected)


def test_newer_version_is_not_misread(small: TinyTeam) -> None:
    book = load_workbook(io.BytesIO(exported(small, "team.xlsx")))
    book["beside"]["A2"] = "2"
    buffer = io.BytesIO()
    book.save(buffer)
    with small.database.transaction() as session:
        looked = importing.hand_in(
            session, small.team_id, user_of(small, "bo"), "team.xlsx", buffer.getvalue(), NOW
        )
    assert [(one.file, one.column) for one in looked.read.errors] == [("beside", "version")]


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    max_size=30,
).map(str.strip)
ROWS = st.fixed_dictionaries(
    {
        name: st.lists(
            st.fixed_dictionaries(dict.fromkeys(columns, TEXT)).filter(lambda row: any(row.values())),
            max_size=2,
        )
        for name, columns in COLUMNS.items()
    }
)
PACK = read_pack(TINY)
EMPTY_BOOK, EMPTY_ZIP = workbook(PACK), zipped(PACK)


@settings(max_examples=15, deadline=None)
@given(tables=ROWS)
def test_every_text_survives_in_either_file(tables: dict[str, list[dict[str, str]]]) -> None:
    from delivery_app.exchange import beside

    for name, content in (
        ("a.xlsx", beside.into_workbook(EMPTY_BOOK, tables)),
        ("a.zip", beside.into_zip(EMPTY_ZIP, tables)),
    ):
        read = read_upload(name, content)
        assert read.errors == ()
        assert read.problem == PACK
        assert read.warnings == ()
        found = {table: [dict(line.cells) for line in lines] for table, lines in read.beside.tables.items()}
        assert found == tables
