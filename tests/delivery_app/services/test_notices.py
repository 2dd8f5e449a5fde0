"""Two changes in a row are one to the citizen; ticks are somebody's, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from delivery_app.changed import CitizenChanged, VisitChanged, VisitThen
from delivery_app.moment import Moment
from delivery_app.services.notices import (
    merged,
    note_changes,
    notices_of,
    take_back,
    tell,
    tried,
    waiting_count,
)
from models.errors import ConflictError, MissingRowError, RememberingError
from models.tables import Roster
from tests.delivery_app.services.planned_team import MONDAY, PlannedTeam, planned_team

EARLY = Moment(MONDAY, 0)
TUESDAY = date(2026, 12, 1)


def at(clock: int, *carers: str, day: date = TUESDAY) -> VisitThen:
    return VisitThen(day, 60 * clock, 60 * clock + 30, "home", carers)


A, B, C = at(8, "k1"), at(8, "k2"), at(10, "k2")
OTHER = VisitChanged("n1", "safety", "other_carer", A, B, new_carers=("k2",))
MOVED = VisitChanged("n1", "safety", "moved", B, C)


def test_two_changes_are_one() -> None:
    (one,) = merged([OTHER], [MOVED], EARLY)
    assert (one.before, one.after, one.kind, one.new_carers) == (A, C, "other_carer", ("k2",))


def test_there_and_back_is_nothing() -> None:
    back = VisitChanged("n1", "safety", "other_carer", B, A)
    assert merged([OTHER], [back], EARLY) == []


def test_quiet_change_after_one_that_was_not_told_is_told_with_it() -> None:
    shifted = VisitChanged("n1", "safety", "shifted", B, replace(B, start_min=490, end_min=520))
    (one,) = merged([OTHER], [shifted], EARLY)
    assert one.after == shifted.after
    assert merged([], [shifted], EARLY) == []


def test_new_and_taken_out_again_is_nothing() -> None:
    new = VisitChanged("u1", "safety", "new", None, B)
    gone = VisitChanged("u1", "safety", "cancelled", B, None)
    assert merged([new], [gone], EARLY) == []


def test_taken_out_and_back_at_another_time_is_a_move() -> None:
    out = VisitChanged("n1", "safety", "unplaced", A, None, rule="capacity")
    back = VisitChanged("n1", "safety", "new", None, at(10, "k1"))
    (one,) = merged([out], [back], EARLY)
    assert (one.kind, one.before, one.after) == ("moved", A, at(10, "k1"))


def test_of_two_visits_without_a_place_the_one_of_the_date_comes_back() -> None:
    wednesday = date(2026, 12, 2)
    outs = [
        VisitChanged("n1", "safety", "unplaced", at(8, "k1", day=day), None) for day in (TUESDAY, wednesday)
    ]
    back = VisitChanged("n1", "safety", "new", None, at(10, "k1", day=wednesday))
    kinds = {one.when[0]: one.kind for one in merged(outs, [back], EARLY)}
    assert kinds == {TUESDAY: "unplaced", wednesday: "moved"}


def test_other_visits_stay_and_past_ones_go() -> None:
    other = replace(MOVED, need="n2")
    assert merged([OTHER], [other], EARLY) == [OTHER, other]
    assert merged([OTHER], [other], Moment(TUESDAY, 10 * 60 + 30)) == []


def noted(of: PlannedTeam, *visits: VisitChanged) -> None:
    with of.database.transaction() as session:
        roster = session.get_one(Roster, of.roster_id)
        note_changes(session, roster, [CitizenChanged("c1", visits)], EARLY)


def test_ticked_off_and_back(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        noted(of, OTHER)
        with of.database.transaction("dorte") as session:
            (row,) = notices_of(session, of.team_id).waiting
            tried(session, of.team_id, row.notice_id, expected_row_version=row.row_version)
        with of.database.transaction("erik") as session:
            (row,) = notices_of(session, of.team_id).waiting
            assert (row.tries, row.tried_at is not None) == (1, True)
            tell(session, of.team_id, row.notice_id, "telephone", expected_row_version=row.row_version)
        with of.database.reading() as session:
            found = notices_of(session, of.team_id)
            assert found.waiting == ()
            assert waiting_count(session, of.team_id) == 0
            (done,) = found.told
            assert (done.told_by, done.told_how) == ("erik", "telephone")
            assert found.carers["k2"] == "Carer k2"
        with (
            of.database.transaction("dorte") as session,
            pytest.raises(ConflictError, match="erik has changed"),
        ):
            tell(session, of.team_id, row.notice_id, "message", expected_row_version=2)
        with of.database.transaction("erik") as session:
            take_back(session, of.team_id, row.notice_id)
            assert waiting_count(session, of.team_id) == 1


def test_untold_notice_is_replaced_by_one_of_both_changes(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        noted(of, OTHER)
        noted(of, MOVED)
        with of.database.reading() as session:
            (row,) = notices_of(session, of.team_id).waiting
            assert [(one.before, one.after) for one in row.visits] == [(A, C)]


def test_told_notice_is_not_touched_by_the_next(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        noted(of, OTHER)
        with of.database.transaction() as session:
            (row,) = notices_of(session, of.team_id).waiting
            tell(session, of.team_id, row.notice_id, "telephone")
            # A later version of the same weeks.
            first = session.get_one(Roster, of.roster_id)
            values = first.model_dump(exclude={"id", "version", "status", "row_version"})
            second = Roster(**values, version=2)
            session.add(second)
            session.flush()
            note_changes(session, second, [CitizenChanged("c1", (MOVED,))], EARLY)
            found = notices_of(session, of.team_id)
            assert [one.visits for one in found.waiting] == [(MOVED,)]
            assert [one.visits for one in found.told] == [(OTHER,)]


def test_who_may_not_and_what_is_not_there(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        noted(of, OTHER)
        with of.database.transaction() as session:
            (row,) = notices_of(session, of.team_id).waiting
            with pytest.raises(MissingRowError):
                tell(session, uuid4(), row.notice_id, "telephone")
            with pytest.raises(MissingRowError):
                tell(session, of.team_id, uuid4(), "telephone")
            with pytest.raises(RememberingError, match="'pigeon' is not a way"):
                tell(session, of.team_id, row.notice_id, "pigeon")
