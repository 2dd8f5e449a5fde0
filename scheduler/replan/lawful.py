"""No answer breaks a hard rule that was not broken before: whatever newly does is taken out again and listed.

A published roster may break rules already, above all one made by hand; that is for the planner to mend, and nothing is
taken out for it. What the re-planning adds or changes has no such excuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from scheduler.evaluate import Evaluation, evaluate
from scheduler.repair import mended
from scheduler.replan.situation import Situation
from scheduler.replan.standing import with_unplaced
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules import Violation
from scheduler.travel import TravelTable

Mark = tuple[object, ...]


class Lawful:
    """What a situation's rosters may break, and rosters without what they may not."""

    def __init__(self, situation: Situation, travel: TravelTable) -> None:
        self.situation, self.travel = situation, travel

    def newly_broken(self, result: Evaluation) -> list[Violation]:
        """The hard rules broken that were not broken before."""
        if not result.hard:
            return []
        return [row for row in result.hard if _mark(row) not in self._broken_before]

    @cached_property
    def _broken_before(self) -> frozenset[Mark]:
        """What the published roster breaks, the events apart, and what only what has begun is to blame for."""
        situation = self.situation
        plain = replace(situation.problem, absences=(), published=None)
        rows = [*evaluate(plain, situation.before, self.travel).hard]
        kept = evaluate(situation.problem, self.begun_alone(), self.travel).hard
        rows += [row for row in kept if row.rule != "package"]
        return frozenset(_mark(row) for row in rows)

    def begun_alone(self) -> Roster:
        """Nothing but what has begun, of the visits; all else is listed."""
        situation = self.situation
        begun = tuple(visit for visit in situation.before.visits if visit_key(visit) in situation.kept)
        return with_unplaced(situation, replace(situation.before, visits=begun))

    def without_new(self, roster: Roster) -> Roster:
        """The roster without what newly breaks a rule, one thing at a time: what is not as published first.

        What has begun, and the planner's pins, stay; so a rule may be left broken where nothing else is to blame.
        """
        for may_go in (self._is_changed, self._is_open):
            while rows := self.newly_broken(evaluate(self.situation.problem, roster, self.travel)):
                fewer = self._without_one(roster, rows, may_go)
                if fewer is None:
                    break
                roster = fewer
        return roster

    def _without_one(
        self, roster: Roster, rows: Sequence[Violation], may_go: Callable[[PlacedVisit], bool]
    ) -> Roster | None:
        """The roster with one thing less that is to blame for one of the violations; None when nothing is left to take."""
        visits = tuple(replace(visit, pinned=not may_go(visit)) for visit in roster.visits)
        marked = replace(roster, visits=visits)
        for row in (*rows, *_wider(rows)):
            fewer = mended(self.situation.problem, marked, row)
            if fewer is not None and self._may_be(fewer, may_go):
                begun = self.situation.started.breaks
                left = {*fewer.breaks, *(pause for pause in roster.breaks if pause.shift_id in begun)}
                return replace(fewer, breaks=tuple(pause for pause in roster.breaks if pause in left))
        return None

    def _may_be(self, roster: Roster, may_go: Callable[[PlacedVisit], bool]) -> bool:
        """Whether open shifts are as they were, and only sessions are gone that may go."""
        before = self.situation.before
        held = {row.session_id: row for row in roster.sessions}
        stays = (
            self.situation.started.sessions
            if may_go == self._is_open
            else {row.session_id for row in before.sessions}
        )
        gone = [row for row in before.sessions if row.session_id in stays and held.get(row.session_id) != row]
        return roster.open_shifts == before.open_shifts and not gone

    @cached_property
    def _as_published(self) -> dict[tuple[str, int], PlacedVisit]:
        return {visit_key(visit): visit for visit in self.situation.before.visits}

    @cached_property
    def _pins(self) -> frozenset[tuple[str, int]]:
        published = self.situation.problem.published
        return frozenset(visit_key(visit) for visit in published.visits) if published else frozenset()

    def _is_open(self, visit: PlacedVisit) -> bool:
        return visit_key(visit) not in self.situation.kept and visit_key(visit) not in self._pins

    def _is_changed(self, visit: PlacedVisit) -> bool:
        was = self._as_published.get(visit_key(visit))
        return self._is_open(visit) and (
            was is None or replace(was, pinned=False) != replace(visit, pinned=False)
        )


def _wider(rows: Sequence[Violation]) -> Iterator[Violation]:
    """The same without the visit that is named: of two that cannot both be, the other may be the one that is new."""
    for row in rows:
        if row.need_id is not None and (row.shift_id or row.carer_id or row.citizen_id):
            yield replace(row, need_id=None)


def _mark(row: Violation) -> Mark:
    """What tells one broken rule from another."""
    return row.rule, row.need_id, row.day, row.shift_id, row.carer_id, row.citizen_id
