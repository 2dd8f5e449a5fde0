"""The smallest changes that would place a visit, each verified by the judge (S11)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from scheduler.explain.board import Board
from scheduler.explain.easing import KINDS, Budget, Case, Eased
from scheduler.explain.easing_staff import (
    another_moved,
    extra_shift,
    introduction,
    longer_shift,
    open_shift_taken,
    presence,
    wider_break,
)
from scheduler.explain.easing_visit import (
    looser_links,
    lower_qualification,
    more_carers_allowed,
    more_package,
    one_carer,
    other_agreed_time,
    other_way,
    shorter,
    wider_window,
)
from scheduler.explain.places import trials
from scheduler.explain.session_easing import SessionCase, session_relaxations
from scheduler.explain.session_places import session_trials, without_session
from scheduler.problem import Need, Problem
from scheduler.roster import Relaxation, Roster, Unplaced
from scheduler.travel import TravelTable

_FINDERS: dict[str, Callable[[Case], Iterator[Eased]]] = {
    "move": another_moved,
    "window": wider_window,
    "agreed": other_agreed_time,
    "screen": other_way,
    "break": wider_break,
    "open_shift": open_shift_taken,
    "duration": shorter,
    "link": looser_links,
    "shift": longer_shift,
    "extra_shift": extra_shift,
    "introduce": introduction,
    "carers_max": more_carers_allowed,
    "package": more_package,
    "absence": presence,
    "qualification": lower_qualification,
    "one_carer": one_carer,
}
#: What is looked for when many visits are to be explained at once: cheap to find, and a planner's first thoughts.
QUICK_KINDS = (
    "window",
    "agreed",
    "start",
    "screen",
    "duration",
    "shift",
    "extra_shift",
    "introduce",
    "qualification",
)
#: Visits of judged rosters that filling a roster's unplaced rows may cost in all; about a second's work.
FILLING_BUDGET = 20_000
#: Of a roster's unplaced visits, so many are given relaxations, and so many each.
FILLED_MOST, RELAXATIONS_MOST = 10, 3


def relaxations(
    board: Board,
    need: Need,
    days: Sequence[int],
    *,
    kinds: Collection[str] | None = None,
    budget: Budget | None = None,
    most: int | None = None,
) -> list[Eased]:
    """The smallest verified relaxation of each kind that places the visit, in the order of :data:`KINDS`.

    "Places" means: with the other visits in the hands and the order they are in, their times shifting within
    their own rules (a break may change its place in a round). ``move`` alone gives one other visit a new place.
    ``most``: stop after so many.
    """
    case = Case(board, need, tuple(days), budget or Budget())
    found: list[Eased] = []
    for kind, finder in _FINDERS.items():
        if kinds is not None and kind not in kinds:
            continue
        for eased in finder(case):
            found.append(eased)
        if (most is not None and len(found) >= most) or not case.budget.go_on():
            break
    found.sort(key=lambda row: (KINDS.index(row.what), row.amount))
    return found[:most]


def open_days(board: Board, need: Need, week: int, day: int | None) -> tuple[int, ...]:
    """The days on which an unplaced visit may still lie: its date, or those of the week without one of the need's."""
    if day is not None:
        return (day,)
    days = {
        one
        for due in board.context.due.visits
        if due.need.need_id == need.need_id and due.week == week
        for one in due.days
    }
    return tuple(sorted(one for one in days if (need.need_id, one) not in board.visit_on))


def with_relaxations(
    problem: Problem, roster: Roster, travel: TravelTable, go_on: Callable[[], bool] = lambda: True
) -> Roster:
    """The roster with relaxations beside its most urgent unplaced visits, within a budget of judged rosters.

    A visit that has room after all, once others shift within their rules, is placed instead. Deterministic: the
    budget counts visits of judged rosters, not time; unless ``go_on`` says that the time is up.
    """
    if not roster.unplaced:
        return roster
    budget = Budget(FILLING_BUDGET, max(1, len(roster.visits)), go_on)
    board = Board(problem, roster, travel)
    order = sorted(
        (row for row in roster.unplaced if _priority(problem, row.need_id) is not None),
        key=lambda row: (
            _priority(problem, row.need_id),
            row.week,
            row.day is None,
            row.day or 0,
            row.need_id,
        ),
    )
    filled = {}
    for row in order[:FILLED_MOST]:
        if budget.spent:
            break
        placed, eased = _settled(board, row, budget)
        if placed is None:
            filled[id(row)] = eased
        else:
            board = Board(problem, placed, travel)
    unplaced = tuple(
        replace(row, relaxations=filled[id(row)]) if id(row) in filled else row
        for row in board.roster.unplaced
    )
    return replace(board.roster, unplaced=unplaced)


def _priority(problem: Problem, need_id: str) -> int | None:
    """Of an unplaced row: a group session must be held; None for what the problem does not have."""
    if need_id in problem.session_by_id:
        return 1
    return problem.need_by_id[need_id].priority if need_id in problem.need_by_id else None


def _settled(board: Board, row: Unplaced, budget: Budget) -> tuple[Roster | None, tuple[Relaxation, ...]]:
    """The roster in which the row is placed after all, or else the smallest changes for it."""
    problem = board.problem
    session = problem.session_by_id.get(row.need_id)
    if session is not None:
        free = without_session(board, session)
        for held in session_trials(free, session, judge=budget, first_only=True):
            if held.offer is not None and held.offer.cost < problem.weights.unplaced_1:
                return held.offer.roster, ()
        case = SessionCase(free, session, budget)
        rows = session_relaxations(case, kinds=QUICK_KINDS, most=RELAXATIONS_MOST)
        return None, tuple(one.row for one in rows)
    need = problem.need_by_id[row.need_id]
    days = open_days(board, need, row.week, row.day)
    for trial in trials(board, need, days, first_only=True, judge=budget):
        if trial.offer is not None and trial.offer.cost < problem.weights.unplaced(need.priority):
            return trial.offer.roster, ()
    found = relaxations(board, need, days, kinds=QUICK_KINDS, budget=budget, most=RELAXATIONS_MOST)
    return None, tuple(eased.row for eased in found)
