"""The packages a team plans by: taken from a catalogue, written by hand, changed, and ended only when nobody has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.catalogue import CATALOGUE_FOLDER, load_catalogue, resolve_packages
from models.stored_catalogue import store_catalogue
from models.tables import Package, Team
from tests.delivery_app.team_data.team_app import TeamApp, team_app
from tests.delivery_app.team_data.test_team_pages import fields_of
from tests.delivery_app.web.app_examples import send


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[TeamApp]:
    made = team_app(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TeamApp]:
    made = team_app(tmp_path, empty=True)
    yield made
    made.database.close()


def packages(team: TeamApp) -> dict[str, Package]:
    with team.database.reading() as session:
        rows = session.scalars(
            select(Package).where(col(Package.team_id) == team.team_id).order_by(col(Package.position))
        )
        return {row.code: row for row in rows}


def page(team: TeamApp, code: str) -> str:
    return team.url(f"/packages/{packages(team)[code].id}")


def test_empty_team_takes_the_municipalitys_catalogue(empty: TeamApp) -> None:
    planner = empty.signed_in()
    assert "Tag dem fra et katalog" in planner.get(empty.url("/citizens/new")).text
    shown = planner.get(empty.url("/packages")).text
    # Its own catalogue is shown at once, and what it holds is told before it is taken.
    wanted = resolve_packages(load_catalogue(CATALOGUE_FOLDER / "albertslund.toml"))
    assert all(f'<th scope="row">{row["package"]}</th>' in shown for row in wanted)
    assert packages(empty) == {}
    assert send(planner, empty.url("/packages/take"), catalogue="own").status_code == 303
    made = packages(empty)
    assert list(made) == [row["package"] for row in wanted]
    for row in wanted:
        minutes = made[row["package"]].max_minutes
        assert minutes == (int(row["max_minutes"]) if row["max_minutes"] else None)
        # Weeks are planned from Mondays: it holds in this very week.
        assert made[row["package"]].from_date == date(2026, 11, 30)
    again = planner.get(empty.url("/packages?catalogue=own")).text
    assert "som kataloget har dem" in again
    assert f'value="{wanted[0]["package"]}"' in planner.get(empty.url("/citizens/new")).text


def test_bounds_follow_the_kind_of_provider_and_a_new_version(empty: TeamApp) -> None:
    planner = empty.signed_in()
    text = (CATALOGUE_FOLDER / "albertslund.toml").read_text("utf-8")
    with empty.database.transaction() as session:
        store_catalogue(session, session.get_one(Team, empty.team_id).municipality_id, text)
    send(planner, empty.url("/packages/take"), catalogue="own")
    first = next(iter(packages(empty).values()))
    with empty.database.transaction() as session:
        session.get_one(Package, first.id).max_minutes = 7
    shown = planner.get(empty.url("/packages?catalogue=own")).text
    assert "ændret" in shown
    assert send(planner, empty.url("/packages/take"), catalogue="own").status_code == 303
    assert packages(empty)[first.code].max_minutes == first.max_minutes


def test_other_catalogues_are_offered_and_unknown_ones_refused(empty: TeamApp) -> None:
    planner = empty.signed_in()
    assert "Lolland" in planner.get(empty.url("/packages")).text
    assert send(planner, empty.url("/packages/take"), catalogue="lolland").status_code == 303
    assert packages(empty)
    assert send(planner, empty.url("/packages/take"), catalogue="../secret").status_code == 404


def test_taking_a_catalogue_leaves_the_teams_other_packages(tiny: TeamApp) -> None:
    before = packages(tiny)
    assert send(tiny.signed_in(), tiny.url("/packages/take"), catalogue="own").status_code == 303
    after = packages(tiny)
    assert {code: row.max_minutes for code, row in after.items() if code in before} == {
        code: row.max_minutes for code, row in before.items()
    }
    assert len(after) > len(before)


def test_own_package_is_written_changed_and_checked(empty: TeamApp) -> None:
    planner = empty.signed_in()
    new = empty.url("/packages/new")
    fields = fields_of(planner.get(new).text) | {"package": "aften", "min_minutes": "60", "max_minutes": "30"}
    wrong = planner.post(new, data=fields)
    assert wrong.status_code == 422
    assert "mindst 60" in wrong.text
    assert planner.post(new, data=fields | {"max_minutes": "120"}).status_code == 303
    assert planner.post(new, data=fields | {"max_minutes": "120"}).status_code == 422
    one = page(empty, "aften")
    fields = fields_of(planner.get(one).text)
    other = empty.signed_in("anden")
    theirs = fields_of(other.get(one).text) | {"average_minutes": "90"}
    assert other.post(one, data=theirs).status_code == 303
    both = planner.post(one, data=fields | {"max_minutes": "150"})
    assert both.status_code == 409
    assert planner.post(one, data=fields_of(both.text)).status_code == 303
    row = packages(empty)["aften"]
    assert (row.min_minutes, row.average_minutes, row.max_minutes) == (60, 90, 150)


def test_package_ends_when_nobody_has_it(tiny: TeamApp) -> None:
    planner = tiny.signed_in()
    url = page(tiny, "medium") + "/end"
    fields = fields_of(planner.get(url).text)
    answer = planner.post(url, data=fields)
    assert answer.status_code == 422
    assert "Agnes Prøve" in answer.text
    send(planner, tiny.url("/packages/take"), catalogue="own")
    free = next(code for code, row in packages(tiny).items() if code not in ("small", "medium"))
    url = page(tiny, free) + "/end"
    assert planner.post(url, data=fields_of(planner.get(url).text)).status_code == 303
    assert packages(tiny)[free].until_date == date(2026, 12, 7)


def test_leaders_read_and_nobody_elses_team(tiny: TeamApp) -> None:
    leader, stranger = tiny.signed_in("leader"), tiny.signed_in("fremmed")
    shown = leader.get(tiny.url("/packages"))
    assert shown.status_code == 200
    assert "/packages/new" not in shown.text
    assert leader.get(page(tiny, "small")).status_code == 404
    assert send(leader, tiny.url("/packages/take"), catalogue="own").status_code == 404
    own = page(tiny, "small").replace(str(tiny.team_id), str(tiny.other_id))
    assert stranger.get(own).status_code == 404
