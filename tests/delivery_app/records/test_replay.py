"""Whatever the network does to batches, the server ends with the same records and the same state of each visit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from delivery_app.db import Database
from delivery_app.security.roles import IN_TEAM
from delivery_app.services.records.accepting import Sender, accept
from delivery_app.services.records.reading import visit_states
from models.tables import AccessEntry, Carer, Need, Record, Team
from models.user import Role
from tests.delivery_app.services.planned_team import planned_team

MONDAY = date(2026, 11, 30)
MOMENT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
TASK = str(uuid4())
#: A tablet's batches: each record as (kind, visit, which earlier one it corrects).
Plan = list[list[tuple[int, int, int | None]]]


class World:
    """A team in a database, and what its records are about."""

    def __init__(self, database: Database, team_id: UUID) -> None:
        self.database, self.team_id = database, team_id
        with database.reading() as session:
            team = session.get_one(Team, team_id)
            self.municipality_id = team.municipality_id
            self.needs = [str(one) for one in session.scalars(select(Need.id).order_by(Need.code))]
            self.carers = list(session.scalars(select(Carer.id).order_by(Carer.code)))

    def sender(self, device_id: UUID, number: int = 0) -> Sender:
        carer = self.carers[number % len(self.carers)]
        return Sender(
            carer,
            f"hjaelper{number}",
            self.team_id,
            self.municipality_id,
            carer,
            device_id,
            IN_TEAM[Role.CARER],
        )

    def send(self, sender: Sender, batch: list[dict[str, Any]], minute: int = 30) -> list[str]:
        with self.database.transaction(sender.sign_in_name) as session:
            found = accept(session, sender, batch, MOMENT + timedelta(minutes=minute))
        return [one.outcome for one in found]

    def kept(self, devices: dict[str, UUID]) -> dict[str, tuple[Any, ...]]:
        """What was kept of these devices, without when it was received."""
        names = {device: name for name, device in devices.items()}
        with self.database.reading() as session:
            rows = session.scalars(select(Record).where(sa.column("device_id").in_(list(names)))).all()
            return {
                str(row.id): (
                    names[row.device_id],
                    row.device_seq,
                    row.kind,
                    row.at,
                    str(row.body),
                    str(row.corrects_id),
                )
                for row in rows
                if row.device_id is not None
            }

    def states(self, on_date: date) -> dict[str, str]:
        with self.database.reading() as session:
            found = visit_states(session, self.team_id, on_date)
        return {str(name.need_id): repr(replace(one, conflicts=())) for name, one in sorted(found.items())}


@contextmanager
def world_of(url: str) -> Iterator[World]:
    with planned_team(url) as planned:
        yield World(planned.database, planned.team_id)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_of(f"sqlite:///{tmp_path_factory.mktemp('replay') / 'test.db'}") as found:
        yield found


KINDS: list[tuple[str, dict[str, Any]]] = [
    ("started", {}),
    ("ended", {}),
    ("task", {"task_id": TASK, "done": True}),
    ("task", {"task_id": TASK, "done": False}),
    ("note", {"text": "Spiste godt"}),
    ("nobody_home", {}),
]


@st.composite
def deliveries(
    draw: st.DrawFn,
) -> tuple[dict[str, Plan], list[tuple[str, int]]]:
    """Two tablets' batches, each record as (kind, visit, which earlier one it corrects); and the order in which they
    arrive, some more than once."""
    batches: dict[str, Plan] = {}
    for device in ("a", "b"):
        made, count = [], 0
        for _ in range(draw(st.integers(1, 3))):
            batch = []
            for _ in range(draw(st.integers(1, 4))):
                earlier = draw(st.none() | st.integers(0, count - 1)) if count else None
                batch.append((draw(st.integers(0, len(KINDS) - 1)), draw(st.integers(0, 2)), earlier))
                count += 1
            made.append(batch)
        batches[device] = made
    each = [(device, number) for device, made in batches.items() for number in range(len(made))]
    again = draw(st.lists(st.sampled_from(each), max_size=4))
    return batches, draw(st.permutations([*each, *again]))


def written(plan: Plan, ids: list[str], world: World, on: date) -> list[list[dict[str, Any]]]:
    """A tablet's batches as they are sent."""
    found, number = [], 0
    for batch in plan:
        rows = []
        for kind, visit, earlier in batch:
            name, body = KINDS[kind]
            same = earlier is not None and _visit_of(plan, earlier) == visit
            rows.append(
                {
                    "id": ids[number],
                    "seq": number,
                    "kind": name,
                    "on_date": on.isoformat(),
                    "need_id": world.needs[visit],
                    "device_at": (MOMENT + timedelta(minutes=number)).isoformat(),
                    "offset_ms": 0,
                    "body": body,
                    "corrects_id": ids[earlier] if earlier is not None and same else None,
                }
            )
            number += 1
        found.append(rows)
    return found


def _visit_of(plan: Plan, number: int) -> int:
    return [row for batch in plan for row in batch][number][1]


#: Each example has a date of its own: what was kept is never deleted.
_DAYS = iter(range(1, 100_000))


@settings(max_examples=20)
@given(deliveries())
def test_any_order_and_any_doubling_end_the_same(world: World, case: Any) -> None:
    plans, arrivals = case
    # The same batches, once clean and once as the network brought them; what is refused because what it corrects
    # has not come yet is sent again, as the tray does.
    results = []
    for messy in (False, True):
        on = MONDAY + timedelta(days=7 * next(_DAYS))
        devices = {name: uuid4() for name in plans}
        base = uuid4().int & ~0xFFFF
        batches = {
            name: written(
                plan, [str(UUID(int=base + 256 * place + number)) for number in range(99)], world, on
            )
            for place, (name, plan) in enumerate(sorted(plans.items()))
        }
        senders = {
            name: world.sender(device, place) for place, (name, device) in enumerate(sorted(devices.items()))
        }
        clean = [(name, number) for name in sorted(batches) for number in range(len(batches[name]))]
        waiting = list(arrivals) if messy else clean
        for _ in range(len(clean) + 1):
            waiting = [
                (name, number)
                for name, number in waiting
                if "refused" in world.send(senders[name], batches[name][number])
            ]
        assert waiting == []
        short = {str(UUID(int=base + number)): number for number in range(600)}
        kept = {short[row_id]: (*row[:5], short.get(row[5])) for row_id, row in world.kept(devices).items()}
        assert len(kept) == sum(len(batch) for plan in batches.values() for batch in plan)
        results.append((kept, world.states(on)))
    assert results[0] == results[1]


def test_two_threads_with_one_batch_keep_it_once(tables_url: str) -> None:
    with world_of(tables_url) as world:
        device = uuid4()
        batches = [
            [
                {
                    "id": str(uuid4()),
                    "seq": 10 * number + place,
                    "kind": "note",
                    "on_date": MONDAY.isoformat(),
                    "need_id": world.needs[0],
                    "device_at": MOMENT.isoformat(),
                    "offset_ms": 0,
                    "body": {"text": "A"},
                }
                for place in range(5)
            ]
            for number in range(4)
        ]
        outcomes: list[str] = []
        failures: list[BaseException] = []
        ready = threading.Barrier(4)

        def post(which: UUID) -> None:
            try:
                ready.wait()
                for batch in batches:
                    outcomes.extend(world.send(world.sender(which), batch))
            except BaseException as error:  # told by the assertion below
                failures.append(error)

        # Two by the same device, and two that say they are another one: the ids alone tell them apart.
        threads = [
            threading.Thread(target=post, args=(which,)) for which in (device, device, uuid4(), device)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert failures == []
        assert sorted(outcomes) == ["kept"] * 20 + ["known"] * 60
        with world.database.reading() as session:
            assert session.scalar(select(sa.func.count()).select_from(Record)) == 20
            logged = session.scalars(
                select(AccessEntry.subject_id).where(AccessEntry.subject_table == "record")
            ).all()
            assert len(logged) == len(set(logged)) == 20


def test_a_server_that_dies_in_a_batch_has_kept_none_of_it(tables_url: str) -> None:
    """Neither the records nor their entries in the log: the tablet sends the batch again, and all of it is kept."""

    class PowerCut(BaseException):
        pass

    with world_of(tables_url) as world:
        sender = world.sender(uuid4())
        batch = [
            {
                "id": str(uuid4()),
                "seq": place,
                "kind": "note",
                "on_date": MONDAY.isoformat(),
                "need_id": world.needs[0],
                "device_at": MOMENT.isoformat(),
                "body": {"text": "A"},
            }
            for place in range(3)
        ]

        def cut_short() -> None:
            with world.database.transaction("hjaelper") as session:
                accept(session, sender, batch, MOMENT)
                session.flush()
                raise PowerCut

        with pytest.raises(PowerCut):
            cut_short()
        with world.database.reading() as session:
            assert session.scalar(select(sa.func.count()).select_from(Record)) == 0
            assert not session.scalars(
                select(AccessEntry.subject_id).where(AccessEntry.subject_table == "record")
            ).all()
        assert world.send(sender, batch) == ["kept"] * 3
