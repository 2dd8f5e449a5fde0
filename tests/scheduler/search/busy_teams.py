"""Hypothesis strategies for teams at work: many visits that can be placed, and every feature of the format among them.

:func:`tests.scheduler.strategies.problems` draws anything that is legal, which seldom leaves much to plan; here most
visits have somebody on duty, so that carers, times, travel and rules get in each other's way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from scheduler.clock import DAY_MIN, Calendar
from scheduler.problem import (
    BASE,
    FIRST_VISIT,
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
    Weights,
)
from scheduler.roster import OpenShift, PlacedVisit, Roster

MONDAY = date(2026, 11, 30)
ISLAND = "Femø"


@st.composite
def busy_problems(draw: st.DrawFn, *, trainees: bool = True) -> Problem:
    """A team of two to five with a week or two of work; about two in three visits can be placed."""
    return busy_problem(draw(st.integers(0, 2**32)), trainees=trainees)


def busy_problem(number: int, *, trainees: bool = True) -> Problem:
    """The busy team of that number: the same each time."""
    return _Team(Random(number), trainees).problem()


class _Team:
    """One team as it is drawn, a method for each kind of row."""

    def __init__(self, random: Random, trainees: bool) -> None:
        self.random, self.with_trainees = random, trainees
        self.calendar = Calendar(MONDAY, random.choice((1, 1, 2)))

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.random.random() < share

    def some(self, rows: list[str], most: int) -> list[str]:
        """Up to so many of the rows."""
        return self.random.sample(rows, min(len(rows), self.random.randint(0, most)))

    def problem(self) -> Problem:
        """All rows together."""
        random, calendar = self.random, self.calendar
        packages = tuple(self.package(f"p{n}") for n in range(2))
        carers = self.carers()
        carer_ids = [row.carer_id for row in carers]
        citizens = self.citizens(carer_ids)
        citizen_ids = [row.citizen_id for row in citizens]
        needs = tuple(
            need for home in citizens for n in range(random.randint(1, 3)) if (need := self.need(home, n))
        )
        sessions = tuple(self.session(f"g{n}", citizen_ids) for n in range(random.choice((0, 0, 1, 2))))
        islands = {home.island for home in citizens} - {None}
        places = [BASE, *citizen_ids, *(row.session_id for row in sessions)]
        row = Problem(
            name="Travlt hold",
            calendar=calendar,
            base=Point(55.65, 12.35),
            packages=packages,
            citizens=citizens,
            needs=needs,
            carers=carers,
            shifts=self.shifts(carers, bool(islands)),
            holidays=frozenset({2}) if self.chance(0.2) else frozenset(),
            rules=Rules(
                untrained_share_max=random.choice((0.2, 0.5, 1.0)),
                package_minutes=random.choice(("week", "week", "warn")),
            ),
            links=self.links(needs),
            barred=tuple(
                Barred(random.choice(carer_ids), home)
                for home in self.some(citizen_ids, 2)
                if self.chance(0.5)
            ),
            weights=Weights(buffer=0.25 if len(citizen_ids) % 2 else 0.0),
            absences=tuple(self.absences(carer_ids, citizen_ids)),
            history=tuple(
                HistoryRow(random.randint(-14, -1), home, random.choice(carer_ids), random.randint(0, 2))
                for home in self.some(citizen_ids, 4)
            ),
            ferries=tuple(
                Ferry(ISLAND, day, day * DAY_MIN + 480, day * DAY_MIN + random.choice((720, 840)), 12)
                for day in range(calendar.days)
                if islands and self.chance(0.8)
            ),
            meetings=tuple(self.meeting(carer_ids) for _ in range(random.choice((0, 1, 2)))),
            sessions=sessions,
            matrix={
                (random.choice(places), random.choice(places), mode): random.randint(0, 40)
                for mode in ("bike", "car")
            },
        )
        row = replace(row, matrix={leg: value for leg, value in row.matrix.items() if leg[0] != leg[1]})
        row = replace(row, standing_roster=self.standing(row)) if self.chance(0.3) else row
        return replace(row, delivered=self.delivered(citizen_ids)) if self.chance(0.5) else row

    def delivered(self, citizen_ids: list[str]) -> tuple[Delivered, ...]:
        """Minutes of some citizens' weeks before the pack, so that the packages' targets are not their averages."""
        random = self.random
        return tuple(
            Delivered(week, home, random.randint(0, 300))
            for home in self.some(citizen_ids, 4)
            for week in range(-random.randint(1, 12), 0)
        )

    def package(self, package_id: str) -> Package:
        """Bounds that the needs come near."""
        random = self.random
        least = random.choice((None, 30, 120))
        most = random.choice((None, 150, 400))
        return Package(
            package_id,
            least,
            self.chance(0.5),
            most,
            self.chance(0.5),
            random.choice((None, 100, 200)),
            True,
            random.choice(("both", "once")),
        )

    def carers(self) -> tuple[Carer, ...]:
        """The first always a helper who may work; some untrained, substitutes, trainees."""
        random = self.random
        found = [Carer("k0", "", "helper")]
        for n in range(1, random.randint(2, 5)):
            mentor = "k0" if self.with_trainees and self.chance(0.2) else None
            found.append(
                Carer(
                    f"k{n}",
                    "",
                    random.choice(("untrained", "helper", "helper", "assistant", "nurse", "physiotherapist")),
                    random.choice((None, 37.0, 20.0)),
                    random.choice(("bike", "car")),
                    self.chance(0.9),
                    mentor,
                    random.choice(("fixed", "fixed", "substitute")),
                )
            )
        return tuple(found)

    def citizens(self, carer_ids: list[str]) -> tuple[Citizen, ...]:
        """Close to each other, one in ten on the island."""
        random = self.random
        return tuple(
            Citizen(
                f"c{n}",
                "",
                Point(55.65 + random.randint(-20, 20) / 1000, 12.35 + random.randint(-20, 20) / 1000),
                random.choice(("p0", "p1")),
                random.choice((None, *carer_ids)),
                self.chance(0.5),
                random.choice((1.0, 1.0, 2.0)),
                random.choice((None, None, 1, 2, 3)),
                ISLAND if self.chance(0.1) else None,
            )
            for n in range(random.randint(2, 6))
        )

    def need(self, home: Citizen, n: int) -> Need:
        """A visit by day, now and then at night, some days of the week."""
        random = self.random
        minutes = random.randint(10, 50)
        start = random.choice((420, 450, 480, 540, 600, 660, 720, 780, 1380, 1430))
        end = start + random.choice((0, 15, 30, 60, 120, 240))
        any_day = self.chance(0.25)
        return Need(
            f"{home.citizen_id}n{n}",
            home.citizen_id,
            "personal_care",
            None if any_day else tuple(sorted(random.sample(range(7), random.randint(1, 5)))),
            random.randint(1, 4) if any_day else None,
            start,
            end,
            minutes,
            random.randint(max(1, minutes - 15), minutes),
            minutes + random.choice((0, 0, 10, 30)),
            every_weeks=random.choice((1, 1, 2)),
            anchor_week=random.choice((0, -1)),
            on_holidays=self.chance(0.7),
            agreed_start_min=random.choice((None, None, random.randint(start, end))),
            carers=random.choice((1, 1, 1, 2)),
            qualification=random.choice((None, None, "helper", "assistant")),
            modality=random.choice(("home", "home", "home", "either", "screen")),
            priority=random.randint(1, 3),
            counts=self.chance(0.8),
        )

    def shifts(self, carers: tuple[Carer, ...], islands: bool) -> tuple[Shift, ...]:
        """Most carers on duty most days, with a break; some nights; some open shifts."""
        random = self.random
        found: list[Shift] = []
        free_from: dict[str | None, int] = {}
        for day in range(self.calendar.days):
            for carer_id in [row.carer_id for row in carers] + [None]:
                if not self.chance(0.6 if carer_id else 0.15):
                    continue
                start = day * DAY_MIN + random.choice((420, 420, 450, 600, 1320))
                length = random.choice((300, 420, 480))
                if carer_id is not None and start < free_from.get(carer_id, 0):
                    continue
                free_from[carer_id] = start + length
                pause = random.choice((0, 20, 30))
                first = start + random.choice((60, 120, 180)) if pause else None
                found.append(
                    Shift(
                        f"s{len(found)}",
                        carer_id,
                        day,
                        start,
                        start + length,
                        pause,
                        first,
                        first + random.choice((pause, 60, 120)) if first else None,
                        random.choice((BASE, BASE, BASE, FIRST_VISIT, ISLAND if islands else BASE)),
                        random.choice((0, 0, 20, 60)),
                    )
                )
        return tuple(found)

    def links(self, needs: tuple[Need, ...]) -> tuple[Link, ...]:
        """Between two needs of one citizen."""
        found = []
        for first in needs:
            for second in needs:
                if (
                    first.citizen_id == second.citizen_id
                    and first.need_id < second.need_id
                    and self.chance(0.3)
                ):
                    gap = self.random.choice((0, 15, 60))
                    most = self.random.choice((None, gap, gap + 60, gap + 180))
                    found.append(Link(first.need_id, second.need_id, gap, most, self.chance(0.4)))
        return tuple(found)

    def absences(self, carer_ids: list[str], citizen_ids: list[str]) -> list[Absence]:
        """Hours away of some carers and citizens."""
        found = []
        for _ in range(self.random.randint(0, 5)):
            start = self.random.randint(0, 7 * 96) * 15
            end = start + self.random.randint(1, 30) * 15
            if self.chance(0.5):
                found.append(Absence(start, end, carer_id=self.random.choice(carer_ids)))
            else:
                found.append(Absence(start, end, citizen_id=self.random.choice(citizen_ids)))
        return found

    def session(self, session_id: str, citizen_ids: list[str]) -> Session:
        """Group training on a weekday, for one to three citizens."""
        random = self.random
        day = random.randint(0, 4)
        return Session(
            session_id,
            Point(55.652, 12.352),
            day,
            day * DAY_MIN + random.choice((540, 600, 660)),
            random.choice((45, 60)),
            random.choice((1, 1, 2)),
            random.choice((None, "helper", "therapist")),
            tuple(random.sample(citizen_ids, min(len(citizen_ids), random.randint(1, 3)))),
        )

    def meeting(self, carer_ids: list[str]) -> Meeting:
        """A meeting in the morning."""
        day = self.random.randint(0, 4)
        start = day * DAY_MIN + self.random.choice((480, 540, 720))
        who = self.random.sample(carer_ids, self.random.randint(1, len(carer_ids)))
        return Meeting("Møde", day, start, 30, tuple(who))

    def standing(self, problem: Problem) -> Roster:
        """Some needs' visits of an earlier week, by anyone."""
        return Roster("Travlt hold", MONDAY - timedelta(weeks=2), 1, visits=self.visits(problem, 7))

    def visits(self, problem: Problem, days: int) -> tuple[PlacedVisit, ...]:
        """Visits of some needs on some days in the shifts of those days."""
        found = []
        for need in problem.needs:
            for day in range(days):
                shifts = [row for row in problem.shifts if row.day == day and row.carer_id]
                if len(shifts) < need.carers or not self.chance(0.3):
                    continue
                if need.days is not None and day % 7 not in need.days:
                    continue
                chosen = self.random.sample(shifts, need.carers)
                start = day * DAY_MIN + self.random.randint(*need.start_bounds())
                found.append(
                    PlacedVisit(
                        need.need_id,
                        need.citizen_id,
                        day,
                        start,
                        start + need.minutes,
                        "screen" if need.modality == "screen" else "home",
                        tuple(row.carer_id or "" for row in chosen),
                        tuple(row.shift_id for row in chosen),
                        self.chance(0.2),
                    )
                )
        return tuple(found)


def published_at_random(problem: Problem, number: int) -> Problem:
    """The problem with a published roster made without thought: some visits pinned, most of them badly."""
    team = _Team(Random(number), True)
    team.calendar = problem.calendar
    opened = [row.shift_id for row in problem.shifts if row.carer_id is None]
    rows = tuple(OpenShift(shift, "k0") for shift in opened if team.chance(0.3))
    roster = Roster(
        problem.name,
        problem.calendar.first_monday,
        problem.calendar.weeks,
        visits=team.visits(problem, problem.calendar.days),
        open_shifts=rows,
    )
    return replace(problem, published=roster)
