"""My day: a carer's round of a date by the published roster, as a page to carry along (D1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import HTTPException
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.carer.pages import Asked, date_of, register
from delivery_app.carer.risk import Somebody, late_box, moved_of
from delivery_app.moment import point_in_time
from delivery_app.security.access_log import note_codes_read
from delivery_app.services.plans import StoredPlan, plan_of
from delivery_app.services.presence import AwayTime, away_on
from delivery_app.services.publishing import in_force
from delivery_app.services.records.reading import visit_states
from delivery_app.services.records.state import PLANNED, VisitState
from delivery_app.services.records.visits import VisitName
from delivery_app.templating import COPENHAGEN
from delivery_app.views import UnknownPageError, carer_day_view
from delivery_app.views.carer_day import CarerDayView, RoundItem
from delivery_app.views.plan import clock_of
from models.errors import MissingRowError
from models.tables import Citizen

TEMPLATE = "carer/_day.html"
#: No shift of the day before goes on after this hour.
NIGHT_IS_OVER = 12


@dataclass(frozen=True)
class Place:
    """Where a citizen lives, as the round shows it."""

    address: str
    lat: float
    lon: float
    phone: str
    citizen_id: UUID


@dataclass(frozen=True)
class Day:
    """A date of a carer's: the round, and what its lines lead to."""

    when: date
    base: str
    view: CarerDayView
    needs: Mapping[str, UUID]
    places: Mapping[str, Place]
    states: Mapping[VisitName, VisitState]
    moved: Mapping[VisitName, int]
    away: Mapping[date, Mapping[UUID, tuple[AwayTime, ...]]]

    def visit_name(self, item: RoundItem) -> VisitName:
        """A visit's need and date."""
        return VisitName(self.needs[item.need_id or ""], item.due_on or self.when)

    def moved_to(self, item: RoundItem) -> int | None:
        """Where a visit was moved to by agreement, minutes after midnight; None for one that was not."""
        return self.moved.get(self.visit_name(item))

    def is_away(self, item: RoundItem) -> bool:
        """Whether the citizen is written down as away at the visit's time, since the roster was published."""
        place, when = self.place(item), item.due_on or self.when
        times = () if place is None else self.away.get(when, {}).get(place.citizen_id, ())
        return any(one.holds(when, item.start_min, item.end_min) for one in times)

    def people(self) -> list[Somebody]:
        """Whom to ring about which visit."""
        found = []
        for item in (item for one in self.view.rounds for item in one.items if self.is_visit(item)):
            place = self.place(item)
            if place is not None and item.citizen is not None:
                name = self.visit_name(item)
                found.append(
                    Somebody(
                        self.name(item),
                        item.citizen.name,
                        place.phone,
                        place.citizen_id,
                        name.need_id,
                        name.on_date,
                    )
                )
        return found

    def name(self, item: RoundItem) -> str:
        """A visit's stable name: need and date."""
        return f"{self.needs[item.need_id or '']}/{item.due_on or self.when}"

    def state(self, item: RoundItem) -> str:
        """How a visit stands by what was recorded."""
        found = self.states.get(VisitName(self.needs[item.need_id or ""], item.due_on or self.when))
        return found.status if found else PLANNED

    def url(self, item: RoundItem) -> str:
        """The visit's page."""
        return f"{self.base}/visit/{self.name(item)}"

    def is_visit(self, item: RoundItem) -> bool:
        """Whether the line is a visit that has a page."""
        return item.need_id is not None and item.need_id in self.needs

    def place(self, item: RoundItem) -> Place | None:
        """Where a visit is."""
        return self.places.get(item.citizen.id) if item.citizen else None

    def at(self, minute: int) -> str:
        """A time of the round as a moment, for a script to compare with the clock."""
        return point_in_time(self.when, minute).isoformat()


def day_of(asked: Asked, when: date) -> Day | None:
    """The carer's date by the roster that holds; None where none does, or for whoever is no carer of it.

    Who shows it says so (``note_read``).
    """
    return asked.once(("day", when), lambda: _day_of(asked, when))


def _day_of(asked: Asked, when: date) -> Day | None:
    mine = asked.carer_id
    stored = stored_plan(asked, when)
    if mine is None or stored is None:
        return None
    try:
        view = carer_day_view(stored.plan, stored.ids.carer(mine), when)
    except (UnknownPageError, MissingRowError):
        return None
    places = places_of(asked.session, asked.team_id, citizens_of(view))
    due = {item.due_on for one in view.rounds for item in one.items if item.due_on is not None}
    states: dict[VisitName, VisitState] = {}
    for one in sorted(due):
        states |= visit_states(asked.session, asked.team_id, one)
    moved: dict[VisitName, int] = {}
    for one in sorted(due):
        moved |= moved_of(asked, one)
    citizens = [one.citizen_id for one in places.values()]
    away = {one: away_on(asked.session, citizens, one) for one in due}
    return Day(when, asked.base, view, stored.ids.needs, places, states, moved, away)


def _under_way(asked: Asked) -> date:
    """Today; after midnight the day before, while the reader's shift of that day goes on."""
    yesterday = asked.today - timedelta(days=1)
    mine = asked.carer_id
    if mine is None or asked.now.astimezone(COPENHAGEN).hour >= NIGHT_IS_OVER:
        return asked.today
    stored = stored_plan(asked, yesterday)
    if stored is None or mine not in stored.ids.carers.values():
        return asked.today
    day = stored.plan.day_number(yesterday)
    ends = (one.shift.end_min for one in stored.plan.shifts_on(stored.ids.carer(mine), day))
    goes_on = any(point_in_time(yesterday, clock_of(end, day)) > asked.now for end in ends)
    return yesterday if goes_on else asked.today


def stored_plan(asked: Asked, when: date) -> StoredPlan | None:
    """The published roster of a date."""

    def stored() -> StoredPlan | None:
        head = in_force(asked.session, asked.team_id, when)
        return None if head is None else plan_of(asked.session, head.roster_id, asked.team_id)

    return asked.once(("plan", when), stored)


def citizens_of(view: CarerDayView) -> set[str]:
    """Everybody who stands on the page, by the pack's ids; also who a journey leads to."""
    items = [item for one in view.rounds for item in one.items]
    named = {one.id for item in items for one in (item.citizen, item.to_place) if one}
    return named | {one.id for item in items for one in item.citizens}


def places_of(session: Session, team_id: UUID, codes: set[str]) -> dict[str, Place]:
    """Where citizens live."""
    rows = session.execute(
        sa.select(
            col(Citizen.code),
            col(Citizen.address),
            col(Citizen.lat),
            col(Citizen.lon),
            col(Citizen.phone),
            col(Citizen.id),
        ).where(col(Citizen.team_id) == team_id, col(Citizen.code).in_(codes))
    )
    return {row.code: Place(row.address or "", row.lat, row.lon, row.phone or "", row.id) for row in rows}


def day_page(asked: Asked, when: str | None = None) -> Mapping[str, Any]:
    """What the day's template shows; today without a date."""
    shown = _under_way(asked) if when is None else date_of(when)
    try:
        before, after = shown - timedelta(days=1), shown + timedelta(days=1)
    except OverflowError:
        raise HTTPException(404) from None
    day = day_of(asked, shown)
    note_codes_read(asked.session, asked.team_id, citizens_of(day.view) if day else [])
    return {
        "day": day,
        "late": late_box(asked, stored_plan(asked, shown), shown, day.people()) if day else None,
        "when": shown,
        "before": before,
        "after": after,
        "today": when is None,
        "night": when is None and shown != asked.today,
    }


register(r"", TEMPLATE, day_page)
register(r"/day/(?P<when>[0-9-]{10})", TEMPLATE, day_page)
