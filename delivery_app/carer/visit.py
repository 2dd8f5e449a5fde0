"""A visit as a carer opens it: who, where, when, what to do, what was recorded (D1, D2).

A visit is known by its need and date: rosters of a week come and go, and what was recorded stays with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import HTTPException
from sqlmodel import col, select

from delivery_app.carer.day import Day, day_of, stored_plan
from delivery_app.carer.pages import Asked, date_of, register
from delivery_app.carer.risk import Somebody, late_box, moved_of
from delivery_app.carer.steps import steps_of
from delivery_app.carer.story import story_of
from delivery_app.carer.team import list_of
from delivery_app.moment import point_in_time
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.care.sheet import CareSheet, care_sheet
from delivery_app.services.plans import StoredPlan
from delivery_app.services.records.visits import VisitName
from delivery_app.views.carer_day import RoundItem
from delivery_app.views.plan import Person, clock_of
from models.tables import Citizen, Need

TEMPLATE = "carer/_visit.html"
#: Somebody with the carer's role who is none of the team's carers: nobody's visits are theirs.
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Planned:
    """Where the published roster has the visit."""

    start_min: int
    end_min: int
    start: datetime
    end: datetime
    modality: str
    carers: tuple[Person, ...]
    trainees: tuple[Person, ...]

    @property
    def minutes(self) -> int:
        """How long it is planned to take: from its start to its end."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class Next:
    """The stop after this visit in the carer's own round."""

    item: RoundItem
    url: str
    travel_min: int
    mode: str | None


@dataclass(frozen=True)
class VisitPage:
    """All that the page says of the visit itself."""

    need_id: UUID
    when: date
    citizen: Citizen
    service: str
    #: What the need asks for; the plan may give less or more of it (see ``planned``).
    need_minutes: int
    agreed_min: int | None
    carers_needed: int
    counts: bool
    planned: Planned | None
    following: Next | None
    #: Whether the reader is planned to be there.
    is_mine: bool

    @property
    def name(self) -> str:
        """The visit's stable name."""
        return f"{self.need_id}/{self.when}"

    @property
    def minutes(self) -> int:
        """How long the visit takes: as planned where it has a place, else as the need asks for."""
        return self.need_minutes if self.planned is None else self.planned.minutes


def visit_page(asked: Asked, need_id: str, when: str) -> Mapping[str, Any]:
    """What the visit's template shows."""
    due = date_of(when)
    need = asked.session.scalars(
        select(Need).where(col(Need.team_id) == asked.team_id, col(Need.id) == UUID(need_id))
    ).first()
    citizen = None if need is None else asked.session.get(Citizen, need.citizen_id)
    if need is None or citizen is None:
        raise HTTPException(404)
    stored = stored_plan(asked, due)
    mine = day_of(asked, due) if stored is not None else None
    note_read(asked.session, [citizen], subject=("need", need.id))
    following = None if mine is None else _following(mine, need.code, due)
    if following is not None and following.item.citizen is not None and stored is not None:
        note_read(asked.session, [stored.ids.citizens[following.item.citizen.id]])
    visit = VisitPage(
        need_id=need.id,
        when=due,
        citizen=citizen,
        service=need.service,
        need_minutes=need.minutes,
        agreed_min=need.agreed_start_min,
        carers_needed=need.carers,
        counts=need.counts,
        planned=None
        if stored is None
        else _planned(stored, need.code, due, moved_of(asked, due).get(VisitName(need.id, due))),
        following=following,
        is_mine=mine is not None and any(_is_this(item, need.code, due) for item in _items(mine)),
    )
    sheet = _sheet(asked, need, due)
    return {
        "visit": visit,
        "sheet": sheet,
        "story": story_of(asked, need.id, due, sheet),
        "late": late_box(asked, stored, due, _people(visit, mine)),
        "steps": steps_of(asked, VisitName(need.id, due)),
        "team_part": list_of(asked).of(citizen.id),
        "today_date": asked.today,
    }


def _people(visit: VisitPage, mine: Day | None) -> list[Somebody]:
    """Whom to ring from here: the visit's own citizen, and the next one."""
    who = visit.citizen
    found = [Somebody(visit.name, who.name, who.phone or "", who.id, visit.need_id, visit.when)]
    if mine is not None and visit.following is not None:
        after = mine.name(visit.following.item)
        found += [one for one in mine.people() if one.name == after and after != visit.name]
    return found


def _sheet(asked: Asked, need: Need, when: date) -> CareSheet:
    """What to know and do there; how to get in only for whoever is to come, planners and leaders."""
    everything = asked.person.may(Permission.TEAM_READ, asked.team_id)
    reader = asked.carer_id or (None if everything else NOBODY)
    return care_sheet(
        asked.session,
        asked.team_id,
        need.citizen_id,
        need.id,
        when,
        reader,
        now=asked.now,
        sent_there=everything,
    )


def _planned(stored: StoredPlan, code: str, when: date, moved_to: int | None) -> Planned | None:
    """As published, or where it was moved to by agreement with the citizen; None where it has no place."""
    plan = stored.plan
    placed = plan.visit_on(code, when)
    if placed is None:
        return None
    start, end = clock_of(placed.start_min, placed.day), clock_of(placed.end_min, placed.day)
    if moved_to is not None:
        start, end = moved_to, moved_to + end - start
    return Planned(
        start,
        end,
        point_in_time(when, start),
        point_in_time(when, end),
        placed.modality,
        tuple(plan.carer(one) for one in plan.needed(placed.carers)),
        tuple(plan.carer(one) for one in plan.trainees(placed.carers)),
    )


def _items(day: Day) -> list[RoundItem]:
    return [item for one in day.view.rounds for item in one.items]


def _is_this(item: RoundItem, code: str, when: date) -> bool:
    return item.need_id == code and (item.due_on or when) == when


def _following(day: Day, code: str, when: date) -> Next | None:
    """The next visit of the own round after this one, with the way there."""
    items = _items(day)
    here = next((number for number, item in enumerate(items) if _is_this(item, code, when)), None)
    if here is None:
        return None
    travel, mode = 0, None
    for item in items[here + 1 :]:
        if item.kind == "travel":
            travel, mode = travel + item.minutes, mode or item.mode
        elif day.is_visit(item):
            return Next(item, day.url(item), travel, mode)
        elif item.kind in ("session", "meeting"):
            return None
    return None


register(r"/visit/(?P<need_id>[0-9a-f-]{36})/(?P<when>[0-9-]{10})", TEMPLATE, visit_page)
