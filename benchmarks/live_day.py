"""The day live on the server: 25 carers with 300 visits, half of them recorded, while things happen.

    python -m benchmarks live [--rounds 20] [--date 2026-11-22]

The team is that of ``python -m benchmarks pages``, its roster published and the clock at eleven. "page" is the page as it
is opened; "anew" is what open pages are told when something has changed, worked out once for all of them; "look" is what an
open page does each second to see whether anything has; "alarms" is what every other open page does each two seconds;
"emergency call" is the page with who can come. "CPU ms" is the processor time of the server's process, "first CPU ms" the
same with nothing of the team in memory; sign-in, permissions, access log and templates are in the two pages.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.pages import team

#: When it is measured, by the clock of the Monday, and how many of the visits before it are begun and not over.
HOUR, GOING = 11, 25


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks live", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="how often each is asked for")
    parser.add_argument("--date", default=None, help="for the head line; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure and print a table; exit code 0."""
    asked = arguments(words)
    gc.set_threshold(100_000, 20, 20)  # as every command of the program, the server among them
    with tempfile.TemporaryDirectory() as folder:
        made = _Day(Path(folder))
        print(f"{asked.date or commit_date()} {commit()} {this_machine()}")
        print(f"{made.visits} visits of the date, {made.records} records")
        print("| what | first CPU ms | CPU ms | ms | kB |\n| --- | --- | --- | --- | --- |")
        for name, first, cpu, wall, size in made.measured(asked.rounds):
            print(f"| {name} | {first:.0f} | {cpu:.1f} | {wall:.1f} | {size:.0f} |", flush=True)
        made.database.close()
    return 0


class _Day:
    """A database with the team, its published roster and the day's records, and the app over it."""

    def __init__(self, folder: Path) -> None:
        from delivery_app.bridge import load_problem, save_roster
        from delivery_app.moment import ZONE
        from models.tables import Team
        from scheduler.evaluate import judged
        from tests.delivery_app.web.app_examples import add_people, app_of, new_database, somebody

        self.database = new_database(folder)
        problem, roster = team()
        monday = problem.calendar.first_monday
        self.now = datetime(monday.year, monday.month, monday.day, HOUR, tzinfo=ZONE)
        with self.database.transaction() as session:
            row = session.get_one(Team, load_problem(session, problem).id)
            save_roster(session, row.id, judged(problem, roster), "published")
            add_people(session, row)
            self.team_id = row.id
            self.call_id = self._happened(session, row)
        self.app = app_of(self.database)
        self.app.state.clock = lambda: self.now
        self.client = somebody(self.app, "planner")

    def _happened(self, session: Any, team_row: Any) -> UUID:
        """The day's records until now, and an emergency call; its id."""
        from delivery_app.services.records.visits import planned_visits
        from models.tables import EmergencyCall

        planned = planned_visits(session, team_row.id, self.now.date(), self.now.date())
        before = [one for one in planned if one.end <= self.now]
        rows = list(_records(team_row, before, self.now))
        session.add_all(rows)
        self.visits, self.records = len(planned), len(rows)
        rings = planned[0].citizen_id
        assert rings is not None
        call = EmergencyCall(
            municipality_id=team_row.municipality_id,
            team_id=team_row.id,
            citizen_id=rings,
            on_date=self.now.date(),
            asked_at=self.now - timedelta(minutes=1),
            what="Faldet",
            minutes=30,
            user_id=uuid4(),
        )
        session.add(call)
        session.flush()
        return call.id

    def measured(self, rounds: int) -> Iterator[tuple[str, float, float, float, float]]:
        """What is measured: its name, first and usual CPU ms, ms, kB."""
        from delivery_app.planner.routes_alarms import alarms
        from delivery_app.planner.routes_live import _drawn
        from delivery_app.services.live.day import live_day, mark_of
        from delivery_app.services.plans import forget_plans
        from delivery_app.web.page import load_templates

        load_templates()
        base = f"/planner/{self.team_id}"

        def asked(url: str) -> str:
            answer = self.client.get(url)
            assert answer.status_code == 200, answer.text[:300]
            return str(answer.text)

        def read(what: Callable[[Any], str]) -> str:
            with self.database.reading() as session:
                return what(session)

        ways: dict[str, Callable[[], str]] = {
            "page": lambda: asked(f"{base}/live"),
            "anew": lambda: read(
                lambda session: _drawn("da", self.team_id, live_day(session, self.team_id, self.now), True)
            ),
            "look": lambda: read(lambda session: mark_of(session, self.team_id, self.now)),
            "alarms": lambda: read(lambda session: alarms(session, self.team_id, self.now).mark),
            "emergency call": lambda: asked(f"{base}/emergency/{self.call_id}"),
        }
        asked(f"{base}/live")  # what a process loads once
        for name, way in ways.items():
            forget_plans()
            first, _, _ = _timed(1, way)
            cpu, wall, size = _timed(rounds, way)
            yield name, first, cpu, wall, size


def _records(team_row: Any, before: Sequence[Any], now: datetime) -> Iterator[Any]:
    """On the way, begun, two tasks and ended for each visit; the last ones are not over; a few go otherwise."""
    from models.tables import Record

    for number, visit in enumerate(before):
        is_going = number >= len(before) - GOING
        kinds = ["on_the_way", "started", "task", "task"] + ([] if is_going else ["ended"])
        if number % 60 == 7:
            kinds = ["on_the_way", "nobody_home"]
        for place, kind in enumerate(kinds):
            at = visit.end if kind == "ended" else visit.start + timedelta(minutes=place)
            body = {"task_id": str(uuid4()), "done": True} if kind == "task" else {}
            yield Record(
                municipality_id=team_row.municipality_id,
                team_id=team_row.id,
                citizen_id=visit.citizen_id,
                need_id=visit.name.need_id,
                carer_id=visit.carer_ids[0],
                on_date=now.date(),
                user_id=visit.carer_ids[0],
                kind=kind,
                body=body,
                device_at=at,
                at=at,
                received_at=at,
            )


def _timed(rounds: int, way: Callable[[], str]) -> tuple[float, float, float]:
    """Median CPU ms and ms, and kB."""
    walls, cpus, text = [], [], ""
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        text = way()
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return statistics.median(cpus), statistics.median(walls), len(text.encode()) / 1024
