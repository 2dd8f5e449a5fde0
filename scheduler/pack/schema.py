"""The files of a team pack and their columns: the one list that reader, writer and documentation follow."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.pack.cells import (
    CLOCK,
    DATE,
    DATES,
    DAYS,
    ID,
    IDS,
    MOMENT,
    TEXT,
    WEEK,
    WEEKENDS,
    YES_NO,
    Kind,
    choice,
    number,
    whole,
)
from scheduler.problem import MODALITIES, MODES, SERVICES, WISHES
from scheduler.qualifications import CARER_QUALIFICATIONS, NEED_QUALIFICATIONS

FORMAT = "team-pack/1"
#: Minutes in a week and the like: no duration of a pack is longer.
MINUTES_MAX = 100_000
#: What a missing cell of ``minutes_min`` and ``minutes_max`` takes its value from.
FROM_MINUTES = "minutes"


@dataclass(frozen=True)
class Column:
    """A column: its kind; whether a cell must be filled in; what an empty cell stands for ("": not given).

    ``refers_to`` names the table in which the id (or each of the ids) must stand.
    """

    name: str
    kind: Kind
    required: bool = False
    default: str = ""
    refers_to: str = ""


@dataclass(frozen=True)
class TableSpec:
    """A file of the pack (or a sheet of the same name): its columns in canonical order, the id column."""

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    required: bool = False

    @property
    def file(self) -> str:
        """The name of the CSV file."""
        return f"{self.name}.csv"

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names in canonical order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Setting:
    """A key of ``team.toml``, written with dots (``travel.speed_kmh.bike``); as for :class:`Column`."""

    key: str
    kind: Kind
    required: bool = False
    default: str = ""


_MINUTES = whole(0, MINUTES_MAX)
_LAT, _LON = number(-90, 90), number(-180, 180)
_WEIGHT = number(0, 1e9)

TABLES: tuple[TableSpec, ...] = (
    TableSpec(
        "packages",
        (
            Column("package", TEXT, required=True),
            Column("min_minutes", _MINUTES),
            Column("min_included", YES_NO, default="yes"),
            Column("max_minutes", _MINUTES),
            Column("max_included", YES_NO, default="yes"),
            Column("average_minutes", _MINUTES),
            Column("screen", YES_NO, default="yes"),
            Column("two_carers_count", choice("both", "once"), default="both"),
        ),
        key="package",
        required=True,
    ),
    TableSpec(
        "citizens",
        (
            Column("citizen_id", ID, required=True),
            Column("name", TEXT),
            Column("lat", _LAT, required=True),
            Column("lon", _LON, required=True),
            Column("package", TEXT, required=True, refers_to="packages"),
            Column("contact_carer", ID, refers_to="carers"),
            Column("screen_able", YES_NO, default="no"),
            Column("continuity_weight", number(0, 1000), default="1"),
            Column("carers_max", whole(1, 1000)),
            Column("island", TEXT),
        ),
        key="citizen_id",
        required=True,
    ),
    TableSpec(
        "needs",
        (
            Column("need_id", ID, required=True),
            Column("citizen_id", ID, required=True, refers_to="citizens"),
            Column("service", choice(*SERVICES), required=True),
            Column("days", DAYS, required=True),
            Column("times_per_week", whole(1, 7)),
            Column("every_weeks", whole(1, 52), default="1"),
            Column("anchor_week", WEEK),
            Column("on_holidays", YES_NO, default="yes"),
            Column("window_start", CLOCK, required=True),
            Column("window_end", CLOCK, required=True),
            Column("agreed_start", CLOCK),
            Column("minutes_min", whole(1, 1440), default=FROM_MINUTES),
            Column("minutes", whole(1, 1440), required=True),
            Column("minutes_max", whole(1, 1440), default=FROM_MINUTES),
            Column("carers", whole(1, 2), default="1"),
            Column("qualification", choice(*NEED_QUALIFICATIONS)),
            Column("modality", choice(*MODALITIES), default="home"),
            Column("priority", whole(1, 3), default="2"),
            Column("counts", YES_NO, default="yes"),
            Column("not_on", DATES),
        ),
        key="need_id",
        required=True,
    ),
    TableSpec(
        "links",
        (
            Column("first_need", ID, required=True, refers_to="needs"),
            Column("second_need", ID, required=True, refers_to="needs"),
            Column("gap_min", whole(0, 2880), default="0"),
            Column("gap_max", whole(0, 2880)),
            Column("same_carer", YES_NO, default="no"),
        ),
    ),
    TableSpec(
        "carers",
        (
            Column("carer_id", ID, required=True),
            Column("name", TEXT),
            Column("qualification", choice(*CARER_QUALIFICATIONS), required=True),
            Column("week_hours", number(0, 168)),
            Column("mode", choice(*MODES), default="bike"),
            Column("introduced", YES_NO, default="yes"),
            Column("mentor", ID, refers_to="carers"),
            Column("kind", choice("fixed", "substitute"), default="fixed"),
        ),
        key="carer_id",
        required=True,
    ),
    TableSpec(
        "shifts",
        (
            Column("shift_id", ID, required=True),
            Column("carer_id", ID, refers_to="carers"),
            Column("date", DATE, required=True),
            Column("start", CLOCK, required=True),
            Column("end", CLOCK, required=True),
            Column("break_minutes", whole(0, 1440), default="0"),
            Column("break_from", CLOCK),
            Column("break_to", CLOCK),
            Column("begins_at", TEXT, default="base"),
            Column("reserve_minutes", whole(0, 1440), default="0"),
        ),
        key="shift_id",
        required=True,
    ),
    TableSpec(
        "barred",
        (
            Column("carer_id", ID, required=True, refers_to="carers"),
            Column("citizen_id", ID, required=True, refers_to="citizens"),
            Column("reason", TEXT),
        ),
    ),
    TableSpec(
        "absences",
        (
            Column("carer_id", ID, refers_to="carers"),
            Column("citizen_id", ID, refers_to="citizens"),
            Column("from", MOMENT, required=True),
            Column("to", MOMENT, required=True),
            Column("reason", TEXT),
        ),
    ),
    TableSpec(
        "history",
        (
            Column("date", DATE, required=True),
            Column("citizen_id", ID, required=True, refers_to="citizens"),
            Column("carer_id", ID, required=True, refers_to="carers"),
            Column("visits", whole(0, 1000), default="1"),
        ),
    ),
    TableSpec(
        "delivered",
        (
            Column("week", WEEK, required=True),
            Column("citizen_id", ID, required=True, refers_to="citizens"),
            Column("minutes", _MINUTES, required=True),
        ),
    ),
    TableSpec(
        "ferries",
        (
            Column("island", TEXT, required=True),
            Column("date", DATE, required=True),
            Column("first_arrival", CLOCK, required=True),
            Column("last_departure", CLOCK, required=True),
            Column("minutes", whole(0, 1440), required=True),
        ),
    ),
    TableSpec(
        "meetings",
        (
            Column("name", TEXT, required=True),
            Column("date", DATE, required=True),
            Column("start", CLOCK, required=True),
            Column("minutes", whole(1, 1440), required=True),
            Column("carers", IDS, required=True, refers_to="carers"),
        ),
    ),
    TableSpec(
        "sessions",
        (
            Column("session_id", ID, required=True),
            Column("lat", _LAT, required=True),
            Column("lon", _LON, required=True),
            Column("date", DATE, required=True),
            Column("start", CLOCK, required=True),
            Column("minutes", whole(1, 1440), required=True),
            Column("carers", whole(1, 20), default="1"),
            Column("qualification", choice(*NEED_QUALIFICATIONS)),
            Column("citizens", IDS, required=True, refers_to="citizens"),
        ),
        key="session_id",
    ),
    TableSpec(
        "wishes",
        (
            Column("carer_id", ID, required=True, refers_to="carers"),
            Column("date", DATE),
            Column("start", CLOCK),
            Column("end", CLOCK),
            Column("wish", choice(*WISHES), required=True),
            Column("weight", number(0, 100_000), default="60"),
        ),
    ),
    TableSpec(
        "matrix",
        (
            Column("from", ID, required=True),
            Column("to", ID, required=True),
            Column("mode", choice(*MODES), required=True),
            Column("minutes", whole(0, 1440), required=True),
        ),
    ),
)
TABLE_BY_NAME = {table.name: table for table in TABLES}

#: The team's settings: ``team.toml``, or the sheet ``team`` with these keys.
SETTINGS: tuple[Setting, ...] = (
    Setting("format", TEXT, required=True),
    Setting("name", TEXT, required=True),
    Setting("municipality", TEXT),
    Setting("provider", choice("municipal", "private"), default="municipal"),
    Setting("week", WEEK, required=True),
    Setting("weeks", whole(1, 8), default="1"),
    Setting("base.lat", _LAT, required=True),
    Setting("base.lon", _LON, required=True),
    Setting("holidays", TEXT),
    Setting("travel.detour", number(0.1, 100), default="1.3"),
    Setting("travel.stop_minutes", whole(0, 1440), default="1"),
    Setting("travel.speed_kmh.bike", number(0.1, 300), default="15"),
    Setting("travel.speed_kmh.car", number(0.1, 300), default="35"),
    Setting("travel.speed_kmh.foot", number(0.1, 300), default="5"),
    Setting("rules.rest_hours", number(0, 24), default="11"),
    Setting("rules.weekly_rest_hours", number(0, 168), default="35"),
    Setting("rules.week_hours_max", number(0, 168), default="48"),
    Setting("rules.break_after_hours", number(0, 48), default="6"),
    Setting("rules.untrained_share_max", number(0, 1), default="0.2"),
    Setting("rules.package_minutes", choice("week", "warn"), default="week"),
    Setting("rules.weekends_max", WEEKENDS, default="1 of 2"),
    Setting("rules.days_in_row_max", whole(1, 56), default="6"),
    Setting("rules.norm_weeks", whole(1, 8), default="1"),
    Setting("rules.even_out_weeks", whole(1, 52), default="4"),
    Setting("weights.unplaced_1", _WEIGHT, default="10000"),
    Setting("weights.unplaced_2", _WEIGHT, default="2000"),
    Setting("weights.unplaced_3", _WEIGHT, default="500"),
    Setting("weights.carer", _WEIGHT, default="20"),
    Setting("weights.carer_14", _WEIGHT, default="5"),
    Setting("weights.contact", _WEIGHT, default="3"),
    Setting("weights.substitute", _WEIGHT, default="3"),
    Setting("weights.travel", _WEIGHT, default="1"),
    Setting("weights.waiting", _WEIGHT, default="0.3"),
    Setting("weights.agreed", _WEIGHT, default="0.2"),
    Setting("weights.regular", _WEIGHT, default="0.1"),
    Setting("weights.minutes", _WEIGHT, default="1"),
    Setting("weights.overtime", _WEIGHT, default="2"),
    Setting("weights.unfair", _WEIGHT, default="5"),
    Setting("weights.average", _WEIGHT, default="0.5"),
    Setting("weights.trainee", _WEIGHT, default="3"),
    Setting("weights.base_carer", _WEIGHT, default="5"),
    Setting("weights.base_minutes", _WEIGHT, default="0.05"),
    Setting("weights.buffer", _WEIGHT, default="0"),
)
SETTING_BY_KEY = {setting.key: setting for setting in SETTINGS}

#: The two rosters a pack may hold, as files and as sheets of the same name.
ROSTER_FILES = ("base.json", "published.json")
TEAM_FILE, TEAM_SHEET = "team.toml", "team"
