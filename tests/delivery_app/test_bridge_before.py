"""A week planned after weeks published here: who came then is known without a pack that says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from delivery_app.bridge import load_problem, problem_from, save_roster
from scheduler.clock import Calendar
from scheduler.pack import read_pack, read_roster
from scheduler.problem import Delivered, HistoryRow
from tests.delivery_app.bridge_examples import migrated
from tests.delivery_app.cli.running import TINY, TINY_ROSTER


def next_week(problem, weeks=1):
    monday = problem.calendar.first_monday
    return Calendar(monday.fromordinal(monday.toordinal() + 7 * weeks), 1)


def test_published_roster_is_the_history_of_the_next_week(tables_url: str) -> None:
    problem = read_pack(TINY)
    problem = replace(
        problem,
        history=(HistoryRow(-3, problem.citizens[0].citizen_id, problem.carers[1].carer_id, 2),),
        delivered=(Delivered(-1, problem.citizens[0].citizen_id, 95),),
    )
    roster = read_roster(TINY_ROSTER, problem)
    calendar = next_week(problem)
    with migrated(tables_url) as database, database.transaction() as session:
        team = load_problem(session, problem)
        draft = save_roster(session, team.id, roster)
        assert problem_from(session, team.id, calendar.week_name(0)).history == ()
        save_roster(session, team.id, roster, "published")
        following = problem_from(session, team.id, calendar.week_name(0))
        same = problem_from(session, team.id, problem.calendar.week_name(0))
    assert draft.status == "draft"
    wanted = Counter(
        (visit.day - 7, visit.citizen_id, carer)
        for visit in roster.visits
        if visit.modality == "home"
        for carer in visit.carers
    )
    wanted[-10, problem.citizens[0].citizen_id, problem.carers[1].carer_id] += 2
    assert wanted == {(row.day, row.citizen_id, row.carer_id): row.visits for row in following.history}
    minutes = {(row.week, row.citizen_id): row.minutes for row in following.delivered}
    assert minutes[-2, problem.citizens[0].citizen_id] == 95
    for week in roster.citizens:
        assert minutes[-1, week.citizen_id] == week.minutes
    # What the pack itself says of its own weeks stands.
    assert same.history == problem.history


def test_a_pack_that_says_what_was_before_is_the_word(tables_url: str) -> None:
    problem = read_pack(TINY)
    roster = read_roster(TINY_ROSTER, problem)
    said = (HistoryRow(-1, problem.citizens[0].citizen_id, problem.carers[0].carer_id, 1),)
    later = replace(problem, calendar=next_week(problem), history=said)
    with migrated(tables_url) as database, database.transaction() as session:
        team = load_problem(session, problem)
        save_roster(session, team.id, roster, "published")
        load_problem(session, later)
        assert problem_from(session, team.id, later.calendar.week_name(0)).history == said
