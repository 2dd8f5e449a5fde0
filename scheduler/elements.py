"""The parts of a planning problem: frozen rows, each checked when made.

Every class is a row (or a table of the settings file) of a team pack, with times turned into pack minutes
(:mod:`scheduler.clock`). Ids are the planner's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from scheduler.clock import DAY_MIN
from scheduler.message import ProblemError

SERVICES = (
    "personal_care",
    "practical_help",
    "training",
    "rehabilitation",
    "safety",
    "start_up",
    "coordination",
    "assessment",
)
MODES = ("bike", "car", "foot")
MODALITIES = ("home", "screen", "either")
#: Parts of the day that a shift belongs to (:func:`scheduler.working_days.part_of`).
PARTS = ("day", "evening", "night")
WISHES = ("off", "on", *PARTS)
#: A visit may start this many minutes before or after its agreed time (rule 1).
AGREED_TOLERANCE_MIN = 15
#: Where a shift may begin beside an island's name.
BASE, FIRST_VISIT = "base", "first_visit"


@dataclass(frozen=True)
class Point:
    """A place on the map, WGS 84 degrees."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ProblemError(
                "{lat}, {lon} is not a place on the map (latitude, longitude)", lat=self.lat, lon=self.lon
            )


@dataclass(frozen=True)
class TravelSettings:
    """How travel times are reckoned by the crow-flies formula: detour factor, stop minutes, speed by mode."""

    detour: float = 1.3
    stop_min: int = 1
    speed_kmh: Mapping[str, float] = field(default_factory=lambda: {"bike": 15.0, "car": 35.0, "foot": 5.0})


@dataclass(frozen=True)
class Rules:
    """Working-time and team rules (requirements S2, S6, S7); what differs between providers is set here."""

    rest_hours: float = 11
    weekly_rest_hours: float = 35
    week_hours_max: float = 48
    break_after_hours: float = 6
    untrained_share_max: float = 0.2
    #: ``week``: rule 7 binds each week; ``warn``: it is only reported.
    package_minutes: str = "week"
    #: At most one of any two weekends in a row (fixed staff); ``1 of 1`` is no limit.
    weekends_max: str = "1 of 2"
    #: The most dates in a row with a shift.
    days_in_row_max: int = 6
    #: Overtime is reckoned over so many weeks together.
    norm_weeks: int = 1
    #: What was delivered too little or too much is made up for over so many weeks (scheduler.steering).
    even_out_weeks: int = 4

    def __post_init__(self) -> None:
        weekend_share(self.weekends_max)
        for name in ("days_in_row_max", "norm_weeks", "even_out_weeks"):
            if getattr(self, name) < 1:
                raise ProblemError(
                    "rules.{name}: {value} is less than 1", name=name, value=getattr(self, name)
                )


def weekend_share(text: str) -> tuple[int, int]:
    """``1 of 2`` as (1, 2): at most one of any two weekends in a row; raises ProblemError for anything else."""
    match = re.fullmatch(r"([0-9]{1,2}) of ([0-9]{1,2})", text)
    if match is None or not int(match[1]) <= int(match[2]) or int(match[2]) < 1:
        raise ProblemError("'{value}' is no share of weekends; write for example 1 of 2", value=text)
    return int(match[1]), int(match[2])


@dataclass(frozen=True)
class Weights:
    """The price of each term of the objective, in minutes of a carer's time."""

    unplaced_1: float = 10000
    unplaced_2: float = 2000
    unplaced_3: float = 500
    carer: float = 20
    carer_14: float = 5
    contact: float = 3
    substitute: float = 3
    travel: float = 1
    waiting: float = 0.3
    agreed: float = 0.2
    regular: float = 0.1
    minutes: float = 1
    overtime: float = 2
    unfair: float = 5
    average: float = 0.5
    trainee: float = 3
    base_carer: float = 5
    base_minutes: float = 0.05
    buffer: float = 0

    def __post_init__(self) -> None:
        for weight in fields(self):
            if getattr(self, weight.name) < 0:
                raise ProblemError(
                    "weights.{name}: {value} is negative; a weight is 0 or more",
                    name=weight.name,
                    value=getattr(self, weight.name),
                )

    def unplaced(self, priority: int) -> float:
        """The price of one visit of that priority (1 must … 3 can wait) left out."""
        return (self.unplaced_1, self.unplaced_2, self.unplaced_3)[priority - 1]


#: Named sets of weights a planner chooses from; each changes only these of the pack's own.
PRESETS: Mapping[str, Mapping[str, float]] = {
    "balanced": {},
    "continuity": {"carer": 60, "carer_14": 20, "contact": 10},
    "travel": {"carer": 5, "carer_14": 0, "contact": 0, "waiting": 1},
    # A minute of one visit moves the mean of its package's citizens by one part of their number only.
    "average": {"average": 60, "minutes": 0.5},
}


@dataclass(frozen=True)
class Package:
    """The weekly bounds of a package (C1–C31); None where the municipality publishes no bound."""

    package_id: str
    min_minutes: int | None = None
    min_included: bool = True
    max_minutes: int | None = None
    max_included: bool = True
    average_minutes: int | None = None
    screen: bool = True
    two_carers_count: str = "both"

    def least_min(self) -> int:
        """The fewest whole minutes a week that the interval allows (0 without a lower bound)."""
        if self.min_minutes is None:
            return 0
        return self.min_minutes if self.min_included else self.min_minutes + 1

    def most_min(self) -> int | None:
        """The most whole minutes a week that the interval allows; None without an upper bound."""
        if self.max_minutes is None:
            return None
        return self.max_minutes if self.max_included else self.max_minutes - 1


@dataclass(frozen=True)
class Citizen:
    """A citizen of the team, with where they live and what continuity they are to have (S3, S9)."""

    citizen_id: str
    name: str
    point: Point
    package_id: str
    contact_carer: str | None = None
    screen_able: bool = False
    continuity_weight: float = 1.0
    carers_max: int | None = None
    island: str | None = None


@dataclass(frozen=True)
class Need:
    """A recurring visit. Windows and the agreed time are minutes after midnight of the visit's date (S4)."""

    need_id: str
    citizen_id: str
    service: str
    #: Weekdays 0 (Monday) to 6; None for "any", with ``times_per_week`` different days.
    days: tuple[int, ...] | None
    times_per_week: int | None
    window_start_min: int
    window_end_min: int
    minutes: int
    minutes_min: int
    minutes_max: int
    every_weeks: int = 1
    #: Week number (may be negative) in which it falls.
    anchor_week: int = 0
    on_holidays: bool = True
    agreed_start_min: int | None = None
    carers: int = 1
    qualification: str | None = None
    modality: str = "home"
    priority: int = 2
    counts: bool = True
    #: Day numbers on which it does not fall after all: cancelled, or another need stands for it there.
    not_on: tuple[int, ...] = ()

    def falls_in(self, week: int) -> bool:
        """Whether the need has visits in that week (every-other-week needs, S4)."""
        return (week - self.anchor_week) % self.every_weeks == 0

    def start_bounds(self) -> tuple[int, int]:
        """Earliest and latest start, minutes after midnight: the window and, when agreed, ±15 minutes (rule 1)."""
        if self.agreed_start_min is None:
            return self.window_start_min, self.window_end_min
        return (
            max(self.window_start_min, self.agreed_start_min - AGREED_TOLERANCE_MIN),
            min(self.window_end_min, self.agreed_start_min + AGREED_TOLERANCE_MIN),
        )


@dataclass(frozen=True)
class Link:
    """Two needs of which the second follows the first on the same date (S5)."""

    first_need: str
    second_need: str
    gap_min: int
    #: Greatest gap in minutes from the first's end to the second's start; None: no greatest.
    gap_max: int | None = None
    same_carer: bool = False


@dataclass(frozen=True)
class Carer:
    """A member of the team (S6); one with a ``mentor`` is a trainee and never counts as a needed person."""

    carer_id: str
    name: str
    qualification: str
    week_hours: float | None = None
    mode: str = "bike"
    introduced: bool = True
    mentor: str | None = None
    kind: str = "fixed"

    @property
    def is_trainee(self) -> bool:
        """Whether the carer only comes along with the mentor."""
        return self.mentor is not None


@dataclass(frozen=True)
class Shift:
    """A shift; ``carer_id`` None is an open one. Times are pack minutes; ``day`` is the date it belongs to."""

    shift_id: str
    carer_id: str | None
    day: int
    start_min: int
    end_min: int
    break_minutes: int = 0
    break_from_min: int | None = None
    break_to_min: int | None = None
    begins_at: str = BASE
    reserve_minutes: int = 0

    @property
    def minutes(self) -> int:
        """Wall-clock length."""
        return self.end_min - self.start_min

    def break_window(self) -> tuple[int, int]:
        """The pack minutes between which the whole break lies; the shift's own where none are given."""
        start = self.start_min if self.break_from_min is None else max(self.start_min, self.break_from_min)
        end = self.end_min if self.break_to_min is None else min(self.end_min, self.break_to_min)
        return start, end


@dataclass(frozen=True)
class Barred:
    """A carer who is not to come to a citizen, for a documented reason."""

    carer_id: str
    citizen_id: str
    reason: str = ""


@dataclass(frozen=True)
class Absence:
    """A carer or a citizen away, from one pack minute up to (not including) another."""

    start_min: int
    end_min: int
    carer_id: str | None = None
    citizen_id: str | None = None
    reason: str = ""

    def overlaps(self, start_min: int, end_min: int) -> bool:
        """Whether any minute of [start, end) falls in the absence."""
        return start_min < self.end_min and self.start_min < end_min


@dataclass(frozen=True)
class HistoryRow:
    """Home visits a carer made to a citizen on a day before the pack (day is negative)."""

    day: int
    citizen_id: str
    carer_id: str
    visits: int = 1


@dataclass(frozen=True)
class Delivered:
    """Minutes delivered to a citizen in an earlier week (week is negative)."""

    week: int
    citizen_id: str
    minutes: int


@dataclass(frozen=True)
class Ferry:
    """The timetable of a date: who is from outside is on the island only from first arrival to last departure (S8)."""

    island: str
    day: int
    first_arrival_min: int
    last_departure_min: int
    minutes: int


@dataclass(frozen=True)
class Meeting:
    """A meeting at the base; those of ``carers`` whose shift covers it take part (S18)."""

    name: str
    day: int
    start_min: int
    minutes: int
    carers: tuple[str, ...]

    @property
    def end_min(self) -> int:
        """When it ends, pack minute."""
        return self.start_min + self.minutes


@dataclass(frozen=True)
class Session:
    """Group training at a place and time: how many carers of which qualification, for which citizens (S19)."""

    session_id: str
    point: Point
    day: int
    start_min: int
    minutes: int
    carers: int
    qualification: str | None
    citizens: tuple[str, ...]

    @property
    def end_min(self) -> int:
        """When it ends, pack minute."""
        return self.start_min + self.minutes

    def citizen_minutes(self) -> int:
        """What counts in each citizen's package: the minutes divided by the citizens, rounded up (rule 7)."""
        return -(-self.minutes // len(self.citizens)) if self.citizens else 0


@dataclass(frozen=True)
class Wish:
    """What a carer wishes for a date, or for every date when ``day`` is None (S7).

    ``off``: no work in the times given, or all day; ``on``: a shift that begins in them; ``day``, ``evening``,
    ``night``: when there is work that date, then of this part of the day. Times are minutes after midnight of the
    date, ``weight`` is what granting it is worth in minutes of a carer's time.
    """

    carer_id: str
    day: int | None
    wish: str
    start_min: int | None = None
    end_min: int | None = None
    weight: float = 60

    def times(self) -> tuple[int, int]:
        """From which minute after midnight to which (not included); the whole date where none are given."""
        start = 0 if self.start_min is None else self.start_min
        end = DAY_MIN if self.end_min is None else self.end_min
        return start, end if end > start else end + DAY_MIN


def week_of(day: int) -> int:
    """The week number a day lies in."""
    return day // 7


def day_start_min(day: int) -> int:
    """The pack minute at which a day begins."""
    return day * DAY_MIN
