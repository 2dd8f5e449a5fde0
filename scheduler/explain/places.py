"""Places for a visit: openings that fit, seated, judged, and priced against the roster as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from scheduler.explain.board import Board, day_window
from scheduler.explain.openings import Opening, Seat, openings, seat, willing
from scheduler.explain.table import Table
from scheduler.problem import Need, Problem, day_start_min, week_of
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules import Violation
from scheduler.rules.continuity import carers_by_week, carers_in_window

#: For one carer (or pair) so many of the most promising openings are tried, and so many of them judged.
SEATS_MOST, JUDGED_MOST = 20, 2
UNPLACED_TERMS = ("unplaced_1", "unplaced_2", "unplaced_3")


@dataclass(frozen=True)
class Moved:
    """Another visit whose start shifts; pack minutes."""

    need_id: str
    day: int
    from_min: int
    to_min: int


@dataclass(frozen=True)
class Offer:
    """A place that breaks no rule, and what it costs in minutes of the objective, unplaced visits left out.

    ``terms`` are the changes of the objective's weighted terms; ``new_faces`` the carers the citizen does not
    have in that week or its 14 days yet; ``roster`` the whole roster with it, not yet written anywhere.
    """

    visit: PlacedVisit
    cost: float
    terms: Mapping[str, float]
    travel_min: int
    new_faces: tuple[str, ...]
    moved: tuple[Moved, ...]
    roster: Roster


@dataclass(frozen=True)
class Trial:
    """What trying one carer (or pair) came to: the cheapest offer, or the rules that a seat would break."""

    carers: tuple[str, ...]
    offer: Offer | None
    broken: tuple[Violation, ...] = ()


def lengths(board: Board, need: Need, week: int) -> tuple[int, int]:
    """The shortest and the longest that a further visit of the need is planned.

    Within its own bounds: no shorter than the package's lower end asks for in that week, no longer than wished unless
    the lower end asks for it, and no longer than the upper end has room for.
    """
    asked = min(need.minutes_max, board.package_asks_min(need, week))
    least, most = max(need.minutes_min, asked), max(need.minutes, asked)
    room = board.package_room_min(need, week)
    return least, most if room is None else max(least, min(most, room))


def trials(
    board: Board,
    need: Need,
    days: Iterable[int],
    carers: Collection[str] | None = None,
    *,
    problem: Problem | None = None,
    tables: Mapping[int, Table] | None = None,
    with_carer: str | None = None,
    first_only: bool = False,
    judge: Callable[[], bool] = lambda: True,
) -> list[Trial]:
    """Each carer or pair that an opening fits for, tried; cheapest offers first, then those without one.

    Parameters
    ----------
    carers
        Only these; None: all whom no rule keeps from the need.
    problem
        The changed problem that the seats are judged by; the board's own when None.
    tables
        Changed tables of some days.
    first_only
        Stop at the first offer; the shortest detours are tried first.
    judge
        Asked before each judging whether there is leave for it.
    """
    allowed = willing(board, need) if carers is None else carers
    groups: dict[tuple[str, ...], list[tuple[int, int, Opening]]] = defaultdict(list)
    for day in days:
        if (need.need_id, day) in board.visit_on:
            continue
        least, _ = lengths(board, need, week_of(day))
        window = day_window(need, day)
        table = None if tables is None else tables.get(day)
        for one in openings(board, need, day, allowed, table=table, with_carer=with_carer):
            if one.lacking_min(least, window) == 0:
                groups[tuple(sorted(one.carers))].append((_detour_min(one), day, one))
    found = []
    for people, rows in sorted(groups.items(), key=lambda pair: (min(row[0] for row in pair[1]), pair[0])):
        found.append(_trial(board, need, people, rows, problem, judge, 1 if first_only else JUDGED_MOST))
        if first_only and found[-1].offer is not None:
            break
    found.sort(key=lambda row: (row.offer is None, 0.0 if row.offer is None else row.offer.cost, row.carers))
    return found


def _trial(
    board: Board,
    need: Need,
    people: tuple[str, ...],
    rows: Sequence[tuple[int, int, Opening]],
    problem: Problem | None,
    judge: Callable[[], bool],
    judged_most: int,
) -> Trial:
    best: Offer | None = None
    broken: tuple[Violation, ...] = ()
    judged = tried = 0
    seen: set[tuple[object, ...]] = set()
    for _, day, opening in sorted(rows, key=lambda row: (len(row[2].breaks), row[0], row[1])):
        if judged == judged_most or tried == SEATS_MOST:
            break
        tried += 1
        done = seat_in(board, need, day, opening)
        if done is None:
            continue
        sign = (day, done.start_min, done.minutes, opening.modality)
        if sign in seen:
            continue
        seen.add(sign)
        if not judge():
            break
        judged += 1
        offer, rules = offer_of(board, need, done, problem)
        if offer is None:
            broken = broken or rules
        elif best is None or offer.cost < best.cost:
            best = offer
    return Trial(people, best, () if best else broken)


def seat_in(board: Board, need: Need, day: int, opening: Opening) -> Seat | None:
    """The visit in the opening, as long as it can be up to what is wished; None when it does not hold."""
    least, most = lengths(board, need, week_of(day))
    window = day_window(need, day)
    minutes = opening.longest_min(least, most, window)
    wish = wished_start_min(board, need, day)
    return seat(need, day, opening, minutes, wish) or (
        seat(need, day, opening, least, wish) if minutes > least else None
    )


def offer_of(
    board: Board,
    need: Need,
    done: Seat,
    problem: Problem | None = None,
    *,
    others: Sequence[PlacedVisit] = (),
) -> tuple[Offer | None, tuple[Violation, ...]]:
    """A seat judged: the offer, or the rules it would break that were not broken before."""
    spots = sorted(done.opening.spots, key=lambda spot: spot.round.carer.carer_id)
    visit = PlacedVisit(
        need.need_id,
        need.citizen_id,
        done.day,
        done.start_min,
        done.start_min + done.minutes,
        done.opening.modality,
        tuple(spot.round.carer.carer_id for spot in spots),
        tuple(spot.round.shift.shift_id for spot in spots),
    )
    return judged_offer(board, visit, board.with_tables([done.table], [visit, *others]), problem)


def judged_offer(
    board: Board, visit: PlacedVisit, roster: Roster, problem: Problem | None = None
) -> tuple[Offer | None, tuple[Violation, ...]]:
    """A changed roster in which the visit is placed, judged and priced."""
    verdict = board.verdict(roster, problem)
    if verdict.broken:
        return None, verdict.broken
    before, after = board.evaluation.figures, verdict.evaluation.figures
    terms = {
        code: after.terms[code] - before.terms[code]
        for code in after.terms
        if code not in UNPLACED_TERMS and abs(after.terms[code] - before.terms[code]) > 1e-9
    }
    offer = Offer(
        visit,
        sum(terms.values()),
        terms,
        after.travel_minutes - before.travel_minutes,
        new_faces(board, visit),
        moved_visits(board.roster, verdict.roster),
        verdict.roster,
    )
    return offer, ()


def new_faces(board: Board, visit: PlacedVisit) -> tuple[str, ...]:
    """Those of a home visit's carers whom the citizen meets neither in that week nor in the 14 days."""
    if visit.modality == "screen":
        return ()
    known = set(carers_by_week(board.context).get((visit.citizen_id, week_of(visit.day)), ()))
    known |= set(carers_in_window(board.problem, board.context).get(visit.citizen_id, ()))
    return tuple(carer_id for carer_id in visit.carers if carer_id not in known)


def moved_visits(before: Roster, after: Roster) -> tuple[Moved, ...]:
    """Visits of both rosters that start at another time."""
    was = {(row.need_id, row.day): row.start_min for row in before.visits}
    return tuple(
        Moved(row.need_id, row.day, was[row.need_id, row.day], row.start_min)
        for row in after.visits
        if was.get((row.need_id, row.day), row.start_min) != row.start_min
    )


def wished_start_min(board: Board, need: Need, day: int) -> int | None:
    """The agreed start, else the middle start of the need's other visits in that week; None without any."""
    midnight = day_start_min(day)
    if need.agreed_start_min is not None:
        return midnight + need.agreed_start_min
    clocks = [
        row.start_min - day_start_min(row.day)
        for row in board.roster.visits
        if row.need_id == need.need_id and week_of(row.day) == week_of(day)
    ]
    return midnight + median_low(clocks) if clocks else None


def _detour_min(opening: Opening) -> int:
    """By how many minutes of travel the rounds grow."""
    total = 0
    for spot in opening.spots:
        old = opening.table.rounds[spot.round.shift.shift_id]
        total += sum(way.minutes for way in spot.round.ways if way is not None)
        total -= sum(way.minutes for way in old.ways if way is not None)
    return total
