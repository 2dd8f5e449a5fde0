"""Statements that are compiled once a test process: found again, and never by another kind of database."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tests.statements import COMPILED, share_compiled_statements

share_compiled_statements()

TABLE = sa.Table("told_apart", sa.MetaData(), sa.Column("number", sa.Integer))


def held(words: str) -> list[sa.Compiled]:
    return [one for one in list(COMPILED.values()) if words in str(one)]


def test_another_engine_finds_what_one_has_compiled() -> None:
    for number in range(3):
        engine = sa.create_engine("sqlite://")
        with engine.begin() as connection:
            TABLE.create(connection)
            connection.execute(sa.insert(TABLE), {"number": number})
            assert connection.scalars(sa.select(TABLE.c.number)).all() == [number]
        engine.dispose()
    assert len(held("SELECT told_apart.number")) == 1


def test_databases_of_another_kind_or_version_find_nothing(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.select(sa.literal(4).label("told_apart_too")))
    assert {type(one.dialect).__name__ for one in held("told_apart_too")} == {"PGDialect_psycopg"}
    older = sqlite.dialect()
    older.server_version_info = (3, 8)
    others: list[object] = [postgresql.dialect(), older, "sqlite"]
    assert [one for one in others if sqlite.dialect() == one] == []
    assert sqlite.dialect() == sqlite.dialect()
