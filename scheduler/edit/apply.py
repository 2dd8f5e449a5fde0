"""A command done to a roster: who, where and when change as asked, the neighbours make way, the judge looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.clock import DAY_MIN
from scheduler.cpsat.room import ASKED_PRICE, KEPT_PRICE, made_room
from scheduler.edit.commands import (
    Command,
    GiveShift,
    Move,
    MoveBreak,
    Pin,
    Place,
    Resize,
    Switch,
    Unplace,
)
from scheduler.edit.patch import Patch, patch_between, patched
from scheduler.edit.shifts import given_shift
from scheduler.evaluate import Evaluation, evaluate
from scheduler.message import ProblemError
from scheduler.problem import Need, Problem, Shift, week_of
from scheduler.roster import PlacedBreak, PlacedVisit, Roster, Unplaced
from scheduler.rules import Violation
from scheduler.rules.timeline import shift_owners
from scheduler.rules.wording import date_value
from scheduler.travel import TravelTable

#: The rule of a visit that a planner took out.
BY_HAND = "by_hand"


@dataclass(frozen=True)
class Shifted:
    """Another visit, or a shift's break (``need_id`` None), that begins at another time to make way. Pack minutes."""

    need_id: str | None
    shift_id: str
    day: int
    from_min: int
    to_min: int


@dataclass(frozen=True)
class Edit:
    """What comes of a command: the roster after it, judged, and all that is said of it.

    ``asked_min`` is the start that was asked for, when another one was the nearest possible (pack minutes).
    """

    command: Command
    roster: Roster
    patch: Patch
    before: Evaluation
    after: Evaluation
    shifted: tuple[Shifted, ...] = ()
    asked_min: int | None = None
    start_min: int | None = None
    #: What stands in the way of the start that was asked for.
    in_the_way: tuple[Violation, ...] = ()

    @property
    def cost(self) -> float:
        """Change of the objective, minutes; above 0 is dearer."""
        return self.after.figures.objective - self.before.figures.objective

    @cached_property
    def terms(self) -> dict[str, float]:
        """The objective's terms that change, and by how much."""
        was, now = self.before.figures.terms, self.after.figures.terms
        changes = {key: now[key] - was.get(key, 0.0) for key in now}
        return {key: change for key, change in changes.items() if abs(change) > 0.05}

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """Hard rules broken now that were not before, or by more than before: with these nothing is saved."""
        return _new(self.before, self.after, hard=True)

    @cached_property
    def warned(self) -> tuple[Violation, ...]:
        """What is newly warned of and may be."""
        return _new(self.before, self.after, hard=False)


def edited(
    problem: Problem, roster: Roster, command: Command, travel: TravelTable, before: Evaluation | None = None
) -> Edit:
    """Do a command to a roster.

    Other visits keep their carers, their dates and their order; those in the way begin a little earlier or later.
    What comes out may break rules (:attr:`Edit.broken`): then it is for showing why, not for saving.

    Raises
    ------
    ProblemError
        The roster has no such visit or break (any more), it is pinned, or nobody is on duty there.
    """
    before = before or evaluate(problem, roster, travel)
    changed, item = _changed(problem, roster, command)
    found = changed
    if item is not None:
        price = ASKED_PRICE if _asks_for_time(command) else KEPT_PRICE
        found = made_room(problem, changed, travel, item, price) or changed
    after = evaluate(problem, found, travel, before)
    found = replace(found, figures=after.figures, citizens=after.citizens)
    start = None if item is None else _start(found, changed, item)
    asked = None
    if item is not None and start != item.start_min and _asks_for_time(command):
        asked = item.start_min
    in_the_way = () if asked is None else _new(before, evaluate(problem, changed, travel, before), hard=True)
    return Edit(
        command,
        found,
        patch_between(roster, found),
        before,
        after,
        _shifted(changed, found, item),
        asked,
        start,
        in_the_way,
    )


def taken_over(
    problem: Problem,
    roster: Roster,
    other: Roster,
    command: Command,
    travel: TravelTable,
    before: Evaluation | None = None,
) -> Edit:
    """The edit that makes ``other`` of a roster: a proposal that moves more than the one visit of the command.

    Only what :class:`Patch` holds is taken over; the judge looks at the roster as it would be saved.
    """
    before = before or evaluate(problem, roster, travel)
    patch = patch_between(roster, other)
    found = patched(roster, patch)
    if (patch.unplaced.out or patch.unplaced.into) and isinstance(command, (Place, Unplace)):
        found = _unproven(found, problem.need_by_id[command.need_id].citizen_id)
    after = evaluate(problem, found, travel, before)
    found = replace(found, figures=after.figures, citizens=after.citizens)
    return Edit(command, found, patch, before, after)


def _asks_for_time(command: Command) -> bool:
    return isinstance(command, (Move, Place, MoveBreak)) and command.start_min is not None


def _changed(
    problem: Problem, roster: Roster, command: Command
) -> tuple[Roster, PlacedVisit | PlacedBreak | None]:
    """The roster with just what was asked for, and the row whose times the others are to make way for."""
    match command:
        case Move():
            visit = _placed(problem, roster, command.need_id, command.day)
            row = _moved(problem, roster, visit, command)
        case Resize():
            visit = _placed(problem, roster, command.need_id, command.day)
            need = problem.need_by_id[visit.need_id]
            if not need.minutes_min <= command.minutes <= need.minutes_max:
                raise ProblemError(
                    "The visit lasts {least} to {most} minutes; {value} is outside",
                    least=need.minutes_min,
                    most=need.minutes_max,
                    value=command.minutes,
                )
            row = replace(visit, end_min=visit.start_min + command.minutes)
        case Switch():
            visit = _placed(problem, roster, command.need_id, command.day)
            row = replace(visit, modality=command.modality)
        case Pin():
            visit = _placed(problem, roster, command.need_id, command.day, pinned=True)
            row = replace(visit, pinned=command.pinned)
            return _with(roster, visit, row), None
        case Unplace():
            visit = _placed(problem, roster, command.need_id, command.day)
            need = problem.need_by_id[visit.need_id]
            day = None if need.days is None else visit.day
            left = Unplaced(visit.need_id, day, week_of(visit.day), BY_HAND)
            rest = _with(roster, visit, None)
            return _unproven(replace(rest, unplaced=(*roster.unplaced, left)), visit.citizen_id), None
        case Place():
            return _put(problem, roster, command)
        case MoveBreak():
            return _break_at(problem, roster, command)
        case GiveShift():
            return given_shift(problem, roster, command), None
    return _with(roster, visit, row), row


def _placed(problem: Problem, roster: Roster, need_id: str, day: int, *, pinned: bool = False) -> PlacedVisit:
    for row in roster.visits:
        if row.need_id == need_id and row.day == day and need_id in problem.need_by_id:
            if row.pinned and not pinned:
                raise ProblemError("The visit is pinned and stays where it is; let it go first")
            return row
    raise ProblemError(
        "The visit {need} on {date} is not in the roster any more; look at the day again",
        need=need_id,
        date=date_value(problem.calendar, day),
    )


def _with(roster: Roster, old: PlacedVisit, new: PlacedVisit | None) -> Roster:
    visits = []
    for row in roster.visits:
        if row is not old:
            visits.append(row)
        elif new is not None:
            visits.append(new)
    return replace(roster, visits=tuple(visits))


def _moved(problem: Problem, roster: Roster, visit: PlacedVisit, command: Move) -> PlacedVisit:
    day = visit.day if command.to_day is None else command.to_day
    clock = visit.start_min - visit.day * DAY_MIN if command.start_min is None else command.start_min
    needed, along = _told_apart(problem, visit.carers)
    carers = needed if command.carers is None else command.carers
    return _visit(problem, roster, visit, day, clock, carers, along)


def _put(problem: Problem, roster: Roster, command: Place) -> tuple[Roster, PlacedVisit]:
    need = problem.need_by_id.get(command.need_id)
    left = next(
        (
            row
            for row in roster.unplaced
            if row.need_id == command.need_id and (row.day, row.week) == (command.day, command.week)
        ),
        None,
    )
    if need is None or left is None:
        raise ProblemError(
            "The visit {need} is not among those without a place any more; look at the list again",
            need=command.need_id,
        )
    clock = _usual(need) if command.start_min is None else command.start_min
    start = command.to_day * DAY_MIN + clock
    modality = command.modality or ("screen" if need.modality == "screen" else "home")
    row = PlacedVisit(
        need.need_id, need.citizen_id, command.to_day, start, start + need.minutes, modality, (), ()
    )
    row = _visit(problem, roster, row, command.to_day, clock, command.carers, ())
    unplaced = list(roster.unplaced)
    unplaced.remove(left)
    placed = replace(roster, visits=(*roster.visits, row), unplaced=tuple(unplaced))
    return _unproven(placed, need.citizen_id), row


def _unproven(roster: Roster, citizen_id: str) -> Roster:
    """The roster without what was proven of its carers for other visits than it has now."""
    citizens = tuple(
        replace(row, carers_bound=None) if row.citizen_id == citizen_id else row for row in roster.citizens
    )
    bounds = replace(roster.bounds, carers_per_citizen_mean=None, carers_per_citizen_14d_mean=None)
    return replace(roster, citizens=citizens, bounds=bounds)


def _usual(need: Need) -> int:
    return need.start_bounds()[0] if need.agreed_start_min is None else need.agreed_start_min


def _break_at(problem: Problem, roster: Roster, command: MoveBreak) -> tuple[Roster, PlacedBreak]:
    shift = problem.shift_by_id.get(command.shift_id)
    old = next((row for row in roster.breaks if row.shift_id == command.shift_id), None)
    if shift is None or old is None:
        raise ProblemError("The shift {shift} has no break in the roster", shift=command.shift_id)
    start = shift.day * DAY_MIN + command.start_min
    row = replace(old, start_min=start, end_min=start + old.end_min - old.start_min)
    breaks = tuple(row if one is old else one for one in roster.breaks)
    return replace(roster, breaks=breaks), row


def _visit(
    problem: Problem,
    roster: Roster,
    visit: PlacedVisit,
    day: int,
    clock: int,
    carers: Sequence[str],
    along: Sequence[str],
) -> PlacedVisit:
    """The visit there, with the shift of each carer; trainees come along whose mentor does and who are on duty."""
    start = day * DAY_MIN + clock
    end = start + visit.minutes
    people = list(dict.fromkeys(carers))
    shifts = [_shift(problem, roster, carer_id, day, start, end).shift_id for carer_id in people]
    for trainee in along:
        mentor = problem.carer_by_id[trainee].mentor
        own = [
            shift
            for shift in _on_duty(problem, roster, trainee, day)
            if shift.start_min <= start and end <= shift.end_min
        ]
        if mentor in people and own:
            people.append(trainee)
            shifts.append(own[0].shift_id)
    return replace(visit, day=day, start_min=start, end_min=end, carers=tuple(people), shifts=tuple(shifts))


def _shift(problem: Problem, roster: Roster, carer_id: str, day: int, start: int, end: int) -> Shift:
    """The carer's shift of the date that the times lie in, or the nearest."""
    if carer_id not in problem.carer_by_id:
        raise ProblemError("There is no carer {carer} in the team", carer=carer_id)
    shifts = _on_duty(problem, roster, carer_id, day)
    if not shifts:
        raise ProblemError(
            "{carer} has no shift on {date}; choose a carer who is on duty",
            carer=problem.carer_by_id[carer_id].name,
            date=date_value(problem.calendar, day),
        )

    def outside(shift: Shift) -> int:
        return max(0, shift.start_min - start) + max(0, end - shift.end_min)

    return min(shifts, key=lambda shift: (outside(shift), shift.start_min))


def _on_duty(problem: Problem, roster: Roster, carer_id: str, day: int) -> list[Shift]:
    owners = shift_owners(problem, roster)
    return [row for row in problem.shifts if row.day == day and owners.get(row.shift_id) == carer_id]


def _told_apart(problem: Problem, carers: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    trainees = tuple(
        one for one in carers if one in problem.carer_by_id and problem.carer_by_id[one].is_trainee
    )
    return tuple(one for one in carers if one not in trainees), trainees


def _start(found: Roster, changed: Roster, item: PlacedVisit | PlacedBreak) -> int:
    """When the row that was asked for begins after all: both rosters hold their rows in the same order."""
    if isinstance(item, PlacedVisit):
        at = next(index for index, row in enumerate(changed.visits) if row is item)
        return found.visits[at].start_min
    at = next(index for index, row in enumerate(changed.breaks) if row is item)
    return found.breaks[at].start_min


def _shifted(changed: Roster, found: Roster, item: PlacedVisit | PlacedBreak | None) -> tuple[Shifted, ...]:
    rows = [
        Shifted(was.need_id, was.shifts[0] if was.shifts else "", was.day, was.start_min, now.start_min)
        for was, now in zip(changed.visits, found.visits, strict=True)
        if was is not item and was.start_min != now.start_min
    ]
    rows += [
        Shifted(None, was.shift_id, was.start_min // DAY_MIN, was.start_min, now.start_min)
        for was, now in zip(changed.breaks, found.breaks, strict=True)
        if was is not item and was.start_min != now.start_min
    ]
    return tuple(sorted(rows, key=lambda row: row.to_min))


def _new(before: Evaluation, after: Evaluation, *, hard: bool) -> tuple[Violation, ...]:
    def key(row: Violation) -> tuple[object, ...]:
        return row.rule, row.need_id, row.citizen_id, row.carer_id, row.shift_id, row.day, row.value

    known = {key(row) for row in before.violations if row.hard == hard}
    return tuple(row for row in after.violations if row.hard == hard and key(row) not in known)
