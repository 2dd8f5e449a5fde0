"""A need that goes on is fitted into later published weeks too; what has no place is told what would help (S14, S11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from delivery_app.bridge import roster_from, save_roster
from delivery_app.bridge.fitting import Wanted, offered, taken
from delivery_app.bridge.fitting_on import OTHER_DAY, Help, helps
from delivery_app.jobs import about_plans
from delivery_app.moment import Moment
from delivery_app.services.fitting import (
    Question,
    keep_fitted,
    need_row,
    question,
    question_again,
    weeks_that_wait,
)
from models.tables import Citizen, Need, Shift
from scheduler.problem import Problem
from scheduler.roster import Roster
from tests.delivery_app.services.planned_team import EARLY, MONDAY, PlannedTeam, planned_team

CELLS = {"service": "safety", "days": "mon", "window_start": "08:00", "window_end": "10:30", "minutes": "20"}
NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
def at_hand(sqlite_database: str) -> Iterator[PlannedTeam]:
    with planned_team(sqlite_database) as made:
        yield made


def asked(of: PlannedTeam, *, once: bool, **cells: str) -> Question:
    with of.database.reading() as session:
        citizen = session.scalars(select(Citizen).where(col(Citizen.code) == "c2")).one()
        return question(
            session, of.team_id, of.roster_id, citizen.id, {**CELLS, **cells}, once=once, now=EARLY
        )


def next_week(of: PlannedTeam) -> UUID:
    """The week after is published too, with the same shifts and no visit."""
    empty = replace(of.roster, first_monday=NEXT_MONDAY, visits=(), unplaced=(), breaks=(), sessions=(),
                    open_shifts=(), citizens=(), contacts=())  # fmt: skip
    with of.database.transaction("anna") as session:
        for row in session.scalars(select(Shift)).all():
            values = row.model_dump(exclude={"id", "created_at", "created_by", "changed_at", "changed_by"})
            session.add(Shift(**{**values, "date": row.date + timedelta(days=7)}))
        session.flush()
        return save_roster(session, of.team_id, empty, "published").id


def fit_in(of: PlannedTeam, *, once: bool) -> UUID:
    """The best way taken; the need's row."""
    found = asked(of, once=once)
    ways = offered(found.plan.problem, found.plan.roster, found.wanted, EARLY).ways
    answer = taken(found.plan.problem, found.plan.roster, found.wanted, ways[0].key, EARLY)
    with of.database.transaction("clara") as session:
        keep_fitted(session, of.team_id, of.roster_id, answer, EARLY)
        return need_row(session, of.team_id, answer.need.code)


def waiting(of: PlannedTeam, need_id: UUID) -> list[UUID]:
    with of.database.reading() as session:
        return [one.roster_id for one in weeks_that_wait(session, of.team_id, need_id, MONDAY)]


def test_published_weeks_without_it_wait_and_get_it_one_by_one(at_hand: PlannedTeam) -> None:
    later = next_week(at_hand)
    need_id = fit_in(at_hand, once=False)
    assert waiting(at_hand, need_id) == [later]
    with at_hand.database.reading() as session:
        found = question_again(session, at_hand.team_id, later, need_id, EARLY)
    ways = offered(found.plan.problem, found.plan.roster, found.wanted, EARLY).ways
    answer = taken(found.plan.problem, found.plan.roster, found.wanted, ways[0].key, EARLY)
    with at_hand.database.transaction("clara") as session:
        done = keep_fitted(session, at_hand.team_id, later, answer, EARLY, is_known=True)
        assert (done.roster.status, done.roster.first_monday) == ("published", NEXT_MONDAY)
        visits = [row for row in roster_from(session, done.roster.id).visits if row.citizen_id == "c2"]
        code = session.get_one(Need, need_id).code
        assert [row.need_id for row in visits] == [code]
        # The team has it once.
        assert len(session.scalars(select(Need).where(col(Need.code).startswith("c2-"))).all()) == 1
    assert waiting(at_hand, need_id) == []


def test_what_is_of_one_week_waits_nowhere(at_hand: PlannedTeam) -> None:
    next_week(at_hand)
    assert waiting(at_hand, fit_in(at_hand, once=True)) == []


def test_no_place_is_told_what_would_give_one_and_that_does(at_hand: PlannedTeam) -> None:
    found = asked(at_hand, once=True, qualification="nurse")
    assert offered(found.plan.problem, found.plan.roster, found.wanted, EARLY).ways == ()
    rows = helps(found.plan.problem, found.plan.roster, found.wanted, EARLY)
    lower = next(row for row in rows if row.what == "qualification")
    assert set(lower.cells) == {"qualification"}
    asked_so = asked(at_hand, once=True, **lower.cells)
    assert offered(asked_so.plan.problem, asked_so.plan.roster, asked_so.wanted, EARLY).ways
    # What is not the form's to change says so: there is nothing to ask again with.
    assert all(not row.cells for row in rows if row.what in ("shift", "extra_shift", "break"))


def test_no_place_on_its_day_is_told_of_other_days_that_lie_ahead(at_hand: PlannedTeam) -> None:
    """Nobody is on duty on Wednesday; Monday evening only Tuesday is left."""
    found = asked(at_hand, once=True, days="wed")
    assert offered(found.plan.problem, found.plan.roster, found.wanted, EARLY).ways == ()
    rows = helps(found.plan.problem, found.plan.roster, found.wanted, EARLY)
    days = [row for row in rows if row.what == OTHER_DAY]
    assert {row.by: row.cells for row in days} == {
        "2026-11-30": {"days": "mon"},
        "2026-12-01": {"days": "tue"},
    }
    for row in days:
        again = asked(at_hand, once=True, **row.cells)
        ways = offered(again.plan.problem, again.plan.roster, again.wanted, EARLY).ways
        assert (row.day, row.start_min, row.carers) in [
            (one.date, one.start_min, tuple(carer for carer, _ in one.faces))
            for way in ways
            for one in way.visits
        ]
    evening = replace(EARLY, minute=20 * 60)
    late = helps(found.plan.problem, found.plan.roster, found.wanted, evening)
    assert [row.by for row in late if row.what == OTHER_DAY] == ["2026-12-01"]


def test_one_of_several_days_without_a_place_is_helped_too(at_hand: PlannedTeam) -> None:
    found = asked(at_hand, once=True, days="mon wed")
    offers = offered(found.plan.problem, found.plan.roster, found.wanted, EARLY)
    assert offers.ways
    assert [row.date for row in offers.nowhere] == [MONDAY + timedelta(days=2)]
    rows = helps(found.plan.problem, found.plan.roster, found.wanted, EARLY)
    assert {row.when for row in rows} == {MONDAY + timedelta(days=2)}
    # Monday stays, Wednesday becomes Tuesday.
    assert [row.cells for row in rows if row.what == OTHER_DAY] == [{"days": "mon tue"}]


def test_page_that_looks_again_while_the_clock_goes_on_asks_once(
    at_hand: PlannedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_at = []

    def counted(problem: Problem, roster: Roster, wanted: Wanted, now: Moment) -> tuple[Help, ...]:
        asked_at.append(now.minute)
        return ()

    monkeypatch.setattr(about_plans, "helps", counted)
    found = asked(at_hand, once=True, days="wed")
    for minute in (6 * 60 + 10, 6 * 60 + 11, 6 * 60 + 40):
        assert about_plans.helps_at_hand(found.plan, found.wanted, replace(EARLY, minute=minute)) == ()
    other = replace(found.wanted, once=False)
    about_plans.helps_at_hand(found.plan, other, replace(EARLY, minute=6 * 60 + 41))
    assert asked_at == [6 * 60 + 10, 6 * 60 + 40, 6 * 60 + 41]
