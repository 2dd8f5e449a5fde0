"""Every mistake in a row is answered by a sentence: file, line, column, the value and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scheduler.pack.changes import Change, add, assert_told, need, put, shift, swap


def ferry(*rows: str) -> Change:
    """Citizen c1 lives on the island Femø, with that timetable."""

    def change(folder: Path) -> None:
        swap("citizens.csv", "medium,k1,no,1,,", "medium,k1,no,1,,Femø")(folder)
        header = "island,date,first_arrival,last_departure,minutes"
        put("ferries.csv", "".join(f"{row}\n" for row in (header, *rows)))(folder)

    return change


#: A change to a valid pack, and the one error it leads to.
MISTAKES: list[tuple[Change, str]] = [
    # Wishes
    (
        put("wishes.csv", "carer_id,date,start,wish\nk1,2026-12-02,07:00,evening\n"),
        "wishes.csv line 2, start: 07:00 is given, but the wish 'evening' is about the whole date; leave the "
        "cell empty, or wish off or on",
    ),
    (
        put("wishes.csv", "carer_id,date,wish\nk1,2026-12-07,off\n"),
        "wishes.csv line 2, date: 2026-12-07 lies outside the pack's weeks, 2026-11-30 to 2026-12-06; ",
    ),
    (
        put("wishes.csv", "carer_id,wish\nk1,of\n"),
        "wishes.csv line 2, wish: 'of' is not known here; did you mean off? Write one of: off, on, day, evening,",
    ),
    (
        put("wishes.csv", "carer_id,wish\nk77,off\n"),
        "wishes.csv line 2, carer_id: there is no carer 'k77' in carers.csv",
    ),
    # Cells
    (need(window_end="7.30"), "needs.csv line 7, window_end: '7.30' is not a clock time; write 07:30"),
    (need(window_end="48:01"), "needs.csv line 7, window_end: '48:01' is not a clock time; write 48:00"),
    (need(minutes="ti"), "needs.csv line 7, minutes: 'ti' is not a whole number; write for example 1"),
    (need(priority="4"), "needs.csv line 7, priority: '4' is out of range; write a number from 1 to 3"),
    (need(carers="3"), "needs.csv line 7, carers: '3' is out of range; write a number from 1 to 2"),
    (need(counts="ja"), "needs.csv line 7, counts: 'ja' is neither yes nor no; write yes"),
    (
        need(service="personalcare"),
        "needs.csv line 7, service: 'personalcare' is not known here; did you mean "
        "personal_care? Write one of: "
        "personal_care, practical_help, training, rehabilitation, safety, start_up, coordination, assessment",
    ),
    (need(days="man tor"), "needs.csv line 7, days: 'man' is not a weekday; write mon thu"),
    (need(days="mon mon"), "needs.csv line 7, days: 'mon mon' names mon twice; once is enough"),
    (need(days=""), "needs.csv line 7, days: the cell is empty; it must be filled in"),
    (need(need_id="n 6"), "needs.csv line 7, need_id: 'n 6' holds a space; an id is one word, such as k12"),
    (
        need(anchor_week="2026-W54"),
        "needs.csv line 7, anchor_week: '2026-W54' is not an ISO week; write 2026-W49",
    ),
    (shift(date="3/12-2026"), "shifts.csv line 5, date: '3/12-2026' is not a date; write 2026-12-03"),
    (shift(date="2026-02-30"), "shifts.csv line 5, date: '2026-02-30' is not a date; write 2026-11-30"),
    (
        swap("citizens.csv", "55.661", '"55,661"'),
        "citizens.csv line 2, lat: '55,661' is not a number; write for example 55.661",
    ),
    (
        swap("citizens.csv", "55.661", "91"),
        "citizens.csv line 2, lat: '91' is out of range; write a number from -90 to 90",
    ),
    (
        put("absences.csv", "carer_id,citizen_id,from,to\nk1,,2026-12-02,2026-12-03 08:00\n"),
        "absences.csv line 2, from: '2026-12-02' is not a date and a clock time; write 2026-12-02 08:00",
    ),
    (
        swap("citizens.csv", "Agnes Prøve", "Agnes\x07"),
        "citizens.csv line 2, name: 'Agnes ' holds the sign U+0007, which is not text; delete it",
    ),
    (
        put("meetings.csv", "name,date,start,minutes,carers\nM,2026-11-30,08:00,30,k1 k1\n"),
        "meetings.csv line 2, carers: 'k1 k1' names 'k1' twice; once is enough",
    ),
    # Ids
    (
        need(need_id="n1"),
        "needs.csv line 7, need_id: 'n1' stands in line 2 too; every row needs an id of its own",
    ),
    (
        need(citizen_id="c9"),
        "needs.csv line 7, citizen_id: there is no citizen 'c9' in citizens.csv",
    ),
    (shift(carer_id="nobody"), "shifts.csv line 5, carer_id: there is no carer 'nobody' in carers.csv"),
    (
        swap("citizens.csv", "medium,k1", "large,k1"),
        "citizens.csv line 2, package: there is no package 'large' in packages.csv",
    ),
    (
        put(
            "sessions.csv",
            "session_id,lat,lon,date,start,minutes,citizens\nc1,55.6,12.3,2026-11-30,10:00,60,c1\n",
        ),
        "sessions.csv line 2, session_id: 'c1' stands in citizens.csv too; a session needs an id of its own",
    ),
    (
        put(
            "sessions.csv",
            "session_id,lat,lon,date,start,minutes,citizens\nn1,55.6,12.3,2026-11-30,10:00,60,c1\n",
        ),
        "sessions.csv line 2, session_id: 'n1' stands in needs.csv too; a session needs an id of its own",
    ),
    (
        put("history.csv", "date,citizen_id,carer_id\n2026-11-20,c1,k7\n"),
        "history.csv line 2, carer_id: there is no carer 'k7' in carers.csv",
    ),
    (
        swap("matrix.csv", "base,c1,bike,10", "base,c7,bike,10"),
        "matrix.csv line 2, to: 'c7' is neither base, a citizen in citizens.csv nor a session "
        "in sessions.csv",
    ),
    # Windows and durations
    (
        need(window_end="07:00"),
        "needs.csv line 7, window_end: 07:00 is before window_start, 08:00; write a later time",
    ),
    (
        need(window_start="22:00", window_end="01:00"),
        "needs.csv line 7, window_end: 01:00 is before window_start, 22:00; a time after "
        "midnight is written 25:00",
    ),
    (
        need(agreed_start="09:30"),
        "needs.csv line 7, agreed_start: 09:30 lies outside the window, 08:00 to 09:00; move one of them",
    ),
    (
        need(minutes_min="11"),
        "needs.csv line 7, minutes_min: 11 is more than minutes, 10; "
        "the smallest duration is at most the wished one",
    ),
    (
        need(minutes_max="9"),
        "needs.csv line 7, minutes_max: 9 is less than minutes, 10; "
        "the largest duration is at least the wished one",
    ),
    (
        need(days="any"),
        "needs.csv line 7, times_per_week: the cell is empty; "
        "with days 'any' write on how many different days of the week",
    ),
    (
        need(days="any", times_per_week="8"),
        "needs.csv line 7, times_per_week: '8' is out of range; write a number from 1 to 7",
    ),
    (
        need(times_per_week="2"),
        "needs.csv line 7, times_per_week: 2 is given, but the days are named; "
        "leave it empty, or write any under days",
    ),
    (
        swap("packages.csv", "medium,60,no,120", "medium,60,no,60"),
        "packages.csv line 3, max_minutes: no minutes lie in the package's interval: "
        "it allows at least 61 and at most 60",
    ),
    # Shifts
    (
        shift(date="2026-11-30", start="10:00"),
        "shifts.csv line 5, carer_id: carer 'k2' has shift s2 (line 3) at the same time, 08:50 to 10:30; "
        "a carer has one shift at a time",
    ),
    (
        shift(date="2026-12-07"),
        "shifts.csv line 5, date: 2026-12-07 lies outside the pack's weeks, 2026-11-30 to 2026-12-06; "
        "correct the date or delete the row",
    ),
    (
        shift(start="07:00", end="40:00"),
        "shifts.csv line 5, end: 40:00: the shift from 07:00 would not last between 1 minute and 24 hours; "
        "correct the times",
    ),
    (
        shift(start="23:00", end="07:00", break_from="02:00", break_to="04:00"),
        "shifts.csv line 5, break_minutes: a break of 30 minutes has no room between break_from and break_to "
        "within the shift, 23:00 to 31:00; a time after midnight is written 24:30, 25:00 …",
    ),
    (
        shift(break_from="13:00", break_to="12:00"),
        "shifts.csv line 5, break_to: 12:00 is before break_from, 13:00; "
        "a time after midnight is written 24:30, 25:00 …",
    ),
    (
        shift(reserve_minutes="481"),
        "shifts.csv line 5, reserve_minutes: 481 minutes are more than the whole shift of 480; write fewer",
    ),
    (
        shift(begins_at="Fejø"),
        "shifts.csv line 5, begins_at: 'Fejø' is neither base, first_visit nor an island of a "
        "citizen in citizens.csv",
    ),
    # Between rows
    (
        put("links.csv", "first_need,second_need,gap_max\nn1,n3,30\n"),
        "links.csv line 2, second_need: 'n3' is a need of citizen c2, but the first is one of c1; "
        "a link joins two visits to the same citizen",
    ),
    (
        put("links.csv", "first_need,second_need\nn1,n2\nn2,n1\n"),
        "links.csv line 3, second_need: 'n1' comes before n2 by the links above, "
        "so they would go round in a circle; delete one of them",
    ),
    (
        put("links.csv", "first_need,second_need\nn1,n1\n"),
        "links.csv line 2, second_need: 'n1' follows itself; name two different needs",
    ),
    (
        put("links.csv", "first_need,second_need,gap_min,gap_max\nn1,n2,20,10\n"),
        "links.csv line 2, gap_max: 10 is less than gap_min, 20; write at least as much",
    ),
    (
        put("links.csv", "first_need,second_need\nn1,n2\nn1,n2\n"),
        "links.csv line 3, first_need: the row says the same as line 2 (first_need, "
        "second_need); keep one of them",
    ),
    (
        add("carers.csv", "k3,Mia,untrained,,bike,yes,k4,fixed", "k4,Nis,untrained,,bike,yes,k1,fixed"),
        "carers.csv line 4, mentor: 'k4' has a mentor too and so is a trainee; name a carer who is not",
    ),
    (
        add("carers.csv", "k3,Mia,untrained,,bike,yes,k3,fixed"),
        "carers.csv line 4, mentor: 'k3' is the carer's own id; name somebody else",
    ),
    (
        put("absences.csv", "carer_id,citizen_id,from,to\n,,2026-12-02 08:00,2026-12-03 08:00\n"),
        "absences.csv line 2, carer_id: neither carer_id nor citizen_id is given; name who is away",
    ),
    (
        put("absences.csv", "carer_id,citizen_id,from,to\nk1,c1,2026-12-02 08:00,2026-12-03 08:00\n"),
        "absences.csv line 2, carer_id: both a carer and a citizen are named; write a row for each",
    ),
    (
        put("absences.csv", "carer_id,from,to\nk1,2026-12-02 08:00,2026-12-02 07:00\n"),
        "absences.csv line 2, to: 2026-12-02 07:00 is not after the time under from, 2026-12-02 08:00; "
        "write when the absence is over",
    ),
    (
        put(
            "ferries.csv",
            "island,date,first_arrival,last_departure,minutes\nFemø,2026-11-30,07:00,16:00,50\n",
        ),
        "ferries.csv line 2, island: 'Femø' is not the island of any citizen in citizens.csv",
    ),
    (
        put("history.csv", "date,citizen_id,carer_id\n2026-11-30,c1,k1\n"),
        "history.csv line 2, date: 2026-11-30 is not before the pack's first day, 2026-11-30; "
        "only earlier days stand here",
    ),
    (
        put("delivered.csv", "week,citizen_id,minutes\n2026-W49,c1,60\n"),
        "delivered.csv line 2, week: 2026-11-30 is not before the pack's first day, 2026-11-30; "
        "only earlier days stand here",
    ),
    (
        add("citizens.csv", "base,Ea,55.6,12.3,small,,no,1,,"),
        "citizens.csv line 5, citizen_id: 'base' has a meaning of its own in a pack; choose another name",
    ),
    (
        swap("citizens.csv", "medium,k1,no,1,,", "medium,k1,no,1,,first_visit"),
        "citizens.csv line 2, island: 'first_visit' has a meaning of its own in a pack; choose another name",
    ),
    (
        ferry("Femø,2026-11-30,16:00,07:00,50"),
        "ferries.csv line 2, last_departure: 07:00 is not after first_arrival, 16:00; "
        "write a later time, or delete the row when no ferry sails",
    ),
    (
        ferry("Femø,2026-11-30,07:00,16:00,50", "Femø,2026-11-30,08:00,17:00,50"),
        "ferries.csv line 3, island: the row says the same as line 2 (island, date); keep one of them",
    ),
    (
        put("delivered.csv", "week,citizen_id,minutes\n2026-W48,c1,60\n2026-W48,c1,70\n"),
        "delivered.csv line 3, week: the row says the same as line 2 (week, citizen_id); keep one of them",
    ),
    (
        add("matrix.csv", "base,c1,bike,12"),
        "matrix.csv line 14, from: the row says the same as line 2 (from, to, mode); keep one of them",
    ),
    (
        put(
            "sessions.csv",
            "session_id,lat,lon,date,start,minutes,citizens\ng1,55.6,12.3,2026-12-07,10:00,60,c1\n",
        ),
        "sessions.csv line 2, date: 2026-12-07 lies outside the pack's weeks, 2026-11-30 to 2026-12-06; ",
    ),
    (
        put(
            "sessions.csv",
            "session_id,lat,lon,date,start,minutes,citizens\ng1,55.6,12.3,2026-12-01,10:00,60,c1 x\n",
        ),
        "sessions.csv line 2, citizens: there is no citizen 'x' in citizens.csv",
    ),
    (
        put("meetings.csv", "name,date,start,minutes,carers\nM,2026-11-23,08:00,30,k1\n"),
        "meetings.csv line 2, date: 2026-11-23 lies outside the pack's weeks, 2026-11-30 to 2026-12-06; ",
    ),
    (
        swap("matrix.csv", "base,c1,bike,10", "c1,c1,bike,10"),
        "matrix.csv line 2, minutes: 10 minutes from a place to itself; delete the row",
    ),
]


@pytest.mark.parametrize(("change", "expected"), MISTAKES, ids=[expected[:60] for _, expected in MISTAKES])
def test_a_mistake_in_a_row_is_told(pack: Path, change: Change, expected: str) -> None:
    change(pack)
    assert_told(pack, expected)
