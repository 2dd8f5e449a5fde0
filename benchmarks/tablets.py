"""Two hundred carers' tablets that send what they recorded at the end of a shift, to one server process.

    python -m benchmarks tablets [--seconds 60 10] [--tablets 200] [--postgres] [--date 2026-11-22]

Eight teams of 25 carers with a published week each; every tablet sends one batch of 10 to 25 records at a moment of its
own within the seconds given, over a connection of its own, to a real uvicorn in another process on the same machine. The
time is a tablet's: from the first byte sent to the whole answer, sign-in, permissions, the access log's seal and the commit
to disk included. What was kept is counted in the database afterwards. "CPU ms" is what the server's process takes for a
batch: the one figure of a busy machine that says something of an idle one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.machine import commit, commit_date, this_machine

TEAMS, CARERS_A_TEAM = 8, 25
LEAST, MOST = 10, 25
#: What a tablet records in a visit, again and again.
KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("on_the_way", {}),
    ("started", {}),
    ("task", {"task_id": str(UUID(int=1)), "done": True}),
    ("note", {"text": "Spiste godt og var glad for at få besøg. " * 3, "for_team": False}),
    ("ended", {}),
)


@dataclass(frozen=True)
class Tablet:
    """A signed-in carer's tablet."""

    team_id: UUID
    device_id: str
    cookie: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What became of a batch: its status, how long it took, and how many records were kept and refused."""

    status: int
    ms: float
    kept: int
    refused: int


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks tablets", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seconds", type=float, nargs="+", default=[60, 10], help="within which all send")
    parser.add_argument("--tablets", type=int, default=TEAMS * CARERS_A_TEAM, metavar="N")
    parser.add_argument(
        "--postgres", action="store_true", help="PostgreSQL too, by the programs of the tests"
    )
    parser.add_argument("--date", default=None, help="for the head line; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure and print a table; exit code 1 when a record was refused or lost."""
    asked = arguments(words)
    print(f"{asked.date or commit_date()} {commit()} {this_machine()}")
    print(
        "| database | tablets | within s | records | p50 ms | p95 ms | worst ms | CPU ms | refused | not answered |"
    )
    print("| --- " * 10 + "|", flush=True)
    good = True
    for name, url in _databases(asked.postgres):
        good = _measure(name, url, asked) and good
    return 0 if good else 1


def _databases(postgres: bool) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/naerplan.db"
    if postgres:
        from tests.postgres import running_cluster

        with running_cluster() as cluster, cluster.fresh_database() as url:
            yield "PostgreSQL", url


def _measure(name: str, url: str, asked: argparse.Namespace) -> bool:
    from models.cpr import new_key

    key = new_key()
    tablets = _prepare(url, key)[: asked.tablets]
    good = True
    with _server(url, key) as (port, process):
        asyncio.run(_all_send(port, tablets[:20], 2, seed=0))  # what a process loads once
        for seconds in asked.seconds:
            before, cpu = _count(url, key), _cpu_ms(process)
            answers, sent = asyncio.run(_all_send(port, tablets, seconds, seed=int(seconds)))
            times = sorted(one.ms for one in answers)
            cpu = (_cpu_ms(process) - cpu) / len(answers)
            lost = sum(one.status != 200 for one in answers)
            refused = sum(one.refused for one in answers)
            p95 = times[max(0, round(0.95 * len(times)) - 1)]
            print(
                f"| {name} | {len(tablets)} | {seconds:g} | {sent} | {statistics.median(times):.0f} | {p95:.0f} | "
                f"{times[-1]:.0f} | {cpu:.0f} | {refused} | {lost} |",
                flush=True,
            )
            good = good and not lost and not refused and _count(url, key) - before == sent
    return good


def _prepare(url: str, key: str) -> list[Tablet]:
    """The teams with their published weeks, and everybody signed in on a tablet."""
    from benchmarks.pages import team
    from delivery_app.bridge import load_problem, save_roster
    from delivery_app.db import upgrade_database
    from models.tables import Carer, Need
    from scheduler.clock import Calendar
    from scheduler.evaluate import judged

    upgrade_database(url)
    database = _open(url, key)
    problem, roster = team()
    today = datetime.now(UTC).date()
    problem = replace(
        problem, calendar=Calendar(today - timedelta(days=today.weekday()), problem.calendar.weeks)
    )
    roster = judged(problem, replace(roster, first_monday=problem.calendar.first_monday))
    tablets: list[Tablet] = []
    for number in range(TEAMS):
        from sqlmodel import col, select

        named = replace(problem, name=f"Måleholdet {number}")
        with database.transaction() as session:
            row = load_problem(session, named)
            save_roster(session, row.id, replace(roster, team=named.name), "published")
            needs = [str(one) for one in session.scalars(select(Need.id).where(col(Need.team_id) == row.id))]
            carers = session.scalars(select(Carer).where(col(Carer.team_id) == row.id)).all()
            for place, carer in enumerate(carers):
                tablets.append(_signed_in(session, row, carer.id, f"hjaelper{number}-{place}", needs))
    database.close()
    return tablets


def _signed_in(session: Any, team: Any, carer_id: UUID, name: str, needs: list[str]) -> Tablet:
    from delivery_app.security import sessions
    from models.device import Device
    from models.tables import TeamMembership, User

    now = datetime.now(UTC)
    user = User(municipality_id=team.municipality_id, sign_in_name=name, name=name)
    session.add(user)
    session.flush()
    session.add(
        TeamMembership(
            municipality_id=team.municipality_id,
            team_id=team.id,
            user_id=user.id,
            role="carer",
            carer_id=carer_id,
        )
    )
    device = Device(
        municipality_id=team.municipality_id, tablet_id=uuid4(), user_id=user.id, enrolled_at=now, seen_at=now
    )
    session.add(device)
    token, _ = sessions.begin(session, user, "tablet", now=now, longest=timedelta(hours=12))
    return Tablet(team.id, str(device.id), token, tuple(random.Random(name).sample(needs, 12)))


def _open(url: str, key: str) -> Any:
    from delivery_app.db import Database, make_engine
    from models.cpr import CprVault, read_keys

    return Database(make_engine(url), CprVault(read_keys(key)))


def _count(url: str, key: str) -> int:
    import sqlalchemy as sa

    database = _open(url, key)
    with database.engine.begin() as connection:
        found = connection.execute(sa.text("SELECT count(*) FROM record")).scalar_one()
    database.close()
    return int(found)


@contextmanager
def _server(url: str, key: str) -> Iterator[tuple[int, int]]:
    """A uvicorn of its own over the database, as ``naerplan serve`` starts one; its port and its process."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    program = f"from benchmarks.tablets import serve; serve({port})"
    environment = {**os.environ, "DATABASE_URL": url, "NAERPLAN_KEY": key}
    process = subprocess.Popen(
        [sys.executable, "-c", program], env=environment, cwd=Path(__file__).parents[1]
    )
    try:
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _cpu_ms(process: int) -> float:
    """The processor time that a process has used, in milliseconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def serve(port: int) -> None:
    """The server's process."""
    import uvicorn

    from delivery_app.db import open_database
    from delivery_app.main import create_app

    uvicorn.run(create_app(open_database()), host="127.0.0.1", port=port, log_level="warning")


async def _all_send(
    port: int, tablets: Sequence[Tablet], seconds: float, seed: int
) -> tuple[list[Answer], int]:
    """Every tablet at its moment; the answers, and how many records were sent."""
    chance = random.Random(seed)
    batches = [_batch(one, chance.randint(LEAST, MOST)) for one in tablets]
    waits = [chance.uniform(0, seconds) for _ in tablets]
    answers = await asyncio.gather(*(_send(port, *one) for one in zip(tablets, batches, waits, strict=True)))
    return list(answers), sum(map(len, batches))


def _batch(tablet: Tablet, size: int) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    found = []
    for place in range(size):
        kind, body = KINDS[place % len(KINDS)]
        found.append(
            {
                "id": str(uuid4()),
                "seq": time.monotonic_ns() // 1000 + place,
                "kind": kind,
                "on_date": now.date().isoformat(),
                "need_id": tablet.needs[place // len(KINDS)],
                "device_at": (now - timedelta(minutes=size - place)).isoformat(),
                "offset_ms": 0,
                "body": body,
            }
        )
    return found


async def _send(port: int, tablet: Tablet, batch: list[dict[str, Any]], wait: float) -> Answer:
    import httpx

    from delivery_app.security import csrf, sessions

    headers = {
        "X-CSRF-Token": csrf.masked(sessions.csrf_token(tablet.cookie)),
        "Cookie": f"{sessions.COOKIE}={tablet.cookie}",
        "HX-Request": "true",
        "Accept": "application/json",
    }
    data = {"device_id": tablet.device_id, "unsent": 0, "records": batch}
    async with httpx.AsyncClient(timeout=60, verify=False, trust_env=False) as client:
        await asyncio.sleep(wait)
        began = time.perf_counter()
        answer = await client.post(
            f"http://127.0.0.1:{port}/carer/{tablet.team_id}/sync", json=data, headers=headers
        )
        ms = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        return Answer(answer.status_code, ms, 0, 0)
    outcomes = [one["outcome"] for one in answer.json()["results"]]
    return Answer(200, ms, outcomes.count("kept"), outcomes.count("refused"))
