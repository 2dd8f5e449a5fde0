"""The answer: a team's roster as it is written to ``roster.json``. Times are pack minutes, days are day numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class PlacedVisit:
    """One dated visit: the needed carers first, then trainees who come along; one shift named for each."""

    need_id: str
    citizen_id: str
    day: int
    start_min: int
    end_min: int
    modality: str
    carers: tuple[str, ...]
    shifts: tuple[str, ...]
    pinned: bool = False

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class PlacedSession:
    """Who holds a group session, and in which shift."""

    session_id: str
    carers: tuple[str, ...]
    shifts: tuple[str, ...]


@dataclass(frozen=True)
class Relaxation:
    """The smallest change of one thing that would place a visit (S11)."""

    what: str
    by: str


@dataclass(frozen=True)
class Unplaced:
    """A visit that is due and not placed, with the rule that stops it. ``day`` None: a visit "any" day of the week.

    A group session that nobody holds stands here too, its id as ``need_id``.
    """

    need_id: str
    day: int | None
    week: int
    rule: str
    relaxations: tuple[Relaxation, ...] = ()


@dataclass(frozen=True)
class PlacedBreak:
    """When a shift's break lies."""

    shift_id: str
    start_min: int
    end_min: int


@dataclass(frozen=True)
class OpenShift:
    """Who takes an open shift."""

    shift_id: str
    carer_id: str


@dataclass(frozen=True)
class ContactProposal:
    """A contact carer proposed for a citizen who has none; no rule and no figure looks at it."""

    citizen_id: str
    carer_id: str


@dataclass(frozen=True)
class CitizenWeek:
    """What a citizen gets in a week: counted minutes, how they lie to the package, different carers and their bound.

    ``package_status``: ``within``, ``over_package``, ``under_package``, ``short`` (below only because something is
    unplaced), ``no_bound`` (the package publishes none), or ``outside`` (rule 7 is broken, or only warned of).
    """

    citizen_id: str
    week: int
    minutes: int
    package_status: str
    carers: int
    carers_bound: int | None = None


@dataclass(frozen=True)
class Figures:
    """The roster's key figures; ``terms`` are the objective's terms, already weighted."""

    objective: float = 0
    placed: int = 0
    unplaced: int = 0
    travel_minutes: int = 0
    waiting_minutes: int = 0
    visit_minutes: int = 0
    carers_per_citizen_mean: float = 0
    carers_per_citizen_14d_mean: float = 0
    contact_carer_share: float = 0
    overtime_minutes: int = 0
    terms: Mapping[str, float] = field(default_factory=dict)
    #: Share of home visits that are likely to start on time, when somebody simulated the roster (naerplan simulate).
    punctuality: float | None = None


@dataclass(frozen=True)
class Bounds:
    """Proven lower bounds on the figures of the same name; None when none was proven."""

    carers_per_citizen_mean: float | None = None
    objective: float | None = None
    carers_per_citizen_14d_mean: float | None = None


@dataclass(frozen=True)
class Roster:
    """A roster of one to eight weeks; valid or not is for :func:`scheduler.evaluate.evaluate` to say."""

    team: str
    first_monday: date
    weeks: int
    visits: tuple[PlacedVisit, ...] = ()
    sessions: tuple[PlacedSession, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    breaks: tuple[PlacedBreak, ...] = ()
    open_shifts: tuple[OpenShift, ...] = ()
    citizens: tuple[CitizenWeek, ...] = ()
    figures: Figures = Figures()
    bounds: Bounds = Bounds()
    contacts: tuple[ContactProposal, ...] = ()
    seed: int | None = None
    workers: int | None = None
    seconds: float | None = None
    iterations: int | None = None
    travel_provider: str = "crow_flies"
    travel_data: str | None = None
