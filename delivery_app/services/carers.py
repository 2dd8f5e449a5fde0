"""The team's carers: qualification and hours, who is lent, who is away, who wishes for what (S6, S7, S24)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message, cells_of, checked, columns_of
from delivery_app.services.team_rows import (
    assign,
    carers_by_id,
    coming_or_standing,
    day_after,
    monday_of,
    next_place,
    owner,
    row_of,
    row_to_change,
    team_of,
)
from models.tables import Absence, Carer, Citizen, Shift, Wish

#: What people know and no plan reads, and how long it may be.
TEXTS = {"lent_from": 100, "phone": 40}
#: A list looks so far ahead for absences and shifts.
AHEAD_DAYS = 28


@dataclass(frozen=True)
class CarerLine:
    """A carer in the list. Hours are those of the shifts in the current week and of the contract."""

    carer_id: UUID
    code: str
    name: str
    qualification: str
    mode: str
    kind: str
    introduced: bool
    mentor: str | None
    lent_from: str
    week_hours: float | None
    hours_this_week: float
    contact_of: int
    away_from: date | None
    away_until: date | None
    from_date: date
    until_date: date | None


def carer_lines(session: Session, team_id: UUID, today: date, *, ended: bool = False) -> list[CarerLine]:
    """Who works in the team now or soon, or (``ended``) who does not any more, by name."""
    everybody = carers_by_id(session, team_id)
    if ended:
        rows = [row for row in everybody.values() if row.until_date is not None and row.until_date <= today]
    else:
        rows = list(coming_or_standing(session, Carer, team_id, today))
    monday = monday_of(today)
    minutes: dict[UUID | None, int] = defaultdict(int)
    for shift in session.scalars(
        select(Shift)
        .where(col(Shift.team_id) == team_id, col(Shift.stated_for).is_(None))
        .where(col(Shift.date) >= monday, col(Shift.date) < monday + timedelta(days=7))
    ):
        minutes[shift.carer_id] += shift.end_min - shift.start_min
    contact_of: dict[UUID | None, int] = defaultdict(int)
    for citizen in coming_or_standing(session, Citizen, team_id, today):
        contact_of[citizen.contact_carer_id] += 1
    away = {row.carer_id: row for row in reversed(absences_of(session, team_id, today)) if row.carer_id}
    lines = []
    for row in rows:
        mentor = everybody.get(row.mentor_id) if row.mentor_id else None
        absence = away.get(row.id)
        lines.append(
            CarerLine(
                carer_id=row.id,
                code=row.code,
                name=row.name or row.code,
                qualification=row.qualification,
                mode=row.mode,
                kind=row.kind,
                introduced=row.introduced,
                mentor=None if mentor is None else mentor.name or mentor.code,
                lent_from=row.lent_from or "",
                week_hours=row.week_hours,
                hours_this_week=minutes[row.id] / 60,
                contact_of=contact_of[row.id],
                away_from=None if absence is None else absence.start_date,
                away_until=None if absence is None else last_day(absence),
                from_date=row.from_date,
                until_date=row.until_date,
            )
        )
    return sorted(lines, key=lambda line: (line.name.casefold(), line.code))


def carer_cells(session: Session, carer: Carer) -> dict[str, str]:
    """A carer as a form shows it."""
    codes: dict[UUID | None, str] = {
        row.id: row.code for row in carers_by_id(session, carer.team_id).values()
    }
    return cells_of("carers", carer, codes) | {name: getattr(carer, name) or "" for name in TEXTS}


def save_carer(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    *,
    carer_id: UUID | None = None,
    row_version: int | None = None,
    holds_from: date,
) -> Carer:
    """Add a carer from the week of ``holds_from`` on, or change one.

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges them.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    carer = None if carer_id is None else row_to_change(session, Carer, team_id, carer_id, row_version)
    everybody = list(carers_by_id(session, team_id).values())
    codes: dict[UUID | None, str] = {row.id: row.code for row in everybody}
    if carer is None:
        code, position = next_place(session, Carer, team_id, "k")
    else:
        code, position = carer.code, carer.position
    texts = {name: " ".join(cells[name].split()) for name in TEXTS if name in cells}
    for name, text in texts.items():
        if len(text) > TEXTS[name]:
            values = {"count": len(text), "most": TEXTS[name]}
            raise CellErrors({name: [Message("the text has {count} signs; write at most {most}", values)]})
    row = {name: text for name, text in cells.items() if name not in TEXTS} | {"carer_id": code}
    others = [cells_of("carers", one, codes) for one in everybody if one.code != code]
    values = checked("carers", row, {"carers": others})
    if not values["name"]:
        raise CellErrors({"name": [Message("the name is missing; write it", {"value": ""})]})
    columns = columns_of("carers", values, {one.code: one.id for one in everybody})
    columns |= {name: text or None for name, text in texts.items()}
    if carer is None:
        carer = Carer(
            **owner(team_of(session, team_id)),
            code=code,
            position=position,
            from_date=monday_of(holds_from),
            **columns,
        )
        session.add(carer)
    else:
        assign(carer, columns)
    session.flush()
    return carer


def end_carer(
    session: Session, team_id: UUID, carer_id: UUID, row_version: int | None, last_date: date
) -> Carer:
    """Let a carer leave with the week of ``last_date``; shifts after it stand open, contact citizens have none.

    Raises
    ------
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    carer = row_to_change(session, Carer, team_id, carer_id, row_version)
    until = day_after(carer, last_date)
    carer.until_date = until
    for shift in session.scalars(
        select(Shift).where(col(Shift.carer_id) == carer.id, col(Shift.date) >= until)
    ):
        shift.carer_id = None
    for citizen in session.scalars(select(Citizen).where(col(Citizen.contact_carer_id) == carer.id)):
        citizen.contact_carer_id = None
    for trainee in session.scalars(select(Carer).where(col(Carer.mentor_id) == carer.id)):
        if trainee.until_date is None or trainee.until_date > until:
            text = Message(
                "is the mentor of {name}; give the trainee another one first", {"name": trainee.name}
            )
            raise CellErrors({"last_date": [text]})
    session.flush()
    return carer


def absences_of(
    session: Session,
    team_id: UUID,
    today: date,
    *,
    carer_id: UUID | None = None,
    citizen_id: UUID | None = None,
) -> list[Absence]:
    """Absences that are not over, the next first: of one person, or of everybody."""
    query = select(Absence).where(col(Absence.team_id) == team_id, col(Absence.end_date) >= today)
    if carer_id is not None:
        query = query.where(col(Absence.carer_id) == carer_id)
    if citizen_id is not None:
        query = query.where(col(Absence.citizen_id) == citizen_id)
    rows: Sequence[Absence] = session.scalars(
        query.order_by(col(Absence.start_date), col(Absence.start_min))
    ).all()
    # A pack may state an absence for its own weeks beside the one that lies in them.
    known: dict[tuple[object, ...], Absence] = {}
    for row in rows:
        known.setdefault(
            (row.carer_id, row.citizen_id, row.start_date, row.start_min, row.end_date, row.end_min), row
        )
    return list(known.values())


def last_day(absence: Absence) -> date:
    """The last date of which any minute is in the absence."""
    return absence.end_date if absence.end_min else absence.end_date - timedelta(days=1)


def add_absence(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    *,
    carer_id: UUID | None = None,
    citizen_id: UUID | None = None,
) -> Absence:
    """Write down that a carer or a citizen is away, from a moment (``from``) until another (``to``).

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges them.
    MissingRowError
        The team has no such person.
    """
    person: Carer | Citizen
    if carer_id is not None:
        person, name = row_of(session, Carer, team_id, carer_id), "carer_id"
    else:
        assert citizen_id is not None
        person, name = row_of(session, Citizen, team_id, citizen_id), "citizen_id"
    values = checked("absences", {**cells, name: person.code})
    columns = columns_of("absences", values, {person.code: person.id})
    row = Absence(**owner(team_of(session, team_id)), **columns)
    session.add(row)
    session.flush()
    return row


def remove_absence(session: Session, team_id: UUID, absence_id: UUID) -> None:
    """Take an absence out; raises MissingRowError when there is none with that id."""
    session.delete(row_to_change(session, Absence, team_id, absence_id, None))
    session.flush()


def wishes_of(session: Session, carer: Carer, today: date) -> list[Wish]:
    """What a carer wishes for, for every date first."""
    rows = session.scalars(select(Wish).where(col(Wish.carer_id) == carer.id)).all()
    coming = [row for row in rows if row.on_date is None or row.on_date >= today]
    return sorted(coming, key=lambda row: (row.on_date or date.min, row.position))


def add_wish(session: Session, team_id: UUID, carer_id: UUID, cells: Mapping[str, str]) -> Wish:
    """Write down a wish; raises CellErrors by field, MissingRowError when the team has no such carer."""
    carer = row_of(session, Carer, team_id, carer_id)
    values = checked("wishes", {**cells, "carer_id": carer.code})
    count = len(session.scalars(select(Wish.id).where(col(Wish.team_id) == team_id)).all())
    row = Wish(
        **owner(team_of(session, team_id)),
        position=count,
        **columns_of("wishes", values, {carer.code: carer.id}),
    )
    session.add(row)
    session.flush()
    return row


def remove_wish(session: Session, team_id: UUID, wish_id: UUID) -> None:
    """Take a wish out; raises MissingRowError when there is none with that id."""
    session.delete(row_to_change(session, Wish, team_id, wish_id, None))
    session.flush()
