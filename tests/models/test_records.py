"""A record is written once: the database itself refuses to change it, to delete it, and to write over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from models.tables import Device, Municipality, Provider, Record, RecordPhoto, Team, User
from tests.databases import make_tables
from tests.models.engines import engine_of

MOMENT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


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
    row = Team(
        municipality_id=municipality.id,
        provider_id=provider.id,
        name="Nord",
        base_lat=55.0,
        base_lon=12.0,
        travel={},
        rules={},
        weights={},
    )
    session.add(row)
    session.flush()
    return row


def a_record(team: Team, **values: Any) -> Record:
    given: dict[str, Any] = {"kind": "note", "body": {"text": "Spiste godt"}, **values}
    return Record(
        municipality_id=team.municipality_id,
        team_id=team.id,
        on_date=date(2026, 11, 30),
        user_id=uuid4(),
        device_at=MOMENT,
        at=MOMENT,
        received_at=MOMENT,
        **given,
    )


def a_photo(team: Team, photo_id: UUID) -> RecordPhoto:
    return RecordPhoto(
        id=photo_id,
        municipality_id=team.municipality_id,
        team_id=team.id,
        user_id=uuid4(),
        width=2,
        height=2,
        sent_sha256="0" * 64,
        content=b"jpeg",
    )


def refused(session: Session, statement: str, **values: Any) -> None:
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement), values)
    session.rollback()


def test_a_record_is_neither_changed_nor_deleted(session: Session, team: Team) -> None:
    session.add(a_record(team))
    session.commit()
    refused(session, "UPDATE record SET kind = 'state'")
    refused(session, "UPDATE record SET body = '{}'")
    refused(session, "DELETE FROM record")
    assert session.execute(sa.text("SELECT kind FROM record")).scalar_one() == "note"


def test_a_record_is_not_written_over(session: Session, team: Team) -> None:
    device = uuid4()
    row = a_record(team, device_id=device, device_seq=1)
    session.add(row)
    session.commit()
    first = row.id
    session.expunge_all()
    team = session.scalars(sa.select(Team)).one()
    for taken in (a_record(team, id=first), a_record(team, device_id=device, device_seq=1)):
        session.add(taken)
        with pytest.raises(DBAPIError):
            session.flush()
        session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        columns = ", ".join(column.name for column in Record.__table__.c)  # type: ignore[attr-defined]
        refused(session, f"INSERT OR REPLACE INTO record ({columns}) SELECT {columns} FROM record")


def test_a_table_of_records_is_not_emptied_at_once(session: Session, team: Team) -> None:
    session.add(a_record(team))
    emptied = "TRUNCATE" if session.get_bind().dialect.name == "postgresql" else "DELETE FROM"
    refused(session, f"{emptied} record")
    assert session.execute(sa.text("SELECT count(*) FROM record")).scalar_one() == 1


def test_a_team_with_records_stays(session: Session, team: Team) -> None:
    session.add(a_record(team))
    session.commit()
    session.delete(team)
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()


def test_a_record_may_have_no_number_of_its_device(session: Session, team: Team) -> None:
    """Two records that got the same number are both kept: one of them without it."""
    device = uuid4()
    session.add_all([a_record(team, device_id=device) for _ in range(2)])
    session.commit()
    assert session.execute(sa.text("SELECT count(*) FROM record")).scalar_one() == 2


def test_a_picture_is_kept_while_a_record_speaks_of_it(session: Session, team: Team) -> None:
    spoken_of, alone = uuid4(), uuid4()
    session.add_all([a_photo(team, spoken_of), a_photo(team, alone)])
    session.add(a_record(team, kind="photo", photo_id=spoken_of))
    session.commit()
    refused(session, "UPDATE record_photo SET content = ''")
    refused(session, "DELETE FROM record_photo")
    row = session.get(RecordPhoto, alone)
    session.delete(row)
    session.commit()
    assert session.execute(sa.text("SELECT count(*) FROM record_photo")).scalar_one() == 1


def test_a_revoked_device_has_no_key(session: Session, team: Team) -> None:
    user = User(municipality_id=team.municipality_id, sign_in_name="grete", name="Grete")
    session.add(user)
    session.flush()
    values: dict[str, Any] = {
        "municipality_id": team.municipality_id,
        "tablet_id": uuid4(),
        "user_id": user.id,
        "enrolled_at": MOMENT,
        "seen_at": MOMENT,
    }
    session.add(Device(**values, key_encrypted=b"key"))
    session.commit()
    session.add(Device(**values))  # the same user on the same tablet
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    revoked = {
        **values,
        "tablet_id": uuid4(),
        "revoked_at": MOMENT,
        "revoked_by": "leder",
        "revoked_why": "væk",
    }
    session.add(Device(**revoked, key_encrypted=b"key"))
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    session.add(Device(**revoked))
    session.commit()
