"""What is legal in a pack but odd: a planner should look at it before planning."""

from __future__ import annotations

from collections import defaultdict

import holidays as holiday_calendars

from scheduler.clock import format_clock
from scheduler.due import due_visits
from scheduler.message import Message
from scheduler.pack.cells import shown
from scheduler.pack.findings import Findings
from scheduler.pack.parsing import ParsedTables
from scheduler.problem import Absence, Meeting, Problem, Shift
from scheduler.rules.working_days import pack_shift_warnings


def warn_about(problem: Problem, tables: ParsedTables, settings_label: str, findings: Findings) -> None:
    """Note all that is odd in a problem read without errors; ``settings_label`` names the settings' file."""
    _warn_of_empty_tables(problem, tables, findings)
    _warn_of_idle_citizens(problem, tables, findings)
    _warn_of_contacts(problem, tables, findings)
    _warn_of_days_without_shifts(problem, tables, findings)
    _warn_of_meetings(problem, tables, findings)
    _warn_of_links(problem, tables, findings)
    _warn_of_ferries(problem, tables, findings)
    _warn_of_holidays(problem, settings_label, findings)
    _warn_of_pins(problem, findings)
    _warn_of_working_time(problem, tables, findings)


def _warn_of_empty_tables(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    if not problem.citizens:
        message = Message("the pack has no citizens; there is nothing to plan", {"value": ""})
        findings.warn(tables["citizens"].label, None, "", message)
    elif not problem.needs:
        message = Message("the pack has no needs; there is nothing to plan", {"value": ""})
        findings.warn(tables["needs"].label, None, "", message)
    if not problem.carers:
        message = Message("the pack has no carers; nobody can be sent", {"value": ""})
        findings.warn(tables["carers"].label, None, "", message)
    if not problem.shifts:
        message = Message("the pack has no shifts; every visit would stay unplaced", {"value": ""})
        findings.warn(tables["shifts"].label, None, "", message)


def _warn_of_idle_citizens(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    if not problem.needs:
        return
    in_sessions = {citizen_id for session in problem.sessions for citizen_id in session.citizens}
    for citizen in problem.citizens:
        if not problem.needs_of[citizen.citizen_id] and citizen.citizen_id not in in_sessions:
            message = Message(
                "citizen '{value}' has no needs and gets no visits; add needs, or delete the citizen",
                {"value": shown(citizen.citizen_id)},
            )
            line = tables.line_of("citizens", citizen.citizen_id)
            findings.warn(tables["citizens"].label, line, "citizen_id", message)


def _warn_of_contacts(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    for citizen in problem.citizens:
        contact = citizen.contact_carer
        if contact is None:
            continue
        line = tables.line_of("citizens", citizen.citizen_id)
        if problem.carer_by_id[contact].is_trainee:
            message = Message(
                "'{value}' has a mentor and so is a trainee, who is never the needed carer",
                {"value": shown(contact)},
            )
            findings.warn(tables["citizens"].label, line, "contact_carer", message)
        if (contact, citizen.citizen_id) in problem.barred_pairs:
            message = Message("'{value}' is barred from this citizen", {"value": shown(contact)})
            findings.warn(tables["citizens"].label, line, "contact_carer", message)


def _warn_of_days_without_shifts(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    if not problem.shifts:
        return
    staffed = {shift.day for shift in problem.shifts}
    due_on: dict[int, int] = defaultdict(int)
    for due in due_visits(problem).visits:
        if due.fixed_day is not None:
            due_on[due.fixed_day] += 1
    for week in range(problem.calendar.weeks):
        if not staffed.intersection(range(7 * week, 7 * week + 7)):
            message = Message(
                "week {value} has no shifts; every visit in it would stay unplaced",
                {"value": problem.calendar.week_name(week)},
            )
            findings.warn(tables["shifts"].label, None, "", message)
            continue
        for day in range(7 * week, 7 * week + 7):
            if due_on[day] and day not in staffed:
                message = Message(
                    "{value} has no shifts, but {visits} visits are due",
                    {"value": problem.calendar.date(day).isoformat(), "visits": due_on[day]},
                )
                findings.warn(tables["shifts"].label, None, "date", message)


def _attends(problem: Problem, meeting: Meeting, carer_id: str, shifts: list[Shift]) -> bool:
    away: tuple[Absence, ...] = problem.absences_of_carer.get(carer_id, ())
    return any(
        shift.day == meeting.day and shift.start_min <= meeting.start_min and meeting.end_min <= shift.end_min
        for shift in shifts
    ) and not any(absence.overlaps(meeting.start_min, meeting.end_min) for absence in away)


def _warn_of_meetings(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    shifts_of: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        if shift.carer_id is not None:
            shifts_of[shift.carer_id].append(shift)
    for meeting, row in zip(problem.meetings, tables["meetings"].rows, strict=True):
        missing = [one for one in meeting.carers if not _attends(problem, meeting, one, shifts_of[one])]
        if missing:
            values = {
                "value": shown(" ".join(missing)),
                "start": format_clock(meeting.start_min - 1440 * meeting.day),
                "end": format_clock(meeting.end_min - 1440 * meeting.day),
            }
            message = Message(
                "'{value}' will not take part: no shift of that date covers {start} to {end}, or away then",
                values,
            )
            findings.warn(tables["meetings"].label, row.line, "carers", message)


def _warn_of_links(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    for link, row in zip(problem.links, tables["links"].rows, strict=True):
        first, second = problem.need_by_id[link.first_need], problem.need_by_id[link.second_need]
        values = {"value": shown(link.second_need), "first": shown(link.first_need)}
        first_days, second_days = first.days or tuple(range(7)), second.days or tuple(range(7))
        if not set(first_days) & set(second_days):
            message = Message("'{value}' and {first} have no weekday in common; the link never binds", values)
            findings.warn(tables["links"].label, row.line, "second_need", message)
            continue
        earliest = first.start_bounds()[0] + first.minutes_min + link.gap_min
        latest = None if link.gap_max is None else first.start_bounds()[1] + first.minutes_max + link.gap_max
        if earliest > second.start_bounds()[1] or (latest is not None and latest < second.start_bounds()[0]):
            message = Message(
                "'{value}' cannot follow {first} on the same date: the windows and the gap "
                "exclude each other",
                values,
            )
            findings.warn(tables["links"].label, row.line, "second_need", message)


def _warn_of_ferries(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    sailing: dict[str, set[int]] = defaultdict(set)
    for ferry, row in zip(problem.ferries, tables["ferries"].rows, strict=True):
        sailing[ferry.island].add(ferry.day)
        if not 0 <= ferry.day < problem.calendar.days:
            message = Message(
                "{value} lies outside the pack's weeks; the row is not used",
                {"value": problem.calendar.date(ferry.day).isoformat()},
            )
            findings.warn(tables["ferries"].label, row.line, "date", message)
    for island in sorted({citizen.island for citizen in problem.citizens if citizen.island is not None}):
        stuck = [
            problem.calendar.date(day) for day in range(problem.calendar.days) if day not in sailing[island]
        ]
        if stuck:
            message = Message(
                "no ferry to '{value}' on {dates}; only shifts that begin there reach its citizens",
                {"value": shown(island), "dates": ", ".join(day.isoformat() for day in stuck)},
            )
            findings.warn(tables["ferries"].label, None, "island", message)


def _warn_of_holidays(problem: Problem, settings_label: str, findings: Findings) -> None:
    first, last = problem.calendar.date(0), problem.calendar.date(problem.calendar.days - 1)
    danish = holiday_calendars.country_holidays("DK", years=range(first.year, last.year + 1))
    for when in sorted(day for day in danish if first <= day <= last):
        if problem.calendar.day(when) not in problem.holidays:
            message = Message(
                "{value} is a public holiday and does not stand here; visits with on_holidays = "
                "no would be due",
                {"value": when.isoformat()},
            )
            findings.warn(settings_label, None, "holidays", message)


def _warn_of_pins(problem: Problem, findings: Findings) -> None:
    if problem.published is None:
        return
    for number, visit in enumerate(problem.published.visits):
        known = (
            visit.need_id in problem.need_by_id
            and all(carer in problem.carer_by_id for carer in visit.carers)
            and all(shift in problem.shift_by_id for shift in visit.shifts)
        )
        if visit.pinned and not known:
            message = Message(
                "the pinned visit of need '{value}' names a need, carer or shift that the pack no longer has",
                {"value": shown(visit.need_id)},
            )
            findings.warn("published.json", None, f"visits[{number}]", message)


def _warn_of_working_time(problem: Problem, tables: ParsedTables, findings: Findings) -> None:
    """What the given shifts break of rule 5 by themselves (S7)."""
    for broken in pack_shift_warnings(problem):
        line = None if broken.shift_id is None else tables.line_of("shifts", broken.shift_id)
        findings.warn(tables["shifts"].label, line, "", broken.message)
