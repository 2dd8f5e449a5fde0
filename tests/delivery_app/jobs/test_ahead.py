"""Rosters are read before somebody looks: after the overview, after a change; nobody is noted as having seen anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlmodel import select

from delivery_app.db import Database
from delivery_app.jobs.ahead import AHEAD, Ahead
from delivery_app.services import plans
from delivery_app.web.page import load_templates, page_environment
from models.access_log import AccessEntry
from models.citizen import Citizen
from tests.delivery_app.planner.board_team import BoardTeam, board_team
from tests.delivery_app.web.app_examples import app_of, somebody

SECONDS = 300


@pytest.fixture
def team(database: Database) -> BoardTeam:
    return board_team(database)


class Reads:
    """Counts how often a roster is read from the database."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        before = plans.roster_at

        def roster_at(session, head):
            self.count += 1
            return before(session, head)

        patch.setattr(plans, "roster_at", roster_at)


@pytest.fixture
def reads(team: BoardTeam, monkeypatch: pytest.MonkeyPatch) -> Reads:
    plans.forget_plans()
    return Reads(monkeypatch)


def test_what_was_read_ahead_is_not_read_by_who_looks(
    database: Database, team: BoardTeam, reads: Reads
) -> None:
    ahead = Ahead()
    with ahead.running(database):
        ahead.soon([team.draft, uuid4()])  # one that is not there harms nothing
        assert ahead.settled(SECONDS)
    assert reads.count == 1
    with database.reading() as session:
        plans.plan_of(session, team.draft)
        assert reads.count == 1
        assert not session.scalars(select(AccessEntry).where(AccessEntry.action == "read")).all()
    plans.forget_plans()
    ahead.soon([team.draft])  # no app runs: nothing happens
    assert ahead.settled(SECONDS)
    assert reads.count == 1


def test_after_a_change_of_the_team_what_was_looked_at_is_read_anew(
    database: Database, team: BoardTeam, reads: Reads
) -> None:
    ahead = Ahead()
    with database.reading() as session:
        team_id = plans.plan_of(session, team.draft).head.team_id
    assert plans.looked_at(team_id)[0] == team.draft
    with database.transaction() as session:
        session.get_one(Citizen, team.citizens["c1"]).name = "Inga Ny"
    with ahead.running(database):
        ahead.again(team_id)
        assert ahead.settled(SECONDS)
    assert reads.count == 2
    with database.reading() as session:
        assert plans.plan_of(session, team.draft).plan.citizen("c1").name == "Inga Ny"
    assert reads.count == 2


def test_the_overview_has_its_rosters_read(database: Database, team: BoardTeam, reads: Reads) -> None:
    app = app_of(database)
    app.state.clock = lambda: datetime(2026, 11, 30, 9, tzinfo=UTC)
    client = somebody(app, "planner")
    with AHEAD.running(database):
        overview = team.base.partition("/rosters")[0]
        assert client.get(overview).status_code == 200
        assert AHEAD.settled(SECONDS)
        assert reads.count == 1
    assert client.get(team.day).status_code == 200
    assert reads.count == 1


def test_templates_can_be_loaded_beforehand() -> None:
    load_templates()
    for lang in ("da", "en"):
        assert page_environment(lang).cache is not None
        assert len(page_environment(lang).cache) > 50  # type: ignore[arg-type]
