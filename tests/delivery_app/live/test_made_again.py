"""What has to be made anew leads to a place for it, with the visit, the date and the time filled in (S9, S12, S14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.services.live.again import Again, to_make_again
from delivery_app.services.live.day import LiveVisit, live_day
from models.tables import Need, Visit
from tests.delivery_app.planner.planned_app import fields_of
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, TabletApp, tablet_app

#: The rows' own times are the machine's: what is said was said before the planner acts on it, whatever day that is.
SAID_AT = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
SCREEN = {"reason": "Billedet forsvandt", "wanted_by": "09:40"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def say(app: TabletApp, kind: str, body: dict[str, Any] | None = None, **values: Any) -> str:
    """A record of the first need's visit by its carer."""
    tablet = app.tablet()
    record = tablet.record(kind, body, need_id=app.needs["n1"], device_at=SAID_AT.isoformat(), **values)
    assert tablet.outcomes(record) == ["kept"]
    return str(record["id"])


def deviation(type_: str, cause: str, **more: str) -> dict[str, Any]:
    return {"type": type_, "cause": cause, "done": "Ringet", "told": ["citizen"], **more}


def again(app: TabletApp) -> list[Again]:
    with app.planned.database.reading() as session:
        return to_make_again(session, app.planned.team_id, MONDAY)


def visit(app: TabletApp) -> LiveVisit:
    """The first need's visit as the day live has it."""
    with app.planned.database.reading() as session:
        day = live_day(session, app.planned.team_id, MOMENT)
    return next(one for row in day.rounds for one in row.visits if str(one.name.need_id) == app.needs["n1"])


def url(app: TabletApp, need: str = "n1") -> str:
    return f"/planner/{app.planned.team_id}/live/again/{app.needs[need]}/{MONDAY}"


def filled(html: str) -> dict[str, str]:
    """What the form of a new visit has in its fields."""
    form = html[html.index('aria-labelledby="form-title"') :]
    texts = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
    chosen = re.findall(r'<select[^>]*name="(\w+)".*?<option value="([^"]*)" selected', form, re.S)
    days = re.findall(r'name="days" value="(\w+)" checked', form)
    fields = {name: value for name, value in texts if name not in ("days", "counts", "csrf_token")}
    return {
        **fields,
        **dict(chosen),
        "days": " ".join(days),
        "counts": "yes" if "checked" in form.split('name="counts"')[1][:60] else "no",
    }


def test_a_call_that_becomes_a_visit_at_home_leads_to_a_place_for_it(app: TabletApp) -> None:
    client = app.planned.client()
    live = f"/planner/{app.planned.team_id}/live"
    assert "/live/again/" not in client.get(live).text
    say(app, "made_physical", SCREEN)
    assert visit(app).is_pressing
    assert url(app) in client.get(live).text
    assert url(app) in client.get(f"/planner/{app.planned.team_id}/alarms/events").text
    page = client.get(url(app))
    found = filled(page.text)
    assert "Billedet forsvandt" in page.text
    assert found["citizen"] == app.citizens["c1"]
    assert found["days"] == "mon"
    assert found["how_long"] == "once"
    assert (found["window_start"], found["window_end"]) == ("08:10", "09:40")
    assert (found["minutes"], found["modality"]) == ("30", "home")
    assert found["counts"] == "no", "the call's minutes stand in the roster already"


def test_taking_a_place_ends_the_waiting(app: TabletApp) -> None:
    say(app, "made_physical", SCREEN)
    client = app.planned.client()
    page = client.get(url(app)).text
    fields = (
        {**filled(page), "row_version": re.findall(r'name="row_version" value="(\d+)"', page)[0]}
        if "row_version" in page
        else filled(page)
    )
    offers = client.post(app.planned.url("fit"), data=fields_of(page, **fields))
    assert offers.status_code == 200, offers.text
    key = re.findall(r'name="key" value="([^"]+)"', offers.text)[0]
    version = re.findall(r'name="row_version" value="(\d+)"', offers.text)[0]
    taken = client.post(
        app.planned.url("fit") + "/take", data=fields_of(offers.text, **{**fields, "key": key, "row_version": version}),
        follow_redirects=False,
    )  # fmt: skip
    assert taken.status_code == 303, taken.text
    (one,) = again(app)
    assert one.placed is not None
    assert not visit(app).is_pressing
    assert url(app) not in client.get(f"/planner/{app.planned.team_id}/live").text
    assert "data-alarm=" not in client.get(f"/planner/{app.planned.team_id}/alarms/events").text
    gone = client.get(url(app), follow_redirects=False)
    assert gone.status_code == 303
    assert gone.headers["location"].endswith("/live")


def test_what_is_planned_anyway_takes_nobodys_place(app: TabletApp) -> None:
    """A need that goes on, written down later, is no visit made anew; nor is one before it was said."""
    say(app, "made_physical", SCREEN)
    for until, start, takes in ((None, 600, False), (date(2026, 12, 7), 600, True)):
        with app.planned.database.transaction() as session:
            need = session.get_one(Need, UUID(app.needs["n1"]))
            own = {"id", "code", "created_at", "changed_at", "row_version", "until_date"}
            new = Need(**need.model_dump(exclude=own), code=f"new-{until}", until_date=until)
            session.add(new)
            session.flush()
            was = session.scalars(
                select(Visit).where(col(Visit.need_id) == need.id, col(Visit.date) == MONDAY)
            ).one()
            row = was.model_dump(
                exclude={"id", "created_at", "changed_at", "need_id", "need_code", "position"}
            )
            row |= {"start_min": start, "end_min": start + 30, "position": 90 + takes}
            session.add(Visit(**row, need_id=new.id, need_code=new.code))
        assert [one.placed is not None for one in again(app)] == [takes]


def test_who_goes_there_all_the_same_ends_it_too_and_so_does_taking_it_back(app: TabletApp) -> None:
    said = say(app, "made_physical", SCREEN)
    say(app, "withdrawn", {"reason": "Forkert besøg"}, corrects_id=said)
    assert again(app) == []
    say(app, "made_physical", SCREEN)
    assert [one.why for one in again(app)] == ["made_physical"]
    say(app, "started")
    assert again(app) == []


def test_the_end_of_the_call_says_it_as_well(app: TabletApp) -> None:
    say(app, "screen_opened")
    say(app, "screen_ended", {"quality": "failed", "outcome": "made_physical", "note": "Ingen lyd"})
    (one,) = again(app)
    assert (one.why, one.reason, one.by_min) == ("made_physical", "Ingen lyd", None)


def test_moved_to_another_date_is_looked_for_there_at_the_agreed_time(app: TabletApp) -> None:
    say(app, "deviation", deviation("moved", "staff", moved_to="2026-12-01T09:30:00+01:00"))
    (one,) = again(app)
    assert (one.wanted_on, one.agreed_min) == (MONDAY + timedelta(days=1), 9 * 60 + 30)
    assert visit(app).state == "cancelled"
    assert visit(app).is_pressing
    found = filled(app.planned.client().get(url(app)).text)
    assert (found["days"], found["agreed_start"]) == ("tue", "09:30")
    assert (found["window_start"], found["window_end"]) == ("09:15", "09:45")


def test_moved_past_what_is_published_leads_to_the_citizen(app: TabletApp) -> None:
    say(app, "deviation", deviation("moved", "staff", moved_to="2027-02-01T09:30:00+01:00"))
    answer = app.planned.client().get(url(app), follow_redirects=False)
    assert answer.headers["location"].endswith(f"/citizens/{app.citizens['c1']}")


@pytest.mark.parametrize(
    ("type_", "cause", "waits"),
    [("not_done", "staff", True), ("not_done", "not_needed", False), ("refused", "citizen_wish", False)],
)
def test_only_the_providers_own_reasons_are_made_up_for(
    app: TabletApp, type_: str, cause: str, waits: bool
) -> None:
    say(app, "deviation", deviation(type_, cause))
    assert visit(app).state == "cancelled"
    assert visit(app).is_pressing is waits


def test_what_is_past_is_wanted_soon(app: TabletApp) -> None:
    say(app, "made_physical", {"reason": "Ingen lyd", "wanted_by": "08:00"})
    app.planned.at(MOMENT + timedelta(hours=4, minutes=2))
    found = filled(app.planned.client().get(url(app)).text)
    assert (found["window_start"], found["window_end"]) == ("12:15", "14:15")


def test_who_may_not_publish_sees_it_without_the_way_there(app: TabletApp) -> None:
    say(app, "made_physical", SCREEN)
    carer = app.planned.client("carer")
    assert carer.get(url(app)).status_code == 404
    elsewhere = url(app).replace(app.needs["n1"], str(uuid4()))
    assert app.planned.client().get(elsewhere).status_code == 404
