"""serve and demo: the week on the loopback address, a port that is taken, nothing to serve."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

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
    outcome = run_program("serve", "--lang", "en", "--port", free_port(), folder=tmp_path)
    assert outcome.code == 2
    assert "begin with: naerplan demo" in outcome.err
    assert run("serve", TINY, "--port", free_port()).code == 2


def test_demo_plans_shows_and_writes(tmp_path: Path) -> None:
    outcome = run_program("demo", "--no-serve", "--seconds", 4, "--lang", "en", folder=tmp_path)
    assert outcome.code == 0, outcome.said
    problem = read_pack(ROOT / "fixtures" / "albertslund")
    folder = tmp_path / "var" / "demo"
    roster = read_roster(folder / "roster.json", problem)
    assert roster.visits
    assert {path.name for path in folder.iterdir()} == {"roster.json", "roster.xlsx", "prints"}
    assert {path.suffix for path in (folder / "prints").rglob("*") if path.is_file()} >= {".html", ".pdf"}
    for words in (
        "Planning 2026-W49 for 4 seconds",
        "Different carers per citizen in a week",
        "travel",
        "to base",
    ):
        assert words in outcome.out
    assert "Planning the whole week" in outcome.err
