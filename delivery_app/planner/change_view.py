"""What a change of a roster means for each citizen and each carer, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from delivery_app.changed import (
    CarerChanged,
    Changed,
    CitizenChanged,
    SessionChanged,
    StopThen,
    VisitChanged,
)
from delivery_app.services.names import NamedPerson, Names
from delivery_app.telling import Telling


@dataclass(frozen=True)
class VisitLine:
    """One changed visit, with what to say to the citizen (None: nothing). ``was`` and ``will`` name the carers."""

    change: VisitChanged
    says: str | None
    was: str
    will: str
    new: str


@dataclass(frozen=True)
class Gist:
    """A citizen's changes in one line; ``moved_min`` is the most that a visit begins earlier or later on its date."""

    visits: int
    new_carers: int
    moved_min: int
    other_days: int
    lost: int


@dataclass(frozen=True)
class CitizenLines:
    """A citizen with all changed visits."""

    person: NamedPerson | None
    code: str
    visits: tuple[VisitLine, ...]

    @property
    def name(self) -> str:
        """What the citizen is called."""
        return self.person.name if self.person else self.code

    @property
    def gist(self) -> Gist:
        """All of it in one line."""
        return gist_of(self.visits)

    @property
    def is_told(self) -> bool:
        """Whether the citizen is to be told of any of it."""
        return any(row.says for row in self.visits)

    @property
    def weighs(self) -> bool:
        """Whether it is felt most: a new face, a visit moved by more than 15 minutes, or one without a place."""
        changes = [row.change for row in self.visits]
        return any(one.new_carers or one.moved or one.kind == "unplaced" for one in changes)


@dataclass(frozen=True)
class StopLine:
    """One thing in a carer's round, with the citizen's name where it is a visit."""

    stop: StopThen
    citizen: str | None


@dataclass(frozen=True)
class CarerLines:
    """A carer's changed round of a date."""

    name: str
    code: str
    when: date
    round: tuple[StopLine, ...]
    gone: tuple[StopLine, ...]
    more_travel_min: int


@dataclass(frozen=True)
class SessionLine:
    """A group session that other people hold, or nobody."""

    session: SessionChanged
    was: str
    will: str


@dataclass(frozen=True)
class ChangeView:
    """All that is not as it was, in the order in which it is felt."""

    citizens: tuple[CitizenLines, ...]
    quiet: tuple[CitizenLines, ...]
    sessions: tuple[SessionLine, ...]
    carers: tuple[CarerLines, ...]

    @property
    def first(self) -> tuple[CitizenLines, ...]:
        """Those to be told who feel it most."""
        return tuple(row for row in self.citizens if row.weighs)

    @property
    def rest(self) -> tuple[CitizenLines, ...]:
        """The others to be told."""
        return tuple(row for row in self.citizens if not row.weighs)

    @property
    def shown(self) -> list[UUID]:
        """Rows of the citizens whose data are on the page."""
        people = [row.person for row in (*self.citizens, *self.quiet)]
        return [person.row_id for person in people if person is not None]


def change_view(changed: Changed, names: Names, today: date, lang: str) -> ChangeView:
    """The view of changes in a language; ``citizens`` are those to be told, ``quiet`` those who hardly notice."""
    telling = Telling(names.carer_names, today, lang)
    rows = [citizen_lines(row, names, telling) for row in changed.citizens]
    rows.sort(key=lambda row: min(one.change.when for one in row.visits))
    return ChangeView(
        citizens=tuple(row for row in rows if row.is_told),
        quiet=tuple(row for row in rows if not row.is_told),
        sessions=tuple(
            SessionLine(row, telling.names(row.before), telling.names(row.after)) for row in changed.sessions
        ),
        carers=tuple(_carer(row, names) for row in changed.carers),
    )


def citizen_lines(row: CitizenChanged, names: Names, telling: Telling) -> CitizenLines:
    """A citizen's changed visits with words."""
    return CitizenLines(names.citizens.get(row.citizen), row.citizen, visit_lines(row.visits, telling))


def visit_lines(visits: Iterable[VisitChanged], telling: Telling) -> tuple[VisitLine, ...]:
    """Changed visits with words."""
    return tuple(
        VisitLine(
            change=one,
            says=telling.sentence(one),
            was="" if one.before is None else telling.names(one.before.carers),
            will="" if one.after is None else telling.names(one.after.carers),
            new=telling.names(one.new_carers),
        )
        for one in visits
    )


def gist_of(lines: Sequence[VisitLine]) -> Gist:
    """Changed visits in one line."""
    changes = [line.change for line in lines]
    pairs = [(one.before, one.after) for one in changes if one.before and one.after]
    return Gist(
        visits=len(changes),
        new_carers=len({carer for one in changes for carer in one.new_carers}),
        moved_min=max(
            (abs(was.start_min - will.start_min) for was, will in pairs if was.date == will.date), default=0
        ),
        other_days=sum(was.date != will.date for was, will in pairs),
        lost=sum(one.after is None for one in changes),
    )


def _carer(row: CarerChanged, names: Names) -> CarerLines:
    carer = names.carers.get(row.carer)
    return CarerLines(
        name=carer.name if carer else row.carer,
        code=row.carer,
        when=row.date,
        round=tuple(_stop(stop, names) for stop in row.round),
        gone=tuple(_stop(stop, names) for stop in row.gone),
        more_travel_min=row.travel_min - row.travel_before_min,
    )


def _stop(stop: StopThen, names: Names) -> StopLine:
    citizen = names.citizens.get(stop.citizen) if stop.citizen is not None else None
    return StopLine(stop, citizen.name if citizen else stop.citizen)
