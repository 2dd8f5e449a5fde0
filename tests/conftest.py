"""What every test can ask for: databases, a browser, and one way of running properties."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect

from tests.browser import PATIENCE_MS, fresh_page, running_browser
from tests.postgres import Cluster, running_cluster

if TYPE_CHECKING:
    from tests.emptied import EmptiedDatabases

# The same examples on every machine and every run; how long one takes says nothing on a shared machine.
settings.register_profile(
    "naerplan",
    derandomize=True,
    deadline=None,
    max_examples=60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("naerplan")
expect.set_options(timeout=PATIENCE_MS)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded lives as long as the process: looking through it for garbage is a third of collecting."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL cluster of this test process, started when first asked for and gone at the end."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_url(postgres_cluster: Cluster) -> str:
    """Address of the cluster's maintenance database; tests that write use ``postgres_database``."""
    return postgres_cluster.url("postgres")


@pytest.fixture
def postgres_database(postgres_cluster: Cluster) -> Iterator[str]:
    """Address of an empty PostgreSQL database of this test's own."""
    with postgres_cluster.fresh_database() as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """Address of an SQLite file of this test's own, not yet made."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database of this test's own; the test runs once on each kind that we support."""
    fixture = {"sqlite": "sqlite_database", "postgresql": "postgres_database"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(scope="session")
def emptied_databases(postgres_cluster: Cluster) -> EmptiedDatabases:
    """PostgreSQL databases with all tables, which tests use one after the other."""
    # Loads the tables, which the scheduler's tests do without.
    from tests.emptied import EmptiedDatabases

    return EmptiedDatabases(postgres_cluster)


@pytest.fixture
def postgres_tables(emptied_databases: EmptiedDatabases) -> Iterator[str]:
    """Address of a PostgreSQL database with all tables and no rows, for this test alone."""
    with emptied_databases.one() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def tables_url(request: pytest.FixtureRequest) -> str:
    """Address of a database with all tables and no rows; the test runs once on each kind that we support."""
    from tests.databases import make_tables

    fixture = {"sqlite": "sqlite_database", "postgresql": "postgres_tables"}[request.param]
    url: str = request.getfixturevalue(fixture)
    make_tables(url)
    return url


# A module's, not the session's: while Playwright runs, asyncio.run() is refused in the same thread.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless browser, shared by the tests of one file."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def chromium_page(chromium: Browser) -> Iterator[Page]:
    """An empty page with storage of its own; uncaught errors of its scripts fail the test."""
    with fresh_page(chromium) as page:
        yield page
