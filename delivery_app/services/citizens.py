"""The team's citizens: who they are, what they are granted and get, what people know about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message, cells_of, checked, columns_of
from delivery_app.bridge.grants import grant_package, packages_on
from delivery_app.services.needs import week_minutes
from delivery_app.services.team_rows import (
    assign,
    carers_by_id,
    coming_or_standing,
    day_after,
    monday_of,
    next_place,
    owner,
    packages_by_id,
    row_to_change,
    team_of,
)
from models.roster import PUBLISHED
from models.tables import Attendance, Carer, Citizen, History, Need, Package, Roster, Visit

CONTINUITY_DAYS = 14
NAMELESS = (Message("the name is missing; write it", {"value": ""}),)
#: Nobody was born before.
EARLIEST = date(1900, 1, 1)
#: What people know and no plan reads, and how long it may be.
TEXTS = {"address": 200, "phone": 40, "access_note": 2000, "wishes_note": 2000, "living_will": 2000}


@dataclass(frozen=True)
class CitizenLine:
    """A citizen in the list."""

    citizen_id: UUID
    code: str
    name: str
    package: str | None
    #: What the needs come to a week, and the package's interval and average (S2).
    week_minutes: int
    least_min: int | None
    most_min: int | None
    average_min: int | None
    contact: str | None
    carers_14: int
    carers_max: int | None
    screen_able: bool
    from_date: date
    until_date: date | None

    @property
    def fit(self) -> str:
        """``within``, ``under``, ``over``, or ``no_bound`` where the municipality publishes none."""
        if self.least_min is None and self.most_min is None:
            return "no_bound"
        if self.most_min is not None and self.week_minutes > self.most_min:
            return "over"
        return "under" if self.week_minutes < (self.least_min or 0) else "within"


def bounds_of(package: Package) -> tuple[int | None, int | None]:
    """The fewest and the most whole minutes a week that a package allows; None where there is no bound."""
    least = None if package.min_minutes is None else package.min_minutes + (not package.min_included)
    most = None if package.max_minutes is None else package.max_minutes - (not package.max_included)
    return least, most


def citizen_lines(session: Session, team_id: UUID, today: date, *, ended: bool = False) -> list[CitizenLine]:
    """Who is in the team now or soon, or (``ended``) who is not any more, by name."""
    if ended:
        citizens: Sequence[Citizen] = session.scalars(
            select(Citizen).where(col(Citizen.team_id) == team_id, col(Citizen.until_date) <= today)
        ).all()
    else:
        citizens = coming_or_standing(session, Citizen, team_id, today)
    packages, carers = packages_by_id(session, team_id), carers_by_id(session, team_id)
    granted = packages_on(session, [row.id for row in citizens], today)
    coming = packages_on(
        session, [row.id for row in citizens if row.id not in granted], monday_of(today) + timedelta(7)
    )
    needs: dict[UUID, list[Need]] = defaultdict(list)
    for need in coming_or_standing(session, Need, team_id, today):
        if need.from_date <= today + timedelta(days=7):
            needs[need.citizen_id].append(need)
    seen = carers_lately(session, team_id, today)
    lines = []
    for row in citizens:
        package = packages.get((granted | coming).get(row.id))  # type: ignore[arg-type]
        least, most = (None, None) if package is None else bounds_of(package)
        contact = carers.get(row.contact_carer_id) if row.contact_carer_id else None
        lines.append(
            CitizenLine(
                citizen_id=row.id,
                code=row.code,
                name=row.name or row.code,
                package=None if package is None else package.code,
                week_minutes=week_minutes(needs[row.id], package),
                least_min=least,
                most_min=most,
                average_min=None if package is None else package.average_minutes,
                contact=None if contact is None else contact.name or contact.code,
                carers_14=len(seen.get(row.code, ())),
                carers_max=row.carers_max,
                screen_able=row.screen_able,
                from_date=row.from_date,
                until_date=row.until_date,
            )
        )
    return sorted(lines, key=lambda line: (line.name.casefold(), line.code))


def carers_lately(session: Session, team_id: UUID, today: date) -> dict[str, frozenset[str]]:
    """The carers in each home in the 14 days before a date, by codes: published rosters and what packs stated (S3)."""
    first = today - timedelta(days=CONTINUITY_DAYS)
    found: dict[str, set[str]] = defaultdict(set)
    placed = session.execute(
        select(Visit.citizen_code, Attendance.carer_code)
        .join(Attendance, col(Attendance.visit_id) == col(Visit.id))
        .join(Roster, col(Roster.id) == col(Visit.roster_id))
        .where(col(Visit.team_id) == team_id, col(Visit.date) >= first, col(Visit.date) < today)
        .where(col(Visit.modality) == "home", col(Roster.status) == PUBLISHED, col(Roster.kind) == "week")
        .distinct()
    )
    stated = session.execute(
        select(History.citizen_code, History.carer_code)
        .where(col(History.team_id) == team_id, col(History.date) >= first, col(History.date) < today)
        .where(col(History.visits) > 0)
        .distinct()
    )
    for citizen, carer in (*placed, *stated):
        found[citizen].add(carer)
    return {citizen: frozenset(carers) for citizen, carers in found.items()}


def citizen_cells(session: Session, citizen: Citizen, today: date) -> dict[str, str]:
    """A citizen as a form shows it: a pack's columns, and what people know."""
    carers = carers_by_id(session, citizen.team_id)
    cells = cells_of("citizens", citizen, {row.id: row.code for row in carers.values()})
    cells["package"] = package_code(session, citizen, today) or ""
    cells["born"] = "" if citizen.born is None else citizen.born.isoformat()
    return cells | {name: getattr(citizen, name) or "" for name in TEXTS}


def package_code(session: Session, citizen: Citizen, today: date) -> str | None:
    """The package the citizen has on a date, or has from the next Monday on."""
    for when in (today, monday_of(today) + timedelta(days=7)):
        granted = packages_on(session, [citizen.id], when)
        if citizen.id in granted:
            return packages_by_id(session, citizen.team_id)[granted[citizen.id]].code
    return None


def save_citizen(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    *,
    citizen_id: UUID | None = None,
    row_version: int | None = None,
    holds_from: date,
) -> Citizen:
    """Add a citizen from the week of ``holds_from`` on, with a grant of the package, or change one (not the package).

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges them.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    texts = {**_texts(cells), **_born(cells, holds_from)}
    citizen = (
        None if citizen_id is None else row_to_change(session, Citizen, team_id, citizen_id, row_version)
    )
    if citizen is None:
        code, position = next_place(session, Citizen, team_id, "c")
    else:
        code, position = citizen.code, citizen.position
    carers, packages = carers_by_id(session, team_id), packages_by_id(session, team_id)
    row = {name: text for name, text in cells.items() if name not in TEXTS and name != "born"}
    if citizen is not None:
        row["package"] = package_code(session, citizen, holds_from) or next(
            (one.code for one in packages.values()), "-"
        )
    beside = {
        "carers": [{"carer_id": one.code} for one in carers.values()],
        "packages": [{"package": one.code} for one in packages.values() if one.until_date is None]
        + ([{"package": row["package"]}] if citizen is not None else []),
    }
    values = _with_name({**row, "citizen_id": code}, beside)
    columns = columns_of("citizens", values, {one.code: one.id for one in carers.values()}) | texts
    monday = monday_of(holds_from)
    if citizen is None:
        citizen = Citizen(
            **owner(team_of(session, team_id)), code=code, position=position, from_date=monday, **columns
        )
        session.add(citizen)
        session.flush()
        package = next(one for one in packages.values() if one.code == values["package"])
        grant_package(session, citizen, package, monday)
    else:
        assign(citizen, columns)
    session.flush()
    return citizen


def end_citizen(
    session: Session, team_id: UUID, citizen_id: UUID, row_version: int | None, last_date: date
) -> Citizen:
    """Let a citizen leave the team with the week of ``last_date``; needs and grants end with it, nothing is deleted.

    Raises
    ------
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    citizen = row_to_change(session, Citizen, team_id, citizen_id, row_version)
    until = day_after(citizen, last_date)
    citizen.until_date = until
    for need in session.scalars(select(Need).where(col(Need.citizen_id) == citizen.id)):
        if need.until_date is None or need.until_date > until:
            need.until_date = max(until, need.from_date)
    session.flush()
    return citizen


def _texts(cells: Mapping[str, str]) -> dict[str, str | None]:
    errors = {}
    for name, most in TEXTS.items():
        if len(cells.get(name, "")) > most:
            values = {"count": len(cells[name]), "most": most}
            errors[name] = [Message("the text has {count} signs; write at most {most}", values)]
    if errors:
        raise CellErrors(errors)
    return {name: cells[name].strip() or None for name in TEXTS if name in cells}


def _with_name(row: Mapping[str, str], beside: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, Any]:
    """The row as the reader of packs judges it, and with a name: a pack may leave it out, a form may not."""
    nameless = {} if row.get("name", "").strip() else {"name": NAMELESS}
    try:
        values = checked("citizens", row, beside)
    except CellErrors as error:
        raise CellErrors({**nameless, **error.errors}) from None
    if nameless:
        raise CellErrors(nameless)
    return values


def _born(cells: Mapping[str, str], today: date) -> dict[str, date | None]:
    """The date of birth, where the form has the field."""
    return {"born": birth_date(cells["born"], today)} if "born" in cells else {}


def birth_date(cell: str, today: date) -> date | None:
    """The date of birth that a cell says; None when it is empty. Raises CellErrors when it is no date before today."""
    text = cell.strip()
    if not text:
        return None
    try:
        born = date.fromisoformat(text)
    except ValueError:
        born = date.max
    if not EARLIEST <= born <= today:
        values = {"value": text[:40], "suggestion": "1941-03-24"}
        raise CellErrors({"born": [Message("'{value}' is not a date; write {suggestion}", values)]})
    return born


def active_carers(session: Session, team_id: UUID, today: date) -> list[Carer]:
    """Who works in the team now or soon, by name."""
    rows = coming_or_standing(session, Carer, team_id, today)
    return sorted(rows, key=lambda row: ((row.name or row.code).casefold(), row.code))
