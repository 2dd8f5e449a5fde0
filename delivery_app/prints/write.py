"""Writes the prints: for every sheet a self-contained HTML file and a PDF, named by ids, never by names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

import typst

from delivery_app.prints.care_plan import CarePlanSheet
from delivery_app.prints.sheets import CarerSheets, CitizenSheets, carer_sheets, citizen_sheets
from delivery_app.prints.team_sheet import TeamSheets, team_sheets
from delivery_app.prints.words import Words
from delivery_app.templating import FONTS, TEMPLATES, environment
from delivery_app.views import Plan, carer_day_view, citizen_week_view, week_view
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.travel import TravelTable

PRINT_TEMPLATES = TEMPLATES / "print"
Sheets = CarerSheets | CitizenSheets | TeamSheets | CarePlanSheet


def write_prints(
    problem: Problem,
    roster: Roster,
    folder: Path,
    lang: str = "da",
    travel: TravelTable | None = None,
    *,
    printed: date | None = None,
) -> list[Path]:
    """Write the prints of a roster into a folder; the same roster always gives the same files.

    ``team.html`` and ``team.pdf``, ``carer-ID`` with a page a day and ``citizen-ID`` with a page a week, for
    every carer and citizen; signs of an id that a file's name cannot hold are written as in web addresses.

    Parameters
    ----------
    folder
        Made when missing; files of the same names are replaced.
    printed
        The date that stands on the pages as the day of printing; none without.

    Returns
    -------
    list of Path
        All files, in the order they were written.

    Raises
    ------
    OSError
        The folder cannot be written to.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(problem, roster, travel)
    written: list[Path] = []
    for kind, name, sheets in _all_sheets(plan, Words(lang), printed):
        html, pdf = folder / f"{name}.html", folder / f"{name}.pdf"
        html.write_text(html_text(kind, sheets), encoding="utf-8")
        pdf.write_bytes(pdf_bytes(kind, sheets))
        written += [html, pdf]
    return written


def _all_sheets(plan: Plan, words: Words, printed: date | None) -> Iterator[tuple[str, str, Sheets]]:
    weeks = range(plan.weeks)
    dates = [plan.date(day) for day in range(plan.problem.calendar.days)]
    yield "team", "team", team_sheets([week_view(plan, week) for week in weeks], words, printed)
    for carer in plan.problem.carers:
        days = [carer_day_view(plan, carer.carer_id, when) for when in dates]
        yield "carer", f"carer-{file_name(carer.carer_id)}", carer_sheets(days, words, printed)
    for citizen in plan.problem.citizens:
        views = [citizen_week_view(plan, citizen.citizen_id, week) for week in weeks]
        yield "citizen", f"citizen-{file_name(citizen.citizen_id)}", citizen_sheets(views, words, printed)


def file_name(one_id: str) -> str:
    """An id as part of a file's name: signs that a name may not hold are written as in web addresses."""
    return quote(one_id, safe="")


def html_text(kind: str, sheets: Sheets) -> str:
    """A self-contained page: no address in it leads anywhere."""
    template = environment(sheets.lang).get_template(f"print/{kind}.html")
    return template.render(sheets=sheets, css=(PRINT_TEMPLATES / "print.css").read_text(encoding="utf-8"))


def pdf_bytes(kind: str, sheets: Sheets) -> bytes:
    """The same as PDF (A4), tagged for screen readers."""
    made = typst.compile(
        str(PRINT_TEMPLATES / f"{kind}.typ"),
        root=str(PRINT_TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={
            "sheets": json.dumps(asdict(sheets), ensure_ascii=False),
            "page": _page_words(sheets.lang),
        },
        format="pdf",
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no document")
    return made


@cache
def _fonts() -> typst.Fonts:
    # Read once; each document would read them anew. No font of the machine: the same files everywhere.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _page_words(lang: str) -> str:
    return Words(lang).gettext("Page {page} of {pages}")
