"""How long each due visit is planned to last before the search: as wished, bent only as far as rule 7 asks."""

from __future__ import annotations

from collections import defaultdict

from scheduler.due import Due, DueList
from scheduler.problem import Problem


def planned_durations(problem: Problem, due: DueList) -> list[int]:
    """Minutes per due visit, in order: the wished ones, shortened or lengthened where a citizen's week needs it.

    Where even the smallest exceed the package they are all at their smallest, where even the largest fall short all at
    their largest (rule 7). Otherwise as few minutes as possible are changed, two-carer visits first, because each of
    their minutes counts twice.
    """
    planned = [visit.need.minutes for visit in due.visits]
    if problem.rules.package_minutes != "week":
        return planned
    fixed: dict[tuple[str, int], int] = defaultdict(int)
    for session in problem.sessions:
        for citizen_id in session.citizens:
            fixed[citizen_id, session.day // 7] += session.citizen_minutes()
    by_week: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, visit in enumerate(due.visits):
        if visit.need.counts:
            by_week[visit.need.citizen_id, visit.week].append(index)
    for (citizen_id, week), members in by_week.items():
        package = problem.package_of(citizen_id)
        once = package.two_carers_count == "once"
        total = fixed[citizen_id, week]
        total += sum(_factor(due.visits[i], once) * planned[i] for i in members)
        most = package.most_min()
        least = 0 if (citizen_id, week) in due.cancelled else package.least_min()
        order = sorted(members, key=lambda i: -_factor(due.visits[i], once))
        if most is not None and total > most:
            _bend(planned, due, order, once, total - most, -1)
        elif total < least:
            _bend(planned, due, order, once, least - total, 1)
    return planned


def _factor(visit: Due, once: bool) -> int:
    return 1 if once else visit.need.carers


def _bend(
    planned: list[int], due: DueList, order: list[int], once: bool, excess: int, direction: int
) -> None:
    """Shorten (−1) or lengthen (1) visits until ``excess`` counted minutes are gone or nothing gives any more."""
    for i in order:
        need = due.visits[i].need
        room = planned[i] - need.minutes_min if direction < 0 else need.minutes_max - planned[i]
        factor = _factor(due.visits[i], once)
        change = min(room, -(-excess // factor))
        planned[i] += direction * change
        excess -= change * factor
        if excess <= 0:
            return
