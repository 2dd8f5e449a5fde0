"""From an installation with nobody but an administrator to a first order to plan, through forms alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from delivery_app.bridge import problem_from
from delivery_app.db import Database
from delivery_app.services.accounts import create_user
from models.municipality import Municipality
from models.tables import Carer, Citizen, PlanningRun, TeamMembership
from scheduler.due import due_visits
from tests.delivery_app.team_data.test_team_pages import fields_of
from tests.delivery_app.web.app_examples import (
    PASSWORD,
    app_of,
    client_of,
    new_database,
    send,
    somebody,
    token_in,
)

#: A Wednesday: what is made now holds from its Monday on.
NOW = datetime(2026, 12, 2, 9, tzinfo=UTC)
WEEK = "2026-12-07"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = new_database(tmp_path)
    with made.transaction() as session:
        home = Municipality(code="albertslund", name="Albertslund")
        session.add(home)
        session.flush()
        create_user(
            session,
            municipality_id=home.id,
            sign_in_name="ole",
            name="Ole Administrator",
            password=PASSWORD,
            administrator=True,
        )
    yield made
    made.close()


def fill(client: TestClient, url: str, **values: str | list[str]) -> str:
    """Open a form, fill it in, send it; where it leads."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.text[-400:])
    answer = client.post(url, data=fields_of(page.text) | values)
    assert answer.status_code == 303, (
        url,
        re.findall(r'form-error-message"[^>]*>(.*?)</span>\s*<', answer.text),
    )
    return str(answer.headers["location"]).split("#")[0]


def made_user(admin: TestClient, app: object, sign_in_name: str, name: str) -> str:
    """A new user who has chosen a password by the link; the user's page."""
    page = send(admin, "/admin/users/new", sign_in_name=sign_in_name, name=name)
    link = re.search(r"<code>http://localhost(/password/[^<]+)</code>", page.text)
    user = re.search(r'action="(/admin/users/[0-9a-f-]{36})"', page.text)
    assert link is not None
    assert user is not None
    fresh = client_of(app)  # type: ignore[arg-type]
    fresh.get(link[1])
    assert fresh.post(link[1], data={"new": PASSWORD, "again": PASSWORD}).status_code == 200
    return user[1]


def test_from_nothing_to_a_first_plan(database: Database) -> None:
    app = app_of(database)
    app.state.clock = lambda: NOW
    admin = somebody(app, "ole")

    # The administrator: a team, its planner, and a carer's user.
    team_page = send(
        admin, "/admin/teams/new", name="Team Ny", kind="municipal", provider="Kommunal hjemmepleje",
        base_lat="55,6576", base_lon="12,3633",
    ).headers["location"]  # fmt: skip
    team_id = UUID(team_page.rsplit("/", 1)[1])
    planner_page = made_user(admin, app, "pia", "Pia Planlægger")
    carer_page = made_user(admin, app, "lis", "Lis Hjælper")
    assert send(admin, planner_page + "/roles", role=f"{team_id}:planner").status_code == 303

    # The planner: packages are there already, and those of the newest catalogue can be taken again.
    planner = somebody(app, "pia")
    base = f"/planner/{team_id}"
    assert planner.get(base).status_code == 200
    assert send(planner, base + "/packages/take", catalogue="own").status_code == 303
    name = re.findall(
        r'class="np-name" href="[^"]+/packages/[^"]+">([^<]+)<', planner.get(base + "/packages").text
    )[0]
    options = re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', planner.get(base + "/citizens/new").text)
    package = next(code for code, shown in options if shown.strip() == name)

    # Two carers with shifts that come again, added for two weeks.
    carers = [
        fill(planner, base + "/carers/new", name=name, qualification="helper", week_hours="37")
        for name in ("Lis Hjælper", "Bo Hjælper")
    ]
    for url in carers:
        code = re.search(r"/shifts/patterns/new\?carer=(\w+)", planner.get(url).text)
        assert code is not None
        fill(
            planner, f"{base}/shifts/patterns/new?carer={code[1]}", days=["mon", "tue", "wed", "thu", "fri"],
            start="7", end="15",
        )  # fmt: skip
    added = send(planner, base + "/shifts/add", first="2026-12-07", last="2026-12-20")
    assert added.status_code == 303

    # A citizen with a grant, its decision, and needs.
    citizen = fill(
        planner, base + "/citizens/new", name="Agnes Ny", lat="55,66", lon="12,36", package=package
    )
    fill(planner, citizen + "/grants/new", package=package, act="aeldreloven", section="§ 10")
    fill(
        planner, citizen + "/needs/new", days=["mon", "wed", "fri"], minutes="30", window_start="8",
        window_end="930",
    )  # fmt: skip
    fill(
        planner, citizen + "/needs/new", minutes="45", times_per_week="1", window_start="10", window_end="13"
    )

    # The order to plan.
    page = planner.get(base + "/generate")
    assert page.status_code == 200
    data = {
        "csrf_token": token_in(page.text), "week": WEEK, "weeks": "1", "base": "scratch", "preset": "balanced",
        "seconds": "30",
    }  # fmt: skip
    ordered = planner.post(base + "/generate", data=data)
    assert ordered.status_code == 303, ordered.text[-600:]
    assert planner.get(ordered.headers["location"]).status_code == 200

    # What a run would plan is whole: in the week that is ordered and in the one that runs.
    with database.reading() as session:
        assert session.scalars(select(PlanningRun.team_id)).all() == [team_id]
        problem = problem_from(session, team_id, "2026-W50", 1)
        assert len(due_visits(problem).visits) == 4
        assert len(problem.shifts) == 10
        assert {row.package_id for row in problem.citizens} == {package}
        assert problem_from(session, team_id, "2026-W49", 1).citizens

    # And the carer's user is the carer.
    with database.reading() as session:
        lis = session.scalars(select(Carer.id).where(Carer.name == "Lis Hjælper")).one()
    data = {
        "csrf_token": token_in(admin.get(carer_page).text),
        "role": f"{team_id}:carer",
        f"carer-{team_id}": str(lis),
    }
    assert admin.post(carer_page + "/roles", data=data).status_code == 303
    with database.reading() as session:
        assert lis in session.scalars(select(TeamMembership.carer_id)).all()
        assert session.scalars(select(Citizen.name)).all() == ["Agnes Ny"]
