"""What is not as it was between two rosters, as codes, dates and minutes: kept in the database, said in any language.

The same records come from a re-planning, from publishing another version and from a visit that was fitted in.
Times are minutes after midnight of the date they stand with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import TypeAdapter

#: A visit counts as moved when it begins more than so many minutes earlier or later.
MOVED_MIN = 15
#: Kinds of change that a citizen hardly notices: nobody is telephoned.
QUIET = ("shifted", "longer")


@dataclass(frozen=True)
class VisitThen:
    """A visit as it was, or as it is to be; ``carers`` are those needed, trainees left out."""

    date: date
    start_min: int
    end_min: int
    modality: str
    carers: tuple[str, ...]


@dataclass(frozen=True)
class VisitChanged:
    """One visit before and after; ``kind`` as in :mod:`scheduler.replan.changes`."""

    need: str
    service: str
    kind: str
    before: VisitThen | None
    after: VisitThen | None
    rule: str | None = None
    new_carers: tuple[str, ...] = ()
    delay_min: int = 0

    @property
    def moved(self) -> bool:
        """Whether it begins more than 15 minutes earlier or later, or on another date."""
        if self.before is None or self.after is None:
            return False
        if self.before.date != self.after.date:
            return True
        return abs(self.before.start_min - self.after.start_min) > MOVED_MIN

    @property
    def asks_for_a_call(self) -> bool:
        """Whether the citizen is to be told: another person, another time, or nobody."""
        return self.kind not in QUIET

    @property
    def when(self) -> tuple[date, int]:
        """When it is felt: at the earlier of the two times."""
        times = [(one.date, one.start_min) for one in (self.before, self.after) if one is not None]
        return min(times) if times else (date.max, 0)

    @property
    def over(self) -> tuple[date, int]:
        """When it is past, both as it was and as it is to be."""
        times = [
            (one.date, one.end_min + self.delay_min) for one in (self.before, self.after) if one is not None
        ]
        return max(times) if times else (date.max, 0)


@dataclass(frozen=True)
class CitizenChanged:
    """A citizen's changed visits, in order of time."""

    citizen: str
    visits: tuple[VisitChanged, ...]

    @property
    def asks_for_a_call(self) -> bool:
        """Whether any of it is to be told."""
        return any(visit.asks_for_a_call for visit in self.visits)


@dataclass(frozen=True)
class SessionChanged:
    """A group session held by other people, or (``after`` empty) by nobody."""

    session: str
    date: date
    start_min: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class StopThen:
    """One thing in a carer's round. ``what``: a need's or session's code, a meeting's name, or ``break``."""

    kind: str
    start_min: int
    end_min: int
    what: str
    citizen: str | None = None
    #: Whether it was not in the round before, or not at that time.
    is_new: bool = False


@dataclass(frozen=True)
class CarerChanged:
    """A carer's shift of a date that is not as it was: the round now, and what is gone from it."""

    carer: str
    date: date
    round: tuple[StopThen, ...]
    gone: tuple[StopThen, ...]
    travel_before_min: int
    travel_min: int


@dataclass(frozen=True)
class Changed:
    """All that is not as it was."""

    citizens: tuple[CitizenChanged, ...] = ()
    sessions: tuple[SessionChanged, ...] = ()
    carers: tuple[CarerChanged, ...] = ()

    @property
    def to_tell(self) -> tuple[CitizenChanged, ...]:
        """Citizens who are to be told, with only what they are to be told."""
        rows = []
        for row in self.citizens:
            visits = tuple(visit for visit in row.visits if visit.asks_for_a_call)
            if visits:
                rows.append(CitizenChanged(row.citizen, visits))
        return tuple(rows)


@dataclass(frozen=True)
class Reached:
    """What a re-planning reached, in the order rosters are compared by, with the proven least."""

    unplaced: tuple[int, int, int]
    new_carers: int
    new_carers_least: int
    changed: int
    changed_least: int
    moved: int
    objective: float


@dataclass(frozen=True)
class Sentence:
    """A sentence to translate: an English template and its values, words and numbers."""

    template: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a re-planning came out: figures, whom it changes, and the hard rules that it breaks and were not broken.

    ``why_new``: what the proven least of new carers rests on.
    """

    reached: Reached
    changed: Changed
    broken: tuple[Sentence, ...] = ()
    why_new: tuple[Sentence, ...] = ()


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it is kept."""
    found: dict[str, Any] = _adapter(Outcome).dump_python(outcome, mode="json")
    return found


def outcome_from(document: Mapping[str, Any]) -> Outcome:
    """The outcome back."""
    found: Outcome = _adapter(Outcome).validate_python(document)
    return found


def visits_document(visits: Iterable[VisitChanged]) -> list[dict[str, Any]]:
    """Changed visits as a notice keeps them."""
    found: list[dict[str, Any]] = _adapter(tuple[VisitChanged, ...]).dump_python(tuple(visits), mode="json")
    return found


def visits_from(document: Iterable[Mapping[str, Any]]) -> tuple[VisitChanged, ...]:
    """A notice's visits back."""
    found: tuple[VisitChanged, ...] = _adapter(tuple[VisitChanged, ...]).validate_python(list(document))
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # the command line needs the records alone

    return TypeAdapter(kind)
