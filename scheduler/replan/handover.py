"""The plain answer to an event: what can stand stands, and each visit that cannot is handed to somebody with room for it.

Nobody else's times change, but those of a carer who is late, whose round is pushed. What a planner would do at the
telephone, and what the search begins from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.eligibility import carer_obstacle, start_range
from scheduler.problem import Carer, Need, Problem, Shift, week_of
from scheduler.qualifications import qualifies
from scheduler.replan.rounds import rounds_of
from scheduler.replan.situation import Situation
from scheduler.replan.standing import with_unplaced
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedSession, PlacedVisit, Roster
from scheduler.travel import TravelTable

#: Starts that are tried for a visit of two carers whose old time does not do: each so many minutes.
STEP_MIN = 5


@dataclass(frozen=True)
class _Place:
    """A carer, in a shift, from a start; smaller is better."""

    rank: tuple[bool, bool, bool, float]
    start_min: int
    carer: Carer
    shift: Shift


def handed_over(
    situation: Situation, search: Problem, travel: TravelTable, start: Roster, orphans: list[PlacedVisit]
) -> Roster:
    """The standing part with its orphans, and what is newly due, put where there is room.

    Parameters
    ----------
    search
        The problem as the search is given it: its absences close the past.
    start, orphans
        From :func:`standing_part`.
    """
    return _Handover(situation, search, travel, start).done(orphans)


def drawn_near(situation: Situation, search: Problem, travel: TravelTable, roster: Roster) -> Roster:
    """Each visit that begins at another time than published brought as near to it as its place in the round allows.

    Nobody else moves, and the order of the rounds stays.
    """
    return _Handover(situation, search, travel, roster).near()


class _Handover:
    def __init__(self, situation: Situation, search: Problem, travel: TravelTable, start: Roster) -> None:
        self.situation, self.problem, self.travel = situation, search, travel
        self.roster = start
        self.rounds = rounds_of(search, start, travel)
        self.placed = {visit_key(visit): visit for visit in start.visits}
        self.faces: dict[tuple[str, int], set[str]] = defaultdict(set)
        for visit in start.visits:
            self._seen(visit)

    def done(self, orphans: list[PlacedVisit]) -> Roster:
        late = [visit for visit in orphans if self.situation.held.keys() & set(visit.carers)]
        late += self._pushed_behind(late)
        for visit in sorted(late, key=lambda row: row.start_min):
            if not self._keep_with_carer(visit) and visit not in orphans:
                orphans = [*orphans, visit]
        for visit in sorted(orphans, key=self._urgency):
            if visit_key(visit) not in self.placed:
                self._hand_over(visit)
        for row in self.situation.before.sessions:
            if row.session_id not in {held.session_id for held in self.roster.sessions}:
                self._hold(row)
        taken = {visit_key(visit) for visit in orphans}
        for due in self.situation.due.visits:
            if due.fixed_day is not None and (due.need.need_id, due.fixed_day) not in taken:
                self._place_new(due)
        visits = tuple(self.placed.values())
        return with_unplaced(self.situation, replace(self.roster, visits=visits))

    def near(self) -> Roster:
        """See :func:`drawn_near`."""
        old = {visit_key(visit): visit for visit in self.situation.before.visits}
        for key, visit in sorted(self.placed.items(), key=lambda pair: (pair[1].start_min, pair[0])):
            was = old.get(key)
            free = key not in self.situation.kept and not visit.pinned and visit.modality != "screen"
            if was is not None and free and len(visit.shifts) == 1 and was.start_min != visit.start_min:
                self._draw_near(visit, was)
        return replace(self.roster, visits=tuple(self.placed.values()))

    def _draw_near(self, visit: PlacedVisit, was: PlacedVisit) -> None:
        need, minutes = self.problem.need_by_id[visit.need_id], was.minutes
        shift = self.problem.shift_by_id[visit.shifts[0]]
        carer = self.problem.carer_by_id[visit.carers[0]]
        self._take_out(visit)
        others = self.rounds[shift.shift_id].stops if shift.shift_id in self.rounds else []
        best, off = visit, abs(visit.start_min - was.start_min)
        for start in self._starts(need, visit.day, minutes, was.start_min, shift, carer):
            first, last = sorted((start, visit.start_min))
            passes = any(first <= stop[0] < last for stop in others)
            nearer = abs(start - was.start_min) < off and not passes
            if nearer and self._links_hold(need, visit.day, start, minutes, visit.carers):
                best, off = (
                    replace(visit, start_min=start, end_min=start + minutes),
                    abs(start - was.start_min),
                )
        self._put(best)

    def _urgency(self, visit: PlacedVisit) -> tuple[int, int, int, str]:
        need = self.situation.problem.need_by_id[visit.need_id]
        return need.priority, -need.carers, visit.start_min, visit.need_id

    def _pushed_behind(self, late: list[PlacedVisit]) -> list[PlacedVisit]:
        """The later visits of carers who are late, taken out of their rounds to be put back as early as it goes."""
        found = []
        for carer_id in self.situation.held:
            first = min((visit.start_min for visit in late if carer_id in visit.carers), default=None)
            for visit in list(self.placed.values()):
                free = visit_key(visit) not in self.situation.kept and not visit.pinned
                if not free or self.situation.needed(visit.carers) != (carer_id,):
                    continue
                behind = (
                    first is not None and visit.start_min > first and visit.shifts[0] in self._shifts(late)
                )
                if behind:
                    found.append(visit)
                    self._take_out(visit)
        return found

    @staticmethod
    def _shifts(visits: list[PlacedVisit]) -> set[str]:
        return {shift for visit in visits for shift in visit.shifts}

    def _keep_with_carer(self, visit: PlacedVisit) -> bool:
        """Put a visit back into its own carer's round, not before its old time."""
        needed = self.situation.needed(visit.carers)
        if len(needed) != 1 or visit_key(visit) in self.placed:
            return visit_key(visit) in self.placed
        need = self.problem.need_by_id[visit.need_id]
        carer = self.problem.carer_by_id.get(needed[0])
        shift = self.problem.shift_by_id.get(visit.shifts[visit.carers.index(needed[0])])
        if carer is None or shift is None:
            return False
        for start in self._starts(need, visit.day, visit.minutes, visit.start_min, shift, carer):
            if start >= visit.start_min and self._links_hold(
                need, visit.day, start, visit.minutes, (carer.carer_id,)
            ):
                self._put(
                    replace(
                        visit,
                        start_min=start,
                        end_min=start + visit.minutes,
                        carers=needed,
                        shifts=(shift.shift_id,),
                    )
                )
                return True
        return False

    def _hand_over(self, visit: PlacedVisit) -> bool:
        """Give an orphan to whoever suits best; those of its carers who can still come stay."""
        need = self.problem.need_by_id[visit.need_id]
        needed = self.situation.needed(visit.carers)
        stay = [
            (carer, shift)
            for carer, shift in zip(visit.carers, visit.shifts, strict=False)
            if carer in needed and need.carers > 1 and self._fits_at(need, visit, carer, shift)
        ]
        if stay:
            others = [
                p
                for p in self._places(need, visit.day, visit.minutes, visit.start_min)
                if p.carer.carer_id not in needed
                and self._fits_at(need, visit, p.carer.carer_id, p.shift.shift_id)
            ]
            if len(stay) + len(others) >= need.carers:
                people = [*stay, *((p.carer.carer_id, p.shift.shift_id) for p in others)][: need.carers]
                if self._links_hold(
                    need, visit.day, visit.start_min, visit.minutes, [one for one, _ in people]
                ):
                    self._put(
                        replace(
                            visit,
                            carers=tuple(one for one, _ in people),
                            shifts=tuple(one for _, one in people),
                            pinned=False,
                        )
                    )
                    return True
        return self._place(need, visit.day, visit.minutes, visit.start_min, visit.modality)

    def _place_new(self, due: Due) -> None:
        """Place a dated visit that was not there before, at its agreed time or as early as its window says."""
        need, day = due.need, due.days[0]
        if (need.need_id, day) in self.placed:
            return
        clock = need.agreed_start_min if need.agreed_start_min is not None else need.window_start_min
        way = "screen" if need.modality == "screen" else "home"
        self._place(need, day, need.minutes, max(day * DAY_MIN + clock, self.situation.now_min), way)

    def _place(self, need: Need, day: int, minutes: int, wished: int, way: str) -> bool:
        if way == "screen":
            return False  # the search does these: who may do them depends on more than a round
        if need.carers == 1:
            for place in self._places(need, day, minutes, wished):
                people = (place.carer.carer_id,)
                if self._links_hold(need, day, place.start_min, minutes, people):
                    self._put(_visit(need, day, place.start_min, minutes, people, (place.shift.shift_id,)))
                    return True
            return False
        return self._place_together(need, day, minutes, wished)

    def _place_together(self, need: Need, day: int, minutes: int, wished: int) -> bool:
        first, last = need.start_bounds()
        starts = range(day * DAY_MIN + first, day * DAY_MIN + last + 1, STEP_MIN)
        for start in sorted({*starts, wished}, key=lambda one: (abs(one - wished), one)):
            fitting = [p for p in self._places(need, day, minutes, start) if p.start_min == start]
            people = list({p.carer.carer_id: p for p in reversed(fitting)}.values())[::-1][: need.carers]
            if len(people) == need.carers and self._links_hold(
                need, day, start, minutes, [p.carer.carer_id for p in people]
            ):
                self._put(
                    _visit(
                        need,
                        day,
                        start,
                        minutes,
                        tuple(p.carer.carer_id for p in people),
                        tuple(p.shift.shift_id for p in people),
                    )
                )
                return True
        return False

    def _places(self, need: Need, day: int, minutes: int, wished: int) -> list[_Place]:
        """Where a visit could go without moving another one, best first: known carers, near its old time, short ways."""
        due = Due(need, week_of(day), 0, (day,))
        known = self.situation.known.get(need.citizen_id, frozenset())
        week = self.faces[need.citizen_id, week_of(day)]
        cap = self.problem.citizen_by_id[need.citizen_id].carers_max
        found = []
        for round_ in self.rounds.values():
            if round_.shift.day != day or carer_obstacle(self.problem, due, round_.carer) is not None:
                continue
            carer_id = round_.carer.carer_id
            if cap is not None and carer_id not in week and len(week) >= cap:
                continue
            best = min(
                self._starts(need, day, minutes, wished, round_.shift, round_.carer),
                key=lambda start: (abs(start - wished), start),
                default=None,
            )
            if best is None:
                continue
            off = abs(best - wished)
            detour = round_.detour_min(need.citizen_id, best, minutes)
            rank = (carer_id not in known, off > 15, carer_id not in week, detour + 0.3 * off)
            found.append(_Place(rank, best, round_.carer, round_.shift))
        return sorted(found, key=lambda place: (place.rank, place.carer.carer_id))

    def _starts(
        self, need: Need, day: int, minutes: int, wished: int, shift: Shift, carer: Carer
    ) -> Iterator[int]:
        """Starts at which a visit fits into a round as it is; in each gap the nearest to the wished one."""
        round_ = self.rounds.get(shift.shift_id)
        due = Due(need, week_of(day), 0, (day,))
        reach = start_range(self.problem, self.travel, due, day, shift, carer, screen=False)
        if round_ is None or reach is None:
            return
        if shift.break_minutes > 0 and not round_.stops:
            return  # a round that begins with nothing also wants a break: the search makes these
        away = (
            *self.problem.absences_of_citizen.get(need.citizen_id, ()),
            *self.problem.absences_of_carer.get(carer.carer_id, ()),
        )
        others = [v for v in self.placed.values() if v.day == day and v.citizen_id == need.citizen_id]
        for earliest, latest in round_.room(need.citizen_id, minutes):
            first, last = max(earliest, reach.earliest_min), min(latest, reach.latest_min)
            spans = [(row.start_min, row.end_min) for row in away] + [
                (v.start_min, v.end_min) for v in others
            ]
            start = min(max(wished, first), last)
            if first > last or any(start < end and begin < start + minutes for begin, end in spans):
                start = first
                while blocking := [end for begin, end in spans if start < end and begin < start + minutes]:
                    start = max(blocking)
            if first <= start <= last and round_.keeps_reserve(need.citizen_id, start, minutes):
                yield start

    def _fits_at(self, need: Need, visit: PlacedVisit, carer_id: str, shift_id: str) -> bool:
        shift, carer = self.problem.shift_by_id.get(shift_id), self.problem.carer_by_id.get(carer_id)
        if shift is None or carer is None:
            return False
        starts = self._starts(need, visit.day, visit.minutes, visit.start_min, shift, carer)
        return visit.start_min in starts

    def _links_hold(
        self, need: Need, day: int, start: int, minutes: int, people: list[str] | tuple[str, ...]
    ) -> bool:
        for link in self.problem.links:
            if need.need_id not in (link.first_need, link.second_need):
                continue
            is_first = need.need_id == link.first_need
            other = self.placed.get((link.second_need if is_first else link.first_need, day))
            if other is None:
                continue
            gap = other.start_min - start - minutes if is_first else start - other.end_min
            if gap < link.gap_min or (link.gap_max is not None and gap > link.gap_max):
                return False
            if link.same_carer and not set(people) & set(other.carers):
                return False
        return True

    def _put(self, visit: PlacedVisit) -> None:
        self.placed[visit_key(visit)] = visit
        for shift_id in visit.shifts:
            if shift_id in self.rounds:
                place = None if visit.modality == "screen" else visit.citizen_id
                self.rounds[shift_id].put(visit.start_min, visit.end_min, place)
        self._seen(visit)

    def _take_out(self, visit: PlacedVisit) -> None:
        del self.placed[visit_key(visit)]
        for shift_id in visit.shifts:
            if shift_id in self.rounds:
                self.rounds[shift_id].take_out(visit.start_min, visit.end_min)

    def _seen(self, visit: PlacedVisit) -> None:
        if visit.modality != "screen":
            self.faces[visit.citizen_id, week_of(visit.day)].update(self.situation.needed(visit.carers))

    def _hold(self, row: PlacedSession) -> None:
        """Find people for a session whose carers cannot all come: who can stays, others at the same time join."""
        session = self.problem.session_by_id.get(row.session_id)
        if session is None:
            return
        people: list[tuple[str, str]] = []
        barred = self.problem.barred_pairs
        rounds = sorted(
            self.rounds.values(), key=lambda one: (one.carer.carer_id not in row.carers, one.carer.carer_id)
        )
        for round_ in rounds:
            carer = round_.carer
            away = self.problem.absences_of_carer.get(carer.carer_id, ())
            if (
                round_.shift.day != session.day
                or carer.is_trainee
                or not carer.introduced
                or not qualifies(carer.qualification, session.qualification)
                or any((carer.carer_id, one) in barred for one in session.citizens)
                or any(one.overlaps(session.start_min, session.end_min) for one in away)
                or carer.carer_id in dict(people)
                or (round_.shift.break_minutes > 0 and not round_.stops)  # it would want a break, too
                or not round_.keeps_reserve(session.session_id, session.start_min, session.minutes)
            ):
                continue
            if any(a <= session.start_min <= b for a, b in round_.room(session.session_id, session.minutes)):
                people.append((carer.carer_id, round_.shift.shift_id))
        if len(people) >= session.carers:
            people = people[: session.carers]
            for _, shift_id in people:
                self.rounds[shift_id].put(session.start_min, session.end_min, session.session_id)
            held = PlacedSession(
                row.session_id, tuple(one for one, _ in people), tuple(one for _, one in people)
            )
            self.roster = replace(self.roster, sessions=(*self.roster.sessions, held))


def _visit(
    need: Need, day: int, start: int, minutes: int, carers: tuple[str, ...], shifts: tuple[str, ...]
) -> PlacedVisit:
    return PlacedVisit(need.need_id, need.citizen_id, day, start, start + minutes, "home", carers, shifts)
