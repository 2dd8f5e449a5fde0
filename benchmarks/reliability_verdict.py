"""What was lost, doubled or put out of order between the tablets and the server."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from benchmarks.reliability_tablet import Made
from benchmarks.reliability_world import in_order
from models.tables import Record


@dataclass(frozen=True)
class Verdict:
    """How many of each; all of it is 0 when nothing went wrong."""

    missing: int
    doubled: int
    changed: int
    out_of_order: int
    unsent: int
    refused: int
    states: int

    @property
    def good(self) -> bool:
        """Nothing went wrong."""
        return not any(getattr(self, one.name) for one in fields(self))


def judge(
    made: Sequence[Made],
    boxes: Mapping[int, Sequence[Mapping[str, Any]]],
    kept: Sequence[Record],
    states: Mapping[Any, Any],
    clean: Mapping[Any, Any],
) -> Verdict:
    """Compare what was tapped with what the server has, and the derived states with those of a clean run."""
    by_id = {row.id: row for row in kept}
    wanted = {one.record_id: one for one in made}
    words = Counter(repr(row.body.get("text")) for row in kept if row.kind == "note")
    doubled = len(kept) - len(by_id.keys() & wanted.keys()) + sum(times - 1 for times in words.values())
    waiting = Counter(box["state"] for found in boxes.values() for box in found)
    return Verdict(
        missing=len(wanted.keys() - by_id.keys()),
        doubled=doubled,
        changed=sum(not _same(one, by_id[one.record_id]) for one in made if one.record_id in by_id),
        out_of_order=_out_of_order(made, kept),
        unsent=waiting["waiting"],
        refused=waiting["refused"] + waiting["away"],
        states=sum(states.get(name) != clean.get(name) for name in states.keys() | clean.keys()),
    )


def _same(one: Made, row: Record) -> bool:
    says = one.says is None or row.body.get(one.says[0]) == one.says[1]
    return (row.kind, row.need_id, row.device_seq, row.corrects_id) == (
        one.kind,
        one.need_id,
        one.seq,
        one.corrects,
    ) and says


def _out_of_order(made: Sequence[Made], kept: Sequence[Record]) -> int:
    """Visits whose records do not follow each other as they were made, by the tablet's numbers or by their moments."""
    tapped: dict[UUID, list[UUID]] = defaultdict(list)
    for one in made:
        tapped[one.need_id].append(one.record_id)
    found: dict[UUID | None, list[Record]] = defaultdict(list)
    for row in kept:
        found[row.need_id].append(row)
    wrong = 0
    for need_id, ids in tapped.items():
        rows = in_order(found[need_id])
        by_moment = sorted(rows, key=lambda row: (row.at, row.device_seq or 0))
        wrong += ids != [row.id for row in rows] or ids != [row.id for row in by_moment]
    return wrong
