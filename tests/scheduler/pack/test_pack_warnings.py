"""What is legal in a pack but odd is told, and the pack can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.pack import check_pack
from tests.scheduler.pack.changes import Change, add, need, put, shift, swap

SHIFT_HEADER = (
    "shift_id,carer_id,date,start,end,break_minutes,break_from,break_to,begins_at,reserve_minutes\n"
)
WEEK = [f"2026-{day}" for day in ("11-30", "12-01", "12-02", "12-03", "12-04", "12-05", "12-06")]
LINK_HEADER = "first_need,second_need,gap_min,gap_max,same_carer\n"


def islanders(*sailing: str) -> Change:
    """Citizen c1 lives on an island with a ferry on those dates."""
    header = "island,date,first_arrival,last_departure,minutes\n"
    return both(
        swap("citizens.csv", "medium,k1,no,1,,", "medium,k1,no,1,,Femø"),
        put("ferries.csv", header + "".join(f"Femø,{day},07:00,17:00,50\n" for day in sailing)),
    )


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


ODDITIES: list[tuple[Change, list[str]]] = [
    (
        add("citizens.csv", "c4,Dora,55.6,12.3,small,,no,1,,"),
        [
            "citizens.csv line 5, citizen_id: citizen 'c4' has no needs and gets no visits; "
            "add needs, or delete the citizen"
        ],
    ),
    (
        put("shifts.csv", SHIFT_HEADER),
        ["shifts.csv: the pack has no shifts; every visit would stay unplaced"],
    ),
    (
        swap("team.toml", "weeks = 1", "weeks = 2"),
        ["shifts.csv: week 2026-W50 has no shifts; every visit in it would stay unplaced"],
    ),
    (need(days="tue"), ["shifts.csv, date: 2026-12-01 has no shifts, but 1 visits are due"]),
    (
        swap("carers.csv", "assistant,37,bike,yes,,", "assistant,37,bike,yes,k2,"),
        [
            "citizens.csv line 2, contact_carer: "
            "'k1' has a mentor and so is a trainee, who is never the needed carer",
            "citizens.csv line 4, contact_carer: "
            "'k1' has a mentor and so is a trainee, who is never the needed carer",
        ],
    ),
    (
        put("barred.csv", "carer_id,citizen_id\nk1,c1\n"),
        ["citizens.csv line 2, contact_carer: 'k1' is barred from this citizen"],
    ),
    (
        put("meetings.csv", "name,date,start,minutes,carers\nMøde,2026-11-30,08:00,30,k1 k2\n"),
        [
            "meetings.csv line 2, carers: 'k2' will not take part: "
            "no shift of that date covers 08:00 to 08:30, or away then"
        ],
    ),
    (
        both(
            put("meetings.csv", "name,date,start,minutes,carers\nMøde,2026-11-30,08:00,30,k1\n"),
            put("absences.csv", "carer_id,from,to\nk1,2026-11-30 08:20,2026-11-30 12:00\n"),
        ),
        [
            "meetings.csv line 2, carers: 'k1' will not take part: "
            "no shift of that date covers 08:00 to 08:30, or away then"
        ],
    ),
    (
        both(need(days="wed"), add("links.csv", "n2,n6,0,,no")),
        ["links.csv line 3, second_need: 'n6' and n2 have no weekday in common; the link never binds"],
    ),
    (
        put("links.csv", LINK_HEADER + "n1,n2,180,,no\n"),
        [
            "links.csv line 2, second_need: 'n2' cannot follow n1 on the same date: "
            "the windows and the gap exclude each other"
        ],
    ),
    (
        islanders(*(day for day in WEEK if day != "2026-12-03")),
        [
            "ferries.csv, island: no ferry to 'Femø' on 2026-12-03; "
            "only shifts that begin there reach its citizens"
        ],
    ),
    (
        islanders(*WEEK, "2026-12-07"),
        ["ferries.csv line 9, date: 2026-12-07 lies outside the pack's weeks; the row is not used"],
    ),
    (
        both(
            swap("team.toml", "2026-W49", "2026-W52"),
            swap("shifts.csv", "s1,k1,2026-11-30", "s1,k1,2026-12-21"),
            swap("shifts.csv", "s2,k2,2026-11-30", "s2,k2,2026-12-21"),
            swap("shifts.csv", "2026-12-02", "2026-12-23"),
            swap("team.toml", "[travel]", 'holidays = ["2026-12-25"]\n[travel]'),
        ),
        [
            "team.toml, holidays: 2026-12-26 is a public holiday and does not stand here; "
            "visits with on_holidays = no would be due"
        ],
    ),
    (
        put(
            "published.json",
            '{"format": "team-roster/1", "week": "2026-W49", "visits": [{"need_id": "n9", '
            '"citizen_id": "c1", '
            '"date": "2026-11-30", "start": "08:00", "end": "08:30", "carers": ["k1"], "shifts": ["s1"], '
            '"pinned": true}]}',
        ),
        [
            "published.json, visits[0]: the pinned visit of need 'n9' names a need, carer or shift "
            "that the pack no longer has"
        ],
    ),
    (
        put("shift.csv", ""),
        ["shift.csv: 'shift.csv' is no part of a team pack and is not read; did you mean shifts.csv?"],
    ),
]


@pytest.mark.parametrize(("change", "expected"), ODDITIES, ids=[lines[0][:60] for _, lines in ODDITIES])
def test_an_oddity_is_told(pack: Path, change: Change, expected: list[str]) -> None:
    change(pack)
    problem, errors, warnings = check_pack(pack)
    assert errors == ()
    assert problem is not None
    assert [str(one) for one in warnings] == expected


def test_given_shifts_that_break_working_time_are_told(pack: Path) -> None:
    shift(break_minutes="0")(pack)
    _, errors, warnings = check_pack(pack)
    assert errors == ()
    (warning,) = warnings
    assert (warning.file, warning.line) == ("shifts.csv", 5)
    assert "s4" in str(warning)


@pytest.mark.parametrize(
    ("emptied", "expected"),
    [
        (
            ("citizens", "needs", "links", "matrix"),
            "citizens.csv: the pack has no citizens; there is nothing to plan",
        ),
        (("needs", "links"), "needs.csv: the pack has no needs; there is nothing to plan"),
        (("carers", "shifts"), "carers.csv: the pack has no carers; nobody can be sent"),
    ],
)
def test_an_empty_table_is_told(pack: Path, emptied: tuple[str, ...], expected: str) -> None:
    swap("citizens.csv", "medium,k1,", "medium,,")(pack)
    swap("citizens.csv", "small,k1,", "small,,")(pack)
    for name in emptied:
        header = (pack / f"{name}.csv").read_text().splitlines()[0]
        put(f"{name}.csv", f"{header}\n")(pack)
    problem, errors, warnings = check_pack(pack)
    assert errors == ()
    assert problem is not None
    assert expected in [str(one) for one in warnings]


def test_a_citizen_who_only_trains_in_a_group_is_not_odd(pack: Path) -> None:
    add("citizens.csv", "c4,Dora,55.6,12.3,small,,no,1,,")(pack)
    put(
        "sessions.csv",
        "session_id,lat,lon,date,start,minutes,citizens\ng1,55.6,12.3,2026-11-30,10:00,60,c4\n",
    )(pack)
    assert check_pack(pack)[2] == ()
