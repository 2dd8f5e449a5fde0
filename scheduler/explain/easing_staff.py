"""Relaxations of the staffing: breaks, shifts, one more shift, introductions, absences; and another visit moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scheduler.clock import DAY_MIN, format_clock
from scheduler.evaluate import pack_warnings
from scheduler.explain.board import BREAK, VISIT, Board, day_window
from scheduler.explain.easing import CANDIDATES_MOST, WIDER_MOST_MIN, Case, Eased, signed
from scheduler.explain.network import Key
from scheduler.explain.openings import Seat, openings, seat, willing
from scheduler.explain.places import judged_offer, lengths, seat_in, trials, wished_start_min
from scheduler.explain.table import Item, Round, Table
from scheduler.problem import BASE, Absence, Carer, Problem, Shift, day_start_min
from scheduler.qualifications import HELPER, UNTRAINED, qualifies
from scheduler.roster import OpenShift, PlacedVisit
from scheduler.working_days import lawful

#: An extra shift is named in whole quarters of an hour, and is at least this long.
QUARTER_MIN, EXTRA_SHIFT_MIN = 15, 60
#: Of the visits that could give way, so many are tried.
GIVING_WAY_MOST = 6
#: Of the carers who may take an open shift, so many are tried.
TAKERS_MOST = 6


def wider_break(case: Case) -> Iterator[Eased]:
    """A break so many minutes later or earlier than its times allow."""
    found: list[tuple[int, str, bool, int]] = []
    need, board = case.need, case.board
    if need.carers > 1:
        return
    carers = willing(board, need)
    for day in case.days:
        least, _ = lengths(board, need, day // 7)
        for shift_id, row in board.table(day).rounds.items():
            if row.carer.carer_id in carers and (BREAK, shift_id) in row.order:
                table = board.table(day).without((BREAK, shift_id))
                for amount, later in _break_lacks(board, table, case, day, shift_id, least):
                    found.append((amount, shift_id, later, day))
    for amount, shift_id, later, day in sorted(set(found))[:CANDIDATES_MOST]:
        shift = board.problem.shift_by_id[shift_id]
        first, end = shift.break_window()
        changed = replace(
            shift,
            break_from_min=first if later else first - amount,
            break_to_min=end + amount if later else end,
        )
        own = replace(
            case, board=Board(with_shift(board.problem, changed), board.roster, board.travel), days=(day,)
        )
        eased = next(_first_offer(own, "break", f"{shift_id} {signed(amount, later=later)}", amount), None)
        if eased is not None:
            yield eased
            return


def _break_lacks(
    board: Board, table: Table, case: Case, day: int, shift_id: str, minutes: int
) -> Iterator[tuple[int, bool]]:
    """By how much the break would have to begin later, or earlier, for each opening of a round without it."""
    shift = table.rounds[shift_id].shift
    carer_id = table.rounds[shift_id].carer.carer_id
    first, end = shift.break_window()
    length = shift.break_minutes
    loose = Item((BREAK, shift_id), None, length, shift.start_min, shift.end_min - length, first)
    for one in openings(board, case.need, day, (carer_id,), table=table, bend_breaks=False):
        if (
            one.lacking_min(minutes, day_window(case.need, day))
            or one.spots[0].round.shift.shift_id != shift_id
        ):
            continue
        # As early and as late as can be: for a break after the visit, and for one before it.
        for wish in one.starts(minutes, day_window(case.need, day)):
            done = seat(case.need, day, replace(one, breaks=()), minutes, wish)
            for spot in () if done is None else done.table.spots(loose, shift_id):
                low, high = spot.earliest_min, spot.latest_end_min - length
                if low <= high and 0 < low + length - end <= WIDER_MOST_MIN:
                    yield low + length - end, True
                if low <= high and 0 < first - high <= WIDER_MOST_MIN:
                    yield first - high, False


def longer_shift(case: Case) -> Iterator[Eased]:
    """A shift that ends so many minutes later, and one that begins so many minutes earlier."""
    board = case.board
    found: list[tuple[int, str, bool, int]] = []
    for day in case.days:
        for shift_id, row in board.table(day).rounds.items():
            if row.carer.carer_id in willing(board, case.need):
                for later in (True, False):
                    found += [
                        (amount, shift_id, later, day) for amount in _overruns(case, day, row, later=later)
                    ]
    warnings = len(pack_warnings(board.problem))
    for wanted in (True, False):
        tried = 0
        for amount, shift_id, later, day in sorted(found):
            if later is not wanted or tried == CANDIDATES_MOST or case.budget.spent:
                continue
            shift = board.problem.shift_by_id[shift_id]
            start, end = shift.start_min, shift.end_min
            changed = replace(
                shift,
                start_min=start if later else start - amount,
                end_min=end + amount if later else end,
                break_from_min=shift.break_window()[0] if shift.break_minutes else shift.break_from_min,
                break_to_min=shift.break_window()[1] if shift.break_minutes else shift.break_to_min,
            )
            problem = with_shift(board.problem, changed)
            if len(pack_warnings(problem)) > warnings:
                continue
            tried += 1
            own = replace(case, board=Board(problem, board.roster, board.travel), days=(day,))
            eased = next(
                _first_offer(own, "shift", f"{shift_id} {signed(amount, later=later)}", amount), None
            )
            if eased is not None:
                yield eased
                break


def _overruns(case: Case, day: int, row: Round, *, later: bool) -> set[int]:
    """By how many minutes the shift would have to grow for each position that fits once it has grown enough.

    A position's span grows with the shift minute by minute until something else binds; so what is lacking with
    the shift as it is, is what the shift has to grow by.
    """
    board, need = case.board, case.need
    table = board.table(day)
    shift = row.shift
    grown = replace(
        shift,
        start_min=shift.start_min - (0 if later else WIDER_MOST_MIN),
        end_min=shift.end_min + (WIDER_MOST_MIN if later else 0),
    )
    wide = table.with_round(replace(row, shift=grown))
    carer_id = row.carer.carer_id
    carers = [carer_id] if need.carers == 1 else willing(board, need)
    least, _ = lengths(board, need, day // 7)
    window = day_window(need, day)

    def lacks(state: Table) -> Iterator[tuple[object, int]]:
        for one in openings(board, need, day, carers, table=state, bend_breaks=False, with_carer=carer_id):
            if any(spot.round.shift.shift_id == shift.shift_id for spot in one.spots):
                sign = (one.modality, *((spot.round.order, spot.round.ways) for spot in one.spots))
                yield sign, one.lacking_min(least, window)

    fitting = {sign for sign, lack in lacks(wide) if lack == 0}
    return {lack for sign, lack in lacks(table) if sign in fitting and 0 < lack <= WIDER_MOST_MIN}


def open_shift_taken(case: Case) -> Iterator[Eased]:
    """An open shift that nobody has, taken by a carer whom the rules let have it."""
    board = case.board
    problem = board.problem
    given = {row.shift_id for row in board.roster.open_shifts}
    for shift in problem.shifts:
        if shift.carer_id is not None or shift.shift_id in given or shift.day not in case.days:
            continue
        takers = [one for one in willing(board, case.need) if may_take(board, one, shift)]
        for carer_id in takers[:TAKERS_MOST]:
            roster = replace(
                board.roster, open_shifts=(*board.roster.open_shifts, OpenShift(shift.shift_id, carer_id))
            )
            own = replace(case, board=Board(problem, roster, board.travel), days=(shift.day,))
            eased = next(
                _first_offer(own, "open_shift", f"{shift.shift_id} {carer_id}", with_carer=carer_id), None
            )
            if eased is not None:
                yield eased
                return


def may_take(board: Board, carer_id: str, shift: Shift) -> bool:
    """Whether working time lets a carer take one more shift."""
    own = board.context.shifts_of.get(carer_id, [])
    return lawful(board.problem, board.problem.carer_by_id[carer_id], own, shift)


def extra_shift(case: Case) -> Iterator[Eased]:
    """One more shift, the shortest that makes sense, by somebody with the qualification."""
    board, need = case.board, case.need
    problem = board.problem
    citizen = problem.citizen_by_id[need.citizen_id]
    asked = need.qualification or HELPER
    qualification = HELPER if asked == UNTRAINED else _person_for(asked)
    modes = [row.mode for row in problem.carers if not row.is_trainee]
    if not modes or need.modality == "screen":
        return
    mode = max(sorted(set(modes)), key=modes.count)
    for day in case.days:
        begins_at = citizen.island or BASE
        out = board.travel.end_minutes(begins_at, need.citizen_id, mode, day, outward=True)
        back = board.travel.end_minutes(begins_at, need.citizen_id, mode, day, outward=False)
        if out is None or back is None:
            continue
        first, last = day_window(need, day)
        wish = min(max(wished_start_min(board, need, day) or first, first), last)
        start = (wish - out) // QUARTER_MIN * QUARTER_MIN
        end = -(-(wish + need.minutes + back) // QUARTER_MIN) * QUARTER_MIN
        end = max(end, start + EXTRA_SHIFT_MIN)
        carer = Carer(unused_id("extra", problem), "", qualification, mode=mode)
        shift = Shift(unused_id("extra", problem), carer.carer_id, day, start, end, begins_at=begins_at)
        changed = replace(problem, carers=(*problem.carers, carer), shifts=(*problem.shifts, shift))
        own = replace(case, board=Board(changed, board.roster, board.travel), days=(day,))
        clock = (format_clock(minute - day_start_min(day)) for minute in (start, end))
        by = f"{problem.calendar.date(day)} {'–'.join(clock)} {qualification}"
        eased = next(_first_offer(own, "extra_shift", by, end - start, with_carer=carer.carer_id), None)
        if eased is not None:
            yield replace(eased, carers=_who_could(board, need.citizen_id, qualification, shift))
            return


def _person_for(asked: str) -> str:
    return "physiotherapist" if asked == "therapist" else asked


def _who_could(board: Board, citizen_id: str, qualification: str, shift: Shift) -> tuple[str, ...]:
    """Carers of the team who could take a shift by qualification and working time, and may come to the citizen."""
    problem = board.problem
    found = []
    for carer in problem.carers:
        away = problem.absences_of_carer.get(carer.carer_id, ())
        if (
            not carer.is_trainee
            and carer.introduced
            and qualifies(carer.qualification, qualification)
            and (carer.carer_id, citizen_id) not in problem.barred_pairs
            and not any(row.overlaps(shift.start_min, shift.end_min) for row in away)
            and may_take(board, carer.carer_id, shift)
        ):
            found.append(carer.carer_id)
    return tuple(found)


def introduction(case: Case) -> Iterator[Eased]:
    """A carer introduced to the work who is not yet."""
    board = case.board
    for carer in board.problem.carers:
        if (
            carer.introduced
            or carer.is_trainee
            or not qualifies(carer.qualification, case.need.qualification)
        ):
            continue
        problem = with_carer(board.problem, replace(carer, introduced=True))
        own = replace(case, board=Board(problem, board.roster, board.travel))
        eased = next(_first_offer(own, "introduce", carer.carer_id, with_carer=carer.carer_id), None)
        if eased is not None:
            yield eased
            return


def presence(case: Case) -> Iterator[Eased]:
    """A carer who is absent there after all, for the time of the visit."""
    board = case.board
    problem = board.problem
    for carer_id in willing(board, case.need):
        rows = [
            row
            for row in problem.absences_of_carer.get(carer_id, ())
            if any(row.overlaps(day * DAY_MIN, (day + 2) * DAY_MIN) for day in case.days)
        ]
        if not rows:
            continue
        free = replace(problem, absences=tuple(row for row in problem.absences if row not in rows))
        own = replace(case, board=Board(free, board.roster, board.travel))
        eased = next(_first_offer(own, "absence", "", with_carer=carer_id), None)
        if eased is None or not case.budget():
            continue
        visit = eased.offer.visit
        cut = tuple(piece for row in rows for piece in _cut(row, visit.start_min, visit.end_min))
        changed = replace(free, absences=(*free.absences, *cut))
        base = Board(changed, board.roster, board.travel)
        offer, _ = judged_offer(base, visit, eased.offer.roster)
        if offer is not None:
            clock = (
                format_clock(minute - day_start_min(visit.day)) for minute in (visit.start_min, visit.end_min)
            )
            by = f"{carer_id} {problem.calendar.date(visit.day)} {'–'.join(clock)}"
            yield Eased("absence", by, offer, visit.minutes)
            return


def _cut(row: Absence, start_min: int, end_min: int) -> list[Absence]:
    pieces = [
        replace(row, end_min=min(row.end_min, start_min)),
        replace(row, start_min=max(row.start_min, end_min)),
    ]
    return [piece for piece in pieces if piece.start_min < piece.end_min]


def another_moved(case: Case) -> Iterator[Eased]:
    """Another visit given to somebody else or another time, so that this one has room; the cheapest of those tried.

    No rule is bent.
    """
    board, need = case.board, case.need
    if need.carers > 1:
        return
    best: Eased | None = None
    for _, day, key in _givers(case)[:GIVING_WAY_MOST]:
        table = board.table(day).without(key)
        other = board.problem.need_by_id[key[1]]
        was = board.visit_on[key[1], day]
        gone = board.without(was)
        rows = [
            one
            for one in openings(gone, need, day, willing(board, need), table=table)
            if one.lacking_min(lengths(board, need, day // 7)[0], day_window(need, day)) == 0
        ]
        rows.sort(key=lambda one: len(one.breaks))
        for one in rows[:2]:
            done = seat_in(gone, need, day, one)
            if done is None or case.budget.spent:
                continue
            eased = _moved_away(case, gone, done, was, other.need_id)
            if eased is not None and (best is None or eased.offer.cost < best.offer.cost):
                best = eased
                break
    if best is not None:
        yield best


def _givers(case: Case) -> list[tuple[int, int, Key]]:
    """Visits that could give way, those that would leave most room first: (lack, day, key)."""
    board, need = case.board, case.need
    carers = set(willing(board, need))
    found = []
    for day in case.days:
        window = day_window(need, day)
        table = board.table(day)
        least, _ = lengths(board, need, day // 7)
        lacks: dict[Key, int] = {}
        for one in openings(board, need, day, carers, bend_breaks=False):
            lack = one.lacking_min(least, window)
            for key in (one.spots[0].before, one.spots[0].after):
                if key is not None and key[0] == VISIT:
                    spare = lack - table.items[key].minutes
                    lacks[key] = min(lacks.get(key, spare), spare)
        for key, spare in lacks.items():
            was = board.visit_on.get((key[1], day))
            if was is None or was.pinned or len(was.carers) > 1 or spare > QUARTER_MIN:
                continue
            found.append((spare, day, key))
    return sorted(found)


def _moved_away(case: Case, gone: Board, done: Seat, was: PlacedVisit, other_id: str) -> Eased | None:
    """The other visit placed again beside the new one, if it can be."""
    board, need = case.board, case.need
    spot = done.opening.spots[0]
    visit = PlacedVisit(
        need.need_id,
        need.citizen_id,
        done.day,
        done.start_min,
        done.start_min + done.minutes,
        done.opening.modality,
        (spot.round.carer.carer_id,),
        (spot.round.shift.shift_id,),
    )
    filled = Board(board.problem, gone.with_tables([done.table], [visit]), board.travel)
    other = board.problem.need_by_id[other_id]
    days = (was.day,) if other.days is not None else tuple(range(was.day // 7 * 7, was.day // 7 * 7 + 7))
    for trial in trials(filled, other, days, first_only=True, judge=case.budget):
        if trial.offer is None:
            continue
        offer, _ = judged_offer(board, visit, trial.offer.roster)
        if offer is not None:
            there = trial.offer.visit
            clock = format_clock(there.start_min - day_start_min(there.day))
            by = f"{other_id} {board.problem.calendar.date(there.day)} {clock} {there.carers[0]}"
            return Eased("move", by, offer, offer.cost)
    return None


def _first_offer(
    case: Case, what: str, by: str, amount: float = 0, *, with_carer: str | None = None
) -> Iterator[Eased]:
    carers = None if with_carer is None or case.need.carers > 1 else [with_carer]
    for trial in trials(
        case.board, case.need, case.days, carers, first_only=True, judge=case.budget, with_carer=with_carer
    ):
        if trial.offer is not None:
            yield Eased(what, by, trial.offer, amount)
            return


def with_shift(problem: Problem, shift: Shift) -> Problem:
    """The problem with a shift changed."""
    rows = (shift if row.shift_id == shift.shift_id else row for row in problem.shifts)
    return replace(problem, shifts=tuple(rows))


def with_carer(problem: Problem, carer: Carer) -> Problem:
    """The problem with a carer changed."""
    rows = (carer if row.carer_id == carer.carer_id else row for row in problem.carers)
    return replace(problem, carers=tuple(rows))


def unused_id(wanted: str, problem: Problem) -> str:
    """An id that neither a carer nor a shift has."""
    taken = problem.carer_by_id.keys() | problem.shift_by_id.keys()
    while wanted in taken:
        wanted += "+"
    return wanted


__all__ = [
    "another_moved",
    "extra_shift",
    "introduction",
    "longer_shift",
    "may_take",
    "open_shift_taken",
    "presence",
    "unused_id",
    "wider_break",
    "with_carer",
    "with_shift",
]
