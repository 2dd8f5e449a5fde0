"""The workbook of a roster: its sheets, every row, readable, in either language, safe to open."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, time

import openpyxl
import pytest

from delivery_app.exports.xlsx import write_xlsx, xlsx_bytes
from delivery_app.views.plan import Plan
from scheduler.pack import read_pack, read_roster
from scheduler.roster import Unplaced
from tests.delivery_app.cli.running import TINY, TINY_ROSTER


@pytest.fixture(scope="module")
def problem():
    return read_pack(TINY)


@pytest.fixture(scope="module")
def roster(problem):
    return read_roster(TINY_ROSTER, problem)


def opened(plan: Plan, lang: str = "en"):
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(plan, lang)))


def rows(sheet) -> list[tuple]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_sheets_and_headings_in_both_languages(problem, roster) -> None:
    plan = Plan(problem, roster)
    assert opened(plan).sheetnames == ["Figures", "Week", "Visits", "Without a place", "Citizens"]
    danish = opened(plan, "da")
    assert danish.sheetnames == ["Nøgletal", "Uge", "Besøg", "Uden plads", "Borgere"]
    assert [cell.value for cell in danish["Besøg"][1]][:5] == ["Dato", "Start", "Slut", "Minutter", "Borger"]


def test_every_visit_is_a_row_in_order_of_time(problem, roster) -> None:
    found = rows(opened(Plan(problem, roster))["Visits"])[1:]
    assert len(found) == len(roster.visits)
    assert [(row[0], row[1]) for row in found] == sorted((row[0], row[1]) for row in found)
    first = min(roster.visits, key=lambda visit: visit.start_min)
    midnight = problem.calendar.date(first.day)
    assert found[0][0].date() == midnight
    assert found[0][1] == time(first.start_min % 1440 // 60, first.start_min % 60)
    assert found[0][3] == first.minutes
    assert found[0][4] == f"{problem.citizen_by_id[first.citizen_id].name} ({first.citizen_id})"
    assert all(carer in found[0][8] for carer in first.carers)


def test_week_has_a_row_for_each_carer_and_a_column_for_each_day(problem, roster) -> None:
    found = rows(opened(Plan(problem, roster))["Week"])
    assert [row[0] for row in found[1:]] == [f"{carer.name} ({carer.carer_id})" for carer in problem.carers]
    assert len(found[0]) == 2 + 7 + 2
    shift = next(one for one in problem.shifts if one.carer_id == problem.carers[0].carer_id)
    assert f"{shift.start_min % 1440 // 60:02}:{shift.start_min % 60:02}" in found[1][2 + shift.day]


def test_figures_are_the_judges(problem, roster) -> None:
    plan = Plan(problem, roster)
    found = {row[0]: row[1:] for row in rows(opened(plan)["Figures"])}
    figures = plan.evaluation.figures
    assert found["Visits placed"][0] == figures.placed
    assert found["Different carers per citizen in a week"][0] == pytest.approx(
        figures.carers_per_citizen_mean
    )
    bound = roster.bounds.carers_per_citizen_mean
    assert found["Different carers per citizen in a week"][1] == pytest.approx(bound)


def test_what_has_no_place_stands_with_its_reason(problem, roster) -> None:
    visit = roster.visits[0]
    without = replace(
        roster,
        visits=roster.visits[1:],
        unplaced=(Unplaced(visit.need_id, visit.day, 0, "capacity"),),
    )
    plan = Plan(problem, without)
    (row,) = rows(opened(plan)["Without a place"])[1:]
    assert row[0] == problem.calendar.week_name(0)
    assert row[1].date() == problem.calendar.date(visit.day)
    assert row[6] == visit.need_id
    assert row[9] == "somebody could come, but no room was found"


def test_citizens_have_minutes_and_bounds(problem, roster) -> None:
    plan = Plan(problem, roster)
    found = rows(opened(plan)["Citizens"])[1:]
    assert len(found) == len(problem.citizens)
    for row, citizen in zip(found, plan.roster.citizens, strict=True):
        assert (row[4], row[8], row[9]) == (citizen.minutes, citizen.carers, citizen.carers_bound)


def test_sheets_are_made_to_be_read(problem, roster) -> None:
    for sheet in opened(Plan(problem, roster)):
        assert sheet.freeze_panes in ("A2", "B2", "C2")
        widths = [dimension.width for dimension in sheet.column_dimensions.values()]
        assert widths
        assert all(8 <= width <= 48 for width in widths)


def test_names_are_never_formulas(problem, roster) -> None:
    first = replace(problem.citizens[0], name='=HYPERLINK("http://example.test")')
    dangerous = replace(problem, citizens=(first, *problem.citizens[1:]), name="+1")
    book = opened(Plan(dangerous, roster))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_file_is_whole_and_the_same_each_time(problem, roster, tmp_path) -> None:
    plan = Plan(problem, roster)
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"what was there before")
    write_xlsx(plan, path, "da")
    assert openpyxl.load_workbook(path).properties.created.date() == date(2026, 11, 30)
    assert [one.name for one in tmp_path.iterdir()] == ["roster.xlsx"]
