"""``naerplan audit``: exit codes, what it tells, and that it says what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from delivery_app.db import Database, open_database, upgrade_database
from delivery_app.security.seals import ENTRIES
from tests.delivery_app.cli.running import run
from tests.delivery_app.security.log_examples import ANNA, add_team, entries, read_each, unguarded


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An installation of its own, with a team."""
    monkeypatch.setenv("NAERPLAN_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NAERPLAN_DEMO", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    upgrade_database()
    database = open_database()
    yield database
    database.close()


@pytest.fixture
def citizens(installation: Database) -> list[UUID]:
    """Three citizens, each read once."""
    made = add_team(installation)
    read_each(installation, made)
    return made


def test_untouched_log_is_told_with_its_end(installation: Database, citizens: list[UUID]) -> None:
    done = run("audit", "verify")
    assert done.code == 0
    assert "untouched: 4 seals" in done.out
    assert "noted earlier, elsewhere" in done.err
    assert "urørt" in run("audit", "verify", lang="da").out


def test_touched_log_ends_with_one_and_the_place(installation: Database, citizens: list[UUID]) -> None:
    with unguarded(installation) as connection:
        connection.execute(sa.update(ENTRIES).where(ENTRIES.c.seal_number == 3).values(user_name="bent"))
    done = run("audit", "verify")
    assert done.code == 1
    assert "first at 3/0" in done.err
    assert "an entry was changed" in done.err
    assert "2 seals before it are whole" in done.err


def test_noted_ends_are_added_and_compared(
    installation: Database, citizens: list[UUID], tmp_path: Path
) -> None:
    heads = tmp_path / "heads.txt"
    assert run("audit", "verify", "--heads", heads).code == 0
    assert run("audit", "verify", "--heads", heads).code == 0
    (line,) = heads.read_text("utf-8").splitlines()
    assert line.startswith("4 ")
    heads.write_text(line.replace("4 ", "9 ", 1) + "\n", "utf-8")
    done = run("audit", "verify", "--heads", heads)
    assert done.code == 1
    assert "cut off" in done.err
    heads.write_text("4 abc\n", "utf-8")
    assert run("audit", "verify", "--heads", heads).code == 2


def test_show_narrows_by_citizen_user_and_date(installation: Database, citizens: list[UUID]) -> None:
    everything = run("audit", "show").out
    assert everything.count("Seen") == 3
    assert "Created" in everything
    mine = run("audit", "show", "--user", "anna", "--citizen", citizens[1]).out
    assert mine.count("c1") == 1
    assert "c0" not in mine
    assert "Planlægning" in run("audit", "show", "--user", "anna", lang="da").out
    assert run("audit", "show", "--since", "2999-01-01").out.strip() == "The access log has no such entries."
    assert run("audit", "show", "--limit", "2").out.count("Seen") == 2


def test_report_of_a_citizen_is_logged_itself(
    installation: Database, citizens: list[UUID], tmp_path: Path
) -> None:
    out = tmp_path / "report.csv"
    assert run("audit", "report", citizens[0], "--out", out).code == 0
    rows = out.read_text("utf-8-sig").splitlines()
    assert len(rows) == 3, "heading, seen, created"
    assert "anna" in rows[1]
    last = entries(installation)[-1]
    assert (last.action, last.use, last.citizen_id) == ("exported", "own_request", citizens[0])
    assert "Taken out" in run("audit", "report", citizens[0]).out


def test_erase_deletes_by_date_and_leaves_the_log_whole(installation: Database, citizens: list[UUID]) -> None:
    assert "0 entries" in run("audit", "erase", "--before", "2020-01-01").out
    assert "2 entries" in run("audit", "erase", "--before", "2999-01-01", "--citizen", citizens[0]).out
    assert entries(installation, ENTRIES.c.citizen_id == citizens[0]) == []
    assert "2 deleted by rule" in run("audit", "verify").out
    assert len(entries(installation, ENTRIES.c.user_name == ANNA.user_name)) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "--citizen", "c1"), "'c1' is not the id of a row"),
        (("show", "--since", "monday"), "'monday' is not a date"),
        (("report", "00000000-0000-4000-8000-000000000001"), "knows no citizen"),
        (("erase", "--before", "30-11-2026"), "'30-11-2026' is not a date"),
    ],
)
def test_bad_input_is_told(installation: Database, words: tuple[str, ...], told: str) -> None:
    done = run("audit", *words)
    assert done.code == 2
    assert told in done.err
    assert entries(installation) == []
