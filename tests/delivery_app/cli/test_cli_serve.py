"""serve and demo: the week on the loopback address, a port that is taken, nothing to serve."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from delivery_app.demo.rota import coming_monday, week_beside
from delivery_app.services.sample_users import PASSWORD, USERS
from models.user import Role
from scheduler.pack import read_pack, read_roster
from tests.delivery_app.cli.running import PROGRAM, ROOT, TINY, TINY_ROSTER, environment, run, run_program


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serves_the_week_until_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    words = [str(PROGRAM), "serve", str(TINY), str(TINY_ROSTER), "--port", str(port)]
    with subprocess.Popen(
        words,
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            page = fetched(f"http://127.0.0.1:{port}/", served)
            served.send_signal(signal.SIGINT)
            out, err = served.communicate(timeout=60)
        finally:
            served.kill()
    assert page.status_code == 200
    assert "Karen Vagt" in page.text
    assert f"http://localhost:{port}" in out
    assert "Traceback" not in err
    assert served.returncode in (0, 130)


def fetched(url: str, served: subprocess.Popen[str]) -> httpx.Response:
    """The page, as soon as somebody answers."""
    for _ in range(300):
        assert served.poll() is None, served.communicate()
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("nobody answered")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_told_at_once(taken: int, command: str) -> None:
    words = (TINY, TINY_ROSTER) if command == "serve" else ()
    outcome = run(command, *words, "--port", taken)
    assert outcome.code == 2
    assert f"port {taken} is taken by another program; end that, or choose another: --port" in outcome.err
    assert outcome.out == ""


def test_nothing_to_serve_is_told(tmp_path: Path) -> None:
    outcome = run_program("serve", "--lang", "en", "--port", free_port(), folder=tmp_path, NAERPLAN_DEMO="1")
    assert outcome.code == 2
    assert "naerplan db upgrade" in outcome.err
    assert run("serve", TINY, "--port", free_port()).code == 2
    outcome = run("serve", TINY, TINY_ROSTER, "--host", "0.0.0.0", "--port", free_port())
    assert outcome.code == 2
    assert "on this machine only" in outcome.err
    outcome = run_program("demo", "--keep", "--lang", "en", "--port", free_port(), folder=tmp_path)
    assert (outcome.code, "begin one by: naerplan demo" in outcome.err) == (2, True)


def test_demo_plans_shows_writes_and_opens_the_app(tmp_path: Path) -> None:
    words = ("demo", "--no-serve", "--seconds", 2, "--week", "2026-W49", "--lang", "en")
    outcome = run_program(*words, folder=tmp_path)
    assert outcome.code == 0, outcome.said
    folder = tmp_path / "var" / "demo"
    problem = read_pack(folder / "pack")
    assert problem.calendar == read_pack(ROOT / "fixtures" / "albertslund").calendar
    roster = read_roster(folder / "roster.json", problem)
    assert roster.visits
    assert {"roster.json", "roster.xlsx", "prints", "pack", "naerplan.db"} <= {
        path.name for path in folder.iterdir()
    }
    assert {path.suffix for path in (folder / "prints").rglob("*") if path.is_file()} >= {".html", ".pdf"}
    for told in (
        "Planning 2026-W49 for 2 seconds",
        "Different carers per citizen in a week",
        "travel",
        "to base",
    ):
        assert told in outcome.out
    assert "Planning the whole week" in outcome.err
    with sqlite3.connect(folder / "naerplan.db") as kept:
        rosters = kept.execute(
            "SELECT first_monday, status FROM roster ORDER BY first_monday, version"
        ).fetchall()
    assert rosters == [
        ("2026-11-16", "published"),
        ("2026-11-23", "published"),
        ("2026-11-30", "published"),
        ("2026-11-30", "draft"),
    ]
    # Who came in the weeks behind is what the coming week's pack says of them.
    assert {row.day for row in problem.history} >= set(range(-14, 0))
    signed_in_to_what_was_kept(tmp_path)


def signed_in_to_what_was_kept(folder: Path) -> None:
    """The sample users sign in to what the demo has left."""
    port = free_port()
    with subprocess.Popen(
        [str(PROGRAM), "demo", "--keep", "--port", str(port)],
        env=environment(folder),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            base = f"http://127.0.0.1:{port}"
            fetched(f"{base}/health", served)
            for user in USERS:
                with httpx.Client(base_url=base, timeout=60) as client:
                    answer = client.post("/signin", data={"name": user.sign_in_name, "password": PASSWORD})
                    assert answer.status_code == 303
                    page = client.get("/", follow_redirects=True)
                    assert page.status_code == 200
                    assert user.role is not Role.PLANNER or "Team Øst" in page.text
            served.send_signal(signal.SIGINT)
            out, err = served.communicate(timeout=60)
        finally:
            served.kill()
    assert PASSWORD in out
    assert "Traceback" not in err


def test_every_other_weekend_is_off_in_the_demo() -> None:
    problem = read_pack(ROOT / "fixtures" / "albertslund")
    fixed = {carer.carer_id for carer in problem.carers if carer.kind == "fixed"}
    weekends = [
        {shift.carer_id for shift in week_beside(problem, offset).shifts if shift.day >= 5} & fixed
        for offset in range(-2, 3)
    ]
    assert all(weekends)
    for one, following in pairwise(weekends):
        assert not one & following
    assert coming_monday(date(2026, 11, 22)) == coming_monday(date(2026, 11, 16)) == date(2026, 11, 23)
