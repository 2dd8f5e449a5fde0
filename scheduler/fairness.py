"""What is shared out fairly over the pack's weeks: hours, weekends, evenings, nights, heavy visits, travel (S17).

Shares go by hours: contract hours where there are any, else the hours worked. Trainees, and those not yet
introduced, are left out; therapists share among themselves, as they seldom stand in for the others. Weekends
that history knows of count, with the carers it knows. Heavy visits and travel are reported only: the
objective prices their sum by ``unfair``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.clock import DAY_MIN
from scheduler.problem import Carer, Need, Problem, Shift, week_of
from scheduler.qualifications import THERAPIST, qualifies
from scheduler.roster import Roster
from scheduler.rules.context import RosterContext
from scheduler.travel import TravelTable
from scheduler.working_days import is_inconvenient_day, part_of

#: Shifts counted because they are to be shared out; one may be of two kinds.
SHIFT_KINDS = ("weekend", "evening", "night")
#: Everything that is compared with its fair share.
MEASURES = (*SHIFT_KINDS, "heavy", "travel", "load")
#: A visit is heavy when two carers are needed, or when it lasts so long.
HEAVY_FROM_MIN = 60


@dataclass(frozen=True)
class Share:
    """How much of something a carer has, and what would be fair: shifts, visits or minutes."""

    value: float
    fair: float

    @property
    def off(self) -> float:
        """Above the fair share; negative below it."""
        return self.value - self.fair


@dataclass(frozen=True)
class CarerShares:
    """One carer's hours and shares. ``balance_min``: minutes above the contract's over the pack, negative when
    hours are owed, None without a contract; absence counts as if worked."""

    carer_id: str
    worked_min: int
    balance_min: int | None
    shares: Mapping[str, Share]


@dataclass(frozen=True)
class Spread:
    """How far carers are from their fair shares: on average, and the one with most above the own."""

    mean: float
    most: float
    carer_id: str | None


@dataclass(frozen=True)
class Fairness:
    """Everybody's shares, in the pack's order, and the spread of each measure."""

    rows: tuple[CarerShares, ...]
    spread: Mapping[str, Spread]


def kinds_of(problem: Problem, shift: Shift) -> tuple[str, ...]:
    """Which of :data:`SHIFT_KINDS` a shift is; a public holiday is as a weekend."""
    found = ["weekend"] if is_inconvenient_day(problem, shift.day) else []
    part = part_of(shift)
    return (*found, part) if part in SHIFT_KINDS else tuple(found)


def is_heavy(need: Need, minutes: int) -> bool:
    """Whether a visit is heavy work: by two carers, or long."""
    return need.carers > 1 or minutes >= HEAVY_FROM_MIN


def sharers(problem: Problem) -> list[Carer]:
    """Those among whom is shared."""
    return [carer for carer in problem.carers if not carer.is_trainee and carer.introduced]


def group_of(carer: Carer) -> str:
    """Who is compared with whom."""
    return "therapists" if qualifies(carer.qualification, THERAPIST) else "care"


def balance_min(problem: Problem, carer: Carer, shifts: Iterable[Shift]) -> int | None:
    """Minutes of these shifts and of absence above the contract's over the pack; None without a contract.

    Whole dates of absence without a shift count a seventh of the week's hours each, up to the contract.
    """
    if carer.week_hours is None:
        return None
    week_norm = 60 * carer.week_hours
    worked: dict[int, int] = defaultdict(int)
    days: set[int] = set()
    for shift in shifts:
        worked[week_of(shift.day)] += shift.minutes
        days.add(shift.day)
    total = 0.0
    for week in range(problem.calendar.weeks):
        away = sum(
            _is_away(problem, carer.carer_id, day) for day in range(7 * week, 7 * week + 7) if day not in days
        )
        credit = min(away * week_norm / 7, max(0.0, week_norm - worked[week]))
        total += worked[week] + credit - week_norm
    return round(total)


def _is_away(problem: Problem, carer_id: str, day: int) -> bool:
    """Whether absences take the whole date."""
    rows = problem.absences_of_carer.get(carer_id, ())
    return any(row.start_min <= day * DAY_MIN and (day + 1) * DAY_MIN <= row.end_min for row in rows)


def past_weekends(problem: Problem) -> dict[str, int]:
    """Weekend dates before the pack on which history has visits of a carer; only carers whom it knows."""
    return {
        carer_id: sum(day % 7 >= 5 for day in days)
        for carer_id, days in problem.worked_before.items()
        if days
    }


def hours_weights(problem: Problem, worked_min: Mapping[str, int]) -> dict[str, float]:
    """What each carer's share goes by: contract minutes over the pack, else the minutes worked."""
    return {
        carer.carer_id: 60 * carer.week_hours * problem.calendar.weeks
        if carer.week_hours is not None
        else float(worked_min.get(carer.carer_id, 0))
        for carer in sharers(problem)
    }


def fair_shares(total: float, among: Sequence[str], weights: Mapping[str, float]) -> dict[str, float]:
    """A total shared out by weights; evenly when nobody has any."""
    whole = sum(weights[one] for one in among)
    return {one: total * weights[one] / whole if whole else total / len(among) for one in among}


def shares_of_shifts(
    problem: Problem, kind: str, counts: Mapping[str, float], weights: Mapping[str, float]
) -> dict[str, Share]:
    """By carer: shifts of a kind (weekends of history included) and the fair share of them."""
    past = past_weekends(problem) if kind == "weekend" else {}
    found: dict[str, Share] = {}
    for group in ("care", "therapists"):
        among = [carer.carer_id for carer in sharers(problem) if group_of(carer) == group]
        known = [one for one in among if one in past]
        fair = fair_shares(sum(counts.get(one, 0) for one in among), among, weights) if among else {}
        before = fair_shares(sum(past[one] for one in known), known, weights) if known else {}
        for one in among:
            found[one] = Share(counts.get(one, 0) + past.get(one, 0), fair[one] + before.get(one, 0))
    return found


def fairness_of(problem: Problem, roster: Roster, travel: TravelTable | None = None) -> Fairness:
    """Everybody's shares in a roster; it need not be valid."""
    context = RosterContext(problem, roster, TravelTable(problem) if travel is None else travel)
    team = sharers(problem)
    worked = context.shift_minutes_of
    weights = hours_weights(problem, worked)
    shares: dict[str, dict[str, Share]] = {}
    for kind in SHIFT_KINDS:
        counts: dict[str, float] = defaultdict(float)
        for carer_id, shifts in context.shifts_of.items():
            counts[carer_id] += sum(kind in kinds_of(problem, shift) for shift in shifts)
        shares[kind] = shares_of_shifts(problem, kind, counts, weights)
    minutes = {carer.carer_id: float(worked.get(carer.carer_id, 0)) for carer in team}
    for name, values in _work(context).items():
        shares[name] = {}
        for group in ("care", "therapists"):
            among = [carer.carer_id for carer in team if group_of(carer) == group]
            if among:
                fair = fair_shares(sum(values[one] for one in among), among, minutes)
                shares[name] |= {one: Share(values[one], fair[one]) for one in among}
    rows = tuple(
        CarerShares(
            carer.carer_id,
            worked.get(carer.carer_id, 0),
            balance_min(problem, carer, context.shifts_of.get(carer.carer_id, ())),
            {name: shares[name][carer.carer_id] for name in MEASURES},
        )
        for carer in team
    )
    return Fairness(rows, {name: _spread(rows, name) for name in MEASURES})


def _work(context: RosterContext) -> dict[str, dict[str, float]]:
    """By measure and carer: heavy visits, minutes of travel, minutes of load."""
    found: dict[str, dict[str, float]] = {name: defaultdict(float) for name in ("heavy", "travel", "load")}
    for day in context.shift_days.values():
        if day.carer is not None:
            found["travel"][day.carer.carer_id] += day.travel_min
            found["load"][day.carer.carer_id] += day.load_min
    for visit in context.visits:
        if visit.at_home and is_heavy(visit.need, visit.placed.minutes):
            for carer_id in visit.needed:
                found["heavy"][carer_id] += 1
    return found


def _spread(rows: Sequence[CarerShares], name: str) -> Spread:
    if not rows:
        return Spread(0.0, 0.0, None)
    worst = max(rows, key=lambda row: row.shares[name].off)
    mean = sum(abs(row.shares[name].off) for row in rows) / len(rows)
    return Spread(mean, worst.shares[name].off, worst.carer_id)
