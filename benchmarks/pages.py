"""A roster's pages on the server, an edit, and the board in the browser, for 100 citizens, 25 carers and 300 visits a day.

    python -m benchmarks pages [--rounds 20] [--no-browser] [--date 2026-11-22]

The roster is made by rule, not planned: what is measured is showing and changing it. "ms" is wall time of the median
request, "CPU ms" the processor time of the server's process for it, sign-in, permissions, access log and templates
included. "first CPU ms" is the same with nothing of the team in memory, where the roster has to be read and judged.
"packed kB" is what goes over the line. Whatever proves or searches is asked of the helper, as in a running app, and is no
part of a page. "drawn ms" is from the page's last byte to the board drawn.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import re
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.machine import commit, commit_date, this_machine

CITIZENS, CARERS, DAYS = 100, 25, 7
EVERY_MIN = 35


@dataclass(frozen=True)
class Measured:
    """One page, or one edit."""

    name: str
    wall_ms: float
    cpu_ms: float
    first_cpu_ms: float
    kilobytes: float
    packed: float


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks pages", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="requests of each page")
    parser.add_argument("--no-browser", action="store_true", help="only the server")
    parser.add_argument("--date", default=None, help="for the head line; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure and print a table; exit code 0."""
    from delivery_app.jobs.helper import HELPER
    from delivery_app.jobs.questions import QUESTIONS

    asked = arguments(words)
    gc.set_threshold(100_000, 20, 20)  # as every command of the program, the server among them
    with tempfile.TemporaryDirectory() as folder:
        made = _Installation(Path(folder))
        print(f"{asked.date or commit_date()} {commit()} {this_machine()}")
        print("| page | first CPU ms | CPU ms | ms | kB | packed kB |\n| --- | --- | --- | --- | --- | --- |")
        with QUESTIONS.beside_the_server():
            for row in made.measured(asked.rounds):
                first = f"{row.first_cpu_ms:.0f}" if row.first_cpu_ms else ""
                size = f"{row.kilobytes:.0f} | {row.packed:.1f}"
                print(f"| {row.name} | {first} | {row.cpu_ms:.0f} | {row.wall_ms:.0f} | {size} |", flush=True)
        HELPER.close()
        if not asked.no_browser:
            times = made.drawn(5)
            print(f"board drawn in the browser: {statistics.median(times):.0f} ms (of {len(times)} loads)")
        made.database.close()
    return 0


class _Installation:
    """A database with the team and its draft, and the app over it."""

    def __init__(self, folder: Path) -> None:
        from delivery_app.bridge import load_problem, save_roster
        from delivery_app.services import plans
        from scheduler.evaluate import judged
        from tests.delivery_app.web.app_examples import add_people, app_of, new_database, somebody

        self.database = new_database(folder)
        problem, roster = team()
        with self.database.transaction() as session:
            row = load_problem(session, problem)
            draft = save_roster(session, row.id, judged(problem, roster))
            add_people(session, row)
            ids = plans.plan_of(session, draft.id).ids
        plans.forget_plans()
        self.base = f"/planner/{row.id}/rosters/{draft.id}"
        self.date = problem.calendar.date(0).isoformat()
        self.need: UUID = ids.needs["n000-0"]
        team_url = self.base.partition("/rosters")[0]
        citizen, carer = ids.citizens["c000"], ids.carers["k00"]
        self.pages = {
            "day": f"{self.base}/day/{self.date}",
            "week": f"{self.base}/week",
            "understand": f"{self.base}/understand",
            "citizen": f"{self.base}/citizen/{citizen}",
            "round": f"{self.base}/round/{carer}/{self.date}",
            "visit": f"{self.base}/visits/{self.need}/{self.date}",
            "why": f"{self.base}/visits/{self.need}/{self.date}/why",
            "compare": f"{self.base}/compare",
            "publish": f"{self.base}/publish",
            "new visit": f"{self.base}/fit",
            "prints": f"{self.base}/prints",
            "overview": team_url,
            "plan weeks": f"{team_url}/generate",
            "citizens": f"{team_url}/citizens",
            "a citizen's data": f"{team_url}/citizens/{citizen}",
            "carers": f"{team_url}/carers",
            "a carer's data": f"{team_url}/carers/{carer}",
            "shifts": f"{team_url}/shifts",
            "standing roster": f"{team_url}/standing",
            "notices": f"{team_url}/notices",
        }
        self.app = app_of(self.database)
        self.client = somebody(self.app, "planner")

    def measured(self, rounds: int) -> list[Measured]:
        """Every page, first and again, and an edit with its way back."""
        from delivery_app.jobs.questions import QUESTIONS
        from delivery_app.services.plans import forget_plans
        from delivery_app.web.page import load_templates

        load_templates()
        QUESTIONS.warm()
        self.client.get(self.pages["day"])  # what a process loads once
        found = []
        for name, url in self.pages.items():
            forget_plans()
            first = _timed(name, 1, lambda url=url: self.client.get(url))  # type: ignore[misc]
            row = _timed(name, rounds, lambda url=url: self.client.get(url))  # type: ignore[misc]
            found.append(replace(row, first_cpu_ms=first.cpu_ms))
        page = self.client.get(self.pages["day"]).text
        token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
        assert token is not None
        starts = iter([430 + 5 * (number % 2) for number in range(10 * rounds)])
        part = {"HX-Request": "true", "HX-Request-Type": "partial"}

        def edit() -> Any:
            sent = {"kind": "move", "need": str(self.need), "date": self.date, "shown": self.date}
            sent |= {"start": str(next(starts)), "csrf_token": token[1], "row_version": "100000"}
            return self.client.post(f"{self.base}/edit", data=sent, headers=part)

        edit()
        found.append(_timed("a visit moved: judged, saved, the day anew", rounds, edit))
        return found

    def drawn(self, loads: int) -> list[float]:
        """Milliseconds from the page's last byte to the board drawn, in a headless browser."""
        import uvicorn

        from tests.browser import fresh_page, running_browser
        from tests.delivery_app.web.app_examples import PASSWORD

        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        address = f"http://localhost:{listening.getsockname()[1]}"
        times = []
        with running_browser() as browser, fresh_page(browser) as page:
            page.set_viewport_size({"width": 1920, "height": 1080})
            page.goto(f"{address}/signin")
            page.fill("input[name=name]", "planner")
            page.fill("input[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/signin" not in url)
            for _ in range(loads):
                page.goto(address + self.pages["day"])
                page.wait_for_selector(".nb-drawn")
                times.append(
                    float(
                        page.evaluate(
                            "performance.getEntriesByName('np-board-drawn')[0].startTime"
                            " - performance.getEntriesByType('navigation')[0].responseEnd"
                        )
                    )
                )
        server.should_exit = True
        thread.join(30)
        return times


def _timed(name: str, rounds: int, ask: Callable[[], Any]) -> Measured:
    from delivery_app.web.compression import LEVEL

    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ask()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        assert answer.status_code == 200, answer.text[:300]
    size, packed = len(answer.content), len(gzip.compress(answer.content, LEVEL))
    wall, cpu = (1000 * statistics.median(one) for one in (walls, cpus))
    return Measured(name, wall, cpu, 0, size / 1024, packed / 1024)


def team() -> tuple[Any, Any]:
    """The problem and its roster: twelve visits a day to each carer, one every 35 minutes, no rule broken."""
    from scheduler.problem import Point
    from scheduler.roster import PlacedVisit
    from tests.scheduler.cases import carer, citizen, need, problem, roster, shift

    citizens = [
        citizen(f"c{one:03}", name=f"Borger {one}", point=Point(55.6 + one / 1e5, 12.3))
        for one in range(CITIZENS)
    ]
    needs = [
        need(f"n{one:03}-{part}", f"c{one:03}", "06:00-21:00", days=tuple(range(DAYS)))
        for one in range(CITIZENS)
        for part in range(3)
    ]
    carers = [carer(f"k{one:02}", name=f"Hjælper {one}") for one in range(CARERS)]
    shifts = [
        shift(f"s{one:02}-{day}", f"k{one:02}", day, "07:00-14:30", break_minutes=0, break_from_min=None,
              break_to_min=None)
        for one in range(CARERS)
        for day in range(DAYS)
    ]  # fmt: skip
    of = problem(citizens=citizens, needs=needs, carers=carers, shifts=shifts)
    of = replace(of, name="Måleholdet", municipality="albertslund", matrix={})
    visits = []
    for day in range(DAYS):
        for number, row in enumerate(sorted(needs, key=lambda one: one.need_id[::-1])):
            who, turn = number % CARERS, number // CARERS
            start = day * 1440 + 430 + turn * EVERY_MIN
            visits.append(
                PlacedVisit(
                    row.need_id, row.citizen_id, day, start, start + 30, "home", (f"k{who:02}",),
                    (f"s{who:02}-{day}",),
                )
            )  # fmt: skip
    return of, roster(of, visits)
