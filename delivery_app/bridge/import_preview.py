"""What a pack would change in a team: row by row and column by column, before it holds (X1)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.bridge.errors import BridgeError
from delivery_app.bridge.load import load_problem
from delivery_app.bridge.read import problem_from
from models.errors import MissingRowError
from models.tables import Municipality, Team
from scheduler.clock import format_week
from scheduler.pack.schema import TABLES
from scheduler.pack.to_rows import problem_settings, problem_tables
from scheduler.problem import Problem

#: Rows of these are closed when the pack does not have them; rows of others are deleted.
CLOSED = ("packages", "citizens", "needs", "carers")
#: Which columns tell a person what a row is.
_LABELS = {
    "packages": ("package",),
    "citizens": ("citizen_id", "name"),
    "needs": ("need_id", "citizen_id", "service"),
    "carers": ("carer_id", "name"),
    "shifts": ("date", "start", "end", "carer_id"),
    "sessions": ("session_id", "date"),
    "notes": ("citizen_id",),
    "carer_notes": ("carer_id",),
}


@dataclass(frozen=True)
class FieldChange:
    """A cell before and after, as the pack writes them."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """A row that is new, changed, or gone. ``key`` is its id in the pack; empty where rows have none."""

    key: str
    label: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class TableChange:
    """What changes in one table; ``same`` rows stay as they are."""

    table: str
    added: tuple[RowChange, ...]
    changed: tuple[RowChange, ...]
    gone: tuple[RowChange, ...]
    same: int

    @property
    def closes(self) -> bool:
        """Whether what is gone is closed from the first Monday on, and not deleted."""
        return self.table in CLOSED

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.changed or self.gone)


@dataclass(frozen=True)
class Preview:
    """What a pack would change in a team from its first week on."""

    week: str
    weeks: int
    tables: tuple[TableChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the team is as the pack has it already."""
        return all(table.is_empty for table in self.tables)

    def digest(self) -> str:
        """Stands for just these changes: what was seen and what is applied are the same, or somebody was faster."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def fits_team(session: Session, team_id: UUID, problem: Problem) -> None:
    """See that a pack is this team's.

    Raises
    ------
    BridgeError
        It names another team, or another municipality.
    MissingRowError
        There is no such team.
    """
    team = session.get(Team, team_id)
    if team is None:
        raise MissingRowError("There is no team with the id {id}", id=team_id)
    if problem.name != team.name:
        raise BridgeError(
            "The file is of '{found}', but this is '{team}'. Choose the other team above, or write '{team}' "
            "as the name in the file's part 'team'",
            found=problem.name,
            team=team.name,
        )
    municipality = session.get_one(Municipality, team.municipality_id).code
    if problem.municipality != municipality:
        raise BridgeError(
            "The file is of the municipality '{found}', but the team's is '{municipality}'; correct it in the "
            "file's part 'team'",
            found=problem.municipality or "–",
            municipality=municipality,
        )


def preview(session: Session, team_id: UUID, problem: Problem) -> Preview:
    """What loading the problem would change.

    Raises
    ------
    MissingRowError, BridgeError, scheduler.message.ProblemError
        As :func:`fits_team` and :func:`delivery_app.bridge.problem_from`.
    """
    fits_team(session, team_id, problem)
    calendar = problem.calendar
    current = problem_from(session, team_id, format_week(calendar.first_monday), calendar.weeks)
    before, after = problem_tables(current), problem_tables(_with_rosters(problem, current))
    changes = [_settings(problem_settings(current), problem_settings(problem))]
    for spec in TABLES:
        old, new = before.get(spec.name, []), after.get(spec.name, [])
        if spec.key:
            changes.append(keyed(spec.name, spec.key, old, new))
        else:
            changes.append(listed(spec.name, old, new))
    return Preview(format_week(calendar.first_monday), calendar.weeks, tuple(changes))


def apply(session: Session, team_id: UUID, problem: Problem, seen: str) -> Team:
    """Let the pack hold, if it still changes just what was seen (:meth:`Preview.digest`).

    A standing or published roster that the file leaves out stays as it is: a spreadsheet seldom holds one.

    Raises
    ------
    BridgeError
        What it would change is not what was seen any more, or as :func:`preview`.
    """
    team = session.get(Team, team_id, with_for_update=True)
    found = preview(session, team_id, problem)
    assert team is not None
    if found.digest() != seen:
        raise BridgeError("The team has been changed in the meantime; look at the changes again, then import")
    calendar = problem.calendar
    current = problem_from(session, team_id, format_week(calendar.first_monday), calendar.weeks)
    return load_problem(session, _with_rosters(problem, current))


def _with_rosters(problem: Problem, current: Problem) -> Problem:
    return replace(
        problem,
        standing_roster=problem.standing_roster or current.standing_roster,
        published=problem.published or current.published,
    )


def _settings(before: Mapping[str, str], after: Mapping[str, str]) -> TableChange:
    changed = tuple(
        RowChange(key, key, (FieldChange("value", before.get(key, ""), after.get(key, "")),))
        for key in {**before, **after}
        if before.get(key, "") != after.get(key, "")
    )
    return TableChange("team", (), changed, (), len(after) - len(changed))


def _label(table: str, row: Mapping[str, str]) -> str:
    columns = _LABELS.get(table) or tuple(row)
    return " · ".join(row[column] for column in columns if row.get(column))


def keyed(
    table: str, key: str, before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> TableChange:
    """What changes in a table whose rows have an id in the column ``key``."""
    old, new = {row[key]: row for row in before}, {row[key]: row for row in after}
    changed = []
    for code, row in new.items():
        if code in old and old[code] != row:
            fields = tuple(
                FieldChange(column, old[code].get(column, ""), text)
                for column, text in row.items()
                if old[code].get(column, "") != text
            )
            changed.append(RowChange(code, _label(table, row), fields))
    return TableChange(
        table,
        tuple(RowChange(code, _label(table, row)) for code, row in new.items() if code not in old),
        tuple(changed),
        tuple(RowChange(code, _label(table, row)) for code, row in old.items() if code not in new),
        sum(old.get(code) == row for code, row in new.items()),
    )


def listed(
    table: str, before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]
) -> TableChange:
    """What changes in a table whose rows have no id: each is there or not."""
    old, new = (Counter(_label(table, row) for row in rows) for rows in (before, after))
    return TableChange(
        table,
        tuple(RowChange("", label) for label in (new - old).elements()),
        (),
        tuple(RowChange("", label) for label in (old - new).elements()),
        (old & new).total(),
    )
