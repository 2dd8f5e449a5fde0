"""The team's meetings: who is to be talked about, whom rules propose and why, what is decided and what follows (S18, L5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors
from delivery_app.services.care.proposals import proposals_of
from delivery_app.services.records.office import Writer
from delivery_app.services.team_list.figures import figures
from delivery_app.services.team_list.meetings import agenda, discuss, leave_out, note_later, past_meetings
from delivery_app.services.team_list.proposals import Drifted, proposals
from delivery_app.services.team_list.reading import team_list
from delivery_app.services.team_list.topics import put_on, take_off
from models.errors import MissingRowError
from models.tables import Citizen, Meeting, MeetingTopic, Team, User
from scheduler.drift import OUTSIDE_WEEKS
from scheduler.elements import Delivered
from scheduler.problem import Problem
from tests.delivery_app.planner.planned_app import fields_of, planned_app
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, TabletApp, tablet_app
from tests.scheduler.cases import package
from tests.scheduler.replan.replan_cases import team

EVENT = {
    "what": "Faldt",
    "where": "Badet",
    "consequence": "mild",
    "done": "Ringede",
    "told": ["nurse"],
    "medicine": False,
}
WORSE = {"direction": "worse", "within_package": False, "text": "Går dårligere"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def writer(app: TabletApp) -> Writer:
    with app.planned.database.reading() as session:
        row = session.scalars(select(User).where(col(User.sign_in_name) == "planner")).one()
        return Writer(row.id, row.sign_in_name, row.municipality_id, app.planned.team_id)


def waiting(app: TabletApp) -> dict[str, list[tuple[str, str]]]:
    """The agenda: by citizen causes and words."""
    codes = {UUID(row_id): code for code, row_id in app.citizens.items()}
    with app.planned.database.reading() as session:
        return {
            codes[item.citizen_id]: [(one.row.cause, one.row.words) for one in item.topics]
            for item in agenda(session, app.planned.team_id, MONDAY)
        }


def proposed(app: TabletApp, now: datetime = MOMENT) -> list[tuple[str, str, int, date | None]]:
    codes = {UUID(row_id): code for code, row_id in app.citizens.items()}
    with app.planned.database.reading() as session:
        found = proposals(session, app.planned.team_id, now)
    return [(codes[one.citizen_id], one.rule, one.count, one.last_on) for one in found]


def hold(app: TabletApp, code: str = "c1", **cells: str) -> MeetingTopic:
    """A meeting on Monday writes down what came of a citizen."""
    citizen = UUID(app.citizens[code])
    with app.planned.database.transaction("planner") as session:
        items = {one.citizen_id: one.topic_ids for one in agenda(session, app.planned.team_id, MONDAY)}
        given = {"discussed_on": MONDAY.isoformat(), "outcome": "Talt om", "decided": "unchanged", **cells}
        found = discuss(session, writer(app), citizen, items.get(citizen, ()), given, MOMENT)
        session.flush()
        session.refresh(found)
        session.expunge(found)
        return found


def test_a_carers_topic_stands_as_it_was_last_written_until_it_is_taken_back(app: TabletApp) -> None:
    tablet = app.tablet()
    first = tablet.record("team_topic", {"text": "Badet"}, citizen_id=app.citizens["c1"])
    again = tablet.record(
        "team_topic",
        {"text": "Badet tager for lang tid"},
        citizen_id=app.citizens["c1"],
        corrects_id=first["id"],
    )
    other = tablet.record("team_topic", {"text": "Maden"}, need_id=app.needs["n2"])
    assert tablet.outcomes(first, again, other, first) == ["kept", "kept", "kept", "known"]
    assert waiting(app) == {"c1": [("carer", "Badet tager for lang tid")], "c2": [("carer", "Maden")]}
    tablet.sync(tablet.record("withdrawn", {"reason": "Løst"}, corrects_id=again["id"]))
    assert waiting(app) == {"c2": [("carer", "Maden")]}
    assert tablet.outcomes(
        tablet.record("team_topic", {"text": "x" * 1001}, citizen_id=app.citizens["c1"])
    ) == ["refused"]
    assert tablet.outcomes(tablet.record("team_topic", {"text": "Ingen"})) == ["refused"], "about whom?"


def test_a_citizen_is_discussed_once_for_all_reasons_and_tasks_come_of_it(app: TabletApp) -> None:
    tablet, citizen = app.tablet(), UUID(app.citizens["c1"])
    reason = tablet.record("team_topic", {"text": "Badet"}, citizen_id=str(citizen))
    tablet.sync(reason)
    with app.planned.database.transaction("planner") as session:
        team_row = session.get_one(Team, app.planned.team_id)
        session.add(
            Meeting(
                municipality_id=team_row.municipality_id,
                team_id=team_row.id,
                name="Tavlemøde",
                date=MONDAY,
                start_min=780,
                minutes=30,
            )
        )
        later = MOMENT + timedelta(minutes=1)
        put_on(session, app.planned.team_id, citizen, "planner", "Nøglen", by=UUID(int=1), now=later)
    hold(
        app,
        outcome="To om badet tirsdag",
        decided="within_package",
        text1="Spørg datteren",
        due_on1="2026-12-04",
        carer1=str(app.carers["k2"]),
        text3="Skriv til terapeuten",
    )
    # Afterwards the carer writes the reason anew: what was discussed stays as it was.
    tablet.sync(
        tablet.record(
            "team_topic", {"text": "Noget andet"}, citizen_id=str(citizen), corrects_id=reason["id"]
        )
    )
    assert waiting(app) == {}
    with app.planned.database.reading() as session:
        (meeting,) = past_meetings(session, app.planned.team_id, MONDAY, MOMENT)
        tasks = team_list(session, app.planned.team_id, MOMENT).tasks
    (one,) = meeting.outcomes
    assert (meeting.date, meeting.name) == (MONDAY, "Tavlemøde")
    assert [topic.row.words for topic in one.item.topics] == ["Badet", "Nøglen"]
    assert (one.decided, one.words, one.by) == ("within_package", "To om badet tirsdag", "Planner Prøve")
    assert [(line.text, line.due_on, line.for_carer_id) for line in one.tasks] == [
        ("Spørg datteren", date(2026, 12, 4), app.carers["k2"]),
        ("Skriv til terapeuten", None, None),
    ]
    assert {line.citizen_id for line in tasks} == {citizen}
    with pytest.raises(CellErrors) as late:
        hold(app)
    assert set(late.value.errors) == {"outcome"}, "somebody else was faster"


def test_asking_the_authority_waits_among_the_changed_needs_and_later_means_the_next_agenda(
    app: TabletApp,
) -> None:
    citizen = UUID(app.citizens["c1"])
    with app.planned.database.transaction("planner") as session:
        for code in ("c1", "c2"):
            put_on(
                session,
                app.planned.team_id,
                UUID(app.citizens[code]),
                "planner",
                "Badet",
                by=UUID(int=1),
                now=MOMENT,
            )
    with pytest.raises(CellErrors) as no_direction:
        hold(app, decided="ask_authority")
    assert set(no_direction.value.errors) == {"direction"}
    hold(app, decided="ask_authority", direction="worse", outcome="Har brug for mere hjælp")
    hold(app, "c2", decided="again", outcome="Når terapeuten har set på det")
    with app.planned.database.reading() as session:
        (one,) = proposals_of(session, app.planned.team_id)
    assert (one.citizen_id, one.ask_authority, one.within_package, one.text) == (
        citizen,
        True,
        False,
        "Har brug for mere hjælp",
    )
    assert waiting(app) == {"c2": [("again", "Når terapeuten har set på det")]}
    assert proposed(app) == [], "what the meeting itself recorded is no reason to meet again"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"outcome": " "}, "outcome"),
        ({"decided": "glemt"}, "decided"),
        ({"discussed_on": "2026-12-01"}, "discussed_on"),
        ({"discussed_on": ""}, "discussed_on"),
        ({"due_on2": "2026-12-01"}, "text2"),
        ({"text1": "Ring", "carer1": "k9"}, "carer1"),
    ],
)
def test_an_outcome_that_is_not_right_says_where(empty: TabletApp, cells: dict[str, str], field: str) -> None:
    with pytest.raises(CellErrors) as wrong:
        hold(empty, **cells)
    assert set(wrong.value.errors) == {field}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TabletApp]:
    """A team with somebody on the agenda, in which nothing more is ever kept."""
    with tablet_app(tmp_path_factory.mktemp("empty")) as found:
        with found.planned.database.transaction("planner") as session:
            put_on(
                session,
                found.planned.team_id,
                UUID(found.citizens["c1"]),
                "planner",
                "Badet",
                by=UUID(int=1),
                now=MOMENT,
            )
        yield found


def test_what_was_recorded_proposes_a_citizen_and_says_how_often(app: TabletApp) -> None:
    tablet = app.tablet()
    c1, c2, c3 = (app.citizens[code] for code in ("c1", "c2", "c3"))
    gone = tablet.record("adverse_event", EVENT, citizen_id=c2)
    tablet.sync(
        tablet.record("adverse_event", EVENT, citizen_id=c1, on_date="2026-11-25"),
        tablet.record("adverse_event", EVENT, citizen_id=c1),
        gone,
        tablet.record("withdrawn", {"reason": "Forkert borger"}, corrects_id=gone["id"]),
        tablet.record(
            "adverse_event",
            EVENT,
            citizen_id=c2,
            on_date=(MONDAY - figures().facts - timedelta(days=1)).isoformat(),
        ),
        tablet.record("needs_changed", WORSE, citizen_id=c3),
    )
    assert proposed(app) == [("c1", "adverse", 2, MONDAY), ("c3", "needs", 1, MONDAY)]


def test_nobody_home_counts_visits_and_only_from_so_many_on(app: TabletApp) -> None:
    tablet, need = app.tablet(), app.needs["n1"]
    deviation = {"type": "not_home", "cause": "relatives", "done": "Ringede", "told": ["citizen"]}
    days = [(MONDAY - timedelta(days=number)).isoformat() for number in range(figures().not_home)]
    tablet.sync(*(tablet.record("nobody_home", need_id=need, on_date=day) for day in days[1:]))
    # The same visit once more, in other words: it is one visit.
    tablet.sync(tablet.record("deviation", deviation, need_id=need, on_date=days[1]))
    assert proposed(app) == []
    tablet.sync(tablet.record("deviation", deviation, need_id=need, on_date=days[0]))
    assert proposed(app) == [("c1", "not_home", figures().not_home, MONDAY)]


def test_what_was_talked_about_or_is_to_be_is_not_proposed_again(app: TabletApp) -> None:
    tablet, citizen = app.tablet(), app.citizens["c1"]
    tablet.sync(tablet.record("adverse_event", EVENT, citizen_id=citizen))
    assert [one[:2] for one in proposed(app)] == [("c1", "adverse")]
    with app.planned.database.transaction("planner") as session:
        for _ in range(2):
            put_on(
                session, app.planned.team_id, UUID(citizen), "adverse", "Faldet", by=UUID(int=1), now=MOMENT
            )
    assert waiting(app) == {"c1": [("adverse", "Faldet")]}, "once"
    assert proposed(app) == []
    hold(app)
    assert proposed(app) == []
    later = MONDAY + timedelta(days=1)
    app.planned.at(MOMENT)
    tablet.sync(tablet.record("adverse_event", EVENT, citizen_id=citizen, on_date=later.isoformat()))
    assert proposed(app, MOMENT + timedelta(days=1)) == [("c1", "adverse", 1, later)]


def test_what_nobody_takes_up_keeps_its_reason_among_the_past(app: TabletApp) -> None:
    tablet, citizen = app.tablet(), UUID(app.citizens["c1"])
    tablet.sync(tablet.record("adverse_event", EVENT, citizen_id=str(citizen)))
    with app.planned.database.transaction("planner") as session:
        with pytest.raises(CellErrors):
            leave_out(session, writer(app), citizen, "adverse", {"count": 1}, " ", MOMENT)
        leave_out(session, writer(app), citizen, "adverse", {"count": 1}, "Er talt igennem", MOMENT)
    assert (proposed(app), waiting(app)) == ([], {})
    with app.planned.database.reading() as session:
        ((one,),) = (found.outcomes for found in past_meetings(session, app.planned.team_id, MONDAY, MOMENT))
    assert (one.decided, one.words) == ("left_out", "Er talt igennem")


def test_only_a_topic_of_the_office_is_taken_off_and_only_before_it_was_discussed(app: TabletApp) -> None:
    tablet, citizen = app.tablet(), UUID(app.citizens["c1"])
    tablet.sync(tablet.record("team_topic", {"text": "Hjælperens"}, citizen_id=str(citizen)))
    with app.planned.database.transaction("planner") as session:
        mine = put_on(session, app.planned.team_id, citizen, "planner", "Min", by=UUID(int=1), now=MOMENT).id
        theirs = session.scalars(select(MeetingTopic.id).where(col(MeetingTopic.cause) == "carer")).one()
        with pytest.raises(MissingRowError):
            take_off(session, app.planned.team_id, theirs)
        take_off(session, app.planned.team_id, mine)
    assert waiting(app) == {"c1": [("carer", "Hjælperens")]}
    hold(app)
    with app.planned.database.transaction("planner") as session, pytest.raises(MissingRowError):
        take_off(session, app.planned.team_id, theirs)


def test_a_past_meeting_is_read_and_only_added_to(app: TabletApp) -> None:
    citizen = UUID(app.citizens["c1"])
    with app.planned.database.transaction("planner") as session:
        topic = put_on(
            session, app.planned.team_id, citizen, "planner", "Badet", by=UUID(int=1), now=MOMENT
        ).id
        with pytest.raises(MissingRowError):
            note_later(session, writer(app), topic, "Før mødet", MOMENT)
    hold(app, outcome="Én hjælper")
    with app.planned.database.transaction("planner") as session:
        note_later(session, writer(app), topic, "Det blev til to", MOMENT)
    with app.planned.database.reading() as session:
        ((one,),) = (found.outcomes for found in past_meetings(session, app.planned.team_id, MONDAY, MOMENT))
    assert one.words == "Én hjælper"
    assert [(note.record.body["text"], note.who) for note in one.notes] == [
        ("Det blev til to", "Planner Prøve")
    ]


def drifted_team(minutes: int, weeks: int) -> Problem:
    """``c1`` got so many minutes in each of the weeks before, with a package of 60 to 120."""
    rows: dict[str, Any] = {"packages": [package(min_minutes=60, max_minutes=120)]}
    of = team(**rows)
    return replace(of, delivered=tuple(Delivered(-week, "c1", minutes) for week in range(1, weeks + 1)))


@pytest.mark.parametrize(
    ("minutes", "weeks", "found"),
    [
        (150, OUTSIDE_WEEKS, [("C1", 150)]),
        (150, OUTSIDE_WEEKS - 1, []),
        (100, OUTSIDE_WEEKS, []),
        (30, OUTSIDE_WEEKS, [("C1", 30)]),
    ],
    ids=["above", "not-long-enough", "inside", "below"],
)
def test_a_package_that_has_not_held_for_weeks_proposes_the_citizen(
    tmp_path: Path, minutes: int, weeks: int, found: list[tuple[str, int]]
) -> None:
    with planned_app(tmp_path, drifted_team(minutes, weeks)) as planned:
        with planned.database.reading() as session:
            got = proposals(session, planned.team_id, MOMENT)
            code = {row.id: row.code.upper() for row in session.scalars(select(Citizen))}
        assert [(code[one.citizen_id], one.drift.mean_min) for one in got if one.drift] == found
        for one in got:
            assert (one.rule, one.count, one.drift) == ("drift", weeks, Drifted("p", minutes, 60, 120))


def test_the_office_holds_a_meeting_on_its_pages(app: TabletApp) -> None:
    tablet = app.tablet()
    tablet.sync(
        tablet.record("adverse_event", EVENT, citizen_id=app.citizens["c1"]),
        tablet.record("team_topic", {"text": "Hjælperens grund"}, citizen_id=app.citizens["c2"]),
    )
    leader, url = app.planned.client("leader"), f"/planner/{app.planned.team_id}/meetings"
    page = leader.get(url).text
    assert "Hjælperens grund" in page
    assert "Utilsigtede hændelser: 1, senest" in page, "a proposal says why"
    rule = f"{url}/proposals/{app.citizens['c1']}/adverse"
    assert leader.post(rule, data=fields_of(page), follow_redirects=False).status_code == 303
    assert leader.post(rule, data=fields_of(page)).status_code == 404, "it is on the agenda now"
    form = leader.get(f"{url}/citizens/{app.citizens['c1']}").text
    topics = form.split('name="row_version" value="')[1].split('"')[0]
    sent = fields_of(
        form, row_version=topics, discussed_on=MONDAY.isoformat(), outcome="", decided="unchanged"
    )
    wrong = leader.post(f"{url}/citizens/{app.citizens['c1']}", data=sent)
    assert wrong.status_code == 422
    done = leader.post(
        f"{url}/citizens/{app.citizens['c1']}",
        data={**sent, "outcome": "Gelænder sættes op", "text1": "Ring til hjælpemiddeldepotet"},
    )
    assert (done.status_code, done.headers["location"]) == (303, f"{url}/{MONDAY}")
    past = leader.get(f"{url}/{MONDAY}").text
    assert "Gelænder sættes op" in past
    assert "Ring til hjælpemiddeldepotet" in past
    note = past.split(f'href="{url}/notes/')[1].split('"')[0]
    assert leader.post(f"{url}/notes/{note}", data=fields_of(past, text=" ")).status_code == 422
    assert leader.post(f"{url}/notes/{note}", data=fields_of(past, text="Er sat op")).status_code == 303
    assert "Er sat op" in leader.get(f"{url}/{MONDAY}").text
    assert "Ring til hjælpemiddeldepotet" in leader.get(url.replace("meetings", "team")).text
    assert leader.get(f"{url}/2020-01-01").status_code == 404
    carer = app.planned.client("carer")
    assert carer.get(url).status_code == 404
    seen = tablet.client.get(tablet.url("meetings")).text
    assert "Gelænder sættes op" in seen
    assert "Er sat op" in seen
