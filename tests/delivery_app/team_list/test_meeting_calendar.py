"""The team's meetings in the calendar: once or time and again, moved, cancelled; they take time in plans (S18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from delivery_app.bridge import problem_from
from delivery_app.bridge.cells import CellErrors
from delivery_app.services.care.coordinating import choose_coordinator
from delivery_app.services.team_list.calendar import (
    calendar,
    cancel_meeting,
    change_meeting,
    make_meetings,
    meeting_cells,
    version_of,
)
from delivery_app.services.team_list.meetings import agenda, coming_meetings
from delivery_app.services.team_list.topics import put_on
from delivery_app.services.team_rows import owner, team_of
from models.errors import ConflictError, MissingRowError
from models.tables import Holiday, Meeting
from tests.delivery_app.planner.planned_app import fields_of
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, TabletApp, tablet_app
from tests.delivery_app.web.app_examples import token_in

WEEK = "2026-W49"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def cells(app: TabletApp, *carers: str, **more: str) -> dict[str, str]:
    """A meeting on Monday at 8:15, at the time of everybody's first visit."""
    called = " ".join(str(app.carers[code]) for code in carers or ("k1", "k2"))
    first = {"name": "Teammøde", "date": MONDAY.isoformat(), "start": "08:15", "minutes": "30"}
    return {**first, "carers": called, "repeats": "", "until": "", **more}


def make(app: TabletApp, *carers: str, **more: str) -> list[date]:
    with app.planned.database.transaction("planner") as session:
        made = make_meetings(session, app.planned.team_id, cells(app, *carers, **more), MONDAY)
        return [one.date for one in made]


def only(app: TabletApp) -> tuple[UUID, str]:
    """The one meeting, and its version."""
    with app.planned.database.reading() as session:
        row = session.scalars(select(Meeting)).one()
        return row.id, version_of(session, row)


def test_a_meeting_takes_the_time_of_who_is_called_and_says_what_lies_in_it(app: TabletApp) -> None:
    make(app)
    with app.planned.database.reading() as session:
        (meeting,) = problem_from(session, app.planned.team_id, WEEK).meetings
        (shown,) = calendar(session, coming_meetings(session, app.planned.team_id, MONDAY))
    assert (meeting.name, meeting.start_min, meeting.minutes) == ("Teammøde", 8 * 60 + 15, 30)
    assert meeting.carers == ("k1", "k2")
    assert [(one.name, one.is_free) for one in shown.called] == [("Carer k1", True), ("Carer k2", True)]
    assert shown.clashes == 2, "the first visits of k1 and k2; that of k3 is not called away"


def test_who_is_not_on_duty_is_named_and_hinders_nothing(app: TabletApp) -> None:
    make(app, start="20:00")
    with app.planned.database.reading() as session:
        (shown,) = calendar(session, coming_meetings(session, app.planned.team_id, MONDAY))
    assert ([one.is_free for one in shown.called], shown.clashes) == ([False, False], 0)


@pytest.mark.parametrize(
    ("repeats", "until", "dates"),
    [
        ("week", "2026-12-20", ["2026-11-30", "2026-12-07", "2026-12-14"]),
        ("fortnight", "2026-12-28", ["2026-11-30", "2026-12-14", "2026-12-28"]),
        # The fifth Monday is the last where a month has four.
        ("month", "2027-03-31", ["2026-11-30", "2026-12-28", "2027-01-25", "2027-02-22", "2027-03-29"]),
    ],
)
def test_a_meeting_comes_again(app: TabletApp, repeats: str, until: str, dates: list[str]) -> None:
    assert [str(one) for one in make(app, repeats=repeats, until=until)] == dates


def test_holidays_are_left_out_of_what_comes_again(app: TabletApp) -> None:
    with app.planned.database.transaction("setup") as session:
        team = team_of(session, app.planned.team_id)
        session.add(Holiday(**owner(team), date=date(2026, 12, 7)))
    assert [one.day for one in make(app, repeats="week", until="2026-12-14")] == [30, 14]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"date": "2026-11-29"}, "date"),
        ({"start": "8 om morgenen"}, "start"),
        ({"minutes": ""}, "minutes"),
        ({"start": "23:50"}, "minutes"),
        ({"carers": ""}, "carers"),
        ({"repeats": "week"}, "until"),
        ({"repeats": "week", "until": "2028-01-01"}, "until"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(app: TabletApp, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(CellErrors) as caught, app.planned.database.transaction("planner") as session:
        make_meetings(session, app.planned.team_id, cells(app) | wrong, MONDAY)
    assert set(caught.value.errors) == {field}


def test_a_moved_meeting_keeps_its_citizens_and_a_cancelled_one_leaves_them_to_the_next(
    app: TabletApp,
) -> None:
    make(app)
    meeting_id, version = only(app)
    citizen = UUID(app.citizens["c1"])
    with app.planned.database.transaction("planner") as session:
        team = app.planned.team_id
        put_on(session, team, citizen, "planner", "Ny", by=UUID(int=1), now=MOMENT, meeting_id=meeting_id)
        moved = cells(app, "k3", date="2026-12-01", start="13:00")
        change_meeting(session, team, meeting_id, moved, version, MONDAY)
        (item,) = agenda(session, team, MONDAY)
        assert item.topics[0].meeting is not None
        assert (item.topics[0].meeting.date.day, item.topics[0].meeting.start_min) == (1, 13 * 60)
        (planned,) = problem_from(session, team, WEEK).meetings
        assert (planned.day, planned.carers) == (1, ("k3",))
    with app.planned.database.transaction("planner") as session:
        with pytest.raises(ConflictError):
            cancel_meeting(session, team, meeting_id, version, MONDAY, later_too=False)
        assert cancel_meeting(session, team, meeting_id, only(app)[1], MONDAY, later_too=False) == 1
    with app.planned.database.reading() as session:
        (item,) = agenda(session, team, MONDAY)
        assert item.topics[0].meeting is None
        assert problem_from(session, team, WEEK).meetings == ()


def test_a_row_of_meetings_is_cancelled_from_one_on(app: TabletApp) -> None:
    make(app, repeats="week", until="2026-12-21")
    make(app, date="2026-12-15")
    with app.planned.database.transaction("planner") as session:
        second = session.scalars(select(Meeting).where(col(Meeting.date) == date(2026, 12, 7))).one()
        version = version_of(session, second)
        team = app.planned.team_id
        assert cancel_meeting(session, team, second.id, version, MONDAY, later_too=True) == 3
        left = session.scalars(sa.select(col(Meeting.date)).order_by(col(Meeting.date))).all()
    assert [one.day for one in left] == [30, 15], "another weekday is another meeting"


def test_what_was_held_stays(app: TabletApp) -> None:
    make(app)
    meeting_id, version = only(app)
    later = date(2026, 12, 1)
    with app.planned.database.transaction("planner") as session:
        row = session.get_one(Meeting, meeting_id)
        same = meeting_cells(session, row)
        with pytest.raises(MissingRowError):
            change_meeting(session, app.planned.team_id, meeting_id, same, version, later)
        with pytest.raises(MissingRowError):
            cancel_meeting(session, app.planned.team_id, meeting_id, version, later, later_too=False)


def test_a_coordinator_calls_the_team_together_on_the_tablet(app: TabletApp) -> None:
    """A carer who is nobody's coordinator, or names a day that has been, is refused with the reason."""
    tablet, citizen = app.tablet(), UUID(app.citizens["c1"])
    body = {"name": "Borgernær visitation", "day": "2026-12-01", "start": "13:00", "minutes": 45}
    meetings = tablet.url("meetings")
    assert "f-team_meeting" not in tablet.client.get(meetings, headers={"HX-Request": "true"}).text
    (refused,) = tablet.sync(tablet.record("team_meeting", body))
    assert (refused["outcome"], "planlægger" in refused["reason"]) == ("refused", True)
    with app.planned.database.transaction("planner") as session:
        choose_coordinator(session, app.planned.team_id, citizen, app.carers["k1"], MONDAY)
    assert "f-team_meeting" in tablet.client.get(meetings, headers={"HX-Request": "true"}).text
    past = tablet.record("team_meeting", {**body, "day": "2026-11-29"})
    kept = tablet.record("team_meeting", body)
    assert tablet.outcomes(past, kept) == ["refused", "kept"]
    assert tablet.outcomes(kept) == ["known"], "sent again, there is no second meeting"
    assert tablet.outcomes(tablet.record("team_meeting", body, corrects_id=kept["id"])) == ["refused"]
    with app.planned.database.reading() as session:
        (planned,) = problem_from(session, app.planned.team_id, WEEK).meetings
    assert (planned.name, planned.day, planned.carers) == ("Borgernær visitation", 1, ("k1", "k2", "k3"))
    assert "Borgernær visitation" in tablet.client.get(meetings, headers={"HX-Request": "true"}).text


def test_the_office_makes_moves_and_cancels_on_its_pages(app: TabletApp) -> None:
    planner, url = app.planned.client("planner"), f"/planner/{app.planned.team_id}/meetings"
    html = planner.get(f"{url}/calendar/new").text
    assert html.count('name="carers"') == 3
    assert html.count("checked") == 3, "everybody is called unless somebody is taken out"
    wrong = planner.post(f"{url}/calendar/new", data={**fields_of(html), **cells(app), "name": ""})
    assert wrong.status_code == 422
    called = [str(app.carers["k1"]), str(app.carers["k3"])]
    data = {**cells(app), "csrf_token": token_in(html), "carers": called, "repeats": "week"}
    assert planner.post(f"{url}/calendar/new", data=data | {"until": "2026-12-07"}).status_code == 303
    page = planner.get(url).text
    assert page.count("Teammøde") >= 2
    assert "2 besøg i den offentliggjorte plan ligger samtidig" in page
    with app.planned.database.reading() as session:
        first = session.scalars(select(Meeting).order_by(col(Meeting.date))).first()
        assert first is not None
        version = version_of(session, first)
    one = f"{url}/calendar/{first.id}"
    moved = {**data, "start": "9.00", "row_version": version}
    assert planner.post(one, data=moved).status_code == 303
    assert planner.post(one, data=moved | {"start": "10.00"}).status_code == 409
    asked = planner.get(f"{one}/cancel").text
    with app.planned.database.reading() as session:
        version = version_of(session, session.get_one(Meeting, first.id))
    gone = planner.post(
        f"{one}/cancel", data={**fields_of(asked), "row_version": version, "later_too": "yes"}
    )
    assert gone.status_code == 303
    page = planner.get(url).text
    assert f"calendar/{first.id}" not in page
    assert page.count(f"{url}/calendar/") == 3, (
        "a new one, and the second, which is at another time than the moved one"
    )
