"""What the database itself refuses, and what happens to rows that others point to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import select

from models.citizen import citizens_by_cpr, rotate_cpr_key
from models.cpr import Cpr, CprKeyError, CprVault
from models.stored_catalogue import store_catalogue
from models.tables import (
    Absence,
    Attendance,
    Carer,
    Citizen,
    Grant,
    Municipality,
    Need,
    Package,
    Provider,
    Roster,
    Shift,
    Team,
    Visit,
)
from tests.databases import make_tables
from tests.models.engines import engine_of

MONDAY = date(2026, 11, 30)
VAULT = CprVault([b"a" * 32])


@pytest.fixture
def session(tables_url: str) -> Iterator[Session]:
    make_tables(tables_url)
    with engine_of(tables_url) as engine, Session(engine) as made:
        yield made


@pytest.fixture
def team(session: Session) -> Team:
    municipality = Municipality(code="albertslund", name="Albertslund")
    session.add(municipality)
    session.flush()
    provider = Provider(municipality_id=municipality.id, name="Hjemmeplejen", kind="municipal")
    session.add(provider)
    session.flush()
    return make_team(session, provider, "Nord")


def make_team(session: Session, provider: Provider, name: str) -> Team:
    row = Team(
        municipality_id=provider.municipality_id,
        provider_id=provider.id,
        name=name,
        base_lat=55.0,
        base_lon=12.0,
        travel={},
        rules={},
        weights={},
    )
    session.add(row)
    session.flush()
    return row


def of(team: Team) -> dict[str, Any]:
    return {"municipality_id": team.municipality_id, "team_id": team.id}


def citizen(team: Team, code: str = "c1", **values: Any) -> Citizen:
    base: dict[str, Any] = {"name": "N", "lat": 55.0, "lon": 12.0, "from_date": MONDAY}
    return Citizen(**of(team), code=code, **{**base, **values})


def carer(team: Team, code: str = "k1", **values: Any) -> Carer:
    base: dict[str, Any] = {"name": "K", "qualification": "helper", "from_date": MONDAY}
    return Carer(**of(team), code=code, **{**base, **values})


def need(team: Team, owner: Citizen, code: str = "n1", **values: Any) -> Need:
    base: dict[str, Any] = {
        "service": "personal_care",
        "days": [0],
        "anchor_monday": MONDAY,
        "window_start_min": 420,
        "window_end_min": 600,
        "minutes_min": 20,
        "minutes": 30,
        "minutes_max": 40,
        "from_date": MONDAY,
    }
    return Need(**of(team), citizen_id=owner.id, code=code, **{**base, **values})


def shift(team: Team, code: str = "s1", **values: Any) -> Shift:
    base: dict[str, Any] = {"date": MONDAY, "start_min": 420, "end_min": 900}
    return Shift(**of(team), code=code, **{**base, **values})


def refused(session: Session, row: object) -> None:
    """The database takes no such row, and stands as it stood."""
    nested = session.begin_nested()
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()
    nested.rollback()


def saved(session: Session, *rows: Any) -> None:
    session.add_all(rows)
    session.flush()


def test_codes_are_unique_in_a_team_and_only_there(session: Session, team: Team) -> None:
    south = make_team(session, session.get_one(Provider, team.provider_id), "Syd")
    saved(session, citizen(team), citizen(south), carer(team), carer(south))
    refused(session, citizen(team))
    refused(session, carer(team))
    refused(session, Package(**of(team), code="p", from_date=MONDAY, two_carers_count="twice"))
    saved(session, shift(team), shift(south), shift(team, date=date(2026, 12, 7)))
    refused(session, shift(team, start_min=0))


def test_teams_providers_and_municipalities_are_unique(session: Session, team: Team) -> None:
    refused(session, Municipality(code="albertslund", name="Igen"))
    provider = session.get_one(Provider, team.provider_id)
    refused(session, Provider(municipality_id=team.municipality_id, name=provider.name, kind=provider.kind))
    with pytest.raises(IntegrityError), session.begin_nested():
        make_team(session, provider, "Nord")


IMPOSSIBLE_NEEDS: list[dict[str, Any]] = [
    {"service": "cleaning"},
    {"qualification": "doctor"},
    {"modality": "phone"},
    {"minutes_min": 31},
    {"minutes_max": 29},
    {"minutes_min": 0},
    {"carers": 3},
    {"priority": 0},
    {"every_weeks": 0},
    {"times_per_week": 8},
    {"window_end_min": 419},
    {"until_date": date(2026, 11, 29)},
]


def test_impossible_need_is_refused(session: Session, team: Team) -> None:
    owner = citizen(team)
    saved(session, owner)
    for values in IMPOSSIBLE_NEEDS:
        refused(session, need(team, owner, **values))
    saved(session, need(team, owner))


def test_other_impossible_rows_are_refused(session: Session, team: Team) -> None:
    home, hand = citizen(team), carer(team)
    saved(session, home, hand)
    refused(session, citizen(team, "c2", lat=91.0))
    refused(session, citizen(team, "c2", carers_max=0))
    refused(session, citizen(team, "c2", cpr_index=b"x"))
    refused(session, carer(team, "k2", qualification="doctor"))
    refused(session, carer(team, "k2", mode="train"))
    refused(session, carer(team, "k2", kind="robot"))
    refused(session, shift(team, "s2", end_min=420))
    away: dict[str, Any] = {"start_date": MONDAY, "start_min": 0, "end_date": MONDAY, "end_min": 60}
    refused(session, Absence(**of(team), **away))
    refused(session, Absence(**of(team), **away, carer_id=hand.id, citizen_id=home.id))
    refused(session, Absence(**of(team), **{**away, "start_min": 61}, carer_id=hand.id))
    saved(session, Absence(**of(team), **away, carer_id=hand.id))
    package = Package(**of(team), code="p", from_date=MONDAY)
    saved(session, package)
    grant: dict[str, Any] = {**of(team), "citizen_id": home.id, "package_id": package.id, "from_date": MONDAY}
    refused(session, Grant(**grant, act="straffeloven"))
    refused(session, Grant(**grant, until_date=date(2026, 11, 29)))
    saved(session, Grant(**grant, act="serviceloven", section="§ 83"))


def test_pointing_nowhere_is_refused(session: Session, team: Team) -> None:
    refused(session, citizen(team, contact_carer_id=team.id))
    refused(
        session,
        Citizen(
            **{**of(team), "team_id": team.provider_id}, code="c", name="", lat=0, lon=0, from_date=MONDAY
        ),
    )


def roster_with_visit(session: Session, team: Team) -> tuple[Roster, Citizen, Carer, Shift]:
    home, hand, duty = citizen(team), carer(team), shift(team)
    saved(session, home, hand, duty)
    wish = need(team, home)
    roster = Roster(
        **of(team),
        first_monday=MONDAY,
        weeks=1,
        version=1,
        team_name="Nord",
        figures={},
        bounds={},
        travel_provider="crow_flies",
    )
    saved(session, wish, roster)
    visit = Visit(
        **of(team),
        roster_id=roster.id,
        position=0,
        need_code="n1",
        need_id=wish.id,
        citizen_code="c1",
        citizen_id=home.id,
        date=MONDAY,
        start_min=480,
        end_min=510,
        modality="home",
    )
    saved(session, visit)
    who: dict[str, Any] = {"position": 0, "carer_code": "k1", "carer_id": hand.id, "shift_code": "s1"}
    saved(session, Attendance(**of(team), roster_id=roster.id, visit_id=visit.id, shift_id=duty.id, **who))
    refused(session, Attendance(**of(team), roster_id=roster.id, **who))
    return roster, home, hand, duty


def test_roster_keeps_its_rows_when_people_are_deleted(session: Session, team: Team) -> None:
    """A person's rows can go; the roster remains, with an id that means nothing any more."""
    _, home, hand, duty = roster_with_visit(session, team)
    for row in (home, hand, duty):
        session.delete(row)
    session.flush()
    session.expire_all()
    visit, who = session.scalars(select(Visit)).one(), session.scalars(select(Attendance)).one()
    assert (visit.citizen_id, visit.need_id, visit.citizen_code) == (None, None, "c1")
    assert (who.carer_id, who.shift_id, who.carer_code) == (None, None, "k1")
    assert session.scalars(select(Need)).all() == []


def test_team_goes_with_all_it_has_and_municipality_stays(session: Session, team: Team) -> None:
    roster_with_visit(session, team)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.delete(Municipality))
    session.delete(team)
    session.flush()
    for table in (Citizen, Carer, Need, Shift, Roster, Visit, Attendance):
        assert session.scalars(select(table)).all() == []
    assert session.scalars(select(Municipality)).one().code == "albertslund"


def test_version_of_a_roster_is_unique(session: Session, team: Team) -> None:
    roster, *_ = roster_with_visit(session, team)
    values = {name: getattr(roster, name) for name in ("first_monday", "weeks", "version", "team_name")}
    again = {**values, "figures": {}, "bounds": {}, "travel_provider": "crow_flies"}
    refused(session, Roster(**of(team), **again))
    refused(session, Roster(**of(team), **{**again, "version": 2, "status": "lost"}))
    saved(session, Roster(**of(team), **{**again, "version": 2}))


def test_citizen_is_found_by_cpr(session: Session, team: Team) -> None:
    south = make_team(session, session.get_one(Provider, team.provider_id), "Syd")
    cpr, other = Cpr.parse("610150-0000"), Cpr.parse("620150-0000")
    here, there, stranger = citizen(team), citizen(south), citizen(team, "c2")
    for row, number in ((here, cpr), (there, cpr), (stranger, other)):
        row.set_cpr(number, VAULT)
    saved(session, here, there, stranger)
    found = citizens_by_cpr(session, team.municipality_id, cpr, VAULT)
    assert {row.id for row in found} == {here.id, there.id}
    assert citizens_by_cpr(session, team.provider_id, cpr, VAULT) == []
    double = citizen(team, "c3")
    double.set_cpr(cpr, VAULT)
    refused(session, double)
    here.set_cpr(None, VAULT)
    session.flush()
    assert here.cpr(VAULT) is None


def test_rotation_moves_everything_to_the_new_key(session: Session, team: Team) -> None:
    cpr = Cpr.parse("610150-0000")
    row = citizen(team)
    row.set_cpr(cpr, VAULT)
    saved(session, row, citizen(team, "c2"))
    new = b"b" * 32
    during = CprVault([new, b"a" * 32])
    assert citizens_by_cpr(session, team.municipality_id, cpr, during) == [row], "found while keys change"
    with pytest.raises(CprKeyError):
        row.cpr(CprVault([new]))
    assert rotate_cpr_key(session, during) == 1
    assert rotate_cpr_key(session, during) == 0
    after = CprVault([new])
    assert row.cpr(after) == cpr
    assert citizens_by_cpr(session, team.municipality_id, cpr, after) == [row]


def test_catalogue_versions(session: Session, team: Team) -> None:
    texts = ["a = 1", "a = 1", "a = 2", "a = 1"]
    versions = [store_catalogue(session, team.municipality_id, text).version for text in texts]
    assert versions == [1, 1, 2, 3]
