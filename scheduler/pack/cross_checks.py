"""What contradicts itself between rows: errors a planner must mend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scheduler.clock import format_clock
from scheduler.message import Message
from scheduler.pack.cells import nearest, shown
from scheduler.pack.checks import shift_span
from scheduler.pack.findings import Findings
from scheduler.pack.parsing import ParsedRow, ParsedTables
from scheduler.problem import BASE, FIRST_VISIT


def check_across(tables: ParsedTables, findings: Findings) -> None:
    """Every check that looks at several rows."""
    _check_doubles(tables, findings)
    _check_places(tables, findings)
    _check_mentors(tables, findings)
    _check_shift_overlaps(tables, findings)
    _check_link_citizens(tables, findings)
    _check_link_cycles(tables, findings)
    _check_islands(tables, findings)
    _check_matrix(tables, findings)


def _check_doubles(tables: ParsedTables, findings: Findings) -> None:
    for name, columns in (
        ("links", ("first_need", "second_need")),
        ("ferries", ("island", "date")),
        ("delivered", ("week", "citizen_id")),
        ("matrix", ("from", "to", "mode")),
    ):
        first_line: dict[tuple[object, ...], int] = {}
        for row in tables[name].rows:
            key = tuple(row.get(column) for column in columns)
            if None in key:
                continue
            if key in first_line:
                message = Message(
                    "the row says the same as line {first} ({columns}); keep one of them",
                    {"value": "", "first": first_line[key], "columns": ", ".join(columns)},
                )
                findings.fault(tables[name].label, row.line, columns[0], message)
            first_line.setdefault(key, row.line)


def _check_places(tables: ParsedTables, findings: Findings) -> None:
    """Travel times go by place id and unplaced sessions stand beside needs, so a session's id is its own."""
    sessions = tables["sessions"]
    for row in sessions.rows:
        for name in ("citizens", "needs"):
            if row.get("session_id") in tables[name].ids:
                message = Message(
                    "'{value}' stands in {file} too; a session needs an id of its own",
                    {"value": shown(row.get("session_id")), "file": tables[name].label},
                )
                findings.fault(sessions.label, row.line, "session_id", message)


def _check_mentors(tables: ParsedTables, findings: Findings) -> None:
    carers = tables["carers"]
    mentor_of = {row.get("carer_id"): row.get("mentor") for row in carers.rows}
    for row in carers.rows:
        mentor = row.get("mentor")
        if mentor is None:
            continue
        if mentor == row.get("carer_id"):
            message = Message("'{value}' is the carer's own id; name somebody else", {"value": shown(mentor)})
            findings.fault(carers.label, row.line, "mentor", message)
        elif mentor_of.get(mentor) is not None:
            message = Message(
                "'{value}' has a mentor too and so is a trainee; name a carer who is not",
                {"value": shown(mentor)},
            )
            findings.fault(carers.label, row.line, "mentor", message)


def _check_shift_overlaps(tables: ParsedTables, findings: Findings) -> None:
    shifts = tables["shifts"]
    spans: dict[str, list[tuple[int, int, ParsedRow]]] = defaultdict(list)
    for row in shifts.rows:
        span, day = shift_span(row), row.get("date")
        if span is not None and day is not None and row.get("carer_id") is not None:
            midnight = day.toordinal() * 1440
            spans[row.get("carer_id")].append((midnight + span[0], midnight + span[1], row))
    for carer_id, found in spans.items():
        found.sort(key=lambda one: (one[0], one[2].line))
        running = found[0]
        for one in found[1:]:
            if one[0] < running[1]:
                message = Message(
                    "carer '{value}' has shift {other} (line {line}) at the same time, {start} to {end}; "
                    "a carer has one shift at a time",
                    {
                        "value": shown(carer_id),
                        "other": shown(str(running[2].get("shift_id"))),
                        "line": running[2].line,
                        "start": format_clock(running[2].get("start")),
                        "end": format_clock(running[2].get("end")),
                    },
                )
                findings.fault(shifts.label, one[2].line, "carer_id", message)
            running = max(running, one, key=lambda span: span[1])


def _check_link_citizens(tables: ParsedTables, findings: Findings) -> None:
    citizen_of = {row.get("need_id"): row.get("citizen_id") for row in tables["needs"].rows}
    for row in tables["links"].rows:
        first = citizen_of.get(row.get("first_need"))
        second = citizen_of.get(row.get("second_need"))
        if first is not None and second is not None and first != second:
            message = Message(
                "'{value}' is a need of citizen {second}, but the first is one of {first}; "
                "a link joins two visits to the same citizen",
                {"value": shown(row.get("second_need")), "first": shown(first), "second": shown(second)},
            )
            findings.fault(tables["links"].label, row.line, "second_need", message)


def _check_link_cycles(tables: ParsedTables, findings: Findings) -> None:
    """Links in a circle can never all hold: each link that can be followed back to its own start is named."""
    after: dict[str, set[str]] = defaultdict(set)
    for row in tables["links"].rows:
        first, second = row.get("first_need"), row.get("second_need")
        if first is None or second is None or first == second:
            continue
        if first in _reached(after, second):
            message = Message(
                "'{value}' comes before {first} by the links above, so they would go round in a circle; "
                "delete one of them",
                {"value": shown(second), "first": shown(first)},
            )
            findings.fault(tables["links"].label, row.line, "second_need", message)
        else:
            after[first].add(second)


def _reached(after: dict[str, set[str]], start: str) -> set[str]:
    found, ahead = {start}, [start]
    while ahead:
        for one in after.get(ahead.pop(), ()):
            if one not in found:
                found.add(one)
                ahead.append(one)
    return found


def _check_islands(tables: ParsedTables, findings: Findings) -> None:
    """Islands are those citizens live on; ferries and shifts name no others."""
    if not tables.known("citizens"):
        return
    islands = {row.get("island") for row in tables["citizens"].rows} - {None}
    for row in tables["shifts"].rows:
        begins_at = row.get("begins_at")
        if begins_at is not None and begins_at not in (BASE, FIRST_VISIT) and begins_at not in islands:
            message = Message(
                "'{value}' is neither base, first_visit nor an island of a citizen in {file}{hint}",
                {
                    "value": shown(begins_at),
                    "file": tables["citizens"].label,
                    "hint": _hint(begins_at, [BASE, FIRST_VISIT, *islands]),
                },
            )
            findings.fault(tables["shifts"].label, row.line, "begins_at", message)
    for row in tables["ferries"].rows:
        island = row.get("island")
        if island is not None and island not in islands and island not in (BASE, FIRST_VISIT):
            message = Message(
                "'{value}' is not the island of any citizen in {file}{hint}",
                {"value": shown(island), "file": tables["citizens"].label, "hint": _hint(island, islands)},
            )
            findings.fault(tables["ferries"].label, row.line, "island", message)


def _hint(word: str, among: Iterable[str]) -> str:
    guess = nearest(word, among)
    return f" ({guess}?)" if guess else ""


def _check_matrix(tables: ParsedTables, findings: Findings) -> None:
    if not tables.known("citizens") or not tables.known("sessions"):
        return
    places = tables["citizens"].ids | tables["sessions"].ids | {BASE}
    for row in tables["matrix"].rows:
        for column in ("from", "to"):
            place = row.get(column)
            if place is not None and place not in places:
                message = Message(
                    "'{value}' is neither base, a citizen in {citizens} nor a session in {sessions}{hint}",
                    {
                        "value": shown(place),
                        "citizens": tables["citizens"].label,
                        "sessions": tables["sessions"].label,
                        "hint": _hint(place, places),
                    },
                )
                findings.fault(tables["matrix"].label, row.line, column, message)
        if row.get("from") is not None and row.get("from") == row.get("to") and row.get("minutes"):
            message = Message(
                "{value} minutes from a place to itself; delete the row", {"value": row.get("minutes")}
            )
            findings.fault(tables["matrix"].label, row.line, "minutes", message)
