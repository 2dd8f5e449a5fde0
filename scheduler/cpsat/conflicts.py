"""Sets of visits that no roster can place together, proven and irreducible (S11).

The model is wider than the truth: visits at their smallest, within their windows, in the shifts of a date; nobody in
two homes at once, with the travel between them (among many visits: the least that any next visit could ask for); a
citizen's visits one at a time; links.
Left out: breaks, meetings, group sessions, visits that may go by screen or on any day, package hours, caps, working
time between days. So what is infeasible here is infeasible in truth; what is feasible here may still have no room.

The first infeasible set is CP-SAT's, by assumptions (one literal a visit). It is made irreducible by leaving out one
visit after another as long as the rest stays infeasible (deletion filter; J. W. Chinneck, doi 10.1007/978-0-387-74932-7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model

from scheduler.due import due_visits
from scheduler.eligibility import StartRange, modalities
from scheduler.problem import Need, Problem
from scheduler.reach import Reach, possible_takers
from scheduler.travel import TravelTable

#: CP-SAT's deterministic seconds for a whole date, and for one step of the deletion filter.
DATE_LIMIT, STEP_LIMIT = 4.0, 0.5
#: Disjoint sets looked for on one date.
SETS_MOST = 5
#: Up to so many visits the travel between each two of them is in the model.
PAIRS_MOST = 16
NO_WAY_MIN = 10_000


@dataclass(frozen=True)
class ConflictSet:
    """Visits (need ids) of a date that cannot all be placed.

    ``irreducible``: it is proven that without any one of them the others could be, as far as the model goes.
    ``carers`` are those who could do at least one of them.
    """

    day: int
    needs: tuple[str, ...]
    carers: tuple[str, ...]
    irreducible: bool


@dataclass(frozen=True)
class DateConflicts:
    """What was found out about a date: the sets; ``settled`` False when the solver's limit ended before an answer."""

    day: int
    sets: tuple[ConflictSet, ...]
    settled: bool


@dataclass(frozen=True)
class _Visit:
    need: Need
    #: (shift id, carer id) -> when it could start there.
    ranges: Mapping[tuple[str, str], StartRange]

    @property
    def carers(self) -> set[str]:
        return {carer_id for _, carer_id in self.ranges}


class Conflicts:
    """Answers for one problem; each date is worked out by itself."""

    def __init__(
        self, problem: Problem, travel: TravelTable, open_shifts: Mapping[str, str] | None = None
    ) -> None:
        self.problem = problem
        self._reach = Reach(problem, travel, possible_takers(problem, open_shifts or {}))
        self._dated: dict[int, list[Need]] = defaultdict(list)
        published = problem.published
        pinned = {(row.need_id, row.day) for row in published.visits if row.pinned} if published else set()
        for due in due_visits(problem).visits:
            # A pinned visit is placed whatever it breaks.
            if (due.need.need_id, due.days[0]) in pinned:
                continue
            if len(due.days) == 1 and modalities(problem, due) == ("home",):
                self._dated[due.days[0]].append(due.need)

    def on(self, day: int, only: Sequence[str] | None = None) -> DateConflicts:
        """The sets of that date, those found first first; disjoint. ``only``: among these needs."""
        visits = self._visits(day, only)
        found: list[ConflictSet] = []
        while visits and len(found) < SETS_MOST:
            answer, core = self._solve(day, visits, DATE_LIMIT)
            if answer is None:
                return DateConflicts(day, tuple(found), False)
            if answer:
                break
            found.append(self.reduced(day, sorted(core)))
            ids = found[-1].needs
            visits = [row for row in visits if row.need.need_id not in ids]
        return DateConflicts(day, tuple(found), True)

    def fits(self, day: int, needs: Sequence[str]) -> bool | None:
        """Whether these visits fit together as far as the model goes; None when the solver could not tell."""
        return self._solve(day, self._visits(day, needs), DATE_LIMIT)[0]

    def _visits(self, day: int, only: Sequence[str] | None) -> list[_Visit]:
        found = []
        for need in self._dated.get(day, []):
            if only is None or need.need_id in only:
                reached = self._reach.by_shift(need, day)
                found.append(
                    _Visit(need, {(shift.shift_id, who.carer_id): starts for shift, who, starts in reached})
                )
        return found

    def _travel_min(self, first: Need, second: Need, mode: str, day: int) -> int:
        """The least travel from one visit to another, by whatever way; far too much where there is none."""
        minutes = self._reach.travel.minutes(first.citizen_id, second.citizen_id, mode, day)
        return NO_WAY_MIN if minutes is None else minutes

    def _onward_min(self, day: int, visits: Sequence[_Visit]) -> dict[str, int]:
        """By need the least travel to whichever of the others comes next; 0 where each two are looked at."""
        if len(visits) <= PAIRS_MOST:
            return dict.fromkeys((row.need.need_id for row in visits), 0)
        modes = sorted({carer.mode for carer in self.problem.carers})
        return {
            row.need.need_id: min(
                self._travel_min(row.need, other.need, mode, day)
                for other in visits
                if other is not row
                for mode in modes
            )
            for row in visits
        }

    def reduced(self, day: int, needs: Sequence[str]) -> ConflictSet:
        """Of visits that are known not to fit together a set of which none can be left out."""
        chosen, irreducible = self._reduced(day, self._visits(day, needs))
        people = sorted({carer_id for row in chosen for carer_id in row.carers})
        return ConflictSet(day, tuple(row.need.need_id for row in chosen), tuple(people), irreducible)

    def _reduced(self, day: int, core: list[_Visit]) -> tuple[list[_Visit], bool]:
        """The set without the visits it does not take; and whether each of those left is proven to be needed."""
        kept = list(core)
        irreducible = True
        # The visits easiest to do are tried first, so that those left are the ones worth talking about.
        for row in sorted(core, key=lambda one: (-len(one.carers), one.need.need_id)):
            if row not in kept:
                continue
            rest = [one for one in kept if one is not row]
            answer, again = self._solve(day, rest, STEP_LIMIT) if rest else (True, frozenset[str]())
            if answer is False:
                kept = [one for one in rest if one.need.need_id in again]
            elif answer is None:
                irreducible = False
        return kept, irreducible

    def _solve(self, day: int, visits: Sequence[_Visit], limit: float) -> tuple[bool | None, frozenset[str]]:
        """Whether the visits fit together, and, when not, the ids of some that already do not."""
        # Nobody can do this one: no solver is needed.
        for row in visits:
            if len(row.carers) < row.need.carers:
                return False, frozenset({row.need.need_id})
        model = cp_model.CpModel()
        asked: dict[int, str] = {}
        literal: dict[str, cp_model.IntVar] = {}
        starts: dict[str, cp_model.IntVar] = {}
        of_carer: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        of_citizen: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        takers: dict[str, dict[str, cp_model.IntVar]] = defaultdict(dict)
        of_shift: dict[tuple[str, str], list[cp_model.IntervalVar]] = defaultdict(list)
        doing: dict[tuple[str, str, str], cp_model.IntVar] = {}
        onward = self._onward_min(day, visits)
        for row in visits:
            need = row.need
            wanted = model.new_bool_var(need.need_id)
            literal[need.need_id], asked[wanted.index] = wanted, need.need_id
            first = min(one.earliest_min for one in row.ranges.values())
            last = max(one.latest_min for one in row.ranges.values())
            start = starts[need.need_id] = model.new_int_var(first, last, "")
            by_person: dict[str, list[cp_model.IntVar]] = defaultdict(list)
            for (shift_id, carer_id), span in row.ranges.items():
                here = model.new_bool_var("")
                model.add(start >= span.earliest_min).only_enforce_if(here)
                model.add(start <= span.latest_min).only_enforce_if(here)
                minutes = need.minutes_min
                of_carer[carer_id].append(
                    model.new_optional_fixed_size_interval_var(start, minutes, here, "")
                )
                if onward[need.need_id]:
                    # Only within a shift: a next shift may begin at its first visit, wherever the last one ended.
                    minutes += onward[need.need_id]
                    of_shift[shift_id, carer_id].append(
                        model.new_optional_fixed_size_interval_var(start, minutes, here, "")
                    )
                doing[need.need_id, shift_id, carer_id] = here
                by_person[carer_id].append(here)
                if self.problem.shift_by_id[shift_id].carer_id is None:
                    taken = takers[shift_id].setdefault(carer_id, model.new_bool_var(""))
                    model.add_implication(here, taken)
            for literals in by_person.values():
                model.add_at_most_one(literals)
            people = [one for literals in by_person.values() for one in literals]
            model.add(sum(people) == need.carers).only_enforce_if(wanted)
            of_citizen[need.citizen_id].append(
                model.new_optional_fixed_size_interval_var(start, need.minutes_min, wanted, "")
            )
        for people_of_shift in takers.values():
            model.add_at_most_one(people_of_shift.values())
        for intervals in (*of_carer.values(), *of_shift.values(), *of_citizen.values()):
            if len(intervals) > 1:
                model.add_no_overlap(intervals)
        if len(visits) <= PAIRS_MOST:
            self._travel(model, day, visits, starts, doing)
        self._link(model, {row.need.need_id: row.need for row in visits}, starts, literal)
        model.add_assumptions(list(literal.values()))
        solver = cp_model.CpSolver()
        solver.parameters.catch_sigint_signal = False
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = limit
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True, frozenset()
        if status == cp_model.INFEASIBLE:
            core = frozenset(asked[index] for index in solver.sufficient_assumptions_for_infeasibility())
            return False, core or frozenset(asked.values())
        return None, frozenset()

    def _travel(
        self,
        model: cp_model.CpModel,
        day: int,
        visits: Sequence[_Visit],
        starts: Mapping[str, cp_model.IntVar],
        doing: Mapping[tuple[str, str, str], cp_model.IntVar],
    ) -> None:
        """Of two visits in one shift the second begins after the way from the first."""
        for one, other in combinations(visits, 2):
            first, second = one.need, other.need
            order = model.new_bool_var("")
            for shift_id, carer_id in sorted(one.ranges.keys() & other.ranges.keys()):
                mode = self.problem.carer_by_id[carer_id].mode
                both = [doing[need.need_id, shift_id, carer_id] for need in (first, second)]
                for before, after, literal in ((first, second, order), (second, first, order.negated())):
                    gap = before.minutes_min + self._travel_min(before, after, mode, day)
                    later = starts[after.need_id] >= starts[before.need_id] + gap
                    model.add(later).only_enforce_if(*both, literal)

    def _link(
        self,
        model: cp_model.CpModel,
        needs: Mapping[str, Need],
        starts: Mapping[str, cp_model.IntVar],
        literal: Mapping[str, cp_model.IntVar],
    ) -> None:
        for link in self.problem.links:
            first, second = needs.get(link.first_need), needs.get(link.second_need)
            if first is None or second is None or first is second:
                continue
            both = [literal[first.need_id], literal[second.need_id]]
            gap = starts[second.need_id] - starts[first.need_id]
            model.add(gap >= first.minutes_min + link.gap_min).only_enforce_if(both)
            if link.gap_max is not None:
                model.add(gap <= first.minutes_max + link.gap_max).only_enforce_if(both)
