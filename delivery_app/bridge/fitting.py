"""Where a new visit can go in a stored roster, ranked, and the roster with one of these ways taken (requirement S14).

:func:`offered` and :func:`taken` need no database: they are what a process of its own is asked. What has begun stays as
it is, and nothing is offered before now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from delivery_app.bridge.facts import NeedFact, need_fact
from delivery_app.bridge.replanning import mark, minute_at, sentence
from delivery_app.changed import Changed, Sentence
from delivery_app.moment import Moment
from delivery_app.told import ahead_of, changed_between, situation_at
from scheduler.clock import DAY_MIN
from scheduler.desk import Moved as DeskMoved
from scheduler.desk import Place
from scheduler.evaluate import evaluate
from scheduler.explain import Moved
from scheduler.fit import Combination, Fit, RankedPlace, Taken, fit, take
from scheduler.message import Message, ProblemError
from scheduler.pack.additions import additions_of
from scheduler.pack.findings import PackErrors
from scheduler.problem import Need, Problem
from scheduler.replan.departures import in_time
from scheduler.replan.events import ONCE_WEEKS
from scheduler.replan.run import is_intact
from scheduler.roster import PlacedVisit, Roster

#: The most ways that are offered.
OFFERS = 12


@dataclass(frozen=True)
class Wanted:
    """A new visit as a planner asks for it: a row of ``needs.csv``, and whether it is of the roster's weeks only."""

    cells: dict[str, str]
    once: bool


class WantedError(ValueError):
    """The visit cannot be as it was asked for: by column of ``needs.csv``, all that is wrong."""

    def __init__(self, mistakes: Iterable[tuple[str, Message]]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(message) for _, message in self.mistakes))

    def __reduce__(self) -> tuple[type[WantedError], tuple[tuple[tuple[str, Message], ...]]]:
        """It comes from other processes, too."""
        return WantedError, (self.mistakes,)


class OfferGoneError(ValueError):
    """The way that was chosen is not there any more."""


@dataclass(frozen=True)
class MovedThen:
    """Another citizen's visit that would begin at another time."""

    citizen: str
    date: date
    from_min: int
    to_min: int


@dataclass(frozen=True)
class OfferedVisit:
    """One visit of a way: when, where, and how well the citizen knows each carer (codes of ``texts.FACES``)."""

    date: date
    start_min: int
    end_min: int
    modality: str
    faces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Offer:
    """One way to place all visits of the need; ``missing`` of them have no place in it. ``key`` names it again."""

    key: str
    visits: tuple[OfferedVisit, ...]
    missing: int
    travel_min: int
    new_faces: int
    cost: float
    moved: tuple[MovedThen, ...]


@dataclass(frozen=True)
class Nowhere:
    """Due visits without any place: on this date (None: on any day of the week), and the rule that stops them."""

    date: date | None
    count: int
    rule: str


@dataclass(frozen=True)
class PackageThen:
    """The citizen's counted minutes in a week, now and with the visit, against the package."""

    monday: date
    now_min: int
    then_min: int
    least_min: int
    most_min: int | None
    above_min: int
    cut_min: int


@dataclass(frozen=True)
class Offers:
    """Every way, the best first, and what has no place."""

    ways: tuple[Offer, ...]
    nowhere: tuple[Nowhere, ...]
    packages: tuple[PackageThen, ...]


@dataclass(frozen=True)
class FittedIn:
    """The roster with a way taken, the need to keep, whom it changes, and hard rules it breaks that were not broken."""

    roster: Roster
    need: NeedFact
    changed: Changed
    broken: tuple[Sentence, ...]


def offered(problem: Problem, roster: Roster, wanted: Wanted, now: Moment) -> Offers:
    """Rank the ways to place a new visit.

    Raises
    ------
    WantedError
        The visit cannot be as it was asked for.
    """
    found, now_min = fit_wanted(problem, roster, wanted, now)
    (row,) = found.needs
    ways = tuple(_offer(found, way) for way in row.combinations if _lies_ahead(way, now_min))
    return Offers(
        ways=ways,
        nowhere=tuple(
            Nowhere(
                problem.calendar.date(one.days[0]) if len(one.days) == 1 else None,
                one.count,
                one.rule or "capacity",
            )
            for one in row.visits
            if not one.places
        ),
        packages=tuple(
            PackageThen(
                problem.calendar.date(7 * one.week),
                one.now_min,
                one.then_min,
                one.least_min,
                one.most_min,
                one.above_min,
                one.cut_min,
            )
            for one in found.packages
        ),
    )


def taken(problem: Problem, roster: Roster, wanted: Wanted, key: str, now: Moment) -> FittedIn:
    """Take one of the ways that :func:`offered` gave for the same roster.

    Raises
    ------
    WantedError
        The visit cannot be as it was asked for.
    OfferGoneError
        There is no such way (any more), or it would change what has begun.
    """
    found, now_min = fit_wanted(problem, roster, wanted, now)
    (row,) = found.needs
    ranks = {_key(way): rank for rank, way in enumerate(row.combinations, 1) if _lies_ahead(way, now_min)}
    if key not in ranks:
        raise OfferGoneError(key)
    done = take(found, {row.need.need_id: ranks[key]})
    situation = situation_at(found.problem, roster, now_min, found.travel)
    is_late = len(in_time(situation, done.roster, found.travel).visits) < len(done.roster.visits)
    if _by_others(row.combinations[ranks[key] - 1], done) or is_late or not is_intact(situation, done.roster):
        raise OfferGoneError(key)
    free = replace(found.problem, published=None)
    before = {mark(one) for one in evaluate(free, roster, found.travel).hard}
    broken = [one for one in evaluate(free, done.roster, found.travel).hard if mark(one) not in before]
    changed = changed_between(free, roster, done.roster, now_min, found.travel)
    own = {(visit.need_id, visit.day): visit.pinned for visit in roster.visits}
    visits = tuple(
        replace(visit, pinned=own.get((visit.need_id, visit.day), False)) for visit in done.roster.visits
    )
    return FittedIn(
        roster=replace(done.roster, visits=visits),
        need=need_fact(problem.calendar, row.need, once=wanted.once),
        changed=ahead_of(free, changed, now_min),
        broken=tuple(sentence(one.message) for one in broken),
    )


def check_wanted(problem: Problem, wanted: Wanted, now: Moment) -> Need:
    """The need that was asked for; raises WantedError when it cannot be so."""
    try:
        additions = additions_of(problem, [wanted.cells])
    except PackErrors as error:
        raise WantedError((row.column, row.message) for row in error.errors) from None
    (need,) = additions.needs
    if wanted.once:
        need = replace(need, every_weeks=ONCE_WEEKS)
    past = _past_days(problem, need, minute_at(problem, now))
    if past:
        message = Message(
            "{date} is past; choose days that lie ahead, or a roster of a later week",
            {"date": problem.calendar.date(past[0]).isoformat()},
        )
        raise WantedError([("days", message)])
    return need


def _past_days(problem: Problem, need: Need, now_min: int) -> list[int]:
    if need.days is None:
        return []
    days = [
        7 * week + day for week in range(problem.calendar.weeks) if need.falls_in(week) for day in need.days
    ]
    return [day for day in days if day * DAY_MIN + need.start_bounds()[1] < now_min]


def fit_wanted(
    problem: Problem, roster: Roster, wanted: Wanted, now: Moment, *, easing: bool = False
) -> tuple[Fit, int]:
    """The ranked places and the minute that is now; ``easing``: also what would help visits without a place.

    Raises
    ------
    WantedError
        The visit cannot be as it was asked for.
    """
    need = check_wanted(problem, wanted, now)
    now_min = minute_at(problem, now)
    pins = tuple(
        replace(visit, pinned=True)
        for visit in roster.visits
        if visit.pinned or (visit.start_min < now_min and visit.need_id in problem.need_by_id)
    )
    fixed = replace(roster, visits=pins, unplaced=(), sessions=(), breaks=()) if pins else None
    additions = additions_of(problem, [wanted.cells])
    joined = replace(additions, needs=(need,))
    try:
        found = fit(replace(problem, published=fixed), roster, joined, limit=OFFERS, easing=easing)
    except ProblemError as error:
        raise WantedError([("days", error.message)]) from None
    return found, now_min


def _lies_ahead(way: Combination, now_min: int) -> bool:
    return all(lies_ahead(row.place, row.place.moved, now_min) for row in way.places)


def lies_ahead(place: Place | PlacedVisit, moved: Iterable[Moved | DeskMoved], now_min: int) -> bool:
    """Whether nothing of it begins before now: neither the visit nor, before or after, what moves for it."""
    return place.start_min >= now_min and all(min(one.from_min, one.to_min) >= now_min for one in moved)


def _by_others(way: Combination, done: Taken) -> bool:
    """Whether a visit has lost its place, or is made by somebody else than was offered.

    Another time is none: visits of one need are drawn to the same time of the day once they stand together.
    """
    offered_to = {(row.place.day, frozenset(row.place.shifts)) for row in way.places}
    return bool(done.missing) or any((one.day, frozenset(one.shifts)) not in offered_to for one in done.other)


def _key(way: Combination) -> str:
    """A name of the way that says what it is, so that it is found again only when it is the same."""
    parts = []
    for row in way.places:
        place = row.place
        parts.append(f"{place.day}.{place.start_min}.{place.modality}.{'+'.join(place.shifts)}")
    return "~".join(parts)


def _offer(found: Fit, way: Combination) -> Offer:
    moved: dict[tuple[str, int], DeskMoved] = {}
    for row in way.places:
        for one in row.place.moved:
            moved.setdefault((one.need_id, one.day), one)
    return Offer(
        key=_key(way),
        visits=tuple(_visit(found, row) for row in way.places),
        missing=way.missing,
        travel_min=way.travel_min,
        new_faces=way.new_faces,
        cost=way.cost,
        moved=tuple(
            MovedThen(
                citizen=found.problem.need_by_id[one.need_id].citizen_id,
                date=found.problem.calendar.date(one.day),
                from_min=one.from_min - one.day * DAY_MIN,
                to_min=one.to_min - one.day * DAY_MIN,
            )
            for one in moved.values()
        ),
    )


def _visit(found: Fit, row: RankedPlace) -> OfferedVisit:
    place = row.place
    midnight = place.day * DAY_MIN
    return OfferedVisit(
        date=found.problem.calendar.date(place.day),
        start_min=place.start_min - midnight,
        end_min=place.end_min - midnight,
        modality=place.modality,
        faces=tuple((face.carer_id, face.kind) for face in row.faces),
    )
