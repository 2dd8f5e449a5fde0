"""Writing a pack: whole or not at all, without what it no longer has, and row by row for what adds to it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.message import ProblemError
from scheduler.pack import PackErrors, read_pack, read_rows, write_pack, write_rows
from scheduler.problem import Link
from tests.scheduler.pack.conftest import TINY


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by name, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_of_what_a_problem_no_longer_has_are_removed(pack: Path) -> None:
    problem = replace(read_pack(pack), links=(), matrix={})
    write_pack(problem, pack)
    assert not (pack / "links.csv").exists()
    assert not (pack / "matrix.csv").exists()
    assert (pack / "README.md").exists()
    assert read_pack(pack) == problem


def test_a_problem_that_no_pack_can_say_is_refused_and_nothing_is_written(pack: Path) -> None:
    before = snapshot(pack)
    problem = read_pack(pack)
    circle = replace(problem, links=(Link("n1", "n2", 0), Link("n2", "n1", 0)))
    with pytest.raises(PackErrors, match="round in a circle"):
        write_pack(circle, pack)
    assert snapshot(pack) == before


def test_a_write_that_fails_leaves_every_file_as_it_was(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(pack)
    problem = replace(read_pack(pack), name="Another")
    real = Path.write_bytes
    written: list[Path] = []

    def full_disk(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_pack(problem, pack)
    assert len(written) == 4
    assert snapshot(pack) == before


def test_no_reader_sees_a_file_half_written(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = replace(read_pack(pack), name="Another")
    real = os.replace
    seen: list[str] = []

    def watched(source: Path, target: Path) -> None:
        assert source.parent == target.parent
        assert source.read_bytes()
        seen.append(target.name)
        real(source, target)

    monkeypatch.setattr(os, "replace", watched)
    write_pack(problem, pack)
    assert "team.toml" in seen
    assert not list(pack.glob(".*"))
    assert read_pack(pack) == problem


def test_rows_can_be_added_to_a_pack_that_lacks_a_file(pack: Path) -> None:
    expected = read_pack(pack)
    packages = (pack / "packages.csv").read_bytes()
    (pack / "packages.csv").unlink()
    tables, team = read_rows(pack)
    assert "packages" not in tables
    assert team["municipality"] == "albertslund"
    assert [row["package"] for row in tables["citizens"]] == ["medium", "small", "small"]
    rows = [
        {
            "package": "small",
            "min_minutes": "30",
            "min_included": "yes",
            "max_minutes": "60",
            "max_included": "yes",
        },
        {
            "package": "medium",
            "min_minutes": "60",
            "min_included": "no",
            "max_minutes": "120",
            "max_included": "yes",
        },
    ]
    write_rows(pack, {"packages": [row | {"screen": "yes", "two_carers_count": "both"} for row in rows]})
    assert (pack / "packages.csv").read_bytes() == packages
    assert read_pack(pack) == expected


def test_rows_and_settings_make_a_whole_pack(tmp_path: Path) -> None:
    tables, team = read_rows(TINY)
    for target in (tmp_path / "folder", tmp_path / "book.xlsx"):
        write_rows(target, tables, team)
        assert read_pack(target) == read_pack(TINY)
    nested = {"format": "team-pack/1", "name": 'A "B"', "week": "2026-W49", "base": {"lat": 55.5, "lon": 12}}
    write_rows(tmp_path / "folder", {}, nested | {"holidays": ["2026-12-25"], "rules": {"rest_hours": 8}})
    problem = read_pack(tmp_path / "folder")
    assert (problem.name, problem.rules.rest_hours, problem.base.lon) == ('A "B"', 8, 12)
    assert problem.holidays == {25}


def test_rows_of_no_pack_are_refused(pack: Path) -> None:
    with pytest.raises(ProblemError, match="'need' is not a table of a pack; did you mean needs"):
        write_rows(pack, {"need": []})
    with pytest.raises(ProblemError, match="'minute' is not a column of needs"):
        write_rows(pack, {"needs": [{"minute": "1"}]})
    with pytest.raises(ProblemError, match=r"'rules\.rest' is not a key"):
        write_rows(pack, {}, {"rules": {"rest": 1}})


def test_a_file_that_is_there_and_broken_stops_the_reading_of_rows(pack: Path) -> None:
    (pack / "needs.csv").write_bytes(b"\xff\xff")
    with pytest.raises(PackErrors, match=r"needs\.csv line 1"):
        read_rows(pack)
