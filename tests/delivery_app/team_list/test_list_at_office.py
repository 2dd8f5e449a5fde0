"""The team's list at the office: read by planners and leaders, written by them, and what is new (S18)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.delivery_app.planner.planned_app import fields_of
from tests.delivery_app.records.tablet_app import TabletApp, tablet_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TabletApp]:
    with tablet_app(tmp_path_factory.mktemp("office")) as found:
        yield found


def test_planner_and_carers_write_to_each_other(app: TabletApp) -> None:
    tablet, planner = app.tablet(), app.planned.client("planner")
    url = f"/planner/{app.planned.team_id}/team"
    tablet.sync(tablet.record("team_message", {"text": "Ruten hænger ikke sammen", "to": "planner"}))
    overview = f"/planner/{app.planned.team_id}"
    assert "1 ny besked eller opgave på teamets liste" in planner.get(overview).text
    page = planner.get(url).text
    assert "Ruten hænger ikke sammen" in page
    assert "til planlæggeren" in page
    assert "1 ny, siden du sidst så på listen" in page
    load = planner.post(f"{url}/seen", data=fields_of(page), headers={"HX-Request": "true"})
    assert load.status_code == 204, "what was new stays marked while it is looked at"
    assert "siden du sidst så på listen" not in planner.get(url).text
    assert "på teamets liste" not in planner.get(overview).text
    assert "1 ny, siden" in app.planned.client("leader").get(url).text, "each has an own look"

    form = planner.get(f"{url}/task").text
    cells = {"text": "Ring til sønnen", "due_on": "2026-12-01", "citizen": app.citizens["c1"], "carer": ""}
    assert planner.post(f"{url}/task", data=fields_of(form, **{**cells, "text": ""})).status_code == 422
    assert planner.post(f"{url}/task", data=fields_of(form, **cells)).status_code == 303
    message = {"text": "Møde kl. 13", "to": "team", "citizen": ""}
    assert planner.post(f"{url}/message", data=fields_of(form, **message)).status_code == 303
    kept = {one.body["text"]: one for one in app.records()}
    on_tablet = tablet.client.get(tablet.url("team")).text
    assert "Ring til sønnen" in on_tablet
    assert "Møde kl. 13" in on_tablet

    task = kept["Ring til sønnen"].id
    done = planner.post(f"{url}/{task}/done", data=fields_of(page, note="Han kommer"))
    assert done.status_code == 303
    assert "Han kommer" in tablet.client.get(tablet.url("team")).text
    mistake = kept["Møde kl. 13"].id
    asked = planner.get(f"{url}/{mistake}/take-back").text
    assert "Møde kl. 13" in asked
    assert planner.post(f"{url}/{mistake}/take-back", data=fields_of(asked, reason="")).status_code == 422
    assert (
        planner.post(f"{url}/{mistake}/take-back", data=fields_of(asked, reason="Aflyst")).status_code == 303
    )
    assert "Møde kl. 13" not in tablet.client.get(tablet.url("team")).text
    journal = planner.get(f"/planner/{app.planned.team_id}/citizens/{app.citizens['c1']}/journal").text
    assert "Ring til sønnen" in journal


def test_carers_do_not_open_the_offices_pages(app: TabletApp) -> None:
    carer, url = app.planned.client("carer"), f"/planner/{app.planned.team_id}/team"
    assert {carer.get(url + page).status_code for page in ("", "/message", "/task")} == {404}
