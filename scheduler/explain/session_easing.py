"""The smallest changes with which a group session would be held, each verified by the judge (S11, S19)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from scheduler.clock import format_clock
from scheduler.evaluate import pack_warnings
from scheduler.explain.board import VISIT, Board
from scheduler.explain.easing import KINDS, WIDER_MOST_MIN, Budget, signed
from scheduler.explain.easing_staff import (
    EXTRA_SHIFT_MIN,
    GIVING_WAY_MOST,
    QUARTER_MIN,
    TAKERS_MOST,
    may_take,
    unused_id,
    with_carer,
    with_shift,
)
from scheduler.explain.easing_visit import lower_than
from scheduler.explain.places import trials
from scheduler.explain.session_places import SessionOffer, judged_session, may_hold, session_trials
from scheduler.problem import BASE, Carer, Problem, Session, Shift, day_start_min
from scheduler.qualifications import HELPER, qualifies
from scheduler.roster import OpenShift, Relaxation


@dataclass(frozen=True)
class SessionEased:
    """One relaxation with which the session is held, verified; ``what`` and ``by`` as for visits, ``start`` beside them.

    ``amount``: its size in the kind's own unit. ``carers``: who could take an extra shift by the rules.
    """

    what: str
    by: str
    offer: SessionOffer
    amount: float = 0
    carers: tuple[str, ...] = ()

    @property
    def row(self) -> Relaxation:
        """As it stands in ``roster.json``."""
        return Relaxation(self.what, self.by)


@dataclass(frozen=True)
class SessionCase:
    """A session that nobody holds on the board."""

    board: Board
    session: Session
    budget: Budget

    def tried(
        self,
        what: str,
        by: str,
        amount: float = 0,
        *,
        problem: Problem | None = None,
        carer: str | None = None,
    ) -> Iterator[SessionEased]:
        """The first offer once the problem is changed, by this carer."""
        board, session = self.board, self.session
        if problem is not None:
            board = Board(problem, board.roster, board.travel)
            session = problem.session_by_id[session.session_id]
        carers = None if carer is None else [carer]
        for trial in session_trials(board, session, carers, judge=self.budget, first_only=True):
            if trial.offer is not None:
                yield SessionEased(what, by, trial.offer, amount)
                return


def session_relaxations(
    case: SessionCase, *, kinds: Collection[str] | None = None, most: int | None = None
) -> list[SessionEased]:
    """The smallest verified relaxation of each kind, in the order of :data:`KINDS`; ``most``: stop after so many."""
    found: list[SessionEased] = []
    for kind, finder in _FINDERS.items():
        if kinds is None or kind in kinds:
            found += finder(case)
        if (most is not None and len(found) >= most) or not case.budget.go_on():
            break
    return sorted(found, key=lambda row: (KINDS.index(row.what), row.amount))[:most]


def _another_moved(case: SessionCase) -> Iterator[SessionEased]:
    """A visit that stands in the way given to somebody else or another time."""
    board, session = case.board, case.session
    table, tried = board.table(session.day), 0
    for row in table.rounds.values():
        if not may_hold(board.problem, session, row.carer):
            continue
        keys = [key for key in row.order if key[0] == VISIT]
        for key in sorted(keys, key=lambda one: abs(table.items[one].start_min - session.start_min)):
            was = board.visit_on.get((key[1], session.day))
            if was is None or was.pinned or len(was.carers) > 1:
                continue
            if tried == GIVING_WAY_MOST or case.budget.spent:
                return
            gone = board.without(was)
            offers = session_trials(gone, session, [row.carer.carer_id], judge=case.budget, first_only=True)
            if not offers or offers[0].offer is None:
                continue
            tried += 1
            eased = _given_away(case, Board(board.problem, offers[0].offer.roster, board.travel), key[1])
            if eased is not None:
                yield eased
                return


def _given_away(case: SessionCase, filled: Board, need_id: str) -> SessionEased | None:
    need = filled.problem.need_by_id[need_id]
    for trial in trials(filled, need, (case.session.day,), first_only=True, judge=case.budget):
        if trial.offer is None:
            continue
        sessions = trial.offer.roster.sessions
        held = next(row for row in sessions if row.session_id == case.session.session_id)
        without = replace(trial.offer.roster, sessions=tuple(row for row in sessions if row is not held))
        offer, _ = judged_session(case.board, held, without)
        if offer is not None:
            there = trial.offer.visit
            clock = format_clock(there.start_min - day_start_min(there.day))
            day = filled.problem.calendar.date(there.day)
            return SessionEased("move", f"{need_id} {day} {clock} {there.carers[0]}", offer, offer.cost)
    return None


def _other_start(case: SessionCase) -> Iterator[SessionEased]:
    """The session so many quarters of an hour later or earlier."""
    for amount in range(QUARTER_MIN, WIDER_MOST_MIN + 1, QUARTER_MIN):
        for later in (True, False):
            start = case.session.start_min + (amount if later else -amount)
            if start < day_start_min(case.session.day):
                continue
            problem = _with_session(case.board.problem, replace(case.session, start_min=start))
            for eased in case.tried("start", signed(amount, later=later), amount, problem=problem):
                yield eased
                return


def _open_shift_taken(case: SessionCase) -> Iterator[SessionEased]:
    board, session = case.board, case.session
    given = {row.shift_id for row in board.roster.open_shifts}
    for shift in board.problem.shifts:
        if shift.carer_id is not None or shift.shift_id in given or not _spans(shift, session):
            continue
        takers = [
            row.carer_id
            for row in board.problem.carers
            if may_hold(board.problem, session, row) and may_take(board, row.carer_id, shift)
        ]
        for carer_id in takers[:TAKERS_MOST]:
            rows = (*board.roster.open_shifts, OpenShift(shift.shift_id, carer_id))
            taken = Board(board.problem, replace(board.roster, open_shifts=rows), board.travel)
            own = replace(case, board=taken)
            for eased in own.tried("open_shift", f"{shift.shift_id} {carer_id}", carer=carer_id):
                yield eased
                return


def _spans(shift: Shift, session: Session) -> bool:
    return (
        shift.day == session.day and shift.start_min <= session.start_min and session.end_min <= shift.end_min
    )


def _longer_shift(case: SessionCase) -> Iterator[SessionEased]:
    """A shift that ends so much later, or begins so much earlier, as the session and the journeys take."""
    board, session = case.board, case.session
    problem = board.problem
    found: list[tuple[int, bool, Shift, str]] = []
    for row in board.table(session.day).rounds.values():
        if not may_hold(problem, session, row.carer):
            continue
        shift, ends = row.shift, _journeys(board, session, row.shift.begins_at, row.carer.mode)
        if ends is None:
            continue
        late, early = session.end_min + ends[1] - shift.end_min, shift.start_min - session.start_min + ends[0]
        if 0 < late <= WIDER_MOST_MIN and early <= 0:
            found.append((late, True, shift, row.carer.carer_id))
        if 0 < early <= WIDER_MOST_MIN and late <= 0:
            found.append((early, False, shift, row.carer.carer_id))
    warnings = len(pack_warnings(problem))
    for amount, later, shift, carer_id in sorted(found, key=lambda one: (one[0], one[2].shift_id)):
        changed = replace(
            shift,
            start_min=shift.start_min - (0 if later else amount),
            end_min=shift.end_min + (amount if later else 0),
            break_from_min=shift.break_window()[0] if shift.break_minutes else shift.break_from_min,
            break_to_min=shift.break_window()[1] if shift.break_minutes else shift.break_to_min,
        )
        grown = with_shift(problem, changed)
        if len(pack_warnings(grown)) > warnings:
            continue
        by = f"{shift.shift_id} {signed(amount, later=later)}"
        for eased in case.tried("shift", by, amount, problem=grown, carer=carer_id):
            yield eased
            return


def _journeys(board: Board, session: Session, begins_at: str, mode: str) -> tuple[int, int] | None:
    """Minutes there from a shift's beginning, and back to its end."""
    place, day = session.session_id, session.day
    out = board.travel.end_minutes(begins_at, place, mode, day, outward=True)
    back = board.travel.end_minutes(begins_at, place, mode, day, outward=False)
    return None if out is None or back is None else (out, back)


def _extra_shift(case: SessionCase) -> Iterator[SessionEased]:
    """One more shift, the shortest in quarters, by somebody with the qualification."""
    board, session = case.board, case.session
    problem = board.problem
    asked = session.qualification or HELPER
    qualification = "physiotherapist" if asked == "therapist" else asked
    modes = sorted(row.mode for row in problem.carers if not row.is_trainee)
    if not modes:
        return
    mode = max(dict.fromkeys(modes), key=modes.count)
    ends = _journeys(board, session, BASE, mode)
    if ends is None:
        return
    start = (session.start_min - ends[0]) // QUARTER_MIN * QUARTER_MIN
    end = -(-(session.end_min + ends[1]) // QUARTER_MIN) * QUARTER_MIN
    name = unused_id("extra", problem)
    shift = Shift(name, name, session.day, start, max(end, start + EXTRA_SHIFT_MIN))
    more = Carer(name, "", qualification, mode=mode)
    changed = replace(problem, carers=(*problem.carers, more), shifts=(*problem.shifts, shift))
    clock = (format_clock(one - day_start_min(session.day)) for one in (shift.start_min, shift.end_min))
    by = f"{problem.calendar.date(session.day)} {'–'.join(clock)} {qualification}"
    for eased in case.tried("extra_shift", by, shift.minutes, problem=changed, carer=name):
        yield replace(eased, carers=_who_could(board, session, shift))


def _who_could(board: Board, session: Session, shift: Shift) -> tuple[str, ...]:
    """Carers who could take the shift by qualification, absence and working time."""
    problem = board.problem
    return tuple(
        row.carer_id
        for row in problem.carers
        if may_hold(problem, session, row)
        and not any(
            one.overlaps(shift.start_min, shift.end_min)
            for one in problem.absences_of_carer.get(row.carer_id, ())
        )
        and may_take(board, row.carer_id, shift)
    )


def _introduction(case: SessionCase) -> Iterator[SessionEased]:
    problem = case.board.problem
    for row in problem.carers:
        if not row.introduced and qualifies(row.qualification, case.session.qualification):
            changed = with_carer(problem, replace(row, introduced=True))
            for eased in case.tried("introduce", row.carer_id, problem=changed, carer=row.carer_id):
                yield eased
                return


def _presence(case: SessionCase) -> Iterator[SessionEased]:
    """A carer at work for the session and the journeys after all."""
    board, session = case.board, case.session
    problem = board.problem
    for row in board.table(session.day).rounds.values():
        carer_id, shift = row.carer.carer_id, row.shift
        away = problem.absences_of_carer.get(carer_id, ())
        ends = _journeys(board, session, shift.begins_at, row.carer.mode)
        if ends is None or not may_hold(problem, session, row.carer):
            continue
        first, last = session.start_min, session.end_min
        if not any(one.overlaps(first, last) for one in away):
            continue
        cut = tuple(
            piece
            for one in problem.absences
            for piece in (
                (
                    replace(one, end_min=min(one.end_min, first)),
                    replace(one, start_min=max(one.start_min, last)),
                )
                if one.carer_id == carer_id and one.overlaps(first, last)
                else (one,)
            )
            if piece.start_min < piece.end_min
        )
        clock = (format_clock(one - day_start_min(session.day)) for one in (first, last))
        by = f"{carer_id} {problem.calendar.date(session.day)} {'–'.join(clock)}"
        for eased in case.tried(
            "absence", by, session.minutes, problem=replace(problem, absences=cut), carer=carer_id
        ):
            yield eased
            return


def _lower_qualification(case: SessionCase) -> Iterator[SessionEased]:
    for lower in lower_than(case.session.qualification):
        problem = _with_session(case.board.problem, replace(case.session, qualification=lower))
        for eased in case.tried("qualification", lower, problem=problem):
            yield eased
            return


def _with_session(problem: Problem, session: Session) -> Problem:
    rows = (session if row.session_id == session.session_id else row for row in problem.sessions)
    return replace(problem, sessions=tuple(rows))


_FINDERS: dict[str, Callable[[SessionCase], Iterator[SessionEased]]] = {
    "move": _another_moved,
    "start": _other_start,
    "open_shift": _open_shift_taken,
    "shift": _longer_shift,
    "extra_shift": _extra_shift,
    "introduce": _introduction,
    "absence": _presence,
    "qualification": _lower_qualification,
}
