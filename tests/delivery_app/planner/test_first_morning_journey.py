"""A planner's first morning, in a real browser: a file becomes a team, a week is planned, moved, published, and changed.

From a team with nobody in it, by links and buttons alone: no address is written but the one of the sign-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from delivery_app.db import Database, open_database
from delivery_app.exchange.packs import workbook
from delivery_app.jobs.helper import HELPER
from delivery_app.main import create_app
from models.tables import Roster
from tests.browser import axe_faults
from tests.databases import make_tables
from tests.delivery_app.jobs.run_examples import settings_of
from tests.delivery_app.planner.planned_app import NOW
from tests.delivery_app.services.planned_team import named
from tests.delivery_app.web.app_examples import add_people, add_team
from tests.scheduler.replan.replan_cases import team
from tests.serving import serving, sign_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CITIZENS = {"c1": "Viggo Nissen", "c2": "Inga Holm", "c3": "Otto Bjerre"}
CARERS = {"k1": "Kim Lund", "k2": "Sofie Ravn", "k3": "Lene Damgaard"}


class Served(NamedTuple):
    """The app at an address, with its database."""

    address: str
    database: Database

    def rosters(self) -> list[tuple[str, str | None]]:
        """Status and note of every version, in order."""
        with self.database.reading() as session:
            rows = session.scalars(select(Roster)).all()
        return [(row.status, row.note) for row in sorted(rows, key=lambda row: row.version)]


@pytest.fixture
def served(sqlite_database: str) -> Iterator[Served]:
    """A team with a planner and nothing else; runs have processes of their own, as in an installation."""
    settings = settings_of(sqlite_database)
    make_tables(settings.database_url())
    database = open_database(settings)
    try:
        with database.transaction() as session:
            add_people(session, add_team(session, "Team Nord"))
        app = create_app(database, settings)
        app.state.clock = lambda: NOW
        with serving(app, "auto") as address:
            yield Served(address, database)
    finally:
        HELPER.close()
        database.close()


def team_file() -> bytes:
    """Three carers on duty on two mornings, and three citizens, as a workbook."""
    problem = named(team())
    return workbook(
        replace(
            problem,
            citizens=tuple(replace(row, name=CITIZENS[row.citizen_id]) for row in problem.citizens),
            carers=tuple(replace(row, name=CARERS[row.carer_id]) for row in problem.carers),
        )
    )


def headed(page: Page, words: str) -> None:
    """Another page has come: its heading says so, axe finds nothing, and nothing is wider than the window."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_new_planners_first_morning(served: Served, chromium_page: Page) -> None:
    page = chromium_page
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, served.address)

    # Nobody is here yet: the team comes out of a file, which is looked through first.
    headed(page, "Overblik")
    page.get_by_role("link", name="Importér teamet").click()
    headed(page, "Import/eksport")
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "nord.xlsx", "mimeType": XLSX, "buffer": team_file()}
    )
    page.get_by_role("button", name="Se filen igennem").click()
    headed(page, "Det, filen ændrer")
    expect(page.get_by_role("row", name="Borgere")).to_contain_text("3")
    page.get_by_role("button", name="Importér").click()
    headed(page, "Borgere")
    for name in CITIZENS.values():
        expect(page.get_by_role("link", name=name)).to_be_visible()

    # Its week is planned; the page follows the search by itself.
    page.get_by_role("link", name="Overblik").click()
    headed(page, "Overblik")
    page.get_by_role("link", name=re.compile("Planlæg ugen.*49")).click()
    headed(page, "Planlæg uger")
    page.get_by_label("Tid til søgningen").select_option("600")
    page.get_by_role("button", name="Start planlægningen").click()
    headed(page, "Planlægning af uge 49")
    expect(page.locator("#run-live svg[role=img]")).to_be_visible()
    page.get_by_role("button", name="Stop nu").click()
    expect(page.get_by_role("heading", name="Udkastet er klar")).to_be_focused()
    expect(page.get_by_text("Stoppet før tid af Planner Prøve")).to_be_visible()
    page.get_by_role("link", name="Åbn udkastet").click()
    headed(page, "Uge 49")
    expect(page.get_by_text("Alle besøg i denne uge har en plads.")).to_be_visible()

    # On the board a visit of Monday is moved five minutes, by keys; it is saved at once.
    page.get_by_role("link", name="Man. 30. nov.").click()
    page.wait_for_selector(".nb-drawn")
    headed(page, "Mandag den 30. november 2026")
    row = page.locator(".nb-row[data-name]").filter(has=page.locator(".nb-item[data-need]")).first
    ill = row.get_attribute("data-name")
    assert ill in CARERS.values()
    visit = row.locator(".nb-item[data-need]").first
    began = visit.get_attribute("data-from")
    assert began is not None
    visit.focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#answer[data-kind=saved]")).to_be_visible()
    expect(row.locator(".nb-item[data-need]").first).to_have_attribute("data-from", str(int(began) + 5))

    # It is published, and says why.
    page.locator(".nb-tabs").get_by_role("link", name="Udgiv").click()
    headed(page, "Udgiv uge 49")
    page.get_by_label("Note til kolleger").fill("Den første uge; ring, hvis noget er galt")
    page.get_by_role("button", name="Udgiv").click()
    headed(page, "Overblik")
    expect(page.get_by_text("Version 1 er udgivet.")).to_be_visible()
    expect(page.locator(".np-now")).to_contain_text("Den første uge; ring, hvis noget er galt")

    # The phone rings: who was to go there is ill. The answer comes by itself, and is accepted.
    page.get_by_role("link", name="Ændr uge 49").click()
    page.locator("#sick-0-who").select_option(label=ill)
    page.get_by_role("button", name="Find den nye plan").click()
    page.wait_for_selector("#change[data-state=ready]")
    expect(page.locator("#change-state")).to_be_focused()
    expect(page.get_by_text(f"{ill} er syg resten af dagen.")).to_be_visible()
    assert axe_faults(page) == []
    page.get_by_role("button", name="Godkend og udgiv").click()

    # Whom it changes is told; the tick stays.
    headed(page, "Beskeder")
    told = page.get_by_role("button", name="Ringet og sagt")
    left = told.count()
    assert left
    told.first.click()
    expect(told).to_have_count(left - 1)
    expect(page.get_by_role("button", name="Fortryd")).to_have_count(1)
    assert served.rosters() == [
        ("superseded", "Den første uge; ring, hvis noget er galt"),
        ("published", None),
    ]
