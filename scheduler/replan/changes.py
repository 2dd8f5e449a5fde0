"""What a re-planned roster changes, told by citizen and by carer."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from scheduler.problem import Problem, week_of
from scheduler.replan.cost import Pair, blamable, is_moved, is_other_carer, new_people, pairs_of
from scheduler.replan.situation import Situation
from scheduler.replan.started import visit_key
from scheduler.roster import PlacedSession, PlacedVisit, Roster
from scheduler.rules.timeline import ShiftDay, shift_days
from scheduler.travel import TravelTable

#: What happened to a visit; the first that fits.
CANCELLED, UNPLACED, NEW, OTHER_CARER, MOVED, SHIFTED, LONGER, DELAYED = (
    "cancelled",
    "unplaced",
    "new",
    "other_carer",
    "moved",
    "shifted",
    "longer",
    "delayed",
)


@dataclass(frozen=True)
class VisitChange:
    """One visit before and after.

    ``kind``: ``cancelled`` (no longer due), ``unplaced`` (with the ``rule`` that stops it), ``new`` (urgent, or due again),
    ``other_carer``, ``moved`` (by more than 15 minutes), ``shifted`` (by less), ``longer`` (another length), or ``delayed``:
    under way, and over so many minutes later as its carer is late (``delay_min``). ``new_carers`` are people the citizen
    has not seen in their 14 days.
    """

    need_id: str
    kind: str
    before: PlacedVisit | None
    after: PlacedVisit | None
    rule: str | None = None
    new_carers: tuple[str, ...] = ()
    delay_min: int = 0

    @property
    def moved(self) -> bool:
        """Whether it begins more than 15 minutes earlier or later, or on another date."""
        return is_moved(Pair(self.before, self.after))

    @property
    def asks_for_a_call(self) -> bool:
        """Whether the citizen is to be told: another person, another time, or nobody."""
        return self.kind not in (SHIFTED, LONGER)


@dataclass(frozen=True)
class CitizenChanges:
    """A citizen's changed visits, in order of time."""

    citizen_id: str
    visits: tuple[VisitChange, ...]


@dataclass(frozen=True)
class SessionChange:
    """A group session held by other people, or (``after`` empty) by nobody."""

    session_id: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class CarerChanges:
    """A carer's shift of a date that is not as it was: what is gone, what is added, and the new round."""

    carer_id: str
    day: int
    before: ShiftDay
    after: ShiftDay
    gone: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """All that a re-planned roster changes."""

    citizens: tuple[CitizenChanges, ...]
    sessions: tuple[SessionChange, ...]
    carers: tuple[CarerChanges, ...]


def changes_of(situation: Situation, after: Roster, travel: TravelTable) -> Changes:
    """What differs between the published roster and a new one."""
    return Changes(
        _by_citizen(situation, after), _sessions(situation, after), _by_carer(situation, after, travel)
    )


def _by_citizen(situation: Situation, after: Roster) -> tuple[CitizenChanges, ...]:
    problem = situation.problem
    found: dict[str, list[VisitChange]] = defaultdict(list)
    missing = Counter((row.need_id, row.week) for row in blamable(situation, after.unplaced))
    missing -= Counter((row.need_id, row.week) for row in blamable(situation, situation.before.unplaced))
    rules = {(row.need_id, row.week): row.rule for row in after.unplaced}
    for pair in pairs_of(problem, situation.before, after):
        change = _change(situation, pair, missing, rules)
        if change is not None:
            found[problem.need_by_id[change.need_id].citizen_id].append(change)
    for (need_id, week), count in missing.items():  # what was never placed before: urgent, or due again
        for _ in range(count if need_id in problem.need_by_id else 0):  # sessions are told of by themselves
            change = VisitChange(need_id, UNPLACED, None, None, rules[need_id, week])
            found[problem.need_by_id[need_id].citizen_id].append(change)
    for change in _delayed(situation):
        found[problem.need_by_id[change.need_id].citizen_id].append(change)
    return tuple(
        CitizenChanges(citizen.citizen_id, tuple(sorted(found[citizen.citizen_id], key=_when)))
        for citizen in problem.citizens
        if citizen.citizen_id in found
    )


def _when(change: VisitChange) -> tuple[int, str]:
    visit = change.after or change.before
    return (visit.start_min if visit is not None else 0, change.need_id)


def _change(
    situation: Situation, pair: Pair, missing: Counter[tuple[str, int]], rules: dict[tuple[str, int], str]
) -> VisitChange | None:
    before, after = pair.before, pair.after
    need_id = pair.either.need_id
    if after is None:
        key = (need_id, week_of(pair.either.day))
        if missing[key] > 0:
            missing[key] -= 1
            return VisitChange(need_id, UNPLACED, before, None, rules[key])
        return VisitChange(need_id, CANCELLED, before, None)
    new = new_people(situation, pair)
    if before is None:
        return VisitChange(need_id, NEW, None, after, new_carers=new)
    kind = None
    if is_other_carer(situation, pair):
        kind = OTHER_CARER
    elif is_moved(pair):
        kind = MOVED
    elif after.start_min != before.start_min:
        kind = SHIFTED
    elif after.end_min != before.end_min or after.modality != before.modality:
        kind = LONGER
    return None if kind is None else VisitChange(need_id, kind, before, after, new_carers=new)


def _delayed(situation: Situation) -> list[VisitChange]:
    """Visits under way whose carer is late: over so many minutes later than planned."""
    found = []
    for carer_id, until in situation.held.items():
        for visit in situation.before.visits:
            running = visit.start_min < situation.now_min < visit.end_min
            if (
                running
                and carer_id in visit.carers
                and visit_key(visit) in situation.kept
                and until > visit.end_min
            ):
                found.append(
                    VisitChange(visit.need_id, DELAYED, visit, visit, delay_min=until - visit.end_min)
                )
    return found


def _sessions(situation: Situation, after: Roster) -> tuple[SessionChange, ...]:
    old = {row.session_id: row.carers for row in situation.before.sessions}
    new = {row.session_id: row.carers for row in after.sessions}
    return tuple(
        SessionChange(row.session_id, old.get(row.session_id, ()), new.get(row.session_id, ()))
        for row in situation.problem.sessions
        if set(old.get(row.session_id, ())) != set(new.get(row.session_id, ()))
    )


def _by_carer(situation: Situation, after: Roster, travel: TravelTable) -> tuple[CarerChanges, ...]:
    problem = situation.problem
    old = situation.started.days
    found = []
    for shift_id, day in shift_days(problem, after, travel).items():
        carer = day.carer
        if carer is None:
            continue
        was, now = _tasks(problem, old[shift_id]), _tasks(problem, day)
        if was != now:
            gone, added = Counter(one for one, _ in was), Counter(one for one, _ in now)
            found.append(
                CarerChanges(
                    carer.carer_id,
                    day.shift.day,
                    old[shift_id],
                    day,
                    tuple((gone - added).elements()),
                    tuple((added - gone).elements()),
                )
            )
    return tuple(sorted(found, key=lambda row: (row.day, row.carer_id)))


def _tasks(problem: Problem, day: ShiftDay) -> list[tuple[str, int]]:
    """What is done in a shift and when it begins, breaks and meetings included."""
    return [(stop.what, stop.start_min) for stop in day.stops]


__all__ = [
    "CarerChanges",
    "Changes",
    "CitizenChanges",
    "PlacedSession",
    "SessionChange",
    "VisitChange",
    "changes_of",
]
