"""What the search changed for the objective's sake alone, on dates that nothing happened on, goes back as it was published.

Rounds that gave each other visits belong together. Where such a set has nothing but what it had, and nothing of it lies
on a date that is touched, nobody gains by the change but the objective: citizens would be told of other times and other
people for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from scheduler.replan.cost import pairs_of
from scheduler.replan.situation import Situation
from scheduler.roster import Roster


def idle_exchanges(situation: Situation, roster: Roster) -> list[frozenset[str]]:
    """The sets of shifts that exchanged visits (or times) among themselves only, on dates that are not touched."""
    problem, before = situation.problem, situation.before
    together = _Groups()
    changed: set[str] = set()
    open_ends: set[str] = set()
    for pair in pairs_of(problem, before, roster):
        was = () if pair.before is None else pair.before.shifts
        now = () if pair.after is None else pair.after.shifts
        together.join((*was, *now))
        if pair.before is None or pair.after is None:
            open_ends |= {*was, *now}
        elif replace(pair.before, pinned=False) != replace(pair.after, pinned=False):
            changed |= {*was, *now}
    held = {row.session_id: row for row in before.sessions}
    for row in roster.sessions:
        old = held.pop(row.session_id, None)
        together.join((*row.shifts, *(old.shifts if old is not None else ())))
        if old is None:
            open_ends.update(row.shifts)
    open_ends |= {shift_id for row in held.values() for shift_id in row.shifts}
    return [
        group
        for group in together.groups()
        if group & changed
        and not group & open_ends
        and all(
            one in problem.shift_by_id and problem.shift_by_id[one].day not in situation.days for one in group
        )
    ]


def put_back(situation: Situation, roster: Roster, shifts: Collection[str]) -> Roster:
    """The roster with these shifts as published, unjudged."""
    before = situation.before
    visits = [row for row in roster.visits if not set(row.shifts) <= set(shifts)]
    visits += [row for row in before.visits if row.shifts and set(row.shifts) <= set(shifts)]
    sessions = [row for row in roster.sessions if not set(row.shifts) <= set(shifts)]
    sessions += [row for row in before.sessions if set(row.shifts) <= set(shifts)]
    breaks = [row for row in roster.breaks if row.shift_id not in shifts]
    breaks += [row for row in before.breaks if row.shift_id in shifts]
    return replace(
        roster,
        visits=tuple(visits),
        sessions=tuple(sessions),
        breaks=tuple(sorted(breaks, key=lambda row: (row.start_min, row.shift_id))),
    )


class _Groups:
    """What is joined, directly or by way of others."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def _root(self, one: str) -> str:
        self._first.setdefault(one, one)
        while self._first[one] != one:
            self._first[one] = self._first[self._first[one]]
            one = self._first[one]
        return one

    def join(self, members: Iterable[str]) -> None:
        """These belong together."""
        roots = [self._root(one) for one in members]
        for one in roots[1:]:
            self._first[self._root(one)] = self._root(roots[0])

    def groups(self) -> list[frozenset[str]]:
        """All that was ever named, by what belongs together."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in sorted(self._first):
            found[self._root(one)].add(one)
        return [frozenset(group) for group in found.values()]
