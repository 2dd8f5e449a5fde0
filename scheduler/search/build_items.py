"""Items and routes: what is to be done, who is on duty, and which route can take which item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.due import Due, DueList, due_visits
from scheduler.eligibility import attending, carer_obstacle, modalities, start_range
from scheduler.problem import BASE, FIRST_VISIT, Absence, Carer, Meeting, Problem, Session, Shift
from scheduler.qualifications import UNTRAINED, qualifies
from scheduler.roster import PlacedVisit
from scheduler.search import world as ws
from scheduler.search.durations import planned_durations
from scheduler.travel import TravelTable

#: At most so many minutes are kept free for travel beside a pinned visit that breaks a rule.
FARTHEST_MIN = 30


@dataclass(frozen=True)
class Plan:
    """What the arrays' indices stand for."""

    problem: Problem
    travel: TravelTable
    due: DueList
    #: By item: the due visit, session, meeting, or (for a break) the shift.
    items: tuple[Due | Session | Meeting | Shift, ...]
    #: By item: the pinned visit, where it is one.
    pins: Mapping[int, PlacedVisit]
    #: By meeting or break: the route it belongs to.
    owner: Mapping[int, int]
    routes: tuple[tuple[Shift, Carer], ...]
    citizen_index: Mapping[str, int]
    carer_index: Mapping[str, int]
    #: Pins that stay in the roster outside the search: not due, or known to break a rule.
    bent: tuple[PlacedVisit, ...]


def duty(problem: Problem, open_shifts: Mapping[str, str]) -> tuple[tuple[Shift, Carer], ...]:
    """Shifts with the carer who works them, open ones by ``open_shifts``; trainees' left out."""
    pairs = []
    for shift in problem.shifts:
        carer_id = shift.carer_id or open_shifts.get(shift.shift_id)
        if carer_id is not None and not problem.carer_by_id[carer_id].is_trainee:
            pairs.append((shift, problem.carer_by_id[carer_id]))
    return tuple(pairs)


class ItemBuilder:
    """Fills the items and routes, one method a kind of thing."""

    def __init__(
        self,
        problem: Problem,
        travel: TravelTable,
        open_shifts: Mapping[str, str],
        bent: Collection[PlacedVisit] = (),
    ) -> None:
        self.problem = problem
        self.travel = travel
        self.due = due_visits(problem)
        self.routes = duty(problem, open_shifts)
        self.citizen_index = {row.citizen_id: index for index, row in enumerate(problem.citizens)}
        self.carer_index = {row.carer_id: index for index, row in enumerate(problem.carers)}
        self.need_index = {row.need_id: index for index, row in enumerate(problem.needs)}
        self.place_index = {place: index for index, place in enumerate(travel.places)}
        self.island_index = {
            island: index
            for index, island in enumerate(
                sorted({c.island for c in problem.citizens if c.island is not None})
            )
        }
        for shift in problem.shifts:
            if shift.begins_at not in (BASE, FIRST_VISIT):
                self.island_index.setdefault(shift.begins_at, len(self.island_index))
        self.routes_of_day: dict[int, list[int]] = defaultdict(list)
        for index, (shift, _) in enumerate(self.routes):
            self.routes_of_day[shift.day].append(index)
        self.pins, strays = self._match_pins()
        #: Pinned visits outside every route, each with its citizen's need: not due, or breaking a rule.
        self.bent = [*strays, *(visit for visit in self.pins.values() if visit in bent)]
        self.bent_days = {(visit.need_id, visit.day) for visit in self.bent}
        self.durations = planned_durations(problem, self.due)
        breaks = () if problem.published is None else problem.published.breaks
        #: When breaks began in a published roster, by shift.
        self.break_starts = {row.shift_id: row.start_min for row in breaks}
        self._lay_out_items()

    def _match_pins(self) -> tuple[dict[int, PlacedVisit], list[PlacedVisit]]:
        """Due visits that a published roster pins, by index among the due; and pins that are not due.

        Pins of needs that are no longer in the pack bind nothing.
        """
        pins: dict[int, PlacedVisit] = {}
        strays: list[PlacedVisit] = []
        if self.problem.published is None:
            return pins, strays
        by_need: dict[str, list[int]] = defaultdict(list)
        for index, due in enumerate(self.due.visits):
            by_need[due.need.need_id].append(index)
        for visit in self.problem.published.visits:
            if not visit.pinned or visit.need_id not in self.need_index:
                continue
            free = [
                i for i in by_need[visit.need_id] if i not in pins and visit.day in self.due.visits[i].days
            ]
            if free:
                pins[free[0]] = visit
            else:
                strays.append(visit)
        return pins, strays

    def _lay_out_items(self) -> None:
        """Decide which items there are and how many tasks each has."""
        problem = self.problem
        contents: list[Due | Session | Meeting | Shift] = [*self.due.visits, *problem.sessions]
        self.owner: dict[int, int] = {}
        for r, (shift, carer) in enumerate(self.routes):
            for meeting in problem.meetings:
                if attending(problem, meeting, shift, carer):
                    self.owner[len(contents)] = r
                    contents.append(meeting)
            if shift.break_minutes > 0:
                self.owner[len(contents)] = r
                contents.append(shift)
        self.contents = tuple(contents)
        self.items = np.zeros(len(contents), dtype=ws.ITEM)
        slots = [self._slots(row) for row in contents]
        self.items["slots"] = slots
        self.items["task0"] = np.concatenate([[0], np.cumsum(slots)[:-1]]) if slots else []
        self.tasks = np.zeros(sum(slots), dtype=ws.TASK)
        self.tasks["item"] = np.repeat(np.arange(len(contents)), slots)
        self.tasks["route"] = ws.NONE
        self.tasks["me"] = np.arange(len(self.tasks))

    @staticmethod
    def _slots(row: Due | Session | Meeting | Shift) -> int:
        if isinstance(row, Due):
            return row.need.carers
        return row.carers if isinstance(row, Session) else 1

    def fill_items(self) -> None:
        """What each item is, and when it may start."""
        for name in ("place", "citizen", "cw", "need", "agreed", "group"):
            self.items[name] = ws.NONE
        for i, row in enumerate(self.contents):
            if isinstance(row, Due):
                self._fill_visit(i, row)
            elif isinstance(row, Session):
                self._fill_timed(i, ws.SESSION, row.day, row.start_min, row.minutes)
                self.items[i]["place"] = self.place_index[row.session_id]
                self.items[i]["unplaced"] = self.problem.weights.unplaced_1
            elif isinstance(row, Meeting):
                self._fill_timed(i, ws.MEETING, row.day, row.start_min, row.minutes)
                self.items[i]["place"] = self.place_index[BASE]
                self.items[i]["fixed"] = 1
            else:
                self._fill_break(i, row)

    def _fill_visit(self, i: int, due: Due) -> None:
        item, need = self.items[i], due.need
        item["kind"] = ws.VISIT
        item["place"] = self.place_index[need.citizen_id]
        item["citizen"] = self.citizen_index[need.citizen_id]
        item["cw"] = item["citizen"] * self.problem.calendar.weeks + due.week
        item["need"] = self.need_index[need.need_id]
        item["lo"], item["hi"] = need.start_bounds()
        item["dmin"], item["dwish"], item["dmax"] = need.minutes_min, need.minutes, need.minutes_max
        item["dur"] = self.durations[i]
        item["agreed"] = ws.NONE if need.agreed_start_min is None else need.agreed_start_min
        ways = modalities(self.problem, due)
        item["ways"] = (ws.HOME_BIT if "home" in ways else 0) | (ws.SCREEN_BIT if "screen" in ways else 0)
        item["screen"] = 1 if ways == ("screen",) else 0
        once = self.problem.package_of(need.citizen_id).two_carers_count == "once"
        item["mult"] = 0 if not need.counts else (1 if once else need.carers)
        item["unplaced"] = self.problem.weights.unplaced(need.priority)
        item["day"] = due.days[0]
        pin = self.pins.get(i)
        if pin is not None:
            clock = pin.start_min - pin.day * DAY_MIN
            item["lo"] = item["hi"] = clock
            item["dmin"] = item["dmax"] = item["dur"] = max(1, pin.minutes)
            item["screen"] = 1 if pin.modality == "screen" else 0
            item["fixed"] = 1
        elif len(due.days) == 1:
            item["lo"], item["hi"] = self._at_home(due, int(item["lo"]), int(item["hi"]))
        agreed = item["lo"] if item["agreed"] == ws.NONE else item["agreed"]
        item["pref"] = min(max(agreed, item["lo"]), item["hi"])

    def _at_home(self, due: Due, lo: int, hi: int) -> tuple[int, int]:
        """The starts between ``lo`` and ``hi`` without those in which the citizen is away at either end of them.

        A search that aims at an agreed time in an absence would find room nowhere: starts are only ever put off.
        """
        midnight, minutes = due.days[0] * DAY_MIN, due.need.minutes_min
        away = [
            (row.start_min - midnight, row.end_min - midnight)
            for row in self.problem.absences_of_citizen.get(due.need.citizen_id, ())
        ]
        first, last = lo, hi
        while blocking := [end for begin, end in away if begin < first + minutes and first < end]:
            first = max(blocking)
        while blocking := [begin for begin, end in away if begin < last + minutes and last < end]:
            last = min(blocking) - minutes
        return (first, last) if first <= last else (lo, hi)

    def _fill_timed(self, i: int, kind: int, day: int, start_min: int, minutes: int) -> None:
        item = self.items[i]
        item["kind"], item["day"] = kind, day
        item["lo"] = item["hi"] = start_min - day * DAY_MIN
        item["dmin"] = item["dwish"] = item["dmax"] = item["dur"] = minutes
        item["start"] = start_min
        item["pref"] = item["lo"]
        item["ways"] = ws.HOME_BIT

    def _fill_break(self, i: int, shift: Shift) -> None:
        item = self.items[i]
        begin, end = shift.break_window()
        item["kind"], item["day"], item["fixed"] = ws.BREAK, shift.day, 1
        item["lo"] = begin - shift.day * DAY_MIN
        item["hi"] = end - shift.break_minutes - shift.day * DAY_MIN
        item["dmin"] = item["dwish"] = item["dmax"] = item["dur"] = shift.break_minutes
        item["start"], item["pref"] = begin, item["lo"]
        published = self.break_starts.get(shift.shift_id)
        if published is not None:
            item["pref"] = min(max(published - shift.day * DAY_MIN, item["lo"]), item["hi"])

    def fill_routes(self) -> None:
        """The shifts, and the travel matrix each is walked by."""
        self.route_rows = np.zeros(len(self.routes), dtype=ws.ROUTE)
        self.away_rows: list[tuple[int, int]] = []
        self.matrices: dict[tuple, int] = {}
        places = len(self.travel.places)
        spans = {key: self.slice_of(rows) for key, rows in self.carer_spans().items()}
        for r, (shift, carer) in enumerate(self.routes):
            row = self.route_rows[r]
            row["carer"] = self.carer_index[carer.carer_id]
            row["day"], row["start"], row["end"] = shift.day, shift.start_min, shift.end_min
            row["reserve"] = shift.reserve_minutes
            row["whole"], row["first"], row["last"] = 1, ws.UNMARKED, ws.NONE
            row["untrained"] = carer.qualification == UNTRAINED
            row["substitute"] = carer.kind == "substitute"
            row["away0"], row["away1"] = spans.get(carer.carer_id, (0, 0))
            if shift.begins_at == BASE:
                row["origin"], row["island"] = self.place_index[BASE], ws.NONE
            elif shift.begins_at == FIRST_VISIT:
                row["origin"], row["island"] = places, ws.ANYWHERE
            else:
                row["island"] = self.island_index[shift.begins_at]
                row["origin"] = places + 1 + row["island"]
            crossings = tuple(
                (name, ferry.minutes)
                for name in self.island_index
                if (ferry := self.problem.ferry_on.get((name, shift.day)))
            )
            row["matrix"] = self.matrices.setdefault((carer.mode, crossings), len(self.matrices))

    def slice_of(self, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """Where these spans lie in the table of absences, which they are added to."""
        first = len(self.away_rows)
        self.away_rows += spans
        return first, len(self.away_rows)

    def carer_spans(self) -> dict[str, list[tuple[int, int]]]:
        """When each carer is away or held by a pinned visit outside the routes."""
        spans = _spans(self.problem.absences_of_carer)
        for visit in self.bent:
            for carer_id in visit.carers:
                pad = self._farthest_min(visit, carer_id)
                spans[carer_id].append((visit.start_min - pad, visit.end_min + pad))
        return spans

    def _farthest_min(self, visit: PlacedVisit, carer_id: str) -> int:
        """Minutes of travel to keep free on either side of a visit outside the routes, wherever the carer comes from."""
        carer = self.problem.carer_by_id.get(carer_id)
        if carer is None or visit.modality == "screen":
            return 0
        legs = self.travel.legs[carer.mode]
        home = self.place_index[self.problem.need_by_id[visit.need_id].citizen_id]
        both = np.maximum(legs.minutes[home], legs.minutes[:, home])
        return min(FARTHEST_MIN, int(both[legs.reachable[home] & legs.reachable[:, home]].max(initial=0)))

    def citizen_spans(self) -> dict[str, list[tuple[int, int]]]:
        """When each citizen is away or visited by a pinned visit outside the routes."""
        spans = _spans(self.problem.absences_of_citizen)
        for visit in self.bent:
            spans[self.problem.need_by_id[visit.need_id].citizen_id].append((visit.start_min, visit.end_min))
        return spans

    def travel_matrices(self) -> np.ndarray:
        """[matrix, from, to] minutes: the places, then nowhere, then each island as a shift's beginning."""
        places = self.travel.places
        size = len(places) + 1 + len(self.island_index)
        island = [self.travel.island_of(place) for place in places]
        result = np.zeros((max(1, len(self.matrices)), size, size), dtype=np.int32)
        for (mode, crossings), m in self.matrices.items():
            ferry = dict(crossings)
            legs = self.travel.legs[mode]
            block = np.where(legs.reachable, legs.minutes, ws.UNREACHABLE)
            cost = np.array([0 if name is None else ferry.get(name, ws.UNREACHABLE) for name in island])
            crosses = np.array([[a != b for b in island] for a in island])
            block = block + np.where(crosses, cost[:, None] + cost[None, :], 0)
            result[m, : len(places), : len(places)] = np.minimum(block, ws.UNREACHABLE)
            for name, index in self.island_index.items():
                own = ferry.get(name, ws.UNREACHABLE)
                over = np.array([0 if other == name else own for other in island])
                over = over + np.array(
                    [0 if other in (None, name) else ferry.get(other, ws.UNREACHABLE) for other in island]
                )
                at = len(places) + 1 + index
                result[m, at, : len(places)] = np.minimum(over, ws.UNREACHABLE)
                result[m, : len(places), at] = np.minimum(over, ws.UNREACHABLE)
        return result

    def eligibility(self) -> tuple[np.ndarray, np.ndarray]:
        """[item, route] ways in which that shift can take the item, and per item the list of its routes."""
        table = np.zeros((len(self.contents), len(self.routes)), dtype=np.int8)
        candidates: list[int] = []
        for i, row in enumerate(self.contents):
            self.items[i]["cand0"] = len(candidates)
            if isinstance(row, Due):
                self._visit_routes(table, i, row)
            elif isinstance(row, Session):
                self._session_routes(table, i, row)
            candidates += np.flatnonzero(table[i]).tolist()
            self.items[i]["cand1"] = len(candidates)
        return table, np.array(candidates, dtype=np.int32)

    def _visit_routes(self, table: np.ndarray, i: int, due: Due) -> None:
        obstacles = {c.carer_id: carer_obstacle(self.problem, due, c) for c in self.problem.carers}
        ways = int(self.items[i]["ways"])
        pin = self.pins.get(i)
        for day in due.days:
            for r in self.routes_of_day[day]:
                shift, carer = self.routes[r]
                if pin is not None:
                    if shift.shift_id in pin.shifts and carer.carer_id in pin.carers:
                        table[i, r] = ws.SCREEN_BIT if pin.modality == "screen" else ws.HOME_BIT
                    continue
                if obstacles[carer.carer_id] is not None or (due.need.need_id, day) in self.bent_days:
                    continue
                for bit, screen in ((ws.HOME_BIT, False), (ws.SCREEN_BIT, True)):
                    if ways & bit and start_range(
                        self.problem, self.travel, due, day, shift, carer, screen=screen
                    ):
                        table[i, r] |= bit

    def _session_routes(self, table: np.ndarray, i: int, session: Session) -> None:
        for r in self.routes_of_day[session.day]:
            shift, carer = self.routes[r]
            barred = any(
                (carer.carer_id, citizen) in self.problem.barred_pairs for citizen in session.citizens
            )
            if not carer.introduced or barred or not qualifies(carer.qualification, session.qualification):
                continue
            if shift.start_min <= session.start_min and session.end_min <= shift.end_min:
                table[i, r] = ws.HOME_BIT


def _spans(absences: Mapping[str, tuple[Absence, ...]]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for key, rows in absences.items():
        found[key] += [(row.start_min, row.end_min) for row in rows]
    return found
