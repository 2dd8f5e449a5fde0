"""Who opens what below ``/carer`` and ``/call``: every route, read or written, for everybody who may not (X4, X5).

Pages that are read are also walked by ``test_every_page.py``; here are those that are written, and who was let in until
a moment ago: a role that was taken away, a tablet that was closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from delivery_app.security.permissions import Permission
from delivery_app.security.roles import ADMINISTRATOR, IN_TEAM
from delivery_app.services import devices
from delivery_app.services.accounts import create_user, give_role
from delivery_app.web.routing import PermissionRoute
from models.tables import AccessEntry, Carer, Citizen, Device, Record, Shift, Team, TeamMembership
from models.user import Role
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, Tablet, TabletApp, tablet_app
from tests.delivery_app.web.app_examples import PASSWORD, add_team, client_of, somebody

JSON = {"HX-Request": "true", "Accept": "application/json"}
Asked = tuple[str, str, Permission]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TabletApp]:
    """The team, and another one of the municipality with a carer of its own."""
    with tablet_app(tmp_path_factory.mktemp("access")) as found:
        with found.planned.database.transaction("setup") as session:
            ours = session.get_one(Team, found.planned.team_id)
            other = add_team(session, "Syd")
            other.municipality_id = ours.municipality_id
            user = create_user(
                session, municipality_id=ours.municipality_id, sign_in_name="elsewhere", name="Else Syd",
                password=PASSWORD,
            )  # fmt: skip
            give_role(session, user, other, Role.CARER)
        yield found


def routes(app: TabletApp) -> list[Asked]:
    """Every route of carers' pages and of calls in a team, with its method and permission."""
    return sorted(
        (method, route.path, route.permission or Permission.PUBLIC)
        for route in app.planned.app.routes
        if isinstance(route, PermissionRoute) and "{team_id}" in route.path
        for method in (route.methods or ())
        if route.path.startswith(("/carer/", "/call/")) and method != "HEAD"
    )


def address(app: TabletApp, path: str, **more: str) -> str:
    """An address of a route, with rows of the team."""
    values = {
        "team_id": str(app.planned.team_id),
        "need_id": app.needs["n1"],
        "citizen_id": app.citizens["c1"],
        "when": MONDAY.isoformat(),
        "on_date": MONDAY.isoformat(),
        "photo_id": str(uuid4()),
        "call_id": str(uuid4()),
        "path": "x",
        **more,
    }
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
    assert "{" not in path, f"what stands in {path}? Give it an example here"
    return path


def ask(client: TestClient, method: str, url: str, token: str = "") -> Any:
    headers = {**JSON, "X-CSRF-Token": token}
    sent = None if method == "GET" else {"records": [one_record()], "tablet_id": str(uuid4())}
    return client.request(method, url, headers=headers, json=sent)


def one_record() -> dict[str, Any]:
    return {
        "id": str(uuid4()), "seq": 1, "kind": "note", "on_date": MONDAY.isoformat(), "body": {"text": "A"},
        "device_at": MOMENT.isoformat(), "offset_ms": 0,
    }  # fmt: skip


def token_of(client: TestClient) -> str:
    import re

    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', client.get("/me").text)
    return found[1] if found else ""


def tally(app: TabletApp) -> tuple[int, int, int]:
    """Records, devices, and how often somebody has seen or changed a citizen's data."""
    with app.planned.database.reading() as session:

        def count(wanted: Any) -> int:
            return session.scalar(wanted) or 0

        seen = (
            select(sa.func.count()).select_from(AccessEntry).where(col(AccessEntry.citizen_id).is_not(None))
        )
        return (
            count(select(sa.func.count()).select_from(Record)),
            count(select(sa.func.count()).select_from(Device)),
            count(seen.where(col(AccessEntry.action) != "refused")),
        )


def shut(
    app: TabletApp, client: TestClient, wanted: int, let_in: frozenset[Permission] = frozenset()
) -> None:
    """Every route answers so, tells no name, and leaves everything as it is."""
    token, before, problems = token_of(client), tally(app), []
    for method, path, permission in routes(app):
        if permission in let_in or permission is Permission.PUBLIC:
            continue
        answer = ask(client, method, address(app, path), token)
        if answer.status_code != wanted or "Citizen" in answer.text:
            problems.append(f"{method} {path}: {answer.status_code} {answer.text[:80]}")
    assert problems == []
    assert tally(app) == before


def test_there_are_routes_of_each_kind(app: TabletApp) -> None:
    assert {method for method, _, _ in routes(app)} == {"GET", "POST", "PUT"}
    assert len(routes(app)) > 12


def test_a_carer_of_another_team_opens_nothing(app: TabletApp) -> None:
    shut(app, somebody(app.planned.app, "elsewhere"), 404)


@pytest.mark.parametrize("name", ["planner", "leader", "administrator"])
def test_other_roles_open_what_their_role_says(app: TabletApp, name: str) -> None:
    mine = ADMINISTRATOR if name == "administrator" else IN_TEAM[Role(name)]
    shut(app, somebody(app.planned.app, name), 404, frozenset(mine))


def test_whose_role_was_taken_away_opens_nothing_from_then_on(app: TabletApp) -> None:
    client = somebody(app.planned.app, "carer")
    assert client.get(f"/carer/{app.planned.team_id}").status_code == 200
    with app.planned.database.transaction("administrator") as session:
        row = session.scalars(
            select(TeamMembership).where(
                col(TeamMembership.team_id) == app.planned.team_id, col(TeamMembership.role) == "carer"
            )
        ).one()
        kept = row.model_dump(include={"municipality_id", "team_id", "user_id", "role", "carer_id"})
        session.delete(row)
    try:
        shut(app, client, 404)
    finally:
        with app.planned.database.transaction("administrator") as session:
            session.add(TeamMembership(**kept))


@contextmanager
def left(app: TabletApp, first_day: date) -> Iterator[None]:
    """The team's carer has left it: the first day without."""

    def write(until: date | None) -> None:
        with app.planned.database.transaction("planner") as session:
            session.get_one(Carer, app.carers["k1"]).until_date = until

    write(first_day)
    try:
        yield
    finally:
        write(None)


def test_who_has_left_the_team_opens_nothing_from_the_day_after(app: TabletApp) -> None:
    """The role is still there; the carer's last day was yesterday: no route lets in, and each says why and whom to ask."""
    tablet = app.tablet()
    with left(app, MONDAY + timedelta(days=1)):
        assert tablet.client.get(tablet.url("team"), headers=JSON).status_code == 200, "the last day is a day"
    with left(app, MONDAY):
        before, problems = tally(app), []
        for method, path, permission in routes(app):
            if permission is Permission.PUBLIC:
                continue
            answer = ask(tablet.client, method, address(app, path), tablet.token)
            said = answer.json().get("ended", "") if answer.status_code == 410 else ""
            if "søndag den 29. november 2026" not in said or "Spørg din leder" not in said:
                problems.append(f"{method} {path}: {answer.status_code} {answer.text[:80]}")
        assert problems == []
        assert tally(app) == before
        page = tablet.client.get(tablet.url("team"))
        assert page.status_code == 403
        assert "Din sidste dag" in page.text
        fresh = somebody(app.planned.app, "carer")
        assert "Din sidste dag" in fresh.get("/carer/", follow_redirects=True).text
        assert fresh.get(f"/glass/{app.planned.team_id}").status_code == 403
    assert tablet.client.get(tablet.url("team"), headers=JSON).status_code == 200


def test_a_nights_shift_of_the_last_day_is_ended_first(app: TabletApp) -> None:
    tablet, sunday = app.tablet(), MONDAY - timedelta(days=1)
    with app.planned.database.transaction("planner") as session:
        team = session.get_one(Team, app.planned.team_id)
        session.add(
            Shift(
                municipality_id=team.municipality_id, team_id=team.id, code="night", carer_id=app.carers["k1"],
                date=sunday, start_min=23 * 60, end_min=24 * 60 + 8 * 60 + 30,
            )
        )  # fmt: skip
    with left(app, MONDAY):
        assert tablet.client.get(tablet.url("team"), headers=JSON).status_code == 200
        try:
            app.planned.at(MOMENT + timedelta(minutes=20))
            assert tablet.client.get(tablet.url("team"), headers=JSON).status_code == 410
        finally:
            app.planned.at(MOMENT)
    with app.planned.database.transaction("planner") as session:
        session.execute(sa.delete(Shift).where(col(Shift.code) == "night"))


def test_a_tablet_that_was_closed_is_told_to_wipe_itself_by_every_route(app: TabletApp) -> None:
    tablet = app.tablet()
    with app.planned.database.transaction("administrator") as session:
        row = session.get_one(Device, UUID(tablet.device_id))
        devices.revoke(session, row.municipality_id, row.id, by="administrator", why="Mistet", now=MOMENT)
    before, problems = tally(app), []
    for method, path, _ in routes(app):
        answer = ask(tablet.client, method, address(app, path), tablet.token)
        if (answer.status_code, answer.json()) != (410, {"wipe": True}):
            problems.append(f"{method} {path}: {answer.status_code}")
    assert problems == []
    assert tally(app) == before


def test_nobody_is_let_in_without_signing_in(app: TabletApp) -> None:
    before, problems = tally(app), []
    for method, path, permission in routes(app):
        answer = ask(client_of(app.planned.app), method, address(app, path))
        if permission is not Permission.PUBLIC and answer.status_code not in (303, 401, 403):
            problems.append(f"{method} {path}: {answer.status_code}")
    assert problems == []
    assert tally(app) == before


@pytest.fixture(scope="module")
def tablet(app: TabletApp) -> Tablet:
    return app.tablet()


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_is_asked_for_is_there_or_not_and_who_is_shown_is_logged(
    app: TabletApp, tablet: Tablet, data: st.DataObject
) -> None:
    """Any id, any date: a page or "not found", and each citizen whose name it tells is in the log with the reader."""
    reads = [one for one in routes(app) if one[0] == "GET"]
    _, path, _ = data.draw(st.sampled_from(reads), label="route")
    ids = st.sampled_from([*app.needs.values(), *app.citizens.values()]) | st.uuids().map(str)
    days = st.integers(-400, 400).map(lambda days: (MONDAY + timedelta(days=days)).isoformat())
    near = st.integers(-1, 6).map(lambda days: (MONDAY + timedelta(days=days)).isoformat())
    when = data.draw(near | days | st.sampled_from(["2026-02-30", "9999-12-31", "0001-01-01", "2026-1-1"]))
    named = {name: data.draw(ids, label=name) for name in ("need_id", "citizen_id", "photo_id", "call_id")}
    url = address(app, path, when=when, on_date=when, **named)
    newest = _newest(app)
    answer = tablet.client.get(url, headers={"HX-Request": "true"})
    assert answer.status_code in (200, 303, 400, 404, 422), f"{url}: {answer.status_code}"
    shown = {one for one, name in _citizens(app).items() if f">{name}<" in answer.text}
    assert shown <= _read_since(app, newest), url


def _citizens(app: TabletApp) -> dict[UUID, str]:
    with app.planned.database.reading() as session:
        return {row.id: row.name for row in session.execute(select(Citizen.id, Citizen.name))}


def _newest(app: TabletApp) -> int:
    with app.planned.database.reading() as session:
        return session.scalar(select(sa.func.max(AccessEntry.seal_number))) or 0


def _read_since(app: TabletApp, seal: int) -> set[UUID | None]:
    with app.planned.database.reading() as session:
        wanted = select(AccessEntry.citizen_id).where(
            col(AccessEntry.seal_number) > seal,
            col(AccessEntry.user_name) == "carer",
            col(AccessEntry.use) == "delivery",
        )
        return set(session.scalars(wanted))


def test_names_are_looked_for_where_they_stand(app: TabletApp, tablet: Tablet) -> None:
    """The property above sees names: my day has one, and so has a visit."""
    assert isinstance(MONDAY, date)
    for page in ("", f"/visit/{app.needs['n1']}/{MONDAY}"):
        answer = tablet.client.get(f"/carer/{app.planned.team_id}{page}", headers={"HX-Request": "true"})
        assert [name for name in _citizens(app).values() if f">{name}<" in answer.text], page
