"""The log cannot be changed unseen (X5): the database refuses it, and the check finds what was done all the same."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from delivery_app.db import Database, make_engine
from delivery_app.security import seals
from delivery_app.security.log_check import ERASURES, check_log, heads_in
from delivery_app.security.retention import erase_entries
from delivery_app.security.seals import ENTRIES, SEALS, Event
from models.access_log import SEALED_COLUMNS, Action, entry_digest, seal_hash
from models.cpr import CprVault
from tests.delivery_app.bridge_examples import VAULT, migrated
from tests.delivery_app.security.log_examples import ANNA, add_team, checked, entries, read_each, unguarded

SOON = datetime.now(UTC) + timedelta(hours=1)


def at_place(table: sa.Table, number: int, position: int = 0) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.seal_number == number, table.c.position == position)


def filled(database: Database, batches: int = 4) -> None:
    """A log of so many seals with one to three entries each."""
    for count in range(batches):
        with database.engine.begin() as connection:
            events = [Event(Action.READ, citizen_id=uuid4()) for _ in range(count % 3 + 1)]
            seals.write(connection, VAULT, ANNA, events)


def test_untouched_log_is_whole(tables_url: str) -> None:
    with migrated(tables_url) as database:
        assert (checked(database).head, checked(database).broken) == (None, None)
        read_each(database, add_team(database))
        found = checked(database)
        assert found.broken is None
        assert found.head is not None
        assert found.seals == found.head.number == 4
        assert found.entries == len(entries(database))


@pytest.mark.parametrize("table", ["access_entry", "access_seal", "access_erasure"])
def test_database_refuses_to_change_the_log(tables_url: str, table: str) -> None:
    with migrated(tables_url) as database:
        filled(database)
        with database.engine.begin() as connection:
            erase_entries(connection, VAULT, ANNA, before=SOON)
        filled(database)
        column = "number" if table == "access_seal" else "seal_number"
        statements = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
        if database.engine.dialect.name == "postgresql":
            statements.append(f"TRUNCATE {table}")
        else:
            statements.append(f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
        for statement in statements:
            with pytest.raises(DBAPIError, match="access log"), database.engine.begin() as connection:
                connection.exec_driver_sql(statement)
        assert checked(database).broken is None


def test_entry_about_an_erasure_is_never_deleted(tables_url: str) -> None:
    with migrated(tables_url) as database:
        filled(database)
        with database.engine.begin() as connection:
            erase_entries(connection, VAULT, ANNA, before=SOON)
        (telling,) = entries(database)
        with database.engine.begin() as connection:
            place = {"seal_number": telling.seal_number, "position": 0}
            connection.execute(sa.insert(ERASURES), [{**place, "by_seal_number": 9, "by_position": 0}])
        deleting = sa.delete(ENTRIES).where(at_place(ENTRIES, telling.seal_number))
        with pytest.raises(DBAPIError, match="by rule only"), database.engine.begin() as connection:
            connection.execute(deleting)


def test_every_changed_column_of_an_entry_is_found(tables_url: str) -> None:
    with migrated(tables_url) as database:
        filled(database)
        for name in SEALED_COLUMNS:
            with unguarded(database) as connection:
                old = connection.execute(sa.select(ENTRIES).where(at_place(ENTRIES, 3, 1))).one()
                changed = {name: other(ENTRIES.c[name], old)}
                connection.execute(sa.update(ENTRIES).where(at_place(ENTRIES, 3, 1)).values(changed))
            broken = checked(database).broken
            assert broken is not None, name
            assert (broken.seal, broken.position, broken.template) == (3, 1, "an entry was changed"), name
            with unguarded(database) as connection:
                back = {name: old._mapping[name]}
                connection.execute(sa.update(ENTRIES).where(at_place(ENTRIES, 3, 1)).values(back))
            assert checked(database).broken is None


def test_deleted_swapped_and_added_entries_are_found(tables_url: str) -> None:
    with migrated(tables_url) as database:
        filled(database, 6)
        with unguarded(database) as connection:
            row = dict(connection.execute(sa.select(ENTRIES).where(at_place(ENTRIES, 6, 2))).one()._mapping)
            connection.execute(sa.insert(ENTRIES), [{**row, "position": 3}])
        broken = checked(database).broken
        assert broken is not None
        assert (broken.template, broken.seal, broken.position) == (
            "there is an entry that no seal knows",
            6,
            3,
        )

        with unguarded(database) as connection:
            for there, here in (((5, 0), (5, 9)), ((5, 1), (5, 0)), ((5, 9), (5, 1))):
                connection.execute(
                    sa.update(ENTRIES)
                    .where(at_place(ENTRIES, *there))
                    .values(seal_number=here[0], position=here[1])
                )
        broken = checked(database).broken
        assert broken is not None
        assert (broken.template, broken.seal, broken.position) == ("an entry was changed", 5, 0)

        with unguarded(database) as connection:
            connection.execute(sa.delete(ENTRIES).where(at_place(ENTRIES, 2)))
        broken = checked(database).broken
        assert broken is not None
        assert (broken.template, broken.seal, broken.position) == ("an entry is missing", 2, 0)


def test_missing_and_changed_seals_are_found(tables_url: str) -> None:
    with migrated(tables_url) as database:
        filled(database, 5)
        with unguarded(database) as connection:
            connection.execute(sa.update(SEALS).where(SEALS.c.number == 4).values(mac=bytes(32)))
        found = checked(database)
        assert found.broken is not None
        assert (found.broken.template, found.seals) == ("the seal was not made by this installation", 3)
        with unguarded(database) as connection:
            connection.execute(sa.update(SEALS).where(SEALS.c.number == 3).values(at=SOON))
        assert checked(database).broken.template == "the seal was changed"  # type: ignore[union-attr]
        with unguarded(database) as connection:
            connection.execute(sa.delete(SEALS).where(SEALS.c.number == 2))
            connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.seal_number == 2))
        broken = checked(database).broken
        assert broken is not None
        assert (broken.template, broken.seal) == ("a seal is missing", 2)


def test_chain_made_anew_without_the_key_is_found(tables_url: str) -> None:
    """Somebody with the whole database, but not the key, changes an entry and reckons every hash again."""
    with migrated(tables_url) as database:
        filled(database, 3)
        with unguarded(database) as connection:
            row = connection.execute(sa.select(ENTRIES).where(at_place(ENTRIES, 3, 0))).one()
            changed = {**row._mapping, "user_name": "bent"}
            seal = connection.execute(sa.select(SEALS).where(SEALS.c.number == 3)).one()
            leaves = entry_digest(changed, row.salt) + seal.leaves[32:]
            connection.execute(sa.update(ENTRIES).where(at_place(ENTRIES, 3, 0)).values(user_name="bent"))
            digest = seal_hash(3, seal.at, seal.previous, leaves)
            connection.execute(sa.update(SEALS).where(SEALS.c.number == 3).values(leaves=leaves, hash=digest))
        broken = checked(database).broken
        assert broken is not None
        assert (broken.template, broken.seal) == ("the seal was not made by this installation", 3)


def test_seals_of_a_key_that_was_not_given_are_told(sqlite_database: str) -> None:
    """A changed key goes on with the chain; to check it the older key is wanted, too."""
    old, new = bytes(range(32)), bytes(range(1, 33))
    with migrated(sqlite_database) as database:
        filled(database, 2)
        with database.engine.begin() as connection:
            seals.write(connection, CprVault([new, old]), ANNA, [Event(Action.READ)])
        broken = checked(database).broken
        assert broken is not None
        assert "key that was not given" in broken.template
        assert broken.seal == 3
        with database.reading() as session:
            assert check_log(session.connection(), CprVault([new, old])).broken is None


def test_end_that_was_cut_off_is_found_by_a_head_noted_elsewhere(tables_url: str) -> None:
    with migrated(tables_url) as database:
        filled(database, 3)
        early = checked(database).head
        filled(database, 3)
        late = checked(database).head
        assert early is not None
        assert late is not None
        assert checked(database, early, late).broken is None
        with unguarded(database) as connection:
            connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.seal_number > 4))
            connection.execute(sa.delete(SEALS).where(SEALS.c.number > 4))
        assert checked(database, early).broken is None, "the database alone does not show it"
        broken = checked(database, early, late).broken
        assert broken is not None
        assert (broken.template, broken.seal) == ("the log once went further: its end was cut off", 6)
        filled(database, 3)
        broken = checked(database, late).broken
        assert broken is not None
        assert (broken.template, broken.seal) == ("another seal stands here than the one that was noted", 6)


def test_heads_are_read_from_lines() -> None:
    assert [head.number for head in heads_in(["3 " + "aB" * 32 + " 2026-11-30", "", "4 " + "0" * 64])] == [
        3,
        4,
    ]
    with pytest.raises(ValueError, match="2"):
        heads_in(["3 " + "ab" * 32, "4 abc"])


def test_entries_are_erased_by_rule_and_the_chain_holds(tables_url: str) -> None:
    with migrated(tables_url) as database:
        citizens = add_team(database)
        read_each(database, citizens)
        read_each(database, citizens)
        before = len(entries(database))
        with database.engine.begin() as connection:
            count = erase_entries(connection, VAULT, ANNA, before=SOON, citizen_id=citizens[0])
        assert count == 3, "created, read, read"
        assert entries(database, ENTRIES.c.citizen_id == citizens[0]) == []
        found = checked(database)
        assert (found.broken, found.erased, found.entries) == (None, 3, before - 3 + 1)
        telling = entries(database)[-1]
        assert (telling.action, telling.use, telling.user_name, telling.citizen_id) == (
            "erased", "retention", "anna", None,
        )  # fmt: skip
        assert telling.note is not None
        assert telling.note["count"] == 3
        with database.engine.begin() as connection:
            erase_entries(connection, VAULT, ANNA, before=SOON)
        assert checked(database).broken is None
        assert {one.action for one in entries(database)} == {"erased"}


def test_erasing_more_than_is_told_is_found(tables_url: str) -> None:
    with migrated(tables_url) as database:
        filled(database, 4)
        with database.engine.begin() as connection:
            erase_entries(connection, VAULT, ANNA, before=SOON)
        filled(database, 2)
        with database.engine.begin() as connection:  # the database lets it pass: a rule names the entry
            row = {"seal_number": 6, "position": 0, "by_seal_number": 5, "by_position": 0}
            connection.execute(sa.insert(ERASURES), [row])
            connection.execute(sa.delete(ENTRIES).where(at_place(ENTRIES, 6)))
        assert "more or less" in checked(database).broken.template  # type: ignore[union-attr]
        with unguarded(database) as connection:
            connection.execute(sa.update(ERASURES).where(at_place(ERASURES, 6)).values(by_seal_number=77))
        broken = checked(database).broken
        assert broken is not None
        assert (broken.template, broken.seal) == ("an entry was taken out, and no entry tells of it", 6)


def test_erased_entry_leaves_nothing_to_guess_by(sqlite_database: str) -> None:
    """The digest that stays behind is salted: knowing all that was in the entry does not show that it was there."""
    with migrated(sqlite_database) as database:
        filled(database, 1)
        (entry,) = entries(database)
        with database.reading() as session:
            leaves = session.execute(sa.select(SEALS.c.leaves)).scalar_one()
        values = {name: getattr(entry, name) for name in type(entry).model_fields}
        assert entry_digest(values, entry.salt) == leaves
        assert entry_digest(values, b"") != leaves
        assert len(entry.salt) == 16
        filled(database, 1)
        assert entries(database)[0].salt != entries(database)[1].salt


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("log") / "empty.db"
    with migrated(f"sqlite:///{path}") as database:
        filled(database, 0)
    return path


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5), seed=st.integers(0, 10**6), data=st.data())
def test_any_change_of_any_row_is_found(
    empty_file: Path, sizes: list[int], seed: int, data: st.DataObject
) -> None:
    """One cell of one row is changed, or one row that has others after it is deleted."""
    choice = random.Random(seed)
    copy = empty_file.with_name("copy.db")
    for end in ("", "-wal", "-shm"):
        copy.with_name(f"copy.db{end}").unlink(missing_ok=True)
    shutil.copy(empty_file, copy)
    with closing(Database(make_engine(f"sqlite:///{copy}"), VAULT)) as database:
        for size in sizes:
            with database.engine.begin() as connection:
                seals.write(connection, VAULT, ANNA, [Event(Action.READ, citizen_id=uuid4())] * size)
        assert checked(database).broken is None
        table = data.draw(st.sampled_from([ENTRIES, SEALS]))
        with unguarded(database) as connection:
            row = choice.choice(connection.execute(sa.select(table)).all())
            mine = sa.and_(*(column == row._mapping[column.name] for column in table.primary_key.columns))
            if data.draw(st.booleans()):
                connection.execute(sa.delete(table).where(mine))
            else:
                column = choice.choice(list(table.columns))
                connection.execute(sa.update(table).where(mine).values({column.name: other(column, row)}))
        assert checked(database).broken is not None


def other(column: sa.Column[object], row: sa.Row[tuple[object, ...]]) -> object:
    """Another value that the column takes."""
    old = row._mapping[column.name]
    if isinstance(column.type, sa.Integer):
        return int(old) + 1000
    if isinstance(column.type, sa.Uuid):
        return uuid4()
    if isinstance(column.type, sa.LargeBinary):
        return bytes([old[0] ^ 1]) + old[1:]
    if isinstance(column.type, sa.JSON):
        return ["x"]
    if isinstance(old, datetime):
        return old + timedelta(microseconds=1)
    return f"{old or ''}x"
