"""New needs and citizens read against a pack: what joins it, and every mistake with file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.pack import PackErrors, read_pack
from scheduler.pack.additions import read_additions

TINY = Path(__file__).parents[3] / "fixtures" / "tiny"
NEED = "need_id,citizen_id,service,days,times_per_week,window_start,window_end,minutes"
CITIZEN = "citizen_id,name,lat,lon,package,contact_carer,island"


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def mistakes(folder: Path, needs: list[str], citizens: list[str] | None = None) -> list[str]:
    new = written(folder, "new.csv", NEED, *needs)
    people = None if citizens is None else written(folder, "people.csv", CITIZEN, *citizens)
    with pytest.raises(PackErrors) as caught:
        read_additions(read_pack(TINY), new, people)
    return str(caught.value).splitlines()


def test_new_needs_join_the_problem(tmp_path: Path) -> None:
    problem = read_pack(TINY)
    new = written(
        tmp_path, "new.csv", NEED, "x1,c1,safety,tue,,07:30,09:00,15", "x2,c2,training,any,2,08:00,12:00,30"
    )
    added = read_additions(problem, new)
    assert [row.need_id for row in added.needs] == ["x1", "x2"]
    first, second = added.needs
    assert (first.days, first.window_start_min, first.minutes_min, first.priority) == ((1,), 450, 15, 2)
    assert (second.days, second.times_per_week) == (None, 2)
    joined = added.joined_to(problem)
    assert joined.needs == (*problem.needs, *added.needs)
    assert joined.citizens == problem.citizens


def test_a_new_citizen_brings_needs(tmp_path: Path) -> None:
    problem = read_pack(TINY)
    people = written(tmp_path, "people.csv", CITIZEN, "x9,Dorte Ny,55.66,12.36,small,k1,")
    new = written(tmp_path, "new.csv", NEED, "x1,x9,safety,tue,,07:30,09:00,15")
    joined = read_additions(problem, new, people).joined_to(problem)
    assert joined.citizen_by_id["x9"].contact_carer == "k1"
    assert joined.needs_of["x9"][0].need_id == "x1"


def test_all_mistakes_at_once_with_file_line_and_column(tmp_path: Path) -> None:
    said = mistakes(
        tmp_path,
        [
            "n1,c1,safety,tue,,07:30,09:00,15",
            "x2,c77,safety,tue,,07:30,09:00,15",
            "x3,c1,safety,tue,,9.30,09:00,15",
            "x3,c1,safety,any,,08:00,09:00,15",
        ],
    )
    assert said == [
        "new.csv line 2, need_id: 'n1' stands in the pack's needs.csv already; what is new needs an id of its own",
        "new.csv line 3, citizen_id: there is no citizen 'c77' in citizens.csv",
        "new.csv line 4, window_start: '9.30' is not a clock time; write 09:30",
        "new.csv line 5, need_id: 'x3' stands in line 4 too; every row needs an id of its own",
        "new.csv line 5, times_per_week: the cell is empty; with days 'any' write on how many different days "
        "of the week",
    ]


def test_mistakes_of_new_citizens(tmp_path: Path) -> None:
    said = mistakes(
        tmp_path,
        ["x1,x9,safety,tue,,07:30,09:00,15", "x2,x8,safety,tue,,07:30,09:00,15"],
        [
            "c1,Dorte Ny,55.66,12.36,small,,",
            "x9,Erik Ny,55.66,12.36,huge,k9,Fur",
            "x7,Finn Ny,95,12.36,small,,",
        ],
    )
    assert [line.partition(": ")[0] for line in said] == [
        "people.csv line 2, citizen_id",
        "people.csv line 3, contact_carer",
        "people.csv line 3, island",
        "people.csv line 3, package",
        "people.csv line 4, lat",
        "new.csv line 3, citizen_id",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "new.csv line 1: the file is empty"),
        (NEED.encode() + b"\n", "new.csv line 1: the file has no rows"),
        (NEED.encode("utf-16"), "new.csv line 1: the file is saved as UTF-16"),
        (b"need_id;citizen_id;days\n", "separated by semicolons"),
        (b"need_id,citizen_id\nx1,c1\n", "new.csv line 1, service: the column 'service' is missing"),
        (
            NEED.encode() + b",shoe\nx1,c1,safety,tue,,07:30,09:00,15,43\n",
            "'shoe' is not a column of this file",
        ),
        (NEED.encode() + b"\nx1,c1,safety\n", "the line has 3 cells"),
    ],
)
def test_a_file_of_no_use(tmp_path: Path, text: bytes, expected: str) -> None:
    path = tmp_path / "new.csv"
    path.write_bytes(text)
    with pytest.raises(PackErrors) as caught:
        read_additions(read_pack(TINY), path)
    assert expected in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PackErrors, match=r"none\.csv: the file cannot be read"):
        read_additions(read_pack(TINY), tmp_path / "none.csv")
