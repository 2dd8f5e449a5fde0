"""Sample teams: legal, in proportion, covered, rested, and the same for the same arguments."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from delivery_app.generator import generate_team, team_facts
from delivery_app.generator.demo_teams import DEMO_TEAMS, FIXTURES, write_demo_teams
from delivery_app.generator.settings import known_municipalities
from scheduler.clock import DAY_MIN, WEEK_MIN
from scheduler.drift import citizen_drifts
from scheduler.due import due_visits
from scheduler.eligibility import modalities
from scheduler.feasibility import unplaceable
from scheduler.message import ProblemError
from scheduler.pack import check_pack, read_pack, write_pack
from scheduler.problem import Problem, Shift
from scheduler.travel import TravelTable

TEAMS = [
    ("albertslund", 50, 14, 7, 1, "2026-W49"),
    ("albertslund", 10, 4, 3, 1, "2026-W49"),
    ("lolland", 48, 14, 2, 1, "2026-W49"),
    ("lolland", 25, 8, 5, 3, "2026-W23"),
    ("aalborg", 60, 17, 11, 2, "2026-W12"),
    ("jammerbugt", 45, 14, 4, 1, "2026-W43"),
    ("jammerbugt", 90, 26, 9, 1, "2026-W52"),
]
parametrised = pytest.mark.parametrize("arguments", TEAMS, ids=lambda one: "-".join(map(str, one)))


@cache
def team(arguments: tuple[str, int, int, int, int, str]) -> Problem:
    """Each team is made once for all the tests."""
    return generate_team(*arguments)


@cache
def usual_minutes() -> float:
    """Of a visit in a team of a hundred citizens that nothing else is asked of."""
    return mean_minutes(generate_team("albertslund", 100, 25, 7))


def counted_minutes(problem: Problem) -> dict[tuple[str, int], int]:
    """Wished minutes by citizen and week, absences and holidays left aside."""
    found: dict[tuple[str, int], int] = defaultdict(int)
    for need in problem.needs:
        visits = need.times_per_week if need.days is None else len(need.days)
        assert visits is not None
        for week in range(problem.calendar.weeks):
            if need.counts and need.falls_in(week):
                found[need.citizen_id, week] += need.minutes * need.carers * visits
    for session in problem.sessions:
        for citizen in session.citizens:
            found[citizen, session.day // 7] += session.citizen_minutes()
    return found


@parametrised
def test_size_is_as_asked(arguments: tuple[str, int, int, int, int, str]) -> None:
    problem = team(arguments)
    municipality, citizens, carers, _, weeks, week = arguments
    assert (len(problem.citizens), len(problem.carers)) == (citizens, carers)
    assert (problem.municipality, problem.calendar.weeks) == (municipality, weeks)
    assert problem.calendar.week_name(0) == week
    assert {need.citizen_id for need in problem.needs} == {row.citizen_id for row in problem.citizens}


@parametrised
def test_a_pack_says_all_of_it(arguments: tuple[str, int, int, int, int, str], tmp_path: Path) -> None:
    problem = team(arguments)
    write_pack(problem, tmp_path / "pack")
    assert read_pack(tmp_path / "pack") == problem
    _, errors, warnings = check_pack(tmp_path / "pack")
    assert (list(errors), list(warnings)) == ([], [])


@parametrised
def test_wished_minutes_lie_in_the_package(arguments: tuple[str, int, int, int, int, str]) -> None:
    problem = team(arguments)
    outside = set()
    for (citizen, _), minutes in counted_minutes(problem).items():
        package = problem.package_of(citizen)
        most = package.most_min()
        if minutes < package.least_min() or (most is not None and minutes > most):
            outside.add(citizen)
    assert len(outside) <= 0.05 * len(problem.citizens)


@pytest.mark.parametrize("seed", range(1, 4))
def test_packages_come_near_the_average_that_is_paid_for(seed: int) -> None:
    problem = generate_team("albertslund", 80, 23, seed, 2)
    minutes = counted_minutes(problem)
    for package in problem.packages:
        members = [c.citizen_id for c in problem.citizens if c.package_id == package.package_id]
        if package.average_minutes is not None and len(members) >= 10:
            mean = sum(minutes[c, week] for c in members for week in (0, 1)) / 2 / len(members)
            assert mean == pytest.approx(package.average_minutes, rel=0.1)


@parametrised
def test_time_in_homes_is_in_a_proportion_planners_know(
    arguments: tuple[str, int, int, int, int, str],
) -> None:
    problem = team(arguments)
    facts = team_facts(problem)
    visit_min = sum(due.need.minutes * due.need.carers for due in due_visits(problem).visits)
    trainees = {carer.carer_id for carer in problem.carers if carer.mentor is not None}
    paid = sum(shift.minutes for shift in problem.shifts if shift.carer_id not in trainees)
    assert facts["visit_min"] == visit_min
    assert facts["paid_min"] <= paid
    # A week with Christmas in it has less to do, and the shifts are those of any week.
    least = 0.5 if problem.holidays else 0.55
    assert least <= facts["share_in_homes"] <= 0.75
    assert least <= visit_min / paid <= 0.75


@parametrised
def test_every_due_visit_has_somebody_suitable_on_duty(
    arguments: tuple[str, int, int, int, int, str],
) -> None:
    problem = team(arguments)
    assert team_facts(problem)["uncovered"] == 0
    # The optimiser's own check agrees, with no open shift taken.
    assert unplaceable(problem, TravelTable(problem), {}) == []


def longest_free(shifts: list[Shift], start: int, end: int) -> int:
    """The longest stretch of [start, end) without a shift, in wall-clock minutes."""
    longest, at = 0, start
    for shift in sorted(shifts, key=lambda one: one.start_min):
        if shift.end_min > start and shift.start_min < end:
            longest = max(longest, shift.start_min - at)
            at = max(at, shift.end_min)
    return max(longest, end - at)


@parametrised
def test_given_shifts_keep_the_rest_rules(arguments: tuple[str, int, int, int, int, str]) -> None:
    problem = team(arguments)
    rules = problem.rules
    own: dict[str, list[Shift]] = defaultdict(list)
    for shift in problem.shifts:
        if shift.carer_id is not None:
            own[shift.carer_id].append(shift)
        if shift.minutes > 60 * rules.break_after_hours:
            assert shift.break_minutes >= 30
            first, last = shift.break_window()
            assert last - first >= shift.break_minutes
    for shifts in own.values():
        assert max(Counter(shift.day for shift in shifts).values()) == 1
        for shift in shifts:
            # An hour more than the rule, for the night in which clocks go forward.
            assert longest_free(shifts, shift.end_min - DAY_MIN, shift.end_min) >= 60 * rules.rest_hours + 60
        for week in range(problem.calendar.weeks):
            monday = week * WEEK_MIN
            assert longest_free(shifts, monday, monday + WEEK_MIN) >= 60 * rules.weekly_rest_hours
            minutes = sum(one.minutes for one in shifts if one.day // 7 == week)
            assert minutes <= 60 * rules.week_hours_max


@parametrised
def test_shifts_come_near_the_contract(arguments: tuple[str, int, int, int, int, str]) -> None:
    problem = team(arguments)
    worked = contracted = 0.0
    for carer in problem.carers:
        if carer.week_hours is not None and carer.mentor is None:
            own = [shift.minutes for shift in problem.shifts if shift.carer_id == carer.carer_id]
            hours = sum(own) / 60 / problem.calendar.weeks
            assert 28 <= carer.week_hours <= 37
            # In a single week every other weekend shows; over two weeks it evens out.
            assert abs(hours - carer.week_hours) <= 9
            worked, contracted = worked + hours, contracted + carer.week_hours
    assert worked == pytest.approx(contracted, rel=0.08)


def test_every_other_weekend_is_free() -> None:
    problem = generate_team("albertslund", 50, 14, 7, weeks=4)
    for carer in problem.carers:
        if carer.week_hours is None:
            continue
        weekends = {s.day // 7 for s in problem.shifts if s.carer_id == carer.carer_id and s.day % 7 >= 5}
        assert weekends in (set(), {0, 2}, {1, 3})


def test_trainees_are_on_duty_with_their_mentors() -> None:
    problem = generate_team("albertslund", 90, 26, 1)
    trainees = [carer for carer in problem.carers if carer.mentor is not None]
    assert trainees
    for trainee in trainees:
        times = {(s.start_min, s.end_min) for s in problem.shifts if s.carer_id == trainee.carer_id}
        mentors = {(s.start_min, s.end_min) for s in problem.shifts if s.carer_id == trainee.mentor}
        assert times
        assert times <= mentors


@pytest.mark.parametrize("municipality", known_municipalities())
def test_same_arguments_same_team_other_seed_other_team(municipality: str) -> None:
    first = generate_team(municipality, 20, 6, 1)
    assert generate_team(municipality, 20, 6, 1) == first
    other = generate_team(municipality, 20, 6, 2)
    assert other.needs != first.needs
    assert [c.name for c in other.citizens] != [c.name for c in first.citizens]


def test_large_team() -> None:
    problem = generate_team("albertslund", 250, 70, 1)
    assert len(problem.citizens) == 250
    assert len({citizen.name for citizen in problem.citizens}) == 250
    assert 0.55 <= team_facts(problem)["share_in_homes"] <= 0.75


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("albertslund", 400, 14, 1), "400 citizens and 14 carers do not go together"),
        (("albertslund", 10, 60, 1), "10 citizens and 60 carers do not go together"),
        (("albertslund", 10, 2, 1), "2 carers cannot hold"),
        (("albertslund", 1, 4, 1), "1 citizens are no team"),
        (("borgerlille", 50, 14, 1), "'borgerlille' has no settings for sample teams"),
    ],
)
def test_impossible_wishes_are_told(arguments: tuple[str, int, int, int], words: str) -> None:
    with pytest.raises(ProblemError) as error:
        generate_team(*arguments)
    assert words in str(error.value)


@pytest.mark.parametrize(("visits", "workload"), [(1100, 1.0), (1600, 1.0), (1850, 1.07), (900, 0.8)])
def test_about_as_many_visits_as_are_asked_for(visits: int, workload: float) -> None:
    problem = generate_team("albertslund", 100, 25, 7, visits=visits, workload=workload)
    a_week = sum((need.times_per_week or len(need.days or ())) / need.every_weeks for need in problem.needs)
    assert a_week == pytest.approx(visits, rel=0.05)
    assert team_facts(problem)["uncovered"] == 0
    shorter = visits > 1400
    assert (mean_minutes(problem) < usual_minutes()) is shorter


def mean_minutes(problem: Problem) -> float:
    """Wished minutes of a visit, on average."""
    visits = [(need.minutes, need.times_per_week or len(need.days or ())) for need in problem.needs]
    return sum(minutes * times for minutes, times in visits) / sum(times for _, times in visits)


def test_carers_with_less_to_do() -> None:
    usual, idle = (team_facts(generate_team("albertslund", 60, 25, 7, workload=share)) for share in (1, 0.7))
    assert idle["visit_min"] == pytest.approx(0.7 * usual["visit_min"], rel=0.06)
    assert idle["share_in_homes"] < usual["share_in_homes"]


def test_more_visits_than_the_packages_give_are_refused() -> None:
    with pytest.raises(ProblemError, match="5000 visits a week are not possible for 100 citizens"):
        generate_team("albertslund", 100, 25, 7, visits=5000)


def test_island_is_served_by_ferry_and_by_a_carer_who_lives_there() -> None:
    problem = generate_team("lolland", 48, 14, 7)
    islanders = {citizen.citizen_id for citizen in problem.citizens if citizen.island == "Fejø"}
    assert islanders
    assert {row.day for row in problem.ferries} == set(range(7))
    from_island = [shift for shift in problem.shifts if shift.begins_at == "Fejø"]
    assert 1 <= len(from_island) < len({shift.day for shift in problem.shifts}) + 1
    assert all(need.carers == 1 for need in problem.needs if need.citizen_id in islanders)


def test_late_shifts_go_past_midnight_where_packages_are_delivered_at_night() -> None:
    problem = generate_team("jammerbugt", 60, 18, 1)
    assert any(shift.end_min > (shift.day + 1) * DAY_MIN for shift in problem.shifts)
    assert any(need.window_end_min > 23 * 60 for need in problem.needs)
    calm = generate_team("albertslund", 60, 18, 1)
    assert not any(shift.end_min > (shift.day + 1) * DAY_MIN for shift in calm.shifts)


@pytest.mark.parametrize("seed", range(1, 9))
def test_what_a_real_week_holds(seed: int) -> None:
    problem = generate_team("albertslund", 50, 14, seed)
    kinds = {need.service for need in problem.needs}
    assert {"personal_care", "practical_help", "training", "safety"} <= kinds
    assert any(need.carers == 2 for need in problem.needs)
    assert any(need.agreed_start_min is not None for need in problem.needs)
    assert any(need.every_weeks == 2 for need in problem.needs)
    assert any(not need.counts for need in problem.needs)
    assert problem.links
    assert problem.sessions
    assert problem.meetings
    assert problem.delivered
    assert problem.barred
    assert any(shift.carer_id is None for shift in problem.shifts)
    assert any(shift.reserve_minutes for shift in problem.shifts)
    assert any(row.citizen_id for row in problem.absences)
    assert {carer.kind for carer in problem.carers} == {"fixed", "substitute"}
    contacts = [citizen.contact_carer for citizen in problem.citizens]
    assert 0.6 <= sum(one is not None for one in contacts) / len(contacts) <= 0.97
    for due in due_visits(problem).visits:
        assert modalities(problem, due)


def test_history_has_few_carers_a_citizen() -> None:
    problem = team(TEAMS[0])
    came: dict[str, set[str]] = defaultdict(set)
    visits: Counter[str] = Counter()
    for row in problem.history:
        assert -14 <= row.day < 0
        came[row.citizen_id].add(row.carer_id)
        visits[row.citizen_id] += row.visits
    often = [citizen for citizen in came if visits[citizen] >= 14]
    assert often
    assert sum(len(came[citizen]) for citizen in often) / len(often) <= 9


def test_a_few_citizens_have_lain_outside_their_package_for_weeks() -> None:
    problem = team(TEAMS[0])
    drifts = citizen_drifts(problem, []).values()
    outside = [row for row in drifts if row.is_stably_outside]
    assert 1 <= len(outside) <= 8
    assert all(row.long is not None and row.long.weeks >= 11 for row in outside)


def test_holidays_are_denmarks() -> None:
    problem = generate_team("albertslund", 30, 9, 1, weeks=2, week="2026-W52")
    assert {problem.calendar.date(day).isoformat() for day in problem.holidays} == {
        "2026-12-25",
        "2026-12-26",
        "2027-01-01",
    }


def test_demo_teams_are_those_that_the_generator_makes(tmp_path: Path) -> None:
    for folder in write_demo_teams(tmp_path):
        kept = FIXTURES / folder.name
        assert {path.name for path in kept.iterdir()} == {path.name for path in folder.iterdir()}
        for path in folder.iterdir():
            assert path.read_bytes() == (kept / path.name).read_bytes(), f"{folder.name}/{path.name}"


def test_the_demo_team_is_of_the_size_that_figures_are_quoted_for() -> None:
    first = DEMO_TEAMS[0]
    assert (first.municipality, first.citizens, first.carers, first.seed) == ("albertslund", 50, 14, 7)
    facts = team_facts(read_pack(FIXTURES / "albertslund"))
    assert 740 <= facts["visits"] <= 860
    assert facts["morning_peak"] <= 1.0
