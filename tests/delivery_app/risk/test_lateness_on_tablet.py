"""The tablet's script and the server foresee the same lateness: one rule in two places (D7)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from delivery_app.carer.risk import as_data
from delivery_app.services.records.standards import own_standards
from delivery_app.services.records.state import state_of
from delivery_app.services.records.visits import PlannedVisit, VisitName
from delivery_app.services.risk.lateness import Stop, foresee
from delivery_app.services.risk.rounds import Said, said_of, visit_stop
from delivery_app.templating import STATIC
from models.record import Record
from tests.browser import running_browser

MORNING = datetime(2026, 11, 30, 6, 28, tzinfo=UTC)


def rounds(seed: int) -> tuple[list[Stop], int]:
    """A round made up, and how many minutes after its beginning it is."""
    chance = random.Random(seed)
    stops, at = [], 0.0
    for number in range(chance.randint(1, 6)):
        at += chance.choice((0, chance.randint(-5, 45)))
        long = chance.choice((5, 20, 30, 45))
        values: dict[str, Any] = {}
        status = chance.choice(
            ("planned", "planned", "on_the_way", "started", "ended", "not_home", "cancelled")
        )
        begin = MORNING + timedelta(minutes=at)
        off = timedelta(minutes=chance.randint(-50, 60), seconds=chance.randint(0, 59))
        if status == "on_the_way":
            values["on_the_way_at"] = begin + off - timedelta(minutes=chance.choice((0, 0, 40, 70)))
        if status in ("started", "ended") or (status == "on_the_way" and chance.random() < 0.1):
            values["started_at"] = begin + off
        if status == "ended" or (status == "planned" and chance.random() < 0.03):
            values["ended_at"] = begin + off + timedelta(minutes=chance.randint(1, 60))
        if chance.random() < 0.3:
            values["told_min"] = chance.randint(0, 60)
        name = "" if chance.random() < 0.2 else f"visit-{number}"
        travel = chance.randint(0, 25)
        stops.append(Stop(name, begin, begin + timedelta(minutes=long), travel, status, **values))
        at += long if chance.random() < 0.8 else 0
    chance.shuffle(stops)
    return stops, chance.randint(-100, 200)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with running_browser() as browser:
        yield browser.new_page()


def script(*names: str) -> str:
    """Modules of the tablet in one piece, without what joins them."""
    texts = [(STATIC / "carer" / f"{name}.js").read_text("utf-8") for name in names]
    return re.sub(r"^import .*$", "", "\n".join(texts), flags=re.M).replace("export ", "")


def test_tablet_and_server_foresee_the_same(page: Page) -> None:
    cases = [(*rounds(seed), seed % 2 == 0) for seed in range(400)]
    given = [
        {
            "stops": [as_data(one) for one in stops],
            "now": int((MORNING + timedelta(minutes=at)).timestamp() * 1000),
            "early": early,
        }
        for stops, at, early in cases
    ]
    there = page.evaluate(
        f"(cases) => {{ {script('lateness')}; "
        "return cases.map(({ stops, now, early }) => foresee(stops, now, 30, early)); }",
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
    off = [one for found in here for one in found]
    for direction in ("late", "early"):
        for told in (True, False):
            some = [one for one in off if (one["direction"], one["told"]) == (direction, told)]
            assert len(some) > 3, f"{direction}, told {told}: something of it is in them"


NEED, DATE = uuid4(), MORNING.date()
NAME = VisitName(NEED, DATE)
PLANNED = PlannedVisit(NAME, uuid4(), 480, 510, "home", (uuid4(),))
STEP = {"step": "phone", "outcome": "x", "decided_by": "y"}
MOVED = {"type": "moved", "cause": "citizen_wish"}
#: What a tablet without a network has recorded of a visit, each with the minute after eight.
RECORDED: tuple[tuple[tuple[str, int, dict[str, Any]], ...], ...] = (
    (("on_the_way", -20, {}),),
    (("on_the_way", -20, {}), ("started", 3, {})),
    (("started", 3, {}), ("ended", 40, {})),
    (("started", 3, {}), ("started", 20, {"said_at": "2026-11-30T07:58:00+01:00", "grounds": "x"})),
    (("screen_opened", 1, {}), ("screen_ended", 9, {"quality": "good", "outcome": "done"})),
    (("nobody_home", 2, {}),),
    (("nobody_home", 2, {}), ("not_home_step", 5, {**STEP, "solved": False})),
    (("nobody_home", 2, {}), ("not_home_step", 5, {**STEP, "solved": True})),
    (("nobody_home", 2, {}), ("not_home_step", 5, {**STEP, "solved": True}), ("started", 30, {})),
    (("deviation", 2, {"type": "refused", "cause": "citizen_wish"}),),
    (("deviation", 2, {"type": "home_conditions", "cause": "snow"}),),
    (("deviation", 2, {**MOVED, "moved_to": "2026-11-30T10:40:00+01:00"}),),
    (("deviation", 2, {**MOVED, "moved_to": "2026-12-01T10:40:00+01:00"}),),
    (("late_call", 2, {"minutes": 40, "direction": "late", "reached": "citizen"}),),
    (("late_call", 2, {"minutes": 40, "direction": "late", "reached": "nobody"}),),
    (
        ("late_call", 2, {"minutes": 40, "direction": "late", "reached": "citizen"}),
        ("deviation", 4, {**MOVED, "moved_to": "2026-11-30T10:40:00+01:00"}),
    ),
)


def as_record(kind: str, minute: int, body: dict[str, Any]) -> Record:
    at = PLANNED.start + timedelta(minutes=minute)
    return Record(
        municipality_id=NEED, team_id=NEED, need_id=NEED, user_id=NEED, on_date=DATE, kind=kind, body=body,
        device_at=at, at=at, received_at=at, device_id=NEED,
    )  # fmt: skip


def test_what_a_tablet_recorded_without_a_network_counts_as_on_the_server(page: Page) -> None:
    def stop(records: list[Record]) -> dict[str, Any]:
        state = state_of(PLANNED, records, own_standards())
        said = said_of(records).get(NAME, Said())
        return as_data(visit_stop(NAME, PLANNED.start, PLANNED.end, 10, state, said))

    def sent(one: Record) -> dict[str, Any]:
        moment = one.device_at.isoformat()
        named = {"need_id": str(NEED), "on_date": str(DATE), "device_at": moment, "offset_ms": 0}
        return {**named, "kind": one.kind, "body": one.body}

    cases = [[as_record(*one) for one in recorded] for recorded in RECORDED]
    there = page.evaluate(
        f"(cases) => {{ {script('risk_words', 'late')}; "
        "return cases.map(({ stops, records }) => stopsWith(stops, records)[0]); }",
        [{"stops": [stop([])], "records": [sent(one) for one in records]} for records in cases],
    )
    assert there == [stop(records) for records in cases]
