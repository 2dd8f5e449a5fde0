"""What a planner would ask first about a team: how much is due, how much is paid, how full the mornings
are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass

from delivery_app.generator.demand import SLOT_MIN, LoadBoard
from scheduler.clock import DAY_MIN
from scheduler.due import Due, due_visits
from scheduler.eligibility import StartRange, carer_obstacle, modalities, start_range
from scheduler.problem import Carer, Problem, Shift
from scheduler.travel import TravelTable

MORNING = (7 * 60, 10 * 60)
EVENING = (18 * 60, 21 * 60)


@dataclass(frozen=True)
class TeamFacts:
    """Figures of a team, over the whole pack; minutes are whole minutes, shares and peaks are ratios."""

    citizens: int
    carers: int
    visits: int
    visits_per_week: float
    #: Wished minutes of the needed carers in homes and on screens.
    visit_min: int
    #: Group sessions, for each carer needed.
    session_min: int
    #: Shift minutes, open shifts included, shifts spent in absence and trainees' shifts left out.
    paid_min: int
    trainee_min: int
    break_min: int
    #: Estimated way, by each citizen's nearest neighbours.
    travel_min: int
    share_in_homes: float
    share_on_the_way: float
    #: Load per hand 07:00–10:00 (18:00–21:00) of the fullest day.
    morning_peak: float
    evening_peak: float
    #: Due visits for which nobody suitable is on duty; 0 in a sound team.
    uncovered: int

    def as_dict(self) -> dict[str, int | float]:
        """The figures by name."""
        return asdict(self)


def team_facts(problem: Problem) -> dict[str, int | float]:
    """The figures of :class:`TeamFacts` by name."""
    return measure(problem).as_dict()


def measure(problem: Problem) -> TeamFacts:
    """Reckon the figures of a team; visits are spread in their windows to where hands are free."""
    travel = TravelTable(problem)
    board, cover = LoadBoard(problem, travel), Cover(problem, travel)
    due = due_visits(problem).visits
    trainees = {carer.carer_id for carer in problem.carers if carer.is_trainee}
    worked = [
        shift
        for shift in problem.shifts
        if not _is_away(problem, shift.carer_id, shift.start_min, shift.end_min)
    ]
    paid = sum(shift.minutes for shift in worked if shift.carer_id not in trainees)
    visit_min = sum(one.need.minutes * one.need.carers for one in due)
    home = [one for one in due if one.need.modality != "screen"]
    travel_min = sum(board.hop_min[one.need.citizen_id] * one.need.carers for one in home)
    for meeting in problem.meetings:
        hands = min(
            len(meeting.carers), round(float(board.hands["any"][meeting.day][_slot(meeting.start_min)]))
        )
        board.add_at_base(None, meeting.day, meeting.start_min % DAY_MIN, meeting.minutes, hands)
    for session in problem.sessions:
        board.add_at_base(
            session.qualification, session.day, session.start_min % DAY_MIN, session.minutes, session.carers
        )
    spread(board, due)
    days = range(problem.calendar.days)
    return TeamFacts(
        citizens=len(problem.citizens),
        carers=len(problem.carers),
        visits=len(due),
        visits_per_week=round(len(due) / problem.calendar.weeks, 1),
        visit_min=visit_min,
        session_min=sum(session.minutes * session.carers for session in problem.sessions),
        paid_min=paid,
        trainee_min=sum(shift.minutes for shift in problem.shifts if shift.carer_id in trainees),
        break_min=sum(shift.break_minutes for shift in worked if shift.carer_id not in trainees),
        travel_min=round(travel_min),
        share_in_homes=round(visit_min / max(1, paid), 3),
        share_on_the_way=round(travel_min / max(1, paid), 3),
        morning_peak=round(max(board.ratio("any", day, *MORNING) for day in days), 3),
        evening_peak=round(max(board.ratio("any", day, *EVENING) for day in days), 3),
        uncovered=sum(not cover.is_covered(one) for one in due),
    )


def _slot(minute: int) -> int:
    return minute % DAY_MIN // SLOT_MIN


def _is_away(problem: Problem, carer_id: str | None, start: int, end: int) -> bool:
    if carer_id is None:
        return False
    return any(
        row.start_min <= start and end <= row.end_min for row in problem.absences_of_carer.get(carer_id, ())
    )


def spread(board: LoadBoard, due: tuple[Due, ...]) -> None:
    """Put every due visit on the board, the narrowest windows first, each at the emptiest time of its
    window.
    """

    def freedom(one: Due) -> tuple[int, int]:
        first, last = one.need.start_bounds()
        return (last - first) * len(one.days), -one.need.minutes * one.need.carers

    for one in sorted(due, key=freedom):
        need = one.need
        citizen = board.problem.citizen_by_id[need.citizen_id]
        first, last = need.start_bounds()
        starts = sorted({first, last, *range(-(-first // SLOT_MIN) * SLOT_MIN, last + 1, SLOT_MIN)})
        options = [
            (board.fullness(citizen, need.qualification, day, start, need.minutes, need.carers), day, start)
            for day in one.days
            for start in starts
        ]
        _, day, start = min(options)
        board.add(citizen, need.qualification, day, start, need.minutes, need.carers)


class Cover:
    """Answers who is on duty for a due visit, by the optimiser's own tests of eligibility."""

    def __init__(self, problem: Problem, travel: TravelTable) -> None:
        self._problem = problem
        self._travel = travel
        self._shifts: dict[int, list[tuple[Shift, Carer]]] = defaultdict(list)
        for shift in problem.shifts:
            if shift.carer_id is not None:
                self._shifts[shift.day].append((shift, problem.carer_by_id[shift.carer_id]))

    def is_covered(self, due: Due) -> bool:
        """Whether enough suitable carers have given shifts that hold the visit at one time.

        A visit of an "any" need that comes second, third … asks for as many such days.
        """
        days = sum(len(self.at_once(due, day)) >= due.need.carers for day in due.days)
        return days > (0 if due.fixed_day is not None else due.ordinal)

    def at_once(self, due: Due, day: int) -> set[str]:
        """The largest set of carers who could start the visit at one and the same time of that day."""
        screen = modalities(self._problem, due) == ("screen",)
        ranges: list[tuple[str, StartRange]] = []
        for shift, carer in self._shifts[day]:
            if carer_obstacle(self._problem, due, carer) is None:
                found = start_range(self._problem, self._travel, due, day, shift, carer, screen=screen)
                if found is not None:
                    ranges.append((carer.carer_id, found))
        best: set[str] = set()
        for _, one in ranges:
            at = one.earliest_min
            there = {carer_id for carer_id, other in ranges if other.earliest_min <= at <= other.latest_min}
            best = max(best, there, key=len)
        return best
