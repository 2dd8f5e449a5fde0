"""What a re-planned roster is compared by (team pack, "Re-planning compares in this order"), and visits side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.problem import Problem, week_of
from scheduler.replan.situation import Situation
from scheduler.roster import PlacedVisit, Roster, Unplaced

#: A visit counts as moved when it begins more than so many minutes earlier or later.
MOVED_MIN = 15


@dataclass(frozen=True, order=True)
class ReplanCost:
    """Smaller is better, field by field in this order.

    ``unplaced``: visits due without a place, of priority 1, 2 and 3 (sessions count as priority 1); those that nobody can
    be blamed for (past, or the citizen is away) are left out. ``new_carers``: citizens given a carer not seen in their 14
    days. ``changed``: citizens with any change of carer. ``moved``: visits moved by more than 15 minutes. ``objective``: the
    judge's.
    """

    unplaced: tuple[int, int, int]
    new_carers: int
    changed: int
    moved: int
    objective: float


@dataclass(frozen=True)
class Pair:
    """A visit before and after; one of the two is None where it is new, or has no place (any more)."""

    before: PlacedVisit | None
    after: PlacedVisit | None

    @property
    def either(self) -> PlacedVisit:
        """One of the two that is there, the later one first."""
        visit = self.after or self.before
        assert visit is not None
        return visit


def pairs_of(problem: Problem, before: Roster, after: Roster) -> list[Pair]:
    """Every visit of either roster beside its counterpart: same need and date; for "any" needs also another date."""
    old: dict[tuple[str, int], list[PlacedVisit]] = defaultdict(list)
    new: dict[tuple[str, int], list[PlacedVisit]] = defaultdict(list)
    for rows, found in ((before.visits, old), (after.visits, new)):
        for visit in sorted(rows, key=lambda row: (row.start_min, row.need_id)):
            if visit.need_id in problem.need_by_id:
                found[visit.need_id, week_of(visit.day)].append(visit)
    pairs: list[Pair] = []
    for key in dict.fromkeys((*old, *new)):
        left, right = old[key], new[key]
        for visit in list(left):
            same = next((other for other in right if other.day == visit.day), None)
            if same is not None:
                pairs.append(Pair(visit, same))
                left.remove(visit)
                right.remove(same)
        if problem.need_by_id[key[0]].days is None:
            while left and right:
                pairs.append(Pair(left.pop(0), right.pop(0)))
        pairs += [Pair(visit, None) for visit in left] + [Pair(None, visit) for visit in right]
    return pairs


def is_other_carer(situation: Situation, pair: Pair) -> bool:
    """Whether a visit that was there before is made by other needed people now."""
    if pair.before is None or pair.after is None:
        return False
    return set(situation.needed(pair.before.carers)) != set(situation.needed(pair.after.carers))


def new_people(situation: Situation, pair: Pair) -> tuple[str, ...]:
    """Needed carers of a home visit, changed or new, whom the citizen has not seen in their 14 days."""
    if pair.after is None or pair.after.modality == "screen":
        return ()
    if pair.before is not None and not is_other_carer(situation, pair):
        return ()
    known = situation.known.get(situation.problem.need_by_id[pair.after.need_id].citizen_id, frozenset())
    had = () if pair.before is None else pair.before.carers
    return tuple(one for one in situation.needed(pair.after.carers) if one not in known and one not in had)


def is_moved(pair: Pair) -> bool:
    """Whether a visit that was there before begins more than 15 minutes earlier or later."""
    if pair.before is None or pair.after is None:
        return False
    return abs(pair.after.start_min - pair.before.start_min) > MOVED_MIN


def blamable(situation: Situation, rows: Iterable[Unplaced]) -> list[Unplaced]:
    """Unplaced rows without those that no start from now on is left for."""
    lost = Counter(situation.lost)
    found = []
    # What is past is excused before what might still be placed.
    for row in sorted(rows, key=lambda one: (one.day is None, one.day or 0, one.need_id)):
        key = (row.need_id, row.week)
        if lost[key] > 0:
            lost[key] -= 1
        else:
            found.append(row)
    return found


def cost_of(situation: Situation, roster: Roster) -> ReplanCost:
    """What a judged roster is compared by."""
    problem = situation.problem
    unplaced = [0, 0, 0]
    for row in blamable(situation, roster.unplaced):
        need = problem.need_by_id.get(row.need_id)
        unplaced[0 if need is None else need.priority - 1] += 1
    new, changed, moved = set(), set(), 0
    for pair in pairs_of(problem, situation.before, roster):
        citizen_id = problem.need_by_id[pair.either.need_id].citizen_id
        if new_people(situation, pair):
            new.add(citizen_id)
        if is_other_carer(situation, pair):
            changed.add(citizen_id)
        moved += is_moved(pair)
    first, second, third = unplaced
    return ReplanCost((first, second, third), len(new), len(changed), moved, roster.figures.objective)
