"""The databases that tests are given: fresh, apart from each other, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from tests.postgres import Cluster, PostgresUnavailableError, running_cluster


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last statement, all in one transaction."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements[:-1]:
                connection.execute(sa.text(statement))
            return [tuple(row) for row in connection.execute(sa.text(statements[-1]))]
    finally:
        engine.dispose()


def test_every_kind_of_database_answers(database_url: str) -> None:
    assert run(database_url, "select 1") == [(1,)]


def test_database_url_names_both_kinds(request: pytest.FixtureRequest, database_url: str) -> None:
    asked = request.node.callspec.params["database_url"]
    assert sa.make_url(database_url).get_backend_name() == asked


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database(database_url: str, turn: int) -> None:
    rows = run(
        database_url, "create table kept (n integer)", "insert into kept values (1)", "select n from kept"
    )
    assert rows == [(1,)], f"turn {turn} saw rows of another test"


def test_text_is_utf8(database_url: str) -> None:
    assert run(database_url, "select 'Æblegården ø å'") == [("Æblegården ø å",)]


def test_maintenance_database_is_the_clusters_own(postgres_url: str) -> None:
    assert run(postgres_url, "show listen_addresses") == [("",)], "no port may be opened"
    assert run(postgres_url, "show fsync") == [("off",)]


def test_database_is_dropped_even_when_a_connection_stays_open(postgres_cluster: Cluster) -> None:
    with postgres_cluster.fresh_database() as url:
        name = sa.make_url(url).database
        left_open = postgres_cluster.connect(name or "")
    left_open.close()
    names = run(postgres_cluster.url("postgres"), "select datname from pg_database")
    assert (name,) not in names


def test_cluster_leaves_nothing() -> None:
    with running_cluster() as cluster:
        home = cluster.socket_dir
        assert home.is_dir()
    assert not home.exists()


if sys.platform == "linux":  # elsewhere the kernel has no such promise to test

    def test_cluster_ends_when_its_process_is_killed() -> None:
        program = (
            "import os, time\n"
            "from tests.postgres import running_cluster\n"
            "with running_cluster() as cluster:\n"
            "    print((cluster.socket_dir / 'data' / 'postmaster.pid').read_text().split()[0], flush=True)\n"
            "    print(cluster.socket_dir, flush=True)\n"
            "    time.sleep(60)\n"
        )
        root = Path(__file__).parents[1]
        with subprocess.Popen(
            [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True
        ) as owner:
            assert owner.stdout is not None
            server = int(owner.stdout.readline())
            home = Path(owner.stdout.readline().strip())
            os.kill(server, 0)  # it lives
            owner.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 20
        while _lives(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not _lives(server)
        shutil.rmtree(home)


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_missing_postgresql_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "programs_dir", lambda: None)
    with pytest.raises(PostgresUnavailableError, match="make test"), running_cluster():
        pass
