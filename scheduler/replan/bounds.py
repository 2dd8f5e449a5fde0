"""How few citizens must get a new carer, and how few any other carer, when the same visits are made.

Counted first: whose visits nobody they know can make, and whose carer cannot come. Where a roster needs more than counting
explains, CP-SAT decides whether those who know them have the time (:mod:`scheduler.cpsat.new_faces`). Proven for every
roster that makes the visits of the dates touched which the roster in hand makes (so for every one at all, where it leaves
nothing out), keeps what has begun and the open shifts, and breaks no rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from scheduler.replan.cost import ReplanCost
from scheduler.replan.situation import Situation
from scheduler.replan.started import visit_key
from scheduler.replan.tasks import Duty, Task, duties_of, tasks_of
from scheduler.replan.why_new import WhyNew, whom_nobody_can
from scheduler.roster import Roster
from scheduler.travel import TravelTable

#: More visits of a date than this are counted only, not given to CP-SAT.
MOST_TASKS = 600


@dataclass(frozen=True)
class ReplanBounds:
    """Proven least numbers of citizens given a new carer, and of citizens with any change of carer.

    ``why_new`` says what the first rests on, citizen by citizen and, for what their number alone does not explain, a
    smallest set of citizens who cannot all keep to those they know.
    """

    new_carers: int
    changed: int
    why_new: tuple[WhyNew, ...] = field(default=(), compare=False)


def made(tasks: Iterable[Task], roster: Roster) -> list[Task]:
    """The visits that force anything: made in the roster in hand, and due on no other date."""
    placed = {visit_key(visit) for visit in roster.visits}
    return [task for task in tasks if not task.elsewhere and (task.need_id, task.day) in placed]


def counted(tasks: Iterable[Task]) -> ReplanBounds:
    """What follows visit by visit, without asking whether there is time."""
    rows = list(tasks)
    return ReplanBounds(
        len({task.citizen_id for task in rows if task.needs_new}),
        len({task.citizen_id for task in rows if task.needs_change}),
    )


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
    """Lower bounds for a situation, given a roster and what it has reached.

    ``tasks``: as from :func:`tasks_of`, when at hand; ``thorough``: whether there are seconds for the longer proof;
    ``has_time``: asked before each date.
    """
    if not situation.days:
        return ReplanBounds(0, 0)
    rows = made(tasks_of(situation, travel) if tasks is None else tasks, roster)
    found = counted(rows)
    why = whom_nobody_can(situation, [task for task in rows if task.needs_new])
    if found.new_carers >= reached.new_carers and found.changed >= reached.changed:
        return ReplanBounds(found.new_carers, found.changed, why)
    from scheduler.cpsat.new_faces import Caps, prove

    by_day: dict[int, list[Task]] = defaultdict(list)
    for task in rows:
        by_day[task.day].append(task)
    for day, of_day in sorted(by_day.items()):
        if len(of_day) > MOST_TASKS:
            continue
        if not has_time():
            break
        caps = Caps(reached.new_carers, reached.changed, found.new_carers, found.changed)
        duties = duties_of(situation, travel, day)
        new, changed = prove(of_day, duties, caps, thorough=thorough)
        if new > found.new_carers:
            why = _why_of_date(situation, of_day, duties)
        found = ReplanBounds(max(found.new_carers, new), max(found.changed, changed))
    return ReplanBounds(found.new_carers, found.changed, why)


def _why_of_date(situation: Situation, tasks: Sequence[Task], duties: Sequence[Duty]) -> tuple[WhyNew, ...]:
    """Whom nobody they know can visit that date, and a set of others for whom there is not time enough."""
    from scheduler.cpsat.new_faces import cannot_all_keep

    alone = [task for task in tasks if task.needs_new]
    citizens = {task.citizen_id for task in tasks} - {task.citizen_id for task in alone}
    together = cannot_all_keep(tasks, duties, citizens)
    found = whom_nobody_can(situation, alone)
    return (*found, WhyNew(together)) if together else found
