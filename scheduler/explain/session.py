"""One group session explained: why nobody holds it, or why these carers and what others would cost (S11, S19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.explain.board import BREAK, Board
from scheduler.explain.easing import Budget
from scheduler.explain.reasons import Reason, Stopped, grouped, person_reasons
from scheduler.explain.session_easing import SessionCase, SessionEased, session_relaxations
from scheduler.explain.session_places import (
    SessionOffer,
    SessionTrial,
    may_hold,
    session_trials,
    without_session,
)
from scheduler.explain.table import Round
from scheduler.explain.visit import check_carer
from scheduler.message import Message, ProblemError
from scheduler.problem import Carer, Problem, Session
from scheduler.roster import PlacedSession, Roster
from scheduler.rules.wording import clock_value
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class SessionExplanation:
    """What is to be said about one session.

    ``held`` None: nobody holds it; ``offers`` are then those who could after all, and ``eased`` the changes with which
    somebody would (only looked for when there is no offer). For a held session ``offers`` are the others who could, their
    costs and travel against those who do (above 0 is dearer). ``stopped``: all others.
    """

    session: Session
    held: PlacedSession | None
    may_hold: tuple[str, ...]
    stopped: tuple[Stopped, ...]
    offers: tuple[SessionOffer, ...] = ()
    eased: tuple[SessionEased, ...] = ()
    #: What those who hold it cost, by the same reckoning as the offers.
    cost: float = 0.0
    travel_min: int = 0


def explain_session(
    problem: Problem,
    roster: Roster,
    session_id: str,
    day: int | None = None,
    carer_id: str | None = None,
    travel: TravelTable | None = None,
) -> SessionExplanation:
    """Explain a group session.

    Parameters
    ----------
    carer_id
        Only this carer is looked at (with any others that it takes).

    Raises
    ------
    ProblemError
        Ids that are not in the pack, or a ``day`` that is not the session's.
    """
    session = problem.session_by_id.get(session_id)
    if session is None:
        raise ProblemError("there is no group session '{id}' in the pack", id=session_id)
    if day is not None and day != session.day:
        raise ProblemError(
            "the group session {id} is on {date}, not on {value}",
            id=session_id,
            date=problem.calendar.date(session.day),
            value=problem.calendar.date(day),
        )
    if carer_id is not None:
        check_carer(problem, carer_id)
    travel = travel or TravelTable(problem)
    board = Board(problem, roster, travel)
    held = next((row for row in roster.sessions if row.session_id == session_id), None)
    free = without_session(board, session)
    trials = session_trials(free, session, None if carer_id is None else [carer_id])
    mine = set() if held is None else set(held.carers)
    cost, travel_min = _price(board, free) if held is not None else (0.0, 0)
    offers = tuple(row.offer for row in trials if row.offer is not None and set(row.carers) != mine)
    eased: tuple[SessionEased, ...] = ()
    if held is None and not offers and carer_id is None:
        eased = tuple(session_relaxations(SessionCase(free, session, Budget())))
    asked = [row for row in problem.carers if row.carer_id not in mine and carer_id in (None, row.carer_id)]
    stopped = grouped(
        (row.carer_id, reasons) for row in asked if (reasons := _reasons(free, session, row, trials))
    )
    able = tuple(row.carer_id for row in problem.carers if may_hold(problem, session, row))
    return SessionExplanation(session, held, able, stopped, offers, eased, cost, travel_min)


def _price(board: Board, free: Board) -> tuple[float, int]:
    """What the session costs as it is held: minutes of the objective without what is unplaced, and of travel."""
    now, before = board.evaluation.figures, free.evaluation.figures
    cost = sum(now.terms[code] - before.terms[code] for code in now.terms if not code.startswith("unplaced"))
    return cost, now.travel_minutes - before.travel_minutes


def _reasons(board: Board, session: Session, carer: Carer, trials: Sequence[SessionTrial]) -> list[Reason]:
    """Every rule that keeps one carer from the session; empty when there is an offer with the carer."""
    found = person_reasons(board.problem, carer, session.qualification, session.citizens)
    mine = [row for row in trials if carer.carer_id in row.carers]
    if found or any(row.offer is not None for row in mine):
        return found
    broken = {str(one.message): one for row in mine for one in row.broken}
    if broken:
        return [Reason(one.rule, one.message, one.day) for one in list(broken.values())[:3]]
    return _on_the_day(board, session, carer)


def _on_the_day(board: Board, session: Session, carer: Carer) -> list[Reason]:
    problem, day = board.problem, session.day
    rounds = [row for row in board.table(day).rounds.values() if row.carer.carer_id == carer.carer_id]
    if not rounds:
        message = Message("is off duty on {date}", {"date": problem.calendar.date(day)})
        return [Reason("off_duty", message, day)]
    reached = [row for row in rounds if _reaches(board, session, row)]
    if not reached:
        return [_out_of_reach(board, session, row) for row in rounds]
    for row in problem.absences_of_carer.get(carer.carer_id, ()):
        if row.overlaps(session.start_min, session.end_min):
            start, end = problem.calendar.wall(row.start_min), problem.calendar.wall(row.end_min)
            times = f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
            return [Reason("carer_absent", Message("is absent {times}", {"times": times}), day)]
    busy = _busy_with(board, session, reached[0])
    if session.carers > 1 and not busy:
        message = Message(
            "has room, but never together with as many others as it takes ({carers} carers)",
            {"carers": session.carers},
        )
        return [Reason("together", message, day)]
    return [
        Reason(
            "room", Message("has no room; busy then with {busy}", {"busy": busy or Message("travel")}), day
        )
    ]


def _reaches(board: Board, session: Session, row: Round) -> bool:
    ends = _ends(board, session, row)
    if ends is None:
        return False
    return (
        row.shift.start_min + ends[0] <= session.start_min and session.end_min + ends[1] <= row.shift.end_min
    )


def _ends(board: Board, session: Session, row: Round) -> tuple[int, int] | None:
    begins_at, mode = row.shift.begins_at, row.carer.mode
    out = board.travel.end_minutes(begins_at, session.session_id, mode, session.day, outward=True)
    back = board.travel.end_minutes(begins_at, session.session_id, mode, session.day, outward=False)
    return None if out is None or back is None else (out, back)


def _out_of_reach(board: Board, session: Session, row: Round) -> Reason:
    ends, day = _ends(board, session, row), session.day
    if ends is None:
        return Reason("unreachable", Message("cannot reach the session's place"), day)
    values: dict[str, object] = {
        "from": clock_value(day, row.shift.start_min),
        "to": clock_value(day, row.shift.end_min),
        "first": clock_value(day, session.start_min),
        "last": clock_value(day, session.end_min),
        "out": ends[0],
        "back": ends[1],
    }
    message = Message(
        "is on duty {from}–{to}; the session lasts from {first} to {last}, with {out} minutes of travel there and"
        " {back} back",
        values,
    )
    return Reason("shift", message, day)


def _busy_with(board: Board, session: Session, row: Round) -> str:
    """What the round has while the session and the journeys to and from it would be."""
    out, back = _ends(board, session, row) or (0, 0)
    first, last = session.start_min - out, session.end_min + back
    items = [board.table(session.day).items[key] for key in row.order if key[0] != BREAK]
    return ", ".join(
        f"{one.key[1].split('@')[0]} {clock_value(session.day, one.start_min)}–{clock_value(session.day, one.end_min)}"
        for one in items
        if one.start_min < last and one.end_min > first
    )


__all__ = ["SessionExplanation", "explain_session"]
