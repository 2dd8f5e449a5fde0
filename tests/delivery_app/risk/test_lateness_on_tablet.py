"""The tablet's script and the server foresee the same lateness: one rule in two places (D7)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from delivery_app.carer.risk import as_data
from delivery_app.services.risk.lateness import Stop, foresee
from delivery_app.templating import STATIC
from tests.browser import running_browser

MORNING = datetime(2026, 11, 30, 6, 28, tzinfo=UTC)


def rounds(seed: int) -> tuple[list[Stop], int]:
    """A round made up, and how many minutes after its beginning it is."""
    chance = random.Random(seed)
    stops, at = [], 0.0
    for number in range(chance.randint(1, 6)):
        at += chance.randint(-5, 45)
        long = chance.choice((5, 20, 30, 45))
        values: dict[str, Any] = {}
        status = chance.choice(
            ("planned", "planned", "on_the_way", "started", "ended", "not_home", "cancelled")
        )
        begin = MORNING + timedelta(minutes=at)
        off = timedelta(minutes=chance.randint(-50, 60), seconds=chance.randint(0, 59))
        if status == "on_the_way":
            values["on_the_way_at"] = begin + off
        if status in ("started", "ended"):
            values["started_at"] = begin + off
        if status == "ended":
            values["ended_at"] = begin + off + timedelta(minutes=chance.randint(1, 60))
        if chance.random() < 0.3:
            values["told_min"] = chance.randint(0, 60)
        name = "" if chance.random() < 0.2 else f"visit-{number}"
        travel = chance.randint(0, 25)
        stops.append(Stop(name, begin, begin + timedelta(minutes=long), travel, status, **values))
        at += long
    return stops, chance.randint(-30, 200)


def test_tablet_and_server_foresee_the_same() -> None:
    cases = [(*rounds(seed), seed % 2 == 0) for seed in range(400)]
    given = [
        {
            "stops": [as_data(one) for one in stops],
            "now": int((MORNING + timedelta(minutes=at)).timestamp() * 1000),
            "early": early,
        }
        for stops, at, early in cases
    ]
    script = (STATIC / "carer" / "lateness.js").read_text("utf-8").replace("export function", "function")
    with running_browser() as browser:
        there = browser.new_page().evaluate(
            f"(cases) => {{ {script}; return cases.map(({{ stops, now, early }}) => foresee(stops, now, 30, early)); }}",
            given,
        )
    here = [
        [
            {
                "name": one.name,
                "minutes": one.minutes,
                "direction": one.direction,
                "seen": one.seen,
                "told": one.told,
            }
            for one in foresee(stops, MORNING + timedelta(minutes=at), 30, early)
        ]
        for stops, at, early in cases
    ]
    assert there == here
    assert sum(map(len, here)) > 200, "something is late in them"
