"""What has been kept long enough goes by the municipality's own rule, wholly, told in the log; nothing else can go (X10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors
from delivery_app.db import Database, open_database, upgrade_database
from delivery_app.security.log_check import check_log
from delivery_app.services.holds import hold, lift
from delivery_app.services.retention import BLANKED, ERASED, STAYS, Due, due_of, erase, erase_log
from models.catalogue import CATALOGUE_FOLDER
from models.cpr import Cpr
from models.errors import MissingRowError
from models.stored_catalogue import store_catalogue
from models.tables import (
    AccessEntry,
    CareGoal,
    Citizen,
    Need,
    Record,
    RecordErasure,
    RecordPhoto,
    Relative,
    Visit,
    metadata,
)
from tests.delivery_app.bridge_examples import VAULT
from tests.delivery_app.cli.running import run
from tests.delivery_app.records.test_replay import MOMENT, MONDAY, World, world_of
from tests.delivery_app.security.log_examples import ANNA, add_team, read_each

NOTE = 'note = { da = "Fastsat af kommunen", en = "Set by the municipality" }'
YEARS = 5
LATER = date(2034, 1, 1)


def catalogue(**years: int) -> str:
    """A municipality's catalogue with so many years."""
    text = (CATALOGUE_FOLDER / "albertslund.toml").read_text("utf-8")
    lines = "".join(f"{name} = {{ value = {one}, default = true, {NOTE} }}\n" for name, one in years.items())
    return text.replace("[rules]\n", f"[rules]\n{lines}")


@pytest.fixture
def world(tables_url: str) -> Iterator[World]:
    """Two citizens with everything; the help of the first ended on the roster's Monday."""
    with world_of(tables_url) as made:
        with made.database.transaction("setup") as session:
            store_catalogue(session, made.municipality_id, catalogue(help_kept_years=YEARS))
            for citizen in citizens(session):
                fill(session, citizen)
            session.flush()
            citizens(session)[0].until_date = MONDAY
        yield made


def citizens(session: Session) -> list[Citizen]:
    return list(session.scalars(select(Citizen).order_by(col(Citizen.code)).limit(2)))


def fill(session: Session, citizen: Citizen) -> None:
    whose: dict[str, Any] = {"municipality_id": citizen.municipality_id, "team_id": citizen.team_id}
    photo = RecordPhoto(**whose, user_id=uuid4(), width=1, height=1, sent_sha256="0" * 64, content=b"x")
    session.add_all(
        [
            photo,
            Relative(**whose, citizen_id=citizen.id, name="Karen", phone="12345678"),
            CareGoal(**whose, citizen_id=citizen.id, kind="maintain", text="Gå en tur", set_on=MONDAY),
            *(
                Record(
                    **whose, citizen_id=citizen.id, on_date=MONDAY, user_id=uuid4(), kind=kind, body=body,
                    device_at=MOMENT, at=MOMENT - timedelta(days=2), received_at=MOMENT, photo_id=photo_id,
                )
                for kind, body, photo_id in (
                    ("note", {"text": "Spiste godt"}, None),
                    ("photo", {"photo_id": str(photo.id)}, photo.id),
                )
            ),
        ]
    )  # fmt: skip
    citizen.address, citizen.phone, citizen.access_note = "Vej 1", "12345678", "Nøgleboks"
    citizen.wishes_note, citizen.living_will = "Te", "Ja"
    citizen.set_cpr(Cpr("0101010000"), VAULT) if citizen.code.endswith("1") else None


def due(world: World, when: date) -> Due:
    with world.database.reading() as session:
        (found,) = due_of(session, when)
    return found


def carry_out(world: World, when: date) -> None:
    with world.database.transaction("retention") as session:
        erase(session, due(world, when), datetime.combine(when, datetime.min.time(), UTC))


def counted(session: Session, table: Any) -> int:
    return session.scalar(select(sa.func.count()).select_from(table)) or 0


def test_what_was_kept_long_enough_goes_wholly_and_nothing_before(world: World) -> None:
    with world.database.reading() as session:
        first, second = (one.id for one in citizens(session))
        before = {table: counted(session, table) for table in (Visit, Need)}
    assert due(world, MONDAY.replace(year=MONDAY.year + YEARS)).citizens == (), "to the day"
    day_after = MONDAY.replace(year=MONDAY.year + YEARS) + timedelta(days=1)
    found = due(world, day_after)
    assert (found.citizens, found.records, found.photos) == ((first,), 2, 1)
    carry_out(world, day_after)
    with world.database.reading() as session:
        gone, left = citizens(session)
        assert (gone.id, left.id) == (first, second)
        assert gone.name == ""
        assert [getattr(gone, name) for name in BLANKED] == [None] * len(BLANKED)
        assert (gone.lat, gone.lon) == (round(gone.lat, 1), round(gone.lon, 1))
        assert (left.name != "", left.address) == (True, "Vej 1")
        for name in ("record", "relative", "care_goal"):
            assert set(session.scalars(sa.select(metadata.tables[name].c.citizen_id))) == {second}
        assert counted(session, RecordPhoto) == 1
        assert counted(session, RecordErasure) == 2
        assert {table: counted(session, table) for table in (Visit, Need)} == before, "rosters stay readable"
        told = session.scalars(select(AccessEntry).where(col(AccessEntry.use) == "retention")).all()
        assert [(one.citizen_id, one.action, (one.note or {}).get("records")) for one in told] == [
            (first, "deleted", 2)
        ]
        assert check_log(session.connection(), world.database.vault, []).broken is None
    assert due(world, day_after).is_nothing, "once"


def test_what_was_recorded_since_keeps_the_rest(world: World) -> None:
    with world.database.transaction("carer") as session:
        one = citizens(session)[0]
        session.add(
            Record(
                municipality_id=one.municipality_id, team_id=one.team_id, citizen_id=one.id, on_date=MONDAY,
                user_id=uuid4(), kind="complaint", body={"text": "x"}, received_at=MOMENT,
                device_at=MOMENT, at=MOMENT + timedelta(days=400),
            )
        )  # fmt: skip
    assert due(world, MONDAY.replace(year=MONDAY.year + YEARS) + timedelta(days=30)).citizens == ()
    assert len(due(world, LATER).citizens) == 1


def test_without_the_municipalitys_figure_nothing_goes(world: World) -> None:
    with world.database.transaction("setup") as session:
        store_catalogue(session, world.municipality_id, catalogue())
    found = due(world, LATER)
    assert (found.help_before, found.log_before, found.is_nothing) == (None, None, True)
    carry_out(world, LATER)
    with world.database.reading() as session:
        assert counted(session, Record) == 4


def held(world: World, **cells: str) -> UUID:
    """Hold the first citizen's data back; the hold's id."""
    with world.database.transaction("leder") as session:
        first = citizens(session)[0]
        said = {"reason": "complaint", "words": "Sag 12", "until": "", **cells}
        return hold(session, first.team_id, first.id, said, MONDAY).id


def test_while_a_case_is_under_way_nothing_of_the_citizen_goes(world: World) -> None:
    hold_id = held(world)
    found = due(world, LATER)
    assert (found.citizens, found.records) == ((), 0)
    assert [(one.reason, one.until) for one in found.held] == [("complaint", None)]
    with world.database.transaction("retention") as session:
        first = citizens(session)[0]
        # Reckoned before somebody held it back.
        erase(session, replace(found, citizens=(first.id,)), datetime(2034, 1, 1, tzinfo=UTC))
    with world.database.transaction("leder") as session:
        first = citizens(session)[0]
        assert first.name
        lift(session, first.team_id, first.id, hold_id, by="leder", now=MOMENT)
        with pytest.raises(MissingRowError):
            lift(session, first.team_id, first.id, hold_id, by="leder", now=MOMENT)
    assert len(due(world, LATER).citizens) == 1
    assert due(world, LATER).held == ()


def test_a_hold_runs_out_after_its_last_day(world: World) -> None:
    held(world, until=str(LATER))
    assert due(world, LATER).citizens == ()
    assert len(due(world, LATER + timedelta(days=1)).citizens) == 1
    with pytest.raises(CellErrors) as wrong:
        held(world, reason="", words="", until="2020-01-01")
    assert set(wrong.value.errors) == {"reason", "words", "until"}


def test_no_record_goes_but_by_the_rule_and_none_comes_back(world: World) -> None:
    def refused(statement: Any) -> None:
        with pytest.raises(DBAPIError), world.database.engine.begin() as connection:
            connection.execute(statement)

    record, erasure = metadata.tables["record"], metadata.tables["record_erasure"]
    refused(sa.delete(record))
    refused(sa.update(record).values(kind="note"))
    batch = [
        {
            "id": str(uuid4()), "seq": 1, "kind": "note", "on_date": MONDAY.isoformat(), "need_id": world.needs[0],
            "device_at": MOMENT.isoformat(), "offset_ms": 0, "body": {"text": "A"},
        }
    ]  # fmt: skip
    sender = world.sender(uuid4())
    assert world.send(sender, batch) == ["kept"]
    told = {"record_id": UUID(str(batch[0]["id"])), "at": MOMENT}
    with world.database.engine.begin() as connection:
        connection.execute(sa.insert(erasure), [told])
        connection.execute(sa.delete(record).where(record.c.id == told["record_id"]))
    assert world.send(sender, batch) == ["known"], "a tablet that sends it again is done with it"
    with world.database.reading() as session:
        assert session.get(Record, told["record_id"]) is None
    refused(sa.delete(erasure))
    refused(sa.update(erasure).values(at=MOMENT + timedelta(days=1)))


def test_of_every_table_about_citizens_it_is_said_whether_it_goes() -> None:
    """A new table with rows of citizens has to say so."""
    about = {table.name for table in metadata.sorted_tables if "citizen_id" in table.c}
    assert about == ERASED | STAYS
    assert not ERASED & STAYS


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("NAERPLAN_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("NAERPLAN_DEMO", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    upgrade_database()
    database = open_database()
    yield database
    database.close()


def test_the_command_tells_first_and_deletes_when_asked(installation: Database) -> None:
    added = add_team(installation, citizens=2)
    read_each(installation, added, ANNA)
    with installation.transaction("setup") as session:
        first = session.get_one(Citizen, added[0])
        first.from_date, first.until_date = date(2010, 1, 4), date(2012, 1, 2)
        text = catalogue(help_kept_years=YEARS, access_log_kept_years=3)
        store_catalogue(session, first.municipality_id, text.replace('id = "albertslund"', 'id = "a"'))
        held_back = session.get_one(Citizen, added[1])
        held_back.from_date, held_back.until_date = date(2010, 1, 4), date(2012, 1, 2)
        cells = {"reason": "police", "words": "Sag 12", "until": ""}
        hold(session, held_back.team_id, held_back.id, cells, date(2026, 1, 1))
    told = run("retention")
    assert told.code == 0
    assert f"citizen {held_back.code}: held back until it is lifted (the police)" in " ".join(
        told.out.split()
    )
    assert "1 citizens, 0 records, 0 pictures" in told.out
    assert "Nothing was changed" in told.err
    with installation.reading() as session:
        assert session.get_one(Citizen, added[0]).name == "Name 0"
    done = run("retention", "--erase", lang="da")
    assert done.code == 0
    assert "slettet" in done.out
    with installation.reading() as session:
        assert [session.get_one(Citizen, one).name for one in added] == ["", "Name 1"]
        (found,) = due_of(session, datetime.now(UTC).date() + timedelta(days=366 * 4))
    assert found.entries > 0
    with installation.engine.begin() as connection:
        assert erase_log(connection, installation.vault, found, LATER) == found.entries
        left = connection.execute(sa.select(sa.func.count()).where(col(AccessEntry.citizen_id) == added[1]))
        assert left.scalar(), "the log of who is held back stays"
    with installation.reading() as session:
        assert check_log(session.connection(), installation.vault, []).broken is None
