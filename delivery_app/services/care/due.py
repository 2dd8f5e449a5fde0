"""What is to be looked at again, and when: APV, midway and closing of rehabilitation, goals, instructions, screens.

The municipality's catalogue decides (D12, D13); where it publishes nothing, ``fixtures/care/reviews.toml`` does.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.services.care.following import waiting
from delivery_app.services.care.handing_over import left_over
from delivery_app.services.care.instructions import current_instructions
from delivery_app.services.care.lists import CARE
from delivery_app.services.catalogues import newest
from delivery_app.services.team_rows import coming_or_standing, packages_by_id, standing, team_of
from models.catalogue import Catalogue
from models.catalogue_package import Package as CataloguePackage
from models.tables import CareGoal, CareReview, Citizen, Grant, Need, ScreenAssessment, ScreenLink

#: In the order in which those of one day are listed.
KINDS = (
    "not_home",
    "start_up",
    "workplace",
    "midway",
    "closing",
    "goal",
    "follow_up",
    "instruction",
    "screen",
    "screen_link",
    "left_over",
)
#: What a record that names them answers.
ANSWERED_BY_RECORD = ("not_home", "follow_up")
Done = Mapping[tuple[UUID, str], CareReview]


@dataclass(frozen=True)
class Due:
    """Something that is due with a citizen ``on`` a date.

    ``name`` is the goal, the instruction or what was written, ``row_id`` its row, series or record; ``weeks_left`` stands
    at rehabilitation: begun weeks until its last day, 0 when that is over.
    """

    citizen_id: UUID
    kind: str
    on: date
    name: str = ""
    row_id: UUID | None = None
    weeks_left: int | None = None

    def overdue(self, today: date) -> bool:
        """Whether the date has passed."""
        return self.on < today

    def soon(self, today: date) -> bool:
        """Whether it is listed already."""
        return self.on <= today + timedelta(days=ahead_days())


@cache
def defaults() -> Mapping[str, Mapping[str, Any]]:
    """What holds where a catalogue says nothing."""
    return tomllib.loads((CARE / "reviews.toml").read_text(encoding="utf-8"))


def ahead_days() -> int:
    """So many days ahead things are listed."""
    return int(defaults()["ahead"]["days"])


def due_of(
    session: Session, team_id: UUID, today: date, citizens: Collection[UUID] | None = None
) -> list[Due]:
    """Everything that has a date to come or missed, of the team's citizens or some of them, the earliest first."""
    rows = _citizens(session, team_id, today, citizens)
    ids = [row.id for row in rows]
    catalogue = newest(session, team_of(session, team_id).municipality_id)
    done = _done(session, ids)
    found = [
        *(_workplace(row, catalogue, done) for row in rows),
        *_rehabilitation(session, team_id, ids, catalogue, done, today),
        *_start_up(session, team_id, ids, done, today),
        *_goals(session, ids),
        *_instructions(session, ids),
        *_screens(session, ids),
        *_screen_links(session, ids),
        *_records(session, ids, today),
        *(Due(one.citizen_id, "left_over", one.on, row_id=one.need_id) for one in left_over(session, ids)),
    ]
    order = {kind: number for number, kind in enumerate(KINDS)}
    return sorted((one for one in found if one), key=lambda one: (one.on, order[one.kind], one.name))


def _citizens(
    session: Session, team_id: UUID, today: date, wanted: Collection[UUID] | None
) -> Sequence[Citizen]:
    if wanted is None:
        return coming_or_standing(session, Citizen, team_id, today)
    return session.scalars(
        select(Citizen).where(
            col(Citizen.team_id) == team_id,
            col(Citizen.id).in_(wanted),
            or_(col(Citizen.until_date).is_(None), col(Citizen.until_date) > today),
        )
    ).all()


def _done(session: Session, citizens: Collection[UUID]) -> dict[tuple[UUID, str], CareReview]:
    """The newest review of each kind, by citizen."""
    rows = session.scalars(
        select(CareReview)
        .where(col(CareReview.citizen_id).in_(citizens))
        .order_by(col(CareReview.done_on), col(CareReview.created_at))
    )
    return {(row.citizen_id, row.kind): row for row in rows}


def _workplace(citizen: Citizen, catalogue: Catalogue | None, done: Done) -> Due | None:
    rules = None if catalogue is None else catalogue.rules
    usual = defaults()["workplace"]
    at_start = rules.workplace_assessment_at_start if rules else None
    every = rules.workplace_assessment_years if rules else None
    last = done.get((citizen.id, "workplace"))
    if last is None:
        needed = usual["at_start"] if at_start is None else at_start.value
        return Due(citizen.id, "workplace", citizen.from_date) if needed else None
    years = int(usual["years"] if every is None else every.value)
    on = years_later(last.done_on, years)
    return Due(citizen.id, "workplace", on if last.next_on is None else min(last.next_on, on))


def years_later(when: date, years: int) -> date:
    """The same date some years later; the last of February for a leap day."""
    try:
        return when.replace(year=when.year + years)
    except ValueError:
        return when.replace(year=when.year + years, day=28)


def _rehabilitation(
    session: Session,
    team_id: UUID,
    citizens: Collection[UUID],
    catalogue: Catalogue | None,
    done: Done,
    today: date,
) -> Iterable[Due]:
    if catalogue is None:
        return
    packages = packages_by_id(session, team_id)
    known = {package.code: package for package in catalogue.packages}
    grants = session.scalars(
        select(Grant)
        .where(col(Grant.citizen_id).in_(citizens), col(Grant.from_date) <= today)
        .where(or_(col(Grant.until_date).is_(None), col(Grant.until_date) > today))
    )
    for grant in grants:
        package = known.get(packages[grant.package_id].code)
        if package is not None and package.max_weeks is not None:
            yield from _of_course(grant, package, package.max_weeks.value, done, today)


def _of_course(grant: Grant, package: CataloguePackage, weeks: int, done: Done, today: date) -> Iterable[Due]:
    """The midway review and the closing of a package that lasts so many weeks at most."""
    days = weeks * 7
    last_day = grant.from_date + timedelta(days=days - 1)
    left = max(-(-((last_day - today).days + 1) // 7), 0)

    def missing(kind: str) -> bool:
        review = done.get((grant.citizen_id, kind))
        return review is None or review.done_on < grant.from_date

    if package.midway_review is not None and missing("midway") and missing("closing"):
        midway = grant.from_date + timedelta(days=int(days * defaults()["midway"]["share"]))
        yield Due(grant.citizen_id, "midway", midway, weeks_left=left)
    if missing("closing"):
        yield Due(grant.citizen_id, "closing", last_day, weeks_left=left)


def _start_up(
    session: Session, team_id: UUID, citizens: Collection[UUID], done: Done, today: date
) -> Iterable[Due]:
    days = timedelta(days=int(defaults()["start_up"]["days"]))
    begun: dict[UUID, date] = {}
    for need in standing(session, Need, team_id, today):
        if need.service == "start_up" and need.citizen_id in citizens:
            begun[need.citizen_id] = min(begun.get(need.citizen_id, need.from_date), need.from_date)
    for citizen_id, on in begun.items():
        review = done.get((citizen_id, "start_up"))
        if review is None or review.done_on < on - days:
            yield Due(citizen_id, "start_up", on + days)


def _goals(session: Session, citizens: Collection[UUID]) -> Iterable[Due]:
    rows = session.scalars(
        select(CareGoal).where(
            col(CareGoal.citizen_id).in_(citizens),
            col(CareGoal.outcome).is_(None),
            col(CareGoal.follow_up_on).is_not(None),
        )
    )
    for row in rows:
        if row.follow_up_on is not None:
            yield Due(row.citizen_id, "goal", row.follow_up_on, row.text, row.id)


def _instructions(session: Session, citizens: Collection[UUID]) -> Iterable[Due]:
    for row in current_instructions(session, citizens):
        if row.review_on is not None:
            yield Due(row.citizen_id, "instruction", row.review_on, row.title, row.series_id)


def _screens(session: Session, citizens: Collection[UUID]) -> Iterable[Due]:
    newest_of: dict[UUID, ScreenAssessment] = {}
    rows = session.scalars(
        select(ScreenAssessment)
        .where(col(ScreenAssessment.citizen_id).in_(citizens))
        .order_by(col(ScreenAssessment.assessed_on), col(ScreenAssessment.created_at))
    )
    for row in rows:
        newest_of[row.citizen_id] = row
    for row in newest_of.values():
        if row.review_on is not None:
            yield Due(row.citizen_id, "screen", row.review_on)


def _screen_links(session: Session, citizens: Collection[UUID]) -> Iterable[Due]:
    """Links that run out: by then the planner lets them hold anew."""
    rows = session.scalars(
        select(ScreenLink).where(
            col(ScreenLink.citizen_id).in_(citizens),
            col(ScreenLink.revoked_at).is_(None),
            col(ScreenLink.holds_until).is_not(None),
        )
    )
    for row in rows:
        if row.holds_until is not None:
            yield Due(row.citizen_id, "screen_link", row.holds_until)


def _records(session: Session, citizens: Collection[UUID], today: date) -> Iterable[Due]:
    for one in waiting(session, citizens, today):
        yield Due(
            one.citizen_id, "not_home" if one.not_home else "follow_up", one.on, one.text, one.record_id
        )


def by_citizen(due: Iterable[Due]) -> dict[UUID, list[Due]]:
    """What is due, citizen by citizen."""
    found: dict[UUID, list[Due]] = defaultdict(list)
    for one in due:
        found[one.citizen_id].append(one)
    return dict(found)
