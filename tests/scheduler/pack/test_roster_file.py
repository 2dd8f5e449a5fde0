"""``roster.json``: what is written, and how mistakes in it are told, each by its path."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scheduler.clock import DAY_MIN
from scheduler.pack import PackErrors, read_pack, read_roster, write_pack, write_roster
from scheduler.problem import Problem
from scheduler.roster import PlacedBreak, PlacedSession, PlacedVisit, Roster
from tests.scheduler.pack.conftest import TINY

Document = dict[str, Any]


def changed(folder: Path, change: Callable[[Document], None]) -> Path:
    """The tiny team's roster after a change."""
    path = folder / "changed.json"
    document = json.loads((TINY / "roster.json").read_text())
    change(document)
    path.write_text(json.dumps(document))
    return path


def errors_of(path: Path, problem: Problem | None = None) -> list[str]:
    """What reading the roster says, a line an error."""
    with pytest.raises(PackErrors) as caught:
        read_roster(path, problem)
    return [str(error) for error in caught.value.errors]


def put(*keys: str | int, value: Any) -> Callable[[Document], None]:
    """A change that sets the value at a path."""

    def change(document: Document) -> None:
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


def drop(*keys: str | int) -> Callable[[Document], None]:
    """A change that deletes what stands at a path."""

    def change(document: Document) -> None:
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        del place[keys[-1]]

    return change


def drop_visits(document: Document) -> None:
    """No visits, and no breaks whose dates they tell."""
    del document["visits"], document["breaks"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("visits", 3, "start", value="9.40"), "visits[3].start: '9.40' is not a clock time; write 09:40"),
        (drop("visits", 0, "need_id"), "visits[0].need_id: the value is missing; it must be given"),
        (put("visits", 0, "carers", value="k1"), 'visits[0].carers: "k1" is not a list in square brackets'),
        (put("visits", 0, "carers", value=[1]), "visits[0].carers[0]: 1 is not a text in quotation marks"),
        (
            put("visits", 2, "shifts", value=["s1"]),
            "visits[2].shifts: 1 shifts stand beside 2 carers; name one for each, in order",
        ),
        (
            put("visits", 0, "date", value="2026-12-07"),
            "visits[0].date: 2026-12-07 lies outside the roster's weeks, 2026-11-30 to 2026-12-06",
        ),
        (
            put("visits", 0, "end", value="08:00"),
            "visits[0].end: 08:00 is before the start, 08:10; a time after "
            "midnight is written 24:30, 25:00 …",
        ),
        (put("visits", 0, "pinned", value=1), "visits[0].pinned: 1 is neither true nor false"),
        (
            put("visits", 0, "modality", value="by car"),
            "visits[0].modality: 'by car' is not known here; write one of: home, screen",
        ),
        (put("visits", 0, "carer", value="k1"), "visits[0]: 'carer' is not a key here; did you mean carers?"),
        (drop_visits, "visits: the value is missing; it must be given"),
        (put("visits", 1, value="n2"), 'visits[1]: "n2" is not an object in curly brackets'),
        (put("weeks", value=9), "weeks: 9 weeks; write a number from 1 to 8"),
        (put("week", value="2026-49"), "week: '2026-49' is not an ISO week; write 2026-W49"),
        (
            put("format", value="team-roster/2"),
            "format: 'team-roster/2' is not a format this version reads; write team-roster/1",
        ),
        (
            put("breaks", 0, "shift_id", value="s9"),
            "breaks[0].shift_id: nothing tells on which date shift 's9' lies; "
            "correct the id, or give the break its date",
        ),
        (
            put(
                "unplaced",
                value=[{"need_id": "n1", "date": "2026-12-02", "week": "2026-W50", "rule": "shift"}],
            ),
            "unplaced[0].week: 2026-W50 is none of the roster's weeks, 2026-W49 to 2026-W49",
        ),
        (put("figures", "placed", value=1.5), "figures.placed: 1.5 is not a whole number"),
        (put("figures", "terms", "carer", value="x"), 'figures.terms.carer: "x" is not a number'),
        (put("seconds", value=True), "seconds: true is not a number"),
        (
            put("citizens", 0, "package_status", value="inside"),
            "citizens[0].package_status: 'inside' is not known here; did you mean outside? ",
        ),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, change: Callable[[Document], None], expected: str) -> None:
    (found,) = errors_of(changed(tmp_path, change))
    assert found.startswith(f"changed.json, {expected}")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        put("visits", 0, "start", value="8")(document)
        put("visits", 4, "carers", value=None)(document)
        put("bounds", "objective", value="low")(document)

    places = [error.split(": ")[0] for error in errors_of(changed(tmp_path, change))]
    assert places == [
        "changed.json, visits[0].start",
        "changed.json, visits[4].carers",
        "changed.json, bounds.objective",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "roster.json line 1: the file is not JSON (a value is missing, at sign 1 of the line)"),
        (
            b'{\n "week": }',
            "roster.json line 2: the file is not JSON (a value is missing, at sign 10 of the line)",
        ),
        (b"[1]", "roster.json: [1] is not an object in curly brackets"),
        (
            b'{"week": 1, "week": 2}',
            "roster.json: the key 'week' stands twice in one object; keep one of them",
        ),
        (b'{"seed": NaN}', "roster.json: 'NaN' is not a number that JSON knows; write a number or null"),
        (b"[" * 100_000, "roster.json: the file holds a number or a nesting too large to read"),
        (b"1" * 5000, "roster.json: the file holds a number or a nesting too large to read"),
        (b'{"team": "S\xf8r"}', "roster.json line 1: byte 0xF8 (number 12 of the file; 'ø' in Windows-1252)"),
    ],
)
def test_a_file_that_is_no_roster_is_told(tmp_path: Path, text: bytes, expected: str) -> None:
    path = tmp_path / "roster.json"
    path.write_bytes(text)
    assert errors_of(path)[0].startswith(expected)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert errors_of(tmp_path / "roster.json")[0].startswith("roster.json: the file cannot be read (")


def test_a_roster_of_other_weeks_than_the_packs_is_told(tmp_path: Path) -> None:
    problem = read_pack(TINY)
    path = changed(tmp_path, put("week", value="2026-W50"))
    assert errors_of(path, problem) == [
        "changed.json, week: the roster is of 2026-W50 (1 weeks), the pack of 2026-W49 (1 weeks)"
    ]


def test_a_short_roster_written_by_hand_is_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.json"
    visit = {"need_id": "n1", "citizen_id": "c1", "date": "2026-11-30", "start": "08:10", "end": "08:40"}
    visits = [visit | {"carers": ["k1"], "shifts": ["s1"]}]
    path.write_text(json.dumps({"format": "team-roster/1", "week": "2026-W49", "visits": visits}))
    assert read_roster(path) == Roster(
        team="",
        first_monday=date(2026, 11, 30),
        weeks=1,
        visits=(PlacedVisit("n1", "c1", 0, 490, 520, "home", ("k1",), ("s1",)),),
    )


def test_times_after_midnight_stay_on_their_date(tmp_path: Path) -> None:
    path = tmp_path / "roster.json"
    night = 6 * DAY_MIN + 1470
    roster = Roster(
        "Team",
        date(2026, 11, 30),
        1,
        visits=(PlacedVisit("n1", "c1", 6, night, night + 20, "home", ("k1",), ("s1",)),),
        breaks=(PlacedBreak("s1", night + 60, night + 90),),
    )
    write_roster(roster, path)
    document = json.loads(path.read_text())
    assert (
        document["visits"][0] | {"date": "2026-12-06", "start": "24:30", "end": "24:50"}
        == document["visits"][0]
    )
    assert document["breaks"] == [{"shift_id": "s1", "start": "25:30", "end": "26:00"}]
    assert read_roster(path) == roster


def test_a_break_is_dated_only_where_nothing_else_tells_its_date(tmp_path: Path) -> None:
    path = tmp_path / "roster.json"
    problem = read_pack(TINY)
    roster = Roster(
        "Team",
        date(2026, 11, 30),
        1,
        sessions=(PlacedSession("g1", ("k1",), ("s3",)),),
        breaks=(PlacedBreak("s3", 2 * DAY_MIN + 600, 2 * DAY_MIN + 630),),
    )
    write_roster(roster, path, problem)
    assert "date" not in json.loads(path.read_text())["breaks"][0]
    assert read_roster(path, problem) == roster
    write_roster(roster, path)
    assert json.loads(path.read_text())["breaks"][0]["date"] == "2026-12-02"
    assert read_roster(path) == roster


def test_rosters_inside_a_pack_are_checked_with_it(pack: Path) -> None:
    changed(pack, put("visits", 0, "start", value="8")).rename(pack / "base.json")
    changed(pack, put("week", value="2026-W50")).rename(pack / "published.json")
    with pytest.raises(PackErrors) as caught:
        read_pack(pack)
    assert [str(error).split(": ")[0] for error in caught.value.errors] == [
        "base.json, visits[0].start",
        "published.json, week",
    ]


def test_a_standing_roster_is_of_its_own_weeks(pack: Path) -> None:
    def change(document: Document) -> None:
        document["week"] = "2026-W40"
        document["visits"] = [one | {"date": "2026-09-28"} for one in document["visits"]]
        document["citizens"] = []

    changed(pack, change).rename(pack / "base.json")
    problem = read_pack(pack)
    assert problem.standing_roster is not None
    assert problem.standing_roster.first_monday == date(2026, 9, 28)
    write_pack(problem, pack)
    assert read_pack(pack) == problem
