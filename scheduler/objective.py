"""The objective of the team pack, term by term, unweighted: what a roster costs in minutes of a carer's
time.

Written from the specification for judging any roster; the solver has its own, faster sums, and both must
agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import median

from scheduler.clock import DAY_MIN
from scheduler.problem import Problem
from scheduler.roster import Roster
from scheduler.rules.context import KnownVisit, RosterContext
from scheduler.rules.continuity import carers_by_week, carers_in_window
from scheduler.rules.package_hours import package_weeks
from scheduler.rules.slow_clock import lateness_min
from scheduler.steering import targets
from scheduler.travel import TravelTable

Term = Callable[[Problem, RosterContext], float]


def _unplaced(priority: int) -> Term:
    def count(problem: Problem, context: RosterContext) -> float:
        visits = sum(due.need.priority == priority for due in context.matching.unplaced)
        # A group session nobody holds leaves several citizens without: it must be held.
        return visits + (len(context.matching.unplaced_sessions) if priority == 1 else 0)

    return count


def _carer(problem: Problem, context: RosterContext) -> float:
    """Different carers of each citizen in each week, by the citizen's continuity weight."""
    return sum(
        len(carers) * problem.citizen_by_id[citizen_id].continuity_weight
        for (citizen_id, week), carers in carers_by_week(context).items()
        if 0 <= week < problem.calendar.weeks
    )


def _carer_14(problem: Problem, context: RosterContext) -> float:
    """Different carers of each citizen in the pack's last 14 days, by the citizen's continuity weight."""
    return sum(
        len(carers) * problem.citizen_by_id[citizen_id].continuity_weight
        for citizen_id, carers in carers_in_window(problem, context).items()
        if citizen_id in problem.citizen_by_id
    )


def _contact(problem: Problem, context: RosterContext) -> float:
    """Home visits without the contact carer, of citizens who have one."""
    count = 0
    for visit in context.visits:
        contact = problem.citizen_by_id[visit.citizen_id].contact_carer
        count += visit.at_home and contact is not None and contact not in visit.needed
    return count


def _substitute(problem: Problem, context: RosterContext) -> float:
    """Visits, at home or by screen, with a substitute among those needed."""
    substitutes = {carer.carer_id for carer in problem.carers if carer.kind == "substitute"}
    return sum(not substitutes.isdisjoint(visit.needed) for visit in context.visits)


def day_sums(problem: Problem, context: RosterContext) -> tuple[int, int, int]:
    """Minutes of travel, of waiting, and late on a slow day (``buffer``), of all shifts.

    For the last, trainees' shifts are aside: nobody waits for them.
    """
    travel = waiting = late = 0
    for day in context.shift_days.values():
        travel += day.travel_min
        waiting += day.waiting_min
        if day.carer is not None and not day.carer.is_trainee:
            late += lateness_min(day)
    return travel, waiting, late


def _day_sum(at: int) -> Term:
    return lambda problem, context: context.once("day_sums", lambda: day_sums(problem, context))[at]


def _agreed(problem: Problem, context: RosterContext) -> float:
    """Minutes from the agreed start."""
    return sum(
        abs(visit.clock_min - visit.need.agreed_start_min)
        for visit in context.visits
        if visit.need.agreed_start_min is not None
    )


def _regular(problem: Problem, context: RosterContext) -> float:
    """Minutes from the need's own median start in the week (S23)."""
    starts: dict[tuple[str, int], list[int]] = defaultdict(list)
    for visit in context.visits:
        starts[visit.need.need_id, visit.week].append(visit.clock_min)
    total = 0.0
    for clocks in starts.values():
        middle = median(clocks)
        total += sum(abs(clock - middle) for clock in clocks)
    return total


def _minutes(problem: Problem, context: RosterContext) -> float:
    """Minutes from the wished duration."""
    return sum(abs(visit.placed.minutes - visit.need.minutes) for visit in context.visits)


def overtime_minutes(problem: Problem, context: RosterContext) -> float:
    """Shift minutes above a carer's hours, reckoned over ``norm_weeks`` weeks together, summed over carers."""
    norm, weeks = problem.rules.norm_weeks, problem.calendar.weeks
    total = 0.0
    for carer in problem.carers:
        if carer.week_hours is None:
            continue
        minutes: dict[int, int] = defaultdict(int)
        for shift in context.shifts_of.get(carer.carer_id, ()):
            minutes[shift.day // 7 // norm] += shift.minutes
        for period, value in minutes.items():
            length = min(norm, weeks - period * norm)
            total += max(0.0, value - 60 * carer.week_hours * length)
    return total


def _unfair(problem: Problem, context: RosterContext) -> float:
    """The mean over carers of the distance between a carer's load and the share expected by shift minutes
    (S17).
    """
    load = {carer.carer_id: 0 for carer in problem.carers}
    for day in context.shift_days.values():
        if day.carer is not None:
            load[day.carer.carer_id] += day.load_min
    shift_minutes = context.shift_minutes_of
    team_load, team_minutes = sum(load.values()), sum(shift_minutes.values())
    if not team_minutes:
        return 0.0
    away = sum(
        abs(load[carer_id] - team_load * minutes / team_minutes)
        for carer_id, minutes in shift_minutes.items()
    )
    return away / len(load)


def _average(problem: Problem, context: RosterContext) -> float:
    """Per package with an average: how far its citizens' mean planned minutes a week lie from its target (S2)."""
    planned: dict[str, list[int]] = defaultdict(list)
    for row in package_weeks(problem, context):
        planned[row.package.package_id].append(row.placed_min)
    return sum(
        abs(sum(planned[package_id]) / len(planned[package_id]) - target)
        for package_id, target in targets(problem).items()
        if planned[package_id]
    )


def _trainee(problem: Problem, context: RosterContext) -> float:
    """Visits of a mentor in the trainee's shift without the trainee, one for each trainee."""
    trainees_of: dict[str, list[str]] = defaultdict(list)
    for carer in problem.carers:
        if carer.mentor is not None:
            trainees_of[carer.mentor].append(carer.carer_id)
    count = 0
    for visit in context.visits if trainees_of else ():
        for mentor in visit.needed:
            for trainee in trainees_of.get(mentor, ()):
                count += trainee not in visit.trainees and _in_shift(context, trainee, visit)
    return count


def _in_shift(context: RosterContext, carer_id: str, visit: KnownVisit) -> bool:
    placed = visit.placed
    return any(
        shift.day == placed.day and shift.start_min <= placed.start_min and placed.end_min <= shift.end_min
        for shift in context.shifts_of.get(carer_id, ())
    )


def _against_standing_roster(problem: Problem, context: RosterContext) -> list[tuple[bool, int]]:
    """For each visit with a counterpart in the standing roster: whether its carers differ, and by how many
    minutes.

    The counterpart is the same need's on the same day of the standing roster's weeks, which follow one
    another without end from its own first Monday on.
    """
    standing = problem.standing_roster
    if standing is None:
        return []
    length = 7 * standing.weeks
    offset = (problem.calendar.first_monday - standing.first_monday).days
    counterparts = context.once(
        "counterparts",
        lambda: {(visit.need_id, visit.day % length): visit for visit in reversed(standing.visits)},
    )
    found = []
    for visit in context.visits:
        other = counterparts.get((visit.need.need_id, (visit.placed.day + offset) % length))
        if other is not None:
            needed = {carer_id for carer_id in other.carers if not context.is_trainee(carer_id)}
            clock = other.start_min - other.day * DAY_MIN
            found.append((set(visit.needed) != needed, abs(visit.clock_min - clock)))
    return found


def _base_carer(problem: Problem, context: RosterContext) -> float:
    return sum(differ for differ, _ in _against_standing_roster(problem, context))


def _base_minutes(problem: Problem, context: RosterContext) -> float:
    return sum(minutes for _, minutes in _against_standing_roster(problem, context))


#: Terms that are sums over citizens: each visit, or each need's week, counts for itself (in halves of a minute at the
#: least, so that taking out and adding loses nothing).
BY_CITIZEN: Mapping[str, Term] = {
    "contact": _contact,
    "substitute": _substitute,
    "agreed": _agreed,
    "regular": _regular,
    "minutes": _minutes,
    "trainee": _trainee,
    "base_carer": _base_carer,
    "base_minutes": _base_minutes,
}


def citizen_sums(problem: Problem, context: RosterContext) -> tuple[float, ...]:
    """The terms of :data:`BY_CITIZEN`, in their order."""
    return tuple(term(problem, context) for term in BY_CITIZEN.values())


def _by_citizen(key: str) -> Term:
    at = list(BY_CITIZEN).index(key)
    return lambda problem, context: context.once("citizen_sums", lambda: citizen_sums(problem, context))[at]


#: By the key of its weight.
TERMS: Mapping[str, Term] = {
    "unplaced_1": _unplaced(1),
    "unplaced_2": _unplaced(2),
    "unplaced_3": _unplaced(3),
    "carer": _carer,
    "carer_14": _carer_14,
    "contact": _by_citizen("contact"),
    "substitute": _by_citizen("substitute"),
    "travel": _day_sum(0),
    "waiting": _day_sum(1),
    "agreed": _by_citizen("agreed"),
    "regular": _by_citizen("regular"),
    "minutes": _by_citizen("minutes"),
    "overtime": overtime_minutes,
    "unfair": _unfair,
    "average": _average,
    "trainee": _by_citizen("trainee"),
    "base_carer": _by_citizen("base_carer"),
    "base_minutes": _by_citizen("base_minutes"),
    "buffer": _day_sum(2),
}


def shifts_price(problem: Problem, roster: Roster, travel: TravelTable) -> float:
    """What a roster costs by its shifts alone, whoever visits whom: the part that the search does not price."""
    return float(problem.weights.overtime * overtime_minutes(problem, RosterContext(problem, roster, travel)))


def weighted_terms(problem: Problem, context: RosterContext) -> dict[str, float]:
    """Every term times its weight, by the weight's key."""
    return {key: float(getattr(problem.weights, key) * term(problem, context)) for key, term in TERMS.items()}
