"""A roster as carers live it: each thing that happens, in the order in which it is planned, with the journeys
before it.

Made once from the judge's own timeline (:mod:`scheduler.rules.timeline`); the runs then only add and compare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from scheduler.clock import DAY_MIN
from scheduler.problem import AGREED_TOLERANCE_MIN, BASE, Need, Problem
from scheduler.roster import PlacedVisit, Roster
from scheduler.rules.timeline import BREAK, MEETING, SESSION, VISIT, Leg, ShiftDay, Stop, shift_days
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class Journey:
    """One journey of a shift. ``road_min`` varies, ``ferry_min`` does not.

    ``leave_by_min``: last departure from the island it leaves, None where no ferry binds. (The first arrival is in the
    earliest start of the visits there.)
    """

    number: int
    road_min: int
    ferry_min: int
    leave_by_min: int | None


@dataclass(frozen=True)
class Part:
    """One carer's part in a happening: the shift's number, and the journeys since the carer's last one."""

    shift: int
    journeys: tuple[Journey, ...]
    is_trainee: bool = False

    @property
    def travel_min(self) -> int:
        """Planned minutes of the journeys."""
        return sum(one.road_min + one.ferry_min for one in self.journeys)


@dataclass(frozen=True)
class Happening:
    """A visit, session, meeting or break. Times are pack minutes.

    ``after``: happenings that must have ended, each with the minutes that must have passed since; their numbers are
    smaller than this one's.
    """

    kind: str
    start_min: int
    end_min: int
    earliest_min: int
    parts: tuple[Part, ...]
    after: tuple[tuple[int, int], ...] = ()
    visit: PlacedVisit | None = None
    need: Need | None = None

    @property
    def minutes(self) -> int:
        """How long it is planned to last."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class Steps:
    """All of a roster: the used shifts, what happens, and the journeys home of each shift."""

    days: tuple[ShiftDay, ...]
    happenings: tuple[Happening, ...]
    home: tuple[tuple[Journey, ...], ...]
    #: For each shift the number of the same carer's shift before it, None for the first.
    shift_before: tuple[int | None, ...]


@dataclass
class _Draft:
    """What happens once, while its carers are gathered."""

    kind: str
    stop: Stop
    parts: list[Part] = field(default_factory=list)


def steps_of(problem: Problem, roster: Roster, travel: TravelTable, early_min: int) -> Steps:
    """The steps of a roster; a visit begins at most ``early_min`` before its planned time.

    Shifts without visits and sessions are left out, and so are visits that no shift of the right carer and date holds.
    """
    every = shift_days(problem, roster, travel).values()
    days = tuple(
        sorted(
            (day for day in every if day.is_used), key=lambda day: (day.shift.start_min, day.shift.shift_id)
        )
    )
    drafts: dict[object, _Draft] = {}
    home = []
    for number, day in enumerate(days):
        journeys = _journeys_before(problem, travel, day)
        for index, stop in enumerate(day.stops):
            draft = drafts.setdefault(_identity(day, stop), _Draft(stop.kind, stop))
            draft.parts.append(Part(number, journeys[index], day.carer is not None and day.carer.is_trainee))
        home.append(journeys[len(day.stops)])
    ordered = sorted(drafts.values(), key=_order)
    return Steps(
        days,
        tuple(_happenings(problem, ordered, days, early_min)),
        tuple(home),
        _shifts_before(days),
    )


def _identity(day: ShiftDay, stop: Stop) -> object:
    """What is one and the same for all its carers."""
    if stop.kind == VISIT:
        return id(stop.visit)
    if stop.kind == SESSION:
        return (SESSION, stop.what)
    return (stop.kind, day.shift.shift_id, stop.start_min, stop.what)


def _order(draft: _Draft) -> tuple[int, int, str, int]:
    stop = draft.stop
    return (stop.start_min, stop.end_min, stop.what, draft.parts[0].shift)


def _shifts_before(days: tuple[ShiftDay, ...]) -> tuple[int | None, ...]:
    latest: dict[str, int] = {}
    found: list[int | None] = []
    for number, day in enumerate(days):
        carer_id = "" if day.carer is None else day.carer.carer_id
        found.append(latest.get(carer_id))
        latest[carer_id] = number
    return tuple(found)


def _journeys_before(problem: Problem, travel: TravelTable, day: ShiftDay) -> dict[int, tuple[Journey, ...]]:
    """Journeys by the index of the stop they are made before; those home by the number of stops."""
    found: dict[int, list[Journey]] = defaultdict(list)
    for number, leg in enumerate(day.legs):
        found[_made_before(day, leg)].append(_journey(problem, travel, day, leg, number))
    return {index: tuple(found[index]) for index in range(len(day.stops) + 1)}


def _made_before(day: ShiftDay, leg: Leg) -> int:
    """The index of the stop before which a journey is made; where it has no room, that of the place it leads to."""
    last = len(day.stops) if leg.after is None else _index(day, leg.after)
    first = 0 if leg.before is None else _index(day, leg.before) + 1
    if leg.obstacle is None:
        for index in range(first, last):
            if leg.end_min <= day.stops[index].start_min:
                return index
    return last


def _index(day: ShiftDay, stop: Stop) -> int:
    return next(index for index, one in enumerate(day.stops) if one is stop)


def _journey(problem: Problem, travel: TravelTable, day: ShiftDay, leg: Leg, number: int) -> Journey:
    begins_at = day.shift.begins_at
    ends = []
    for place, stop in ((leg.origin, leg.before), (leg.target, leg.after)):
        at_shift_end = stop is None and place != BASE
        ends.append(place if at_shift_end else travel.island_of(place))
    origin, target = ends
    ferry = travel.crossing_min(origin, target, day.shift.day) or 0
    leave = None
    if origin != target and origin != begins_at:
        row = problem.ferry_on.get((origin or "", day.shift.day))
        leave = None if row is None else row.last_departure_min
    return Journey(number, max(0, leg.minutes - ferry), min(ferry, leg.minutes), leave)


def _happenings(
    problem: Problem, drafts: list[_Draft], days: tuple[ShiftDay, ...], early_min: int
) -> list[Happening]:
    links = _links(problem)
    found: list[Happening] = []
    #: The number of each need's happening on a day, and the numbers of all that concerns a citizen.
    of_need: dict[tuple[str, int], int] = {}
    of_citizen: dict[str, list[int]] = defaultdict(list)
    for number, draft in enumerate(drafts):
        stop, visit = draft.stop, draft.stop.visit
        need = None if visit is None else problem.need_by_id.get(visit.need_id)
        earliest, after, citizens = stop.start_min, [], []
        if visit is not None and need is not None:
            earliest = _earliest(problem, visit, need, draft, days, early_min)
            citizens = [need.citizen_id]
            for first_need, gap in links.get(need.need_id, ()):
                first = of_need.get((first_need, visit.day))
                if first is not None and found[first].end_min + gap <= stop.start_min:
                    after.append((first, gap))
            of_need[need.need_id, visit.day] = number
        elif stop.session is not None:
            citizens = list(dict.fromkeys(stop.session.citizens))
        elif draft.kind == BREAK:
            earliest = days[draft.parts[0].shift].shift.break_window()[0]
        for citizen_id in citizens:
            # One visit at a time: what was to be over by then is waited for (and that waited for what was before).
            over = [index for index in of_citizen[citizen_id] if found[index].end_min <= stop.start_min]
            after += [(index, 0) for index in over[-1:]]
            of_citizen[citizen_id].append(number)
        found.append(
            Happening(
                draft.kind,
                stop.start_min,
                stop.end_min,
                min(earliest, stop.start_min),
                tuple(draft.parts),
                tuple(dict.fromkeys(after)),
                visit,
                need,
            )
        )
    return found


def _links(problem: Problem) -> Mapping[str, list[tuple[str, int]]]:
    """By the second need: the first ones, with the least gaps."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for link in problem.links:
        found[link.second_need].append((link.first_need, link.gap_min))
    return found


def _earliest(
    problem: Problem,
    visit: PlacedVisit,
    need: Need,
    draft: _Draft,
    days: tuple[ShiftDay, ...],
    early_min: int,
) -> int:
    """The earliest a visit begins when its carers are early: within its rules, and not long before it is expected."""
    midnight = visit.day * DAY_MIN
    earliest = max(midnight + need.window_start_min, visit.start_min - early_min)
    if need.agreed_start_min is not None:
        earliest = max(earliest, midnight + need.agreed_start_min - AGREED_TOLERANCE_MIN)
    absences = list(problem.absences_of_citizen.get(need.citizen_id, ()))
    for part in draft.parts:
        day = days[part.shift]
        if day.carer is not None:
            absences += problem.absences_of_carer.get(day.carer.carer_id, ())
        island = problem.citizen_by_id[need.citizen_id].island
        ferry = problem.ferry_on.get((island or "", visit.day))
        if visit.modality != "screen" and ferry is not None and day.shift.begins_at != island:
            earliest = max(earliest, ferry.first_arrival_min)
    ends = [row.end_min for row in absences if row.end_min <= visit.start_min]
    return max([earliest, *ends])


__all__ = ["BREAK", "MEETING", "SESSION", "VISIT", "Happening", "Journey", "Part", "Steps", "steps_of"]
