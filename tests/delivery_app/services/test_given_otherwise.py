"""What citizens were given otherwise than planned counts in the drift of their packages (L5, S9, S21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from delivery_app.bridge import problem_from
from delivery_app.moment import ZONE
from models.catalogue import CATALOGUE_FOLDER
from models.stored_catalogue import store_catalogue
from models.tables import Carer, CitizenWeek, EmergencyCall, Need, Package, Record, Roster, Team, Visit
from tests.delivery_app.planner.planned_app import PlannedApp, planned_app

MONDAY = date(2026, 11, 30)
FOLLOWING = "2026-W50"


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[PlannedApp]:
    """The team of three; each citizen has visits of 30 minutes on Monday and Tuesday."""
    with planned_app(tmp_path) as found:
        yield found


def at(clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hours, minutes, tzinfo=ZONE)


def say(
    planned: PlannedApp, kind: str, clock: str, body: dict[str, Any] | None = None, **values: Any
) -> UUID:
    """A record of the first need's visit on Monday."""
    with planned.database.transaction() as session:
        team = session.get_one(Team, planned.team_id)
        need = session.scalars(select(Need).where(col(Need.code) == "n1")).one()
        row = Record(
            municipality_id=team.municipality_id,
            team_id=team.id,
            citizen_id=need.citizen_id,
            on_date=MONDAY,
            user_id=uuid4(),
            kind=kind,
            body=body or {},
            device_at=at(clock),
            received_at=at(clock),
            **{"need_id": need.id, "at": at(clock), **values},
        )
        session.add(row)
        return row.id


def given(planned: PlannedApp) -> dict[str, int]:
    """By citizen: the minutes of the week that a plan of the next one is told."""
    with planned.database.reading() as session:
        problem = problem_from(session, planned.team_id, FOLLOWING)
    return {row.citizen_id: row.minutes for row in problem.delivered if row.week == -1}


def mark(planned: PlannedApp) -> UUID | None:
    with planned.database.reading() as session:
        return session.scalar(sa.select(col(Team.data_mark)).where(col(Team.id) == planned.team_id))


def call(planned: PlannedApp) -> UUID:
    """An emergency call of the first citizen's, to which somebody went for 25 minutes."""
    with planned.database.transaction() as session:
        team = session.get_one(Team, planned.team_id)
        row = EmergencyCall(
            municipality_id=team.municipality_id,
            team_id=team.id,
            citizen_id=session.scalars(select(Need.citizen_id).where(col(Need.code) == "n1")).one(),
            on_date=MONDAY,
            asked_at=at("12:00"),
            what="Faldet",
            minutes=60,
            user_id=uuid4(),
        )
        session.add(row)
        session.flush()
        call_id = row.id
    say(planned, "emergency_arrived", "12:20", call_id=call_id, need_id=None)
    say(planned, "emergency_ended", "12:45", {"outcome": "Hjulpet op"}, call_id=call_id, need_id=None)
    return call_id


def silent(planned: PlannedApp) -> None:
    """The municipality's catalogue says no more whether emergency calls lie inside the packages."""
    with planned.database.transaction() as session:
        team = session.get_one(Team, planned.team_id)
        text = (CATALOGUE_FOLDER / "albertslund.toml").read_text("utf-8")
        store_catalogue(session, team.municipality_id, re.sub(r"(?m)^emergency_calls = .*\n", "", text))


def test_emergency_calls_count_where_the_catalogue_has_them_inside(planned: PlannedApp) -> None:
    assert given(planned) == {"c1": 60, "c2": 60, "c3": 60}
    call(planned)
    assert given(planned) == {"c1": 85, "c2": 60, "c3": 60}
    before = mark(planned)
    silent(planned)
    assert mark(planned) != before
    assert given(planned)["c1"] == 60


def test_a_call_by_screen_counts_as_the_visit_that_it_became(planned: PlannedApp) -> None:
    say(planned, "started", "08:20")
    say(planned, "ended", "09:10")
    assert given(planned)["c1"] == 60, "a visit as planned counts as planned"
    before = mark(planned)
    taken_back = say(planned, "made_physical", "08:05", {"reason": "Ingen lyd"})
    assert mark(planned) != before, "a plan in memory is read anew"
    assert given(planned)["c1"] == 80, "50 minutes in the place of 30"
    before = mark(planned)
    say(planned, "withdrawn", "09:30", {"reason": "Forkert"}, corrects_id=taken_back)
    assert mark(planned) != before
    assert given(planned)["c1"] == 60


def test_its_end_in_the_home_reads_the_plan_anew_and_others_do_not(planned: PlannedApp) -> None:
    before = mark(planned)
    say(planned, "started", "08:20")
    say(planned, "ended", "08:50")
    assert mark(planned) == before
    say(planned, "made_physical", "08:05", {"reason": "Ingen lyd"})
    before = mark(planned)
    say(planned, "ended", "09:10")
    assert mark(planned) != before


@pytest.mark.parametrize("counts", [True, False])
def test_a_visit_in_its_place_counts_once(planned: PlannedApp, counts: bool) -> None:
    """Whether the new visit counts by itself or not: what it took the place of does no more."""
    say(planned, "made_physical", "08:05", {"reason": "Ingen lyd"}, at=datetime(2026, 1, 5, tzinfo=ZONE))
    assert given(planned)["c1"] == 60, "nothing is known of a visit yet: the plan counts"
    with planned.database.transaction() as session:
        need = session.scalars(select(Need).where(col(Need.code) == "n1")).one()
        values = need.model_dump(exclude={"id", "code", "created_at", "changed_at", "row_version", "counts"})
        new = Need(**{**values, "until_date": MONDAY + timedelta(days=7)}, code="c1-1", counts=counts)
        session.add(new)
        session.flush()
        roster = session.scalars(select(Roster)).one()
        visit = session.scalars(
            select(Visit).where(col(Visit.need_id) == need.id, col(Visit.date) == MONDAY)
        ).one()
        again = visit.model_dump(exclude={"id", "created_at", "changed_at", "need_id", "position"})
        session.add(
            Visit(
                **{**again, "need_code": "c1-1", "end_min": visit.start_min + 45}, need_id=new.id, position=99
            )
        )
        if counts:
            session.execute(
                sa.text(
                    "UPDATE citizen_week SET minutes = 105 WHERE citizen_code = 'c1' AND roster_id = :id"
                ),
                {"id": roster.id.hex},
            )
    assert given(planned)["c1"] == 75, "45 minutes in the place of 30"


@pytest.mark.parametrize(("counts", "given_min"), [("both", 60 + 2 * 50), ("once", 60 + 50 - 30)])
def test_two_carers_count_in_what_was_given_as_in_the_plan(
    planned: PlannedApp, counts: str, given_min: int
) -> None:
    """A call that becomes a visit of two, 50 minutes each, in the place of one of 30 minutes (of two, in the plan)."""
    with planned.database.transaction() as session:
        need = session.scalars(select(Need).where(col(Need.code) == "n1")).one()
        need.carers = 2
        for package in session.scalars(select(Package)):
            package.two_carers_count = counts
        carers = session.scalars(select(Carer.id).order_by(col(Carer.code)).limit(2)).all()
        if counts == "both":
            session.execute(
                sa.update(CitizenWeek).where(col(CitizenWeek.citizen_code) == "c1").values(minutes=120)
            )
    say(planned, "made_physical", "08:05", {"reason": "Ingen lyd"})
    for carer_id in carers:
        say(planned, "started", "08:20", carer_id=carer_id)
        say(planned, "ended", "09:10", carer_id=carer_id)
    assert given(planned)["c1"] == given_min


def test_who_went_out_instead_of_a_call_has_been_seen(planned: PlannedApp) -> None:
    """Continuity counts faces in the home: a call has none, the visit it became has (S3)."""
    with planned.database.transaction() as session:
        need = session.scalars(select(Need).where(col(Need.code) == "n1")).one()
        session.execute(sa.update(Visit).where(col(Visit.need_id) == need.id).values(modality="screen"))
        carer_id = session.scalars(select(Carer.id).where(col(Carer.code) == "k3")).one()

    def faces() -> set[str]:
        with planned.database.reading() as session:
            problem = problem_from(session, planned.team_id, FOLLOWING)
        return {row.carer_id for row in problem.history if row.citizen_id == "c1"}

    say(planned, "screen_opened", "08:00", carer_id=carer_id)
    assert faces() == set()
    say(
        planned, "screen_ended", "08:05", {"quality": "failed", "outcome": "made_physical"}, carer_id=carer_id
    )
    assert faces() == set(), "nobody has gone yet"
    say(planned, "started", "08:20", carer_id=carer_id)
    assert faces() == {"k3"}


def test_what_lies_outside_of_the_week_is_not_its(planned: PlannedApp) -> None:
    call(planned)
    with planned.database.transaction() as session:
        row = session.scalars(select(EmergencyCall)).one()
        row.on_date = MONDAY + timedelta(days=7)
    assert given(planned)["c1"] == 60
