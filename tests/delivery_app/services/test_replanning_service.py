"""A sick call on a published roster: asked, answered, accepted (or not), and what becomes true of the team by it (S13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.bridge import problem_from, roster_from
from delivery_app.bridge.replanning import Answer, Happened, HappenedError, replanned
from delivery_app.changed import Sentence
from delivery_app.moment import Moment
from delivery_app.services import changes
from delivery_app.services.notices import notices_of
from delivery_app.services.publishing import PublishError, publish_draft
from models.errors import ConflictError, MissingRowError
from models.tables import Absence, Need, Notice, Roster
from scheduler.evaluate import evaluate
from tests.delivery_app.services.planned_team import EARLY, MONDAY, PlannedTeam, planned_team

SICK = Happened("sick", "k1", reason="syg")
URGENT = Happened(
    "urgent",
    "c2",
    need={
        "need_id": "u1",
        "service": "safety",
        "days": "mon",
        "anchor_week": "2026-W49",
        "window_start": "09:00",
        "window_end": "10:30",
        "minutes": "10",
        "priority": "1",
    },
)


@pytest.fixture
def at_hand(sqlite_database: str) -> Iterator[PlannedTeam]:
    with planned_team(sqlite_database) as made:
        yield made


def asked(of: PlannedTeam, *happened: Happened, moment: Moment = EARLY) -> changes.Asked:
    with of.database.transaction("bent") as session:
        return changes.ask(session, of.team_id, of.roster_id, moment, happened)


def worked_out(question: changes.Asked) -> Answer:
    return replanned(
        question.plan.problem, question.plan.roster, question.moment, question.happened, iterations=300
    )


def ready(of: PlannedTeam, *happened: Happened, moment: Moment = EARLY) -> UUID:
    """A change with its answer, waiting for a yes."""
    question = asked(of, *happened, moment=moment)
    with of.database.transaction() as session:
        assert changes.answered(session, question.replanning_id, question.attempt, worked_out(question))
    return question.replanning_id


def accepted(of: PlannedTeam, change: UUID, now: Moment = EARLY, **more: object) -> UUID:
    with of.database.transaction("clara") as session:
        done = changes.accept(session, of.team_id, change, now, **more)  # type: ignore[arg-type]
        return done.roster.id


def count(of: PlannedTeam, table: type[Absence | Notice | Roster]) -> int:
    with of.database.reading() as session:
        return len(session.scalars(select(table).where(col(table.team_id) == of.team_id)).all())


def test_accepted_sick_call_is_published_and_everybody_to_tell_is_kept(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        change = ready(of, SICK)
        assert count(of, Roster) == 1, "nothing is a version before somebody says yes"
        new = accepted(of, change, note="k1 er syg")
        with of.database.reading() as session:
            row, old = session.get_one(Roster, new), session.get_one(Roster, of.roster_id)
            assert (row.status, row.version, row.note, old.status) == (
                "published",
                2,
                "k1 er syg",
                "superseded",
            )
            assert row.published_by == "clara"
            problem = problem_from(session, of.team_id, "2026-W49")
            after = roster_from(session, new)
            # Monday's visit of c1 is somebody else's, and by the team's data as they are now no rule is broken.
            assert [v.carers for v in after.visits if (v.need_id, v.day) == ("n1", 0)] != [("k1",)]
            assert evaluate(problem, after).hard == ()
            (away,) = problem.absences_of_carer["k1"]
            assert (away.start_min, away.end_min, away.reason) == (0, 1440, "syg")
            (notice,) = notices_of(session, of.team_id).waiting
            assert (notice.citizen, notice.first) == ("Citizen c1", Moment(MONDAY, 480))
            assert {one.kind for one in notice.visits} == {"other_carer"}
            view = changes.replanning_of(session, of.team_id, change)
            assert (view.status, view.accepted_id, view.decided_by) == ("accepted", new, "clara")


def test_discarded_change_leaves_nothing(at_hand: PlannedTeam) -> None:
    change = ready(at_hand, SICK)
    with at_hand.database.transaction("clara") as session:
        changes.discard(session, at_hand.team_id, change)
    assert (count(at_hand, Absence), count(at_hand, Roster), count(at_hand, Notice)) == (0, 1, 0)
    with pytest.raises(ConflictError, match="clara has decided"):
        accepted(at_hand, change)


def test_urgent_visit_becomes_a_need_of_these_weeks_only(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        accepted(of, ready(of, URGENT))
        with of.database.reading() as session:
            row = session.scalars(select(Need).where(col(Need.code) == "u1")).one()
            assert (row.from_date, row.until_date) == (MONDAY, MONDAY + timedelta(days=7))
            (notice,) = notices_of(session, of.team_id).waiting
            assert [(one.kind, one.need) for one in notice.visits] == [("new", "u1")]
            assert (
                evaluate(
                    problem_from(session, of.team_id, "2026-W49"),
                    roster_from(session, session.scalars(select(Roster).where(Roster.version == 2)).one().id),
                ).hard
                == ()
            )


def test_admitted_and_home_again(at_hand: PlannedTeam) -> None:
    """An admission whose end nobody knows is set aside for four weeks; the discharge ends it where it stands."""
    first = accepted(at_hand, ready(at_hand, Happened("admitted", "c1", reason="indlagt")))
    at_hand.roster_id = first
    with at_hand.database.reading() as session:
        away = session.scalars(select(Absence)).one()
        assert (away.start_date, away.end_date) == (MONDAY, MONDAY + timedelta(days=28))
        assert [v.need_id for v in roster_from(session, first).visits if v.citizen_id == "c1"] == []
    noon = Moment(MONDAY, 720)
    accepted(at_hand, ready(at_hand, Happened("discharged", "c1"), moment=noon), noon)
    with at_hand.database.reading() as session:
        away = session.scalars(select(Absence)).one()
        assert (away.end_date, away.end_min) == (MONDAY, 720)
        # Monday's visit was cancelled and is past; whether Tuesday's is as it was, only the plan knows.
        for notice in notices_of(session, at_hand.team_id).waiting:
            assert [one.when[0] for one in notice.visits] == [date(2026, 12, 1)]
            assert {one.kind for one in notice.visits} == {"other_carer"}
        after = session.scalars(select(Roster).where(Roster.version == 3)).one()
        assert [v.day for v in roster_from(session, after.id).visits if v.citizen_id == "c1"] == [1]


def test_absence_that_was_changed_meanwhile_is_a_conflict(at_hand: PlannedTeam) -> None:
    first = accepted(at_hand, ready(at_hand, Happened("admitted", "c1")))
    at_hand.roster_id = first
    noon = Moment(MONDAY, 720)
    change = ready(at_hand, Happened("discharged", "c1"), moment=noon)
    with at_hand.database.transaction("dorte") as session:
        session.scalars(select(Absence)).one().end_date = date(2026, 12, 5)
    with pytest.raises(ConflictError, match="absence of 'c1'"):
        accepted(at_hand, change, noon)
    assert count(at_hand, Roster) == 2


def test_one_of_two_answers_to_the_same_roster_is_stale(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        first, second = ready(of, SICK), ready(of, Happened("late", "k2", minutes=25))
        accepted(of, first)
        with of.database.reading() as session:
            assert changes.replanning_of(session, of.team_id, second).stale
            assert changes.open_replannings(session, of.team_id) == [second]
        with pytest.raises(ConflictError, match="Another version has been published"):
            accepted(of, second)
        assert count(of, Roster) == 2


def test_late_answer_of_an_attempt_that_was_given_up_is_not_taken(at_hand: PlannedTeam) -> None:
    question = asked(at_hand, SICK)
    with at_hand.database.reading() as session:
        view = changes.replanning_of(session, at_hand.team_id, question.replanning_id)
        assert not view.is_lost(datetime.now(UTC))
        assert view.is_lost(datetime.now(UTC) + 2 * changes.PATIENCE)
    with at_hand.database.transaction() as session:
        again = changes.ask_again(session, at_hand.team_id, question.replanning_id)
    answer = worked_out(again)
    with at_hand.database.transaction() as session:
        assert not changes.answered(session, question.replanning_id, question.attempt, answer)
        assert not changes.failed(session, question.replanning_id, question.attempt, None)
        assert changes.answered(session, again.replanning_id, again.attempt, answer)
        assert not changes.answered(session, again.replanning_id, again.attempt, answer), "once"
    with (
        pytest.raises(ConflictError, match="has its answer"),
        at_hand.database.transaction() as session,
    ):
        changes.ask_again(session, at_hand.team_id, question.replanning_id)


def test_what_has_begun_since_asks_for_a_second_yes(at_hand: PlannedTeam) -> None:
    change = ready(at_hand, SICK)
    late = Moment(MONDAY, 9 * 60)
    with pytest.raises(PublishError, match=r"have begun since 06:10 \(1\)"):
        accepted(at_hand, change, late)
    accepted(at_hand, change, late, begun_is_known=True)


def test_answer_that_breaks_a_rule_cannot_be_accepted(at_hand: PlannedTeam) -> None:
    question = asked(at_hand, SICK)
    answer = worked_out(question)
    broken = replace(answer.outcome, broken=(Sentence("{what} is broken", {"what": "it"}),))
    with at_hand.database.transaction() as session:
        changes.answered(session, question.replanning_id, question.attempt, replace(answer, outcome=broken))
    with pytest.raises(PublishError, match=r"would break hard rules \(1\)"):
        accepted(at_hand, question.replanning_id)
    assert count(at_hand, Absence) == 0


@pytest.mark.parametrize(
    ("moment", "happened", "index", "field", "words"),
    [
        (EARLY, (), None, "events", "Nothing is said to have happened"),
        (Moment(date(2026, 12, 9), 0), (SICK,), None, "moment", "lies outside the pack's weeks"),
        (EARLY, (SICK, Happened("sick", "k9")), 1, "who", "there is no carer 'k9'"),
        (EARLY, (SICK, SICK), None, "events", "'k1' is named twice"),
        (EARLY, (Happened("discharged", "c1"),), 0, "who", "is not absent at 2026-11-30 06:10"),
        (EARLY, (Happened("late", "k1", minutes=0),), 0, "minutes", "0 minutes late"),
        (EARLY, (replace(URGENT, need={**URGENT.need, "minutes": "x"}),), 0, "minutes", "'x'"),
        (EARLY, (replace(URGENT, need={**URGENT.need, "window_end": "8"}),), 0, "window_end", "08:00"),
    ],
)
def test_what_cannot_be_true_is_told_by_event_and_field(
    at_hand: PlannedTeam,
    moment: Moment,
    happened: tuple[Happened, ...],
    index: int | None,
    field: str,
    words: str,
) -> None:
    with pytest.raises(HappenedError) as caught:
        asked(at_hand, *happened, moment=moment)
    one = caught.value.mistakes[0]
    assert (one.index, one.field) == (index, field)
    assert words in str(one.message)


def test_mistakes_found_while_it_is_worked_out_are_kept(at_hand: PlannedTeam) -> None:
    """In the evening nobody is on duty any more: only the roster knows."""
    question = asked(at_hand, Happened("late", "k1", minutes=5), moment=Moment(MONDAY, 1200))
    with pytest.raises(HappenedError) as caught:
        worked_out(question)
    with at_hand.database.transaction() as session:
        changes.failed(session, question.replanning_id, question.attempt, caught.value)
    with at_hand.database.reading() as session:
        view = changes.replanning_of(session, at_hand.team_id, question.replanning_id)
        assert view.status == "failed"
        assert view.errors[0]["values"]["value"] == "k1"


def test_only_a_published_roster_of_the_team_is_planned_again(at_hand: PlannedTeam) -> None:
    first = accepted(at_hand, ready(at_hand, SICK))
    with pytest.raises(PublishError, match="Version 1 is not published"):
        asked(at_hand, SICK)
    at_hand.roster_id = first
    with at_hand.database.transaction() as session, pytest.raises(MissingRowError):
        changes.ask(session, uuid4(), first, EARLY, [SICK])
    with at_hand.database.transaction() as session, pytest.raises(MissingRowError):
        changes.accept(session, uuid4(), ready(at_hand, SICK), EARLY)


def test_publishing_the_old_plan_again_brings_the_carer_back(at_hand: PlannedTeam) -> None:
    """A draft that gives a sick carer visits breaks a hard rule, and is refused."""
    from delivery_app.bridge import save_roster

    accepted(at_hand, ready(at_hand, SICK))
    with at_hand.database.transaction() as session:
        draft = save_roster(session, at_hand.team_id, at_hand.roster)
    with at_hand.database.transaction() as session, pytest.raises(PublishError, match="breaks hard rules"):
        publish_draft(session, at_hand.team_id, draft.id, EARLY)
