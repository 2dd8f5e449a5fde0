"""Who could hold a group session: carers with room for it in their rounds, seated, judged and priced (S11, S19).

A session has a fixed time and place, so what is chosen is only who holds it and where in their rounds it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from scheduler.explain.board import BREAK, SESSION, Board
from scheduler.explain.openings import states, with_breaks
from scheduler.explain.places import UNPLACED_TERMS, Moved, moved_visits
from scheduler.explain.table import Item, Spot, Table
from scheduler.problem import Carer, Problem, Session
from scheduler.qualifications import qualifies
from scheduler.roster import PlacedSession, Roster
from scheduler.rules import Violation

#: Of one group of carers, so many seats are judged.
JUDGED_MOST = 2


#: Travel that is added, the day's table, the position, and shifts whose break is placed anew.
_Seat = tuple[int, Table, Spot, tuple[str, ...]]


@dataclass(frozen=True)
class SessionOffer:
    """Carers who could hold the session, breaking no rule; ``cost`` in minutes of the objective without what is unplaced.

    ``roster`` is the whole roster with it, not yet written anywhere.
    """

    held: PlacedSession
    cost: float
    travel_min: int
    moved: tuple[Moved, ...]
    roster: Roster


@dataclass(frozen=True)
class SessionTrial:
    """What trying one group of carers came to: an offer, or the rules that a seat would break."""

    carers: tuple[str, ...]
    offer: SessionOffer | None
    broken: tuple[Violation, ...] = ()


def may_hold(problem: Problem, session: Session, carer: Carer) -> bool:
    """Whether no rule keeps a carer from a session, whatever the day."""
    return (
        not carer.is_trainee
        and carer.introduced
        and qualifies(carer.qualification, session.qualification)
        and not any((carer.carer_id, one) in problem.barred_pairs for one in session.citizens)
    )


def without_session(board: Board, session: Session) -> Board:
    """The same roster with nobody holding the session; it is not listed as unplaced."""
    roster = board.roster
    held = tuple(row for row in roster.sessions if row.session_id != session.session_id)
    unplaced = tuple(row for row in roster.unplaced if row.need_id != session.session_id)
    return Board(board.problem, replace(roster, sessions=held, unplaced=unplaced), board.travel)


def session_trials(
    board: Board,
    session: Session,
    carers: Collection[str] | None = None,
    *,
    judge: Callable[[], bool] = lambda: True,
    first_only: bool = False,
) -> list[SessionTrial]:
    """Each group of carers whose rounds have room, tried; cheapest offers first, then those without one.

    ``carers``: one of these is among them; None: anybody. On the board nobody holds the session.
    """
    problem, table = board.problem, board.table(session.day)
    allowed = {row.carer_id for row in problem.carers if may_hold(problem, session, row)}
    seats: dict[str, list[_Seat]] = {}
    for shift_id, row in sorted(table.rounds.items()):
        if row.carer.carer_id in allowed:
            found = list(_seats(board, table, session, shift_id))
            if found:
                seats[shift_id] = sorted(found, key=lambda one: (len(one[3]), one[0]))
    groups = []
    for group in combinations(seats, session.carers):
        people = tuple(table.rounds[one].carer.carer_id for one in group)
        if len(set(people)) == len(people) and (carers is None or not set(carers).isdisjoint(people)):
            groups.append((sum(seats[one][0][0] for one in group), people, group))
    trials = []
    for _, people, group in sorted(groups):
        trials.append(_trial(board, session, people, [seats[one] for one in group], judge))
        if first_only and trials[-1].offer is not None:
            break
    trials.sort(key=lambda row: (row.offer is None, 0.0 if row.offer is None else row.offer.cost, row.carers))
    return trials


def session_item(session: Session) -> Item:
    """The session as an item that is not yet in any round."""
    start = session.start_min
    return Item(
        (SESSION, session.session_id),
        session.session_id,
        session.minutes,
        start,
        start,
        start,
        (),
        session.citizens,
    )


def _seats(board: Board, table: Table, session: Session, shift_id: str) -> Iterator[_Seat]:
    """Positions in a round that leave room, with the travel they add, the table, and breaks to be placed anew."""
    item = session_item(session)
    carer_id = table.rounds[shift_id].carer.carer_id
    away = board.problem.absences_of_carer.get(carer_id, ())
    if any(row.overlaps(session.start_min, session.end_min) for row in away):
        return
    before = _travel(table.rounds[shift_id].ways)
    for state, breaks in states(table, shift_id, bend_breaks=True):
        for spot in state.spots(item, shift_id):
            if spot.earliest_min <= session.start_min and session.end_min <= spot.latest_end_min:
                yield _travel(spot.round.ways) - before, state, spot, breaks


def _travel(ways: Sequence[object]) -> int:
    return sum(getattr(way, "minutes", 0) for way in ways)


def _trial(
    board: Board,
    session: Session,
    people: tuple[str, ...],
    seats: Sequence[Sequence[_Seat]],
    judge: Callable[[], bool],
) -> SessionTrial:
    best: SessionOffer | None = None
    broken: tuple[Violation, ...] = ()
    judged = 0
    for chosen in product(*(rows[:JUDGED_MOST] for rows in seats)):
        if judged == JUDGED_MOST or not judge():
            break
        table = board.table(session.day)
        pauses = [shift_id for row in chosen for shift_id in row[3]]
        for shift_id in pauses:
            if (BREAK, shift_id) in table.items:
                table = table.without((BREAK, shift_id))
        done = table.seated(session_item(session), [row[2] for row in chosen], session.start_min)
        done = None if done is None else with_breaks(done, pauses)
        if done is None:
            continue
        judged += 1
        held = PlacedSession(session.session_id, people, tuple(row[2].round.shift.shift_id for row in chosen))
        offer, rules = judged_session(board, held, board.with_tables([done]))
        broken = broken or rules
        if offer is not None and (best is None or offer.cost < best.cost):
            best = offer
    return SessionTrial(people, best, () if best else broken)


def judged_session(
    board: Board, held: PlacedSession, roster: Roster
) -> tuple[SessionOffer | None, tuple[Violation, ...]]:
    """A roster in which the session is to be held, judged and priced against the board's."""
    placed = replace(roster, sessions=(*roster.sessions, held))
    verdict = board.verdict(placed)
    if verdict.broken:
        return None, verdict.broken
    before, after = board.evaluation.figures, verdict.evaluation.figures
    cost = sum(after.terms[code] - before.terms[code] for code in after.terms if code not in UNPLACED_TERMS)
    moved = moved_visits(board.roster, placed)
    travel = after.travel_minutes - before.travel_minutes
    return SessionOffer(held, cost, travel, moved, placed), ()
