"""The team of the reliability run, its server that can be killed, and the same records taken in without any trouble."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from benchmarks.tablets import _open as open_data
from delivery_app.moment import ZONE
from models.tables import Record

#: How long the server may take to answer, on a machine with much else to do.
START_S = 120
TASKS = ("Hjælp til bad", "Morgenmad")


@dataclass(frozen=True)
class Carer:
    """Who has a tablet: the session of the browser, and the needs of a day's visits in order."""

    user_id: UUID
    carer_id: UUID
    cookie: str
    needs: tuple[UUID, ...]


@dataclass(frozen=True)
class World:
    """A team with a published week that holds ``day``; ``clean_url`` is the same database before anything was recorded."""

    url: str
    clean_url: str
    key: str
    team_id: UUID
    municipality_id: UUID
    day: date
    carers: tuple[Carer, ...]

    def base(self) -> str:
        """The carers' pages."""
        return f"/carer/{self.team_id}"

    def records(self) -> list[Record]:
        """What the server has kept."""
        database = open_data(self.url, self.key)
        try:
            with database.reading() as session:
                found = session.scalars(select(Record)).all()
                session.expunge_all()
                return list(found)
        finally:
            database.close()

    def states(self, *, clean: bool = False) -> dict[Any, Any]:
        """How the day's visits stand."""
        from delivery_app.services.records.reading import visit_states

        database = open_data(self.clean_url if clean else self.url, self.key)
        try:
            with database.reading() as session:
                return dict(visit_states(session, self.team_id, self.day))
        finally:
            database.close()

    def take_in_cleanly(self, sent: Iterable[tuple[int, dict[str, Any]]]) -> int:
        """Each tablet's records (its number, the record as it is sent), once and in order, into the untouched
        database; how many were not kept."""
        from delivery_app.security.permissions import Permission
        from delivery_app.services.records.accepting import MOST_RECORDS, Sender, accept

        database = open_data(self.clean_url, self.key)
        refused = 0
        try:
            for number, of_one in groupby(sent, key=lambda one: one[0]):
                carer = self.carers[number]
                sender = Sender(
                    carer.user_id, f"tablet{number}", self.team_id, self.municipality_id, carer.carer_id,
                    UUID(int=number + 1), frozenset(Permission),
                )  # fmt: skip
                records = [record for _, record in of_one]
                for place in range(0, len(records), MOST_RECORDS):
                    some = records[place : place + MOST_RECORDS]
                    with database.transaction("clean") as session:
                        outcomes = accept(session, sender, some, datetime.now(UTC))
                    refused += sum(one.outcome != "kept" for one in outcomes)
        finally:
            database.close()
        return refused


@contextmanager
def a_world(tablets: int, visits: int, *, postgres: bool = False) -> Iterator[World]:
    """The team in a new database: SQLite, or PostgreSQL by the programs of the tests."""
    from models.cpr import new_key

    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        if not postgres:
            file, clean = Path(folder) / "naerplan.db", Path(folder) / "clean.db"
            world = _prepare(f"sqlite:///{file}", f"sqlite:///{clean}", key, tablets, visits)
            clean.write_bytes(file.read_bytes())
            yield world
            return
        from tests.postgres import running_cluster

        with running_cluster() as cluster, cluster.fresh_database() as url:
            name = url.partition("@/")[2].partition("?")[0]
            world = _prepare(url, cluster.url(f"{name}_clean"), key, tablets, visits)
            with cluster.connect() as connection:
                connection.execute(f'CREATE DATABASE "{name}_clean" TEMPLATE "{name}"')
            yield world


def _prepare(url: str, clean_url: str, key: str, tablets: int, visits: int) -> World:
    from delivery_app.bridge import load_problem, save_roster
    from delivery_app.db import upgrade_database
    from models.tables import Carer as CarerRow
    from models.tables import CareTask, Need
    from scheduler.evaluate import judged

    upgrade_database(url)
    database = open_data(url, key)
    today = datetime.now(ZONE).date()
    problem, roster = _team(tablets, visits, today - timedelta(days=today.weekday()))
    with database.transaction("setup") as session:
        team = load_problem(session, problem)
        save_roster(session, team.id, judged(problem, replace(roster, team=problem.name)), "published")
        needs = {row.code: row for row in session.scalars(select(Need).where(col(Need.team_id) == team.id))}
        rows = {
            row.code: row for row in session.scalars(select(CarerRow).where(col(CarerRow.team_id) == team.id))
        }
        for row in needs.values():
            for place, text in enumerate(TASKS):
                session.add(
                    CareTask(
                        municipality_id=row.municipality_id, team_id=team.id, citizen_id=row.citizen_id,
                        need_id=row.id, position=place, text=text, from_date=today - timedelta(days=30),
                    )
                )  # fmt: skip
        carers = []
        for number in range(tablets):
            user_id, cookie = _signed_in(session, team, rows[f"k{number:02}"].id, f"tablet{number}")
            own = tuple(needs[f"n{number:02}-{place}"].id for place in range(visits))
            carers.append(Carer(user_id, rows[f"k{number:02}"].id, cookie, own))
        world = World(url, clean_url, key, team.id, team.municipality_id, today, tuple(carers))
    database.close()
    return world


def _team(tablets: int, visits: int, monday: date) -> tuple[Any, Any]:
    """A carer for each tablet, who comes to the same citizens at the same times every day."""
    from scheduler.clock import Calendar
    from scheduler.problem import Point
    from scheduler.roster import PlacedVisit
    from tests.scheduler.cases import carer, citizen, need, problem, roster, shift

    pairs = [(number, place) for number in range(tablets) for place in range(visits)]
    days = tuple(range(7))
    citizens = [
        citizen(
            f"c{number:02}-{place}",
            name=f"Borger {number}-{place}",
            point=Point(55.6 + number / 500, 12.3 + place / 500),
        )
        for number, place in pairs
    ]
    needs = [
        need(f"n{number:02}-{place}", f"c{number:02}-{place}", "06:00-22:00", days=days)
        for number, place in pairs
    ]
    carers = [carer(f"k{number:02}", name=f"Hjælper {number}") for number in range(tablets)]
    shifts = [
        shift(f"s{number:02}-{day}", f"k{number:02}", day, "06:00-23:00")
        for number in range(tablets)
        for day in days
    ]
    of = problem(citizens=citizens, needs=needs, carers=carers, shifts=shifts)
    of = replace(of, municipality="albertslund", name="Måleholdet", matrix={}, calendar=Calendar(monday, 1))
    placed = []
    for number, place in pairs:
        for day in days:
            start = day * 1440 + 6 * 60 + 15 + place * 45
            placed.append(
                PlacedVisit(
                    f"n{number:02}-{place}", f"c{number:02}-{place}", day, start, start + 30, "home",
                    (f"k{number:02}",), (f"s{number:02}-{day}",),
                )
            )  # fmt: skip
    return of, replace(roster(of, placed), first_monday=monday)


def _signed_in(session: Any, team: Any, carer_id: UUID, name: str) -> tuple[UUID, str]:
    from delivery_app.security import sessions
    from models.tables import TeamMembership, User

    user = User(municipality_id=team.municipality_id, sign_in_name=name, name=name)
    session.add(user)
    session.flush()
    session.add(
        TeamMembership(
            municipality_id=team.municipality_id, team_id=team.id, user_id=user.id,
            role="carer", carer_id=carer_id,
        )
    )  # fmt: skip
    token, _ = sessions.begin(session, user, "tablet", now=datetime.now(UTC), longest=timedelta(hours=12))
    return user.id, token


@dataclass
class Server:
    """The app as a process of its own, which is killed without a word. Another process has loaded the program and begins
    it anew each time: on a busy machine that takes a second instead of half a minute."""

    world: World
    port: int = 0
    kills: int = 0
    pid: int = 0
    starter: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Begin, and wait until it answers."""
        if self.starter is None:
            self.port = free_port()
            environment = {**os.environ, "DATABASE_URL": self.world.url, "NAERPLAN_KEY": self.world.key}
            program = (
                f"from benchmarks.reliability_world import begin_when_told; begin_when_told({self.port})"
            )
            self.starter = await asyncio.create_subprocess_exec(
                sys.executable, "-c", program, env=environment, cwd=Path(__file__).parents[1],
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write(b"begin\n")
        self.pid = int(await self.starter.stdout.readline())
        began = time.monotonic()
        while time.monotonic() - began < START_S:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"the server did not start within {START_S} seconds")

    def kill(self) -> None:
        """Without a word: nothing is finished, nothing is written."""
        os.kill(self.pid, signal.SIGKILL)
        self.kills += 1

    async def stop(self) -> None:
        """When all is over: whoever began it ends it."""
        if self.starter is not None and self.starter.stdin is not None:
            self.starter.stdin.close()
            await self.starter.wait()


def begin_when_told(port: int) -> None:
    """Load the program; at each line read begin a process that serves it and say its number; end the last at the end."""
    from benchmarks.tablets import serve
    from delivery_app.main import page_modules

    page_modules()
    pid = 0
    for _ in sys.stdin:
        if pid:
            os.waitpid(pid, 0)
        pid = os.fork()
        if not pid:
            serve(port)
            os._exit(0)
        print(pid, flush=True)
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def in_order(records: Sequence[Record]) -> list[Record]:
    """By the tablets' own numbers."""
    return sorted(records, key=lambda row: (row.device_seq or 0, str(row.id)))
