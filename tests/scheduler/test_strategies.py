"""The drawn problems and rosters are as rich as they say: every feature of the format does occur."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, find, settings

from scheduler.problem import FIRST_VISIT, Problem
from scheduler.roster import Roster
from tests.scheduler.roster_strategies import problems_with_rosters
from tests.scheduler.strategies import problems

QUICK = settings(
    max_examples=400,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

FEATURES: dict[str, Callable[[Problem], object]] = {
    "pairs": lambda problem: any(need.carers == 2 for need in problem.needs),
    "any day": lambda problem: any(need.days is None for need in problem.needs),
    "every other week": lambda problem: any(need.every_weeks == 2 for need in problem.needs),
    "agreed times": lambda problem: any(need.agreed_start_min is not None for need in problem.needs),
    "flexible durations": lambda problem: any(
        need.minutes_min < need.minutes < need.minutes_max for need in problem.needs
    ),
    "screen": lambda problem: any(need.modality == "screen" for need in problem.needs),
    "links": lambda problem: problem.links,
    "sessions": lambda problem: problem.sessions,
    "meetings": lambda problem: problem.meetings,
    "ferries": lambda problem: problem.ferries,
    "island shifts": lambda problem: any(
        shift.begins_at not in ("base", FIRST_VISIT) for shift in problem.shifts
    ),
    "open shifts": lambda problem: any(shift.carer_id is None for shift in problem.shifts),
    "night shifts": lambda problem: any(shift.end_min > (shift.day + 1) * 1440 for shift in problem.shifts),
    "breaks": lambda problem: any(shift.break_minutes for shift in problem.shifts),
    "reserves": lambda problem: any(shift.reserve_minutes for shift in problem.shifts),
    "trainees": lambda problem: any(carer.is_trainee for carer in problem.carers),
    "carers' absences": lambda problem: problem.absences_of_carer,
    "citizens' absences": lambda problem: problem.absences_of_citizen,
    "barred": lambda problem: problem.barred,
    "history": lambda problem: problem.history,
    "known travel times": lambda problem: problem.matrix,
    "holidays": lambda problem: problem.holidays,
    "two weeks": lambda problem: problem.calendar.weeks == 2,
}


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_occurs(feature: str) -> None:
    assert FEATURES[feature](
        find(problems(), lambda problem: bool(FEATURES[feature](problem)), settings=QUICK)
    )


@pytest.mark.parametrize("part", ["visits", "unplaced", "sessions", "breaks", "open_shifts"])
def test_a_part_of_a_roster_occurs(part: str) -> None:
    def has_part(problem: Problem) -> bool:
        return isinstance(problem.published, Roster) and bool(getattr(problem.published, part))

    assert has_part(find(problems_with_rosters(), has_part, settings=QUICK))
