"""What a team is while it is being made: citizens, needs, members of staff and shifts that are not yet
rows of a pack.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from delivery_app.generator.settings import PackageMix, Place, Template, Time
from scheduler.problem import Package, Point


@dataclass
class DraftNeed:
    """A recurring visit with a nominal start, from which its window is drawn; clock times are minutes
    after midnight.
    """

    name: str
    template: Template
    minutes: int
    qualification: str | None
    carers: int
    priority: int
    modality: str = "home"
    anchor_week: int = 0
    agreed: bool = False
    need_id: str = ""
    #: Weekdays 0 to 6; None for "any".
    weekdays: tuple[int, ...] | None = None
    nominal_min: int = 0
    #: Days of the pack on which the nominal week has it.
    nominal_days: tuple[int, ...] = ()
    window: tuple[int, int] = (0, 0)

    @property
    def week_minutes(self) -> int:
        """Counted minutes of the needed carers in a week in which it falls; 0 when it lies outside the
        package.
        """
        return self.minutes * self.carers * self.template.visits_per_week if self.template.counts else 0

    def falls_in(self, week: int) -> bool:
        """Whether it has visits in that week."""
        return (week - self.anchor_week) % self.template.every_weeks == 0


@dataclass
class DraftCitizen:
    """A citizen with a place on the map, a package, and how many minutes a week are aimed at."""

    citizen_id: str
    name: str
    place: Place
    point: Point
    package: Package
    mix: PackageMix
    times: tuple[Time, ...]
    target_min: float
    screen_able: bool
    is_new: bool = False
    #: The family does at weekends what can wait for nobody.
    with_family: bool = False
    needs: list[DraftNeed] = field(default_factory=list)
    links: list[tuple[str, str, int, int | None, bool]] = field(default_factory=list)


@dataclass
class Member:
    """A carer: ``role`` is day, evening, therapist, substitute or trainee; ``group`` says which weekends
    are worked.
    """

    carer_id: str
    name: str
    qualification: str
    role: str
    mode: str
    hours: float | None
    group: int
    island: str | None = None
    mentor: str | None = None

    @property
    def is_skilled(self) -> bool:
        """Whether the carer does what asks for an assistant."""
        return self.qualification in ("assistant", "nurse")


@dataclass
class DraftShift:
    """A shift; ``part`` is day or evening; ``member`` None is an open one. Minutes are after midnight of
    ``day``.
    """

    member: Member | None
    day: int
    part: str
    start_min: int
    end_min: int
    reserve_min: int = 0

    @property
    def minutes(self) -> int:
        """Wall-clock length."""
        return self.end_min - self.start_min
