"""A visit that does not fall this week: said on the board, kept by the need, honoured by whoever plans anew (S4, S16)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.bridge import roster_from
from delivery_app.bridge.not_falling import days_again, days_without
from delivery_app.bridge.plans import problem_at
from delivery_app.bridge.replanning import Happened, replanned
from delivery_app.db import Database
from delivery_app.services import plans
from models.tables import Need, Record, User
from scheduler.due import due_visits
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.solve import solve
from tests.delivery_app.planner.board_team import MONDAY, BoardTeam
from tests.delivery_app.services.planned_team import EARLY, planned_team
from tests.delivery_app.web.app_examples import app_of, send, somebody
from tests.scheduler.cases import base_problem, base_roster, need, visit

SAID = {"grounds": "family visits", "agreed_with": "Viggo, by phone", "shown": MONDAY}


@pytest.fixture
def planner(database: Database, team: BoardTeam) -> TestClient:
    with database.transaction() as session:
        for user in session.scalars(select(User)):
            user.language = "en"
    return somebody(app_of(database), "planner")


def leave_out(client: TestClient, team: BoardTeam, need_id: str, **said: str) -> Any:
    return send(client, f"{team.visit(need_id)}/not-this-week", **(said or SAID))


def not_on(database: Database, team: BoardTeam, need_id: str) -> list[str] | None:
    with database.reading() as session:
        return session.get_one(Need, team.needs[need_id]).not_on


def in_draft(database: Database, team: BoardTeam) -> tuple[set[str], set[str]]:
    plans.forget_plans()
    with database.reading() as session:
        roster = roster_from(session, team.draft)
        return {row.need_id for row in roster.visits}, {row.need_id for row in roster.unplaced}


def notes(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.body["text"] for row in session.scalars(select(Record))]


def due(database: Database, team: BoardTeam) -> set[str]:
    """What is due when the week of the draft is planned anew."""
    plans.forget_plans()
    with database.reading() as session:
        problem = problem_at(session, plans.plan_of(session, team.draft).head)
        return {one.need.need_id for one in due_visits(problem).visits}


def rows(roster: Roster) -> set[tuple[str, int | None]]:
    """What stands in a roster, or is listed there as without a place."""
    placed = {(row.need_id, row.day) for row in roster.visits}
    return placed.union((row.need_id, row.day) for row in roster.unplaced)


def test_need_keeps_the_date_and_the_draft_loses_the_visit(
    database: Database, team: BoardTeam, planner: TestClient
) -> None:
    assert "Does not fall this week" in planner.get(team.visit("n1")).text
    assert leave_out(planner, team, "n1").status_code == 303
    assert not_on(database, team, "n1") == [MONDAY]
    placed, left = in_draft(database, team)
    assert "n1" not in placed | left
    assert {"n2", "n3"} <= placed
    assert "n1" not in due(database, team)
    (note,) = notes(database)
    assert "family visits" in note
    assert "Viggo, by phone" in note
    assert planner.get(team.visit("n1")).status_code == 404


def test_visit_without_a_place_and_one_on_any_day(
    database: Database, team: BoardTeam, planner: TestClient
) -> None:
    for one in ("n4", "n5"):
        assert leave_out(planner, team, one).status_code == 303
    assert in_draft(database, team)[1] == set()
    assert not_on(database, team, "n4") == [MONDAY]
    assert len(not_on(database, team, "n5") or ()) == 7  # else it would only come on another day
    assert not due(database, team) & {"n4", "n5"}


def test_grounds_and_who_agreed_are_needed(database: Database, team: BoardTeam, planner: TestClient) -> None:
    for said in ({"grounds": "ferie", "agreed_with": ""}, {"grounds": " ", "agreed_with": "Viggo"}):
        answer = leave_out(planner, team, "n1", shown=MONDAY, **said)
        assert answer.status_code == 422
        assert "with whom" in answer.text
    assert not_on(database, team, "n1") is None
    assert "n1" in in_draft(database, team)[0]
    assert notes(database) == []


def undo(client: TestClient, team: BoardTeam) -> Any:
    return send(client, f"{team.base}/undo", shown=MONDAY)


@pytest.mark.parametrize("need_id", ["n1", "n4", "n5"])
def test_undo_brings_back_the_visit_and_the_date(
    database: Database, team: BoardTeam, planner: TestClient, need_id: str
) -> None:
    """A placed visit, one without a place, and one on any day of the week: all as before, and the journal says so."""
    with database.transaction() as session:
        session.get_one(Need, team.needs[need_id]).not_on = ["2026-12-24"]
    before, was_due = in_draft(database, team), due(database, team)
    assert leave_out(planner, team, need_id).status_code == 303
    assert in_draft(database, team) != before
    assert undo(planner, team).status_code == 303
    assert in_draft(database, team) == before
    assert not_on(database, team, need_id) == ["2026-12-24"]
    assert due(database, team) == was_due
    assert "falls after all" in notes(database)[-1]
    again = send(planner, f"{team.base}/redo", shown=MONDAY)
    assert again.status_code == 422
    assert "from the visit" in again.text
    assert in_draft(database, team) == before


def test_undo_answers_in_place_that_both_are_back(team: BoardTeam, planner: TestClient) -> None:
    leave_out(planner, team, "n1")
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', planner.get(team.day).text)
    assert token is not None
    answer = planner.post(f"{team.base}/undo", data={"csrf_token": token[1], "shown": MONDAY}, headers=part)
    assert answer.status_code == 200
    assert "The visit falls again" in answer.text


def test_undo_after_the_date_was_taken_out_of_the_need_by_hand(
    database: Database, team: BoardTeam, planner: TestClient
) -> None:
    leave_out(planner, team, "n1")
    with database.transaction() as session:
        session.get_one(Need, team.needs["n1"]).not_on = None
    assert undo(planner, team).status_code == 303
    assert "n1" in in_draft(database, team)[0]
    assert len(notes(database)) == 1


def test_one_of_two_on_any_day_comes_back_alone() -> None:
    """What an earlier step put on the need stays."""
    two = need("n1", "c1", "08:00-10:00", days=None, times_per_week=2)
    problem = replace(base_problem(), needs=(two,))
    kept = replace(base_roster(problem), visits=(visit("n1", "c1", "08:00-08:30", "k1:s1", day=3),))
    first = replace(problem, needs=(replace(two, not_on=(0, 1, 2, 4, 5, 6)),))
    both = replace(problem, needs=(replace(two, not_on=tuple(range(7))),))
    assert days_without(first, kept, "n1", 3) == tuple(range(7))
    assert days_again(both, kept, "n1", 3) == (3,)
    # Dates that no such step would have put there are nobody's to take away.
    odd = replace(problem, needs=(replace(two, not_on=(1, 2)),))
    assert days_again(odd, kept, "n1", 1) == ()


def test_who_only_reads_cannot(database: Database, team: BoardTeam) -> None:
    leader = somebody(app_of(database), "carer")
    assert leave_out(leader, team, "n1").status_code in (403, 404)
    assert not_on(database, team, "n1") is None


def test_others_of_the_week_keep_their_days() -> None:
    """Of two on any day one is left out: one fewer is due, and the other one may stay where it is."""
    two = need("n1", "c1", "08:00-10:00", days=None, times_per_week=2)
    problem = replace(base_problem(), needs=(two,))
    roster = replace(
        base_roster(problem),
        visits=tuple(visit("n1", "c1", "08:00-08:30", "k1:s1", day=day) for day in (1, 3)),
    )
    days = days_without(problem, roster, "n1", 1)
    assert days == (0, 1, 2, 4, 5, 6)
    after: Problem = replace(problem, needs=(replace(two, not_on=days),))
    assert [one.days for one in due_visits(after).visits] == [(3,)]


def test_generate_and_replan_of_a_published_week_honour_it(sqlite_database: str) -> None:
    """Planned anew from nothing, and re-planned for a sick call: the visit that does not fall comes back in neither."""
    with planned_team(sqlite_database) as of:
        one = of.roster.visits[-1]
        when = of.problem.calendar.date(one.day)
        with of.database.transaction("anna") as session:
            row = session.scalars(select(Need).where(Need.code == one.need_id)).one()
            row.not_on = [when.isoformat()]
        plans.forget_plans()
        with of.database.reading() as session:
            plan = plans.plan_of(session, of.roster_id).plan
        key = one.need_id, one.day
        assert key in {(row.need_id, row.day) for row in plan.roster.visits}
        answer = replanned(
            plan.problem, plan.roster, EARLY, (Happened("sick", "k1", reason="syg"),), iterations=300
        )
        again = answer.roster
        assert key not in rows(again)
        found = solve(plan.problem, iterations=300, seed=1)
        assert key not in rows(found)
