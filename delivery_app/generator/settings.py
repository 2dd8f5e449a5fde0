"""What sample teams are made from: the files of ``fixtures/generator/``, checked when they are read.

A municipality's own file gives places, packages, travel and ferries; ``shared/`` gives names, needs and
staffing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

import delivery_app
from scheduler.clock import parse_clock
from scheduler.message import ProblemError

T = TypeVar("T", bound="Row")
FOLDER = Path(delivery_app.__file__).parents[1] / "fixtures" / "generator"

Time = Literal["day", "evening", "night"]
#: A clock time of the file as minutes after midnight; "25:00" is one hour past midnight.
Clock = Annotated[int, BeforeValidator(parse_clock)]
Weekday = Annotated[int, Field(ge=0, le=6)]


class Row(BaseModel):
    """A table of a settings file: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LatLon(Row):
    """A point in WGS 84 degrees."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Travel(Row):
    """The pack's travel settings."""

    detour: float
    stop_minutes: int
    speed_kmh: dict[Literal["bike", "car", "foot"], float]


class Place(LatLon):
    """A town or village: its streets lie within ``radius_m``, and ``share`` of the citizens live there."""

    name: str
    radius_m: int = Field(gt=0)
    streets: int = Field(gt=0)
    share: float = Field(gt=0)
    island: str | None = None


class FerryDays(Row):
    """The timetable of some weekdays."""

    island: str
    weekdays: tuple[Weekday, ...]
    first_arrival: Clock
    last_departure: Clock
    minutes: int = Field(gt=0)


class PackageMix(Row):
    """How common a package is, and what a week of it looks like; ``hours`` are least, usual, most."""

    level: str
    share: float = Field(ge=0)
    hours: tuple[float, float, float]
    times: tuple[Time, ...]

    @model_validator(mode="after")
    def _ordered(self) -> PackageMix:
        if not 0 < self.hours[0] <= self.hours[1] <= self.hours[2]:
            raise ValueError("hours are least, usual, most, in that order")
        return self


class MunicipalitySettings(Row):
    """One municipality's file."""

    team_names: tuple[str, ...] = Field(min_length=1)
    base: LatLon
    travel: Travel
    modes: dict[Literal["bike", "car", "foot"], float]
    places: tuple[Place, ...] = Field(min_length=1)
    packages: dict[str, PackageMix] = Field(min_length=1)
    ferries: tuple[FerryDays, ...] = ()
    late_shift: tuple[Clock, Clock] | None = None
    night_share: float = 0
    #: Share of paid time in homes aimed at, where long ways leave less than ``shared/staff.toml`` says.
    homes: float | None = None


class Template(Row):
    """A kind of recurring visit; see the comments of ``shared/needs.toml``."""

    service: str
    time: Time
    days: Literal["daily", "weekdays", "fixed", "any"]
    per_week: int = Field(default=0, ge=0, le=7)
    every_weeks: int = Field(default=1, ge=1)
    on_holidays: bool = True
    counts: bool = True
    agreed: bool = False
    carers: Literal[1, 2] = 1
    period: tuple[Clock, Clock]
    minutes: tuple[int, int]
    width: tuple[int, int]
    qualification: dict[str, float]
    priority: dict[int, float]
    screen: Literal["no", "either", "only"] = "no"
    after: str | None = None

    @property
    def visits_per_week(self) -> int:
        """How many visits it means in a week in which it falls."""
        return {"daily": 7, "weekdays": 5}.get(self.days, self.per_week)


class Bundle(Row):
    """Templates that go together, and others that may join them with a probability."""

    weight: float
    needs: tuple[str, ...]
    optional: dict[str, float] = {}


class LinkRule(Row):
    """Two templates whose visits of a date are linked: the gap's least and, where given, greatest minutes."""

    first: str
    second: str
    gap: tuple[int] | tuple[int, int]
    same_carer: bool = False
    probability: float = 1.0


class NeedExtras(Row):
    """What some citizens have beside their bundle, as probabilities."""

    medicine: float
    injection: float
    start_up: float
    coordination: float
    assessment: float
    agreed: float
    #: How often the family takes over at weekends, for which levels of help, and which templates stay all
    #: the same.
    family_weekends: float
    family_levels: tuple[str, ...]
    every_day: tuple[str, ...]
    screen_able: float
    contact_carer: float
    carers_max: float


class NeedSettings(Row):
    """``shared/needs.toml``."""

    templates: dict[str, Template]
    levels: dict[str, tuple[Bundle, ...]]
    links: tuple[LinkRule, ...]
    extras: NeedExtras

    @model_validator(mode="after")
    def _known_names(self) -> NeedSettings:
        named = {name for level in self.levels.values() for b in level for name in (*b.needs, *b.optional)}
        named |= {name for rule in self.links for name in (rule.first, rule.second)}
        if unknown := sorted(named - set(self.templates)):
            raise ValueError(f"no template is named {', '.join(unknown)}")
        return self


class Hours(Row):
    """Contract hours a week."""

    choices: dict[int, float]
    therapist: int
    substitute_shifts_per_week: int


class Share(Row):
    """Shares of paid time aimed at."""

    homes: float
    small_team: float
    small_team_carers: int


class ShiftKinds(Row):
    """Start and end of the shifts there are."""

    day: tuple[tuple[Clock, Clock], ...]
    evening: tuple[tuple[Clock, Clock], ...]
    therapist: tuple[tuple[Clock, Clock], ...]
    open_day: tuple[tuple[Clock, Clock], ...]
    open_evening: tuple[tuple[Clock, Clock], ...]


class Breaks(Row):
    """The break of shifts longer than ``after_min``: where it lies by part of the day (minutes after the
    start).
    """

    minutes: int
    after_min: int
    day: tuple[int, int]
    evening: tuple[int, int]


class Reserve(Row):
    """How many of the day shifts keep minutes for emergency calls, and how many minutes."""

    share: float
    minutes: tuple[int, ...]


class MeetingSettings(Row):
    """The team's weekly meeting, and the weekdays it may be on."""

    name: str
    weekdays: tuple[Weekday, ...]
    start: Clock
    minutes: int


class TrainingGroup(Row):
    """Group training: one group for every ``per_citizens`` of the team."""

    weekdays: tuple[Weekday, ...]
    start: Clock
    minutes: int
    citizens: tuple[int, int]
    per_citizens: int


class AbsenceWords(Row):
    """Reasons that are written beside absences and barred pairs."""

    carer_reasons: tuple[str, ...]
    citizen_reasons: tuple[str, ...]
    barred_reasons: tuple[str, ...]


class StaffSettings(Row):
    """``shared/staff.toml``."""

    qualifications: dict[str, float]
    specialists: dict[str, int]
    hours: Hours
    share: Share
    shifts: ShiftKinds
    breaks: Breaks
    reserve: Reserve
    meeting: MeetingSettings
    training_group: TrainingGroup
    absence: AbsenceWords


class Names(Row):
    """``shared/names.toml``: first names of citizens and carers, last names of both."""

    citizens: tuple[str, ...]
    carers: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """All that a team of one municipality is made from."""

    municipality: str
    place: MunicipalitySettings
    needs: NeedSettings
    staff: StaffSettings
    names: Names

    def homes_share(self, carers: int) -> float:
        """The share of paid time in homes to aim at, for a team of that many carers."""
        share = self.staff.share
        return share.small_team if carers < share.small_team_carers else self.place.homes or share.homes


def known_municipalities(folder: Path = FOLDER) -> tuple[str, ...]:
    """The municipalities that have generator settings."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@lru_cache(maxsize=16)
def load_settings(municipality: str, folder: Path = FOLDER) -> Settings:
    """Read the files; raises ProblemError for a municipality without one, or a file that is wrong."""
    known = known_municipalities(folder)
    if municipality not in known:
        raise ProblemError(
            "'{value}' has no settings for sample teams; choose one of {choices},"
            " or write {file} beside them",
            value=municipality,
            choices=", ".join(known),
            file=f"{municipality}.toml",
        )
    settings = Settings(
        municipality,
        _read(folder / f"{municipality}.toml", MunicipalitySettings),
        _read(folder / "shared" / "needs.toml", NeedSettings),
        _read(folder / "shared" / "staff.toml", StaffSettings),
        _read(folder / "shared" / "names.toml", Names),
    )
    levels = settings.needs.levels
    for code, package in settings.place.packages.items():
        if package.level not in levels:
            raise ProblemError(
                "{file}: packages.{code}.level: '{value}' is not a level; write one of {choices}",
                file=f"{municipality}.toml",
                code=code,
                value=package.level,
                choices=", ".join(levels),
            )
    return settings


def _read(path: Path, kind: type[T]) -> T:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError, UnicodeDecodeError) as error:
        raise ProblemError("{file}: {what}", file=path.name, what=str(error)) from error
