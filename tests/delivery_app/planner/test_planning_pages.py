"""The overview, the form that orders a run, and the run's page, as a browser is answered; nobody carries runs out here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import col, select

from delivery_app.bridge import load_pack, publish, save_roster
from delivery_app.db import Database
from delivery_app.jobs import claims, runs
from delivery_app.jobs.order import RunOrder, RunProgress, Step
from delivery_app.planner import routes_runs
from delivery_app.services.accounts import create_user, give_role
from models.tables import Carer, PlanningRun, Shift, Team
from models.user import Role, User
from scheduler.pack import read_pack, read_roster
from tests.delivery_app.jobs.run_examples import MONDAY, TINY
from tests.delivery_app.web.app_examples import (
    PASSWORD,
    add_people,
    add_team,
    app_of,
    new_database,
    send,
    somebody,
)

SUNDAY_BEFORE = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = new_database(tmp_path)
    yield found
    found.close()


@pytest.fixture
def team_id(database: Database) -> UUID:
    with database.transaction() as session:
        team = load_pack(session, TINY, vault=database.vault)
        add_people(session, team)
        second = create_user(
            session,
            municipality_id=team.municipality_id,
            sign_in_name="second",
            name="Anden Planlægger",
            password=PASSWORD,
            administrator=False,
        )
        give_role(session, second, team, Role.PLANNER)
        return team.id


@pytest.fixture
def app(database: Database) -> FastAPI:
    made = app_of(database)
    made.state.clock = lambda: SUNDAY_BEFORE
    return made


@pytest.fixture
def planner(app: FastAPI, team_id: UUID) -> TestClient:
    return somebody(app, "planner")


def fields(**changes: str) -> dict[str, str]:
    values = {"week": "2026-11-30", "weeks": "1", "base": "scratch", "preset": "balanced", "seconds": "30"}
    return values | changes


def order(client: TestClient, team_id: UUID, **changes: str) -> Any:
    return send(client, f"/planner/{team_id}/generate", **fields(**changes))


def only_run(database: Database) -> RunProgress:
    with database.reading() as session:
        (run_id,) = session.scalars(select(PlanningRun.id)).all()
        return runs.progress(session, run_id)


def draft(database: Database, team_id: UUID) -> UUID:
    """A draft of the week, as a run makes one."""
    with database.transaction("anna") as session:
        return save_roster(session, team_id, read_roster(TINY / "roster.json", read_pack(TINY))).id


def carried_out(database: Database, team_id: UUID) -> None:
    """The run that waits, with two steps and a draft."""
    with database.transaction() as session:
        claim = claims.claim(session, 30, 1)
    assert claim is not None
    for seconds, value in ((1.0, 5000.0), (2.0, 4000.0)):
        with database.transaction() as session:
            claims.beat(session, claim.run_id, 1, Step("search", seconds, seconds / 30, value, 3, 1.25))
    with database.transaction() as session:
        problem = read_pack(TINY)
        roster = read_roster(TINY / "roster.json", problem)
        claims.finish(session, claim.run_id, 1, lambda: save_roster(session, team_id, roster).id)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_overview_has_seven_weeks_and_what_can_be_done(
    planner: TestClient, database: Database, team_id: UUID
) -> None:
    page = planner.get(f"/planner/{team_id}")
    words = text_of(page.text)
    assert [int(number) for number in re.findall(r'np-name">Uge (\d+)<', page.text)] == list(range(45, 52))
    assert "Uge 47 denne uge" in words
    assert words.count("Ingen vagter endnu") == 6
    assert words.count("Ikke planlagt endnu") == 1
    assert f'href="/planner/{team_id}/generate?week=2026-11-30"' in page.text
    draft(database, team_id)
    order(planner, team_id)
    words = text_of(planner.get(f"/planner/{team_id}").text)
    assert "Venter på at blive planlagt bestilt af Planner Prøve" in words
    assert "Udkast version 1" in words
    assert "Planlæg ugen" not in words  # a run is on its way


def test_overview_shows_other_weeks_on_request(planner: TestClient, team_id: UUID) -> None:
    page = planner.get(f"/planner/{team_id}", params={"week": "2026-12-16"})
    assert re.findall(r'np-name">Uge (\d+)<', page.text)[0] == "51"
    for odd in ("yesterday", "0001-01-01", "9999-12-31"):
        assert planner.get(f"/planner/{team_id}", params={"week": odd}).status_code == 200


def test_overview_of_an_empty_team_says_how_to_begin(
    app: FastAPI, planner: TestClient, database: Database
) -> None:
    with database.transaction() as session:
        empty = add_team(session, "Ny")
        empty_id, home = empty.id, empty.municipality_id
        who = session.scalars(select(User).where(col(User.sign_in_name).in_(("planner", "leader"))))
        for user in who:
            give_role(session, user, empty, Role(user.sign_in_name))
    url = f"/planner/{empty_id}"
    for name, told in (("planner", True), ("leader", False)):
        page = somebody(app, name).get(url).text
        assert (f'href="{url}/import"' in page.partition("<main")[2]) == told
        assert ("Der er ingen i teamet endnu" in page) == told
    with database.transaction() as session:
        session.add(
            Carer(
                municipality_id=home,
                team_id=empty_id,
                code="k9",
                name="Ny",
                qualification="helper",
                from_date=MONDAY,
            )
        )
    assert "Der er ingen i teamet endnu" not in planner.get(url).text


def test_who_may_what(app: FastAPI, planner: TestClient, database: Database, team_id: UUID) -> None:
    order(planner, team_id)
    run = f"/planner/{team_id}/runs/{only_run(database).run_id}"
    leader, carer = somebody(app, "leader"), somebody(app, "carer")
    assert "Planlæg ugen" not in leader.get(f"/planner/{team_id}").text
    assert "Stop nu" not in leader.get(run).text
    assert leader.get(f"/planner/{team_id}/generate").status_code == 404
    assert send(leader, f"{run}/cancel").status_code == 404
    for path in (f"/planner/{team_id}", run, f"{run}/events"):
        assert carer.get(path).status_code == 404


def test_run_of_another_team_is_not_found(planner: TestClient, database: Database, team_id: UUID) -> None:
    with database.transaction() as session:
        other = add_team(session, "Andre")
        first = session.scalars(select(Shift)).first()
        assert first is not None
        foreign = runs.submit(session, RunOrder(other.id, MONDAY, seconds=30.0)).run_id
    for run_id in (foreign, uuid4()):
        run = f"/planner/{team_id}/runs/{run_id}"
        assert planner.get(run).status_code == 404
        assert planner.get(f"{run}/events").status_code == 404
        assert send(planner, f"{run}/cancel").status_code == 404
    with database.reading() as session:
        assert runs.progress(session, foreign).cancel_at is None


def test_form_offers_the_next_week_with_shifts(planner: TestClient, team_id: UUID) -> None:
    page = planner.get(f"/planner/{team_id}/generate").text
    assert re.search(r'<option value="2026-11-30" selected>', page)
    assert 'value="standing"' not in page  # the team has no standing roster
    assert 'value="roster"' not in page  # nor any roster to begin from


def test_order_becomes_a_run_with_the_presets_weights(
    planner: TestClient, database: Database, team_id: UUID
) -> None:
    answer = order(planner, team_id, preset="continuity", seconds="180")
    run = only_run(database)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/planner/{team_id}/runs/{run.run_id}")
    assert (run.order.first_monday, run.order.weeks, run.order.seconds) == (MONDAY, 1, 180.0)
    assert run.order.weights == {"carer": 60, "carer_14": 20, "contact": 10}
    assert (run.submitted_by, run.order.base, run.state) == ("planner", "scratch", "waiting")


def test_own_weights_are_those_that_differ(planner: TestClient, database: Database, team_id: UUID) -> None:
    order(planner, team_id, preset="own", weight_travel="1,5", weight_carer="20", weight_waiting="0")
    assert only_run(database).order.weights == {"travel": 1.5, "waiting": 0}


def test_weights_do_nothing_beside_a_preset(planner: TestClient, database: Database, team_id: UUID) -> None:
    order(planner, team_id, preset="balanced", weight_travel="none at all")
    assert only_run(database).order.weights == {}


def test_two_planners_who_press_get_one_run_and_are_told(
    app: FastAPI, planner: TestClient, database: Database, team_id: UUID
) -> None:
    first = order(planner, team_id)
    second = somebody(app, "second")
    answer = order(second, team_id, preset="travel")
    assert answer.headers["location"] == first.headers["location"]
    page = text_of(second.get(answer.headers["location"]).text)
    assert "Ugen var allerede sat til planlægning" in page
    assert only_run(database).order.preset == "balanced"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"week": "2026-11-23"}, "Ingen er på arbejde i denne uge"),
        ({"week": "1999-01-04"}, "Vælg en uge fra listen"),
        ({"weeks": "12"}, "“12” er ikke et antal uger"),
        ({"seconds": "-1"}, "“-1” er ikke en tid"),
        ({"base": "standing"}, "Vælg, hvad planlægningen skal begynde fra"),
        ({"base": "roster"}, "Vælg, hvad planlægningen skal begynde fra"),
        ({"preset": "best"}, "Vælg, hvad der vejer tungest"),
        ({"preset": "own", "weight_carer": "<b>"}, "“&lt;b&gt;” er ikke en vægt"),
        ({"preset": "own", "weight_carer": "nan"}, "“nan” er ikke en vægt"),
    ],
)
def test_mistakes_are_taught_in_place(
    planner: TestClient, database: Database, team_id: UUID, changes: dict[str, str], words: str
) -> None:
    answer = order(planner, team_id, **changes)
    assert answer.status_code == 422
    assert answer.text.count(words) == 2  # above the form and at the field
    assert 'name="seconds"' in answer.text
    with database.reading() as session:
        assert session.scalars(select(PlanningRun)).all() == []


def test_run_begins_from_a_roster_of_just_these_weeks(
    planner: TestClient, database: Database, team_id: UUID
) -> None:
    roster_id = draft(database, team_id)
    page = planner.get(f"/planner/{team_id}/generate", params={"roster": str(roster_id)}).text
    assert re.search(rf'<option value="{roster_id}" selected>', page)
    with database.transaction() as session:
        team = session.get_one(Team, team_id)
        session.add(
            Shift(
                municipality_id=team.municipality_id,
                team_id=team_id,
                code="later",
                date=MONDAY.replace(month=12, day=7),
                start_min=480,
                end_min=900,
            )
        )
    none = order(planner, team_id, base="roster", roster="x")
    assert (none.status_code, none.text.count("Vælg den plan, der skal begyndes fra")) == (422, 2)
    other = order(planner, team_id, base="roster", roster=str(roster_id), week="2026-12-07")
    assert (other.status_code, "Denne plan gælder andre uger" in other.text) == (422, True)
    assert order(planner, team_id, base="roster", roster=str(roster_id)).status_code == 303
    assert only_run(database).order.base_roster_id == roster_id


def test_published_weeks_are_planned_as_they_were_published(
    planner: TestClient, database: Database, team_id: UUID
) -> None:
    roster_id = draft(database, team_id)
    with database.transaction() as session:
        publish(session, roster_id)
    answer = order(planner, team_id, weeks="2")
    assert answer.status_code == 422
    assert answer.text.count("Fra 2026-11-30 til 2026-12-06 er der udgivet én samlet plan") == 2
    assert order(planner, team_id).status_code == 303


def test_run_is_followed_by_events(
    planner: TestClient, database: Database, team_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_runs, "STREAM_SECONDS", 0.2)
    url = order(planner, team_id).headers["location"]
    answer = planner.get(f"{url}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    (seen,) = re.findall(r"id: (.*)\nevent: live\n", answer.text)
    assert "Begynder om et øjeblik" in answer.text
    # Who comes back having seen this is told nothing, until there is something new.
    assert "event:" not in planner.get(f"{url}/events", headers={"Last-Event-ID": seen}).text
    carried_out(database, team_id)
    answer = planner.get(f"{url}/events", headers={"Last-Event-ID": seen})
    assert re.search(r"event: end\ndata: done\n", answer.text)


def test_page_that_follows_a_run_does_not_keep_one_signed_in(
    app: FastAPI, planner: TestClient, database: Database, team_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_runs, "STREAM_SECONDS", 0.1)
    url = order(planner, team_id).headers["location"]
    for minutes in range(10, 60, 10):
        app.state.clock = lambda minutes=minutes: SUNDAY_BEFORE + timedelta(minutes=minutes)
        assert planner.get(f"{url}/events", headers={"Accept": "text/event-stream"}).status_code == 200
    app.state.clock = lambda: SUNDAY_BEFORE + timedelta(minutes=61)
    assert planner.get(f"{url}/events", headers={"Accept": "text/event-stream"}).status_code == 303
    assert planner.get(url).headers["location"].startswith("/signin")


def test_page_of_a_run_that_goes_on(planner: TestClient, database: Database, team_id: UUID) -> None:
    url = order(planner, team_id).headers["location"]
    page = planner.get(url).text
    assert f'data-events="{url}/events"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    with database.transaction() as session:
        assert claims.claim(session, 30, 1) is not None
        run_id = UUID(url.rpartition("/")[2])
        claims.beat(session, run_id, 1, Step("search", 3.0, 0.1, 9000.0, 2, 1.5))
        claims.beat(session, run_id, 1, Step("search", 6.0, 0.2, 1000.0, 0, 1.25))
    words = text_of(planner.get(url).text)
    assert "Planlægger hele ugen" in words
    assert "20 % · ca. 24 s tilbage" in words
    assert "Uden plads 0 Hjælpere pr. borger 1,25 Samlet pris 1.000" in words
    assert "faldt fra 9.000 til 1.000 på 6 s" in planner.get(url).text


def test_ended_run_shows_the_draft_beside_what_is_published(
    planner: TestClient, database: Database, team_id: UUID
) -> None:
    roster_id = draft(database, team_id)
    with database.transaction() as session:
        publish(session, roster_id)
    url = order(planner, team_id).headers["location"]
    carried_out(database, team_id)
    page = planner.get(url)
    words = text_of(page.text)
    assert "Udkastet er klar Version 2 for disse uger" in words
    assert "Dette udkast Udgivet, version 1" in words
    assert "data-events" not in page.text
    assert "refresh" not in page.text
    part = planner.get(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert part.lstrip().startswith('<div id="run"')


def test_cancelled_and_failed_runs_say_so(planner: TestClient, database: Database, team_id: UUID) -> None:
    url = order(planner, team_id).headers["location"]
    assert send(planner, f"{url}/cancel").headers["location"] == url
    words = text_of(planner.get(url).text)
    assert "Stoppet, før der var fundet en plan" in words
    assert "Af Planner Prøve." in words
    again = order(planner, team_id).headers["location"]
    assert again != url
    with database.transaction() as session:
        assert claims.claim(session, 30, 1) is not None
        run_id = UUID(again.rpartition("/")[2])
        claims.fail(session, run_id, 1, claims.LOST, {"count": 3})
    words = text_of(planner.get(again).text)
    assert "Planlægningen lykkedes ikke Den proces, der planlagde, er standset 3 gange" in words
    assert "Planlægningen lykkedes ikke" in text_of(planner.get(f"/planner/{team_id}").text)
