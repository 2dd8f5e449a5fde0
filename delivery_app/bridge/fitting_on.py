"""Fit-in beyond the first answer: what would let a visit in that has no place, and a need that the team has already.

:func:`helps`, like :func:`delivery_app.bridge.fitting.offered`, needs no database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import cells_of
from delivery_app.bridge.fitting import Wanted, fit_wanted, lies_ahead
from delivery_app.moment import Moment
from models.errors import MissingRowError
from models.roster import PUBLISHED
from models.tables import Citizen, Need, Roster, Visit
from scheduler import problem as plan
from scheduler.clock import DAY_MIN, format_clock
from scheduler.desk import Place
from scheduler.explain import Eased
from scheduler.pack.cells import WEEKDAYS
from scheduler.roster import Roster as Answer

WEEK_DAYS = 7
#: What is told beside the kinds of relaxations: a place on another day of the week.
OTHER_DAY = "day"


@dataclass(frozen=True)
class Help:
    """What would give one of the visits a place.

    ``when``: the date of the visit that has none (None: any day of the week). ``cells``: the columns of the need that
    would say something else, if any. ``day``, ``start_min`` and ``carers``: the place it would get; of one more shift,
    those who have time for it.
    """

    when: date | None
    what: str
    by: str
    cells: dict[str, str]
    day: date
    start_min: int
    carers: tuple[str, ...]


def helps(problem: plan.Problem, roster: Answer, wanted: Wanted, now: Moment) -> tuple[Help, ...]:
    """What would let in the visits that have no place: other days, and the smallest changes; the same one told once.

    Raises
    ------
    WantedError
        The visit cannot be as it was asked for.
    """
    fitted, now_min = fit_wanted(problem, roster, wanted, now, easing=True)
    (row,) = fitted.needs
    found: dict[tuple[str, str], Help] = {}
    for one in row.visits:
        when = problem.calendar.date(one.days[0]) if len(one.days) == 1 else None
        for ranked in one.other_days:
            if lies_ahead(ranked.place, ranked.place.moved, now_min):
                help_ = _on_another_day(problem, row.need, one.days[0], when, ranked.place)
                found.setdefault((help_.what, help_.by), help_)
        for eased in one.eased:
            if lies_ahead(eased.offer.visit, eased.offer.moved, now_min):
                found.setdefault((eased.what, eased.by), _by_change(problem, row.need, when, eased))
    return tuple(found.values())


def _on_another_day(
    problem: plan.Problem, need: plan.Need, day: int, when: date | None, place: Place
) -> Help:
    """The need with one of its weekdays changed for another."""
    days = sorted({*(need.days or ()), place.day % WEEK_DAYS} - {day % WEEK_DAYS})
    to = problem.calendar.date(place.day)
    return Help(
        when=when,
        what=OTHER_DAY,
        by=to.isoformat(),
        cells={"days": " ".join(WEEKDAYS[one] for one in days)},
        day=to,
        start_min=place.start_min - place.day * DAY_MIN,
        carers=place.carers,
    )


def _by_change(problem: plan.Problem, need: plan.Need, when: date | None, eased: Eased) -> Help:
    visit = eased.offer.visit
    return Help(
        when=when,
        what=eased.what,
        by=eased.by,
        cells=_cells(need, eased),
        day=problem.calendar.date(visit.day),
        start_min=visit.start_min - visit.day * DAY_MIN,
        carers=eased.carers
        if eased.what == "extra_shift"
        else tuple(one for one in visit.carers if one in problem.carer_by_id),
    )


def _cells(need: plan.Need, eased: Eased) -> dict[str, str]:
    """The columns of ``needs.csv`` that the form would say otherwise; empty where it is not the need's to change."""
    amount = round(eased.amount)
    later = "+" in eased.by
    match eased.what:
        case "window" if later:
            return {"window_end": format_clock(need.window_end_min + amount)}
        case "window":
            return {"window_start": format_clock(need.window_start_min - amount)}
        case "agreed" if need.agreed_start_min is not None:
            return {"agreed_start": format_clock(need.agreed_start_min + (amount if later else -amount))}
        case "duration":
            least = str(need.minutes_min - amount)
            return {"minutes_min": least}
        case "screen":
            return {"modality": "either"}
        case "home":
            return {"modality": "home"}
        case "qualification":
            return {"qualification": "" if eased.by == "untrained" else eased.by}
        case "one_carer":
            return {"carers": "1"}
    return {}


@dataclass(frozen=True)
class Standing:
    """A need that the team has, as it is asked for in a roster that lacks it."""

    code: str
    citizen_id: UUID
    wanted: Wanted


def standing_need(session: Session, team_id: UUID, need_id: UUID) -> Standing:
    """A need of the team; raises MissingRowError when there is none."""
    need = session.get(Need, need_id)
    if need is None or need.team_id != team_id:
        raise MissingRowError("The team has nobody and nothing with the id {id}", id=need_id)
    citizen = session.get_one(Citizen, need.citizen_id)
    return Standing(
        need.code, citizen.id, Wanted(cells_of("needs", need, {citizen.id: citizen.code}), once=False)
    )


def without_need(problem: plan.Problem, roster: Answer, code: str) -> tuple[plan.Problem, Answer]:
    """The problem and roster as if the need were not there yet, so that it can be fitted in."""
    return (
        replace(
            problem,
            needs=tuple(row for row in problem.needs if row.need_id != code),
            links=tuple(row for row in problem.links if code not in (row.first_need, row.second_need)),
        ),
        replace(
            roster,
            visits=tuple(row for row in roster.visits if row.need_id != code),
            unplaced=tuple(row for row in roster.unplaced if row.need_id != code),
        ),
    )


def waiting_rosters(session: Session, team_id: UUID, need_id: UUID, today: date) -> list[Roster]:
    """Published rosters of this and later weeks in which the need is due and has no visit."""
    need = session.get_one(Need, need_id)
    rows = session.scalars(
        select(Roster)
        .where(
            col(Roster.team_id) == team_id,
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
            col(Roster.first_monday) >= need.from_date,
            ~exists().where(col(Visit.roster_id) == col(Roster.id), col(Visit.need_code) == need.code),
        )
        .order_by(col(Roster.first_monday))
    )
    return [row for row in rows if _last_day(row) >= today and _is_due(need, row)]


def _last_day(row: Roster) -> date:
    return row.first_monday + timedelta(days=7 * row.weeks - 1)


def _is_due(need: Need, row: Roster) -> bool:
    mondays = [row.first_monday + timedelta(days=7 * week) for week in range(row.weeks)]
    return any(
        (need.until_date is None or monday < need.until_date)
        and (monday - need.anchor_monday).days // 7 % need.every_weeks == 0
        for monday in mondays
    )
