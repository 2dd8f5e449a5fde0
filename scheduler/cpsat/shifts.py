"""Who takes the open shifts: a CP-SAT model with the demand in view and the working-time rules as hard
constraints.

One method a rule, one a term of the price (requirements S6, S7; rule 5 of the team pack). The choice is a
start: the search may still change it. Prices are minutes of a carer's time, as in the objective, times
:data:`SCALE`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from ortools.sat.python import cp_model

from scheduler.cpsat.demand import Lump, lumps, supply_min
from scheduler.due import Due, due_visits
from scheduler.eligibility import modalities
from scheduler.problem import Carer, Problem, Shift, week_of
from scheduler.qualifications import UNTRAINED, qualifies
from scheduler.reach import Reach, can_be_staffed, given_takers
from scheduler.travel import TravelTable
from scheduler.working_time import (
    Span,
    break_holds,
    duty_max_min,
    duty_starts,
    rest_min,
    span_of,
    week_max_min,
    week_span,
    weekly_rest_holds,
    weekly_rest_min,
    weekly_rest_starts,
)

#: CP-SAT's deterministic seconds for a team.
DETERMINISTIC_LIMIT = 4.0
#: Prices are whole numbers: minutes of a carer's time times this.
SCALE = 10
#: What taking a shift costs beside everything else, in minutes: so that none is taken without use.
TAKING_PRICE = 1.0
#: Per minute by which the carer with the most open minutes exceeds what an even share would be.
PEAK_PRICE = 0.05
#: A round has about one visit per this many minutes of shift: turns prices per visit into prices per shift.
MINUTES_PER_VISIT = 35


def assign_open_shifts(problem: Problem, travel: TravelTable, seed: int = 1) -> dict[str, str]:
    """Open shift id -> carer id; shifts nobody should take, or nobody may, are absent.

    Keeps the working-time rules in real minutes; where a carer's given shifts already break one, no open
    shift makes that worse. The same problem and seed give the same answer.
    """
    if not any(shift.carer_id is None for shift in problem.shifts):
        return {}
    model = ShiftModel(problem, travel)
    if not model.takes:
        return {}
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False  # it would leave Ctrl-C unheard by the program afterwards
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = DETERMINISTIC_LIMIT
    solver.parameters.relative_gap_limit = 0.001
    # The demand is a flow: the full linear relaxation settles a team in a second, without it minutes do not.
    solver.parameters.linearization_level = 2
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}  # Leaving every open shift open keeps all rules.
    return {
        shift_id: carer_id
        for (shift_id, carer_id), taken in model.takes.items()
        if solver.boolean_value(taken)
    }


class ShiftModel:
    """The model: ``takes[shift_id, carer_id]`` says that the carer takes the open shift."""

    def __init__(self, problem: Problem, travel: TravelTable) -> None:
        self.problem = problem
        self.calendar = problem.calendar
        self.rules = problem.rules
        self.model = cp_model.CpModel()
        self.open = [shift for shift in problem.shifts if shift.carer_id is None]
        self.carers = [carer for carer in problem.carers if not carer.is_trainee and carer.introduced]
        self.given: dict[str, list[Shift]] = defaultdict(list)
        for shift in problem.shifts:
            if shift.carer_id is not None:
                self.given[shift.carer_id].append(shift)
        self.span = {shift.shift_id: span_of(self.calendar, shift) for shift in problem.shifts}
        self.takes: dict[tuple[str, str], Any] = {
            (shift.shift_id, carer.carer_id): self.model.new_bool_var("")
            for shift in self.open
            for carer in self.carers
            if self.may_take(shift, carer)
        }
        self.prices: list[Any] = []
        self.one_carer_a_shift()
        for carer in self.carers:
            mine = [shift for shift in self.open if (shift.shift_id, carer.carer_id) in self.takes]
            if mine:
                self.no_two_at_once(carer, mine)
                self.daily_rest(carer, mine)
                self.weekly_rest(carer, mine)
                self.week_hours(carer, mine)
                self.overtime(carer, mine)
        dues = due_visits(problem).visits
        self.fairness()
        self.substitutes()
        extra = self.reach_of_open_shifts(travel)
        self.missed: dict[Due, Any] = {}
        self.visits_only_open_shifts_reach(Reach(problem, travel, given_takers(problem)), extra, dues)
        self.contact_carers(extra, dues)
        self.demand(lumps(problem, travel, dues))
        for taken in self.takes.values():
            self.model.add_hint(taken, 0)
            self.pay(TAKING_PRICE, taken)
        self.model.minimize(sum(self.prices))

    def pay(self, minutes: float, amount: Any) -> None:
        """Adds ``minutes`` of a carer's time per unit of ``amount`` to the price."""
        if whole := round(SCALE * minutes):
            self.prices.append(whole * amount)

    # Rules

    def may_take(self, shift: Shift, carer: Carer) -> bool:
        """Whether the carer may take the shift at all: the rules that need no search."""
        return (
            break_holds(self.calendar, shift, self.rules)
            and self.is_present(shift, carer)
            and self.is_clear_of_given(shift, carer)
            and self.keeps_out_of_broken_rest(shift, carer)
        )

    def is_present(self, shift: Shift, carer: Carer) -> bool:
        """Nobody takes a shift during an absence."""
        return not any(
            row.overlaps(shift.start_min, shift.end_min)
            for row in self.problem.absences_of_carer.get(carer.carer_id, ())
        )

    def is_clear_of_given(self, shift: Shift, carer: Carer) -> bool:
        """Nobody takes a shift that overlaps one they have."""
        return not any(
            self.span[shift.shift_id].overlaps(self.span[own.shift_id]) for own in self.given[carer.carer_id]
        )

    def keeps_out_of_broken_rest(self, shift: Shift, carer: Carer) -> bool:
        """No open shift lies within given work that is already too long without a rest."""
        span = self.span[shift.shift_id]
        return not any(
            start <= span.start_min < own.end_min and own.end_min - start > duty_max_min(self.rules)
            for own, start in self.given_duties(carer)
        )

    def given_duties(self, carer: Carer) -> list[tuple[Span, int]]:
        """The carer's given shifts, each with the first minute of the duty it belongs to."""
        spans = sorted(self.span[own.shift_id] for own in self.given[carer.carer_id])
        return list(zip(spans, duty_starts(spans, self.rules), strict=True))

    def one_carer_a_shift(self) -> None:
        """An open shift has one carer at most."""
        for shift in self.open:
            self.model.add_at_most_one(
                self.takes[shift.shift_id, carer.carer_id]
                for carer in self.carers
                if (shift.shift_id, carer.carer_id) in self.takes
            )

    def no_two_at_once(self, carer: Carer, mine: list[Shift]) -> None:
        """A carer is not in two shifts at once."""
        for index, first in enumerate(mine):
            for second in mine[index + 1 :]:
                if self.span[first.shift_id].overlaps(self.span[second.shift_id]):
                    self.model.add_at_most_one(
                        self.takes[first.shift_id, carer.carer_id],
                        self.takes[second.shift_id, carer.carer_id],
                    )

    def daily_rest(self, carer: Carer, mine: list[Shift]) -> None:
        """In the 24 hours before any working moment there is ``rest_hours`` free in one piece.

        Equivalent: work whose pauses are all shorter than the rest (a duty) lasts at most 24 hours less the
        rest (:func:`scheduler.working_time.duty_max_min`). Each shift has the first minute of its duty
        as a variable; a shift that begins within the rest after another belongs to the other's duty.
        """
        longest, least = duty_max_min(self.rules), rest_min(self.rules)
        broken_already = {
            own: start for own, start in self.given_duties(carer) if own.end_min - start > longest
        }
        work: list[tuple[Span, Any]] = [
            (self.span[own.shift_id], None) for own in self.given[carer.carer_id]
        ] + [(self.span[shift.shift_id], self.takes[shift.shift_id, carer.carer_id]) for shift in mine]
        work.sort(key=lambda item: item[0])
        first_minute: list[Any] = []
        for span, taken in work:
            earliest = broken_already.get(span, span.end_min - longest)
            if earliest > span.start_min:  # The shift alone is longer than a duty may be.
                self.model.add(taken == 0)
                earliest = span.start_min
            first_minute.append(self.model.new_int_var(earliest, span.start_min, ""))
        for later, (span, taken) in enumerate(work):
            for sooner in range(later):
                before, taken_before = work[sooner]
                if span.start_min - before.end_min < least:
                    both = [one for one in (taken, taken_before) if one is not None]
                    self.model.add(first_minute[later] <= first_minute[sooner]).only_enforce_if(both)

    def weekly_rest(self, carer: Carer, mine: list[Shift]) -> None:
        """Each week, Monday 00:00 to Monday 00:00, holds one free piece of ``weekly_rest_hours``.

        A week in which the given shifts leave none takes no open shift.
        """
        given = [self.span[own.shift_id] for own in self.given[carer.carer_id]]
        for week in range(self.calendar.weeks):
            days = week_span(self.calendar, week)
            here = [
                (self.span[shift.shift_id], self.takes[shift.shift_id, carer.carer_id])
                for shift in mine
                if self.span[shift.shift_id].overlaps(days)
            ]
            if not here:
                continue
            if not weekly_rest_holds(given, days, self.rules):
                for _, taken in here:
                    self.model.add(taken == 0)
                continue
            pieces = []
            for start in weekly_rest_starts([*given, *(span for span, _ in here)], days, self.rules):
                piece = Span(start, start + weekly_rest_min(self.rules))
                if any(span.overlaps(piece) for span in given):
                    continue
                chosen = self.model.new_bool_var("")
                for span, taken in here:
                    if span.overlaps(piece):
                        self.model.add_implication(chosen, taken.negated())
                pieces.append(chosen)
            self.model.add_bool_or(pieces)

    def week_hours(self, carer: Carer, mine: list[Shift]) -> None:
        """At most ``week_hours_max`` a week, by the weeks of the shifts' dates."""
        for week, shifts in _by_week(mine).items():
            have = sum(
                self.span[own.shift_id].minutes
                for own in self.given[carer.carer_id]
                if week_of(own.day) == week
            )
            room = max(0, week_max_min(self.rules) - have)
            self.model.add(self.minutes(carer, shifts) <= room)

    def minutes(self, carer: Carer, shifts: list[Shift]) -> Any:
        """Real minutes of the open shifts among ``shifts`` that the carer takes."""
        return sum(
            self.span[shift.shift_id].minutes * self.takes[shift.shift_id, carer.carer_id] for shift in shifts
        )

    # Prices

    def overtime(self, carer: Carer, mine: list[Shift]) -> None:
        """Shift minutes in a week above the carer's ``week_hours`` cost ``weights.overtime`` each."""
        if carer.week_hours is None:
            return
        for week, shifts in _by_week(mine).items():
            have = sum(own.minutes for own in self.given[carer.carer_id] if week_of(own.day) == week)
            room = round(60 * carer.week_hours) - have
            most = sum(shift.minutes for shift in shifts)
            over = self.model.new_int_var(0, most, "")
            taken = sum(shift.minutes * self.takes[shift.shift_id, carer.carer_id] for shift in shifts)
            # What the given shifts have above week_hours is there anyway.
            self.model.add(over >= taken - max(0, room))
            self.pay(self.problem.weights.overtime, over)

    def fairness(self) -> None:
        """Open minutes are spread: the most that anyone takes in a week costs."""
        for week in range(self.calendar.weeks):
            shifts = [shift for shift in self.open if week_of(shift.day) == week]
            peak = self.model.new_int_var(0, sum(shift.minutes for shift in shifts), "")
            for carer in self.carers:
                mine = [shift for shift in shifts if (shift.shift_id, carer.carer_id) in self.takes]
                if mine:
                    self.model.add(
                        peak
                        >= sum(shift.minutes * self.takes[shift.shift_id, carer.carer_id] for shift in mine)
                    )
            self.pay(PEAK_PRICE * self.problem.weights.unfair, peak)

    def substitutes(self) -> None:
        """A shift of visits by a substitute costs ``weights.substitute`` a visit."""
        for (shift_id, carer_id), taken in self.takes.items():
            if self.problem.carer_by_id[carer_id].kind == "substitute":
                visits = self.problem.shift_by_id[shift_id].minutes / MINUTES_PER_VISIT
                self.pay(self.problem.weights.substitute * visits, taken)

    def reach_of_open_shifts(self, travel: TravelTable) -> Reach:
        """Who could serve which visit in an open shift."""
        takers: dict[str, list[str]] = defaultdict(list)
        for shift_id, carer_id in self.takes:
            takers[shift_id].append(carer_id)
        return Reach(self.problem, travel, takers)

    def visits_only_open_shifts_reach(self, given: Reach, extra: Reach, dues: tuple[Due, ...]) -> None:
        """A due visit that only open shifts can serve costs what leaving it out costs, unless they do."""
        for due in dues:
            ways = [(day, way == "screen") for day in due.days for way in modalities(self.problem, due)]
            if any(can_be_staffed(given.on(due.need, day, screen=way), due.need.carers) for day, way in ways):
                continue
            served = [
                here
                for day, way in ways
                if (here := self.served_with(given, extra, due, day, way)) is not None
            ]
            if served:
                missed = self.model.new_bool_var("")
                self.model.add_bool_or([*served, missed])
                self.pay(self.problem.weights.unplaced(due.need.priority), missed)
                self.missed[due] = missed

    def served_with(self, given: Reach, extra: Reach, due: Due, day: int, screen: bool) -> Any | None:
        """A variable that is true only if open shifts bring the carers the visit wants; None when they
        cannot."""
        on_given = given.on(due.need, day, screen=screen)
        options: dict[str, list[Any]] = defaultdict(list)
        for shift, carer, _ in extra.by_shift(due.need, day, screen=screen):
            if carer.carer_id not in on_given:
                options[carer.carer_id].append(self.takes[shift.shift_id, carer.carer_id])
        if len(on_given) + len(options) < due.need.carers:
            return None
        coming: list[Any] = []
        for takes in options.values():
            comes = self.model.new_bool_var("")
            self.model.add_bool_or([*takes, comes.negated()])
            coming.append(comes)
        here = self.model.new_bool_var("")
        self.model.add(sum(coming) + len(on_given) >= due.need.carers).only_enforce_if(here)
        return here

    def contact_carers(self, extra: Reach, dues: tuple[Due, ...]) -> None:
        """A shift in which a carer can see citizens whose contact carer they are is worth ``weights.contact``
        a visit."""
        visits: dict[tuple[str, str], int] = defaultdict(int)
        for due in dues:
            contact = self.problem.citizen_by_id[due.need.citizen_id].contact_carer
            if contact is None or due.fixed_day is None or "home" not in modalities(self.problem, due):
                continue
            for shift, carer, _ in extra.by_shift(due.need, due.fixed_day):
                if carer.carer_id == contact:
                    visits[shift.shift_id, contact] += 1
        for key, count in visits.items():
            room = self.problem.shift_by_id[key[0]].minutes / MINUTES_PER_VISIT
            self.pay(-self.problem.weights.contact * min(count, room), self.takes[key])

    def demand(self, work: list[Lump]) -> None:
        """Work that nobody on duty has minutes for costs what leaving its visits out costs (once for a
        visit).

        A flow: each lump of work is spread over the bands and dates it may be done in and over the carers'
        qualifications; what flows is at most the minutes on duty. Untrained carers do at most their share of
        the whole (rule 8).
        """
        supply = self.supply()
        flows: dict[tuple[int, int, str], list[Any]] = defaultdict(list)
        trained: list[Any] = []
        untrained: list[Any] = []
        for lump in work:
            done = []
            for day in lump.days:
                for band in range(lump.first_band, lump.last_band + 1):
                    for qualification in self.qualifications:
                        if (day, band, qualification) not in supply:
                            continue
                        if not qualifies(qualification, lump.qualification):
                            continue
                        flow = self.model.new_int_var(0, lump.minutes, "")
                        flows[day, band, qualification].append(flow)
                        (untrained if qualification == UNTRAINED else trained).append(flow)
                        done.append(flow)
            if not done:
                continue  # Nobody could ever do it: no choice of open shifts changes that.
            short = self.model.new_int_var(0, lump.minutes, "")
            missed = sum(minutes * self.missed[due] for due, minutes in lump.pieces if due in self.missed)
            self.model.add(sum(done) + short + missed >= lump.minutes)
            self.pay(self.problem.weights.unplaced(lump.priority) * len(lump.pieces) / lump.minutes, short)
        for key, parts in flows.items():
            self.model.add(sum(parts) <= supply[key])
        share = round(1000 * self.rules.untrained_share_max)
        if untrained and share < 1000:
            self.model.add((1000 - share) * sum(untrained) <= share * sum(trained))

    def supply(self) -> Mapping[tuple[int, int, str], Any]:
        """By (day, band, qualification): the minutes on duty, as far as they depend on open shifts an
        expression."""
        fixed: dict[tuple[int, int, str], int] = defaultdict(int)
        open_parts: dict[tuple[int, int, str], list[Any]] = defaultdict(list)
        for shift in self.problem.shifts:
            for band, minutes in supply_min(self.problem, shift).items():
                if shift.carer_id is not None:
                    carer = self.problem.carer_by_id[shift.carer_id]
                    if not carer.is_trainee and carer.introduced and self.is_present(shift, carer):
                        fixed[shift.day, band, carer.qualification] += minutes
                    continue
                for carer in self.carers:
                    taken = self.takes.get((shift.shift_id, carer.carer_id))
                    if taken is not None:
                        open_parts[shift.day, band, carer.qualification].append(minutes * taken)
        return {
            key: fixed.get(key, 0) + sum(open_parts.get(key, ()))
            for key in sorted(fixed.keys() | open_parts.keys())
        }

    @property
    def qualifications(self) -> list[str]:
        """The qualifications the team has, in a fixed order."""
        return sorted({carer.qualification for carer in self.carers})


def _by_week(shifts: list[Shift]) -> dict[int, list[Shift]]:
    found: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        found[week_of(shift.day)].append(shift)
    return found
