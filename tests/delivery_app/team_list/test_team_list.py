"""The team's list: who put what on it, what is open, what is new to whom (S18, D18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from delivery_app.bridge.cells import CellErrors
from delivery_app.services.care.coordinating import choose_coordinator
from delivery_app.services.records.office import Writer
from delivery_app.services.team_list.figures import figures
from delivery_app.services.team_list.reading import TeamList, looked_at, note_look, team_list
from delivery_app.services.team_list.writing import take_back, task_done, write_message, write_task
from models.errors import MissingRowError
from models.tables import User
from tests.delivery_app.records.tablet_app import MOMENT, MONDAY, TabletApp, tablet_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[TabletApp]:
    with tablet_app(tmp_path) as found:
        yield found


def listed(app: TabletApp, now: datetime = MOMENT + timedelta(minutes=1)) -> TeamList:
    with app.planned.database.reading() as session:
        found = team_list(session, app.planned.team_id, now)
        session.expunge_all()
        return found


def texts(found: TeamList) -> tuple[list[str], list[str], list[str]]:
    """Open tasks, messages, what is done."""
    return (
        [one.text for one in found.tasks],
        [one.text for one in found.messages],
        [one.text for one in found.done],
    )


def user(app: TabletApp, name: str) -> User:
    with app.planned.database.reading() as session:
        found = session.scalars(select(User).where(User.sign_in_name == name)).one()
        session.expunge_all()
        return found


def writer(app: TabletApp, name: str = "planner") -> Writer:
    row = user(app, name)
    return Writer(row.id, row.sign_in_name, row.municipality_id, app.planned.team_id)


def test_tasks_are_open_until_somebody_has_done_them_and_open_again_when_that_is_taken_back(
    app: TabletApp,
) -> None:
    tablet = app.tablet()
    later = tablet.record("team_task", {"text": "Bestil bleer", "due_on": "2026-12-09"})
    never = tablet.record("team_task", {"text": "Vask regntøj"})
    first = tablet.record(
        "team_task", {"text": "Ring til sønnen", "due_on": "2026-11-29"}, citizen_id=app.citizens["c1"]
    )
    tablet.sync(later, never, first)
    found = listed(app)
    assert texts(found) == (["Ring til sønnen", "Bestil bleer", "Vask regntøj"], [], [])
    assert [one.overdue(MONDAY) for one in found.tasks] == [True, False, False]
    assert found.citizens == {UUID(app.citizens["c1"])}
    assert texts(found.of(UUID(app.citizens["c1"]))) == (["Ring til sønnen"], [], [])
    done = tablet.record("team_task_done", {"task_record_id": first["id"], "note": "Han kommer fredag"})
    again = tablet.record("team_task_done", {"task_record_id": first["id"]})
    tablet.sync(done, again)
    found = listed(app)
    assert texts(found) == (["Bestil bleer", "Vask regntøj"], [], ["Ring til sønnen"])
    assert found.done[0].done_note == "Han kommer fredag", "the first who did it"
    assert found.done[0].done is not None
    assert found.done[0].done.who == "Carer Prøve"
    tablet.sync(
        *(
            tablet.record("withdrawn", {"reason": "Kom ikke igennem"}, corrects_id=one["id"])
            for one in (done, again)
        )
    )
    assert texts(listed(app))[0] == ["Ring til sønnen", "Bestil bleer", "Vask regntøj"]


def test_what_is_corrected_stands_as_it_is_now_and_stays_done(app: TabletApp) -> None:
    tablet = app.tablet()
    wrong = tablet.record("team_task", {"text": "Køb mælk"})
    done = tablet.record("team_task_done", {"task_record_id": wrong["id"]})
    right = tablet.record("team_task", {"text": "Køb skummetmælk"}, corrects_id=wrong["id"])
    message = tablet.record("team_message", {"text": "Forkert", "to": "team"})
    gone = tablet.record("withdrawn", {"reason": "Var til naboteamet"}, corrects_id=message["id"])
    tablet.sync(wrong, done, right, message, gone)
    assert texts(listed(app)) == ([], [], ["Køb skummetmælk"])


def test_messages_and_what_is_done_go_by_themselves_tasks_do_not(app: TabletApp) -> None:
    tablet = app.tablet()
    task = tablet.record("team_task", {"text": "Åben"})
    over = tablet.record("team_task", {"text": "Udført"})
    tablet.sync(
        task,
        over,
        tablet.record("team_task_done", {"task_record_id": over["id"]}),
        tablet.record("team_message", {"text": "Besked", "to": "team"}),
    )
    span = figures()
    assert texts(listed(app)) == (["Åben"], ["Besked"], ["Udført"])
    assert texts(listed(app, MOMENT + span.done + timedelta(hours=1))) == (["Åben"], ["Besked"], [])
    assert texts(listed(app, MOMENT + span.messages + timedelta(hours=1))) == (["Åben"], [], [])


def test_for_me_is_what_names_me_and_what_is_to_my_citizens_tovholder(app: TabletApp) -> None:
    me, other = app.carers["k1"], app.carers["k2"]
    with app.planned.database.transaction("anna") as session:
        choose_coordinator(session, app.planned.team_id, UUID(app.citizens["c1"]), me, date(2026, 1, 1))
        choose_coordinator(session, app.planned.team_id, UUID(app.citizens["c2"]), other, date(2026, 1, 1))
    tablet = app.tablet()
    tablet.sync(
        tablet.record("team_message", {"text": "Min", "to": "tovholder"}, citizen_id=app.citizens["c1"]),
        tablet.record("team_message", {"text": "Andens", "to": "tovholder"}, citizen_id=app.citizens["c2"]),
        tablet.record("team_message", {"text": "Alles", "to": "team"}, citizen_id=app.citizens["c1"]),
        tablet.record("team_task", {"text": "Min opgave", "carer_id": str(me)}),
        tablet.record("team_task", {"text": "Ukendts opgave", "carer_id": str(UUID(int=7))}),
    )
    found = listed(app)
    assert texts(found.for_carer(me)) == (["Min opgave"], ["Min"], [])
    assert texts(found.for_carer(other)) == ([], ["Andens"], [])
    assert texts(found.for_carer(None)) == ([], [], [])


def test_new_is_what_others_sent_since_one_last_looked(app: TabletApp) -> None:
    tablet, planner = app.tablet(), user(app, "planner")
    carer, team_id = user(app, "carer"), app.planned.team_id
    task = tablet.record("team_task", {"text": "Åben"})
    tablet.sync(task)
    found = listed(app)
    assert found.count_new(None, planner.id) == 1
    assert found.count_new(None, carer.id) == 0, "one's own is not new"
    now = MOMENT + timedelta(minutes=10)
    assert found.until is not None
    with app.planned.database.transaction("x") as session:
        of = {"municipality_id": planner.municipality_id, "team_id": team_id, "user_id": planner.id}
        note_look(session, **of, until=found.until, now=now)
        note_look(session, **of, until=found.until - timedelta(days=1), now=now)
        assert looked_at(session, team_id, planner.id) == found.until, "a look is not taken back"
        assert looked_at(session, team_id, carer.id) is None
    assert found.count_new(found.until, planner.id) == 0
    app.planned.at(now)
    # Written before that look on a tablet without network, and sent after it: nobody has seen it.
    tablet.sync(tablet.record("team_task_done", {"task_record_id": task["id"]}))
    assert listed(app, now).count_new(found.until, planner.id) == 1
    with app.planned.database.transaction("x") as session:
        note_look(session, **of, until=now + timedelta(days=3), now=now)
        assert looked_at(session, team_id, planner.id) == now, "nobody has seen what is to come"


def test_planners_write_as_carers_do_but_without_a_tablet(app: TabletApp) -> None:
    me, citizen = writer(app), app.citizens["c1"]
    with app.planned.database.transaction("planner") as session:
        write_message(session, me, {"text": "Møde kl. 13", "to": "team"}, MOMENT)
        task = {
            "text": "Ring til lægen",
            "due_on": "2026-12-01",
            "citizen": citizen,
            "carer": str(app.carers["k2"]),
        }
        task_id = write_task(session, me, task, MOMENT)
    found = listed(app)
    assert texts(found) == (["Ring til lægen"], ["Møde kl. 13"], [])
    assert (found.tasks[0].entry.who, found.tasks[0].record.device_id) == ("Planner Prøve", None)
    assert found.tasks[0].for_carer_id == app.carers["k2"]
    with app.planned.database.transaction("planner") as session:
        task_done(session, me, task_id, "", MOMENT)
        with pytest.raises(MissingRowError):
            task_done(session, me, UUID(int=9), "", MOMENT)
    done = listed(app).done[0].done
    assert done is not None
    with app.planned.database.transaction("planner") as session:
        with pytest.raises(CellErrors):
            take_back(session, me, done.record.id, " ", MOMENT)
        take_back(session, me, done.record.id, "Tog den ikke", MOMENT)
    assert texts(listed(app))[0] == ["Ring til lægen"]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"text": "", "to": "team"}, "text"),
        ({"text": "x" * 4001, "to": "team"}, "text"),
        ({"text": "Hej", "to": "alle"}, "to"),
        ({"text": "Hej", "to": "tovholder"}, "citizen"),
        ({"text": "Hej", "to": "team", "citizen": str(UUID(int=3))}, "citizen"),
    ],
)
def test_a_message_that_is_not_right_says_where(
    written: tuple[TabletApp, Writer], cells: dict[str, str], field: str
) -> None:
    app, me = written
    with app.planned.database.transaction("planner") as session, pytest.raises(CellErrors) as wrong:
        write_message(session, me, cells, MOMENT)
    assert set(wrong.value.errors) == {field}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "Hej", "due_on": "i morgen"}, "due_on"),
        ({"text": "Hej", "carer": "k1"}, "carer"),
    ],
)
def test_a_task_that_is_not_right_says_where(
    written: tuple[TabletApp, Writer], cells: dict[str, str], field: str
) -> None:
    app, me = written
    with app.planned.database.transaction("planner") as session, pytest.raises(CellErrors) as wrong:
        write_task(session, me, cells, MOMENT)
    assert set(wrong.value.errors) == {field}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TabletApp, Writer]]:
    """A team in which nothing is ever kept."""
    with tablet_app(tmp_path_factory.mktemp("written")) as found:
        yield found, writer(found)
