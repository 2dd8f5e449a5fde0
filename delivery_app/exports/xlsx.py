"""A roster as a workbook: figures, the week (carers by days), every visit, what has no place, the
citizens."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from delivery_app.i18n import N_, Translate, short_date, translator
from delivery_app.texts import (
    FIGURES,
    MODALITIES,
    PACKAGE_STATUS,
    QUALIFICATIONS,
    RULES,
    SERVICES,
    TERMS,
    UNPLACED,
    relaxation,
    say,
)
from scheduler.clock import DAY_MIN, format_clock
from scheduler.pack.files import write_whole

if TYPE_CHECKING:
    from delivery_app.views.plan import Person, Plan
    from delivery_app.views.week import DayCell

Cell = str | int | float | date | time | None

#: Excel's limit on a sheet's name, and signs it does not allow in one.
_NAME_MAX = 31
_HEAD_FILL = PatternFill("solid", fgColor="E6EEF5")
_WIDTH_MIN, _WIDTH_MAX = 8, 48
#: A text that begins with one of these would be read as a formula by a spreadsheet program.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_xlsx(plan: Plan, path: Path, lang: str) -> None:
    """Write the workbook, whole or not at all; headings and words in ``lang``."""
    write_whole(path, xlsx_bytes(plan, lang))


def xlsx_bytes(plan: Plan, lang: str) -> bytes:
    """The workbook of a plan."""
    book = Workbook()
    book.remove(book.active)
    made = datetime.combine(plan.problem.calendar.first_monday, time())
    book.properties.creator, book.properties.created = "Nærplan", made
    book.properties.title = plan.problem.name
    writer = _Writer(plan, book, lang)
    writer.figures()
    for week in range(plan.weeks):
        writer.week(week)
    writer.visits()
    writer.left_out()
    writer.citizens()
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Writer:
    """Fills the sheets of one workbook."""

    def __init__(self, plan: Plan, book: Workbook, lang: str) -> None:
        self.plan, self.book, self.lang = plan, book, lang
        self._: Translate = translator(lang)

    def figures(self) -> None:
        """Key figures with their bounds, the objective's terms, and broken rules."""
        plan, figures, bounds = self.plan, self.plan.roster.figures, self.plan.roster.bounds
        proven = {
            "carers_per_citizen_mean": bounds.carers_per_citizen_mean,
            "objective": bounds.objective,
        }
        sheet = self._sheet(N_("Figures"), (N_("Figure"), N_("Value"), N_("Proven bound")))
        sheet.append([self._(N_("Team")), _safe(plan.problem.name)])
        sheet.append([self._(N_("Weeks")), ", ".join(plan.week_name(week) for week in range(plan.weeks))])
        for name in FIGURES:
            sheet.append([say(FIGURES, name, self._), getattr(figures, name), proven.get(name)])
            if name == "contact_carer_share":
                sheet.cell(sheet.max_row, 2).number_format = "0 %"
            elif name.endswith("_mean"):
                sheet.cell(sheet.max_row, 2).number_format = sheet.cell(sheet.max_row, 3).number_format = (
                    "0.00"
                )
            elif name.endswith("_minutes"):
                sheet.cell(sheet.max_row, 1).value = f"{say(FIGURES, name, self._)} (min.)"
            elif name == "objective":
                sheet.cell(sheet.max_row, 2).number_format = sheet.cell(sheet.max_row, 3).number_format = "0"
        sheet.append([])
        sheet.append([self._(N_("What the objective is made of"))])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        for code, value in figures.terms.items():
            sheet.append([say(TERMS, code, self._), round(value, 1)])
        if plan.evaluation.violations:
            sheet.append([])
            sheet.append([self._(N_("Broken rules"))])
            sheet.cell(sheet.max_row, 1).font = Font(bold=True)
            for row in plan.evaluation.violations:
                sheet.append([say(RULES, row.rule, self._), _safe(row.message.render(self._))])
        _finish(sheet, wrap=(2,))

    def week(self, week: int) -> None:
        """Carers by days: when each is on duty and how many visits that is."""
        from delivery_app.views import week_view

        view = week_view(self.plan, week)
        title = self._(N_("Week")) if self.plan.weeks == 1 else f"{self._(N_('Week'))} {view.week}"
        days = [short_date(head.when, self.lang) for head in view.days]
        sheet = self._sheet(
            title, (N_("Carer"), N_("Qualification"), *days, N_("Shift hours"), N_("Visit hours"))
        )
        for row in view.carers:
            qualification = say(QUALIFICATIONS, row.qualification, self._)
            cells = [self._day_cell(cell) for cell in row.cells]
            sheet.append(
                [
                    _person(row.carer),
                    qualification,
                    *cells,
                    round(row.shift_min / 60, 2),
                    round(row.visit_min / 60, 2),
                ]
            )
        if view.has_open_shifts:
            cells = [self._day_cell(cell) for cell in view.open_shifts]
            sheet.append([self._(N_("Open shifts")), "", *cells])
        _finish(sheet, wrap=range(3, 10), freeze="B2")

    def visits(self) -> None:
        """Every placed visit and held session, a row each, in order of time."""
        columns = (
            N_("Date"),
            N_("Start"),
            N_("End"),
            N_("Minutes"),
            N_("Citizen"),
            N_("Visit"),
            N_("Service"),
            N_("Where"),
            N_("Carers"),
            N_("Shifts"),
            N_("Pinned"),
        )
        sheet = self._sheet(N_("Visits"), columns)
        rows: list[tuple[int, str, list[Cell]]] = []
        for visit in self.plan.roster.visits:
            need = self.plan.problem.need_by_id.get(visit.need_id)
            citizen = self.plan.citizen(visit.citizen_id)
            service = "" if need is None else say(SERVICES, need.service, self._)
            cells = [_person(citizen), _safe(visit.need_id), service, say(MODALITIES, visit.modality, self._)]
            people = [self._people(visit.carers), _safe(" ".join(visit.shifts))]
            pinned = self._(N_("yes")) if visit.pinned else ""
            when = self._when(visit.day, visit.start_min, visit.end_min)
            rows.append((visit.start_min, visit.need_id, [*when, *cells, *people, pinned]))
        for held in self.plan.roster.sessions:
            session = self.plan.problem.session_by_id.get(held.session_id)
            if session is not None:
                who = "; ".join(_person(self.plan.citizen(one)) for one in session.citizens)
                cells = [who, _safe(held.session_id), self._(N_("group training")), ""]
                people = [self._people(held.carers), _safe(" ".join(held.shifts)), ""]
                when = self._when(session.day, session.start_min, session.end_min)
                rows.append((session.start_min, held.session_id, [*when, *cells, *people]))
        for _, _, row in sorted(rows, key=lambda one: one[:2]):
            sheet.append(row)
        _finish(sheet, wrap=(5, 9), filters=True)

    def left_out(self) -> None:
        """What is due and has no place, with the rule in words."""
        columns = (
            N_("Week"),
            N_("Date"),
            N_("Earliest start"),
            N_("Latest start"),
            N_("Minutes"),
            N_("Citizen"),
            N_("Visit"),
            N_("Service"),
            N_("Priority"),
            N_("Why"),
            N_("Would fit with"),
        )
        sheet = self._sheet(N_("Without a place"), columns)
        for week in range(self.plan.weeks):
            for row in self.plan.left_out(week):
                first, last = row.window or (None, None)
                sheet.append(
                    [
                        self.plan.week_name(week),
                        row.when,
                        None if first is None else format_clock(first),
                        None if last is None else format_clock(last),
                        row.minutes,
                        "" if row.citizen is None else _person(row.citizen),
                        _safe(row.need_id),
                        self._(N_("group training"))
                        if row.service is None
                        else say(SERVICES, row.service, self._),
                        row.priority,
                        say(UNPLACED, row.rule, self._),
                        "; ".join(relaxation(what, by, self._) for what, by in row.relaxations),
                    ]
                )
        _finish(sheet, wrap=(10, 11), filters=True)

    def citizens(self) -> None:
        """Each citizen's week: minutes against the package, different carers against the bound."""
        from delivery_app.views.week import citizen_row

        columns = (
            N_("Week"),
            N_("Citizen"),
            N_("Package"),
            N_("Visits"),
            N_("Minutes"),
            N_("At least"),
            N_("At most"),
            N_("Status"),
            N_("Different carers"),
            N_("Proven bound"),
            N_("Contact carer"),
            N_("Visits by the contact carer"),
            N_("Without a place"),
        )
        sheet = self._sheet(N_("Citizens"), columns)
        for week in range(self.plan.weeks):
            for citizen in self.plan.problem.citizens:
                row = citizen_row(self.plan, citizen.citizen_id, week)
                contact = "" if row.contact_carer is None else _person(row.contact_carer)
                sheet.append(
                    [
                        self.plan.week_name(week),
                        _person(row.citizen),
                        _safe(row.package_id),
                        row.visits,
                        row.minutes,
                        row.least_min or None,
                        row.most_min,
                        say(PACKAGE_STATUS, row.package_status, self._),
                        row.carers,
                        row.carers_bound,
                        contact,
                        row.contact_share,
                        row.left_out,
                    ]
                )
                sheet.cell(sheet.max_row, 12).number_format = "0 %"
        _finish(sheet, wrap=(), freeze="C2", filters=True)

    def _sheet(self, title: str, columns: Sequence[str]) -> Worksheet:
        sheet: Worksheet = self.book.create_sheet(self._(title)[:_NAME_MAX])
        sheet.append([self._(column) for column in columns])
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True), _HEAD_FILL
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        return sheet

    def _when(self, day: int, start_min: int, end_min: int) -> list[Cell]:
        midnight = day * DAY_MIN
        return [
            self.plan.date(day),
            _clock_cell(start_min - midnight),
            _clock_cell(end_min - midnight),
            end_min - start_min,
        ]

    def _people(self, carers: Iterable[str]) -> str:
        return "; ".join(_person(self.plan.carer(one)) for one in carers)

    def _day_cell(self, cell: DayCell) -> str:
        lines = []
        for shift in cell.shifts:
            times = f"{format_clock(shift.start_min)}–{format_clock(shift.end_min)}"
            visits = self._(N_("{count} visits")).format(count=shift.visits + shift.sessions)
            lines.append(f"{times}, {visits}")
        absent = self._(N_("absent"))
        for away in cell.away:
            times = "" if away.whole_day else f" {format_clock(away.start_min)}–{format_clock(away.end_min)}"
            lines.append(f"{absent}{times}")
        return "\n".join(lines)


def _clock_cell(minutes: int) -> time | str:
    """A clock time a spreadsheet can reckon with; one after midnight of its date as text."""
    if 0 <= minutes < DAY_MIN:
        return (datetime.min + timedelta(minutes=minutes)).time()
    return format_clock(minutes)


def _person(person: Person) -> str:
    return _safe(f"{person.name} ({person.id})")


def _safe(text: str) -> str:
    """Text that stays text: a planner's name for a thing is never run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _finish(sheet: Worksheet, wrap: Iterable[int], freeze: str = "A2", *, filters: bool = False) -> None:
    """Widths by content, the heading frozen, filters, and how dates and times look."""
    wrapped = set(wrap)
    for number, column in enumerate(sheet.columns, start=1):
        longest = 0
        for cell in column:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(cell.value, time):
                cell.number_format = "hh:mm"
            if number in wrapped:
                cell.alignment = Alignment(vertical="top", wrap_text=True)
            elif cell.row > 1:
                cell.alignment = Alignment(vertical="top")
            text = "00000000000" if isinstance(cell.value, date) else str(cell.value or "")
            # A long heading is broken into two lines rather than making its column wide.
            longest = max(longest, *(len(line) // (2 if cell.row == 1 else 1) for line in text.split("\n")))
        width = max(_WIDTH_MIN, min(_WIDTH_MAX, longest + 2))
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = freeze
    if filters:
        sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
