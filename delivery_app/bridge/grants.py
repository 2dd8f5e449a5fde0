"""Which package a citizen has when: a line of grants in time, of which nothing is rubbed out (C30)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from models.tables import Citizen, Grant, Package


def grant_package(session: Session, citizen: Citizen, package: Package, monday: date) -> None:
    """See to it that the citizen has the package from ``monday`` on, up to the next change already known.

    A grant of another package ends there; one that began on that very date stays as history and never held.
    """
    grants = session.scalars(
        select(Grant)
        .where(col(Grant.citizen_id) == citizen.id)
        .order_by(col(Grant.from_date), col(Grant.created_at))
    ).all()
    held = [grant for grant in grants if grant.until_date is None or grant.until_date > grant.from_date]
    current = next((grant for grant in held if _holds(grant, monday)), None)
    if current is not None and current.package_id == package.id:
        return
    if current is not None:
        until = current.until_date
        current.until_date = monday
    else:
        until = min((grant.from_date for grant in held if grant.from_date > monday), default=None)
    session.add(
        Grant(
            municipality_id=citizen.municipality_id,
            team_id=citizen.team_id,
            citizen_id=citizen.id,
            package_id=package.id,
            from_date=monday,
            until_date=until,
        )
    )


def packages_on(session: Session, citizens: Iterable[UUID], when: date) -> dict[UUID, UUID]:
    """Package id by citizen id on a date; a citizen without a grant on that date is missing."""
    rows = session.execute(
        select(col(Grant.citizen_id), col(Grant.package_id))
        .where(col(Grant.citizen_id).in_(citizens))
        .where(col(Grant.from_date) <= when)
        .where(or_(col(Grant.until_date).is_(None), col(Grant.until_date) > when))
    )
    return dict(rows.all())


def _holds(grant: Grant, when: date) -> bool:
    return grant.from_date <= when and (grant.until_date is None or grant.until_date > when)
