"""A new visit in a roster that otherwise stays: ranked ways, one yes for need and version, nothing before now (S14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from delivery_app.bridge import problem_from, roster_from, save_roster
from delivery_app.bridge.fitting import FittedIn, OfferGoneError, WantedError, offered, taken
from delivery_app.changed import Sentence
from delivery_app.moment import Moment
from delivery_app.services.fitting import Question, free_code, keep_fitted, question
from delivery_app.services.notices import notices_of
from delivery_app.services.publishing import Publication, PublishError, head_of
from models.errors import ConflictError, MissingRowError
from models.tables import Citizen, Need, Roster
from scheduler.evaluate import evaluate
from tests.delivery_app.services.planned_team import EARLY, MONDAY, PlannedTeam, planned_team

CELLS = {
    "service": "safety",
    "days": "mon tue",
    "window_start": "08:00",
    "window_end": "10:30",
    "minutes": "20",
}


@pytest.fixture
def at_hand(sqlite_database: str) -> Iterator[PlannedTeam]:
    with planned_team(sqlite_database) as made:
        yield made


def asked(of: PlannedTeam, now: Moment = EARLY, *, once: bool = True, **cells: str) -> Question:
    with of.database.reading() as session:
        citizen = session.scalars(select(Citizen).where(col(Citizen.code) == "c2")).one()
        return question(session, of.team_id, of.roster_id, citizen.id, {**CELLS, **cells}, once=once, now=now)


def fitted(found: Question, rank: int = 0, now: Moment = EARLY) -> FittedIn:
    ways = offered(found.plan.problem, found.plan.roster, found.wanted, now).ways
    return taken(found.plan.problem, found.plan.roster, found.wanted, ways[rank].key, now)


def kept(of: PlannedTeam, answer: FittedIn, version: int | None = None) -> Publication:
    with of.database.transaction("clara") as session:
        return keep_fitted(session, of.team_id, of.roster_id, answer, EARLY, expected_row_version=version)


def test_ways_are_ranked_with_faces_travel_and_who_is_moved(at_hand: PlannedTeam) -> None:
    found = asked(at_hand)
    offers = offered(found.plan.problem, found.plan.roster, found.wanted, EARLY)
    costs = [way.cost for way in offers.ways]
    assert costs == sorted(costs)
    best = offers.ways[0]
    assert [visit.date for visit in best.visits] == [MONDAY, MONDAY.replace(month=12, day=1)]
    assert best.missing == 0
    # k2 is in the home on both days anyway; whoever else comes is a new face.
    for way in offers.ways:
        faces = {face for visit in way.visits for face in visit.faces}
        assert faces <= {("k1", "new"), ("k2", "this_week"), ("k3", "new")}
        assert way.new_faces == len({carer for carer, kind in faces if kind == "new"})
    assert {way.new_faces for way in offers.ways} >= {0, 1}
    assert len({way.key for way in offers.ways}) == len(offers.ways)
    (week,) = offers.packages
    assert week.then_min - week.now_min == 40


def test_one_yes_adds_need_and_version_and_tells_who_must_be_told(tables_url: str) -> None:
    with planned_team(tables_url) as of:
        done = kept(of, fitted(asked(of)))
        assert (done.roster.status, done.roster.version, done.to_tell) == ("published", 2, 1)
        with of.database.reading() as session:
            need = session.scalars(select(Need).where(col(Need.code) == "c2-1")).one()
            assert (need.days, need.minutes, need.until_date) == ([0, 1], 20, MONDAY.replace(month=12, day=7))
            after = roster_from(session, done.roster.id)
            assert sum(visit.need_id == "c2-1" for visit in after.visits) == 2
            assert not any(visit.pinned for visit in after.visits)
            assert evaluate(problem_from(session, of.team_id, "2026-W49"), after).hard == ()
            (notice,) = notices_of(session, of.team_id).waiting
            assert notice.citizen == "Citizen c2"
            assert {(one.kind, one.need) for one in notice.visits} == {("new", "c2-1")}
            assert head_of(session, of.team_id, of.roster_id).status == "superseded"


def test_need_that_goes_on_has_no_end(at_hand: PlannedTeam) -> None:
    kept(at_hand, fitted(asked(at_hand, once=False)))
    with at_hand.database.reading() as session:
        need = session.scalars(select(Need).where(col(Need.code) == "c2-1")).one()
        assert (need.until_date, need.every_weeks) == (None, 1)
        assert free_code(session, at_hand.team_id, "c2") == "c2-2"


def test_in_a_draft_it_becomes_another_draft(at_hand: PlannedTeam) -> None:
    with at_hand.database.transaction() as session:
        at_hand.roster_id = save_roster(session, at_hand.team_id, at_hand.roster).id
    done = kept(at_hand, fitted(asked(at_hand)))
    assert (done.roster.status, done.roster.version, done.to_tell) == ("draft", 3, 0)


def test_nothing_is_offered_before_now_and_what_has_begun_stays(at_hand: PlannedTeam) -> None:
    now = Moment(MONDAY, 8 * 60 + 15)
    found = asked(at_hand, now, days="mon")
    ways = offered(found.plan.problem, found.plan.roster, found.wanted, now).ways
    assert ways
    assert all(visit.start_min >= now.minute for way in ways for visit in way.visits)
    answer = fitted(found, now=now)
    begun = [visit for visit in at_hand.roster.visits if visit.start_min < now.minute]
    assert [visit for visit in answer.roster.visits if visit.start_min < now.minute] == begun
    (new,) = [visit for visit in answer.roster.visits if visit.need_id == "c2-1"]
    assert new.start_min >= now.minute


def test_way_that_is_gone_is_not_taken(at_hand: PlannedTeam) -> None:
    found = asked(at_hand, days="mon")
    key = offered(found.plan.problem, found.plan.roster, found.wanted, EARLY).ways[0].key
    with pytest.raises(OfferGoneError):
        taken(found.plan.problem, found.plan.roster, found.wanted, key, Moment(MONDAY, 10 * 60))
    with pytest.raises(OfferGoneError):
        taken(found.plan.problem, found.plan.roster, found.wanted, "0.1.home.x", EARLY)


def test_visit_without_any_place_says_why(at_hand: PlannedTeam) -> None:
    found = asked(at_hand, days="wed", qualification="nurse")
    offers = offered(found.plan.problem, found.plan.roster, found.wanted, EARLY)
    assert offers.ways == ()
    assert [(one.date, one.count, one.rule) for one in offers.nowhere] == [
        (MONDAY.replace(month=12, day=2), 1, "qualification")
    ]


@pytest.mark.parametrize(
    ("cells", "now", "column", "words"),
    [
        ({"minutes": "0"}, EARLY, "minutes", "0"),
        ({"window_end": "07:00"}, EARLY, "window_end", "07:00"),
        ({"service": "gardening"}, EARLY, "service", "gardening"),
        ({"days": "mon"}, Moment(MONDAY.replace(month=12, day=1), 0), "days", "2026-11-30 is past"),
        ({"days": "any"}, EARLY, "times_per_week", "empty"),
    ],
)
def test_what_cannot_be_asked_for_is_told_by_column(
    at_hand: PlannedTeam, cells: dict[str, str], now: Moment, column: str, words: str
) -> None:
    with pytest.raises(WantedError) as caught:
        asked(at_hand, now, once=True, **cells)
    assert [one for one, _ in caught.value.mistakes] == [column]
    assert words in str(caught.value.mistakes[0][1])


def test_conflicts_and_strangers(at_hand: PlannedTeam) -> None:
    answer = fitted(asked(at_hand))
    with pytest.raises(PublishError, match=r"break hard rules \(1\)"):
        kept(at_hand, replace(answer, broken=(Sentence("x", {}),)))
    with at_hand.database.transaction("dorte") as session:
        session.get_one(Roster, at_hand.roster_id).note = "x"
    with pytest.raises(ConflictError, match="changed by dorte"):
        kept(at_hand, answer, version=2)
    kept(at_hand, answer)
    with pytest.raises(ConflictError, match="a need 'c2-1' in the meantime"):
        kept(at_hand, answer)
    with at_hand.database.reading() as session:
        stranger: UUID = uuid4()
        newest = session.scalars(select(Roster).where(col(Roster.version) == 2)).one()
        with pytest.raises(MissingRowError, match="no citizen"):
            question(session, at_hand.team_id, newest.id, stranger, CELLS, once=True, now=EARLY)
        with pytest.raises(PublishError, match="superseded"):
            question(session, at_hand.team_id, at_hand.roster_id, stranger, CELLS, once=True, now=EARLY)
