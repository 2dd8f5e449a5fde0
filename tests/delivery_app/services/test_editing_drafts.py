"""Drafts changed by hand in the database (S16): saved, refused, taken back, and by two planners at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from delivery_app.bridge import BridgeError, load_problem, publish, roster_from, save_roster
from delivery_app.db import Database
from delivery_app.services import editing, plans
from delivery_app.services.editing import EditConflictError, NothingToUndoError, Outcome
from models.errors import MissingRowError
from models.tables import Citizen
from scheduler.edit import Command, Move, MoveBreak, Pin, Place, Unplace
from scheduler.evaluate import evaluate
from scheduler.roster import PlacedVisit, Roster
from tests.delivery_app.bridge_examples import migrated
from tests.scheduler.cases import at, base_problem, base_roster

ANNA, BENT = "anna", "bent"
PROBLEM = replace(base_problem(), municipality="albertslund", name="Team Nord")


@pytest.fixture
def database(tables_url: str) -> Iterator[Database]:
    plans.forget_plans()
    with migrated(tables_url) as found:
        yield found


@pytest.fixture
def draft(database: Database) -> UUID:
    with database.transaction() as session:
        team = load_problem(session, PROBLEM)
        judged = evaluate(PROBLEM, base_roster(PROBLEM))
        answer = replace(base_roster(PROBLEM), figures=judged.figures, citizens=judged.citizens)
        return save_roster(session, team.id, answer).id


def version(database: Database, draft: UUID) -> int:
    with database.reading() as session:
        return plans.plan_of(session, draft).head.row_version


def do(database: Database, draft: UUID, command: Command, seen: int | None = None, by: str = ANNA) -> Outcome:
    seen = version(database, draft) if seen is None else seen
    with database.transaction(by) as session:
        return editing.edit(session, draft, command, seen)


def stored(database: Database, draft: UUID) -> Roster:
    """As a process that remembers nothing reads it."""
    plans.forget_plans()
    with database.reading() as session:
        return roster_from(session, draft)


def visit(of: Roster, need_id: str) -> PlacedVisit:
    (found,) = [row for row in of.visits if row.need_id == need_id]
    return found


MOVE = Move("n2", 0, carers=("k1",), start_min=510)


@pytest.mark.parametrize(
    "command",
    [MOVE, Move("n2", 0, start_min=495), Unplace("n1", 0), Pin("n3", 0, True), MoveBreak("s1", 735)],
    ids=lambda one: type(one).__name__,
)
def test_what_is_saved_is_what_was_shown(database: Database, draft: UUID, command: Command) -> None:
    before = stored(database, draft)
    outcome = do(database, draft, command)
    assert outcome.saved
    with database.reading() as session:
        shown = plans.plan_of(session, draft)
    assert shown.head == outcome.stored.head
    assert shown.plan is outcome.stored.plan  # kept since the commit
    found = stored(database, draft)
    assert found == dataclasses.replace(outcome.stored.plan.roster, contacts=found.contacts)
    assert found.figures == evaluate(PROBLEM, found).figures
    with database.transaction(ANNA) as session:
        assert editing.undo(session, draft).saved
    back = stored(database, draft)
    assert set(back.visits) == set(before.visits)
    assert (back.breaks, back.unplaced, back.figures) == (before.breaks, before.unplaced, before.figures)
    with database.transaction(ANNA) as session:
        assert editing.redo(session, draft).saved
    assert set(stored(database, draft).visits) == set(found.visits)


def test_broken_rule_saves_nothing(database: Database, draft: UUID) -> None:
    before, seen = stored(database, draft), version(database, draft)
    outcome = do(database, draft, Move("n3", 0, carers=("k1",)))
    assert not outcome.saved
    assert {row.rule for row in outcome.edit.broken} == {"carers_count"}
    assert outcome.stored.plan.roster.visits == before.visits
    assert (stored(database, draft), version(database, draft)) == (before, seen)
    with database.reading() as session:
        assert editing.history(session, draft).edits == ()


def test_second_planner_loses_nothing(database: Database, draft: UUID) -> None:
    """Both look at the same state; Bent's change of another visit is made on top of Anna's, and he is told of hers."""
    seen = version(database, draft)
    assert do(database, draft, MOVE, seen, ANNA).saved
    outcome = do(database, draft, Pin("n1", 0, True), seen, BENT)
    assert outcome.saved
    assert [(row.by, row.command) for row in outcome.others] == [(ANNA, MOVE)]
    found = stored(database, draft)
    assert visit(found, "n2").carers == ("k1",)
    assert visit(found, "n1").pinned


def test_same_visit_is_refused_and_told(database: Database, draft: UUID) -> None:
    seen = version(database, draft)
    do(database, draft, MOVE, seen, ANNA)
    after = stored(database, draft)
    with pytest.raises(EditConflictError, match=ANNA) as caught:
        do(database, draft, Move("n2", 0, start_min=490), seen, BENT)
    assert [row.command for row in caught.value.edits] == [MOVE]
    assert stored(database, draft) == after
    # Having looked at it anew he may.
    assert do(database, draft, Move("n2", 0, carers=("k2",), start_min=490), by=BENT).saved


def test_visit_that_only_made_way_can_be_changed(database: Database, draft: UUID) -> None:
    seen = version(database, draft)
    outcome = do(database, draft, MOVE, seen, ANNA)
    assert [row.need_id for row in outcome.edit.shifted] == ["n3"]
    assert do(database, draft, Pin("n3", 0, True), seen, BENT).saved


def test_own_quick_steps_from_an_old_page(database: Database, draft: UUID) -> None:
    """Three strokes of a key before the first answer is there."""
    seen = version(database, draft)
    for clock in (495, 500, 505):
        assert do(database, draft, Move("n2", 0, start_min=clock), seen, ANNA).saved
    assert visit(stored(database, draft), "n2").start_min == at("08:25")


def test_each_takes_back_the_own_steps_only(database: Database, draft: UUID) -> None:
    do(database, draft, Move("n2", 0, start_min=500), by=ANNA)
    do(database, draft, Pin("n1", 0, True), by=BENT)
    do(database, draft, Pin("n3", 0, True), by=ANNA)
    for need_id in ("n3", "n2"):
        with database.transaction(ANNA) as session:
            outcome = editing.undo(session, draft)
        assert outcome.edit.command.need_id == need_id  # type: ignore[union-attr]
    found = stored(database, draft)
    assert visit(found, "n2").start_min == at("08:10")
    assert visit(found, "n1").pinned
    with pytest.raises(NothingToUndoError), database.transaction(ANNA) as session:
        editing.undo(session, draft)
    with database.transaction(ANNA) as session:
        assert editing.redo(session, draft).edit.command == Move("n2", 0, start_min=500)
    do(database, draft, Move("n2", 0, start_min=510), by=ANNA)  # another way: nothing is left to do again
    with pytest.raises(NothingToUndoError), database.transaction(ANNA) as session:
        editing.redo(session, draft)
    with database.reading() as session:
        log = editing.history(session, draft).edits
        left = editing.steps(session, draft, ANNA)
    assert [row.kind for row in log] == ["edit", "redo", "undo", "undo", "edit", "edit", "edit"]
    assert {row.by for row in log} == {ANNA, BENT}
    assert left.undo is not None
    assert left.redo is None


def test_undo_of_what_another_has_changed_since_is_refused(database: Database, draft: UUID) -> None:
    do(database, draft, Move("n2", 0, start_min=500), by=ANNA)
    do(database, draft, Move("n2", 0, start_min=520), by=BENT)
    with pytest.raises(EditConflictError, match=BENT), database.transaction(ANNA) as session:
        editing.undo(session, draft)
    assert visit(stored(database, draft), "n2").start_min == at("08:40")


def test_undo_leaves_neighbours_that_were_moved_since(database: Database, draft: UUID) -> None:
    do(database, draft, MOVE, by=ANNA)  # n3 makes way to 09:20
    do(database, draft, Move("n3", 0, start_min=600), by=BENT)
    with database.transaction(ANNA) as session:
        assert editing.undo(session, draft).saved
    found = stored(database, draft)
    assert (visit(found, "n2").carers, visit(found, "n3").start_min) == (("k2",), at("10:00"))


def test_place_again_puts_one_row_back(database: Database, draft: UUID) -> None:
    do(database, draft, Unplace("n1", 0))
    assert [row.need_id for row in stored(database, draft).unplaced] == ["n1"]
    assert do(database, draft, Place("n1", 0, 0, 0, ("k2",), 540)).saved
    found = stored(database, draft)
    assert found.unplaced == ()
    assert visit(found, "n1").shifts == ("s2",)


def test_only_drafts_and_only_the_team_s_own(database: Database, draft: UUID) -> None:
    with pytest.raises(MissingRowError), database.transaction() as session:
        editing.edit(session, draft, MOVE, 1, team_id=uuid4())
    with database.transaction() as session:
        publish(session, draft)
    with pytest.raises(BridgeError, match="published"):
        do(database, draft, MOVE)


def test_changed_team_data_are_seen_by_every_process(database: Database, draft: UUID) -> None:
    """What is kept in memory is not used any longer once a row of the team has changed."""
    with database.reading() as session:
        first = plans.plan_of(session, draft).plan
        assert plans.plan_of(session, draft).plan is first
    with database.transaction() as session:
        row = session.scalars(select(Citizen).where(Citizen.code == "c1")).one()  # type: ignore[arg-type]
        row.name = "Et nyt navn"
    with database.reading() as session:
        found = plans.plan_of(session, draft).plan
    assert found is not first
    assert found.citizen("c1").name == "Et nyt navn"


def test_rolled_back_plan_is_not_kept(database: Database, draft: UUID) -> None:
    before = version(database, draft)
    with database.transaction(ANNA) as session:
        editing.edit(session, draft, MOVE, before)
        session.rollback()
    assert do(database, draft, Move("n2", 0, start_min=495)).saved
    with database.reading() as session:
        found = plans.plan_of(session, draft)
    assert visit(found.plan.roster, "n2").carers == ("k2",)
