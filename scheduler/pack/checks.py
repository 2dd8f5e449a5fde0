"""What contradicts itself inside one row, or against the pack's weeks: errors a planner must mend."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from scheduler.clock import DAY_MIN, Calendar, format_clock
from scheduler.message import Message
from scheduler.pack.cells import ANY_DAY, shown
from scheduler.pack.findings import Findings
from scheduler.pack.parsing import ParsedRow, ParsedTable, ParsedTables
from scheduler.problem import BASE, FIRST_VISIT, PARTS


def check_rows(tables: ParsedTables, calendar: Calendar | None, findings: Findings) -> None:
    """Every check that needs one row at a time; those on dates only where the pack's weeks are known."""
    for name, check in _ROW_CHECKS.items():
        for row in tables[name].rows:
            check(_Report(tables[name], row, findings), row)
    if calendar is not None:
        for name in ("shifts", "sessions", "meetings", "wishes"):
            for row in tables[name].rows:
                _check_date_inside(_Report(tables[name], row, findings), row.get("date"), calendar)
        for name, column in (("history", "date"), ("delivered", "week")):
            for row in tables[name].rows:
                _check_date_before(_Report(tables[name], row, findings), column, row.get(column), calendar)


class _Report:
    """Notes errors of one row."""

    def __init__(self, table: ParsedTable, row: ParsedRow, findings: Findings) -> None:
        self._table, self._row, self._findings = table, row, findings

    def fault(self, column: str, message: Message) -> None:
        self._findings.fault(self._table.label, self._row.line, column, message)


def _check_date_inside(report: _Report, when: date | None, calendar: Calendar) -> None:
    if when is not None and not 0 <= calendar.day(when) < calendar.days:
        values = {
            "value": when.isoformat(),
            "first": calendar.date(0).isoformat(),
            "last": calendar.date(calendar.days - 1).isoformat(),
        }
        message = Message(
            "{value} lies outside the pack's weeks, {first} to {last}; correct the date or delete the row",
            values,
        )
        report.fault("date", message)


def _check_date_before(report: _Report, column: str, when: date | None, calendar: Calendar) -> None:
    if when is not None and calendar.day(when) >= 0:
        message = Message(
            "{value} is not before the pack's first day, {first}; only earlier days stand here",
            {"value": when.isoformat(), "first": calendar.date(0).isoformat()},
        )
        report.fault(column, message)


def _check_package(report: _Report, row: ParsedRow) -> None:
    least, most = row.get("min_minutes"), row.get("max_minutes")
    if least is None or most is None:
        return
    least += 0 if row.get("min_included") in (True, None) else 1
    most -= 0 if row.get("max_included") in (True, None) else 1
    if least > most:
        message = Message(
            "no minutes lie in the package's interval: it allows at least {least} and at most {value}",
            {"value": most, "least": least},
        )
        report.fault("max_minutes", message)


def _check_citizen(report: _Report, row: ParsedRow) -> None:
    _check_reserved(report, "citizen_id", row.get("citizen_id"), (BASE,))
    _check_reserved(report, "island", row.get("island"), (BASE, FIRST_VISIT))


def _check_reserved(report: _Report, column: str, value: str | None, words: tuple[str, ...]) -> None:
    if value in words:
        message = Message(
            "'{value}' has a meaning of its own in a pack; choose another name", {"value": value}
        )
        report.fault(column, message)


def _check_need(report: _Report, row: ParsedRow) -> None:
    days, times = row.get("days"), row.get("times_per_week")
    if days == ANY_DAY and times is None and "times_per_week" in row.values:
        report.fault(
            "times_per_week",
            Message(
                "the cell is empty; with days 'any' write on how many different days of the week",
                {"value": ""},
            ),
        )
    elif isinstance(days, tuple) and times is not None:
        message = Message(
            "{value} is given, but the days are named; leave it empty, or write any under days",
            {"value": times},
        )
        report.fault("times_per_week", message)
    _check_window(report, row)
    least, wished, most = row.get("minutes_min"), row.get("minutes"), row.get("minutes_max")
    if wished is not None and least is not None and least > wished:
        message = Message(
            "{value} is more than minutes, {minutes}; the smallest duration is at most the wished one",
            {"value": least, "minutes": wished},
        )
        report.fault("minutes_min", message)
    if wished is not None and most is not None and most < wished:
        message = Message(
            "{value} is less than minutes, {minutes}; the largest duration is at least the wished one",
            {"value": most, "minutes": wished},
        )
        report.fault("minutes_max", message)


def _check_window(report: _Report, row: ParsedRow) -> None:
    start, end, agreed = row.get("window_start"), row.get("window_end"), row.get("agreed_start")
    if start is None or end is None:
        return
    if end < start:
        values: dict[str, Any] = {"value": format_clock(end), "start": format_clock(start)}
        if end + DAY_MIN <= 2 * DAY_MIN and start >= DAY_MIN // 2:
            values["later"] = format_clock(end + DAY_MIN)
            message = Message(
                "{value} is before window_start, {start}; a time after midnight is written {later}", values
            )
        else:
            message = Message("{value} is before window_start, {start}; write a later time", values)
        report.fault("window_end", message)
    elif agreed is not None and not start <= agreed <= end:
        message = Message(
            "{value} lies outside the window, {start} to {end}; move one of them",
            {"value": format_clock(agreed), "start": format_clock(start), "end": format_clock(end)},
        )
        report.fault("agreed_start", message)


def _check_link(report: _Report, row: ParsedRow) -> None:
    least, most = row.get("gap_min"), row.get("gap_max")
    if least is not None and most is not None and most < least:
        message = Message(
            "{value} is less than gap_min, {least}; write at least as much", {"value": most, "least": least}
        )
        report.fault("gap_max", message)
    if row.get("first_need") is not None and row.get("first_need") == row.get("second_need"):
        message = Message(
            "'{value}' follows itself; name two different needs", {"value": shown(row.get("first_need"))}
        )
        report.fault("second_need", message)


def shift_span(row: ParsedRow) -> tuple[int, int] | None:
    """A shift's start and end, minutes after midnight of its date; an end not after the start
    is the next day's."""
    start, end = row.get("start"), row.get("end")
    if start is None or end is None:
        return None
    return start, end if end > start else end + DAY_MIN


def _check_shift(report: _Report, row: ParsedRow) -> None:
    span = shift_span(row)
    if span is None:
        return
    start, end = span
    if end <= start or end - start > DAY_MIN:
        message = Message(
            "{value}: the shift from {start} would not last between 1 minute and 24 hours; correct the times",
            {"value": format_clock(row.get("end")), "start": format_clock(start)},
        )
        report.fault("end", message)
        return
    _check_break(report, row, start, end)
    reserve = row.get("reserve_minutes")
    if reserve is not None and reserve > end - start:
        message = Message(
            "{value} minutes are more than the whole shift of {length}; write fewer",
            {"value": reserve, "length": end - start},
        )
        report.fault("reserve_minutes", message)


def _check_break(report: _Report, row: ParsedRow, start: int, end: int) -> None:
    minutes = row.get("break_minutes")
    if not minutes:
        return
    first, last = row.get("break_from"), row.get("break_to")
    if first is not None and last is not None and last < first:
        message = Message(
            "{value} is before break_from, {first}; a time after midnight is written 24:30, 25:00 …",
            {"value": format_clock(last), "first": format_clock(first)},
        )
        report.fault("break_to", message)
        return
    earliest = start if first is None else max(start, first)
    latest = end if last is None else min(end, last)
    if latest - earliest < minutes:
        message = Message(
            "a break of {value} minutes has no room between break_from and break_to within the shift, "
            "{start} to {end}; a time after midnight is written 24:30, 25:00 …",
            {"value": minutes, "start": format_clock(start), "end": format_clock(end)},
        )
        report.fault("break_minutes", message)


def _check_absence(report: _Report, row: ParsedRow) -> None:
    carer, citizen = row.get("carer_id"), row.get("citizen_id")
    if "carer_id" in row.values and "citizen_id" in row.values and (carer is None) == (citizen is None):
        message = (
            Message("neither carer_id nor citizen_id is given; name who is away", {"value": ""})
            if carer is None
            else Message(
                "both a carer and a citizen are named; write a row for each", {"value": shown(carer)}
            )
        )
        report.fault("carer_id", message)
    start, end = row.get("from"), row.get("to")
    if start is not None and end is not None and _moment_min(end) <= _moment_min(start):
        message = Message(
            "{value} is not after the time under from, {start}; write when the absence is over",
            {"value": _moment_text(end), "start": _moment_text(start)},
        )
        report.fault("to", message)


def _moment_min(moment: tuple[date, int]) -> int:
    return moment[0].toordinal() * DAY_MIN + moment[1]


def _moment_text(moment: tuple[date, int]) -> str:
    day = moment[0] + timedelta(days=moment[1] // DAY_MIN)
    return f"{day.isoformat()} {format_clock(moment[1] % DAY_MIN)}"


def _check_ferry(report: _Report, row: ParsedRow) -> None:
    _check_reserved(report, "island", row.get("island"), (BASE, FIRST_VISIT))
    first, last = row.get("first_arrival"), row.get("last_departure")
    if first is not None and last is not None and last <= first:
        message = Message(
            "{value} is not after first_arrival, {first}; write a later time, or delete the row "
            "when no ferry sails",
            {"value": format_clock(last), "first": format_clock(first)},
        )
        report.fault("last_departure", message)


def _check_session(report: _Report, row: ParsedRow) -> None:
    _check_reserved(report, "session_id", row.get("session_id"), (BASE,))


def _check_wish(report: _Report, row: ParsedRow) -> None:
    if row.get("wish") not in PARTS:
        return
    for column in ("start", "end"):
        clock = row.get(column)
        if clock is not None:
            message = Message(
                "{value} is given, but the wish '{wish}' is about the whole date; leave the cell empty, or wish"
                " off or on",
                {"value": format_clock(clock), "wish": row.get("wish")},
            )
            report.fault(column, message)


_ROW_CHECKS = {
    "packages": _check_package,
    "citizens": _check_citizen,
    "needs": _check_need,
    "links": _check_link,
    "shifts": _check_shift,
    "absences": _check_absence,
    "ferries": _check_ferry,
    "sessions": _check_session,
    "wishes": _check_wish,
}
