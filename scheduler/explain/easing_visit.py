"""Relaxations of the visit itself: its window, agreed time, length, way, qualification, links, package, cap.

The least minutes come from the openings' arithmetic: with the bound in question left open an opening says by how
much it would have to give, so no value in between is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from scheduler.due import Due
from scheduler.eligibility import modalities
from scheduler.explain.apart import apart
from scheduler.explain.board import Board, day_window
from scheduler.explain.easing import CANDIDATES_MOST, WIDER_MOST_MIN, Case, Eased, signed
from scheduler.explain.openings import Opening, willing
from scheduler.explain.places import lengths, offer_of, seat_in, trials
from scheduler.explain.table import FAR
from scheduler.problem import AGREED_TOLERANCE_MIN, Citizen, Link, Need, Problem, day_start_min, week_of
from scheduler.qualifications import ASSISTANT, HELPER, NURSE, THERAPIST, UNTRAINED

#: A visit is never made shorter than this, nor than half of its smallest length.
SHORTEST_MIN = 5
_LOWER = {NURSE: (ASSISTANT, HELPER, UNTRAINED), ASSISTANT: (HELPER, UNTRAINED), HELPER: (UNTRAINED,)}
_THERAPISTS = ("occupational_therapist", "physiotherapist")

#: (amount, day, detour, opening)
_Candidate = tuple[int, int, int, Opening]


def wider_window(case: Case) -> Iterator[Eased]:
    """The window open so many minutes longer, and so many minutes earlier; for visits with no agreed time."""
    need = case.need
    if need.agreed_start_min is not None:
        return
    later: list[_Candidate] = []
    earlier: list[_Candidate] = []
    for day, one in case.openings():
        first, last = day_window(need, day)
        least, _ = lengths(case.board, need, week_of(day))
        low, high = one.starts(least, (first, FAR))
        if low <= high and low > last:
            later.append((low - last, day, len(one.breaks), one))
        low, high = one.starts(least, (-FAR, last))
        if low <= high and high < first:
            earlier.append((first - high, day, len(one.breaks), one))

    def wider(amount: int, later: bool) -> Need:
        if later:
            return replace(need, window_end_min=need.window_end_min + amount)
        return replace(need, window_start_min=need.window_start_min - amount)

    yield from _both_ways(case, "window", later, earlier, wider)


def other_agreed_time(case: Case) -> Iterator[Eased]:
    """The agreed time moved by so many minutes, within the window, later and earlier."""
    need = case.need
    if need.agreed_start_min is None:
        return
    agreed, slack = need.agreed_start_min, AGREED_TOLERANCE_MIN
    later: list[_Candidate] = []
    earlier: list[_Candidate] = []
    for day, one in case.openings():
        midnight = day_start_min(day)
        window = (midnight + need.window_start_min, midnight + need.window_end_min)
        first, last = day_window(need, day)
        least, _ = lengths(case.board, need, week_of(day))
        low, high = one.starts(least, (max(first, window[0]), window[1]))
        if low <= high and low > last:
            later.append((low - midnight - slack - agreed, day, len(one.breaks), one))
        low, high = one.starts(least, (window[0], min(last, window[1])))
        if low <= high and high < first:
            earlier.append((agreed - slack - (high - midnight), day, len(one.breaks), one))

    def moved(amount: int, later: bool) -> Need:
        return replace(need, agreed_start_min=agreed + (amount if later else -amount))

    yield from _both_ways(case, "agreed", later, earlier, moved, alone=True)


def shorter(case: Case) -> Iterator[Eased]:
    """The longest visit below the smallest length that has room, down to half of it."""
    need, board = case.need, case.board
    floor = max(SHORTEST_MIN, -(-need.minutes_min // 2))
    rows: list[_Candidate] = []
    for day, one in case.openings():
        window = day_window(need, day)
        room = board.package_room_min(need, week_of(day))
        most = need.minutes_min - 1 if room is None else min(need.minutes_min - 1, room)
        fits = min(most, one.latest_end_min - max(one.earliest_min, window[0]))
        while fits >= floor and one.lacking_min(fits, window):
            fits -= 1
        if fits >= floor:
            rows.append((need.minutes_min - fits, day, len(one.breaks), one))

    def change(amount: int) -> Need:
        return replace(need, minutes_min=need.minutes_min - amount)

    yield from _first_that_holds(
        case,
        rows,
        change,
        "duration",
        lambda amount: f"{need.minutes_min - amount} min",
        alone=True,
    )


def other_way(case: Case) -> Iterator[Eased]:
    """By screen instead of at home, where the package and the citizen have it; at home where there is no screen."""
    need, board = case.need, case.board
    due = Due(need, 0, 0, ())
    if need.modality == "home":
        changed = replace(need, modality="either")
        if "screen" in modalities(board.problem, replace(due, need=changed)):
            yield from _tried(case, changed, "screen", "")
    elif not modalities(board.problem, due):
        yield from _tried(case, replace(need, modality="home"), "home", "")


def lower_qualification(case: Case) -> Iterator[Eased]:
    """The next lower qualification with which somebody has room."""
    for one in lower_than(case.need.qualification):
        found = list(_tried(case, replace(case.need, qualification=one), "qualification", one))
        if found:
            yield from found
            return


def lower_than(asked: str | None) -> tuple[str, ...]:
    """Qualifications that are less than one that is asked for, the nearest first."""
    return (THERAPIST,) if asked in _THERAPISTS else _LOWER.get(asked or "", ())


def one_carer(case: Case) -> Iterator[Eased]:
    """One carer instead of two: never done by itself, only named."""
    if case.need.carers < 2:
        return
    for day in case.days:
        own = _apart(case, day, replace(case.need, carers=1))
        for trial in trials(own.board, own.need, (day,), first_only=True, judge=case.budget):
            if trial.offer is not None:
                yield Eased("one_carer", "1", trial.offer)
                return


def more_carers_allowed(case: Case) -> Iterator[Eased]:
    """One different carer more in the citizen's week than the cap allows."""
    citizen = case.board.problem.citizen_by_id[case.need.citizen_id]
    if citizen.carers_max is None:
        return
    changed = replace(citizen, carers_max=citizen.carers_max + 1)
    problem = _with_citizen(case.board.problem, changed)
    yield from _tried(case, case.need, "carers_max", "+1", problem)


def more_package(case: Case) -> Iterator[Eased]:
    """The package's upper end so many minutes higher, for the assessor to look at."""
    board, need = case.board, case.need
    for day in case.days[:1]:
        room = board.package_room_min(need, week_of(day))
        if room is None or room >= need.minutes_min:
            return
        row = board.package_week[need.citizen_id, week_of(day)]
        most = row.package.most_min()
        assert most is not None
        times = need.carers if row.package.two_carers_count == "both" else 1
        amount = row.placed_min + need.minutes_min * times - most
        wider = replace(
            row.package,
            package_id=f"{row.package.package_id}+",
            max_minutes=most + amount,
            max_included=True,
        )
        problem = replace(board.problem, packages=(*board.problem.packages, wider))
        citizen = problem.citizen_by_id[need.citizen_id]
        problem = _with_citizen(problem, replace(citizen, package_id=wider.package_id))
        yield from _tried(case, need, "package", signed(amount, later=True), problem, amount=amount)


def looser_links(case: Case) -> Iterator[Eased]:
    """A link's gap wider by so many minutes, or its wish for the same carer given up."""
    problem, need_id = case.board.problem, case.need.need_id
    for link in problem.links:
        if need_id not in (link.first_need, link.second_need):
            continue
        name = f"{link.first_need} {link.second_need}"
        if link.same_carer:
            yield from _with_link(case, link, replace(link, same_carer=False), f"{name} same_carer", 0)
        for bound, sign in (("gap_max", 1), ("gap_min", -1)):
            yield from _wider_gap(case, link, bound, sign)


def _wider_gap(case: Case, link: Link, bound: str, sign: int) -> Iterator[Eased]:
    now: int | None = getattr(link, bound)
    if now is None or (sign < 0 and now <= 0):
        return

    def widened(amount: int) -> Link:
        minutes = now + sign * amount
        return replace(link, gap_max=minutes) if sign > 0 else replace(link, gap_min=minutes)

    best = _least_link(case, link, widened, WIDER_MOST_MIN if sign > 0 else min(now, WIDER_MOST_MIN))
    if best is not None:
        by = f"{link.first_need} {link.second_need} {bound} {signed(best, later=sign > 0)}"
        yield from _with_link(case, link, widened(best), by, best)


def _least_link(case: Case, link: Link, widened: Callable[[int], Link], most: int) -> int | None:
    """The fewest minutes that give an opening (more never close one, so halving finds them)."""

    def fits(amount: int) -> bool:
        board = _board_with_link(case, link, widened(amount))
        own = replace(case, board=board)
        return any(
            not one.lacking_min(lengths(board, case.need, week_of(day))[0], day_window(case.need, day))
            for day, one in own.openings()
        )

    if fits(0) or not fits(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


def _board_with_link(case: Case, link: Link, changed: Link) -> Board:
    problem = case.board.problem
    links = tuple(changed if row is link else row for row in problem.links)
    return Board(replace(problem, links=links), case.board.roster, case.board.travel)


def _with_link(case: Case, link: Link, changed: Link, by: str, amount: int) -> Iterator[Eased]:
    board = _board_with_link(case, link, changed)
    yield from _tried(replace(case, board=board), case.need, "link", by, board.problem, amount=amount)


# How a candidate is tried


def _both_ways(
    case: Case,
    what: str,
    later: list[_Candidate],
    earlier: list[_Candidate],
    change: Callable[[int, bool], Need],
    *,
    alone: bool = False,
) -> Iterator[Eased]:
    yield from _first_that_holds(
        case,
        later,
        lambda amount: change(amount, True),
        what,
        lambda amount: signed(amount, later=True),
        alone=alone,
    )
    yield from _first_that_holds(
        case,
        earlier,
        lambda amount: change(amount, False),
        what,
        lambda amount: signed(amount, later=False),
        alone=alone,
    )


def _tried(
    case: Case, need: Need, what: str, by: str, problem: Problem | None = None, *, amount: float = 0
) -> Iterator[Eased]:
    """The first offer for the changed need, judged by a problem that has it changed."""
    changed = with_need(problem or case.board.problem, need)
    for trial in trials(
        case.board,
        need,
        case.days,
        willing(case.board, need),
        problem=changed,
        first_only=True,
        judge=case.budget,
    ):
        if trial.offer is not None:
            yield Eased(what, by, trial.offer, amount)
            return


def _first_that_holds(
    case: Case,
    rows: list[_Candidate],
    change: Callable[[int], Need],
    what: str,
    by: Callable[[int], str],
    *,
    alone: bool = False,
) -> Iterator[Eased]:
    """The smallest candidate that the judge accepts. ``alone``: the change is the visit's, not the need's."""
    tried = 0
    for amount, day, _, opening in sorted(rows, key=lambda row: row[:3]):
        if amount > WIDER_MOST_MIN or tried == CANDIDATES_MOST or case.budget.spent:
            return
        need = change(amount)
        board, problem = case.board, None
        if alone:
            own = _apart(case, day, need)
            board, need = own.board, own.need
        else:
            problem = with_need(board.problem, need)
        done = seat_in(board, need, day, opening)
        if done is None:
            continue
        if not case.budget():
            return
        tried += 1
        offer, _ = offer_of(board, need, done, problem)
        if offer is not None:
            yield Eased(what, by(amount), offer, amount)
            return


def _apart(case: Case, day: int, changed: Need) -> Case:
    """The visit as a need of its own, changed."""
    own = apart(case.board.problem, case.board.roster, case.need, day)
    need = replace(
        changed,
        days=own.need.days,
        times_per_week=None,
        every_weeks=own.need.every_weeks,
        anchor_week=own.need.anchor_week,
    )
    board = Board(with_need(own.problem, need), own.roster, case.board.travel)
    return replace(case, board=board, need=need)


def with_need(problem: Problem, need: Need) -> Problem:
    """The problem with a need changed."""
    if problem.need_by_id[need.need_id] == need:
        return problem
    return replace(
        problem, needs=tuple(need if row.need_id == need.need_id else row for row in problem.needs)
    )


def _with_citizen(problem: Problem, citizen: Citizen) -> Problem:
    rows = (citizen if row.citizen_id == citizen.citizen_id else row for row in problem.citizens)
    return replace(problem, citizens=tuple(rows))
