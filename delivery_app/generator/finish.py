"""Last touches that need the whole problem: who is not to come to whom, and caps on different carers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from random import Random

from delivery_app.generator.facts import Cover
from scheduler.due import Due, due_visits
from scheduler.problem import Absence, Barred, Problem
from scheduler.travel import TravelTable

CITIZENS_PER_BARRED = 25
#: Carers that a cap leaves beside a cover found by a simple rule.
SPARE = 2


def bar_some(problem: Problem, reasons: tuple[str, ...], rng: Random) -> Problem:
    """A few documented reasons why a carer does not come to a citizen; every visit keeps somebody who can."""
    travel = TravelTable(problem)
    due = _by_citizen(problem)
    citizens = list(problem.citizens)
    rng.shuffle(citizens)
    known = {(row.carer_id, row.citizen_id) for row in problem.history}
    for citizen in citizens:
        if len(problem.barred) >= len(citizens) // CITIZENS_PER_BARRED:
            break
        carers = [
            c for c in problem.carers if c.mentor is None and (c.carer_id, citizen.citizen_id) not in known
        ]
        if not carers:
            continue
        reason = reasons[len(problem.barred) % len(reasons)]
        row = Barred(rng.choice(carers).carer_id, citizen.citizen_id, reason)
        tried = replace(problem, barred=(*problem.barred, row))
        cover = Cover(tried, travel)
        if all(cover.is_covered(one) for one in due[citizen.citizen_id]):
            problem = tried
    return problem


def send_away(problem: Problem, absences: list[Absence]) -> Problem:
    """Citizens' absences, but for those that leave a visit at a time at which nobody is on duty."""
    travel = TravelTable(problem)
    for row in absences:
        tried = replace(problem, absences=(*problem.absences, row))
        cover = Cover(tried, travel)
        if all(cover.is_covered(one) for one in _by_citizen(tried)[row.citizen_id or ""]):
            problem = tried
    return problem


def cap_some(problem: Problem, share: float, rng: Random) -> Problem:
    """A cap on different carers for a share of the citizens, wide enough to be kept beside everything
    else.
    """
    cover = Cover(problem, TravelTable(problem))
    due = _by_citizen(problem)
    capped = []
    for citizen in problem.citizens:
        if rng.random() < share and due[citizen.citizen_id]:
            weeks = {one.week for one in due[citizen.citizen_id]}
            most = max(
                _cover_size(cover, [d for d in due[citizen.citizen_id] if d.week == week]) for week in weeks
            )
            citizen = replace(citizen, carers_max=most + SPARE)
        capped.append(citizen)
    return replace(problem, citizens=tuple(capped))


def _by_citizen(problem: Problem) -> dict[str, list[Due]]:
    found: dict[str, list[Due]] = defaultdict(list)
    for one in due_visits(problem).visits:
        found[one.need.citizen_id].append(one)
    return found


def _cover_size(cover: Cover, due: list[Due]) -> int:
    """How many carers serve all these visits when always the one who can take most of the rest is added."""
    missing = [
        (one, one.need.carers, set().union(*(cover.at_once(one, day) for day in one.days))) for one in due
    ]
    chosen: set[str] = set()
    while missing:
        missing = [row for row in missing if len(row[2] & chosen) < row[1] and row[2] - chosen]
        votes: dict[str, int] = defaultdict(int)
        for _, _, able in missing:
            for carer_id in able - chosen:
                votes[carer_id] += 1
        if votes:
            chosen.add(max(sorted(votes), key=lambda one: votes[one]))
    return len(chosen)
