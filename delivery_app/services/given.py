"""What citizens were given otherwise than the published rosters say: minutes, which their drift has to know (L5, S9,
S21), and who was in the home, for continuity (S3).

Emergency calls count with the time that somebody was there, where the catalogue has them inside the package. A visit that
was made in another one's place (a call by screen that became a visit in the home, above all) counts instead of that one.
Of every other visit the plan is what is known. Minutes are counted as the rosters' are: each needed person's where the
package counts two carers both, once where it counts them once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.bridge.grants import packages_on
from delivery_app.moment import point_in_time
from delivery_app.services.live.again import made_at_home, to_make_again
from delivery_app.services.records.visits import VisitName, of_published
from delivery_app.services.risk.calls import calls_of, inside_package, states_of
from models.need import Need
from models.package import Package
from models.visit import Visit

#: By the Monday of a week and the citizen.
Minutes = dict[tuple[dt.date, UUID], int]


def given_otherwise(
    session: Session, municipality_id: UUID, team_id: UUID, first: dt.date, last: dt.date
) -> Minutes:
    """What has to be added to the counted minutes of the rosters (or taken from them) of some dates."""
    found: Counter[tuple[dt.date, UUID]] = Counter()
    if inside_package(session, municipality_id):
        calls = calls_of(session, team_id, first, last)
        for state in states_of(session, calls, point_in_time(last, 0)):
            found[_monday(state.call.on_date), state.call.citizen_id] += state.given_min or 0
    at_home = made_at_home(session, team_id, first, last)
    placed = [one for one in to_make_again(session, team_id, first, last) if one.placed is not None]
    counted = _counted(session, team_id, {*at_home, *(one.name for one in placed)})
    for name, stay in at_home.items():
        if name in counted and stay.minutes is not None:
            one = counted[name]
            there = max(1, len(stay.carers)) if one.counts_each else 1
            found[_monday(name.on_date), one.citizen_id] += stay.minutes * there - one.minutes
    of_places = _counted(
        session, team_id, {VisitName(one.placed, one.wanted_on) for one in placed if one.placed is not None}
    )
    for again in placed:
        if again.placed is None or again.name not in counted:
            continue
        before = counted[again.name]
        found[_monday(again.name.on_date), again.citizen_id] -= before.minutes
        if VisitName(again.placed, again.wanted_on) not in of_places:
            found[_monday(again.wanted_on), again.citizen_id] += again.placed_minutes * before.times
    return {key: minutes for key, minutes in found.items() if minutes}


def seen_at_home(
    session: Session, team_id: UUID, first: dt.date, last: dt.date
) -> Counter[tuple[dt.date, UUID, UUID]]:
    """Home visits that no roster has, by date, citizen and carer: calls by screen for which somebody has gone out."""
    found: Counter[tuple[dt.date, UUID, UUID]] = Counter()
    for name, stay in made_at_home(session, team_id, first, last).items():
        found.update((name.on_date, stay.citizen_id, carer_id) for carer_id in stay.carers)
    return found


def _monday(when: dt.date) -> dt.date:
    return when - dt.timedelta(days=when.weekday())


@dataclass(frozen=True)
class _Counted:
    """A published visit that counts in the package. ``minutes`` of the package; ``times``: for each minute of the
    visit; ``counts_each``: two carers count both."""

    citizen_id: UUID
    minutes: int
    times: int
    counts_each: bool


def _counted(session: Session, team_id: UUID, names: Collection[VisitName]) -> dict[VisitName, _Counted]:
    """Of these, the published visits that count in the package: whose, and how much of it they take."""
    if not names:
        return {}
    rows = session.execute(
        of_published(Visit.need_id, Visit.date, Visit.citizen_id, Visit.start_min, Visit.end_min, Need.carers)
        .join(Need, col(Need.id) == col(Visit.need_id))
        .where(
            col(Visit.team_id) == team_id,
            col(Visit.need_id).in_({one.need_id for one in names}),
            col(Visit.date).in_({one.on_date for one in names}),
            col(Need.counts).is_(True),
        )
    ).all()
    found = {}
    each = _counting_each(session, {(row.citizen_id, row.date) for row in rows if row.citizen_id is not None})
    for row in rows:
        name = VisitName(row.need_id, row.date)
        if name in names and row.citizen_id is not None:
            counts_each = each[row.citizen_id, row.date]
            times = row.carers if counts_each else min(row.carers, 1)
            minutes = (row.end_min - row.start_min) * times
            found[name] = _Counted(row.citizen_id, minutes, times, counts_each)
    return found


def _counting_each(
    session: Session, wanted: Collection[tuple[UUID, dt.date]]
) -> dict[tuple[UUID, dt.date], bool]:
    """Whether the package that a citizen has on a date counts two carers both; without a package they do."""
    found = {}
    for when in {when for _, when in wanted}:
        granted = packages_on(session, [who for who, on in wanted if on == when], when)
        ways = dict(
            session.execute(
                sa.select(col(Package.id), col(Package.two_carers_count)).where(
                    col(Package.id).in_(set(granted.values()))
                )
            ).all()
        )
        for who, on in wanted:
            if on == when:
                package_id = granted.get(who)
                found[who, on] = package_id is None or ways.get(package_id, "both") == "both"
    return found
