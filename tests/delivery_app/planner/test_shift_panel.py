"""Breaks and open shifts on the board, by forms: moved within their times, given, handed on, taken back (S7, S16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from delivery_app.bridge import load_problem, publish, roster_from, save_roster
from delivery_app.db import Database
from delivery_app.services import plans
from models.tables import Team
from scheduler.evaluate import judged
from scheduler.roster import Roster
from tests.delivery_app.web.app_examples import add_people, app_of, new_database, send, somebody
from tests.scheduler.cases import at
from tests.scheduler.edit.test_give_shift import with_open

MONDAY = "2026-11-30"


@dataclass
class Shifts:
    """A draft with an open shift and breaks."""

    database: Database
    team: UUID
    draft: UUID
    client: TestClient

    @property
    def base(self) -> str:
        return f"/planner/{self.team}/rosters/{self.draft}"

    def day(self) -> str:
        return self.client.get(f"{self.base}/day/{MONDAY}").text

    def panel(self, mark: str) -> str:
        """The page of a shift that the board links by a mark."""
        link = re.search(rf'href="([^"]+)"[^>]*{mark}', self.day())
        assert link is not None
        page = self.client.get(link[1])
        assert page.status_code == 200
        return page.text

    def send(self, page: str, kind: str, **sent: str) -> Any:
        form = next(
            one
            for one in re.findall(r"<form.*?</form>", page, re.DOTALL)
            if f'value="{kind}"' in one and all(name == "try" or f'name="{name}"' in one for name in sent)
        )
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        return self.client.post(f"{self.base}/edit", data={**hidden, **sent})

    def taker(self, page: str, name: str) -> str:
        found = re.search(rf'<option value="([^"]+)">{name} ', page)
        assert found is not None
        return found[1]

    def roster(self) -> Roster:
        plans.forget_plans()
        with self.database.reading() as session:
            return roster_from(session, self.draft)

    def given(self) -> dict[str, str]:
        return {row.shift_id: row.carer_id for row in self.roster().open_shifts}

    def pause(self, shift_id: str) -> tuple[int, int] | None:
        rows = [row for row in self.roster().breaks if row.shift_id == shift_id]
        return (rows[0].start_min, rows[0].end_min) if rows else None


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Shifts]:
    plans.forget_plans()
    problem, roster = with_open()
    problem = replace(problem, name="Team Nord", municipality="albertslund")
    database = new_database(tmp_path)
    with database.transaction() as session:
        team = load_problem(session, problem)
        draft = save_roster(session, team.id, judged(problem, roster)).id
        add_people(session, session.get_one(Team, team.id))
    yield Shifts(database, team.id, draft, somebody(app_of(database), "planner"))
    database.close()


def test_break_moves_within_its_times_and_the_judge_answers(on: Shifts) -> None:
    page = on.panel('data-shift="s1"')
    assert "11:00" in page
    assert "13:00" in page
    assert on.send(page, "move_break", time="12:15", **{"try": "1"}).status_code == 200
    assert on.pause("s1") == (at("11:30"), at("12:00"))
    assert on.send(page, "move_break", time="12:15").status_code == 303
    assert on.pause("s1") == (at("12:15"), at("12:45"))
    for wrong in ("", "kvart"):
        answer = on.send(on.panel('data-shift="s1"'), "move_break", time=wrong)
        assert answer.status_code == 422
    assert on.pause("s1") == (at("12:15"), at("12:45"))


def test_open_shift_is_given_handed_on_and_taken_back(on: Shifts) -> None:
    page = on.panel('data-open="o1"')
    # Whom a rule stops is said so, after those whom none does.
    options = re.findall(r'<option value="[^"]+">([^<]+)<', page.partition("panel-taker")[2])
    assert options[0].startswith("K3 ") or options[0].startswith("K8 ")
    assert options[-1].count(";") >= 1
    given = on.send(page, "give_shift", carer=on.taker(page, "K8"))
    assert given.status_code == 303
    assert on.given() == {"o1": "k8"}
    assert on.pause("o1") == (at("11:45"), at("12:15"))

    page = on.panel('data-open="o1"')
    back = next(
        one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="carer" value=""' in one
    )
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', back))
    assert on.client.post(f"{on.base}/edit", data=hidden).status_code == 303
    assert on.given() == {}
    assert on.pause("o1") is None

    for step, wanted in (("undo", {"o1": "k8"}), ("undo", {}), ("redo", {"o1": "k8"})):
        assert send(on.client, f"{on.base}/{step}", shown=MONDAY).status_code == 303
        assert on.given() == wanted
        assert (on.pause("o1") is not None) == bool(wanted)


def test_rule_that_stops_a_carer_is_told_and_nothing_saved(on: Shifts) -> None:
    page = on.panel('data-open="o1"')
    for name, kind in (("K9", "wrong"), ("K1", "refused")):
        answer = on.send(page, "give_shift", carer=on.taker(page, name))
        assert answer.status_code == 422
        assert f'data-kind="{kind}"' in answer.text
    assert on.given() == {}


def test_address_tells_of_nobody_and_others_shifts_are_not_there(on: Shifts) -> None:
    for address in re.findall(r'href="([^"]+/shifts/[^"]+)"', on.day()):
        UUID(address.rpartition("/")[2])
    assert on.client.get(f"{on.base}/shifts/{uuid4()}").status_code == 404


def test_published_roster_shows_no_menu(on: Shifts) -> None:
    with on.database.transaction() as session:
        publish(session, on.draft)
    assert "data-open" not in on.day()
    assert "/shifts/" not in on.day().partition('id="board"')[2]
