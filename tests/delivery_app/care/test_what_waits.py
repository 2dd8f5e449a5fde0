"""What waits with a citizen until somebody writes what came of it; what an ended visit leaves; keys; who is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.due import due_of
from delivery_app.services.care.following import waiting
from delivery_app.services.care.handing_over import hand_over, left_over
from delivery_app.services.care.instructions import current_instructions, save_instruction
from delivery_app.services.care.keys import check_key, keys_of
from delivery_app.services.care.proposals import needs_words
from delivery_app.services.care.sheet import care_sheet, visit_tasks
from delivery_app.services.presence import away_on
from delivery_app.services.records.standards import merged
from models.catalogue_rules import Rules
from models.errors import MissingRowError, RememberingError
from models.tables import Absence, ActionInstruction, CareTask, Citizen, Need, Record
from tests.delivery_app.care.care_team import CareTeam, care_team, days
from tests.delivery_app.web.app_examples import app_of, send, somebody


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CareTeam]:
    with care_team(tmp_path_factory.mktemp("waits")) as made:
        yield made


@pytest.fixture
def session(of: CareTeam) -> Iterator[Session]:
    """Nothing of a test stays."""
    with Session(of.database.engine) as opened:
        opened.info["author"] = "planner"
        yield opened
        opened.rollback()


def write(session: Session, of: CareTeam, kind: str, *, hour: int = 7, **body: Any) -> Record:
    """A record of the citizen's on the roster's first day."""
    return of.record(session, kind, of.at(of.monday, hour), body=body)


def open_of(session: Session, of: CareTeam, today: date | None = None) -> list[tuple[UUID, date]]:
    return [
        (one.record_id, one.on) for one in waiting(session, [of.citizen_id], today or of.monday + days(1))
    ]


def test_a_date_to_look_again_waits_until_it_is_followed_up(session: Session, of: CareTeam) -> None:
    """D3, D17: of an observation, a state and loneliness alike."""
    on = of.monday + days(3)
    asked = [
        write(session, of, "note", text="Rød hæl", follow_up_on=on.isoformat()),
        write(session, of, "state", fsiii=str(uuid4()), level=3, follow_up_on=on.isoformat()),
        write(session, of, "community", text="Savner naboen", lonely=True, follow_up_on=on.isoformat()),
    ]
    write(session, of, "note", text="Uden dato")
    assert {one for one, _ in open_of(session, of)} == {one.id for one in asked}
    due = [one for one in due_of(session, of.team_id, of.monday) if one.kind == "follow_up"]
    assert {(one.row_id, one.on, one.citizen_id) for one in due} == {
        (one.id, on, of.citizen_id) for one in asked
    }
    again = (on + days(7)).isoformat()
    answer = write(session, of, "followed_up", record_id=str(asked[0].id), text="Bedre", follow_up_on=again)
    assert {one for one, _ in open_of(session, of)} == {answer.id, asked[1].id, asked[2].id}, "once more"
    of.record(session, "withdrawn", answer.at, corrects_id=asked[1].id, body={"reason": "x"})
    of.record(session, "withdrawn", answer.at, corrects_id=answer.id, body={"reason": "x"})
    assert {one for one, _ in open_of(session, of)} == {asked[0].id, asked[2].id}


def test_nobody_opened_is_asked_about_until_it_is_solved(session: Session, of: CareTeam) -> None:
    """D8: nothing is left in silence when the day is over."""
    knocked = write(session, of, "nobody_home")
    assert open_of(session, of, of.monday) == [], "of today it stands on the day's own pages"
    assert open_of(session, of) == [(knocked.id, of.monday)]
    step = {"step": "phone", "outcome": "Hos datteren", "decided_by": "Bo"}
    tried = write(session, of, "not_home_step", hour=8, solved=False, **step)
    assert open_of(session, of) == [(knocked.id, of.monday)]
    solved = write(session, of, "not_home_step", hour=9, solved=True, **step)
    assert open_of(session, of) == []
    of.record(session, "withdrawn", tried.at, corrects_id=solved.id, body={"reason": "x"})
    write(session, of, "followed_up", record_id=str(knocked.id), text="Var indlagt")
    assert open_of(session, of) == []


def test_a_planner_writes_what_came_of_it_and_it_is_in_the_journal(of: CareTeam) -> None:
    with of.database.transaction("carer") as made:
        note = write(made, of, "note", text="Blåt mærke", follow_up_on=of.monday.isoformat()).id
        strangers = made.scalars(select(Citizen.id).where(col(Citizen.id) != of.citizen_id)).first()
    planner = browser(of, "planner")
    base = f"/planner/{of.team_id}/citizens/{of.citizen_id}"
    form = f"{base}/care/follow/{note}"
    for page in (f"{base}/care", f"/planner/{of.team_id}/due"):
        assert form in planner.get(page).text
    assert "Blåt mærke" in planner.get(form).text
    assert send(planner, form, text="").status_code == 422
    assert send(planner, form.replace(str(of.citizen_id), str(strangers)), text="x").status_code == 404
    assert send(planner, form, text="Lægen har set det").status_code == 303
    assert "Lægen har set det" in planner.get(f"{base}/journal").text
    assert form not in planner.get(f"/planner/{of.team_id}/due").text
    assert send(planner, form, text="en gang til").status_code == 404
    assert send(browser(of, "carer"), form, text="x").status_code == 404


def browser(of: CareTeam, name: str) -> TestClient:
    app = app_of(of.database)
    app.state.clock = lambda: of.at(of.monday)
    return somebody(app, name)


def test_who_is_better_or_worse_is_told_to_the_authority_in_words() -> None:
    """D15, ældreloven § 18 stk. 6: what the plan was changed to does not say whom one told."""
    for direction, answer, needed in (
        ("better", "no_change", True),
        ("worse", "changed_plan", True),
        ("other", "changed_plan", False),
        ("other", "asked_authority", True),
    ):
        record = Record(body={"direction": direction})  # type: ignore[call-arg]
        assert needs_words(record, answer) is needed


def ended(session: Session, of: CareTeam) -> tuple[Need, Need]:
    """The visit's need, ended after the roster's first week, and another one of the citizen from then on."""
    old = session.get_one(Need, of.need_id)
    old.until_date = of.monday + days(7)
    values = old.model_dump(exclude={"id", "code", "until_date", "created_at", "created_by"})
    new = Need(**{**values, "code": "new-1", "from_date": of.monday + days(7), "days": [0, 2]})
    session.add(new)
    session.flush()
    return old, new


def care_task(session: Session, of: CareTeam, text: str, **more: Any) -> CareTask:
    team = session.get_one(Citizen, of.citizen_id)
    row = CareTask(
        municipality_id=team.municipality_id, team_id=of.team_id, citizen_id=of.citizen_id, need_id=of.need_id,
        text=text, from_date=of.monday, **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_what_an_ended_visit_leaves_goes_over_to_another(session: Session, of: CareTeam) -> None:
    care_task(session, of, "Se til katten", days=[1, 2], note="Bag døren", minutes=5)
    care_task(session, of, "Er forbi", until_date=of.monday + days(2))
    cells = {"title": "Bad", "text": "Bænk", "need": str(of.need_id)}
    save_instruction(session, of.team_id, of.citizen_id, cells)
    assert left_over(session, [of.citizen_id]) == [], "the visit goes on"
    old, new = ended(session, of)
    (found,) = left_over(session, [of.citizen_id])
    assert [one.text for one in found.tasks] == ["Se til katten"]
    assert [one.title for one in found.instructions] == ["Bad"]
    assert "left_over" in {one.kind for one in due_of(session, of.team_id, of.monday)}

    hand_over(session, of.team_id, of.citizen_id, old.id, new.id, of.monday, "Afløst")
    assert left_over(session, [of.citizen_id]) == []
    then = of.monday + days(7 + 2)
    (task,) = visit_tasks(session, of.citizen_id, new.id, then)
    assert (task.name.da, task.note, task.minutes) == ("Se til katten", "Bag døren", 5)
    assert visit_tasks(session, of.citizen_id, new.id, then + days(5)) == (), "on Monday it is not done"
    assert [one.name.da for one in visit_tasks(session, of.citizen_id, old.id, of.monday + days(1))] == [
        "Se til katten",
        "Er forbi",
    ]
    (row,) = current_instructions(session, [of.citizen_id])
    assert (row.need_id, row.version, row.text, row.reason) == (new.id, 2, "Bænk", "Afløst")
    with pytest.raises(MissingRowError):
        hand_over(session, of.team_id, of.citizen_id, old.id, new.id, of.monday, "Igen")


def test_what_an_ended_visit_leaves_may_end_with_it(session: Session, of: CareTeam) -> None:
    care_task(session, of, "Se til katten")
    cells = {"title": "Bad", "text": "Bænk", "need": str(of.need_id)}
    save_instruction(session, of.team_id, of.citizen_id, cells)
    old, new = ended(session, of)
    new.until_date = of.monday + days(7)
    with pytest.raises(RememberingError):
        hand_over(session, of.team_id, of.citizen_id, old.id, new.id, of.monday, "x")
    hand_over(session, of.team_id, of.citizen_id, old.id, None, of.monday, "Slut")
    assert left_over(session, [of.citizen_id]) == []
    assert current_instructions(session, [of.citizen_id]) == []
    last = session.scalars(select(ActionInstruction).order_by(col(ActionInstruction.version).desc())).first()
    assert last is not None
    assert (last.withdrawn, last.reason) == (True, "Slut")
    assert visit_tasks(session, of.citizen_id, old.id, of.monday + days(6))
    assert not visit_tasks(session, of.citizen_id, old.id, of.monday + days(7))


def test_keys_that_are_out_are_told_by_their_receipts(session: Session, of: CareTeam) -> None:
    """D14."""

    def out() -> list[tuple[str, bool, str]]:
        found = keys_of(session, [of.citizen_id]).get(of.citizen_id, ())
        return [(one.receipt_no, one.lost, one.kept) for one in found]

    write(session, of, "key", what="received", receipt_no="17", cannot_open=True, kept="Skab 3")
    write(session, of, "key", hour=8, what="received", receipt_no="18", cannot_open=True)
    assert out() == [("17", False, "Skab 3"), ("18", False, "")]
    lost = write(session, of, "key", hour=9, what="lost", receipt_no="18")
    assert out() == [("17", False, "Skab 3"), ("18", True, "")]
    write(session, of, "key", hour=10, what="handed_back")
    assert out() == [("18", True, "")], "without a number it is the one that is not lost"
    of.record(session, "withdrawn", lost.at, corrects_id=lost.id, body={"reason": "Fundet"})
    assert out() == [("18", False, "")], "it was not lost after all"


def test_a_key_is_received_of_who_cannot_open_against_a_receipt(session: Session, of: CareTeam) -> None:
    """D14: by the provider's own rule, where the catalogue says nothing else."""

    def refused(**body: Any) -> str:
        row = write(session, of, "key", **body)
        try:
            check_key(session, row)
        except RememberingError as error:
            return str(error)
        return ""

    assert "cannot open" in refused(what="received", receipt_no="17")
    assert "cannot open" in refused(what="received", receipt_no="17", cannot_open=False)
    assert "receipt" in refused(what="received", cannot_open=True)
    assert refused(what="received", receipt_no="17", cannot_open=True) == ""
    assert refused(what="handed_back") == ""
    assert not merged(Rules(key_receipt={"value": False, "default": True, "note": NOTE})).key_receipt  # type: ignore[arg-type]
    assert merged(None).key_receipt


NOTE = {"da": "x", "en": "x"}


def test_a_key_is_told_to_those_who_may_get_in(session: Session, of: CareTeam) -> None:
    write(session, of, "key", what="received", receipt_no="17", cannot_open=True)

    def keys(carer_id: UUID | None) -> int:
        now = of.at(of.when)
        return len(
            care_sheet(session, of.team_id, of.citizen_id, of.need_id, of.when, carer_id, now=now).keys
        )

    assert (keys(of.carer_id), keys(of.stranger_id), keys(None)) == (1, 0, 1)


def test_who_is_away_is_said_though_the_roster_was_published_before(session: Session, of: CareTeam) -> None:
    """D16: from the moment it is written down, to the end."""
    citizen = session.get_one(Citizen, of.citizen_id)
    session.add(
        Absence(
            municipality_id=citizen.municipality_id, team_id=of.team_id, citizen_id=citizen.id, reason="Sygehus",
            start_date=of.monday, start_min=600, end_date=of.monday + days(2), end_min=0,
        )
    )  # fmt: skip
    session.flush()

    def holds(day: int, first: int, last: int) -> bool:
        when = of.monday + days(day)
        times = away_on(session, [citizen.id], when).get(citizen.id, ())
        return any(one.holds(when, first, last) for one in times)

    assert [holds(0, 540, 600), holds(0, 590, 601), holds(1, 480, 500), holds(2, 0, 30)] == [
        False,
        True,
        True,
        False,
    ]
    found = care_sheet(session, of.team_id, citizen.id, None, of.monday + days(1), None).away
    assert [(one.reason, one.last) for one in found] == [("Sygehus", of.monday + days(1))]
