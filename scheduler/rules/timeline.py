"""Each shift's day as it runs: what is done when and where, and the travel between.

Travel between two places is one piece and lies wholly in one gap. Placeless items (the break, screen visits)
split the time between two places into several gaps. The journey out is made as late as it can be, the
journey home as early.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import NamedTuple

from scheduler.problem import BASE, FIRST_VISIT, Carer, Meeting, Problem, Session, Shift
from scheduler.roster import PlacedVisit, Roster
from scheduler.travel import TravelTable

VISIT, SESSION, MEETING, BREAK = "visit", "session", "meeting", "break"
#: Why a journey cannot be made as the roster wants it.
NO_ROOM, OVERLAP, FERRY_TIMES, NO_FERRY, UNREACHABLE = (
    "no_room",
    "overlap",
    "ferry_times",
    "no_ferry",
    "unreachable",
)


class Stop(NamedTuple):
    """One item of a shift. ``place`` is a citizen's, session's id or ``base``; None for a break or a screen
    visit.
    """

    kind: str
    start_min: int
    end_min: int
    place: str | None
    visit: PlacedVisit | None = None
    session: Session | None = None
    meeting: Meeting | None = None

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end_min - self.start_min

    @property
    def what(self) -> str:
        """A short name: the need's or session's id, the meeting's name, or ``break``."""
        if self.visit is not None:
            return self.visit.need_id
        if self.session is not None:
            return self.session.session_id
        return self.meeting.name if self.meeting is not None else BREAK


class Leg(NamedTuple):
    """One journey; ``before`` and ``after`` are the stops it joins, None at the shift's own beginning and
    end.

    ``obstacle`` says why it cannot be made (None when it can); times are then only where it was tried.
    ``room_min`` is the widest gap there is for it.
    """

    origin: str
    target: str
    start_min: int
    end_min: int
    minutes: int
    before: Stop | None
    after: Stop | None
    room_min: int
    obstacle: str | None = None

    @property
    def is_end(self) -> bool:
        """Whether it is the journey out or the journey home."""
        return self.before is None or self.after is None


@dataclass(frozen=True)
class ShiftDay:
    """A shift with its items and journeys in order of time.

    A shift with neither visit nor session has no travel and no waiting, whatever else lies in it.
    """

    shift: Shift
    carer: Carer | None
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]

    @cached_property
    def is_used(self) -> bool:
        """Whether there is a visit or a session in it."""
        return any(stop.kind in (VISIT, SESSION) for stop in self.stops)

    @cached_property
    def item_min(self) -> int:
        """Minutes of visits, sessions, meetings and the break."""
        return sum(stop.minutes for stop in self.stops)

    @cached_property
    def travel_min(self) -> int:
        """Minutes of all journeys."""
        return sum(leg.minutes for leg in self.legs)

    @cached_property
    def work_min(self) -> int:
        """Minutes of visits and sessions."""
        return sum(stop.minutes for stop in self.stops if stop.kind in (VISIT, SESSION))

    @property
    def load_min(self) -> int:
        """Visit, session and travel minutes: what is shared out fairly between carers."""
        return self.work_min + self.travel_min

    @property
    def idle_min(self) -> int:
        """Minutes of the shift with no item and no travel: what is kept free for emergency calls."""
        return self.shift.minutes - self.item_min - self.travel_min

    @cached_property
    def first_departure_min(self) -> int | None:
        """Start of the first activity (item or journey); None in a shift without visits and sessions."""
        starts = [stop.start_min for stop in self.stops] + [leg.start_min for leg in self.legs]
        return min(starts) if self.is_used else None

    @cached_property
    def last_return_min(self) -> int | None:
        """End of the last activity (item or journey); None in a shift without visits and sessions."""
        ends = [stop.end_min for stop in self.stops] + [leg.end_min for leg in self.legs]
        return max(ends) if self.is_used else None

    @cached_property
    def waiting_min(self) -> int:
        """Minutes between first departure and last return that are neither item nor travel."""
        if self.first_departure_min is None or self.last_return_min is None:
            return 0
        return max(0, self.last_return_min - self.first_departure_min - self.item_min - self.travel_min)


def shift_owners(problem: Problem, roster: Roster) -> dict[str, str]:
    """Shift id -> carer id: as given, and open shifts as the roster assigns them (the first assignment
    stands).
    """
    owners = {shift.shift_id: shift.carer_id for shift in problem.shifts if shift.carer_id is not None}
    for row in roster.open_shifts:
        shift = problem.shift_by_id.get(row.shift_id)
        if shift is not None and shift.carer_id is None and row.carer_id in problem.carer_by_id:
            owners.setdefault(row.shift_id, row.carer_id)
    return owners


def shift_days(
    problem: Problem, roster: Roster, travel: TravelTable, only: Collection[str] | None = None
) -> dict[str, ShiftDay]:
    """Every shift of the problem (``only`` these, when given) by id, with what the roster puts into it.

    A visit stands in the shift named for each of its carers; where that shift is another carer's or another
    date's it stands nowhere (the rule ``shift`` reports it), nor does a visit of an unknown need.
    """
    owners = shift_owners(problem, roster)
    stops: dict[str, list[Stop]] = defaultdict(list)

    def add(stop: Stop, day: int, carers: Sequence[str], shifts: Sequence[str]) -> None:
        pairs = zip(carers, shifts, strict=False)
        # A pair named twice is still one person at one place.
        for carer_id, shift_id in pairs if len(carers) == 1 else dict.fromkeys(pairs):
            if owners.get(shift_id) == carer_id and problem.shift_by_id[shift_id].day == day:
                stops[shift_id].append(stop)

    for visit in roster.visits:
        if only is not None and not any(shift_id in only for shift_id in visit.shifts):
            continue
        need = problem.need_by_id.get(visit.need_id)
        if need is not None:
            place = None if visit.modality == "screen" else need.citizen_id
            end = max(visit.start_min, visit.end_min)
            add(Stop(VISIT, visit.start_min, end, place, visit=visit), visit.day, visit.carers, visit.shifts)
    for row in roster.sessions:
        session = problem.session_by_id.get(row.session_id)
        if session is not None:
            stop = Stop(SESSION, session.start_min, session.end_min, session.session_id, session=session)
            add(stop, session.day, row.carers, row.shifts)
    for pause in roster.breaks:
        end = max(pause.start_min, pause.end_min)
        stops[pause.shift_id].append(Stop(BREAK, pause.start_min, end, None))
    for shift_id, stop in _attended_meetings(problem, owners):
        stops[shift_id].append(stop)
    return {
        shift.shift_id: _shift_day(
            problem,
            shift,
            problem.carer_by_id.get(owners.get(shift.shift_id, "")),
            stops.get(shift.shift_id, []),
            travel,
        )
        for shift in problem.shifts
        if only is None or shift.shift_id in only
    }


def _attended_meetings(problem: Problem, owners: dict[str, str]) -> list[tuple[str, Stop]]:
    """(shift id, stop) for each listed carer with a shift of that date which covers the meeting, if not
    absent.
    """
    found: list[tuple[str, Stop]] = []
    if not problem.meetings:
        return found
    shifts_on: dict[tuple[str, int], list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        if shift.shift_id in owners:
            shifts_on[owners[shift.shift_id], shift.day].append(shift)
    for meeting in problem.meetings:
        stop = Stop(MEETING, meeting.start_min, meeting.end_min, BASE, meeting=meeting)
        for carer_id in dict.fromkeys(meeting.carers):
            absences = problem.absences_of_carer.get(carer_id, ())
            if any(row.overlaps(meeting.start_min, meeting.end_min) for row in absences):
                continue
            for shift in shifts_on[carer_id, meeting.day]:
                if shift.start_min <= meeting.start_min and meeting.end_min <= shift.end_min:
                    found.append((shift.shift_id, stop))
                    break
    return found


def _shift_day(
    problem: Problem, shift: Shift, carer: Carer | None, items: list[Stop], travel: TravelTable
) -> ShiftDay:
    stops = sorted(items, key=lambda stop: (stop.start_min, stop.end_min))
    used = any(stop.kind in (VISIT, SESSION) for stop in stops)
    legs = _Journeys(problem, shift, carer.mode, stops, travel).all() if used and carer is not None else []
    return ShiftDay(shift, carer, tuple(stops), tuple(legs))


class _End(NamedTuple):
    """Where a journey begins or ends: the name, the island it lies on, and the stop there (None: the shift's
    end).
    """

    place: str
    island: str | None
    stop: Stop | None


class _Journeys:
    """Places the journeys of one shift into the gaps between its items."""

    def __init__(
        self, problem: Problem, shift: Shift, mode: str, stops: list[Stop], travel: TravelTable
    ) -> None:
        self.problem, self.shift, self.mode, self.stops, self.travel = problem, shift, mode, stops, travel
        self._ends: dict[int, _End] = {}

    def all(self) -> list[Leg]:
        """The journey out, those between places, the journey home; none of 0 minutes."""
        placed = [index for index, stop in enumerate(self.stops) if stop.place is not None]
        if not placed:
            return []
        legs = [self._between(first, second) for first, second in pairwise(placed)]
        if self.shift.begins_at != FIRST_VISIT:
            legs = [self._out(placed[0]), *legs, self._home(placed[-1])]
        return [leg for leg in legs if leg is not None]

    def _out(self, first: int) -> Leg | None:
        shift, target = self.shift, self._end(first)
        minutes = self.travel.end_minutes(shift.begins_at, target.place, self.mode, shift.day, outward=True)
        ends = [shift.start_min, *(stop.end_min for stop in self.stops[:first])]
        starts = [stop.start_min for stop in self.stops[: first + 1]]
        return self._leg(self._shift_end(), target, minutes, ends, starts)

    def _home(self, last: int) -> Leg | None:
        shift, origin = self.shift, self._end(last)
        minutes = self.travel.end_minutes(shift.begins_at, origin.place, self.mode, shift.day, outward=False)
        ends = [stop.end_min for stop in self.stops[last:]]
        starts = [*(stop.start_min for stop in self.stops[last + 1 :]), shift.end_min]
        return self._leg(origin, self._shift_end(), minutes, ends, starts)

    def _between(self, first: int, second: int) -> Leg | None:
        origin, target = self._end(first), self._end(second)
        minutes = self.travel.minutes(origin.place, target.place, self.mode, self.shift.day)
        ends = [stop.end_min for stop in self.stops[first:second]]
        starts = [stop.start_min for stop in self.stops[first + 1 : second + 1]]
        return self._leg(origin, target, minutes, ends, starts)

    def _end(self, index: int) -> _End:
        # Where one journey ends the next begins.
        if index not in self._ends:
            stop = self.stops[index]
            place = stop.place or BASE
            self._ends[index] = _End(place, self.travel.island_of(place), stop)
        return self._ends[index]

    def _shift_end(self) -> _End:
        begins_at = self.shift.begins_at
        return _End(begins_at, None if begins_at == BASE else begins_at, None)

    def _leg(
        self, origin: _End, target: _End, minutes: int | None, gap_starts: list[int], gap_ends: list[int]
    ) -> Leg | None:
        """One journey in the gaps ``gap_starts[i]`` to ``gap_ends[i]``; ``minutes`` None: it cannot be made
        at all.
        """
        if minutes == 0:
            return None
        out = origin.stop is None
        if minutes is not None and len(gap_starts) == 1 and origin.island == target.island:
            # As nearly all are: one gap, no water, and room.
            begin, room = gap_starts[0], gap_ends[0] - gap_starts[0]
            if room >= minutes:
                begin = gap_ends[0] - minutes if out else begin
                return Leg(
                    origin.place,
                    target.place,
                    begin,
                    begin + minutes,
                    minutes,
                    origin.stop,
                    target.stop,
                    room,
                )
        gaps = list(zip(gap_starts, gap_ends, strict=True))
        room = max(end - start for start, end in gaps)

        def leg(begin: int, length: int, obstacle: str | None) -> Leg:
            return Leg(
                origin.place,
                target.place,
                begin,
                begin + length,
                length,
                origin.stop,
                target.stop,
                room,
                obstacle,
            )

        if minutes is None:
            crossing = self.travel.crossing_min(origin.island, target.island, self.shift.day)
            return leg(gap_starts[0], 0, NO_FERRY if crossing is None else UNREACHABLE)
        earliest, latest = self._ferry_bounds(origin.island, target.island, minutes)
        # Out as late as possible; everything else as early as possible.
        for start, end in reversed(gaps) if out else gaps:
            first, last = max(start, earliest), min(end - minutes, latest)
            if first <= last:
                return leg(int(last if out else first), minutes, None)
        if room >= minutes:
            obstacle = FERRY_TIMES
        elif any(end < start for start, end in gaps):
            # The items themselves overlap, or leave the shift: that is what is to be reported.
            obstacle = OVERLAP
        else:
            obstacle = NO_ROOM
        return leg(gap_ends[-1] - minutes if out else gap_starts[0], minutes, obstacle)

    def _ferry_bounds(
        self, from_island: str | None, to_island: str | None, minutes: int
    ) -> tuple[float, float]:
        """Earliest and latest begin of a journey by the ferries of islands on which the shift does not
        begin.
        """
        earliest, latest = -inf, inf
        if from_island != to_island:
            leaving = self.problem.ferry_on.get((from_island or "", self.shift.day))
            if leaving is not None and from_island != self.shift.begins_at:
                latest = leaving.last_departure_min
            arriving = self.problem.ferry_on.get((to_island or "", self.shift.day))
            if arriving is not None and to_island != self.shift.begins_at:
                earliest = arriving.first_arrival_min - minutes
        return earliest, latest
