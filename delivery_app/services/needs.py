"""A citizen's needs: the visits that come again, when, how long, by whom; and which follows which (S4, S5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message, cells_of, checked, columns_of, week_name
from delivery_app.services.team_rows import (
    assign,
    coming_or_standing,
    day_after,
    monday_of,
    next_place,
    owner,
    row_of,
    row_to_change,
    team_of,
)
from models.tables import Citizen, Link, Need, Package


def needs_of(session: Session, citizen: Citizen, today: date) -> list[Need]:
    """The needs that hold now or later, those of the morning first."""
    rows = [
        row
        for row in coming_or_standing(session, Need, citizen.team_id, today)
        if row.citizen_id == citizen.id
    ]
    return sorted(rows, key=lambda row: (row.window_start_min, row.position, row.code))


def ended_needs_of(session: Session, citizen: Citizen, today: date) -> list[Need]:
    """The needs that have ended, the latest first."""
    return list(
        session.scalars(
            select(Need)
            .where(col(Need.citizen_id) == citizen.id, col(Need.until_date) <= today)
            .order_by(col(Need.until_date).desc(), col(Need.code))
        )
    )


def need_cells(session: Session, need: Need) -> dict[str, str]:
    """A need as a form shows it."""
    citizen = session.get_one(Citizen, need.citizen_id)
    cells = cells_of("needs", need, {citizen.id: citizen.code})
    if need.every_weeks == 1:
        cells["anchor_week"] = ""
    return cells


def save_need(
    session: Session,
    team_id: UUID,
    citizen_id: UUID,
    cells: Mapping[str, str],
    *,
    need_id: UUID | None = None,
    row_version: int | None = None,
    holds_from: date,
) -> Need:
    """Add a need from the week of ``holds_from`` on, or change one.

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges them.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    citizen = row_of(session, Citizen, team_id, citizen_id)
    need = None if need_id is None else row_to_change(session, Need, team_id, need_id, row_version)
    code, position = (
        next_place(session, Need, team_id, f"{citizen.code}-n")
        if need is None
        else (need.code, need.position)
    )
    cells = {**cells, "need_id": code, "citizen_id": citizen.code}
    values = checked("needs", cells, {"citizens": [{"citizen_id": citizen.code}]})
    columns = columns_of("needs", values, {citizen.code: citizen.id})
    monday = monday_of(holds_from)
    columns["anchor_monday"] = columns["anchor_monday"] or (monday if need is None else need.anchor_monday)
    if need is None:
        need = Need(
            **owner(team_of(session, team_id)), code=code, position=position, from_date=monday, **columns
        )
        session.add(need)
    else:
        assign(need, columns)
    session.flush()
    return need


def end_need(
    session: Session, team_id: UUID, need_id: UUID, row_version: int | None, last_date: date
) -> Need:
    """End a need with the week of ``last_date``; rosters that were made of it keep what they say.

    Raises
    ------
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    need = row_to_change(session, Need, team_id, need_id, row_version)
    need.until_date = day_after(need, last_date)
    session.flush()
    return need


def week_minutes(needs: Sequence[Need], package: Package | None) -> int:
    """Minutes a week that the needs come to on average, as they count in the package."""
    both = package is None or package.two_carers_count == "both"
    total = 0.0
    for need in needs:
        if need.counts:
            times = need.times_per_week if need.days is None else len(need.days)
            total += need.minutes * (times or 0) * (need.carers if both else 1) / need.every_weeks
    return round(total)


def links_of(session: Session, needs: Sequence[Need]) -> list[Link]:
    """Which of the needs follows which."""
    ids = [need.id for need in needs]
    return list(
        session.scalars(
            select(Link).where(col(Link.first_need_id).in_(ids)).order_by(col(Link.position), col(Link.id))
        )
    )


def add_link(
    session: Session, team_id: UUID, citizen_id: UUID, cells: Mapping[str, str], today: date
) -> Link:
    """Let one of the citizen's visits follow another.

    Raises
    ------
    CellErrors
        By field: a visit that follows itself, a circle, a greatest gap below the least.
    MissingRowError
        The team has no such citizen.
    """
    citizen = row_to_change(session, Citizen, team_id, citizen_id, None)
    needs = needs_of(session, citizen, today)
    codes: dict[UUID | None, str] = {need.id: need.code for need in needs}
    beside = {
        "needs": [{"need_id": need.code, "citizen_id": citizen.code} for need in needs],
        "links": [cells_of("links", link, codes) for link in links_of(session, needs)],
    }
    values = checked("links", cells, beside)
    link = Link(
        **owner(team_of(session, team_id)),
        position=len(session.scalars(select(Link.id).where(col(Link.team_id) == team_id)).all()),
        **columns_of("links", values, {need.code: need.id for need in needs}),
    )
    session.add(link)
    session.flush()
    return link


def remove_link(session: Session, team_id: UUID, link_id: UUID) -> None:
    """Let the visits stand for themselves again; raises MissingRowError when there is no such link."""
    session.delete(row_to_change(session, Link, team_id, link_id, None))
    session.flush()


def week_of_text(text: str, today: date) -> date:
    """A form's date; raises CellErrors under ``holds_from`` when it is none. Empty: the current week's Monday."""
    if not text:
        return monday_of(today)
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = Message(
            "'{value}' is not a date; write {suggestion}", {"value": text, "suggestion": today.isoformat()}
        )
        raise CellErrors({"holds_from": [message]}) from None


__all__ = [
    "add_link",
    "end_need",
    "ended_needs_of",
    "links_of",
    "need_cells",
    "needs_of",
    "remove_link",
    "save_need",
    "week_minutes",
    "week_name",
    "week_of_text",
]
