"""A pack that was loaded comes back as it was; loading it twice changes nothing; what is gone is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge import BridgeError, load_problem, problem_from, save_roster
from delivery_app.db import Database
from models.cpr import Cpr, CprError
from models.errors import MissingRowError
from models.tables import TABLES, Citizen, Grant, Need, Package, Roster, Shift, Team
from scheduler.clock import Calendar
from scheduler.message import ProblemError
from scheduler.problem import Package as PlanPackage
from scheduler.problem import Problem, Rules, TravelSettings, Weights
from tests.delivery_app.bridge_examples import MONDAY, VAULT, WEEK, at, full_problem, full_roster, migrated
from tests.scheduler.roster_strategies import problems_with_rosters

NEXT_MONDAY = date(2026, 12, 7)


def load_and_read(session: Session, problem: Problem) -> Problem:
    team = load_problem(session, problem)
    session.expire_all()
    return problem_from(session, team.id, problem.calendar.week_name(0), problem.calendar.weeks)


def rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every value of every table but the access log's, which tells that something was read, too."""
    session.expire_all()
    return {
        table.__name__: sorted(
            tuple(str(value) for value in row)
            for row in session.execute(select(*table.__table__.columns))  # type: ignore[attr-defined]
        )
        for table in TABLES
        if not str(table.__tablename__).startswith("access_")
    }


def test_example_leaves_no_field_at_its_default() -> None:
    """Otherwise the round trip below would not notice a column that is forgotten."""
    problem = full_problem()
    for part in fields(Problem):
        assert getattr(problem, part.name), part.name
    for plain in (TravelSettings(), Rules()):
        given_settings = problem.travel if isinstance(plain, TravelSettings) else problem.rules
        for part in fields(plain):
            assert getattr(given_settings, part.name) != getattr(plain, part.name), part.name
    for name in (
        "packages",
        "citizens",
        "needs",
        "carers",
        "shifts",
        "links",
        "barred",
        "absences",
        "history",
        "wishes",
    ):
        listed = getattr(problem, name)
        for part in fields(listed[0]):
            assert len({getattr(row, part.name) for row in listed}) > 1, f"{name}.{part.name}"


def test_problem_survives(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        problem = full_problem()
        assert load_and_read(session, problem) == problem


@pytest.mark.parametrize("weeks", [1, 2, 8])
def test_problem_of_several_weeks_survives(sqlite_database: str, weeks: int) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        problem = full_problem(calendar=Calendar(MONDAY, weeks), published=full_roster(weeks=weeks))
        assert load_and_read(session, problem) == problem


#: How long drawing takes says something of the machine, nothing of the program.
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture
def opened(tables_url: str) -> Iterator[Database]:
    with migrated(tables_url) as database:
        yield database


@settings(max_examples=20, suppress_health_check=HEALTH)
@given(problem=problems_with_rosters())
def test_any_problem_survives(opened: Database, problem: Problem) -> None:
    with opened.transaction() as session:
        assert load_and_read(session, problem) == problem
        session.rollback()


@settings(max_examples=10, suppress_health_check=HEALTH)
@given(first=problems_with_rosters(), second=problems_with_rosters())
def test_pack_loaded_last_decides(opened: Database, first: Problem, second: Problem) -> None:
    """Whatever was loaded before, of the same or of other weeks."""
    first = replace(first, name=second.name, municipality=second.municipality)
    if first.calendar.weeks != second.calendar.weeks:
        first = replace(first, published=None)  # published for two weeks, it would bind a pack of one
    with opened.transaction() as session:
        load_problem(session, first)
        assert load_and_read(session, second) == second
        session.rollback()


def test_loading_twice_changes_nothing(tables_url: str) -> None:
    with migrated(tables_url) as database:
        with database.transaction("anna") as session:
            load_problem(session, full_problem(), cpr={"c1": "610150-0000"}, vault=VAULT)
            before = rows(session)
        with database.transaction("bent") as session:
            load_problem(session, full_problem(), cpr={"c1": "6101500000"}, vault=VAULT)
            session.flush()
            assert rows(session) == before


def test_rows_gone_from_the_pack_are_closed_or_removed(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        load_problem(session, full_problem())
        smaller = full_problem(
            citizens=full_problem().citizens[1:],
            needs=full_problem().needs[1:2],
            carers=full_problem().carers[:1],
            shifts=full_problem().shifts[:1],
            packages=full_problem().packages[1:],
            links=(),
            barred=(),
            wishes=(),
            absences=(),
            history=(),
            delivered=(),
            ferries=(),
            meetings=(),
            sessions=(),
            matrix={},
            holidays=frozenset(),
            standing_roster=None,
            published=None,
        )
        assert load_and_read(session, smaller) == smaller
        # People and needs are named by rosters and grants: their rows stay, ended.
        gone = session.scalars(select(Citizen).where(col(Citizen.code) == "c2")).one()
        assert gone.until_date == MONDAY
        assert session.scalars(select(Need).where(col(Need.code) == "n3")).one().until_date == MONDAY
        assert {row.code for row in session.scalars(select(Shift))} == {"s1"}
        # And come back with the pack that holds them again.
        assert load_and_read(session, full_problem()) == full_problem()
        session.refresh(gone)
        assert gone.until_date is None


def test_next_weeks_pack_leaves_the_first_week_as_it_was(tables_url: str) -> None:
    first = full_problem(standing_roster=None)
    second = full_problem(
        calendar=Calendar(NEXT_MONDAY, 1),
        standing_roster=None,
        published=None,
        absences=(),
        citizens=tuple(replace(row, package_id="p1", contact_carer=None) for row in first.citizens[1:]),
        needs=tuple(
            replace(row, anchor_week=row.anchor_week - 1) for row in first.needs if row.citizen_id == "c1"
        ),
        barred=first.barred[:1],
        sessions=(),
    )
    with migrated(tables_url) as database, database.transaction() as session:
        load_problem(session, first)
        assert load_and_read(session, second) == second
        team = session.scalars(select(Team)).one()
        again = problem_from(session, team.id, WEEK)
        for name in (
            "shifts",
            "history",
            "delivered",
            "ferries",
            "holidays",
            "sessions",
            "published",
        ):
            assert getattr(again, name) == getattr(first, name), name
        assert set(again.citizens) == set(first.citizens)
        assert set(again.needs) == set(first.needs)


def test_package_changes_keep_the_earlier_grant(tables_url: str) -> None:
    def with_package(monday: date, package: str) -> Problem:
        problem = full_problem(calendar=Calendar(monday, 1), published=None)
        return replace(
            problem, citizens=(problem.citizens[0], replace(problem.citizens[1], package_id=package))
        )

    with migrated(tables_url) as database, database.transaction() as session:
        for monday, package in (
            (MONDAY, "p1"),
            (NEXT_MONDAY, "p2"),
            (NEXT_MONDAY, "p1"),
            (NEXT_MONDAY, "p2"),
        ):
            team = load_problem(session, with_package(monday, package))
        citizen = session.scalars(select(Citizen).where(col(Citizen.code) == "c1")).one()
        codes = {row.id: row.code for row in session.scalars(select(Package))}
        grants = session.scalars(
            select(Grant).where(col(Grant.citizen_id) == citizen.id).order_by(col(Grant.from_date))
        ).all()
        held = [
            (codes[grant.package_id], grant.from_date, grant.until_date)
            for grant in grants
            if grant.from_date != grant.until_date
        ]
        assert held == [("p1", MONDAY, NEXT_MONDAY), ("p2", NEXT_MONDAY, None)]
        # What was decided and taken back on the same date stands as history.
        assert len(grants) == 4
        assert {grant.act for grant in grants} == {"aeldreloven"}
        assert problem_from(session, team.id, WEEK).citizen_by_id["c1"].package_id == "p1"
        assert problem_from(session, team.id, "2026-W50").citizen_by_id["c1"].package_id == "p2"


def test_earlier_week_loaded_later_ends_where_the_known_grant_begins(sqlite_database: str) -> None:
    later = full_problem(calendar=Calendar(NEXT_MONDAY, 1), published=None)
    earlier = full_problem(
        published=None, citizens=tuple(replace(row, package_id="p1") for row in later.citizens)
    )
    with migrated(sqlite_database) as database, database.transaction() as session:
        team = load_problem(session, later)
        assert load_and_read(session, earlier) == earlier
        assert problem_from(session, team.id, "2026-W50").citizen_by_id["c2"].package_id == "p2"


def test_teams_are_kept_apart(sqlite_database: str) -> None:
    south = full_problem(name="Team Syd", needs=full_problem().needs[1:2], links=(), holidays=frozenset({1}))
    with migrated(sqlite_database) as database, database.transaction() as session:
        north = load_problem(session, full_problem())
        assert load_and_read(session, south) == south
        assert problem_from(session, north.id, WEEK) == full_problem()


def test_roster_published_here_stands_above_the_packs(sqlite_database: str) -> None:
    ours = full_roster(seed=99)
    with migrated(sqlite_database) as database, database.transaction() as session:
        team = load_problem(session, full_problem())
        save_roster(session, team.id, ours, "published")
        load_problem(session, full_problem())
        assert problem_from(session, team.id, WEEK).published == ours
        load_problem(session, full_problem(published=None))
        assert problem_from(session, team.id, WEEK).published == ours


def test_earlier_standing_roster_is_kept(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        load_problem(session, full_problem())
        changed = full_problem(standing_roster=full_roster(date(2026, 3, 2), 2, visits=()))
        assert load_and_read(session, changed) == changed
        standing = session.scalars(
            select(Roster).where(col(Roster.kind) == "standing").order_by(col(Roster.version))
        )
        assert [(row.version, row.status) for row in standing] == [(1, "superseded"), (2, "published")]


def test_published_roster_of_other_weeks_is_refused(sqlite_database: str) -> None:
    problem = full_problem(published=full_roster(NEXT_MONDAY))
    with migrated(sqlite_database) as database, database.transaction() as session:
        with pytest.raises(BridgeError, match=r"published\.json is of 2026-W50 .* begins in 2026-W49"):
            load_problem(session, problem)
        session.rollback()


def test_unknown_team_and_wrong_week(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        with pytest.raises(MissingRowError, match="There is no team"):
            problem_from(session, uuid4(), WEEK)
        team = load_problem(session, full_problem())
        with pytest.raises(ProblemError, match="ISO week"):
            problem_from(session, team.id, "uge 49")


def test_barred_stranger_is_named(sqlite_database: str) -> None:
    problem = full_problem()
    stranger = replace(problem.barred[0], carer_id="k77")
    with migrated(sqlite_database) as database, database.transaction() as session:
        with pytest.raises(BridgeError, match="k77"):
            load_problem(session, replace(problem, barred=(stranger,)))
        session.rollback()


def test_shift_of_somebody_who_left_is_told(sqlite_database: str) -> None:
    """A carer who is out of the team from an earlier week on cannot hold a shift of a later one."""
    later = full_problem(calendar=Calendar(NEXT_MONDAY, 1), published=None)
    without = full_problem(
        carers=later.carers[:1],
        shifts=later.shifts[:1],
        meetings=(),
        barred=(),
        wishes=(),
        absences=(),
        published=None,
        citizens=tuple(replace(row, contact_carer=None) for row in later.citizens),
    )
    with migrated(sqlite_database) as database, database.transaction() as session:
        load_problem(session, full_problem(published=None))
        team = load_problem(session, later)
        load_problem(session, without)
        with pytest.raises(BridgeError, match=r"'s2' .* belongs to 'k2'"):
            problem_from(session, team.id, "2026-W50")


def test_citizen_without_grant_is_told(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        team = load_problem(session, full_problem())
        for grant in session.scalars(select(Grant)):
            session.delete(grant)
        session.flush()
        with pytest.raises(BridgeError, match="'c2' has no grant of a package on 2026-11-30"):
            problem_from(session, team.id, WEEK)


def test_cpr_numbers_are_kept_and_found(tables_url: str) -> None:
    with migrated(tables_url) as database, database.transaction() as session:
        load_problem(session, full_problem(), cpr={"c1": "610150-0000"}, vault=VAULT)
        load_problem(session, full_problem())
        citizen = session.scalars(select(Citizen).where(col(Citizen.code) == "c1")).one()
        assert citizen.cpr(VAULT) == Cpr.parse("6101500000")


@pytest.mark.parametrize(
    ("cpr", "error", "words"),
    [
        ({"c1": "610150-00"}, CprError, "citizen 'c1'"),
        ({"c9": "610150-0000"}, BridgeError, "'c9'"),
        ({"c1": "610150-0000", "c2": "6101500000"}, BridgeError, "have the same CPR number"),
    ],
)
def test_wrong_cpr_is_told_without_showing_it(
    sqlite_database: str, cpr: dict[str, str], error: type[Exception], words: str
) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        with pytest.raises(error, match=words) as caught:
            load_problem(session, full_problem(), cpr=cpr, vault=VAULT)
        assert "610150" not in str(caught.value)
        assert "610150" not in repr(caught.value)
        session.rollback()


def test_cpr_without_key_is_refused(sqlite_database: str) -> None:
    with migrated(sqlite_database) as database, database.transaction() as session:
        with pytest.raises(BridgeError, match="without the key"):
            load_problem(session, full_problem(), cpr={"c1": "610150-0000"})
        session.rollback()


def test_words_of_the_tables_are_those_of_the_optimiser() -> None:
    """The two know nothing of each other, so nothing else holds them together."""
    from models import carer, need
    from scheduler import problem, qualifications

    assert need.SERVICES == problem.SERVICES
    assert need.NEED_MODALITIES == problem.MODALITIES
    assert carer.MODES == problem.MODES
    assert carer.QUALIFICATIONS == qualifications.CARER_QUALIFICATIONS
    assert need.NEED_QUALIFICATIONS == qualifications.NEED_QUALIFICATIONS
    assert full_problem(weights=Weights()).packages[1] == PlanPackage("p1")
    assert at(1, 0) == 1440
