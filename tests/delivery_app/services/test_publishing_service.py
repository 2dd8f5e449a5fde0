"""Draft to published to superseded: with a note, never with a broken rule, and whoever it changes is to be told (S13)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from delivery_app.bridge import save_roster
from delivery_app.moment import Moment
from delivery_app.services.notices import notices_of
from delivery_app.services.publishing import PublishError, head_of, in_force, outlook_of, publish_draft
from models.errors import ConflictError, MissingRowError
from models.tables import Roster
from scheduler.evaluate import judged
from tests.delivery_app.services.planned_team import MONDAY, PlannedTeam, planned_team

BEFORE = Moment(MONDAY, 0)


def later(of: PlannedTeam, minutes: int, carer: str = "k3") -> UUID:
    """A draft in which c3's visit on Tuesday begins so many minutes later, or is made by somebody else."""
    visits = tuple(
        replace(
            visit,
            start_min=visit.start_min + minutes,
            end_min=visit.end_min + minutes,
            carers=(carer,),
            shifts=(f"t{carer[1]}",),
        )
        if (visit.need_id, visit.day) == ("n3", 1)
        else visit
        for visit in of.roster.visits
    )
    with of.database.transaction("bent") as session:
        roster = judged(of.problem, replace(of.roster, visits=visits))
        return save_roster(session, of.team_id, roster).id


def published_by_clara(of: PlannedTeam, draft: UUID, now: Moment = BEFORE, **more: object) -> int:
    with of.database.transaction("clara") as session:
        return publish_draft(session, of.team_id, draft, now, **more).to_tell  # type: ignore[arg-type]


def test_publishing_with_a_note(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        draft = later(of, 60)
        assert published_by_clara(of, draft, note="  Efter\n aftale ") == 1
        with of.database.reading() as session:
            head, old = head_of(session, of.team_id, draft), head_of(session, of.team_id, of.roster_id)
            assert (head.status, head.note, head.published_by) == ("published", "Efter aftale", "clara")
            assert old.status == "superseded"
            in_monday_force = in_force(session, of.team_id, MONDAY)
            assert in_monday_force is not None
            assert in_monday_force.roster_id == draft
            (notice,) = notices_of(session, of.team_id).waiting
            assert (notice.citizen, notice.visits[0].kind) == ("Citizen c3", "moved")


def test_carers_see_no_draft(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        later(of, 60)
        with of.database.reading() as session:
            seen = in_force(session, of.team_id, MONDAY)
            assert seen is not None
            assert seen.roster_id == of.roster_id
            assert in_force(session, of.team_id, MONDAY.replace(day=29)) is None


@pytest.mark.parametrize(("minutes", "carer", "told"), [(10, "k3", 0), (16, "k3", 1), (0, "k1", 1)])
def test_only_what_a_citizen_notices_is_to_be_told(
    sqlite_database: str, minutes: int, carer: str, told: int
) -> None:
    with planned_team(sqlite_database) as of:
        assert published_by_clara(of, later(of, minutes, carer)) == told


def test_outlook_tells_what_differs(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        draft = later(of, 0, "k1")
        with of.database.reading() as session:
            found = outlook_of(session, of.team_id, draft, BEFORE)
            assert found.may_be_published
            assert found.changed is not None
            ((citizen),) = found.changed.citizens
            assert citizen.citizen == "c3"
            assert citizen.visits[0].new_carers == ("k1",)
            assert {row.carer for row in found.changed.carers} == {"k1", "k3"}
            travel = next(row for row in found.figures if row.name == "carers_per_citizen_mean")
            assert travel.now is not None
            assert travel.then > travel.now
            first = outlook_of(session, of.team_id, of.roster_id, BEFORE)
            assert first.changed is None


def test_broken_rule_is_never_published(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        draft = later(of, 180)  # outside its window
        with pytest.raises(PublishError, match=r"breaks hard rules \(2\)"):
            published_by_clara(of, draft)
        with of.database.reading() as session:
            assert head_of(session, of.team_id, draft).status == "draft"
            assert notices_of(session, of.team_id).waiting == ()


def test_rule_that_the_published_version_breaks_just_so_forbids_nothing(sqlite_database: str) -> None:
    """Data were changed under a published roster: publishing what mends a part of it makes nothing worse."""
    with planned_team(sqlite_database) as of:
        draft = later(of, 60)
        short = tuple(
            replace(need, window_end_min=450, window_start_min=420) if need.need_id == "n1" else need
            for need in of.problem.needs
        )
        from delivery_app.bridge import load_problem

        with of.database.transaction() as session:
            load_problem(session, replace(of.problem, needs=short))
        with of.database.reading() as session:
            found = outlook_of(session, of.team_id, draft, BEFORE)
            assert (found.broken, len(found.stood)) == ((), 2)
        published_by_clara(of, draft)


def test_what_has_begun_asks_for_a_tick(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        draft = later(of, 60)
        after = Moment(MONDAY.replace(month=12, day=1), 8 * 60 + 20)
        with pytest.raises(PublishError, match=r"have begun already \(1\)"):
            published_by_clara(of, draft, after)
        assert published_by_clara(of, draft, after, begun_is_known=True) == 0, (
            "nobody is told of what is past"
        )


def test_second_planner_gets_a_conflict(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        draft = later(of, 60)
        with of.database.transaction("dorte") as session:
            session.get_one(Roster, draft).note = "x"
        with pytest.raises(ConflictError, match="changed by dorte"):
            published_by_clara(of, draft, expected_row_version=1)


def test_notes_and_rosters_of_others(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        draft = later(of, 60)
        with pytest.raises(PublishError, match="501 characters"):
            published_by_clara(of, draft, note="x" * 501)
        with of.database.transaction() as session, pytest.raises(MissingRowError):
            publish_draft(session, uuid4(), draft, BEFORE)


def test_version_that_is_published_already_stays_as_it_is(sqlite_database: str) -> None:
    with planned_team(sqlite_database) as of:
        assert published_by_clara(of, of.roster_id, note="again") == 0
        with of.database.reading() as session:
            head = head_of(session, of.team_id, of.roster_id)
            assert (head.note, head.published_by) == (None, "anna")
