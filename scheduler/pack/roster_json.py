"""``roster.json``, the optimiser's answer: written from a Roster and read back equal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scheduler.clock import DAY_MIN, Calendar, format_clock
from scheduler.message import Message
from scheduler.pack.cells import CLOCK, DATE, ID, TEXT, WEEK, bad_bytes, choice, shown
from scheduler.pack.files import write_whole
from scheduler.pack.findings import Findings, PackErrors
from scheduler.pack.json_values import WRONG, JsonObject, as_object, load_json
from scheduler.pack.roster_text import FORMAT, roster_text, visit_shift_days
from scheduler.problem import Problem
from scheduler.reading import system_reason
from scheduler.roster import (
    Bounds,
    CitizenWeek,
    ContactProposal,
    Figures,
    OpenShift,
    PlacedBreak,
    PlacedSession,
    PlacedVisit,
    Relaxation,
    Roster,
    Unplaced,
)

_KEYS = (
    "format",
    "team",
    "week",
    "weeks",
    "seed",
    "workers",
    "seconds",
    "iterations",
    "travel",
    "visits",
    "sessions",
    "unplaced",
    "breaks",
    "open_shifts",
    "citizens",
    "figures",
    "bounds",
    "contacts",
)
_MODALITY = choice("home", "screen")
_PACKAGE_STATUS = choice("within", "over_package", "under_package", "short", "no_bound", "outside")


def read_roster(path: Path | str, problem: Problem | None = None) -> Roster:
    """A roster from its JSON file.

    Parameters
    ----------
    path
        The file.
    problem
        The problem it answers: its weeks must be the roster's, and its shifts tell on which date breaks lie.
        Without it the date of a break comes from the visits of the shift, or stands with the break.

    Raises
    ------
    PackErrors
        With everything that is wrong in the file, each by its JSON path.
    """
    file = Path(path)
    findings = Findings()
    roster = None
    try:
        data = file.read_bytes()
        roster = parse_roster(data.decode("utf-8-sig"), file.name, findings, problem)
    except UnicodeDecodeError as error:
        line, message = bad_bytes(data, error)
        findings.fault(file.name, line, "", message)
    except OSError as error:
        values = {"value": "", "reason": system_reason(error)}
        findings.fault(file.name, None, "", Message("the file cannot be read ({reason})", values))
    if findings.errors or roster is None:
        raise PackErrors(findings.errors)
    return roster


def write_roster(roster: Roster, path: Path | str, problem: Problem | None = None) -> None:
    """Write a roster as JSON, whole or not at all; ``problem`` is what it answers (:func:`read_roster`)."""
    days = {} if problem is None else shift_days(problem)
    write_whole(Path(path), roster_text(roster, days).encode())


def shift_days(problem: Problem) -> dict[str, int]:
    """The day of every shift."""
    return {shift.shift_id: shift.day for shift in problem.shifts}


def parse_roster(text: str, file: str, findings: Findings, problem: Problem | None = None) -> Roster | None:
    """The roster in a JSON text; None when something is wrong, which is noted."""
    known = {} if problem is None else shift_days(problem)
    calendar = None if problem is None else problem.calendar
    return parse_roster_for(text, file, findings, calendar, known)


def parse_roster_for(
    text: str, file: str, findings: Findings, expected: Calendar | None, known_shifts: Mapping[str, int]
) -> Roster | None:
    """As :func:`parse_roster`, for the weeks and the days of shifts that are expected (None: any weeks)."""
    before = len(findings.errors)
    document = as_object(load_json(text, file, findings), file, findings)
    if document is None:
        return None
    document.only(_KEYS)
    form = document.text("format", TEXT)
    if form is not WRONG and form != FORMAT:
        message = Message(
            "'{value}' is not a format this version reads; write {expected}",
            {"value": shown(form), "expected": FORMAT},
        )
        document.fault("format", message)
    calendar = _calendar(document, expected)
    if calendar is None:
        return None
    roster = _Reader(document, calendar, known_shifts).roster()
    return roster if len(findings.errors) == before else None


def _calendar(document: JsonObject, expected: Calendar | None) -> Calendar | None:
    monday, weeks = document.text("week", WEEK), document.whole("weeks", 1)
    if monday is WRONG or weeks is WRONG:
        return None
    if not 1 <= weeks <= 8:
        document.fault("weeks", Message("{value} weeks; write a number from 1 to 8", {"value": weeks}))
        return None
    calendar = Calendar(monday, weeks)
    if expected is not None and calendar != expected:
        values = {
            "value": calendar.week_name(0),
            "weeks": weeks,
            "expected": expected.week_name(0),
            "expected_weeks": expected.weeks,
        }
        message = Message(
            "the roster is of {value} ({weeks} weeks), the pack of {expected} ({expected_weeks} weeks)",
            values,
        )
        document.fault("week", message)
        return None
    return calendar


class _Reader:
    """Reads the parts of a roster whose weeks are known."""

    def __init__(self, document: JsonObject, calendar: Calendar, known_shifts: Mapping[str, int]) -> None:
        self._document, self._calendar, self._known_shifts = document, calendar, known_shifts

    def roster(self) -> Roster:
        document = self._document
        visits = tuple(self._visit(one) for one in document.objects("visits", required=True))
        days = dict(self._known_shifts) | visit_shift_days([one for one in visits if one.day is not WRONG])
        travel = document.object("travel")
        travel.only(("provider", "data"))
        return Roster(
            team=document.text("team", TEXT, ""),
            first_monday=self._calendar.first_monday,
            weeks=self._calendar.weeks,
            visits=visits,
            sessions=tuple(self._session(one) for one in document.objects("sessions")),
            unplaced=tuple(self._unplaced(one) for one in document.objects("unplaced")),
            breaks=tuple(self._break(one, days) for one in document.objects("breaks")),
            open_shifts=tuple(self._open_shift(one) for one in document.objects("open_shifts")),
            citizens=tuple(self._citizen(one) for one in document.objects("citizens")),
            figures=self._figures(document.object("figures")),
            bounds=self._bounds(document.object("bounds")),
            contacts=tuple(self._contact(one) for one in document.objects("contacts")),
            seed=document.whole("seed", None),
            workers=document.whole("workers", None),
            seconds=document.number("seconds", None),
            iterations=document.whole("iterations", None),
            travel_provider=travel.text("provider", TEXT, "crow_flies"),
            travel_data=travel.text("data", TEXT, None),
        )

    def _day(self, one: JsonObject, key: str, default: Any = WRONG) -> Any:
        when = one.text(key, DATE, default)
        if when is WRONG or when is None:
            return when
        day = self._calendar.day(when)
        if 0 <= day < self._calendar.days:
            return day
        values = {
            "value": when.isoformat(),
            "first": self._calendar.date(0).isoformat(),
            "last": self._calendar.date(self._calendar.days - 1).isoformat(),
        }
        return one.fault(key, Message("{value} lies outside the roster's weeks, {first} to {last}", values))

    def _week(self, one: JsonObject) -> Any:
        monday = one.text("week", WEEK)
        if monday is WRONG:
            return WRONG
        week = self._calendar.day(monday) // 7
        if 0 <= week < self._calendar.weeks:
            return week
        values = {
            "value": shown(str(one.text("week", TEXT))),
            "first": self._calendar.week_name(0),
            "last": self._calendar.week_name(self._calendar.weeks - 1),
        }
        return one.fault("week", Message("{value} is none of the roster's weeks, {first} to {last}", values))

    def _times(self, one: JsonObject, day: Any) -> tuple[Any, Any]:
        start, end = one.text("start", CLOCK), one.text("end", CLOCK)
        if start is WRONG or end is WRONG or day is WRONG:
            return WRONG, WRONG
        if end < start:
            values = {"value": format_clock(end), "start": format_clock(start)}
            message = Message(
                "{value} is before the start, {start}; a time after midnight is written 24:30, 25:00 …",
                values,
            )
            one.fault("end", message)
        return day * DAY_MIN + start, day * DAY_MIN + end

    def _carers_and_shifts(self, one: JsonObject) -> tuple[Any, Any]:
        carers, shifts = one.texts("carers", ID), one.texts("shifts", ID)
        if carers is not WRONG and shifts is not WRONG and len(carers) != len(shifts):
            values = {"value": len(shifts), "carers": len(carers)}
            message = Message(
                "{value} shifts stand beside {carers} carers; name one for each, in order", values
            )
            one.fault("shifts", message)
        return carers, () if shifts is WRONG else shifts

    def _visit(self, one: JsonObject) -> PlacedVisit:
        one.only(
            ("need_id", "citizen_id", "date", "start", "end", "modality", "carers", "shifts", "pinned"),
        )
        day = self._day(one, "date")
        start, end = self._times(one, day)
        need_id, citizen_id = one.text("need_id", ID), one.text("citizen_id", ID)
        modality = one.text("modality", _MODALITY, "home")
        carers, shifts = self._carers_and_shifts(one)
        return PlacedVisit(
            need_id, citizen_id, day, start, end, modality, carers, shifts, one.yes_no("pinned", False)
        )

    def _session(self, one: JsonObject) -> PlacedSession:
        one.only(("session_id", "carers", "shifts"))
        return PlacedSession(one.text("session_id", ID), *self._carers_and_shifts(one))

    def _unplaced(self, one: JsonObject) -> Unplaced:
        one.only(("need_id", "date", "week", "rule", "relaxations"))
        day, week = self._day(one, "date", None), self._week(one)
        if isinstance(day, int) and isinstance(week, int) and day // 7 != week:
            values = {
                "value": self._calendar.week_name(week),
                "date": self._calendar.date(day).isoformat(),
            }
            one.fault("week", Message("{date} does not lie in {value}; correct one of them", values))
        relaxations = []
        for change in one.objects("relaxations"):
            change.only(("what", "by"))
            relaxations.append(Relaxation(change.text("what", TEXT, ""), change.text("by", TEXT, "")))
        return Unplaced(one.text("need_id", ID), day, week, one.text("rule", TEXT), tuple(relaxations))

    def _break(self, one: JsonObject, days: Mapping[str, int]) -> PlacedBreak:
        one.only(("shift_id", "date", "start", "end"))
        shift_id = one.text("shift_id", ID)
        day = self._day(one, "date", None)
        if day is None and shift_id is not WRONG:
            day = days.get(shift_id)
            if day is None:
                message = Message(
                    "nothing tells on which date shift '{value}' lies; correct the id, or give "
                    "the break its date",
                    {"value": shown(shift_id)},
                )
                day = one.fault("shift_id", message)
        return PlacedBreak(shift_id, *self._times(one, WRONG if day is None else day))

    def _open_shift(self, one: JsonObject) -> OpenShift:
        one.only(("shift_id", "carer_id"))
        return OpenShift(one.text("shift_id", ID), one.text("carer_id", ID))

    def _contact(self, one: JsonObject) -> ContactProposal:
        one.only(("citizen_id", "carer_id", "proposed"))
        if one.yes_no("proposed", True) is False:
            message = Message("only proposals stand here; write a given contact carer into citizens.csv", {})
            one.fault("proposed", message)
        return ContactProposal(one.text("citizen_id", ID), one.text("carer_id", ID))

    def _citizen(self, one: JsonObject) -> CitizenWeek:
        one.only(("citizen_id", "week", "minutes", "package_status", "carers", "carers_bound"))
        return CitizenWeek(
            one.text("citizen_id", ID),
            self._week(one),
            one.whole("minutes"),
            one.text("package_status", _PACKAGE_STATUS),
            one.whole("carers"),
            one.whole("carers_bound", None),
        )

    def _figures(self, one: JsonObject) -> Figures:
        whole_keys = (
            "placed",
            "unplaced",
            "travel_minutes",
            "waiting_minutes",
            "visit_minutes",
            "overtime_minutes",
        )
        number_keys = (
            "objective",
            "carers_per_citizen_mean",
            "carers_per_citizen_14d_mean",
            "contact_carer_share",
        )
        one.only((*whole_keys, *number_keys, "terms", "punctuality"))
        values = {key: one.whole(key, 0) for key in whole_keys} | {
            key: one.number(key, 0) for key in number_keys
        }
        punctuality = one.number("punctuality", None)
        if isinstance(punctuality, int | float) and not 0 <= punctuality <= 1:
            message = Message("{value} is not a share; write a number from 0 to 1", {"value": punctuality})
            one.fault("punctuality", message)
        return Figures(**values, terms=one.numbers("terms"), punctuality=punctuality)

    def _bounds(self, one: JsonObject) -> Bounds:
        keys = ("carers_per_citizen_mean", "objective", "carers_per_citizen_14d_mean")
        one.only(keys)
        return Bounds(*(one.number(key, None) for key in keys))


__all__ = ["parse_roster", "parse_roster_for", "read_roster", "write_roster"]
