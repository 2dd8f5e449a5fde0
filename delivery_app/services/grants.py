"""Grants: which package a citizen has, by which act and section, with everything that held before (C30, C37).

A package is changed by the authority only. What stands here is the record of its decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.bridge.grants import grant_package
from delivery_app.services.team_rows import packages_by_id, row_of, row_to_change
from models.grant import ACTS
from models.tables import Citizen, Grant, Package

SECTION_MAX = 60


@dataclass(frozen=True)
class GrantLine:
    """A decision: a package by an act and section, from when until (not including) when."""

    package: str
    act: str
    section: str
    from_date: date
    until_date: date | None
    holds: bool
    #: It was replaced from its own first date.
    never_held: bool
    written_by: str


def grant_lines(session: Session, citizen: Citizen, today: date) -> list[GrantLine]:
    """A citizen's grants, the newest first."""
    packages = packages_by_id(session, citizen.team_id)
    return [
        GrantLine(
            package=packages[row.package_id].code,
            act=row.act,
            section=row.section or "",
            from_date=row.from_date,
            until_date=row.until_date,
            holds=row.from_date <= today and (row.until_date is None or row.until_date > today),
            never_held=row.until_date == row.from_date,
            written_by=row.created_by,
        )
        for row in reversed(_grants(session, citizen.id))
    ]


def record_grant(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    *,
    package: str,
    act: str,
    section: str,
    from_date: date,
) -> Grant:
    """Write down a decision: the package holds from that date, the one before ends there.

    A decision of the package that holds already, by another act or section, is a grant of its own.

    Raises
    ------
    MissingRowError
        The team has no such citizen.
    CellErrors
        A package the team does not plan by, an act that is none, a section that is too long.
    """
    citizen = row_to_change(session, Citizen, team_id, citizen_id, None)
    found = _package(session, team_id, package, from_date)
    if act not in ACTS:
        raise CellErrors({"act": [Message("'{value}' is no act; choose one", {"value": act})]})
    if len(section) > SECTION_MAX:
        text = Message(
            "the section has {count} signs; write at most {most}",
            {"count": len(section), "most": SECTION_MAX},
        )
        raise CellErrors({"section": [text]})
    current = _current(session, citizen.id, from_date)
    if current is not None and current.package_id == found.id:
        if (current.act, current.section or "") == (act, section):
            return current
        return _renewed(session, citizen, current, found, act, section, from_date)
    grant_package(session, citizen, found, from_date)
    session.flush()
    made = _current(session, citizen.id, from_date)
    assert made is not None
    made.act, made.section = act, section or None
    session.flush()
    return made


def _renewed(
    session: Session, citizen: Citizen, current: Grant, package: Package, act: str, section: str, when: date
) -> Grant:
    """The same package by another act or section."""
    if current.from_date == when:
        # Nothing was planned by the old words yet: they are corrected, the log keeps that they were.
        current.act, current.section = act, section or None
        session.flush()
        return current
    until, current.until_date = current.until_date, when
    session.flush()
    made = Grant(
        municipality_id=citizen.municipality_id,
        team_id=citizen.team_id,
        citizen_id=citizen.id,
        package_id=package.id,
        act=act,
        section=section or None,
        from_date=when,
        until_date=until,
    )
    session.add(made)
    session.flush()
    return made


def _package(session: Session, team_id: UUID, code: str, when: date) -> Package:
    for row in packages_by_id(session, team_id).values():
        if row.code == code:
            held = row.from_date <= when and (row.until_date is None or row.until_date > when)
            if held or row.until_date is None:
                return row_of(session, Package, team_id, row.id)
    text = Message("the team has no package '{value}' on that date; choose one of the list", {"value": code})
    raise CellErrors({"package": [text]})


def _grants(session: Session, citizen_id: UUID) -> Sequence[Grant]:
    return session.scalars(
        select(Grant)
        .where(col(Grant.citizen_id) == citizen_id)
        .order_by(col(Grant.from_date), col(Grant.created_at))
    ).all()


def _current(session: Session, citizen_id: UUID, when: date) -> Grant | None:
    rows = [
        row
        for row in _grants(session, citizen_id)
        if row.from_date <= when and (row.until_date is None or row.until_date > when)
    ]
    return rows[-1] if rows else None
