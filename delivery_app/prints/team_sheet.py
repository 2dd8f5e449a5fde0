"""The team's week on paper: who works when, what has no place, what each citizen gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from delivery_app import texts
from delivery_app.i18n import hours, number, percent
from delivery_app.prints.sheets import short
from delivery_app.prints.words import Words
from delivery_app.views import CarerRow, CitizenRow, DayCell, WeekView
from delivery_app.views.plan import LeftOut


@dataclass(frozen=True)
class Table:
    """A table: a heading, columns, rows of cells; each cell is its lines, the first the most important."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    empty: str


@dataclass(frozen=True)
class TeamWeekSheet:
    """One week of the team."""

    heading: str
    period: str
    figures: tuple[tuple[str, str], ...]
    board: Table
    left_out: Table
    citizens: Table
    footer: str


@dataclass(frozen=True)
class TeamSheets:
    """The team's weeks."""

    lang: str
    title: str
    weeks: tuple[TeamWeekSheet, ...]


def team_sheets(views: list[WeekView], words: Words, printed: date | None) -> TeamSheets:
    """The overview of every week."""
    return TeamSheets(
        lang=words.lang,
        title=words.gettext("The team's week"),
        weeks=tuple(_week(view, words, printed) for view in views),
    )


def _week(view: WeekView, words: Words, printed: date | None) -> TeamWeekSheet:
    _ = words.gettext
    board_rows = [_carer(row, words) for row in view.carers]
    if view.has_open_shifts:
        cells = tuple(_cell(cell, words) for cell in view.open_shifts)
        board_rows.append(((_("Open shifts"), _("nobody has them")), *cells, ("",)))
    return TeamWeekSheet(
        heading=f"{view.team} · {words.week(view.week)}",
        period=words.period(view.first_day, view.last_day),
        figures=_figures(view, words),
        board=Table(
            _("Carers"),
            (_("Carer"), *(short(day.when, words) for day in view.days), _("Hours")),
            tuple(board_rows),
            "",
        ),
        left_out=Table(
            _("Without a place"),
            (_("Priority"), _("Citizen"), _("What"), _("When"), _("Why it has no place")),
            tuple(_left_out(row, words) for row in view.left_out),
            _("Every visit that is due this week has a place."),
        ),
        citizens=Table(
            _("Citizens"),
            (
                _("Citizen"),
                _("Package"),
                _("Visits"),
                _("Minutes"),
                _("Against the package"),
                _("Different carers"),
                _("Contact carer"),
            ),
            tuple(_citizen(row, words) for row in view.citizens),
            "",
        ),
        footer=words.footer(view.team, view.week, printed),
    )


def _figures(view: WeekView, words: Words) -> tuple[tuple[str, str], ...]:
    figures, lang = view.figures, words.lang
    shown = {
        "placed": number(figures.placed, lang),
        "unplaced": number(figures.unplaced, lang),
        "carers_per_citizen_mean": number(figures.carers_per_citizen_mean, lang, 1),
        "contact_carer_share": percent(figures.contact_carer_share, lang),
        "visit_minutes": hours(figures.visit_minutes),
        "travel_minutes": hours(figures.travel_minutes),
        "overtime_minutes": hours(figures.overtime_minutes),
    }
    return tuple((texts.say(texts.FIGURES, code, words.gettext), value) for code, value in shown.items())


def _carer(row: CarerRow, words: Words) -> tuple[tuple[str, ...], ...]:
    name = [row.carer.name, texts.say(texts.QUALIFICATIONS, row.qualification, words.gettext)]
    if row.mentor is not None:
        name.append(words.gettext("trainee with {name}").format(name=row.mentor.name))
    total = [hours(row.shift_min)]
    if row.contract_min is not None:
        total.append(words.gettext("of {hours}").format(hours=hours(row.contract_min)))
    return tuple(name), *(_cell(cell, words) for cell in row.cells), tuple(total)


def _cell(cell: DayCell, words: Words) -> tuple[str, ...]:
    lines: list[str] = []
    for shift in cell.shifts:
        lines.append(words.span(shift.start_min, shift.end_min))
        if shift.visits:
            lines.append(words.visits(shift.visits))
        if shift.sessions:
            lines.append(words.gettext("group training"))
    return tuple(lines + words.away(cell.away)) or ("–",)


def _left_out(row: LeftOut, words: Words) -> tuple[tuple[str, ...], ...]:
    _ = words.gettext
    priority = {1: _("must"), 2: _("should"), 3: _("can wait")}[row.priority]
    what = (
        texts.say(texts.SERVICES, row.service, _) if row.service else _("group training") + f" {row.need_id}"
    )
    when = short(row.when, words) if row.when else _("any day")
    if row.window is not None:
        when += f", {words.span(*row.window)}"
    return (
        (priority,),
        (row.citizen.name if row.citizen else "–",),
        (f"{what}, {row.minutes} " + _("min."),),
        (when,),
        (
            texts.say(texts.UNPLACED, row.rule, _),
            *(texts.relaxation(what, by, _) for what, by in row.relaxations),
        ),
    )


def _citizen(row: CitizenRow, words: Words) -> tuple[tuple[str, ...], ...]:
    contact = "–"
    if row.contact_carer is not None:
        contact = row.contact_carer.name
        if row.contact_share is not None:
            contact += f", {percent(row.contact_share, words.lang)}"
    carers = str(row.carers)
    if row.carers_bound is not None:
        bound = words.gettext("at least {count}").format(count=row.carers_bound)
        carers += f" ({bound})"
    return (
        (row.citizen.name,),
        (row.package_id,),
        (str(row.visits),),
        (str(row.minutes),),
        (texts.say(texts.PACKAGE_STATUS, row.package_status, words.gettext),),
        (carers,),
        (contact,),
    )
