"""A team in which every table of a pack has rows, a roster of it, and a database to load them into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from delivery_app.db import Database, make_engine
from models.cpr import CprVault
from scheduler.clock import DAY_MIN, Calendar
from scheduler.problem import (
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
from scheduler.roster import (
    Bounds,
    CitizenWeek,
    ContactProposal,
    Figures,
    OpenShift,
    PlacedBreak,
    PlacedSession,
    PlacedVisit,
    Relaxation,
    Roster,
    Unplaced,
)
from tests.databases import make_tables

MONDAY = date(2026, 11, 30)
WEEK = "2026-W49"
VAULT = CprVault([bytes(range(32))])


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    """The database at ``url`` with all tables, closed afterwards."""
    make_tables(url)
    engine = make_engine(url)
    database = Database(engine, VAULT)
    try:
        yield database
    finally:
        database.close()


def at(day: int, hour: int, minute: int = 0) -> int:
    """A pack minute."""
    return day * DAY_MIN + hour * 60 + minute


def full_roster(first_monday: date = MONDAY, weeks: int = 1, **changes: object) -> Roster:
    """A roster of the team below with something in every part."""
    roster = Roster(
        team="Team Nord",
        first_monday=first_monday,
        weeks=weeks,
        visits=(
            PlacedVisit(
                "n1", "c1", 0, at(0, 8), at(0, 8, 30), "home", ("k1", "k3"), ("s1", "s3"), pinned=True
            ),
            PlacedVisit("n2", "c2", 1, at(2, 0, 30), at(2, 1), "screen", ("k2",), ("s2",)),
        ),
        sessions=(PlacedSession("g1", ("k2", "k1"), ("s2", "s1")),),
        unplaced=(
            Unplaced("n3", None, 0, "capacity", (Relaxation("window_end", "30"), Relaxation("carers", "1"))),
            Unplaced("n1", 2, 0, "qualification"),
            Unplaced("g1", 3, 0, "capacity"),
        ),
        breaks=(PlacedBreak("s1", at(0, 11), at(0, 11, 30)), PlacedBreak("s2", at(2, 0), at(2, 0, 20))),
        open_shifts=(OpenShift("s4", "k2"),),
        citizens=(
            CitizenWeek("c1", 0, 335, "within", 3, 2),
            CitizenWeek("c2", 0, 30, "short", 1, None),
        ),
        contacts=(ContactProposal("c2", "k3"), ContactProposal("c1", "k1")),
        figures=Figures(123.4, 2, 3, 40, 5, 60, 1.5, 1.75, 1 / 3, 12, {"travel": 40.0, "carer": 0.1 + 0.2}),
        bounds=Bounds(1.25, None),
        seed=7,
        workers=2,
        seconds=0.5,
        iterations=1000,
        travel_provider="osrm",
        travel_data="denmark-2026-11",
    )
    return replace(roster, **changes)  # type: ignore[arg-type]


def full_problem(**changes: object) -> Problem:
    """A problem in which every row and setting differs from its default somewhere."""
    problem = Problem(
        name="Team Nord",
        calendar=Calendar(MONDAY, 1),
        base=Point(55.657, 12.363),
        municipality="albertslund",
        provider="private",
        packages=(
            Package("p2", 120, False, 300, False, 200, False, "once"),
            Package("p1"),
        ),
        citizens=(
            Citizen("c2", "Åse Ærø", Point(54.9, 11.1), "p2", "k2", True, 2.5, 3, "Fejø"),
            Citizen("c1", "Bo Borger", Point(55.1 + 1 / 3, 12.0), "p1"),
        ),
        needs=(
            Need(
                "n2",
                "c2",
                "training",
                days=(0, 2, 4),
                times_per_week=None,
                window_start_min=450,
                window_end_min=1500,
                minutes=30,
                minutes_min=20,
                minutes_max=45,
                every_weeks=2,
                anchor_week=-3,
                on_holidays=False,
                agreed_start_min=480,
                carers=2,
                qualification="therapist",
                modality="either",
                priority=3,
                counts=False,
                not_on=(2,),
            ),
            Need("n1", "c1", "personal_care", (1,), None, 420, 600, 30, 30, 30),
            Need("n3", "c1", "practical_help", None, 2, 420, 900, 60, 45, 60),
        ),
        carers=(
            Carer("k1", "Kim", "assistant", 30.5, "car", True, None, "fixed"),
            Carer("k2", "Kaj", "untrained", None, "foot", False, None, "substitute"),
            Carer("k3", "Eva Elev", "helper", 37.0, mentor="k1"),
        ),
        shifts=(
            Shift("s1", "k1", 0, at(0, 7), at(0, 15), 30, at(0, 11), at(0, 13), "base", 15),
            Shift("s2", "k2", 1, at(1, 23), at(2, 7), begins_at="Fejø"),
            Shift("s3", "k3", 0, at(0, 7), at(0, 15), begins_at="first_visit"),
            Shift("s4", None, 5, at(5, 7), at(5, 15)),
        ),
        holidays=frozenset({2, 25}),
        travel=TravelSettings(1.4, 2, {"bike": 14.5, "car": 40.0, "foot": 4.0}),
        rules=Rules(10, 34, 45, 5.5, 0.25, "warn", "2 of 5", 5, 2, 3),
        weights=Weights(carer=60, carer_14=20.5),
        links=(Link("n1", "n3", 30, 90, True), Link("n3", "n1", 0)),
        barred=(Barred("k2", "c1", "uenighed"), Barred("k1", "c2")),
        absences=(
            Absence(at(1, 8), at(1, 12, 30), citizen_id="c1", reason="hospital"),
            Absence(at(-3, 0), at(9, 0), carer_id="k1"),
            Absence(at(-30, 0), at(-20, 0), carer_id="k2", reason="ferie"),
        ),
        history=(
            HistoryRow(-1, "c1", "k1", 2),
            HistoryRow(-1, "c1", "k1", 2),
            HistoryRow(-13, "c2", "k99"),
        ),
        delivered=(Delivered(-1, "c1", 100), Delivered(-2, "c2", 90)),
        ferries=(
            Ferry("Fejø", 0, at(0, 6), at(0, 22), 15),
            Ferry("Fejø", 9, at(9, 6), at(9, 24, 30), 15),
        ),
        meetings=(Meeting("Tavlemøde", 0, at(0, 12), 20, ("k3", "k1")),),
        sessions=(Session("g1", Point(55.2, 12.1), 3, at(3, 13), 50, 2, "physiotherapist", ("c2", "c1")),),
        wishes=(
            Wish("k2", 3, "off", 480, 1500, 12.5),
            Wish("k1", None, "evening"),
            Wish("k2", 3, "off", 480, 1500, 12.5),
        ),
        matrix={("base", "c1", "bike"): 7, ("c1", "g1", "car"): 0},
        standing_roster=full_roster(
            date(2026, 3, 2), 2, seed=None, seconds=None, workers=None, iterations=None
        ),
        published=full_roster(team="Nordholdet", travel_data=None),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]
