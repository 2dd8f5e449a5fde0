"""One visit explained: why it has no place, or why these carers come and what others would cost (S11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from scheduler.due import Due
from scheduler.explain.board import Board
from scheduler.explain.easing import Eased
from scheduler.explain.openings import willing
from scheduler.explain.places import Offer, Trial, trials
from scheduler.explain.reasons import (
    Reason,
    Stopped,
    general_reasons,
    reasons_for,
    stopped,
    try_everybody,
)
from scheduler.explain.relaxations import open_days, relaxations
from scheduler.message import ProblemError
from scheduler.problem import Need, Problem, day_start_min, week_of
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.continuity import WINDOW_DAYS
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Standing:
    """How well a citizen knows a carer: visits in that week (this one left out) and in the last 14 days' window."""

    carer_id: str
    contact: bool
    week_visits: int
    window_visits: int

    @property
    def known(self) -> bool:
        """Whether the citizen meets the carer anyway."""
        return self.week_visits + self.window_visits > 0


@dataclass(frozen=True)
class Alternative:
    """Another carer (or pair) for a placed visit, against those who come: minutes of the objective and of travel.

    ``cost`` above 0 is dearer. ``standing`` is of those who do not come now.
    """

    carers: tuple[str, ...]
    offer: Offer
    cost: float
    travel_min: int
    standing: tuple[Standing, ...]


@dataclass(frozen=True)
class Explanation:
    """What is to be said about one visit.

    ``placed`` None: it has no place; ``offers`` then are the places it would have after all, and ``eased`` the
    relaxations (only looked for when there is no offer). For a placed visit ``alternatives`` stand in for both, the
    cheapest first. ``stopped`` are all others. ``may_come``: carers whom no rule keeps from the need whatever the day.
    """

    need: Need
    week: int
    day: int | None
    placed: PlacedVisit | None
    may_come: tuple[str, ...]
    general: tuple[Reason, ...]
    stopped: tuple[Stopped, ...]
    offers: tuple[Offer, ...] = ()
    eased: tuple[Eased, ...] = ()
    standing: tuple[Standing, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def explain_visit(
    problem: Problem,
    roster: Roster,
    need_id: str,
    day: int | None = None,
    carer_id: str | None = None,
    travel: TravelTable | None = None,
) -> Explanation:
    """Explain the need's visit.

    Parameters
    ----------
    day
        Its day; may be left out where the need has one visit, or one without a place.
    carer_id
        Only this carer is looked at (for a visit of two: with any other).

    Raises
    ------
    ProblemError
        Ids that are not in the pack, a date on which the need has no visit, or several visits and no date.
    """
    need = _need(problem, need_id)
    if carer_id is not None:
        check_carer(problem, carer_id)
    board = Board(problem, roster, travel or TravelTable(problem))
    week, on, placed = _visit(board, need, day)
    if placed is not None:
        return _placed(board, need, placed, carer_id)
    days = open_days(board, need, week, day if day is not None else on)
    return _unplaced(board, need, week, on, days, carer_id)


def check_carer(problem: Problem, carer_id: str) -> None:
    """Raise ProblemError, with what may have been meant, when the pack has no such carer."""
    if carer_id not in problem.carer_by_id:
        raise ProblemError(
            "there is no carer '{id}' in the pack; did you mean {guess}?",
            id=carer_id,
            guess=_guess(carer_id, list(problem.carer_by_id)),
        )


def _need(problem: Problem, need_id: str) -> Need:
    if need_id in problem.session_by_id:
        raise ProblemError(
            "'{id}' is a group session; explain it as one, or give the id of a need", id=need_id
        )
    if need_id not in problem.need_by_id:
        raise ProblemError(
            "there is no need '{id}' in the pack; did you mean {guess}?",
            id=need_id,
            guess=_guess(need_id, [*problem.need_by_id, *problem.session_by_id]),
        )
    return problem.need_by_id[need_id]


def _guess(wrong: str, ids: Sequence[str]) -> str:
    return ", ".join(get_close_matches(wrong, ids, n=3, cutoff=0) or sorted(ids)[:3])


def _visit(board: Board, need: Need, day: int | None) -> tuple[int, int | None, PlacedVisit | None]:
    """(week, day or None for "any", the placed visit or None) of the visit that is asked about."""
    calendar = board.problem.calendar
    dues = [row for row in board.context.due.visits if row.need.need_id == need.need_id]
    if not dues:
        raise ProblemError("need {id}: no visit of it is due in these weeks", id=need.need_id)
    placed = [row for row in board.roster.visits if row.need_id == need.need_id]
    missing = _missing(dues, placed)
    if day is None:
        if len(missing) == 1 or (missing and need.days is None):
            return missing[0].week, missing[0].fixed_day, None
        if not missing and len(placed) == 1:
            return week_of(placed[0].day), placed[0].day, placed[0]
        days = sorted({row.days[0] for row in missing} if missing else {row.day for row in placed})
        raise ProblemError(
            "need {id} has several visits; choose one by --date: {dates}",
            id=need.need_id,
            dates=", ".join(str(calendar.date(one)) for one in days),
        )
    for row in placed:
        if row.day == day:
            return week_of(day), day, row
    for due in missing:
        if day in due.days:
            return due.week, due.fixed_day, None
    known = sorted({row.day for row in placed} | {one for due in missing for one in due.days})
    raise ProblemError(
        "need {id} has no visit on {date}; its dates are {dates}",
        id=need.need_id,
        date=calendar.date(day),
        dates=", ".join(str(calendar.date(one)) for one in known),
    )


def _missing(dues: Sequence[Due], placed: Sequence[PlacedVisit]) -> list[Due]:
    """The due visits that no placed one answers to."""
    free = [row.day for row in placed]
    found = []
    for due in dues:
        mine = next((one for one in free if one in due.days), None)
        if mine is None:
            found.append(due)
        else:
            free.remove(mine)
    return found


def _unplaced(
    board: Board, need: Need, week: int, on: int | None, days: tuple[int, ...], carer_id: str | None
) -> Explanation:
    may_come = tuple(willing(board, need))
    general = general_reasons(board, need, days)
    tried = _tried(board, need, days, carer_id)
    offers = tuple(trial.offer for trial in _once(tried) if trial.offer is not None)
    eased: tuple[Eased, ...] = ()
    if not offers and carer_id is None:
        eased = tuple(relaxations(board, need, days))
    return Explanation(
        need,
        week,
        on if on is not None or len(days) != 1 else days[0],
        None,
        may_come,
        general,
        _stopped(board, need, days, tried, carer_id),
        tuple(sorted(offers, key=lambda offer: offer.cost)),
        eased,
    )


def _tried(board: Board, need: Need, days: Sequence[int], carer_id: str | None) -> dict[str, Trial]:
    if carer_id is None:
        return try_everybody(board, need, days)
    if carer_id not in willing(board, need):
        return {}
    carers = [carer_id] if need.carers == 1 else None
    found = trials(board, need, days, carers, with_carer=carer_id)
    return {carer_id: found[0]} if found else {}


def _once(tried: dict[str, Trial]) -> list[Trial]:
    """Each trial once, though every carer of a pair has it."""
    return list({trial.carers: trial for trial in tried.values()}.values())


def _stopped(
    board: Board, need: Need, days: Sequence[int], tried: dict[str, Trial], carer_id: str | None
) -> tuple[Stopped, ...]:
    if carer_id is None:
        return stopped(board, need, days, tried)
    carer = board.problem.carer_by_id[carer_id]
    reasons = reasons_for(board, need, days, carer, tried.get(carer_id))
    return (Stopped((carer_id,), tuple(reasons)),) if reasons else ()


def _placed(board: Board, need: Need, visit: PlacedVisit, carer_id: str | None) -> Explanation:
    gone = board.without(visit)
    needed = tuple(one for one in visit.carers if not board.context.is_trainee(one))
    before, now = gone.evaluation.figures, board.evaluation.figures
    own_cost = sum(
        value - before.terms[code] for code, value in now.terms.items() if not code.startswith("unplaced")
    )
    own_travel = now.travel_minutes - before.travel_minutes
    days = (visit.day,)
    asked = None if carer_id in needed else carer_id
    tried = _tried(gone, need, days, asked)
    rows = []
    for trial in _once(tried):
        if trial.offer is None or set(trial.carers) == set(needed):
            continue
        rows.append(
            Alternative(
                trial.carers,
                trial.offer,
                trial.offer.cost - own_cost,
                trial.offer.travel_min - own_travel,
                tuple(_standing(gone, visit, one) for one in trial.carers if one not in needed),
            )
        )
    others = {one: trial for one, trial in tried.items() if one not in needed}
    left = tuple(
        row
        for row in _stopped(gone, need, days, {**others, **dict.fromkeys(needed, _NOTHING_TO_SAY)}, asked)
        if not set(row.carers) <= set(needed)
    )
    return Explanation(
        need,
        week_of(visit.day),
        visit.day,
        visit,
        tuple(willing(board, need)),
        (),
        tuple(Stopped(tuple(one for one in row.carers if one not in needed), row.reasons) for row in left),
        standing=tuple(_standing(gone, visit, one) for one in needed),
        alternatives=tuple(sorted(rows, key=lambda row: (row.cost, row.carers))),
    )


#: Stands for those who come anyway, whom nothing needs to be said about.
_NOTHING_TO_SAY = Trial((), None)


def _standing(gone: Board, visit: PlacedVisit, carer_id: str) -> Standing:
    """How well the visit's citizen knows the carer without this visit."""
    problem = gone.problem
    citizen = problem.citizen_by_id[visit.citizen_id]
    mine = [
        row
        for row in gone.context.visits
        if row.citizen_id == visit.citizen_id and row.at_home and carer_id in row.needed
    ]
    last = problem.calendar.days
    first = last - WINDOW_DAYS
    past = sum(
        row.visits
        for row in problem.history
        if row.citizen_id == visit.citizen_id and row.carer_id == carer_id and first <= row.day < 0
    )
    in_week = sum(row.week == week_of(visit.day) for row in mine)
    in_window = sum(first <= row.placed.day < last and row.week != week_of(visit.day) for row in mine)
    return Standing(carer_id, citizen.contact_carer == carer_id, in_week, past + in_window)


__all__ = ["Alternative", "Explanation", "Standing", "day_start_min", "explain_visit"]
