"""All start times of a finished roster chosen anew, exactly: who, where, in which order and how long stay.

Between two items of a round lie fixed minutes, so every rule is a difference of two times, and every price that hangs
on times alone (waiting, agreed, regular, base_minutes, buffer) is a price on such a difference. One program
(:mod:`scheduler.cpsat.differences`) holds the whole roster and is solved to its optimum in a fraction of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scheduler.clock import DAY_MIN
from scheduler.cpsat.differences import ZERO, Differences
from scheduler.evaluate import Evaluation, evaluate
from scheduler.problem import Absence, Problem, Shift, week_of
from scheduler.roster import PlacedBreak, PlacedVisit, Roster
from scheduler.rules.slow_clock import MARGIN_MIN, run_over_min
from scheduler.rules.timeline import BREAK, MEETING, VISIT, ShiftDay, Stop, shift_days
from scheduler.travel import TravelTable

#: Of rosters that cost the same the one with more room on a slow day is taken: a price too small to outweigh any other.
TIE_PRICE = 1e-5
#: Later than any time of a roster.
_NEVER = 10**6


def retimed(problem: Problem, roster: Roster, travel: TravelTable) -> Roster:
    """The roster at its best times, judged; the same object where no better times were found.

    Carers, dates, orders, durations and ways of visiting stay. Pinned visits, sessions and meetings keep their times,
    and so does whatever breaks a rule as it stands. The answer breaks no rule that the roster does not break.
    """
    times = _Times(problem, roster, travel)
    found = times.best()
    if found is None:
        return roster
    before, after = evaluate(problem, roster, travel), evaluate(problem, found, travel)
    if after.figures.objective >= before.figures.objective - 1e-6 or _broken(after) - _broken(before):
        return roster
    return replace(found, figures=after.figures, citizens=after.citizens)


def _broken(result: Evaluation) -> set[tuple[object, ...]]:
    return {
        (row.rule, row.need_id, row.citizen_id, row.carer_id, row.shift_id, row.day) for row in result.hard
    }


@dataclass(frozen=True)
class _Leg:
    """A journey made right before a stop: its minutes, and what ferries ask of its begin and end."""

    minutes: int = 0
    begin_by_min: int | None = None
    end_from_min: int | None = None


class _Times:
    """The roster's times as numbers of one program."""

    def __init__(self, problem: Problem, roster: Roster, travel: TravelTable) -> None:
        self.problem, self.roster, self.travel = problem, roster, travel
        self.program = Differences()
        self.days = shift_days(problem, roster, travel)
        self.of_visit = {id(visit): self.program.number(visit.start_min) for visit in roster.visits}
        self.of_break: dict[tuple[str, int], int] = {}
        self.frozen: set[int] = set()
        #: By day: trainees' shifts, each with the mentor.
        self.trainees_on: dict[int, list[tuple[Shift, str]]] = defaultdict(list)
        for day in self.days.values():
            if day.carer is not None and day.carer.mentor is not None:
                self.trainees_on[day.shift.day].append((day.shift, day.carer.mentor))

    def best(self) -> Roster | None:
        """The roster with the best times; None when they could not be found."""
        for visit in self.roster.visits:
            self._bounds(visit)
            self._agreed(visit)
        self._standing()
        self._regular()
        in_a_shift: set[int] = set()
        for day in self.days.values():
            in_a_shift |= {self.of_visit[id(stop.visit)] for stop in day.stops if stop.visit is not None}
            if day.is_used:
                self._shift(day)
        self._one_at_a_time()
        self._links()
        # What stands in no shift breaks a rule, and nothing holds it apart from the rest.
        self.frozen |= set(self.of_visit.values()) - in_a_shift
        values = self.program.best(sorted(self.frozen))
        return None if values is None else self._with(values)

    def _with(self, values: Sequence[int]) -> Roster:
        visits = []
        for visit in self.roster.visits:
            start = values[self.of_visit[id(visit)]]
            visits.append(replace(visit, start_min=start, end_min=start + visit.minutes))
        breaks = []
        for pause in self.roster.breaks:
            number = self.of_break.get((pause.shift_id, pause.start_min))
            breaks.append(pause if number is None else _moved(pause, values[number]))
        breaks.sort(key=lambda row: (row.start_min, row.shift_id))
        return replace(self.roster, visits=tuple(visits), breaks=tuple(breaks))

    # Visits by themselves

    def _bounds(self, visit: PlacedVisit) -> None:
        """Window, agreed time, absences and ferries; a pinned visit keeps its time. Shifts bound rounds as a whole."""
        number = self.of_visit[id(visit)]
        need = self.problem.need_by_id.get(visit.need_id)
        if visit.pinned or need is None:
            self.frozen.add(number)
            return
        least, most = (visit.day * DAY_MIN + clock for clock in need.start_bounds())
        for absence in self._absences(visit):
            least, most = _beside(absence, visit, least, most)
        island = self.problem.citizen_by_id[need.citizen_id].island
        ferry = None if visit.modality == "screen" else self.problem.ferry_on.get((island or "", visit.day))
        if ferry is not None and any(shift.begins_at != island for shift in self._shifts(visit)):
            least = max(least, ferry.first_arrival_min)
            most = min(most, ferry.last_departure_min - visit.minutes)
        least, most = self._clear_of_trainees(visit, least, most)
        self.program.between(number, least, most)

    def _absences(self, visit: PlacedVisit) -> Iterable[Absence]:
        yield from self.problem.absences_of_citizen.get(visit.citizen_id, ())
        for carer_id in visit.carers:
            yield from self.problem.absences_of_carer.get(carer_id, ())

    def _shifts(self, visit: PlacedVisit) -> list[Shift]:
        found = (self.problem.shift_by_id.get(shift_id) for shift_id in visit.shifts)
        return [shift for shift in found if shift is not None]

    def _clear_of_trainees(self, visit: PlacedVisit, least: int, most: int) -> tuple[int, int]:
        """A visit outside the shift of the mentor's trainee stays there: inside, it would cost the trainee's absence."""
        for shift, mentor in self.trainees_on[visit.day]:
            if mentor not in visit.carers or shift.carer_id in visit.carers:
                continue
            if visit.start_min < shift.start_min:
                most = min(most, shift.start_min - 1)
            elif visit.end_min > shift.end_min:
                least = max(least, shift.end_min - visit.minutes + 1)
        return least, most

    def _agreed(self, visit: PlacedVisit) -> None:
        need = self.problem.need_by_id.get(visit.need_id)
        if need is not None and need.agreed_start_min is not None:
            agreed = visit.day * DAY_MIN + need.agreed_start_min
            self.program.distance(self.of_visit[id(visit)], ZERO, agreed, self.problem.weights.agreed)

    def _standing(self) -> None:
        """Minutes from the standing roster's visit of the same need and day."""
        standing, price = self.problem.standing_roster, self.problem.weights.base_minutes
        if standing is None:
            return
        length = 7 * standing.weeks
        offset = (self.problem.calendar.first_monday - standing.first_monday).days
        clocks = {
            (row.need_id, row.day % length): row.start_min - row.day * DAY_MIN
            for row in reversed(standing.visits)
        }
        for visit in self.roster.visits:
            clock = clocks.get((visit.need_id, (visit.day + offset) % length))
            if clock is not None:
                self.program.distance(self.of_visit[id(visit)], ZERO, visit.day * DAY_MIN + clock, price)

    def _regular(self) -> None:
        """Minutes from the need's median in the week: the number from which the sum of distances is least."""
        together: dict[tuple[str, int], list[PlacedVisit]] = defaultdict(list)
        for visit in self.roster.visits:
            together[visit.need_id, week_of(visit.day)].append(visit)
        for visits in together.values():
            if len(visits) < 2:
                continue
            clocks = sorted(visit.start_min - visit.day * DAY_MIN for visit in visits)
            middle = self.program.number(clocks[len(clocks) // 2])
            self.program.between(middle, -_NEVER, _NEVER)
            for visit in visits:
                number, midnight = self.of_visit[id(visit)], visit.day * DAY_MIN
                self.program.distance(number, middle, midnight, self.problem.weights.regular)

    # Rounds

    def _shift(self, day: ShiftDay) -> None:
        """Items follow one another with the journeys between; then what waiting and a slow day cost."""
        numbers = [self._number(day, stop) for stop in day.stops]
        if any(leg.obstacle is not None for leg in day.legs):
            self.frozen |= set(numbers)
            return
        legs = self._legs_before(day)
        end: tuple[int, int] = (ZERO, day.shift.start_min)
        for stop, number, leg in zip(day.stops, numbers, legs, strict=False):
            self._after(end, leg, number)
            end = (number, stop.minutes)
        home = legs[-1]
        last, minutes = end
        self.program.at_most(last, ZERO, day.shift.end_min - minutes - home.minutes)
        if home.begin_by_min is not None:
            self.program.at_most(last, ZERO, home.begin_by_min - minutes)
        # The round lasts from the first departure to the last return; what is neither item nor travel is waiting.
        fixed = day.item_min + day.travel_min - legs[0].minutes - minutes - home.minutes
        self.program.priced(last, numbers[0], fixed, self.problem.weights.waiting)
        if day.carer is not None and not day.carer.is_trainee:
            self._slow_day(day, numbers, legs)

    def _number(self, day: ShiftDay, stop: Stop) -> int:
        if stop.visit is not None:
            return self.of_visit[id(stop.visit)]
        number = self.program.number(stop.start_min)
        if stop.kind == BREAK:
            self.of_break[day.shift.shift_id, stop.start_min] = number
            least, most = day.shift.break_window()
            self.program.between(number, least, most - stop.minutes)
        else:
            self.frozen.add(number)
        return number

    def _after(self, end: tuple[int, int], leg: _Leg, number: int) -> None:
        """An item begins after another's end and the journey between."""
        before, minutes = end
        self.program.at_most(before, number, -minutes - leg.minutes)
        if leg.begin_by_min is not None:
            self.program.at_most(before, ZERO, leg.begin_by_min - minutes)
        if leg.end_from_min is not None:
            self.program.at_most(ZERO, number, -leg.end_from_min)

    def _legs_before(self, day: ShiftDay) -> list[_Leg]:
        """The journey made right before each stop, and last the one home: each stays in the gap where it lies now."""
        found = [_Leg()] * (len(day.stops) + 1)
        position = {id(stop): index for index, stop in enumerate(day.stops)}
        for leg in day.legs:
            index = 0 if leg.before is None else position[id(leg.before)] + 1
            last = len(day.stops) if leg.after is None else position[id(leg.after)]
            while index < last and day.stops[index].start_min < leg.end_min:
                index += 1
            islands = [
                place
                if stop is None and place == day.shift.begins_at != "base"
                else self.travel.island_of(place)
                for place, stop in ((leg.origin, leg.before), (leg.target, leg.after))
            ]
            found[index] = self._with_ferries(day.shift, leg.minutes, *islands)
        return found

    def _with_ferries(self, shift: Shift, minutes: int, origin: str | None, target: str | None) -> _Leg:
        """Ferries bind where the shift does not begin on the island: by the last one away, not before the first there."""
        begin_by, end_from = None, None
        if origin != target:
            leaving = self.problem.ferry_on.get((origin or "", shift.day))
            if leaving is not None and origin != shift.begins_at:
                begin_by = leaving.last_departure_min
            arriving = self.problem.ferry_on.get((target or "", shift.day))
            if arriving is not None and target != shift.begins_at:
                end_from = arriving.first_arrival_min
        return _Leg(minutes, begin_by, end_from)

    def _slow_day(self, day: ShiftDay, numbers: Sequence[int], legs: Sequence[_Leg]) -> None:
        """The price ``buffer``: a second time for each place, at which the carer comes there on a slow day."""
        price = max(self.problem.weights.buffer, TIE_PRICE)
        slow: tuple[int, int] | None = None
        gone, leg, work = 0, 0, 0
        for stop, number, before in zip(day.stops, numbers, legs, strict=False):
            leg += before.minutes
            visit_min = stop.minutes if stop.kind == VISIT else 0
            if stop.place is None:
                gone, work = gone + stop.minutes, work + visit_min
                continue
            if slow is None or stop.kind == MEETING:
                slow = (number, stop.start_min)
            else:
                least = gone + leg + run_over_min(work + leg)
                later = self.program.number(max(stop.start_min, slow[1] + least))
                self.program.at_most(number, later, 0)
                self.program.at_most(slow[0], later, -least)
                self.program.between(later, 0, _NEVER)
                if stop.kind == VISIT:
                    self.program.priced(later, number, MARGIN_MIN, price)
                slow = (later, max(stop.start_min, slow[1] + least))
            gone, leg, work = stop.minutes, 0, visit_min

    # Citizens

    def _one_at_a_time(self) -> None:
        """A citizen's visits and sessions keep their order and do not overlap."""
        rows: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for visit in self.roster.visits:
            rows[visit.citizen_id].append((visit.start_min, visit.end_min, self.of_visit[id(visit)]))
        for held in self.roster.sessions:
            session = self.problem.session_by_id.get(held.session_id)
            if session is not None:
                number = self.program.number(session.start_min)
                self.frozen.add(number)
                for citizen_id in dict.fromkeys(session.citizens):
                    rows[citizen_id].append((session.start_min, session.end_min, number))
        for spans in rows.values():
            for first, second in pairwise(sorted(spans)):
                self.program.at_most(first[2], second[2], first[0] - first[1])

    def _links(self) -> None:
        """The gaps of linked visits of a date."""
        placed: dict[tuple[str, int], PlacedVisit] = {}
        for visit in self.roster.visits:
            placed.setdefault((visit.need_id, visit.day), visit)
        seconds: dict[str, list[PlacedVisit]] = defaultdict(list)
        for (need_id, _), visit in placed.items():
            seconds[need_id].append(visit)
        for link in self.problem.links:
            for second in seconds[link.second_need]:
                first = placed.get((link.first_need, second.day))
                if first is None or first is second:
                    continue
                a, b = self.of_visit[id(first)], self.of_visit[id(second)]
                self.program.at_most(a, b, -first.minutes - link.gap_min)
                if link.gap_max is not None:
                    self.program.at_most(b, a, first.minutes + link.gap_max)


def _beside(absence: Absence, visit: PlacedVisit, least: int, most: int) -> tuple[int, int]:
    """A visit stays on the side of an absence where it is."""
    if absence.end_min <= visit.start_min:
        return max(least, absence.end_min), most
    return least, min(most, absence.start_min - visit.minutes)


def _moved(pause: PlacedBreak, start: int) -> PlacedBreak:
    return replace(pause, start_min=start, end_min=start + pause.end_min - pause.start_min)
