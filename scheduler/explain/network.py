"""A day's starts as differences: each at least so long after another, each within its own bounds.

Starts that satisfy such a system form a lattice (closed under smaller and larger of two, entry by entry), so
there is an earliest and a latest start of everything at once, and any wished starts can be bent into the
system by taking the middle of earliest, wished and latest.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.problem import Absence

#: (kind, id) of something done on the day: visit, session, meeting or break.
Key = tuple[str, str]


def first_clear(start: int, minutes: int, away: Sequence[Absence]) -> int:
    """The first start from ``start`` on that keeps so many minutes clear of the absences."""
    while blocking := [row.end_min for row in away if row.overlaps(start, start + minutes)]:
        start = max(blocking)
    return start


def last_clear(start: int, minutes: int, away: Sequence[Absence]) -> int:
    """The last start up to ``start`` that keeps so many minutes clear of the absences."""
    while blocking := [row.start_min - minutes for row in away if row.overlaps(start, start + minutes)]:
        start = min(blocking)
    return start


@dataclass
class Network:
    """Bounds of each start, and pairs (a, b, minutes): b starts at least so many minutes after a."""

    lowest: dict[Key, int] = field(default_factory=dict)
    highest: dict[Key, int] = field(default_factory=dict)
    minutes: dict[Key, int] = field(default_factory=dict)
    away: dict[Key, Sequence[Absence]] = field(default_factory=dict)
    pairs: list[tuple[Key, Key, int]] = field(default_factory=list)

    def add(self, key: Key, lowest: int, highest: int, minutes: int, away: Sequence[Absence]) -> None:
        """One more start."""
        self.lowest[key], self.highest[key] = lowest, highest
        self.minutes[key] = minutes
        if away:
            self.away[key] = away

    def not_before(self, key: Key, minute: int) -> None:
        """Tighten a lower bound."""
        self.lowest[key] = max(self.lowest[key], minute)

    def not_after(self, key: Key, minute: int) -> None:
        """Tighten an upper bound."""
        self.highest[key] = min(self.highest[key], minute)

    def earliest(self) -> dict[Key, int] | None:
        """The earliest start of everything; None when not everything fits."""
        starts = {
            key: first_clear(low, self.minutes[key], self.away.get(key, ()))
            for key, low in self.lowest.items()
        }
        after: dict[Key, list[tuple[Key, int]]] = defaultdict(list)
        for first, second, gap in self.pairs:
            after[first].append((second, gap))
        waiting = deque(sorted(starts, key=lambda key: (starts[key], key)))
        queued = set(waiting)
        while waiting:
            key = waiting.popleft()
            queued.discard(key)
            if starts[key] > self.highest[key]:
                return None
            for other, gap in after.get(key, ()):
                if starts[key] + gap > starts[other]:
                    starts[other] = first_clear(
                        starts[key] + gap, self.minutes[other], self.away.get(other, ())
                    )
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)
        return starts

    def latest(self) -> dict[Key, int] | None:
        """The latest start of everything; None when not everything fits."""
        starts = {
            key: last_clear(high, self.minutes[key], self.away.get(key, ()))
            for key, high in self.highest.items()
        }
        before: dict[Key, list[tuple[Key, int]]] = defaultdict(list)
        for first, second, gap in self.pairs:
            before[second].append((first, gap))
        waiting = deque(sorted(starts, key=lambda key: (-starts[key], key)))
        queued = set(waiting)
        while waiting:
            key = waiting.popleft()
            queued.discard(key)
            if starts[key] < self.lowest[key]:
                return None
            for other, gap in before.get(key, ()):
                if starts[key] - gap < starts[other]:
                    starts[other] = last_clear(
                        starts[key] - gap, self.minutes[other], self.away.get(other, ())
                    )
                    if other not in queued:
                        queued.add(other)
                        waiting.append(other)
        return starts

    def bent(self, wished: Mapping[Key, int]) -> dict[Key, int] | None:
        """Starts that hold, each as near to the wished one as earliest and latest allow; None when none hold."""
        early, late = self.earliest(), self.latest()
        if early is None or late is None or any(early[key] > late[key] for key in early):
            return None
        return {key: max(early[key], min(wished.get(key, early[key]), late[key])) for key in early}
