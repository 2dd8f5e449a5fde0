"""Hypothesis strategies for legal planning problems in which every feature of the format can occur.

A problem drawn here can be written as a team pack and read back equal. Rosters of such problems are drawn by
:mod:`tests.scheduler.roster_strategies`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from hypothesis import strategies as st

from scheduler.clock import DAY_MIN, Calendar
from scheduler.problem import (
    BASE,
    FIRST_VISIT,
    MODALITIES,
    MODES,
    PARTS,
    SERVICES,
    WISHES,
    Absence,
    Barred,
    Carer,
    Citizen,
    Delivered,
    Ferry,
    HistoryRow,
    Link,
    Meeting,
    Need,
    Package,
    Point,
    Problem,
    Rules,
    Session,
    Shift,
    TravelSettings,
    Weights,
    Wish,
)
from scheduler.qualifications import CARER_QUALIFICATIONS, NEED_QUALIFICATIONS

T = TypeVar("T")

#: Ordinary weeks, a year with 53, and the weeks in which summer time begins and ends.
MONDAYS = (date(2026, 11, 30), date(2026, 12, 28), date(2027, 3, 22), date(2026, 10, 19))
ISLANDS = ("Femø", "Fejø")


def texts() -> st.SearchStrategy[str]:
    """Text as people write it in a cell, trimmed: any language's letters, quotation marks, line breaks."""
    signs = st.one_of(
        st.sampled_from("æøåÆØÅabc ,;\"'=\n-"),
        st.characters(exclude_categories=("C", "Z"), max_codepoint=0x2FFFF),
    )
    return st.text(signs, max_size=12).map(str.strip)


def quarters(first_hour: int, last_hour: int) -> st.SearchStrategy[int]:
    """Minutes after midnight, on the quarter, between two hours."""
    return st.integers(4 * first_hour, 4 * last_hour).map(lambda quarter: 15 * quarter)


def points() -> st.SearchStrategy[Point]:
    """Places within some ten kilometres of each other."""
    return st.builds(
        Point,
        st.integers(-900, 900).map(lambda step: round(55.65 + step / 10_000, 4)),
        st.integers(-900, 900).map(lambda step: round(12.35 + step / 10_000, 4)),
    )


def shares() -> st.SearchStrategy[float]:
    """Weights and factors with a few digits."""
    return st.integers(0, 4000).map(lambda step: step / 40)


def optional(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """The value, or None as often."""
    return st.one_of(st.none(), strategy)


@st.composite
def packages(draw: st.DrawFn, package_id: str) -> Package:
    """A package with or without bounds; its interval holds some minutes."""
    least, length = draw(optional(st.integers(0, 300))), draw(st.integers(2, 900))
    most = draw(optional(st.just((least or 0) + length)))
    return Package(
        package_id,
        least,
        draw(st.booleans()),
        most,
        draw(st.booleans()),
        draw(optional(st.integers(0, 900))),
        draw(st.booleans()),
        draw(st.sampled_from(("both", "once"))),
    )


@st.composite
def carers(draw: st.DrawFn, count: int) -> tuple[Carer, ...]:
    """A team; some of those after the first may be trainees of a carer who is not."""
    found: list[Carer] = []
    for number in range(count):
        mentors = [one.carer_id for one in found if one.mentor is None]
        found.append(
            Carer(
                f"k{number + 1}",
                draw(texts()),
                draw(st.sampled_from(CARER_QUALIFICATIONS)),
                draw(optional(st.sampled_from((37.0, 32.0, 28.5, 0.0)))),
                draw(st.sampled_from(MODES)),
                draw(st.sampled_from((True, True, True, False))),
                draw(st.sampled_from((None, None, None, *mentors))) if mentors else None,
                draw(st.sampled_from(("fixed", "fixed", "substitute"))),
            )
        )
    return tuple(found)


@st.composite
def citizens(
    draw: st.DrawFn, count: int, package_ids: Sequence[str], carer_ids: Sequence[str]
) -> tuple[Citizen, ...]:
    """Citizens in town, in villages and now and then on an island."""
    return tuple(
        Citizen(
            citizen_id=f"c{number + 1}",
            name=draw(texts()),
            point=draw(points()),
            package_id=draw(st.sampled_from(list(package_ids))),
            contact_carer=draw(optional(st.sampled_from(list(carer_ids)))) if carer_ids else None,
            screen_able=draw(st.booleans()),
            continuity_weight=draw(st.sampled_from((1.0, 1.0, 0.5, 2.0))),
            carers_max=draw(optional(st.integers(1, 6))),
            island=draw(st.sampled_from((None, None, None, *ISLANDS))),
        )
        for number in range(count)
    )


@st.composite
def needs(draw: st.DrawFn, need_id: str, citizen_id: str) -> Need:
    """A recurring visit on named days or any, with a window that may reach past midnight."""
    minutes = draw(st.integers(2, 60))
    start = draw(quarters(6, 23))
    end = start + draw(st.integers(0, 12)) * 15
    anywhere = draw(st.integers(0, 3)) == 0
    days = draw(st.sets(st.integers(0, 6), min_size=1).map(lambda chosen: tuple(sorted(chosen))))
    return Need(
        need_id=need_id,
        citizen_id=citizen_id,
        service=draw(st.sampled_from(SERVICES)),
        days=None if anywhere else days,
        times_per_week=draw(st.integers(1, 7)) if anywhere else None,
        window_start_min=start,
        window_end_min=end,
        minutes=minutes,
        minutes_min=draw(st.integers(1, minutes)),
        minutes_max=minutes + draw(st.integers(0, 15)),
        every_weeks=draw(st.sampled_from((1, 1, 2, 3))),
        anchor_week=draw(st.integers(-3, 3)),
        on_holidays=draw(st.booleans()),
        not_on=tuple(sorted(draw(st.sets(st.integers(0, 6), max_size=1)))),
        agreed_start_min=draw(optional(st.integers(start, end))),
        carers=draw(st.sampled_from((1, 1, 2))),
        qualification=draw(optional(st.sampled_from(NEED_QUALIFICATIONS))),
        modality=draw(st.sampled_from(MODALITIES)),
        priority=draw(st.integers(1, 3)),
        counts=draw(st.booleans()),
    )


@st.composite
def links(draw: st.DrawFn, among: Sequence[Need]) -> tuple[Link, ...]:
    """Links between needs of one citizen, from an earlier one in the pack to a later one: no circles."""
    pairs = [
        (first.need_id, second.need_id)
        for number, first in enumerate(among)
        for second in among[number + 1 :]
        if first.citizen_id == second.citizen_id
    ]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=2)) if pairs else []
    found = []
    for first_need, second_need in chosen:
        gap = draw(st.integers(0, 90))
        most = draw(optional(st.integers(gap, 300)))
        found.append(Link(first_need, second_need, gap, most, draw(st.booleans())))
    return tuple(found)


@st.composite
def shifts(
    draw: st.DrawFn, calendar: Calendar, carer_ids: Sequence[str], islands: Sequence[str]
) -> tuple[Shift, ...]:
    """Day, evening and night shifts, some open; nobody has two at once."""
    found: list[Shift] = []
    busy_until: dict[str | None, int] = {}
    owners: list[str | None] = [*carer_ids, None]
    wanted = draw(
        st.lists(st.tuples(st.integers(0, calendar.days - 1), st.sampled_from(owners)), max_size=10)
    )
    for day, carer_id in sorted(wanted, key=lambda one: one[0]):
        start = day * DAY_MIN + draw(quarters(6, 23))
        end = start + draw(st.integers(4, 40)) * 15
        if carer_id is not None and start < busy_until.get(carer_id, start):
            continue
        busy_until[carer_id] = end
        pause = draw(st.sampled_from((0, 30)))
        first = draw(optional(st.integers(start, end - max(pause, 1)))) if pause else None
        found.append(
            Shift(
                shift_id=f"s{len(found) + 1}",
                carer_id=carer_id,
                day=day,
                start_min=start,
                end_min=end,
                break_minutes=pause,
                break_from_min=first,
                break_to_min=draw(optional(st.integers((first or start) + pause, end))) if pause else None,
                begins_at=draw(st.sampled_from((BASE, BASE, FIRST_VISIT, *islands))),
                reserve_minutes=draw(st.sampled_from((0, 0, 15))),
            )
        )
    return tuple(found)


def _moments(calendar: Calendar) -> st.SearchStrategy[int]:
    return st.integers(-2 * 96, calendar.days * 96).map(lambda quarter: 15 * quarter)


@st.composite
def absences(
    draw: st.DrawFn, calendar: Calendar, carer_ids: Sequence[str], citizen_ids: Sequence[str]
) -> Absence:
    """A carer or a citizen away for some hours or days."""
    who = draw(
        st.sampled_from(
            [("carer_id", one) for one in carer_ids] + [("citizen_id", one) for one in citizen_ids]
        )
    )
    start = draw(_moments(calendar))
    return Absence(start, start + draw(st.integers(1, 200)) * 15, reason=draw(texts()), **{who[0]: who[1]})


@st.composite
def ferries(draw: st.DrawFn, calendar: Calendar, islands: Sequence[str]) -> tuple[Ferry, ...]:
    """A timetable for most days of each island."""
    found = []
    for island in islands:
        for day in draw(st.sets(st.integers(0, calendar.days - 1), max_size=calendar.days)):
            first = day * DAY_MIN + draw(quarters(6, 9))
            last = day * DAY_MIN + draw(quarters(12, 24))
            found.append(Ferry(island, day, first, last, draw(st.integers(5, 60))))
    return tuple(found)


@st.composite
def sessions(draw: st.DrawFn, session_id: str, calendar: Calendar, citizen_ids: Sequence[str]) -> Session:
    """Group training for some of the citizens."""
    day = draw(st.integers(0, calendar.days - 1))
    return Session(
        session_id=session_id,
        point=draw(points()),
        day=day,
        start_min=day * DAY_MIN + draw(quarters(8, 16)),
        minutes=draw(st.integers(20, 90)),
        carers=draw(st.integers(1, 2)),
        qualification=draw(optional(st.sampled_from(NEED_QUALIFICATIONS))),
        citizens=tuple(
            draw(st.lists(st.sampled_from(list(citizen_ids)), unique=True, min_size=1, max_size=3))
        ),
    )


@st.composite
def meetings(draw: st.DrawFn, calendar: Calendar, carer_ids: Sequence[str]) -> Meeting:
    """A meeting at the base for some of the team."""
    day = draw(st.integers(0, calendar.days - 1))
    start = day * DAY_MIN + draw(quarters(7, 15))
    who = draw(st.lists(st.sampled_from(list(carer_ids)), unique=True, min_size=1))
    name = draw(texts().filter(bool))
    return Meeting(name, day, start, draw(st.integers(10, 60)), tuple(who))


@st.composite
def wishes(draw: st.DrawFn, calendar: Calendar, carer_ids: Sequence[str]) -> Wish:
    """What one of the team wishes for a date, or for all of them."""
    wish = draw(st.sampled_from(WISHES))
    times = wish not in PARTS and draw(st.booleans())
    return Wish(
        draw(st.sampled_from(list(carer_ids))),
        draw(optional(st.integers(0, calendar.days - 1))),
        wish,
        draw(quarters(0, 20)) if times else None,
        draw(quarters(0, 24)) if times else None,
        draw(st.sampled_from((60.0, 0.0, 12.5))),
    )


@st.composite
def problems(
    draw: st.DrawFn, *, most_weeks: int = 2, most_citizens: int = 5, most_carers: int = 4
) -> Problem:
    """A legal problem in which every feature of the format can occur."""
    calendar = Calendar(draw(st.sampled_from(MONDAYS)), draw(st.integers(1, most_weeks)))
    team_packages = tuple(draw(packages(f"pakke {n + 1}")) for n in range(draw(st.integers(1, 2))))
    team = draw(carers(draw(st.integers(1, most_carers))))
    carer_ids = [one.carer_id for one in team]
    package_ids = [one.package_id for one in team_packages]
    homes = draw(citizens(draw(st.integers(1, most_citizens)), package_ids, carer_ids))
    citizen_ids = [one.citizen_id for one in homes]
    islands = sorted({one.island for one in homes if one.island is not None})
    owners = draw(st.lists(st.sampled_from(citizen_ids), max_size=8))
    wanted = tuple(draw(needs(f"n{number + 1}", owner)) for number, owner in enumerate(owners))
    groups = tuple(
        draw(sessions(f"g{number + 1}", calendar, citizen_ids)) for number in range(draw(st.integers(0, 2)))
    )
    places = [BASE, *citizen_ids, *(one.session_id for one in groups)]
    legs = st.tuples(st.sampled_from(places), st.sampled_from(places), st.sampled_from(MODES))
    known_legs = legs.filter(lambda leg: leg[0] != leg[1])
    known = st.tuples(st.sampled_from(citizen_ids), st.sampled_from(carer_ids))
    problem = Problem(
        name=draw(texts().filter(bool)),
        calendar=calendar,
        base=draw(points()),
        packages=team_packages,
        citizens=homes,
        needs=wanted,
        carers=team,
        shifts=draw(shifts(calendar, carer_ids, islands)),
        municipality=draw(st.sampled_from(("", "albertslund", "lolland"))),
        provider=draw(st.sampled_from(("municipal", "private"))),
        holidays=draw(st.frozensets(st.integers(-3, calendar.days + 3), max_size=3)),
        travel=TravelSettings(
            draw(st.sampled_from((1.3, 1.0, 1.45))),
            draw(st.integers(0, 3)),
            {"bike": draw(st.sampled_from((15.0, 12.5))), "car": 35.0, "foot": 5.0},
        ),
        rules=draw(
            st.builds(
                Rules,
                rest_hours=st.sampled_from((11, 8.5)),
                untrained_share_max=st.sampled_from((0.2, 0.0, 1.0)),
                package_minutes=st.sampled_from(("week", "warn")),
                weekends_max=st.sampled_from(("1 of 2", "1 of 1", "0 of 1", "1 of 3")),
                days_in_row_max=st.sampled_from((6, 3, 14)),
                norm_weeks=st.integers(1, 4),
                even_out_weeks=st.integers(1, 6),
            )
        ),
        weights=draw(
            st.builds(
                Weights, carer=shares(), travel=shares(), waiting=shares(), unfair=shares(), buffer=shares()
            )
        ),
        links=draw(links(wanted)),
        barred=tuple(
            Barred(carer, home, draw(texts()))
            for home, carer in draw(st.lists(known, unique=True, max_size=2))
        ),
        absences=tuple(draw(st.lists(absences(calendar, carer_ids, citizen_ids), max_size=3))),
        history=tuple(
            HistoryRow(draw(st.integers(-14, -1)), home, carer, draw(st.integers(0, 3)))
            for home, carer in draw(st.lists(known, max_size=4))
        ),
        delivered=tuple(
            Delivered(week, home, draw(st.integers(0, 600)))
            for week, home in draw(
                st.lists(
                    st.tuples(st.integers(-4, -1), st.sampled_from(citizen_ids)), unique=True, max_size=3
                )
            )
        ),
        ferries=draw(ferries(calendar, islands)),
        meetings=tuple(draw(st.lists(meetings(calendar, carer_ids), max_size=2))),
        sessions=groups,
        wishes=tuple(draw(st.lists(wishes(calendar, carer_ids), max_size=3))),
        matrix=draw(st.dictionaries(known_legs, st.integers(0, 60), max_size=4)),
    )
    return problem
