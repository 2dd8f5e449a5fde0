"""The day as it happens: each visit with its state, what has to be seen to, and what waits on tablets (D12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.services.live.day import LiveDay, LiveRound, LiveVisit, live_day, mark_of
from delivery_app.services.records.visits import VisitName
from models.tables import AccessEntry, Device, EmergencyCall, Need, Team, User, Visit
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, TabletApp, tablet_app
from tests.delivery_app.web.app_examples import send


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def day_of(app: TabletApp, minutes: float = 0) -> LiveDay:
    """The day so many minutes after ten past eight."""
    with app.planned.database.reading() as session:
        return live_day(session, app.planned.team_id, MOMENT + timedelta(minutes=minutes))


def states(app: TabletApp, minutes: float = 0) -> dict[str, tuple[str, int | None]]:
    """By citizen's need: the visit's state and how late it is."""
    by_id = {value: code for code, value in app.needs.items()}
    return {
        by_id[str(visit.name.need_id)]: (visit.state, visit.minutes)
        for row in day_of(app, minutes).rounds
        for visit in row.visits
    }


def counted(app: TabletApp, minutes: float = 0) -> dict[str, int]:
    return {state: number for state, number in day_of(app, minutes).counts.items() if number}


def test_every_round_of_the_date_is_shown_with_what_was_recorded(app: TabletApp) -> None:
    assert states(app) == {"n1": ("planned", None), "n2": ("planned", None), "n3": ("planned", None)}
    tablet = app.tablet()
    tablet.sync(tablet.record("on_the_way", need_id=app.needs["n1"]))
    assert states(app)["n1"] == ("on_the_way", None)
    tablet.sync(tablet.record("started", need_id=app.needs["n1"]))
    assert counted(app) == {"planned": 2, "started": 1}
    tablet.sync(tablet.record("ended", need_id=app.needs["n1"]))
    assert counted(app) == {"planned": 2, "ended": 1}
    assert [row.done for row in day_of(app).rounds] == [1, 0, 0]


def test_a_visit_that_the_roster_has_by_screen_says_so_whatever_its_need_allows(app: TabletApp) -> None:
    with app.planned.database.transaction("setup") as session:
        need = session.get_one(Need, UUID(app.needs["n1"]))
        need.modality = "either"
        visits = session.scalars(select(Visit).where(col(Visit.need_id) == need.id)).all()
        for one in visits:
            one.modality = "screen"
    by_id = {value: code for code, value in app.needs.items()}
    shown = {
        by_id[str(visit.name.need_id)]: visit.by_screen for row in day_of(app).rounds for visit in row.visits
    }
    assert shown == {"n1": True, "n2": False, "n3": False}


def test_who_is_late_is_pressing_until_the_citizen_was_told(app: TabletApp) -> None:
    assert day_of(app, 19).pressing == ()
    assert states(app, 22)["n1"] == ("late_seen", 32)
    assert len(day_of(app, 22).pressing) == 3
    tablet = app.tablet()
    call = {"minutes": 40, "direction": "late", "reached": "citizen"}
    assert tablet.outcomes(tablet.record("late_call", call, need_id=app.needs["n1"])) == ["kept"]
    waiting = {str(visit.name.need_id) for _, visit in day_of(app, 22).pressing}
    assert waiting == {app.needs["n2"], app.needs["n3"]}
    assert states(app, 22)["n1"] == ("late_seen", 32), "it is late all the same"


def test_nobody_opens_and_made_physical_are_to_be_seen_to_the_worst_first(app: TabletApp) -> None:
    tablet = app.tablet()
    app.be("k2")
    tablet.sync(
        tablet.record("made_physical", {"reason": "Skærmen virker ikke"}, need_id=app.needs["n2"]),
        tablet.record("nobody_home", need_id=app.needs["n1"]),
    )
    assert [visit.state for _, visit in day_of(app).pressing] == ["not_home", "made_physical"]


def test_a_carer_who_records_nothing_does_not_bury_what_others_need() -> None:
    def visit(number: int, state: str) -> LiveVisit:
        name, start = VisitName(UUID(int=number), MONDAY), MOMENT + timedelta(minutes=number)
        return LiveVisit(name, "Ib", None, start, start, state, False)

    late = tuple(visit(number, "late_seen") for number in (1, 2, 3))
    silent = LiveRound("Bo", UUID(int=8), MONDAY, (*late, visit(4, "late_foreseen")))
    other = LiveRound("Eva", UUID(int=9), MONDAY, (visit(5, "not_home"), visit(6, "not_home")))
    day = LiveDay(MONDAY, MOMENT, True, (silent, other))
    shown = [(row.carer, seen.name.need_id.int, more) for row, seen, more in day.pressing_rounds]
    assert shown == [("Bo", 1, 2), ("Eva", 5, 0), ("Eva", 6, 0), ("Bo", 4, 0)]


def test_a_call_for_help_stands_until_somebody_takes_it(app: TabletApp) -> None:
    tablet = app.tablet()
    help_call = tablet.record("help_call", {"lat": 55.6, "lon": 12.3, "accuracy_m": 20.0})
    assert tablet.outcomes(help_call) == ["kept"]
    planner = app.planned.client()
    url = f"/planner/{app.planned.team_id}"
    assert "kalder på hjælp" in planner.get(f"{url}/live").text
    assert send(planner, f"{url}/help/{help_call['id']}/answer", what="Ringer").status_code == 303
    assert day_of(app).help == ()
    assert "kalder på hjælp" not in planner.get(f"{url}/live").text


def test_what_waits_on_a_tablet_for_long_is_told(app: TabletApp) -> None:
    tablet = app.tablet()
    with app.planned.database.transaction() as session:
        device = session.get_one(Device, UUID(tablet.device_id))
        device.unsent, device.oldest_unsent_at = 4, MOMENT - timedelta(hours=1)
    assert day_of(app).waiting == ()
    assert [(one.unsent, one.device) for one in day_of(app, 61).waiting] == [(4, "Tablet 7")]


def test_the_mark_changes_with_what_is_recorded_and_called(app: TabletApp) -> None:
    def mark() -> str:
        with app.planned.database.reading() as session:
            return mark_of(session, app.planned.team_id, MOMENT)

    tablet, marks = app.tablet(), [mark()]
    assert mark() == marks[0]
    tablet.sync(tablet.record("started", need_id=app.needs["n1"]))
    marks.append(mark())
    with app.planned.database.transaction() as session:
        team = session.get_one(Team, app.planned.team_id)
        user = session.scalars(select(User).where(col(User.sign_in_name) == "planner")).one()
        session.add(
            EmergencyCall(
                municipality_id=team.municipality_id,
                team_id=team.id,
                citizen_id=UUID(app.citizens["c1"]),
                on_date=MONDAY,
                asked_at=MOMENT,
                what="Er faldet",
                minutes=20,
                user_id=user.id,
            )
        )
    marks.append(mark())
    assert len(set(marks)) == 3
    assert [one.state.status for one in day_of(app).calls] == ["open"]


def test_a_team_without_a_published_roster_is_told_so(app: TabletApp) -> None:
    assert not day_of(app, 60 * 24 * 40).is_planned
    app.planned.at(MOMENT + timedelta(days=40))
    url = f"/planner/{app.planned.team_id}/live"
    assert "Der er ikke offentliggjort" in app.planned.client().get(url).text


def test_the_page_is_logged_for_those_it_shows_and_closed_to_others(app: TabletApp) -> None:
    url = f"/planner/{app.planned.team_id}/live"
    assert app.planned.client("carer").get(url).status_code == 404
    assert (
        app.planned.client("planner").get(url.replace(str(app.planned.team_id), str(uuid4()))).status_code
        == 404
    )
    leader = app.planned.client("leader")
    assert leader.get(url).status_code == 200
    with app.planned.database.reading() as session:
        rows = session.scalars(
            select(AccessEntry.citizen_id).where(col(AccessEntry.user_name) == "leader")
        ).all()
    assert {str(one) for one in rows if one} == set(app.citizens.values())
