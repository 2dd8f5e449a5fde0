"""Who can take a due visit, and in which shifts: the tests made before any search, one question at a time.

Used by the solver's parts and by the feasibility check. The judge does not use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.due import Due
from scheduler.problem import Absence, Carer, Meeting, Problem, Shift, day_start_min
from scheduler.qualifications import qualifies
from scheduler.travel import TravelTable


@dataclass(frozen=True)
class StartRange:
    """Earliest and latest start (pack minutes) of a visit in a shift, were it the shift's only visit."""

    earliest_min: int
    latest_min: int


def carer_obstacle(problem: Problem, due: Due, carer: Carer) -> str | None:
    """The rule that keeps a carer from a need whatever the day: None when there is none.

    In the order in which a planner would ask: trainee, qualification, introduced, barred.
    """
    if carer.is_trainee:
        return "trainee"
    if not qualifies(carer.qualification, due.need.qualification):
        return "qualification"
    if not carer.introduced:
        return "introduced"
    if (carer.carer_id, due.need.citizen_id) in problem.barred_pairs:
        return "barred"
    return None


def start_range(
    problem: Problem, travel: TravelTable, due: Due, day: int, shift: Shift, carer: Carer, *, screen: bool
) -> StartRange | None:
    """When the visit, at its smallest, could start in that shift if nothing else were in it; None when never.

    Window and agreed time, the shift with travel there and back, the ferries, absences of citizen and carer, and
    the carer's meetings in that shift.
    ``screen``: done as a screen visit, which needs no travel.
    """
    if shift.day != day:
        return None
    need = due.need
    midnight = day_start_min(day)
    first, last = need.start_bounds()
    earliest = max(midnight + first, shift.start_min)
    latest = min(midnight + last, shift.end_min - need.minutes_min)
    if earliest > latest:
        return None
    if not screen:
        place = need.citizen_id
        out = travel.end_minutes(shift.begins_at, place, carer.mode, day, outward=True)
        back = travel.end_minutes(shift.begins_at, place, carer.mode, day, outward=False)
        if out is None or back is None:
            return None
        earliest = max(earliest, shift.start_min + out)
        latest = min(latest, shift.end_min - back - need.minutes_min)
        island = travel.island_of(place)
        if island is not None and shift.begins_at != island:
            ferry = problem.ferry_on.get((island, day))
            if ferry is None:
                return None
            earliest = max(earliest, ferry.first_arrival_min)
            latest = min(latest, ferry.last_departure_min - need.minutes_min)
    citizen_away = problem.absences_of_citizen.get(need.citizen_id, ())
    carer_away = problem.absences_of_carer.get(carer.carer_id, ())
    meetings = problem.meetings_on.get(day, ())
    if citizen_away or carer_away or meetings:
        attended = (one for one in meetings if attending(problem, one, shift, carer))
        earliest = _first_clear(earliest, need.minutes_min, (*citizen_away, *carer_away, *attended))
    return StartRange(earliest, latest) if earliest <= latest else None


def _first_clear(start: int, minutes: int, blocked: Sequence[Absence | Meeting]) -> int:
    end = start + minutes
    while blocking := [row.end_min for row in blocked if row.start_min < end and start < row.end_min]:
        start = max(blocking)
        end = start + minutes
    return start


def modalities(problem: Problem, due: Due) -> tuple[str, ...]:
    """The ways in which a visit may be done, ``home`` first (rule 6)."""
    citizen = problem.citizen_by_id[due.need.citizen_id]
    screen_allowed = citizen.screen_able and problem.package_of(citizen.citizen_id).screen
    ways = []
    if due.need.modality in ("home", "either"):
        ways.append("home")
    if due.need.modality in ("screen", "either") and screen_allowed:
        ways.append("screen")
    return tuple(ways)


def attending(problem: Problem, meeting: Meeting, shift: Shift, carer: Carer) -> bool:
    """Whether a carer takes part in a meeting in that shift: listed, on duty for all of it, not absent."""
    away = problem.absences_of_carer.get(carer.carer_id, ())
    return (
        carer.carer_id in meeting.carers
        and shift.day == meeting.day
        and shift.start_min <= meeting.start_min
        and meeting.end_min <= shift.end_min
        and not any(row.overlaps(meeting.start_min, meeting.end_min) for row in away)
    )
