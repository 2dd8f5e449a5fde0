"""A carer sees the own rounds of what is published, and nothing else of the team."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import AccessEntry, Carer, Need, TeamMembership
from tests.delivery_app.planner.planned_app import NOW, PlannedApp, planned_app


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[PlannedApp]:
    with planned_app(tmp_path) as app:
        yield app


def be(planned: PlannedApp, code: str) -> None:
    """The user with the carer's role is that carer of the team."""
    with planned.database.transaction() as session:
        carer = session.scalars(select(Carer).where(col(Carer.code) == code)).one()
        row = session.scalars(select(TeamMembership).where(col(TeamMembership.role) == "carer")).one()
        row.carer_id = carer.id
        session.add(row)


def test_the_own_round_of_the_day_and_no_other(planned: PlannedApp) -> None:
    visits = {visit.carers[0]: visit for visit in planned.roster.visits if visit.day == 0}
    code, other = sorted(visits)[:2]
    be(planned, code)
    client = planned.client("carer")
    home = client.get("/", follow_redirects=True)
    assert home.url.path == f"/carer/{planned.team_id}"
    names = {one.citizen_id: one.name for one in planned.problem.citizens}
    mine = {visit.citizen_id for visit in planned.roster.visits if visit.day == 0 and code in visit.carers}
    for citizen_id, name in names.items():
        assert (name in home.text) == (citizen_id in mine), name
    assert visits[other].citizen_id not in mine
    with planned.database.reading() as session:
        ids = planned.ids()
        seen = session.scalars(select(AccessEntry.citizen_id).where(col(AccessEntry.use) == "delivery")).all()
    assert {str(one) for one in seen} == {ids[citizen_id] for citizen_id in mine}


def test_drafts_and_the_planners_pages_stay_closed(planned: PlannedApp) -> None:
    be(planned, planned.problem.carers[0].carer_id)
    client = planned.client("carer")
    for url in (f"/planner/{planned.team_id}", planned.url("week"), f"/planner/{planned.team_id}/citizens"):
        assert client.get(url).status_code == 404
    empty = client.get(f"/carer/{planned.team_id}/day/2026-10-05")
    assert empty.status_code == 200
    assert "endnu ikke udgivet" in empty.text, empty.text[-1500:]
    for day in ("yesterday", "0001-01-01", "9999-12-31"):
        assert client.get(f"/carer/{planned.team_id}/day/{day}").status_code in (200, 404)
    planner = planned.client("planner")
    assert planner.get(f"/carer/{planned.team_id}").status_code == 404


def test_who_is_no_carer_of_the_team_is_told(planned: PlannedApp) -> None:
    answer = planned.client("carer").get(f"/carer/{planned.team_id}")
    assert answer.status_code == 200
    assert not any(one.name in answer.text for one in planned.problem.citizens)


def test_a_visit_has_one_length(planned: PlannedApp) -> None:
    """Minutes on a visit's page are those between its times, also where the plan gives less than the need asks for."""
    code, visit = next((one.carers[0], one) for one in planned.roster.visits if one.day == 0)
    be(planned, code)
    with planned.database.transaction("anna") as session:
        need = session.scalars(select(Need).where(col(Need.code) == visit.need_id)).one()
        need.minutes = need.minutes_max = need.minutes_max + 25
        session.add(need)
        need_id, asked = need.id, need.minutes
    length = visit.end_min - visit.start_min
    assert length < asked
    page = planned.client("carer").get(f"/carer/{planned.team_id}/visit/{need_id}/{NOW.date()}").text
    said = re.search(r'<p class="c-time"><strong>(\d+):(\d+)–(\d+):(\d+)</strong>.*? (\d+) min\.</p>', page)
    assert said is not None
    from_hour, from_min, to_hour, to_min, minutes = map(int, said.groups())
    assert (to_hour - from_hour) * 60 + to_min - from_min == minutes == length
    assert f"ellers {asked} min." in page
