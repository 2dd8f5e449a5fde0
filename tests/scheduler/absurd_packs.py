"""Hypothesis strategies for packs that are legal and absurd: nobody on duty, a shift with eighty visits, prices of a
billion, a week in which the clocks change at night.

A problem is drawn by :mod:`tests.scheduler.strategies` or :mod:`tests.scheduler.search.busy_teams` and then twisted, one to
four times. Whatever comes out can be written as a team pack and read without an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from scheduler.clock import CLOCK_MAX_MIN, DAY_MIN, Calendar
from scheduler.problem import (
    Absence,
    Barred,
    Link,
    Need,
    Problem,
    Rules,
    Session,
    Shift,
    Weights,
)
from tests.scheduler.absurd_places import far_apart, on_islands, one_place
from tests.scheduler.renaming import tables_of
from tests.scheduler.roster_strategies import problems_with_rosters
from tests.scheduler.search.busy_teams import busy_problem, published_at_random
from tests.scheduler.strategies import problems

#: The Mondays before summer time begins and ends: both change in the night to Sunday.
CLOCK_CHANGES = (date(2027, 3, 22), date(2026, 10, 19))
Twist = Callable[[st.DrawFn, Problem], Problem]


def drawn_teams() -> st.SearchStrategy[Problem]:
    """Any legal problem, busy or not, with earlier rosters and pins or without."""
    numbers = st.integers(0, 2**32)
    return st.one_of(
        problems(most_weeks=3),
        problems_with_rosters(),
        numbers.map(busy_problem),
        numbers.map(lambda number: published_at_random(busy_problem(number), number + 1)),
    )


@st.composite
def absurd_problems(draw: st.DrawFn, only: str | None = None) -> Problem:
    """A legal problem, twisted in one to four ways, or in the one that is named."""
    problem = draw(drawn_teams())
    names = st.lists(st.sampled_from(sorted(TWISTS)), min_size=1, max_size=4, unique=True)
    for name in draw(names) if only is None else [only]:
        problem = TWISTS[name](draw, problem)
    return problem


# Who is not there


def _without_rosters(problem: Problem) -> Problem:
    return replace(problem, standing_roster=None, published=None)


def no_carers(draw: st.DrawFn, problem: Problem) -> Problem:
    """Open shifts are all there is."""
    about_carers: dict[str, Any] = {
        name: tuple(row for row in rows if getattr(row, "carer_id", None) is None)
        for name, rows in tables_of(problem).items()
        if name not in ("carers", "shifts", "meetings")
    }
    about_carers["citizens"] = tuple(replace(row, contact_carer=None) for row in problem.citizens)
    return replace(
        _without_rosters(problem),
        **about_carers,
        carers=(),
        shifts=tuple(replace(row, carer_id=None) for row in problem.shifts),
        meetings=(),
    )


def no_shifts(draw: st.DrawFn, problem: Problem) -> Problem:
    """A team at home."""
    return replace(_without_rosters(problem), shifts=())


def no_needs(draw: st.DrawFn, problem: Problem) -> Problem:
    """A team with nothing to do but its sessions and meetings."""
    return replace(_without_rosters(problem), needs=(), links=())


def no_citizens(draw: st.DrawFn, problem: Problem) -> Problem:
    """A team without anybody to visit."""
    kept = no_needs(draw, problem)
    return replace(
        kept,
        citizens=(),
        barred=(),
        history=(),
        delivered=(),
        sessions=(),
        ferries=(),
        matrix={},
        absences=tuple(row for row in kept.absences if row.citizen_id is None),
        shifts=tuple(replace(row, begins_at="base") for row in kept.shifts),
    )


def only_trainees(draw: st.DrawFn, problem: Problem) -> Problem:
    """Everybody but the first is the first one's trainee."""
    carers = tuple(
        replace(row, mentor=problem.carers[0].carer_id if number else None)
        for number, row in enumerate(problem.carers)
    )
    return replace(_without_rosters(problem), carers=carers)


def nobody_introduced(draw: st.DrawFn, problem: Problem) -> Problem:
    """No carer may be sent to anyone."""
    return replace(problem, carers=tuple(replace(row, introduced=False) for row in problem.carers))


def all_untrained(draw: st.DrawFn, problem: Problem) -> Problem:
    """No trained hands, and no untrained minute allowed."""
    carers = tuple(replace(row, qualification="untrained") for row in problem.carers)
    return replace(problem, carers=carers, rules=replace(problem.rules, untrained_share_max=0.0))


def all_barred(draw: st.DrawFn, problem: Problem) -> Problem:
    """Nobody may meet anybody."""
    pairs = tuple(Barred(a.carer_id, b.citizen_id) for a in problem.carers for b in problem.citizens)
    return replace(problem, barred=pairs)


def all_away(draw: st.DrawFn, problem: Problem) -> Problem:
    """All carers, all citizens or both are away from before the pack until after it, or for its middle."""
    first, last = draw(
        st.sampled_from(
            ((-DAY_MIN, (problem.calendar.days + 1) * DAY_MIN), (1000, problem.calendar.days * 700))
        )
    )
    rows: list[Absence] = []
    if draw(st.booleans()):
        rows += [Absence(first, last, carer_id=row.carer_id) for row in problem.carers]
    if draw(st.booleans()):
        rows += [Absence(first, last, citizen_id=row.citizen_id) for row in problem.citizens]
    return replace(problem, absences=tuple(rows))


# Times


def minute_windows(draw: st.DrawFn, problem: Problem) -> Problem:
    """Every visit starts at one minute only, or within one."""
    width = draw(st.integers(0, 1))
    needs = []
    for row in problem.needs:
        last = min(CLOCK_MAX_MIN, row.window_start_min + width)
        agreed = None if row.agreed_start_min is None else last
        needs.append(replace(row, window_end_min=last, agreed_start_min=agreed))
    return replace(problem, needs=tuple(needs))


def late_windows(draw: st.DrawFn, problem: Problem) -> Problem:
    """Visits that start on the next day, up to the last minute that can be written."""
    needs = tuple(
        replace(
            row,
            window_start_min=draw(st.integers(DAY_MIN, CLOCK_MAX_MIN)),
            window_end_min=CLOCK_MAX_MIN,
            agreed_start_min=None,
        )
        for row in problem.needs
    )
    return replace(problem, needs=needs)


def extreme_lengths(draw: st.DrawFn, problem: Problem) -> Problem:
    """Visits of one minute, of a whole day, or of anything between the two."""
    least, wished, most = draw(st.sampled_from(((1, 1, 1), (1440, 1440, 1440), (1, 30, 1440), (1, 1, 1440))))
    needs = tuple(replace(row, minutes_min=least, minutes=wished, minutes_max=most) for row in problem.needs)
    return replace(problem, needs=needs)


def clocks_change(draw: st.DrawFn, problem: Problem) -> Problem:
    """Night shifts into the Sunday on which the clocks change, with visits at the hours that there are twice or never."""
    monday = draw(st.sampled_from(CLOCK_CHANGES))
    calendar = Calendar(monday, problem.calendar.weeks)
    nights, needs = [], []
    for number, carer in enumerate(problem.carers):
        start = 5 * DAY_MIN + draw(st.sampled_from((1260, 1320, 1380)))
        nights.append(
            Shift(f"night{number}", carer.carer_id, 5, start, start + draw(st.sampled_from((420, 600))), 20)
        )
    mine = {row.carer_id for row in problem.carers}
    kept = tuple(
        row
        for row in problem.shifts
        if row.carer_id not in mine or row.end_min <= 5 * DAY_MIN or row.start_min >= 7 * DAY_MIN
    )
    for number, home in enumerate(problem.citizens):
        start = draw(st.sampled_from((1500, 1555, 1560, 1615, 1620, 1680)))
        needs.append(
            Need(f"night{number}", home.citizen_id, "safety", (5,), None, start, start + 30, 15, 10, 30)
        )
    return replace(
        _without_rosters(problem),
        calendar=calendar,
        shifts=(*kept, *nights),
        needs=(*problem.needs, *needs),
        delivered=(),
    )


def all_day_shifts(draw: st.DrawFn, problem: Problem) -> Problem:
    """One carer after the other for 24 hours, every day, with a break of any length."""
    shifts = []
    for number, carer in enumerate(problem.carers):
        start = draw(st.integers(0, 95)) * 15
        pause = draw(st.sampled_from((0, 30, 1439, 1440)))
        for day in range(problem.calendar.days):
            first = day * DAY_MIN + start
            shifts.append(Shift(f"s{number}d{day}", carer.carer_id, day, first, first + DAY_MIN, pause))
    return replace(_without_rosters(problem), shifts=tuple(shifts))


def no_time_left(draw: st.DrawFn, problem: Problem) -> Problem:
    """The whole shift is kept in reserve, or is its break; or it lasts a minute."""
    kind = draw(st.sampled_from(("reserve", "break", "minute")))
    shifts = []
    for row in problem.shifts:
        bare = replace(row, break_minutes=0, break_from_min=None, break_to_min=None, reserve_minutes=0)
        if kind == "reserve":
            bare = replace(bare, reserve_minutes=min(1440, row.minutes))
        elif kind == "break":
            bare = replace(bare, break_minutes=min(1440, row.minutes))
        else:
            bare = replace(bare, end_min=bare.start_min + 1)
        shifts.append(bare)
    return replace(problem, shifts=tuple(shifts))


# Much


def crowded(draw: st.DrawFn, problem: Problem) -> Problem:
    """More visits at once in one home than a round of the search can hold, in a shift that has time for them all."""
    if not problem.citizens or not problem.carers:
        return problem
    home, carer = problem.citizens[0], problem.carers[0]
    length = draw(st.integers(1, 5))
    needs = tuple(
        Need(f"m{number}", home.citizen_id, "safety", (0,), None, 420, 1200, length, length, length)
        for number in range(draw(st.sampled_from((60, 64, 66))))
    )
    kept = tuple(row for row in problem.shifts if row.carer_id != carer.carer_id or row.day > 1)
    shift = Shift("crowded", carer.carer_id, 0, 360, 1260, draw(st.sampled_from((0, 30))))
    return replace(_without_rosters(problem), needs=(*problem.needs, *needs), shifts=(*kept, shift))


def many_weeks(draw: st.DrawFn, problem: Problem) -> Problem:
    """The same weeks again, up to eight."""
    weeks = draw(st.integers(4, 8))
    calendar = Calendar(problem.calendar.first_monday, weeks)
    days = problem.calendar.days
    shifts = list(problem.shifts)
    for turn in range(1, -(-weeks // problem.calendar.weeks)):
        for row in problem.shifts:
            move, day = turn * days * DAY_MIN, row.day + turn * days
            if day < calendar.days:
                shifts.append(
                    replace(
                        row,
                        shift_id=f"{row.shift_id}w{turn}",
                        day=day,
                        start_min=row.start_min + move,
                        end_min=row.end_min + move,
                        break_from_min=None if row.break_from_min is None else row.break_from_min + move,
                        break_to_min=None if row.break_to_min is None else row.break_to_min + move,
                    )
                )
    apart = _one_at_a_time(shifts)
    return replace(_without_rosters(problem), calendar=calendar, shifts=tuple(apart))


def _one_at_a_time(shifts: list[Shift]) -> list[Shift]:
    """The shifts without those in which their carer already has another."""
    until: dict[str, int] = {}
    kept = []
    for row in sorted(shifts, key=lambda one: (one.start_min, one.shift_id)):
        if row.carer_id is None or until.get(row.carer_id, row.start_min) <= row.start_min:
            kept.append(row)
            until[row.carer_id or ""] = row.end_min
    return kept


def big_sessions(draw: st.DrawFn, problem: Problem) -> Problem:
    """Group training that wants more carers than there are, and training for a single citizen."""
    ids = tuple(row.citizen_id for row in problem.citizens)
    if not ids:
        return problem
    groups = []
    for number in range(draw(st.integers(1, 3))):
        day = draw(st.integers(0, problem.calendar.days - 1))
        start = day * DAY_MIN + draw(st.sampled_from((0, 480, 600, 1410)))
        groups.append(
            Session(
                f"big{number}",
                problem.base,
                day,
                start,
                draw(st.sampled_from((1, 60, 1440))),
                draw(st.sampled_from((1, 2, 20))),
                None,
                ids if draw(st.booleans()) else ids[:1],
            )
        )
    return replace(_without_rosters(problem), sessions=tuple(groups), matrix={})


def chained(draw: st.DrawFn, problem: Problem) -> Problem:
    """All needs of a citizen one behind the other, without a minute between or with the same carer throughout."""
    gap_max = draw(st.sampled_from((0, 15, None)))
    links = []
    for home in problem.citizens:
        mine = [row.need_id for row in problem.needs if row.citizen_id == home.citizen_id]
        links += [Link(first, second, 0, gap_max, draw(st.booleans())) for first, second in pairwise(mine)]
    return replace(problem, links=tuple(links))


# Prices, bounds and rules


def extreme_prices(draw: st.DrawFn, problem: Problem) -> Problem:
    """Everything free, or some things at a billion."""
    price = st.sampled_from((0.0, 0.0, 1.0, 1e6, 1e9))
    return replace(problem, weights=draw(st.builds(Weights, *[price] * 18)))


def strict_rules(draw: st.DrawFn, problem: Problem) -> Problem:
    """Rest that nobody can keep, a week of no hours; one face for each citizen."""
    rules = Rules(
        rest_hours=draw(st.sampled_from((0, 24))),
        weekly_rest_hours=draw(st.sampled_from((0, 168))),
        week_hours_max=draw(st.sampled_from((0, 168))),
        break_after_hours=draw(st.sampled_from((0, 48))),
        untrained_share_max=draw(st.sampled_from((0.0, 1.0))),
        package_minutes=draw(st.sampled_from(("week", "warn"))),
    )
    citizens = tuple(replace(row, carers_max=1) for row in problem.citizens)
    return replace(problem, rules=rules, citizens=citizens)


def tight_packages(draw: st.DrawFn, problem: Problem) -> Problem:
    """Packages of exactly so many minutes, or of next to none, or of more than a week has."""
    least, most = draw(st.sampled_from(((60, 60), (None, 0), (0, 1), (100_000, 100_000), (99_999, None))))
    packages = tuple(
        replace(row, min_minutes=least, min_included=True, max_minutes=most, max_included=True)
        for row in problem.packages
    )
    return replace(problem, packages=packages)


def moved_far(draw: st.DrawFn, problem: Problem) -> Problem:
    """Years ahead, across a year of 53 weeks."""
    monday = problem.calendar.first_monday + timedelta(weeks=draw(st.sampled_from((5, 52, 1000))))
    return replace(_without_rosters(problem), calendar=Calendar(monday, problem.calendar.weeks))


TWISTS: dict[str, Twist] = {
    twist.__name__: twist
    for twist in (
        no_carers,
        no_shifts,
        no_needs,
        no_citizens,
        only_trainees,
        nobody_introduced,
        all_untrained,
        all_barred,
        all_away,
        minute_windows,
        late_windows,
        extreme_lengths,
        clocks_change,
        all_day_shifts,
        no_time_left,
        crowded,
        many_weeks,
        big_sessions,
        chained,
        extreme_prices,
        strict_rules,
        tight_packages,
        on_islands,
        far_apart,
        one_place,
        moved_far,
    )
}
