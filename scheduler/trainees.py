"""Which of the mentor's visits a trainee comes along to (requirement S6; team pack, "Trainees").

The trainee's day is a chain through the mentor's visits of that date, each reached in time by the trainee's own mode of
travel, with the trainee's own break and meetings in between. Of all chains the one with the best worth is taken: each
visit attended saves ``weights.trainee`` and brings the trainee's load nearer the fair share; travel and waiting cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.eligibility import attending
from scheduler.problem import BASE, Carer, Problem, Shift
from scheduler.roster import PlacedBreak, PlacedVisit
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class _Stop:
    """A visit the trainee may attend, or a meeting that must be; ``index`` is the visit's, None for a meeting.

    ``must``: the trainee is there in any case, because it is a meeting or pinned so.
    """

    start_min: int
    end_min: int
    place: str | None
    index: int | None
    must: bool = False


@dataclass(frozen=True)
class _Chain:
    """A way through part of a day: where and when it ends, whether the break is taken, what it is worth.

    ``busy_min``: minutes of stops and travel so far, the break left aside.
    """

    worth: float
    now_min: int
    place: str | None
    break_start_min: int | None
    attended: tuple[int, ...]
    busy_min: int = 0


def with_trainees(
    problem: Problem, travel: TravelTable, visits: Sequence[PlacedVisit]
) -> tuple[list[PlacedVisit], list[PlacedBreak]]:
    """The visits with trainees added after the needed carers, and the trainees' breaks."""
    result = list(visits)
    breaks: list[PlacedBreak] = []
    by_carer_day: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, visit in enumerate(visits):
        for carer_id in visit.carers:
            by_carer_day[carer_id, visit.day].append(index)
    for shift in problem.shifts:
        carer = problem.carer_by_id.get(shift.carer_id or "")
        if carer is None or carer.mentor is None or not carer.introduced:
            continue
        chosen = dict.fromkeys(
            (*by_carer_day[carer.mentor, shift.day], *by_carer_day[carer.carer_id, shift.day])
        )
        chain = _best_chain(problem, travel, shift, carer, [(i, visits[i]) for i in chosen])
        for index in chain.attended:
            row = result[index]
            if row.pinned:
                continue
            result[index] = replace(
                row, carers=(*row.carers, carer.carer_id), shifts=(*row.shifts, shift.shift_id)
            )
        if chain.attended and chain.break_start_min is not None:
            start = chain.break_start_min
            breaks.append(PlacedBreak(shift.shift_id, start, start + shift.break_minutes))
    return result, breaks


def _best_chain(
    problem: Problem,
    travel: TravelTable,
    shift: Shift,
    carer: Carer,
    visits: Sequence[tuple[int, PlacedVisit]],
) -> _Chain:
    stops = [
        _as_stop(carer, index, visit)
        for index, visit in visits
        if _there_anyway(shift, carer, visit) or (not visit.pinned and _open_to(problem, shift, carer, visit))
    ]
    stops += [
        _Stop(meeting.start_min, meeting.end_min, BASE, None, True)
        for meeting in problem.meetings
        if attending(problem, meeting, shift, carer)
    ]
    stops.sort(key=lambda stop: (stop.start_min, stop.end_min))
    chains = [_Chain(0.0, shift.start_min, None, None, ())]
    for stop in stops:
        reached = [new for chain in chains for new in _extended(problem, travel, shift, carer, chain, stop)]
        chains = _undominated(reached if stop.must else chains + reached)
    finished = [
        end for chain in chains if (end := _finished(problem, travel, shift, carer, chain)) is not None
    ]
    return max(
        finished, key=lambda chain: (chain.worth, chain.attended), default=_Chain(0.0, 0, None, None, ())
    )


def _as_stop(carer: Carer, index: int, visit: PlacedVisit) -> _Stop:
    place = None if visit.modality == "screen" else visit.citizen_id
    return _Stop(visit.start_min, visit.end_min, place, index, carer.carer_id in visit.carers)


def _there_anyway(shift: Shift, carer: Carer, visit: PlacedVisit) -> bool:
    """Whether a pinned visit has the trainee come along in that shift."""
    return (carer.carer_id, shift.shift_id) in zip(visit.carers, visit.shifts, strict=False)


def _open_to(problem: Problem, shift: Shift, carer: Carer, visit: PlacedVisit) -> bool:
    if (carer.carer_id, visit.citizen_id) in problem.barred_pairs:
        return False
    away = problem.absences_of_carer.get(carer.carer_id, ())
    inside = shift.start_min <= visit.start_min and visit.end_min <= shift.end_min
    return inside and not any(row.overlaps(visit.start_min, visit.end_min) for row in away)


def _leg(travel: TravelTable, shift: Shift, carer: Carer, here: str | None, there: str) -> int | None:
    if here is None:
        return travel.end_minutes(shift.begins_at, there, carer.mode, shift.day, outward=True)
    return travel.minutes(here, there, carer.mode, shift.day)


def _extended(
    problem: Problem, travel: TravelTable, shift: Shift, carer: Carer, chain: _Chain, stop: _Stop
) -> list[_Chain]:
    """The chain with one more stop: without and, when it is still to come and fits, with the break before it."""
    leg = 0 if stop.place is None else _leg(travel, shift, carer, chain.place, stop.place)
    if leg is None or chain.now_min + leg > stop.start_min:
        return []
    ferry = _ferry_allows(problem, travel, shift, stop)
    if not ferry:
        return []
    worth = chain.worth - problem.weights.travel * leg
    if chain.place is not None or chain.attended:
        idle = stop.start_min - chain.now_min - leg
        worth -= problem.weights.waiting * idle
    if stop.index is not None:
        fair = problem.weights.unfair / max(1, len(problem.carers))
        worth += problem.weights.trainee + fair * (stop.end_min - stop.start_min)
    attended = chain.attended if stop.index is None else (*chain.attended, stop.index)
    place = chain.place if stop.place is None else stop.place
    busy = chain.busy_min + leg + stop.end_min - stop.start_min
    plain = _Chain(worth, stop.end_min, place, chain.break_start_min, attended, busy)
    if chain.break_start_min is not None or shift.break_minutes == 0:
        return [plain]
    start = _break_between(shift, chain.now_min, stop.start_min, leg)
    if start is None:
        return [plain]
    won_back = problem.weights.waiting * shift.break_minutes if chain.attended else 0.0
    return [plain, replace(plain, break_start_min=start, worth=worth + won_back)]


def _break_between(shift: Shift, free_from: int, free_to: int, leg: int) -> int | None:
    """When the break can lie in a gap that also holds a journey, before or after the break in one piece."""
    begin, end = shift.break_window()
    for start, limit in ((free_from + leg, free_to), (free_from, free_to - leg)):
        start = max(start, begin)
        if start + shift.break_minutes <= min(limit, end):
            return start
    return None


def _ferry_allows(problem: Problem, travel: TravelTable, shift: Shift, stop: _Stop) -> bool:
    island = None if stop.place is None else travel.island_of(stop.place)
    if island is None or shift.begins_at == island:
        return True
    ferry = problem.ferry_on.get((island, shift.day))
    return (
        ferry is not None
        and ferry.first_arrival_min <= stop.start_min
        and stop.end_min <= ferry.last_departure_min
    )


def _finished(
    problem: Problem, travel: TravelTable, shift: Shift, carer: Carer, chain: _Chain
) -> _Chain | None:
    """The chain with the way home, and the break at the end when it is still to come; None when it does not fit."""
    if not chain.attended:
        return replace(chain, worth=0.0)
    home = 0
    if chain.place is not None:
        back = travel.end_minutes(shift.begins_at, chain.place, carer.mode, shift.day, outward=False)
        if back is None:
            return None
        home = back
    if chain.now_min + home > shift.end_min:
        return None
    start = chain.break_start_min
    if start is None and shift.break_minutes > 0:
        start = _break_between(shift, chain.now_min, shift.end_min, home)
        if start is None:
            return None
    if shift.minutes - chain.busy_min - home - shift.break_minutes < shift.reserve_minutes:
        return None
    return replace(chain, worth=chain.worth - problem.weights.travel * home, break_start_min=start)


def _undominated(chains: list[_Chain]) -> list[_Chain]:
    """Of chains that end at the same place and time with the break alike, the most worthy."""
    best: dict[tuple[int, str | None, bool], _Chain] = {}
    for chain in chains:
        key = (chain.now_min, chain.place, chain.break_start_min is not None)
        if key not in best or chain.worth > best[key].worth:
            best[key] = chain
    return list(best.values())
