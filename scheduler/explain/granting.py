"""A relaxation granted: the problem with just that changed, the roster with the visit in its place, and what differs.

An :class:`~scheduler.explain.easing.Eased` says what would help; here it becomes rows of the pack, so that they can be
shown before anybody says yes, judged once more as they will stand, and written down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.explain.easing import Eased
from scheduler.explain.easing_staff import with_carer, with_shift
from scheduler.explain.easing_visit import with_need
from scheduler.message import ProblemError
from scheduler.problem import Absence, Carer, Citizen, Link, Need, Problem, Shift
from scheduler.roster import PlacedVisit, Roster, Unplaced

#: Kinds that a roster alone can grant: nothing of the team's data changes.
ROSTER_ALONE = frozenset({"move", "open_shift"})
#: Kinds that somebody else decides: the authority grants package hours.
DECIDED_ELSEWHERE = frozenset({"package"})

Element = Need | Citizen | Carer | Shift | Link | Absence


@dataclass(frozen=True)
class RowChange:
    """A row of the pack as it is and as it would be; ``before`` None: a new one, ``after`` None: gone."""

    before: Element | None
    after: Element | None


@dataclass(frozen=True)
class Granted:
    """The problem and roster (unjudged) in which a relaxation holds, and the rows that differ."""

    problem: Problem
    roster: Roster
    changes: tuple[RowChange, ...]


def granted(
    problem: Problem,
    roster: Roster,
    need: Need,
    eased: Eased,
    *,
    carer_id: str = "",
    shift_id: str = "",
) -> Granted:
    """Grant a relaxation that was found for an unplaced visit of ``need``.

    What is the need's changes for all its visits, also where the relaxation was verified for the one visit: the judge
    has to look at the roster again.

    Parameters
    ----------
    carer_id, shift_id
        Of one more shift: who takes it, and an id for it that is free.

    Raises
    ------
    ProblemError
        It is not for a planner to grant, or nobody of the team takes the extra shift.
    """
    changed = _changed(problem, need, eased, carer_id, shift_id)
    return Granted(changed, _roster(problem, need, eased, carer_id, shift_id), _differences(problem, changed))


def _changed(problem: Problem, need: Need, eased: Eased, carer_id: str, shift_id: str) -> Problem:
    if eased.what in ROSTER_ALONE:
        return problem
    if eased.what in ("window", "agreed", "duration", "screen", "home", "qualification", "one_carer"):
        return with_need(problem, _need(need, eased))
    makers: dict[str, Callable[[], Problem]] = {
        "break": lambda: with_shift(problem, _shift(problem, eased)),
        "shift": lambda: with_shift(problem, _shift(problem, eased)),
        "extra_shift": lambda: _one_more_shift(problem, eased, carer_id, shift_id),
        "introduce": lambda: with_carer(problem, replace(problem.carer_by_id[eased.by], introduced=True)),
        "carers_max": lambda: _one_more_carer(problem, need.citizen_id),
        "link": lambda: _looser_link(problem, eased),
        "absence": lambda: _at_work(problem, eased),
    }
    if eased.what not in makers:
        raise ProblemError("This is not for the planner to grant; it takes a decision of the authority")
    return makers[eased.what]()


def _later(eased: Eased) -> bool:
    return eased.by.split(" ")[-2].startswith("+")


def _need(need: Need, eased: Eased) -> Need:
    amount = round(eased.amount)
    match eased.what:
        case "window" if _later(eased):
            return replace(need, window_end_min=need.window_end_min + amount)
        case "window":
            return replace(need, window_start_min=need.window_start_min - amount)
        case "agreed":
            assert need.agreed_start_min is not None
            moved = amount if _later(eased) else -amount
            return replace(need, agreed_start_min=need.agreed_start_min + moved)
        case "duration":
            return replace(need, minutes_min=need.minutes_min - amount)
        case "screen":
            return replace(need, modality="either")
        case "home":
            return replace(need, modality="home")
        case "one_carer":
            return replace(need, carers=1)
    return replace(need, qualification=eased.by)


def _shift(problem: Problem, eased: Eased) -> Shift:
    """The shift, or its break, wider by the amount."""
    shift = problem.shift_by_id[eased.by.split(" ")[0]]
    amount, later = round(eased.amount), _later(eased)
    first, end = shift.break_window()
    if eased.what == "break":
        return replace(
            shift,
            break_from_min=first if later else first - amount,
            break_to_min=end + amount if later else end,
        )
    return replace(
        shift,
        start_min=shift.start_min if later else shift.start_min - amount,
        end_min=shift.end_min + amount if later else shift.end_min,
        break_from_min=first if shift.break_minutes else shift.break_from_min,
        break_to_min=end if shift.break_minutes else shift.break_to_min,
    )


def _one_more_shift(problem: Problem, eased: Eased, carer_id: str, shift_id: str) -> Problem:
    if carer_id not in problem.carer_by_id:
        raise ProblemError(
            "Nobody of the team may take this shift; find somebody from outside, then add the shift under Shifts"
        )
    visit = eased.offer.visit
    day = visit.day
    start, end = (_minute(day, clock) for clock in eased.by.split(" ")[1].split("–"))
    begins_at = problem.citizen_by_id[visit.citizen_id].island or "base"
    shift = Shift(shift_id, carer_id, day, start, end, begins_at=begins_at)
    return replace(problem, shifts=(*problem.shifts, shift))


def _minute(day: int, clock: str) -> int:
    hours, minutes = clock.split(":")
    return day * 1440 + int(hours) * 60 + int(minutes)


def _one_more_carer(problem: Problem, citizen_id: str) -> Problem:
    citizen = problem.citizen_by_id[citizen_id]
    assert citizen.carers_max is not None
    wider = replace(citizen, carers_max=citizen.carers_max + 1)
    rows = (wider if row is citizen else row for row in problem.citizens)
    return replace(problem, citizens=tuple(rows))


def _looser_link(problem: Problem, eased: Eased) -> Problem:
    first, second, part = eased.by.split(" ")[:3]

    def looser(link: Link) -> Link:
        if (link.first_need, link.second_need) != (first, second):
            return link
        if part == "same_carer":
            return replace(link, same_carer=False)
        if part == "gap_max" and link.gap_max is not None:
            return replace(link, gap_max=link.gap_max + round(eased.amount))
        return replace(link, gap_min=link.gap_min - round(eased.amount))

    return replace(problem, links=tuple(map(looser, problem.links)))


def _at_work(problem: Problem, eased: Eased) -> Problem:
    """The carer's absences without the time of the visit."""
    carer_id, visit = eased.by.split(" ")[0], eased.offer.visit
    rows: list[Absence] = []
    for row in problem.absences:
        if row.carer_id != carer_id or not row.overlaps(visit.start_min, visit.end_min):
            rows.append(row)
            continue
        if row.start_min < visit.start_min:
            rows.append(replace(row, end_min=visit.start_min))
        if visit.end_min < row.end_min:
            rows.append(replace(row, start_min=visit.end_min))
    return replace(problem, absences=tuple(rows))


def _roster(problem: Problem, need: Need, eased: Eased, carer_id: str, shift_id: str) -> Roster:
    """The offer's roster with the pack's own ids: a relaxation is tried with needs, a carer and a shift of its own."""

    def need_id(found: str) -> str:
        own = found in problem.need_by_id or found in problem.session_by_id
        return found if own or not found.startswith(f"{need.need_id}/") else need.need_id

    def visit(row: PlacedVisit) -> PlacedVisit:
        return replace(
            row,
            need_id=need_id(row.need_id),
            carers=tuple(one if one in problem.carer_by_id else carer_id for one in row.carers),
            shifts=tuple(one if one in problem.shift_by_id else shift_id for one in row.shifts),
        )

    def left(row: Unplaced) -> Unplaced:
        return replace(row, need_id=need_id(row.need_id))

    found = eased.offer.roster
    return replace(
        found,
        visits=tuple(visit(row) for row in found.visits),
        unplaced=tuple(left(row) for row in found.unplaced),
    )


def _differences(before: Problem, after: Problem) -> tuple[RowChange, ...]:
    found: list[RowChange] = []
    for name, key in (
        ("needs", "need_id"),
        ("citizens", "citizen_id"),
        ("carers", "carer_id"),
        ("shifts", "shift_id"),
    ):
        old = {getattr(row, key): row for row in getattr(before, name)}
        found += [
            RowChange(old.get(getattr(row, key)), row)
            for row in getattr(after, name)
            if old.get(getattr(row, key)) != row
        ]
    found += [
        RowChange(old_link, new_link)
        for old_link, new_link in zip(before.links, after.links, strict=True)
        if old_link != new_link
    ]
    gone, come = Counter(before.absences), Counter(after.absences)
    found += [RowChange(row, None) for row in (gone - come).elements()]
    found += [RowChange(None, row) for row in (come - gone).elements()]
    return tuple(found)
