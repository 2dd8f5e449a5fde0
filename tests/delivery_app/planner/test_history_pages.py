"""A draft's history: who did what, when, at what price; back to a step takes everything after it back (S16)."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from delivery_app.bridge import publish, roster_from
from delivery_app.db import Database
from delivery_app.services import editing, plans
from scheduler.edit import Command, Move, Pin, Unplace
from scheduler.roster import Roster
from tests.delivery_app.planner.board_team import BoardTeam
from tests.delivery_app.web.app_examples import send, somebody


def do(database: Database, team: BoardTeam, command: Command, by: str) -> Roster:
    with database.transaction(by) as session:
        seen = plans.plan_of(session, team.draft).head.row_version
        outcome = editing.edit(session, team.draft, command, seen)
        assert outcome.saved
        return outcome.stored.plan.roster


def stored(database: Database, team: BoardTeam) -> Roster:
    plans.forget_plans()
    with database.reading() as session:
        return roster_from(session, team.draft)


def same(one: Roster, other: Roster) -> bool:
    return all(
        set(getattr(one, part)) == set(getattr(other, part))
        for part in ("visits", "unplaced", "breaks", "open_shifts")
    )


def worked(database: Database, team: BoardTeam) -> list[Roster]:
    """The draft as it was made, and after each of three steps of two planners."""
    return [
        stored(database, team),
        do(database, team, Move("n2", 0, start_min=500), "planner"),
        do(database, team, Pin("n1", 0, True), "second"),
        do(database, team, Unplace("n2", 0), "planner"),
    ]


def rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r"<tr.*?</tr>", body, re.DOTALL)


def go_back(client: TestClient, team: BoardTeam, number: int):
    page = client.get(f"{team.base}/history").text
    version = re.search(r'name="row_version" value="(\d+)"', page)
    assert version is not None
    return send(client, f"{team.base}/history", number=str(number), row_version=version[1])


def test_each_step_with_who_and_price(planner: TestClient, team: BoardTeam, database: Database) -> None:
    assert "nb-history" not in planner.get(f"{team.base}/history").text
    worked(database, team)
    page = planner.get(f"{team.base}/history")
    assert page.status_code == 200
    last, pinned, moved = rows(page.text)
    assert "Inga Holm" in last
    assert "Second Prøve" in pinned
    assert "Second Prøve" not in moved
    with database.reading() as session:
        cost = editing.history(session, team.draft).edits[0].cost
    assert f"+{cost:,.0f}".replace(",", ".") in last.replace("\xa0", ".")
    assert 'href="' + team.day in moved
    # The latest has nothing after it, the first has two.
    assert "<form" not in last
    assert 'name="number" value="1"' in moved


@pytest.mark.parametrize("number", [0, 1, 2])
def test_back_to_a_step_takes_back_everything_after_it(
    planner: TestClient, team: BoardTeam, database: Database, number: int
) -> None:
    states = worked(database, team)
    assert go_back(planner, team, number).status_code == 303
    found = stored(database, team)
    assert same(found, states[number])
    with database.reading() as session:
        taken = [row for row in editing.history(session, team.draft).edits if row.kind == "undo"]
    assert len(taken) == 3 - number
    assert {row.by for row in taken} == {"planner"}


def test_who_went_back_can_do_it_all_again_and_the_other_undoes_nothing_twice(
    planner: TestClient, team: BoardTeam, database: Database
) -> None:
    states = worked(database, team)
    go_back(planner, team, 0)
    with database.transaction("second") as session, pytest.raises(editing.NothingToUndoError):
        editing.undo(session, team.draft)
    for number in (1, 2, 3):
        with database.transaction("planner") as session:
            assert editing.redo(session, team.draft).saved
        assert same(stored(database, team), states[number])


def test_somebody_else_was_there_meanwhile(planner: TestClient, team: BoardTeam, database: Database) -> None:
    states = worked(database, team)
    answer = send(planner, f"{team.base}/history", number="0", row_version="1")
    assert answer.status_code == 409
    assert "nb-history" in answer.text
    assert same(stored(database, team), states[3])


@pytest.mark.parametrize("number", ["3", "99", "-1", "two"])
def test_nothing_to_take_back_is_said_in_place(
    planner: TestClient, team: BoardTeam, database: Database, number: str
) -> None:
    states = worked(database, team)
    page = planner.get(f"{team.base}/history").text
    version = re.search(r'name="row_version" value="(\d+)"', page)
    assert version is not None
    answer = send(planner, f"{team.base}/history", number=number, row_version=version[1])
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert same(stored(database, team), states[3])


def test_leader_and_published_have_no_way_back(
    app: FastAPI, planner: TestClient, team: BoardTeam, database: Database
) -> None:
    worked(database, team)
    leader = somebody(app, "leader")
    page = leader.get(f"{team.base}/history")
    assert page.status_code == 200
    assert 'name="number"' not in page.text
    assert send(leader, f"{team.base}/history", number="0", row_version="4").status_code == 404
    with database.transaction() as session:
        publish(session, team.draft)
    assert 'name="number"' not in planner.get(f"{team.base}/history").text
    assert send(planner, f"{team.base}/history", number="0", row_version="5").status_code in (409, 422)


def test_long_history_is_read_in_pages(
    planner: TestClient, team: BoardTeam, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page does not show is not read; going back counts what stands on the pages before it, too."""
    monkeypatch.setattr(editing, "HISTORY_MOST", 2)
    worked(database, team)
    first = planner.get(f"{team.base}/history").text
    assert [re.findall(r'"np-num">(\d+)</th>', row)[0] for row in rows(first)] == ["3", "2"]
    assert "history?before=2" in first
    assert 'name="number" value="0"' in first
    (moved,) = rows(planner.get(f"{team.base}/history?before=2").text)
    assert 'name="number" value="1"' in moved
    assert "2 " in moved.partition('data-ask="')[2]
    with database.reading() as session:
        read = editing.history(session, team.draft, before=2)
    assert (len(read.edits), read.standing_later, read.standing_all) == (1, 2, 3)
    assert (read.has_earlier, read.has_later) == (False, True)


def test_undo_looks_back_so_far(team: BoardTeam, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(database, team)
    with database.reading() as session:
        assert editing.steps(session, team.draft, "second").undo is not None
    monkeypatch.setattr(editing, "STEPS_MOST", 1)
    with database.reading() as session:
        left = editing.steps(session, team.draft, "planner")
        assert left.undo is not None
        assert left.undo.number == 3
        assert editing.steps(session, team.draft, "second").undo is None
