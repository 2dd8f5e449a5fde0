"""The sheet of a visit: what to do, what changed since one was there, who may know how to get in (D1, D12-D14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from delivery_app.services.care.coordinating import choose_coordinator
from delivery_app.services.care.difference import difference
from delivery_app.services.care.due import Due, due_of, years_later
from delivery_app.services.care.editing import record_review, save_task, save_warning
from delivery_app.services.care.instructions import (
    history_of,
    save_instruction,
    withdraw_instruction,
)
from delivery_app.services.care.sheet import CareSheet, care_sheet
from models.errors import ConflictError, MissingRowError
from models.tables import ActionInstruction, Citizen, Grant, Package, Relative
from tests.delivery_app.care.care_team import CareTeam, care_team, days

SECRET = "Nøgleboks ved bagdøren"


@pytest.fixture(scope="module")
def of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CareTeam]:
    with care_team(tmp_path_factory.mktemp("care")) as made:
        yield made


@pytest.fixture
def session(of_all: CareTeam) -> Iterator[Session]:
    """Nothing of a test stays."""
    with Session(of_all.database.engine) as opened:
        opened.info["author"] = "planner"
        yield opened
        opened.rollback()


def sheet(session: Session, of: CareTeam, *, when: date | None = None, **more: Any) -> CareSheet:
    """The sheet of the visit, as its carer reads it that morning."""
    when = when or of.when
    values: dict[str, Any] = {"carer_id": of.carer_id, "now": of.at(of.when)} | more
    return care_sheet(session, of.team_id, of.citizen_id, of.need_id, when, **values)


def task(session: Session, of: CareTeam, **cells: str) -> UUID:
    """A task of the visit."""
    return save_task(
        session, of.team_id, of.need_id, {"from_date": of.monday.isoformat(), **cells}, of.monday
    ).id


def instruction(session: Session, of: CareTeam, text: str = "A\nB") -> UUID:
    """An instruction written long ago."""
    row = save_instruction(session, of.team_id, of.citizen_id, {"title": "Bad", "text": text})
    row.created_at = of.at(of.monday) - days(40)
    session.flush()
    return row.series_id


def test_tasks_are_those_of_the_day_in_order(session: Session, of_all: CareTeam) -> None:
    first = task(session, of_all, code="bath")
    second = task(session, of_all, text="Se til katten", minutes="5")
    task(session, of_all, text="Kun om tirsdagen", days="tue")
    task(session, of_all, text="Senere", from_date=(of_all.monday + days(3)).isoformat())
    found = sheet(session, of_all).tasks
    assert [one.task_id for one in found] == [first, second]
    assert (found[0].name.da, found[0].name.en) == ("Brusebad", "Shower")
    assert (found[1].name.da, found[1].name.en, found[1].minutes) == ("Se til katten", "Se til katten", 5)
    tuesday = [one.name.da for one in sheet(session, of_all, when=of_all.monday + days(1)).tasks]
    assert "Kun om tirsdagen" in tuesday


def test_task_that_ended_is_not_done(session: Session, of_all: CareTeam) -> None:
    task(session, of_all, text="Til i går", last_date=of_all.monday.isoformat())
    assert len(sheet(session, of_all, when=of_all.monday).tasks) == 1
    assert sheet(session, of_all, when=of_all.monday + days(1)).tasks == ()


def test_visit_without_a_need_has_no_tasks(session: Session, of_all: CareTeam) -> None:
    task(session, of_all, code="bath")
    found = care_sheet(session, of_all.team_id, of_all.citizen_id, None, of_all.when, of_all.carer_id)
    assert found.tasks == ()


def test_access_is_shown_to_those_who_come_soon(session: Session, of_all: CareTeam) -> None:
    """Today and the next two days, by the published roster; never to whoever only is in the team."""
    session.get_one(Citizen, of_all.citizen_id).access_note = SECRET
    session.flush()

    def shown(**more: Any) -> bool:
        found = sheet(session, of_all, **more)
        assert (found.access_note == SECRET) == found.access_allowed
        return found.access_allowed

    assert shown()
    assert shown(now=of_all.at(of_all.when) - days(2))
    assert not shown(now=of_all.at(of_all.when) - days(3))
    assert not shown(now=of_all.at(of_all.when) + days(30))
    assert not shown(carer_id=of_all.stranger_id)
    assert shown(carer_id=of_all.stranger_id, sent_there=True)
    assert shown(carer_id=None)


def test_change_is_marked_until_one_has_been_there(session: Session, of_all: CareTeam) -> None:
    series = instruction(session, of_all)
    of_all.record(session, "ended", of_all.at(of_all.monday) - days(7))
    quiet = sheet(session, of_all).instructions[0]
    assert (quiet.changed_since_last_visit, quiet.pieces) == (False, ())
    new = save_instruction(
        session,
        of_all.team_id,
        of_all.citizen_id,
        {"title": "Bad", "text": "A\nC", "reason": "Ny stol"},
        series_id=series,
        seen=1,
    )
    new.created_at = of_all.at(of_all.monday) - days(3)
    session.flush()
    marked = sheet(session, of_all).instructions[0]
    assert (marked.version, marked.changed_since_last_visit, marked.is_new) == (2, True, False)
    assert [(one.kind, one.text.strip()) for one in marked.pieces] == [
        ("same", "A"),
        ("out", "B"),
        ("into", "C"),
    ]
    of_all.record(session, "started", of_all.at(of_all.monday) - days(1))
    assert not sheet(session, of_all).instructions[0].changed_since_last_visit


def test_a_start_that_was_taken_back_does_not_hide_the_mark(session: Session, of_all: CareTeam) -> None:
    """Pressed at the wrong citizen's: who was not there has not read it."""
    instruction(session, of_all)
    before = sheet(session, of_all)
    started = of_all.record(session, "started", of_all.at(of_all.monday) - days(1))
    assert sheet(session, of_all).last_there == started.at
    of_all.record(session, "withdrawn", started.at, corrects_id=started.id, body={"reason": "Forkert borger"})
    assert sheet(session, of_all).last_there == before.last_there


def test_own_visit_under_way_does_not_hide_the_mark(session: Session, of_all: CareTeam) -> None:
    instruction(session, of_all)
    of_all.record(session, "ended", of_all.at(of_all.monday) - days(60))
    of_all.record(session, "started", of_all.at(of_all.when))
    found = sheet(session, of_all).instructions[0]
    assert (found.changed_since_last_visit, found.is_new) == (True, True)


def test_whoever_was_never_there_is_told_so(session: Session, of_all: CareTeam) -> None:
    instruction(session, of_all)
    found = sheet(session, of_all, carer_id=of_all.stranger_id)
    assert found.first_time
    assert not found.instructions[0].changed_since_last_visit
    assert not sheet(session, of_all, carer_id=None).first_time


def test_published_visits_count_as_having_been_there(session: Session, of_all: CareTeam) -> None:
    """Before anything was recorded on tablets, the roster says who was there; what is to come does not count."""
    after = of_all.when + days(1)
    assert sheet(session, of_all, when=after, now=of_all.at(after)).last_there is not None
    assert sheet(session, of_all, when=after, now=of_all.at(of_all.when)).last_there is None


def test_withdrawn_instruction_is_not_shown_and_stays_on_record(session: Session, of_all: CareTeam) -> None:
    series = instruction(session, of_all)
    withdraw_instruction(session, of_all.team_id, of_all.citizen_id, series, 1, "Ikke mere")
    assert sheet(session, of_all).instructions == ()
    assert [one.row.version for one in history_of(session, of_all.team_id, series)] == [2, 1]
    with pytest.raises(ConflictError):
        withdraw_instruction(session, of_all.team_id, of_all.citizen_id, series, 1, "Igen")


def test_second_to_write_a_version_is_told(session: Session, of_all: CareTeam) -> None:
    series = instruction(session, of_all)
    cells = {"title": "Bad", "text": "A", "reason": "Først"}
    save_instruction(session, of_all.team_id, of_all.citizen_id, cells, series_id=series, seen=1)
    with pytest.raises(ConflictError):
        save_instruction(
            session,
            of_all.team_id,
            of_all.citizen_id,
            {**cells, "text": "B", "reason": "Så"},
            series_id=series,
            seen=1,
        )
    texts = [one.row.text for one in history_of(session, of_all.team_id, series)]
    assert texts == ["A", "A\nB"]


def test_instruction_of_another_citizen_is_not_there(session: Session, of_all: CareTeam) -> None:
    series = instruction(session, of_all)
    other = next(row.id for row in session.query(Citizen).all() if row.id != of_all.citizen_id)
    with pytest.raises(MissingRowError):
        save_instruction(
            session,
            of_all.team_id,
            other,
            {"title": "Bad", "text": "X", "reason": "Y"},
            series_id=series,
        )
    assert session.query(ActionInstruction).filter_by(series_id=series).count() == 1


def test_warnings_to_be_read_first_stand_first(session: Session, of_all: CareTeam) -> None:
    for code in ("hearing", "dog", "two_carers"):
        save_warning(session, of_all.team_id, of_all.citizen_id, {"code": code}, of_all.monday)
    found = sheet(session, of_all)
    assert [one.code for one in found.warnings] == ["two_carers", "dog", "hearing"]
    assert [one.code for one in found.stops] == ["two_carers", "dog"]


def test_only_relatives_who_may_be_told_stand_there(session: Session, of_all: CareTeam) -> None:
    citizen = session.get_one(Citizen, of_all.citizen_id)
    for name, may in (("Ja", True), ("Nej", False)):
        session.add(
            Relative(
                municipality_id=citizen.municipality_id,
                team_id=of_all.team_id,
                citizen_id=citizen.id,
                name=name,
                may_be_told=may,
            )
        )
    session.flush()
    assert [one.name for one in sheet(session, of_all).relatives] == ["Ja"]


def test_coordinator_holds_from_a_date(session: Session, of_all: CareTeam) -> None:
    at = (of_all.team_id, of_all.citizen_id)
    assert choose_coordinator(session, *at, of_all.carer_id, of_all.monday)
    assert not choose_coordinator(session, *at, of_all.carer_id, of_all.monday)
    assert choose_coordinator(session, *at, None, of_all.monday + days(2))
    assert sheet(session, of_all).coordinator
    assert not sheet(session, of_all, when=of_all.monday + days(2)).coordinator


def due_kinds(session: Session, of: CareTeam, today: date) -> dict[str, Due]:
    """What is due with the citizen."""
    return {one.kind: one for one in due_of(session, of.team_id, today, {of.citizen_id})}


def test_workplace_is_assessed_at_the_start_and_every_three_years(session: Session, of_all: CareTeam) -> None:
    citizen = session.get_one(Citizen, of_all.citizen_id)
    assert due_kinds(session, of_all, of_all.monday)["workplace"].on == citizen.from_date
    cells = {"kind": "workplace", "done_on": of_all.monday.isoformat()}
    record_review(session, of_all.team_id, of_all.citizen_id, cells, of_all.monday)
    assert due_kinds(session, of_all, of_all.monday)["workplace"].on == years_later(of_all.monday, 3)
    sooner = of_all.monday + days(100)
    record_review(
        session, of_all.team_id, of_all.citizen_id, cells | {"next_on": sooner.isoformat()}, of_all.monday
    )
    assert due_kinds(session, of_all, of_all.monday)["workplace"].on == sooner


def test_leap_day_has_a_day_three_years_later() -> None:
    assert years_later(date(2028, 2, 29), 3) == date(2031, 2, 28)


def test_rehabilitation_has_a_midway_and_an_end(session: Session, of_all: CareTeam) -> None:
    """The catalogue's ten weeks from the grant: midway after five, closing on the last day, weeks left counted."""
    begun = rehabilitation(session, of_all)
    found = due_kinds(session, of_all, begun)
    assert (found["midway"].on, found["closing"].on) == (begun + days(35), begun + days(69))
    assert found["closing"].weeks_left == 10
    assert due_kinds(session, of_all, begun + days(64))["closing"].weeks_left == 1
    assert due_kinds(session, of_all, begun + days(70))["closing"].weeks_left == 0
    midway = begun + days(35)
    cells = {"kind": "midway", "done_on": midway.isoformat(), "outcome": "continued"}
    record_review(session, of_all.team_id, of_all.citizen_id, cells, midway)
    assert {"midway", "closing"} & due_kinds(session, of_all, midway).keys() == {"closing"}


def rehabilitation(session: Session, of: CareTeam) -> date:
    """Grant the citizen the rehabilitation package in place of the other; from when."""
    citizen = session.get_one(Citizen, of.citizen_id)
    for grant in session.query(Grant).filter_by(citizen_id=citizen.id):
        grant.until_date = grant.from_date
    package = session.query(Package).filter_by(team_id=of.team_id, code="rehabilitering").one()
    session.add(
        Grant(
            municipality_id=citizen.municipality_id,
            team_id=of.team_id,
            citizen_id=citizen.id,
            package_id=package.id,
            from_date=of.monday,
        )
    )
    session.flush()
    return of.monday


WORDS = st.lists(st.sampled_from(["a", "b", "c", "\n", " ", "  ", "bad"]), max_size=12).map("".join)


@settings(max_examples=60, deadline=None)
@given(before=WORDS, after=WORDS)
def test_pieces_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(one.text for one in pieces if one.kind != "into") == before
    assert "".join(one.text for one in pieces if one.kind != "out") == after
    if before == after:
        assert all(one.kind == "same" for one in pieces)
