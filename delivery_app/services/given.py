"""Minutes that citizens were given otherwise than the published rosters say: what their drift has to know (L5, S9, S21).

Emergency calls count with the time that somebody was there, where the catalogue has them inside the package. A visit that
was made in another one's place (a call by screen that became a visit in the home, above all) counts instead of that one.
Of every other visit the plan is what is known.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from delivery_app.moment import point_in_time
from delivery_app.services.live.again import made_at_home, to_make_again
from delivery_app.services.records.visits import VisitName
from delivery_app.services.risk.calls import calls_of, inside_package, states_of
from models.need import Need
from models.roster import PUBLISHED, Roster
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
        for one in states_of(session, calls, point_in_time(last, 0)):
            found[_monday(one.call.on_date), one.call.citizen_id] += one.given_min or 0
    at_home = made_at_home(session, team_id, first, last)
    placed = [one for one in to_make_again(session, team_id, first, last) if one.placed is not None]
    counted = _counted(session, team_id, {*at_home, *(one.name for one in placed)})
    for name, minutes in at_home.items():
        if name in counted:
            citizen_id, planned = counted[name]
            found[_monday(name.on_date), citizen_id] += minutes - planned
    of_places = _counted(
        session, team_id, {VisitName(one.placed, one.wanted_on) for one in placed if one.placed is not None}
    )
    for again in placed:
        if again.placed is None or again.name not in counted:
            continue
        found[_monday(again.name.on_date), again.citizen_id] -= counted[again.name][1]
        if VisitName(again.placed, again.wanted_on) not in of_places:
            found[_monday(again.wanted_on), again.citizen_id] += again.placed_minutes
    return {key: minutes for key, minutes in found.items() if minutes}


def _monday(when: dt.date) -> dt.date:
    return when - dt.timedelta(days=when.weekday())


def _counted(
    session: Session, team_id: UUID, names: Collection[VisitName]
) -> dict[VisitName, tuple[UUID, int]]:
    """Of these, the published visits that count in the package: whose, and how long they are planned."""
    if not names:
        return {}
    rows = session.execute(
        sa.select(
            col(Visit.need_id),
            col(Visit.date),
            col(Visit.citizen_id),
            col(Visit.start_min),
            col(Visit.end_min),
        )
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .join(Need, col(Need.id) == col(Visit.need_id))
        .where(
            col(Visit.team_id) == team_id,
            col(Visit.need_id).in_({one.need_id for one in names}),
            col(Visit.date).in_({one.on_date for one in names}),
            col(Need.counts).is_(True),
            col(Roster.kind) == "week",
            col(Roster.status) == PUBLISHED,
        )
    ).all()
    found = {
        VisitName(need_id, when): (citizen_id, end - start)
        for need_id, when, citizen_id, start, end in rows
        if need_id is not None and citizen_id is not None
    }
    return {name: found[name] for name in names if name in found}
