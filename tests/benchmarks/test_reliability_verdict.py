"""The reliability run notices what it is there for: lost, doubled, changed, out of order, left over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from benchmarks.reliability_tablet import Made
from benchmarks.reliability_verdict import Verdict, judge
from models.tables import Record

NEED, TEAM = UUID(int=7), UUID(int=9)
MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def three() -> tuple[list[Made], list[Record], dict[int, list[dict[str, Any]]]]:
    """Three notes of one visit, sent and kept."""
    made = [Made(0, uuid4(), seq, "note", NEED, ("text", f"nr. {seq}")) for seq in (1, 2, 3)]
    kept = [row_of(one, f"nr. {one.seq}") for one in made]
    return made, kept, {0: [{"id": str(one.record_id), "state": "sent"} for one in made]}


def row_of(one: Made, text: str) -> Record:
    at = MORNING + timedelta(minutes=one.seq)
    return Record(
        id=one.record_id,
        municipality_id=TEAM,
        team_id=TEAM,
        user_id=TEAM,
        need_id=one.need_id,
        on_date=MORNING.date(),
        device_seq=one.seq,
        kind=one.kind,
        device_at=at,
        at=at,
        received_at=at,
        body={"text": text},
    )


def wrong(verdict: Verdict) -> dict[str, int]:
    return {one.name: getattr(verdict, one.name) for one in fields(verdict) if getattr(verdict, one.name)}


def test_nothing_wrong() -> None:
    made, kept, boxes = three()
    assert judge(made, boxes, kept[::-1], {"visit": 1}, {"visit": 1}).good


def lose(kept: list[Record], boxes: dict[int, list[dict[str, Any]]]) -> None:
    kept.pop()


def double(kept: list[Record], boxes: dict[int, list[dict[str, Any]]]) -> None:
    twice = row_of(Made(0, uuid4(), 4, "note", UUID(int=8)), "nr. 9")
    kept.append(twice)


def change(kept: list[Record], boxes: dict[int, list[dict[str, Any]]]) -> None:
    kept[1].body = {"text": "noget andet"}


def shuffle(kept: list[Record], boxes: dict[int, list[dict[str, Any]]]) -> None:
    kept[0].at = MORNING + timedelta(hours=1)


def leave(kept: list[Record], boxes: dict[int, list[dict[str, Any]]]) -> None:
    boxes[0][2]["state"] = "waiting"


def refuse(kept: list[Record], boxes: dict[int, list[dict[str, Any]]]) -> None:
    boxes[0][0]["state"] = "refused"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        pytest.param(lose, {"missing": 1, "out_of_order": 1}, id="lost"),
        pytest.param(double, {"doubled": 1}, id="doubled"),
        pytest.param(change, {"changed": 1}, id="changed"),
        pytest.param(shuffle, {"out_of_order": 1}, id="out of order"),
        pytest.param(leave, {"unsent": 1}, id="unsent"),
        pytest.param(refuse, {"refused": 1}, id="refused"),
    ],
)
def test_what_went_wrong_is_counted(
    spoil: Callable[[list[Record], dict[int, list[dict[str, Any]]]], None], found: dict[str, int]
) -> None:
    made, kept, boxes = three()
    spoil(kept, boxes)
    assert wrong(judge(made, boxes, kept, {}, {})) == found


def test_a_state_that_a_clean_run_does_not_have() -> None:
    made, kept, boxes = three()
    assert wrong(judge(made, boxes, kept, {"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})) == {"states": 2}
