"""How few citizens must get a new carer, and how few any other carer, whatever the new roster looks like.

Counted first: whose visits nobody they know can make, and whose carer cannot come. Where a roster needs more than counting
explains, CP-SAT decides whether those who know them have the time (:mod:`scheduler.cpsat.new_faces`). Proven for every
roster that keeps what has begun and the open shifts, breaks no rule, and leaves no more visits of the dates touched without
a place, priority by priority.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scheduler.replan.cost import ReplanCost, blamable
from scheduler.replan.situation import Situation
from scheduler.replan.tasks import Task, duties_of, tasks_of
from scheduler.roster import Roster
from scheduler.travel import TravelTable

#: More visits of a date than this are counted only, not given to CP-SAT.
MOST_TASKS = 600


@dataclass(frozen=True)
class ReplanBounds:
    """Proven least numbers of citizens given a new carer, and of citizens with any change of carer."""

    new_carers: int
    changed: int


def left_out(situation: Situation, roster: Roster) -> tuple[int, int, int]:
    """By priority: the visits of the dates touched (or of any day) that a roster leaves without a place."""
    found = [0, 0, 0]
    for row in blamable(situation, roster.unplaced):
        need = situation.problem.need_by_id.get(row.need_id)
        if need is not None and (row.day is None or row.day in situation.days):
            found[need.priority - 1] += 1
    return found[0], found[1], found[2]


def counted(tasks: Sequence[Task], spare: int) -> ReplanBounds:
    """What follows visit by visit, without asking whether there is time; so many visits may be left out."""
    return ReplanBounds(
        _forced([task for task in tasks if task.needs_new], spare),
        _forced([task for task in tasks if task.needs_change], spare),
    )


def _forced(tasks: Iterable[Task], spare: int) -> int:
    """The citizens of these visits, less those all of whose visits may be left out, the fewest visits first."""
    of_citizen = Counter(task.citizen_id for task in tasks)
    left = len(of_citizen)
    for visits in sorted(of_citizen.values()):
        if visits > spare:
            break
        spare -= visits
        left -= 1
    return left


def bounds_of(
    situation: Situation,
    roster: Roster,
    reached: ReplanCost,
    travel: TravelTable,
    tasks: Sequence[Task] | None = None,
    *,
    thorough: bool = True,
    has_time: Callable[[], bool] = lambda: True,
) -> ReplanBounds:
    """Lower bounds for a situation, given what a roster has reached.

    ``tasks``: as from :func:`tasks_of`, when at hand; ``thorough``: whether there are seconds for the longer proof;
    ``has_time``: asked before each date.
    """
    if not situation.days:
        return ReplanBounds(0, 0)
    if tasks is None:
        tasks = tasks_of(situation, travel)
    unplaced = left_out(situation, roster)
    found = counted(tasks, sum(unplaced))
    if found.new_carers >= reached.new_carers and found.changed >= reached.changed:
        return found
    from scheduler.cpsat.new_faces import Caps, prove

    by_day: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        by_day[task.day].append(task)
    for day, rows in sorted(by_day.items()):
        if len(rows) > MOST_TASKS:
            continue
        if not has_time():
            break
        caps = Caps(unplaced, reached.new_carers, reached.changed, found.new_carers, found.changed)
        new, changed = prove(rows, duties_of(situation, travel, day), caps, thorough=thorough)
        found = ReplanBounds(max(found.new_carers, new), max(found.changed, changed))
    return found
