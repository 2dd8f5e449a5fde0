"""What people know of a team and no plan reads, as rows of text, and back: relatives, notes, grants, patterns.

What a file says is checked without the database first (:mod:`delivery_app.services.beside_checks`), compared
as text, and then applied here; both ways the rows are those of :mod:`delivery_app.exchange.beside`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select

from delivery_app.exchange.beside import LATER
from delivery_app.services.carers import TEXTS as CARER_TEXTS
from delivery_app.services.citizens import TEXTS as CITIZEN_TEXTS
from delivery_app.services.near_citizen import RELATIVE_TEXTS, assess_screen
from delivery_app.services.shifts import WEEKDAYS, pattern_cells, patterns_of, save_pattern
from delivery_app.services.team_rows import assign, owner, packages_by_id, team_of
from models.tables import Carer, Citizen, Grant, Relative, ScreenAssessment

Rows = dict[str, list[dict[str, str]]]


def beside_rows(session: Session, team_id: UUID, citizens: Collection[str], carers: Collection[str]) -> Rows:
    """All of it of these citizens and carers (by the pack's ids), and every shift pattern."""
    people = _citizens(session, team_id, citizens)
    staff = _carers(session, team_id, carers)
    codes = {row.id: row.code for row in people.values()}
    packages = packages_by_id(session, team_id)
    found: Rows = {"notes": [], "relatives": [], "grants": [], "assessments": [], "carer_notes": []}
    for code, citizen in people.items():
        texts = {name: getattr(citizen, name) or "" for name in CITIZEN_TEXTS}
        texts["born"] = "" if citizen.born is None else citizen.born.isoformat()
        if any(texts.values()):
            found["notes"].append({"citizen_id": code} | texts)
    for one in _of(session, Relative, codes, col(Relative.position), col(Relative.created_at)):
        found["relatives"].append({"citizen_id": codes[one.citizen_id]} | _relative(one))
    for row in _of(session, Grant, codes, col(Grant.from_date), col(Grant.created_at)):
        found["grants"].append(_grant(row, codes[row.citizen_id], packages[row.package_id].code))
    order = (col(ScreenAssessment.assessed_on), col(ScreenAssessment.created_at))
    for assessed in _of(session, ScreenAssessment, codes, *order):
        found["assessments"].append(
            {
                "citizen_id": codes[assessed.citizen_id],
                "assessed_on": assessed.assessed_on.isoformat(),
                "outcome": assessed.outcome,
                "review_on": "" if assessed.review_on is None else assessed.review_on.isoformat(),
                "note": assessed.note,
            }
        )
    for code, carer in staff.items():
        texts = {name: getattr(carer, name) or "" for name in CARER_TEXTS}
        if any(texts.values()):
            found["carer_notes"].append({"carer_id": code} | texts)
    found["patterns"] = [pattern_cells(session, row) for row in patterns_of(session, team_id)]
    return found


def apply_beside(
    session: Session,
    team_id: UUID,
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    citizens: Collection[str],
    carers: Collection[str],
    today: date,
) -> None:
    """Let checked tables hold for these citizens and carers; a table that is missing leaves what there is.

    Notes, relatives and patterns become what the file says. Assessments are only ever added. A grant gets the act
    and section of its row; rows of grants that have ended and are not known yet are added as history.
    """
    people, staff = _citizens(session, team_id, citizens), _carers(session, team_id, carers)
    for row in tables.get("notes", ()):
        values: dict[str, Any] = {name: row[name] or None for name in CITIZEN_TEXTS}
        if "born" in row:
            values["born"] = date.fromisoformat(row["born"]) if row["born"] else None
        assign(people[row["citizen_id"]], values)
    for row in tables.get("carer_notes", ()):
        assign(staff[row["carer_id"]], {name: row[name] or None for name in CARER_TEXTS})
    if "relatives" in tables:
        _relatives(session, people, tables["relatives"])
    _grants(session, team_id, people, tables.get("grants", ()))
    session.flush()
    known = beside_rows(session, team_id, citizens, ())["assessments"] if "assessments" in tables else []
    for row in tables.get("assessments", ()):
        if row not in known:
            assess_screen(session, team_id, people[row["citizen_id"]].id, row, today)
    if "patterns" in tables:
        _patterns(session, team_id, tables["patterns"])
    session.flush()


def planned(before: Rows, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Rows:
    """The rows as they will be when checked tables hold: what :func:`apply_beside` comes to, but for grants' dates."""
    after: Rows = {name: list(rows) for name, rows in before.items()}
    for name, key in (("notes", "citizen_id"), ("carer_notes", "carer_id")):
        if name in tables:
            had = {row[key]: row for row in before[name]}
            later = LATER.get(name, ())
            # A column of a later program that the file has not says nothing.
            told = {
                row[key]: dict(row)
                | {one: had.get(row[key], {}).get(one, "") for one in sorted(later) if one not in row}
                for row in tables[name]
            }
            kept = [row for row in before[name] if row[key] not in told]
            after[name] = kept + [
                row for row in told.values() if any(row[column] for column in row if column != key)
            ]
    for name in ("relatives", "patterns"):
        if name in tables:
            after[name] = [dict(row) for row in tables[name]]
    told_of = tables.get("assessments", ())
    after["assessments"] += [dict(row) for row in told_of if row not in before["assessments"]]
    for row in tables.get("grants", ()):
        mine = [at for at, one in enumerate(after["grants"]) if one["citizen_id"] == row["citizen_id"]]
        grants = [after["grants"][at] for at in mine]
        found = matching_grant(grants, row)
        if found is not None:
            words = {"act": row["act"], "section": row["section"]}
            after["grants"][mine[found]] = grants[found] | words
        elif is_earlier(grants, row) or not row["until_date"]:
            after["grants"].append(dict(row))
    return after


def matching_grant(grants: Sequence[Mapping[str, str]], row: Mapping[str, str]) -> int | None:
    """Which of a citizen's grants a row of a file speaks of; one that still holds may have begun on another day."""
    same = [at for at, one in enumerate(grants) if one["package"] == row["package"]]
    period = (row["from_date"], row["until_date"])
    for at in same:
        if (grants[at]["from_date"], grants[at]["until_date"]) == period:
            return at
    if row["until_date"]:
        return None
    return next((at for at in same if grants[at]["until_date"] == ""), None)


def is_earlier(grants: Sequence[Mapping[str, str]], row: Mapping[str, str]) -> bool:
    """Whether a row is a grant that ended, in a time in which the citizen has no other."""
    first, until = row["from_date"], row["until_date"]
    return bool(until) and all(
        one["from_date"] >= until or "" != one["until_date"] <= first for one in grants
    )


def _relatives(session: Session, people: Mapping[str, Citizen], rows: Sequence[Mapping[str, str]]) -> None:
    wanted: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        wanted[row["citizen_id"]].append(row)
    by_id = {citizen.id: code for code, citizen in people.items()}
    kept: dict[str, list[Relative]] = defaultdict(list)
    for one in _of(session, Relative, by_id, col(Relative.position), col(Relative.created_at)):
        kept[by_id[one.citizen_id]].append(one)
    for code, citizen in people.items():
        left = kept[code]
        for position, row in enumerate(wanted[code]):
            same = next((one for one in left if one.name == row["name"]), None)
            texts: dict[str, Any] = {name: row[name] for name in RELATIVE_TEXTS}
            values = texts | {"may_be_told": row["may_be_told"] == "yes", "position": position}
            if same is None:
                belongs: dict[str, Any] = {
                    "municipality_id": citizen.municipality_id,
                    "team_id": citizen.team_id,
                }
                session.add(Relative(**belongs, citizen_id=citizen.id, **values))
            else:
                left.remove(same)
                assign(same, values)
        for one in left:
            session.delete(one)


def _grants(
    session: Session, team_id: UUID, people: Mapping[str, Citizen], rows: Sequence[Mapping[str, str]]
) -> None:
    packages = packages_by_id(session, team_id)
    by_code = {package.code: package for package in packages.values()}
    for row in rows:
        citizen = people[row["citizen_id"]]
        grants = session.scalars(
            select(Grant)
            .where(col(Grant.citizen_id) == citizen.id)
            .order_by(col(Grant.from_date), col(Grant.created_at))
        ).all()
        texts = [_grant(one, citizen.code, packages[one.package_id].code) for one in grants]
        values: dict[str, Any] = {"act": row["act"], "section": row["section"] or None}
        found = matching_grant(texts, row)
        if found is not None:
            assign(grants[found], values)
        elif is_earlier(texts, row):
            session.add(
                Grant(
                    **owner(team_of(session, team_id)),
                    citizen_id=citizen.id,
                    package_id=by_code[row["package"]].id,
                    from_date=date.fromisoformat(row["from_date"]),
                    until_date=date.fromisoformat(row["until_date"]),
                    **values,
                )
            )
        session.flush()


def _grant(row: Grant, citizen: str, package: str) -> dict[str, str]:
    return {
        "citizen_id": citizen,
        "package": package,
        "act": row.act,
        "section": row.section or "",
        "from_date": row.from_date.isoformat(),
        "until_date": "" if row.until_date is None else row.until_date.isoformat(),
    }


def _patterns(session: Session, team_id: UUID, rows: Sequence[Mapping[str, str]]) -> None:
    wanted = Counter(tuple(row.items()) for row in rows)
    for pattern in patterns_of(session, team_id):
        cells = tuple(pattern_cells(session, pattern).items())
        if wanted[cells]:
            wanted[cells] -= 1
        else:
            session.delete(pattern)
    session.flush()
    for cells in wanted.elements():
        row = dict(cells)
        days = [WEEKDAYS.index(word) for word in row.pop("days").split()]
        save_pattern(session, team_id, row, days, int(row.pop("every_weeks")))


def _relative(row: Relative) -> dict[str, str]:
    texts = {name: getattr(row, name) for name in RELATIVE_TEXTS}
    return {
        "name": texts["name"],
        "relation": texts["relation"],
        "phone": texts["phone"],
        "may_be_told": "yes" if row.may_be_told else "no",
        "note": texts["note"],
    }


def _citizens(session: Session, team_id: UUID, codes: Collection[str]) -> dict[str, Citizen]:
    rows = session.scalars(
        select(Citizen)
        .where(col(Citizen.team_id) == team_id, col(Citizen.code).in_(codes))
        .order_by(col(Citizen.position), col(Citizen.code))
    )
    return {row.code: row for row in rows}


def _carers(session: Session, team_id: UUID, codes: Collection[str]) -> dict[str, Carer]:
    rows = session.scalars(
        select(Carer)
        .where(col(Carer.team_id) == team_id, col(Carer.code).in_(codes))
        .order_by(col(Carer.position), col(Carer.code))
    )
    return {row.code: row for row in rows}


def _of(session, table, codes, *order):  # type: ignore[no-untyped-def]
    """Rows of citizens by the citizens' order, then as asked."""
    rows = session.scalars(select(table).where(col(table.citizen_id).in_(codes)).order_by(*order)).all()
    place = {citizen_id: number for number, citizen_id in enumerate(codes)}
    return sorted(rows, key=lambda row: place[row.citizen_id])
