"""A row judged by itself gets just the mistakes it makes in a whole pack."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.message import ProblemError
from scheduler.pack import check_pack, read_rows, write_rows
from scheduler.pack.single_row import check_row

TINY = Path(__file__).parents[3] / "fixtures" / "tiny"
ROWS, TEAM = read_rows(TINY)
CELLS = {
    "window_start": ("08:00", "10:00", "8", "24:30", ""),
    "window_end": ("09:00", "07:15", "48:01", ""),
    "agreed_start": ("", "08:10", "11:00"),
    "days": ("mon wed", "any", "man", "mon mon", ""),
    "times_per_week": ("", "2", "8", "two"),
    "minutes": ("30", "0", "1,5", ""),
    "minutes_min": ("", "20", "40"),
    "minutes_max": ("", "20", "40"),
    "carers": ("1", "3"),
    "citizen_id": ("c1", "c9"),
    "qualification": ("", "helper", "hjælper"),
}


@pytest.mark.parametrize(
    ("table", "number"), [(table, number) for table, rows in ROWS.items() for number in range(len(rows))]
)
def test_rows_of_a_sound_pack_are_sound(table: str, number: int) -> None:
    rows = ROWS[table]
    beside = {name: list(others) for name, others in ROWS.items() if name != table}
    others = [row for one, row in enumerate(rows) if one != number]
    found = check_row(table, rows[number], {**beside, table: others})
    # What points to the row from elsewhere is not missing: it is the row that stands there.
    assert found.errors == {}


@given(cells=st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in CELLS.items()}))
def test_same_mistakes_as_in_the_whole_pack(
    cells: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    row = ROWS["needs"][0] | cells
    folder = tmp_path_factory.mktemp("pack")
    write_rows(folder, {**ROWS, "links": [], "needs": [row]}, TEAM)
    _, errors, _ = check_pack(folder)
    whole = sorted((one.column, str(one.message)) for one in errors if one.file == "needs.csv")
    alone = check_row("needs", row, {"citizens": ROWS["citizens"]})
    assert sorted((name, str(one)) for name, found in alone.errors.items() for one in found) == whole


def test_mistakes_of_other_rows_are_not_this_ones() -> None:
    broken = ROWS["needs"][1] | {"window_end": "07:00"}
    assert check_row("needs", ROWS["needs"][0], {"needs": [broken]}).errors == {}
    assert check_row("needs", broken, {"needs": [ROWS["needs"][0]]}).errors.keys() == {"window_end"}


def test_two_shifts_at_once_are_told_whichever_comes_first() -> None:
    one = {"shift_id": "a", "carer_id": "k1", "date": "2026-11-30", "start": "07:00", "end": "15:00"}
    for start, end in (("14:00", "22:00"), ("06:00", "07:30"), ("23:00", "07:30")):
        day = "2026-11-29" if start == "23:00" else "2026-11-30"
        other = one | {"shift_id": "b", "date": day, "start": start, "end": end}
        assert check_row("shifts", other, {"shifts": [one]}).errors.keys() == {"carer_id"}, start
    after = one | {"shift_id": "b", "start": "15:00", "end": "22:00"}
    assert check_row("shifts", after, {"shifts": [one]}).errors == {}


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(ProblemError):
        check_row("needs", {"farve": "grøn"})
