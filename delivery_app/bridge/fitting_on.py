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
from delivery_app.bridge.fitting import Wanted, check_wanted
from delivery_app.bridge.replanning import minute_at
from delivery_app.moment import Moment
from models.errors import MissingRowError
from models.roster import PUBLISHED
from models.tables import Citizen, Need, Roster, Visit
from scheduler import problem as plan
from scheduler.clock import DAY_MIN, format_clock
from scheduler.due import due_visits
from scheduler.explain import Eased, explain_visit
from scheduler.roster import Roster as Answer
from scheduler.roster import Unplaced

#: For so many of the visits without a place it is looked what would help.
HELPED_MOST = 2


@dataclass(frozen=True)
class Help:
    """What would give one of the visits a place. ``cells``: the columns of the need that would be another's, if any."""

    date: date | None
    what: str
    by: str
    cells: dict[str, str]


def helps(problem: plan.Problem, roster: Answer, wanted: Wanted, now: Moment) -> tuple[Help, ...]:
    """The smallest changes that would let in what has no place, the same one told once."""
    need = check_wanted(problem, wanted, now)
    joined = replace(problem, needs=(*problem.needs, need), published=None)
    dues = [
        row
        for row in due_visits(joined).visits
        if row.need.need_id == need.need_id and row.days[-1] * DAY_MIN >= minute_at(problem, now) - DAY_MIN
    ]
    left = tuple(Unplaced(need.need_id, row.fixed_day, row.week, "capacity") for row in dues)
    asked = replace(roster, unplaced=(*roster.unplaced, *left))
    found: dict[tuple[str, str], Help] = {}
    for row in dues[:HELPED_MOST]:
        day = row.days[0]
        explained = explain_visit(joined, asked, need.need_id, day)
        when = None if row.fixed_day is None else problem.calendar.date(day)
        for eased in explained.eased:
            found.setdefault((eased.what, eased.by), Help(when, eased.what, eased.by, _cells(need, eased)))
    return tuple(found.values())


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
