"""The check before the search: which due visits nobody on duty can serve, and the rule that stops them.

Nothing is dropped in silence: a visit that no choice of carers, shifts and times could place is named at
once, with the first rule that leaves nobody, in the order in which a planner would ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from scheduler.clock import DAY_MIN
from scheduler.due import Due, due_visits
from scheduler.eligibility import modalities
from scheduler.problem import BASE, FIRST_VISIT, Carer, Ferry, Need, Problem, Session, week_of
from scheduler.qualifications import qualifies
from scheduler.reach import Reach, assigned_takers, can_be_staffed, possible_takers
from scheduler.roster import Unplaced
from scheduler.travel import TravelTable

#: Somebody could serve the visit, but no roster found had room for it.
CAPACITY = "capacity"


def unplaceable(
    problem: Problem, travel: TravelTable, open_shifts: Mapping[str, str] | None = None
) -> list[Unplaced]:
    """The due visits and group sessions that no qualified carer on duty can serve, each with its rule.

    Each visit is looked at alone, so what is not listed may still find no room. Pinned visits are never
    listed.

    Parameters
    ----------
    open_shifts
        Shift id -> carer id of the open shifts that are taken, the others being nobody's. None: every open
        shift may be worked by whoever could take it.
    """
    return Feasibility(problem, travel, open_shifts).unplaceable()


def stopping_rule(
    problem: Problem, travel: TravelTable, due: Due, open_shifts: Mapping[str, str] | None = None
) -> str:
    """The first rule that leaves too few carers for the visit; ``capacity`` when enough remain.

    In order: ``qualification``, ``introduced``, ``barred``; ``agreed`` (the agreed time is nowhere near the
    window), ``citizen_absent`` (every start that is left falls into an absence); ``shift`` (none of those who
    remain has a shift of the date that reaches the window, with the travel), ``carer_absent``, ``overlap`` (they
    are at a meeting), ``ferry``, ``screen``.
    """
    return Feasibility(problem, travel, open_shifts).rule(due)


class Feasibility:
    """The check for one problem, travel table and choice of open shifts; see :func:`unplaceable`."""

    def __init__(
        self, problem: Problem, travel: TravelTable, open_shifts: Mapping[str, str] | None = None
    ) -> None:
        self.problem = problem
        self.travel = travel
        self.takers = (
            possible_takers(problem, {}) if open_shifts is None else assigned_takers(problem, open_shifts)
        )
        self._reach = Reach(problem, travel, self.takers)

    def unplaceable(self) -> list[Unplaced]:
        """See :func:`unplaceable`; visits in the order of the needs, then sessions."""
        found: list[Unplaced] = []
        for need, week, count, days in self._wanted():
            stuck = [day for day in days if not self._staffed(self._reach, need, day, self._ways(need))]
            if need.days is None:
                missing = count - (len(days) - len(stuck))
                if missing > 0:
                    rule = self.rule(Due(need, week, 0, tuple(stuck)))
                    found += [Unplaced(need.need_id, None, week, rule)] * missing
            else:
                for day in stuck:
                    found.append(Unplaced(need.need_id, day, week, self.rule(Due(need, week, 0, (day,)))))
        for session in self.problem.sessions:
            due = session_due(session)
            if not self._staffed(self._reach, due.need, session.day, ("home",)):
                found.append(Unplaced(session.session_id, session.day, due.week, self.rule(due)))
        return found

    def rule(self, due: Due) -> str:
        """See :func:`stopping_rule`."""
        need = due.need
        if obstacle := self._obstacle(need):
            return obstacle
        if obstacle := self._no_start(due):
            return obstacle
        asked = ("home", "screen") if need.modality == "either" else (need.modality,)
        for code, reach, ways in (
            ("shift", self._reach_all_present, asked),
            ("carer_absent", self._reach_no_meeting, asked),
            ("overlap", self._reach_any_time, asked),
            ("ferry", self._reach, asked),
            ("screen", self._reach, self._ways(need)),
        ):
            if not any(self._staffed(reach, need, day, ways) for day in due.days):
                return code
        return CAPACITY

    def _wanted(self) -> Iterator[tuple[Need, int, int, tuple[int, ...]]]:
        """Need, week, how many visits, and the dates they may fall on; pinned visits taken out."""
        published = self.problem.published
        pinned = {(row.need_id, row.day) for row in published.visits if row.pinned} if published else set()
        groups: dict[tuple[str, int], list[Due]] = defaultdict(list)
        for due in due_visits(self.problem).visits:
            groups[due.need.need_id, due.week].append(due)
        for (need_id, week), dues in groups.items():
            days = sorted({day for due in dues for day in due.days})
            free = tuple(day for day in days if (need_id, day) not in pinned)
            yield dues[0].need, week, len(dues) - (len(days) - len(free)), free

    def _ways(self, need: Need) -> tuple[str, ...]:
        if need.citizen_id not in self.problem.citizen_by_id:  # a session
            return ("home",)
        return modalities(self.problem, Due(need, 0, 0, ()))

    @staticmethod
    def _staffed(reach: Reach, need: Need, day: int, ways: Iterable[str]) -> bool:
        return any(can_be_staffed(reach.on(need, day, screen=way == "screen"), need.carers) for way in ways)

    def _obstacle(self, need: Need) -> str | None:
        """The first rule that leaves too few carers whatever the day."""
        left: list[Carer] = [carer for carer in self.problem.carers if not carer.is_trainee]
        left = [carer for carer in left if qualifies(carer.qualification, need.qualification)]
        if len(left) < need.carers:
            return "qualification"
        left = [carer for carer in left if carer.introduced]
        if len(left) < need.carers:
            return "introduced"
        barred = self.problem.barred_pairs
        left = [carer for carer in left if (carer.carer_id, need.citizen_id) not in barred]
        return "barred" if len(left) < need.carers else None

    def _no_start(self, due: Due) -> str | None:
        """Whether the need and its citizen leave no start at all on any of the dates."""
        first, last = due.need.start_bounds()
        if first > last:
            return "agreed"
        away = self.problem.absences_of_citizen.get(due.need.citizen_id, ())
        for day in due.days:
            start = day * DAY_MIN + first
            while rows := [row for row in away if row.overlaps(start, start + due.need.minutes_min)]:
                start = max(row.end_min for row in rows)
            if start <= day * DAY_MIN + last:
                return None
        return "citizen_absent"

    @cached_property
    def _reach_any_time(self) -> Reach:
        """Who could come if ferries sailed at all hours and took no time."""
        return Reach(*self._with_free_ferries(self.problem), self.takers)

    @cached_property
    def _reach_no_meeting(self) -> Reach:
        """The same if, besides, there were no meeting."""
        return Reach(*self._with_free_ferries(replace(self.problem, meetings=())), self.takers)

    @cached_property
    def _reach_all_present(self) -> Reach:
        """The same if, besides, no carer were absent."""
        citizens_only = tuple(row for row in self.problem.absences if row.carer_id is None)
        present = replace(self.problem, absences=citizens_only, meetings=())
        return Reach(*self._with_free_ferries(present), self.takers)

    def _with_free_ferries(self, problem: Problem) -> tuple[Problem, TravelTable]:
        islands = {citizen.island for citizen in problem.citizens if citizen.island is not None}
        islands |= {shift.begins_at for shift in problem.shifts} - {BASE, FIRST_VISIT}
        ferries = tuple(
            Ferry(island, day, day * DAY_MIN, (day + 3) * DAY_MIN, 0)
            for island in sorted(islands)
            for day in range(problem.calendar.days)
        )
        free = replace(problem, ferries=ferries)
        return free, self.travel.with_ferries(free.ferry_on)


def session_due(session: Session) -> Due:
    """A group session as a due visit at the session's place, for the questions that are the same for both."""
    clock = session.start_min - session.day * DAY_MIN
    need = Need(
        need_id=session.session_id,
        citizen_id=session.session_id,
        service="training",
        days=(session.day % 7,),
        times_per_week=None,
        window_start_min=clock,
        window_end_min=clock,
        minutes=session.minutes,
        minutes_min=session.minutes,
        minutes_max=session.minutes,
        carers=session.carers,
        qualification=session.qualification,
        priority=1,
    )
    return Due(need, week_of(session.day), 0, (session.day,))
