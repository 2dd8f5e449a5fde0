"""How far a round would fall behind on a slow day: what the price ``buffer`` is paid for (S8).

A second clock is walked through the shift beside the planned one. On it every visit and journey takes a fifth
longer; waiting lets it catch up. Where it shows more than :data:`MARGIN_MIN` minutes behind at a home visit, that
visit would start late, and the minutes beyond are priced. (The same idea as Lindley's recursion for the waiting time
in a queue, 1952, doi 10.1017/S0305004100027638.)
"""

from __future__ import annotations

from scheduler.rules.timeline import MEETING, VISIT, ShiftDay

#: Visits and journeys take one part in so many longer on the slow clock.
SLOWER_BY_ONE_IN = 5
#: So many minutes behind cost nothing.
MARGIN_MIN = 10


def run_over_min(work_min: int) -> int:
    """How much longer so many minutes of visits and travel take on the slow clock, rounded half up."""
    return (work_min + SLOWER_BY_ONE_IN // 2) // SLOWER_BY_ONE_IN


def lateness_min(day: ShiftDay) -> int:
    """Minutes beyond the margin by which the shift's home visits would start late, summed; 0 in an unused shift.

    Sessions, meetings and breaks last as planned, and after a meeting everybody is in time again. Placeless items
    (breaks, screen visits) fill the time between two places; screen visits run over like others.
    """
    if not day.is_used:
        return 0
    travel = {id(leg.after): leg.minutes for leg in day.legs if leg.before is not None}
    total, late, free, work = 0, 0, 0, 0
    begun = False
    for stop in day.stops:
        visit_min = stop.minutes if stop.kind == VISIT else 0
        if stop.place is None:
            free += stop.minutes
            work += visit_min
            continue
        leg = travel.get(id(stop), 0)
        if begun and stop.kind != MEETING:
            late = max(0, late + run_over_min(work + leg) - (stop.start_min - free - leg))
        else:
            late = 0
        if stop.kind == VISIT:
            total += max(0, late - MARGIN_MIN)
        begun, free, work = True, stop.end_min, visit_min
    return total
