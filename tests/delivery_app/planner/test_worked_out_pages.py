"""Pages whose answer takes long: they show what is known, ask again by themselves, and show the answer when it is there.
Nothing that proves or searches runs in the server's process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.db import Database
from delivery_app.jobs import about_plans
from delivery_app.jobs.helper import Helper
from delivery_app.jobs.questions import Questions
from delivery_app.planner import roster_pages
from delivery_app.services import plans
from models.access_log import AccessEntry
from tests.delivery_app.planner.board_team import BoardTeam

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Waiting(Helper):
    """A helper that answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []
        self.warmed = 0

    def warm(self) -> None:
        self.warmed += 1

    def submit(self, function: Callable[..., Any], *args: Any, **options: Any) -> Future[Any]:
        self.asked.append((Future(), function, args))
        return self.asked[-1][0]

    def answer(self) -> None:
        for future, function, args in self.asked:
            if not future.done():
                future.set_result(function(*args))


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    made = Waiting()
    questions = Questions(made)
    for module in (about_plans, roster_pages):
        monkeypatch.setattr(module, "QUESTIONS", questions)
    with questions.beside_the_server():
        yield made


def test_a_citizens_week_stands_before_its_proof(
    planner: TestClient, team: BoardTeam, helper: Waiting
) -> None:
    url = f"{team.base}/citizen/{team.citizens['c1']}"
    page = planner.get(url).text
    assert f'hx-get="{url}' in page
    assert "Who comes when" in page or "Hvem kommer hvornår" in page
    assert "regnes ud" in page
    assert "bevist mindst" not in page.partition('id="proof"')[2].partition("</div>")[0]
    part = planner.get(url, headers=PART).text
    assert part.partition("<div")[2].startswith(' id="proof"')
    assert "hx-get" in part
    assert "<html" not in part
    assert len(helper.asked) == 1

    helper.answer()
    part = planner.get(url, headers=PART).text
    assert "hx-get" not in part
    assert "bevist mindst" in part
    assert "regnes ud" not in planner.get(url).text
    assert len(helper.asked) == 1


def test_the_helper_gets_ready_when_a_roster_is_opened(
    planner: TestClient, team: BoardTeam, helper: Waiting
) -> None:
    planner.get(f"{team.base}/week")
    assert (helper.warmed, helper.asked) == (1, [])


def test_why_is_asked_beside_the_server(planner: TestClient, team: BoardTeam, helper: Waiting) -> None:
    url = f"{team.visit('n4')}/why"
    for headers in ({}, PART):
        page = planner.get(url, headers=headers)
        assert page.status_code == 200
        assert f'hx-get="{url}"' in page.text
        assert 'value="place"' not in page.text.partition("hx-get")[2]
    assert len(helper.asked) == 1
    helper.answer()
    part = planner.get(url, headers=PART).text
    assert 'value="place"' in part
    assert "hx-get" not in part


def test_looking_whether_the_answer_is_there_shows_nobody(
    planner: TestClient, team: BoardTeam, helper: Waiting, database: Database
) -> None:
    for url in (f"{team.visit('n4')}/why", f"{team.base}/citizen/{team.citizens['c1']}"):
        assert "hx-get" in planner.get(url, headers=PART).text
    with database.reading() as session:
        seen = {
            row.citizen_id
            for row in session.scalars(select(AccessEntry).where(AccessEntry.action == "read"))
            if row.citizen_id
        }
    assert not seen


def test_a_helper_that_dies_over_a_proof_takes_nothing_else_from_the_page(
    planner: TestClient, team: BoardTeam, helper: Waiting
) -> None:
    url = f"{team.base}/citizen/{team.citizens['c1']}"
    for _ in range(2):
        planner.get(url)
        helper.asked[-1][0].set_exception(BrokenProcessPool())
    page = planner.get(url)
    assert page.status_code == 200
    assert "kunne ikke regnes ud" in page.text
    assert "hx-get" not in page.text.partition('id="proof"')[2]


def test_the_servers_process_proves_and_searches_nothing(
    planner: TestClient, team: BoardTeam, helper: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: Any, **options: Any) -> None:
        raise AssertionError("not in a request")

    monkeypatch.setattr("scheduler.cpsat.prove.Prover.__init__", never)
    monkeypatch.setattr(about_plans, "explain_visit", never)
    pages = ["week", "understand", f"citizen/{team.citizens['c1']}", "publish", "prints", "day/2026-11-30"]
    urls = [f"{team.base}/{page}" for page in pages] + [team.visit("n4"), f"{team.visit('n4')}/why"]
    for url in urls:
        assert planner.get(url).status_code == 200, url


def test_another_plan_is_asked_about_anew(planner: TestClient, team: BoardTeam, helper: Waiting) -> None:
    url = f"{team.base}/citizen/{team.citizens['c1']}"
    planner.get(url)
    helper.answer()
    plans.forget_plans()
    assert "hx-get" in planner.get(url, headers=PART).text
    assert len(helper.asked) == 2
