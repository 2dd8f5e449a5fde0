"""Whom the team's meeting ought to talk about, by rule: each proposal says why (L5, S18).

A package that has not held for weeks, changed needs that nobody has answered, adverse events, and nobody home time
and again. What was recorded up to the day on which the citizen was last discussed is not proposed again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.moment import ZONE
from delivery_app.services.care.proposals import proposals_of
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import in_force
from delivery_app.services.team_list.figures import figures
from delivery_app.services.team_list.topics import ADVERSE, DRIFT, NEEDS, NOT_HOME, RULES, open_topics
from models.meeting_topic import MeetingTopic
from models.record import Record
from models.tables import Citizen

#: What may say that nobody was home.
_KINDS = ("adverse_event", "nobody_home", "deviation", "screen_ended")


@dataclass(frozen=True)
class Drifted:
    """Delivered minutes a week against the package; ``most_min`` is None where it has no upper bound."""

    package: str
    mean_min: int
    least_min: int
    most_min: int | None


@dataclass(frozen=True)
class Proposal:
    """A citizen to be talked about. ``count``: records, visits, or for ``drift`` weeks in a row; ``last_on``: the
    newest of them."""

    citizen_id: UUID
    citizen: str
    rule: str
    count: int
    last_on: dt.date | None = None
    drift: Drifted | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the reason rests on, to be kept: it is put into words where it is read."""
        last_on = {} if self.last_on is None else {"last_on": self.last_on.isoformat()}
        return {"count": self.count, **last_on, **({} if self.drift is None else asdict(self.drift))}


def proposals(session: Session, team_id: UUID, now: dt.datetime) -> list[Proposal]:
    """By citizens' names. Who shows them says so (``note_read``)."""
    today = now.astimezone(ZONE).date()
    since = today - figures().facts
    rows = session.execute(
        select(Citizen.id, Citizen.code, Citizen.name).where(
            col(Citizen.team_id) == team_id,
            sa.or_(col(Citizen.until_date).is_(None), col(Citizen.until_date) > today),
        )
    ).all()
    names = {row[0]: row[2] or row[1] for row in rows}
    last = _last_discussed(session, team_id)
    waiting = {(one.citizen_id, one.cause) for one in open_topics(session, team_id)}
    found = [
        *_recorded(session, team_id, since, last),
        *_changed_needs(session, team_id, since, last),
        *_drifted(session, team_id, today, {row[1]: row[0] for row in rows}, last),
    ]
    named = [
        Proposal(one.citizen_id, names[one.citizen_id], one.rule, one.count, one.last_on, one.drift)
        for one in found
        if one.citizen_id in names and (one.citizen_id, one.rule) not in waiting
    ]
    return sorted(named, key=lambda one: (one.citizen, str(one.citizen_id), RULES.index(one.rule)))


def proposal_of(
    session: Session, team_id: UUID, citizen_id: UUID, rule: str, now: dt.datetime
) -> Proposal | None:
    """A rule's proposal of a citizen, as it stands now; None when there is none any more."""
    return next(
        (one for one in proposals(session, team_id, now) if (one.citizen_id, one.rule) == (citizen_id, rule)),
        None,
    )


def _last_discussed(session: Session, team_id: UUID) -> dict[UUID, dt.date]:
    rows = session.execute(
        sa.select(col(MeetingTopic.citizen_id), sa.func.max(col(MeetingTopic.discussed_on)))
        .where(col(MeetingTopic.team_id) == team_id, col(MeetingTopic.discussed_on).is_not(None))
        .group_by(col(MeetingTopic.citizen_id))
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _recorded(
    session: Session, team_id: UUID, since: dt.date, last: Mapping[UUID, dt.date]
) -> Iterable[Proposal]:
    """Adverse events, and visits at which nobody was home."""
    corrections = sa.select(col(Record.corrects_id)).where(
        col(Record.team_id) == team_id, col(Record.corrects_id).is_not(None)
    )
    rows = session.scalars(
        select(Record)
        .where(col(Record.team_id) == team_id, col(Record.kind).in_(_KINDS), col(Record.on_date) >= since)
        .where(col(Record.citizen_id).is_not(None), col(Record.id).not_in(corrections))
    )
    events: dict[UUID, list[dt.date]] = defaultdict(list)
    absent: dict[UUID, set[tuple[dt.date, UUID | None]]] = defaultdict(set)
    for row in rows:
        if row.citizen_id is None or row.on_date <= last.get(row.citizen_id, dt.date.min):
            continue
        if row.kind == "adverse_event":
            events[row.citizen_id].append(row.on_date)
        elif _nobody(row):
            absent[row.citizen_id].add((row.on_date, row.need_id))
    for citizen_id, dates in events.items():
        yield Proposal(citizen_id, "", ADVERSE, len(dates), max(dates))
    for citizen_id, visits in absent.items():
        if len(visits) >= figures().not_home:
            yield Proposal(citizen_id, "", NOT_HOME, len(visits), max(visits, key=lambda one: one[0])[0])


def _nobody(row: Record) -> bool:
    if row.kind == "deviation":
        return row.body.get("type") == "not_home"
    return row.kind == "nobody_home" or row.body.get("outcome") == "not_reached"


def _changed_needs(
    session: Session, team_id: UUID, since: dt.date, last: Mapping[UUID, dt.date]
) -> Iterable[Proposal]:
    dates: dict[UUID, list[dt.date]] = defaultdict(list)
    for one in proposals_of(session, team_id, open_only=True):
        if one.on_date >= since and one.on_date > last.get(one.citizen_id, dt.date.min):
            dates[one.citizen_id].append(one.on_date)
    for citizen_id, found in dates.items():
        yield Proposal(citizen_id, "", NEEDS, len(found), max(found))


def _drifted(
    session: Session,
    team_id: UUID,
    today: dt.date,
    ids: Mapping[str, UUID],
    last: Mapping[UUID, dt.date],
) -> Iterable[Proposal]:
    """Who has been outside the package's interval for weeks in a row, and was not talked about in these weeks."""
    head = in_force(session, team_id, today)
    if head is None:
        return
    plan = plan_of(session, head.roster_id, team_id, asked=False).plan
    for code, one in plan.drifts.items():
        citizen_id = ids.get(code)
        if citizen_id is None or not one.is_stably_outside:
            continue
        if last.get(citizen_id, dt.date.min) > today - figures().facts:
            continue
        package = plan.problem.package_of(code)
        drifted = Drifted(
            package.package_id, round(one.outside_mean_min), package.least_min(), package.most_min()
        )
        yield Proposal(citizen_id, "", DRIFT, one.outside_weeks, drift=drifted)
