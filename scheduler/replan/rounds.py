"""A shift's round as a list of stops with fixed times, and the room between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from scheduler.problem import Carer, Problem, Shift
from scheduler.roster import Roster
from scheduler.rules.timeline import shift_days
from scheduler.travel import TravelTable

#: (start, end, place); a break and a screen visit have no place.
Stop = tuple[int, int, str | None]


@dataclass
class Round:
    """What a carer does in a shift, in order of time. Nothing in it moves when something is put in."""

    shift: Shift
    carer: Carer
    travel: TravelTable
    stops: list[Stop] = field(default_factory=list)

    def put(self, start_min: int, end_min: int, place: str | None) -> None:
        """Put a stop in."""
        self.stops.append((start_min, end_min, place))
        self.stops.sort(key=lambda stop: stop[:2])

    def take_out(self, start_min: int, end_min: int) -> None:
        """Take the stop of these times out."""
        self.stops = [stop for stop in self.stops if stop[:2] != (start_min, end_min)]

    def room(self, place: str, minutes: int) -> Iterator[tuple[int, int]]:
        """Earliest and latest start at that place in each gap, with the ways there and on; errs on the narrow side."""
        for index in range(len(self.stops) + 1):
            earliest = self._arrival(index, place)
            latest = self._departure(index, place)
            if earliest is not None and latest is not None and earliest + minutes <= latest:
                yield earliest, latest - minutes

    def _arrival(self, index: int, place: str) -> int | None:
        """When somebody who leaves the gap's beginning at once is there."""
        free_from = self.stops[index - 1][1] if index else self.shift.start_min
        before = next((stop[2] for stop in reversed(self.stops[:index]) if stop[2] is not None), None)
        minutes = self._minutes(before, place, outward=True)
        return None if minutes is None else free_from + minutes

    def _departure(self, index: int, place: str) -> int | None:
        """When to leave to be at the next place in time: before the gap's end, or in a gap behind a break."""
        after = next((stop[2] for stop in self.stops[index:] if stop[2] is not None), None)
        minutes = self._minutes(after, place, outward=False)
        if minutes is None:
            return None
        ends = [stop[0] for stop in self.stops[index:]] + [self.shift.end_min]
        begins = [stop[1] for stop in self.stops[index:]]
        best: int | None = ends[0] - minutes
        for gap, stop in enumerate(self.stops[index:]):
            if stop[2] is not None:
                break
            if ends[gap + 1] - begins[gap] >= minutes:
                best = ends[0]
                break
        return best

    def _minutes(self, other: str | None, place: str, *, outward: bool) -> int | None:
        """Travel between the place and another stop, or (None) the shift's own end; outward: towards the place."""
        mode, day = self.carer.mode, self.shift.day
        if other is None:
            return self.travel.end_minutes(self.shift.begins_at, place, mode, day, outward=outward)
        origin, target = (other, place) if outward else (place, other)
        return self.travel.minutes(origin, target, mode, day)

    def detour_min(self, place: str, start_min: int, minutes: int) -> int:
        """Extra travel when a visit at that place from a start is put in."""
        index = sum(stop[0] < start_min for stop in self.stops)
        before = next((stop[2] for stop in reversed(self.stops[:index]) if stop[2] is not None), None)
        after = next((stop[2] for stop in self.stops[index:] if stop[2] is not None), None)
        there = self._minutes(before, place, outward=True) or 0
        on = self._minutes(after, place, outward=False) or 0
        if before is not None and after is not None:
            direct = self.travel.minutes(before, after, self.carer.mode, self.shift.day) or 0
        elif before is None and after is None:
            direct = 0
        else:
            known = before if before is not None else after
            assert known is not None
            direct = self._minutes(None, known, outward=before is None) or 0
        return there + on - direct

    def keeps_reserve(self, place: str, start_min: int, minutes: int) -> bool:
        """Whether the shift keeps its minutes for emergency calls when a visit at that place from a start is put in."""
        reserve = self.shift.reserve_minutes
        if not reserve:
            return True
        items = minutes + sum(end - start for start, end, _ in self.stops)
        travel = self._travel_min() + self.detour_min(place, start_min, minutes)
        return self.shift.minutes - items - travel >= reserve

    def _travel_min(self) -> int:
        """Minutes on the way as the round is."""
        places = [place for _, _, place in self.stops if place is not None]
        if not places:
            return 0
        mode, day = self.carer.mode, self.shift.day
        ways = [self.travel.minutes(a, b, mode, day) or 0 for a, b in pairwise(places)]
        ends = (
            self._minutes(None, places[0], outward=True) or 0,
            self._minutes(None, places[-1], outward=False) or 0,
        )
        return sum(ways) + sum(ends)


def rounds_of(problem: Problem, roster: Roster, travel: TravelTable) -> dict[str, Round]:
    """By shift id: the rounds of a roster, those of trainees left out."""
    found = {}
    for shift_id, day in shift_days(problem, roster, travel).items():
        if day.carer is None or day.carer.is_trainee:
            continue
        stops: list[Stop] = [(stop.start_min, stop.end_min, stop.place) for stop in day.stops]
        found[shift_id] = Round(day.shift, day.carer, travel, stops)
    return found
