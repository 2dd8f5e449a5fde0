"""The difference between two rosters of the same weeks, row by row: small, kept as JSON, undone by turning it round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Generic, TypeVar

from scheduler.roster import OpenShift, PlacedBreak, PlacedVisit, Relaxation, Roster, Unplaced

T = TypeVar("T", PlacedVisit, Unplaced, PlacedBreak, OpenShift)


@dataclass(frozen=True)
class Part(Generic[T]):
    """Rows of one kind that leave and that come."""

    out: tuple[T, ...] = ()
    into: tuple[T, ...] = ()

    def turned(self) -> Part[T]:
        """The way back."""
        return Part(self.into, self.out)


@dataclass(frozen=True)
class Patch:
    """What leaves a roster and what comes into it."""

    visits: Part[PlacedVisit] = Part()
    unplaced: Part[Unplaced] = Part()
    breaks: Part[PlacedBreak] = Part()
    open_shifts: Part[OpenShift] = Part()

    def turned(self) -> Patch:
        """The patch that undoes this one."""
        return Patch(
            self.visits.turned(), self.unplaced.turned(), self.breaks.turned(), self.open_shifts.turned()
        )

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return self == Patch()


def patch_between(before: Roster, after: Roster) -> Patch:
    """The patch that makes ``after`` of ``before`` (figures and citizens' weeks are the judge's, not a patch's)."""
    return Patch(
        _part(before.visits, after.visits),
        _part(before.unplaced, after.unplaced),
        _part(before.breaks, after.breaks),
        _part(before.open_shifts, after.open_shifts),
    )


def _part(before: Sequence[T], after: Sequence[T]) -> Part[T]:
    # Nearly all rows are the very same: those need no comparing. (An object that stands twice is compared by value.)
    here, there = {id(row) for row in before}, {id(row) for row in after}
    if len(here) == len(before) and len(there) == len(after):
        before = [row for row in before if id(row) not in there]
        after = [row for row in after if id(row) not in here]
    was, now = Counter(before), Counter(after)
    return Part(tuple((was - now).elements()), tuple((now - was).elements()))


def missing(roster: Roster, patch: Patch) -> Patch | None:
    """What the patch would take out and the roster does not have (any more); None when it can be applied."""
    visits = Counter(patch.visits.out) - Counter(roster.visits)
    unplaced = Counter(patch.unplaced.out) - Counter(roster.unplaced)
    breaks = Counter(patch.breaks.out) - Counter(roster.breaks)
    taken = Counter(patch.open_shifts.out) - Counter(roster.open_shifts)
    if not visits and not unplaced and not breaks and not taken:
        return None
    return Patch(
        Part(tuple(visits.elements())),
        Part(tuple(unplaced.elements())),
        Part(tuple(breaks.elements())),
        Part(tuple(taken.elements())),
    )


def patched(roster: Roster, patch: Patch) -> Roster:
    """The roster with the patch applied, unjudged. A row of the same visit or shift takes the place of the one before.

    What the patch takes out must be there (:func:`missing`).
    """
    return replace(
        roster,
        visits=_applied(roster.visits, patch.visits, lambda row: (row.need_id, row.day)),
        unplaced=_applied(roster.unplaced, patch.unplaced, lambda row: (row.need_id, row.day, row.week)),
        breaks=_applied(roster.breaks, patch.breaks, lambda row: row.shift_id),
        open_shifts=_applied(roster.open_shifts, patch.open_shifts, lambda row: row.shift_id),
    )


def _applied(rows: Sequence[T], part: Part[T], key: Any) -> tuple[T, ...]:
    if not part.out:
        return tuple(rows) + part.into
    leaving = Counter(part.out)
    coming: list[T] = list(part.into)
    found: list[T] = []
    for row in rows:
        if leaving[row] <= 0:
            found.append(row)
            continue
        leaving[row] -= 1
        instead = next((one for one in coming if key(one) == key(row)), None)
        if instead is not None:
            coming.remove(instead)
            found.append(instead)
    return tuple(found + coming)


def patch_to_json(patch: Patch) -> dict[str, Any]:
    """The patch as JSON holds it."""
    return asdict(patch)


def patch_from_json(values: Mapping[str, Any]) -> Patch:
    """The patch from JSON."""

    def part(name: str, read: Any) -> Any:
        both = values.get(name, {"out": (), "into": ()})
        return Part(tuple(map(read, both["out"])), tuple(map(read, both["into"])))

    return Patch(
        part("visits", _visit),
        part("unplaced", _unplaced),
        part("breaks", lambda row: PlacedBreak(**row)),
        part("open_shifts", lambda row: OpenShift(**row)),
    )


def _visit(row: Mapping[str, Any]) -> PlacedVisit:
    return PlacedVisit(**{**row, "carers": tuple(row["carers"]), "shifts": tuple(row["shifts"])})


def _unplaced(row: Mapping[str, Any]) -> Unplaced:
    return Unplaced(**{**row, "relaxations": tuple(Relaxation(**one) for one in row["relaxations"])})
