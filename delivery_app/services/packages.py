"""The packages a team plans by: taken from the municipality's catalogue, or one by one (C1–C31)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.bridge.cells import CellErrors, Message, cells_of, checked, columns_of
from delivery_app.services import catalogues
from delivery_app.services.citizens import bounds_of
from delivery_app.services.team_rows import (
    assign,
    coming_or_standing,
    day_after,
    monday_of,
    owner,
    packages_by_id,
    row_to_change,
    team_of,
)
from models.catalogue import Catalogue, resolve_packages
from models.provider import Provider
from models.tables import Citizen, Grant, Package, Team

#: The choice of the municipality's own catalogue, beside the ids of published ones.
OWN = "own"


@dataclass(frozen=True)
class PackageLine:
    """A package: the fewest and most whole minutes a week, None where there is no bound; how many have it."""

    package_id: UUID
    code: str
    least_min: int | None
    most_min: int | None
    average_min: int | None
    screen: bool
    two_carers_count: str
    citizens: int
    until_date: date | None


@dataclass(frozen=True)
class OfferedCatalogue:
    """A catalogue that packages can be taken from; its name is nobody's but a municipality's."""

    code: str
    name: str


@dataclass(frozen=True)
class OfferedPackage:
    """A package of a catalogue beside the team's: ``state`` is new, changed or same; minutes as in PackageLine."""

    code: str
    state: str
    least_min: int | None
    most_min: int | None
    average_min: int | None


def package_lines(session: Session, team_id: UUID, today: date) -> list[PackageLine]:
    """The packages that hold now or later, in their order."""
    had: Counter[UUID] = Counter(
        session.scalars(
            select(Grant.package_id)
            .join(Citizen, col(Citizen.id) == col(Grant.citizen_id))
            .where(col(Grant.team_id) == team_id, col(Grant.from_date) <= today)
            .where(or_(col(Grant.until_date).is_(None), col(Grant.until_date) > today))
            .where(or_(col(Citizen.until_date).is_(None), col(Citizen.until_date) > today))
        )
    )
    return [
        PackageLine(
            row.id,
            row.code,
            *bounds_of(row),
            row.average_minutes,
            row.screen,
            row.two_carers_count,
            had[row.id],
            row.until_date,
        )
        for row in coming_or_standing(session, Package, team_id, today)
    ]


def offered_catalogues(session: Session, municipality_id: UUID) -> list[OfferedCatalogue]:
    """The municipality's own catalogue first, when it has one; then the published ones."""
    own = catalogues.newest(session, municipality_id)
    found = [] if own is None else [OfferedCatalogue(OWN, own.municipality.name.da)]
    known = {one.name for one in found}
    return found + [
        OfferedCatalogue(code, one.municipality.name.da)
        for code, one in catalogues.published().items()
        if one.municipality.name.da not in known
    ]


def catalogue_of(session: Session, municipality_id: UUID, code: str) -> Catalogue | None:
    """One of those that are offered; None for another code."""
    if code == OWN:
        return catalogues.newest(session, municipality_id)
    return catalogues.published().get(code)


def offered_packages(session: Session, team_id: UUID, catalogue: Catalogue) -> list[OfferedPackage]:
    """What taking a catalogue's packages over would mean."""
    known = {row.code: row for row in packages_by_id(session, team_id).values()}
    found = []
    for cells in _rows(session, team_of(session, team_id), catalogue):
        columns = columns_of("packages", checked("packages", cells), {})
        row = known.get(cells["package"])
        as_it_is = row is not None and row.until_date is None
        same = as_it_is and all(getattr(row, name) == value for name, value in columns.items())
        state = "new" if not as_it_is else "same" if same else "changed"
        least, most = bounds_of(Package(**columns))
        found.append(OfferedPackage(cells["package"], state, least, most, columns["average_minutes"]))
    return found


def take_catalogue(session: Session, team_id: UUID, catalogue: Catalogue, today: date) -> int:
    """Let the team plan by a catalogue's packages from this week on; how many are new or changed.

    Packages of the team that are not in the catalogue stay as they are: citizens may have them.
    """
    team = team_of(session, team_id)
    known = {row.code: row for row in packages_by_id(session, team_id).values()}
    last = max((row.position for row in known.values()), default=-1)
    touched = 0
    for cells in _rows(session, team, catalogue):
        columns = columns_of("packages", checked("packages", cells), {})
        row = known.get(cells["package"])
        if row is None:
            last += 1
            session.add(
                Package(
                    **owner(team),
                    code=cells["package"],
                    position=last,
                    from_date=monday_of(today),
                    **columns,
                )
            )
            touched += 1
        else:
            touched += assign(row, {**columns, "until_date": None})
    session.flush()
    return touched


def package_cells(package: Package) -> dict[str, str]:
    """A package as a form shows it."""
    return cells_of("packages", package, {})


def save_package(
    session: Session,
    team_id: UUID,
    cells: Mapping[str, str],
    today: date,
    *,
    package_id: UUID | None = None,
    row_version: int | None = None,
) -> Package:
    """Add a package from this week on, or change one (not its name: grants speak of it).

    Raises
    ------
    CellErrors
        By field, as the reader of packs judges them; a name that another package has.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    row = None if package_id is None else row_to_change(session, Package, team_id, package_id, row_version)
    known = packages_by_id(session, team_id).values()
    values = checked("packages", {**cells, "package": cells["package"] if row is None else row.code})
    columns = columns_of("packages", values, {})
    if row is None:
        if any(one.code == values["package"] for one in known):
            text = Message(
                "the team has a package '{value}' already; choose another name, or change that one",
                {"value": values["package"]},
            )
            raise CellErrors({"package": [text]})
        position = max((one.position for one in known), default=-1) + 1
        row = Package(
            **owner(team_of(session, team_id)),
            code=values["package"],
            position=position,
            from_date=monday_of(today),
            **columns,
        )
        session.add(row)
    else:
        assign(row, columns)
    session.flush()
    return row


def end_package(
    session: Session, team_id: UUID, package_id: UUID, row_version: int | None, last_date: date
) -> Package:
    """Use a package to the week of ``last_date`` only.

    Raises
    ------
    CellErrors
        Somebody has the package after that.
    MissingRowError, ConflictError
        As :func:`delivery_app.services.team_rows.row_to_change`.
    """
    row = row_to_change(session, Package, team_id, package_id, row_version)
    until = day_after(row, last_date)
    names = _who_has_it(session, row, until)
    if names:
        text = Message(
            "{count} citizens have the package after that ({names}); write their new decisions first",
            {"count": len(names), "names": ", ".join(names[:5]) + ("…" if len(names) > 5 else "")},
        )
        raise CellErrors({"last_date": [text]})
    row.until_date = until
    session.flush()
    return row


def _who_has_it(session: Session, package: Package, when: date) -> Sequence[str]:
    rows = session.execute(
        select(Citizen.name, Citizen.code)
        .join(Grant, col(Grant.citizen_id) == col(Citizen.id))
        .where(col(Grant.package_id) == package.id)
        .where(or_(col(Grant.until_date).is_(None), col(Grant.until_date) > when))
        .where(or_(col(Citizen.until_date).is_(None), col(Citizen.until_date) > when))
        .where(or_(col(Grant.until_date).is_(None), col(Grant.until_date) > col(Grant.from_date)))
        .order_by(col(Citizen.name))
        .distinct()
    )
    return [name or code for name, code in rows]


def _rows(session: Session, team: Team, catalogue: Catalogue) -> list[dict[str, str]]:
    provider = session.get_one(Provider, team.provider_id)
    return resolve_packages(catalogue, "private" if provider.kind == "private" else "municipal")
