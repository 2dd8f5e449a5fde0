"""From a published roster and what happened to a new roster, compared and with proof; reads as the algorithm.

what stands -> the plain hand-over -> the search on the dates touched -> on all dates ahead, when that can help -> what
changes; meanwhile the bounds.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic

from scheduler.clock import DAY_MIN
from scheduler.evaluate import evaluate
from scheduler.feasibility import Feasibility
from scheduler.loyalty import Loyalty
from scheduler.message import ProblemError
from scheduler.pauses import without_pauses
from scheduler.problem import Problem
from scheduler.replan.bounds import ReplanBounds, bounds_of, counted, made
from scheduler.replan.changes import Changes, changes_of
from scheduler.replan.cost import ReplanCost, blamable, cost_of
from scheduler.replan.departures import held_back, in_time, waits
from scheduler.replan.events import Admitted, Event
from scheduler.replan.handover import drawn_near, handed_over
from scheduler.replan.lawful import Lawful
from scheduler.replan.put_back import idle_exchanges, put_back
from scheduler.replan.scope import Scope, search_problem
from scheduler.replan.searching import Searching
from scheduler.replan.settle import settled
from scheduler.replan.situation import Situation, situation_of
from scheduler.replan.standing import standing_part, with_unplaced
from scheduler.replan.started import visit_key
from scheduler.replan.tasks import Task, open_shifts, tasks_of
from scheduler.roster import Bounds, PlacedBreak, PlacedVisit, Roster
from scheduler.travel import TravelTable

#: Seconds of a limit kept for judging, the bounds and the list of changes.
CLOSING_SECONDS = 0.65
#: From this limit on there is time for the longer proof.
THOROUGH_FROM_SECONDS = 5.0
#: A search shorter than this is not worth laying out the arrays; with more than twice LONG_SECONDS there are several.
LEAST_SECONDS, LONG_SECONDS = 0.3, 1.5
#: Where they are laid out, because something waits for a place, so little is worth a search.
SHORT_SECONDS = 0.1
#: How often the dates touched are searched at most, each time with another seed; the last time from the best.
ROUNDS = 3
#: How often a carer who would have to leave before now is held back and the search asked again.
HOLDING_BACK = 2


@dataclass(frozen=True)
class Replanned:
    """The answer to events: the new roster with the problem it answers to, how it compares, and what it changes."""

    situation: Situation
    roster: Roster
    cost: ReplanCost
    bounds: ReplanBounds
    changes: Changes

    @property
    def problem(self) -> Problem:
        """The problem with the events in it; the new roster is judged by it."""
        return self.situation.problem

    @property
    def problem_to_keep(self) -> Problem:
        """The same problem for the pack: without a published roster when nothing in it is pinned."""
        published = self.problem.published
        has_pins = published is not None and bool(published.visits)
        return self.problem if has_pins else replace(self.problem, published=None)


def replan(
    problem: Problem,
    roster: Roster,
    now_min: int,
    events: Sequence[Event],
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    travel: TravelTable | None = None,
    cancel: threading.Event | None = None,
) -> Replanned:
    """Re-plan a published roster (requirement S13).

    Parameters
    ----------
    now_min
        The moment, pack minute. What has begun before it stays exactly as it is.
    seconds, iterations
        The limit, one of them: wall-clock seconds in all, or moves of each search. By iterations the same words give
        the same answer.

    Raises
    ------
    EventErrors
        With everything that is wrong with the moment and the events.
    ProblemError
        Neither or both limits given, or one that is not above zero.
    """
    if (seconds is None) == (iterations is None):
        raise ProblemError("Give a limit in seconds or in iterations, one of the two")
    for name, value in (("seconds", seconds), ("iterations", iterations)):
        if value is not None and value <= 0:
            raise ProblemError("{name}: {value} is not above 0", name=name, value=value)
    deadline = None if seconds is None else monotonic() + seconds
    travel = travel or TravelTable(problem)
    with without_pauses(seconds):
        situation = situation_of(problem, roster, now_min, events, travel)
        run = _Run(situation, travel, deadline, iterations, seed, cancel or threading.Event())
        return _answer(run, thorough=seconds is None or seconds >= THOROUGH_FROM_SECONDS)


def _answer(run: _Run, *, thorough: bool) -> Replanned:
    """The best roster found, with its bounds and what it changes."""
    situation, travel = run.situation, run.travel
    found = run.searched()
    with ThreadPoolExecutor(1) as aside:
        proof = aside.submit(
            bounds_of, situation, *found, travel, run.tasks, thorough=thorough, has_time=run.has_time
        )
        best, cost = run.near(found) if situation.days else found
        changes = changes_of(situation, best, travel)
        return Replanned(situation, best, cost, proof.result(), changes)


class _Run:
    """The search for the best roster of one situation."""

    def __init__(
        self,
        situation: Situation,
        travel: TravelTable,
        deadline: float | None,
        iterations: int | None,
        seed: int,
        cancel: threading.Event,
    ) -> None:
        self.situation, self.travel = situation, travel
        self.lawful = Lawful(situation, travel)
        self.deadline, self.iterations, self.seed, self.cancel = deadline, iterations, seed, cancel
        self.blocked = dict(waits(situation, travel))
        ahead = range(situation.now_min // DAY_MIN, situation.problem.calendar.days)
        self.dates = Scope(situation, situation.days)
        self.ahead = Scope(situation, frozenset(ahead))

    def searched(self) -> tuple[Roster, ReplanCost]:
        """The best of the plain hand-over and of the searches, in the order of comparison."""
        situation = self.situation
        start, orphans = standing_part(situation)
        search = search_problem(self.dates, start, self.blocked)
        plain = handed_over(situation, search, self.travel, start, orphans)
        best = self._judged(in_time(situation, plain, self.travel), must=True)
        assert best is not None
        if not situation.days:
            return best
        goal = counted(made(self.tasks, best[0]))
        for scope in (self.dates, self.ahead):
            if scope == self.dates or not self._is_enough(best, goal):
                best = self._improved(scope, best)
        return best

    @cached_property
    def tasks(self) -> list[Task]:
        """The visits of the dates touched that have not begun, as the proof sees them."""
        return tasks_of(self.situation, self.travel) if self.situation.days else []

    def near(self, best: tuple[Roster, ReplanCost]) -> tuple[Roster, ReplanCost]:
        """The best with what changed for the objective alone put back, and what had to move nearer to its old time."""
        best = self._without_idle_exchanges(best)
        search = search_problem(self.ahead, best[0], self.blocked)
        drawn = drawn_near(self.situation, search, self.travel, best[0])
        if drawn.visits == best[0].visits:
            return best
        return self._no_worse(best, drawn)

    def _without_idle_exchanges(self, best: tuple[Roster, ReplanCost]) -> tuple[Roster, ReplanCost]:
        """The best with what only the objective gained by put back: all of it, or what can be, set by set."""
        sets = idle_exchanges(self.situation, best[0])
        found = best
        if sets:
            found = self._no_worse(best, put_back(self.situation, best[0], frozenset().union(*sets)))
        for one in sets if found is best and len(sets) > 1 else ():
            if self._is_over():
                break
            found = self._no_worse(found, put_back(self.situation, found[0], one))
        return found

    def _no_worse(self, best: tuple[Roster, ReplanCost], other: Roster) -> tuple[Roster, ReplanCost]:
        """Another roster when only the objective tells against it, else the best."""
        judged = self._judged(other)
        if judged is None or replace(judged[1], objective=0) > replace(best[1], objective=0):
            return best
        return judged

    def _improved(self, scope: Scope, best: tuple[Roster, ReplanCost]) -> tuple[Roster, ReplanCost]:
        """The best after searches of a scope, each with a seed of its own.

        They begin from the best at the outset, the last of several from the best by then, to find places for fewer
        changes.
        """
        if not self._has_time_for_search() and not (scope == self.dates and self._has_waiting(best[0])):
            return best
        searching = self._laid_out_for_search(scope, best[0])
        if scope == self.dates:
            # Before a search nothing makes way: that takes a third of two seconds, which the search uses better.
            makes_way = not self._has_time_for_search(SHORT_SECONDS)
            best = self._better(best, searching.by_hand(lambda: False, makes_way=makes_way))
        if not self._has_time_for_search(SHORT_SECONDS):
            return best
        rounds = ROUNDS if self.deadline is None or scope == self.dates else 1
        again = HOLDING_BACK
        number = 0
        while number < rounds and not self._is_over():
            left = None if self.deadline is None else self._left()
            if left is not None and number > 0 and left < LEAST_SECONDS:
                break
            # A second look only where there is time for it: one long search finds more than two short ones.
            seconds = (
                None if left is None else (left if left < 2 * LONG_SECONDS else left / (rounds - number))
            )
            is_last = rounds > 1 and number == rounds - 1
            if is_last:
                searching = self._laid_out_for_search(scope, best[0])
            found = searching.searched(
                self.seed + number,
                iterations=self.iterations,
                seconds=seconds,
                cancel=self.cancel,
                placing=scope == self.dates and not is_last,
            )
            waiting = held_back(self.situation, found, self.travel)
            if waiting and again and self._has_time_for_search():
                again -= 1
                for carer_id, (begin, end) in waiting.items():
                    self.blocked[carer_id] = (begin, max(end, self.blocked.get(carer_id, (0, 0))[1]))
                searching = self._laid_out_for_search(scope, best[0])
                continue
            number += 1
            best = self._better(best, found)
        return best

    def _better(self, best: tuple[Roster, ReplanCost], found: Roster) -> tuple[Roster, ReplanCost]:
        """What was found, when it comes before the best in the order of comparison, else the best."""
        judged = self._judged(in_time(self.situation, found, self.travel))
        return judged if judged is not None and judged[1] < best[1] else best

    def _has_waiting(self, roster: Roster) -> bool:
        """Whether something of the dates touched has no place."""
        return any(
            row.day is None or row.day in self.situation.days
            for row in blamable(self.situation, roster.unplaced)
        )

    def _is_enough(self, best: tuple[Roster, ReplanCost], goal: ReplanBounds) -> bool:
        """Whether other dates need not be opened: no visit lost its place, no fewer people can be new or other ones."""
        lost = len(blamable(self.situation, best[0].unplaced)) - len(
            blamable(self.situation, self.situation.before.unplaced)
        )
        cost = best[1]
        return (
            lost <= 0
            and cost.new_carers <= goal.new_carers
            and cost.changed <= goal.changed
            and cost.moved == 0
        )

    def _laid_out_for_search(self, scope: Scope, start: Roster) -> Searching:
        loyalty = Loyalty(self.situation.before, self.situation.known)
        return Searching(search_problem(scope, start, self.blocked), start, self.travel, loyalty)

    def _judged(self, roster: Roster, *, must: bool = False) -> tuple[Roster, ReplanCost] | None:
        """The roster as it is handed out, judged; None when it breaks a rule more, or does what nobody can do any more.

        ``must``: it is taken in any case, for there is no other.
        """
        situation = self.situation
        nudged, roster = roster, self._laid_out(settled(situation, roster))
        result = evaluate(situation.problem, roster, self.travel)
        if self.lawful.newly_broken(result):
            roster = self._laid_out(nudged)
            result = evaluate(situation.problem, roster, self.travel)
        if self.lawful.newly_broken(result):
            roster = self._laid_out(self.lawful.without_new(roster))
            result = evaluate(situation.problem, roster, self.travel)
            if self.lawful.newly_broken(result) and not must:
                return None
        if not must and not is_intact(situation, roster):
            return None
        roster = replace(roster, figures=result.figures, citizens=result.citizens)
        return roster, cost_of(situation, roster)

    def _laid_out(self, roster: Roster) -> Roster:
        """The planner's own pins alone are pins; visits in order of time; what is unplaced has its rule."""
        situation = self.situation
        published = situation.problem.published
        own = {visit_key(visit): visit for visit in published.visits} if published else {}

        def is_pinned(visit: PlacedVisit) -> bool:
            pin = own.get(visit_key(visit))
            return pin is not None and (pin.start_min, pin.carers) == (visit.start_min, visit.carers)

        visits = sorted(
            (replace(visit, pinned=is_pinned(visit)) for visit in roster.visits),
            key=lambda row: (row.start_min, row.need_id),
        )
        roster = with_unplaced(situation, replace(roster, visits=tuple(visits)))
        before = {(row.need_id, row.day, row.week) for row in situation.before.unplaced}
        due = {(one.need.need_id, one.fixed_day, one.week): one for one in situation.due.visits}
        rows = tuple(
            row
            if (key := (row.need_id, row.day, row.week)) in before or key not in due
            else replace(row, rule=self._feasibility.rule(due[key]))
            for row in roster.unplaced
        )
        roster = replace(roster, unplaced=rows, breaks=_in_use(situation, roster))
        return _with_bounds_that_stand(situation, roster)

    @cached_property
    def _feasibility(self) -> Feasibility:
        return Feasibility(self.situation.problem, self.travel, open_shifts(self.situation.before))

    def has_time(self) -> bool:
        """Whether a limit in seconds is not used up yet."""
        return self.deadline is None or monotonic() < self.deadline

    def _left(self) -> float:
        assert self.deadline is not None
        return max(0.05, self.deadline - CLOSING_SECONDS - monotonic())

    def _has_time_for_search(self, least_seconds: float = LEAST_SECONDS) -> bool:
        return self.deadline is None or self._left() > least_seconds

    def _is_over(self) -> bool:
        return self.cancel.is_set() or (
            self.deadline is not None and monotonic() > self.deadline - CLOSING_SECONDS
        )


def _in_use(situation: Situation, roster: Roster) -> tuple[PlacedBreak, ...]:
    """The breaks that have begun, and those of shifts with something to do."""
    used = {shift for visit in roster.visits for shift in visit.shifts}
    used |= {shift for held in roster.sessions for shift in held.shifts}
    return tuple(
        row for row in roster.breaks if row.shift_id in used or row.shift_id in situation.started.breaks
    )


def _with_bounds_that_stand(situation: Situation, roster: Roster) -> Roster:
    """The roster with the bounds on carers that events cannot have made untrue: less carers and more visits raise them."""
    gone = {event.citizen_id for event in situation.events if isinstance(event, Admitted)}
    old = situation.before
    citizens = tuple(
        replace(row, carers_bound=None if row.citizen_id in gone else row.carers_bound)
        for row in old.citizens
    )
    mean = None if gone else old.bounds.carers_per_citizen_mean
    return replace(roster, citizens=citizens, bounds=Bounds(carers_per_citizen_mean=mean))


def is_intact(situation: Situation, roster: Roster) -> bool:
    """Whether everything that has begun is as it was, and nothing else begins before now."""
    before = {visit_key(visit): visit for visit in situation.before.visits}
    after = {visit_key(visit): visit for visit in roster.visits}
    for key in situation.kept:
        was, now = before[key], after.get(key)
        if now is None or replace(was, pinned=False) != replace(now, pinned=False):
            return False
    if any(visit.start_min < situation.now_min for key, visit in after.items() if key not in situation.kept):
        return False
    sessions = {row.session_id: row for row in roster.sessions}
    held = (row for row in situation.before.sessions if row.session_id in situation.started.sessions)
    if any(sessions.get(row.session_id) != row for row in held):
        return False
    breaks = {row.shift_id: row for row in roster.breaks}
    begun = (row for row in situation.before.breaks if row.shift_id in situation.started.breaks)
    return all(breaks.get(row.shift_id) == row for row in begun)
