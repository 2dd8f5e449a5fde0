"""What a session changes in the rows of a citizen, gathered while it is flushed: table, row and columns.

Never the values: the log says that a name was changed, not to which. Rows of a roster and of what was
delivered before count in hundreds and change together: of these one entry a citizen stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session

from delivery_app.security.seals import Event
from models.access_log import Action
from models.need import Need

#: Written by the program into every row; not what somebody changed.
_BOOKKEEPING = frozenset(
    {"created_at", "created_by", "changed_at", "changed_by", "row_version", "position", "data_mark"}
)
#: Tables without a citizen whose changes are kept, too: who decides, who works, what is planned by, who signs in.
ADMINISTRATIVE = frozenset(
    {
        "municipality",
        "catalogue",
        "provider",
        "team",
        "package",
        "carer",
        "absence",
        "user_account",
        "membership",
    }
)
#: Tables in which one entry a citizen stands for all rows.
_TOGETHER = frozenset({"history", "delivered"})
_NEED_COLUMNS = ("need_id", "first_need_id")


class Changes:
    """What a transaction has changed so far, in order, each thing once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._needs: dict[UUID, UUID] = {}

    def __len__(self) -> int:
        return len(self._found)

    def forget_after(self, count: int) -> None:
        """Take back what came after the first so many: a savepoint was rolled back."""
        for key in list(self._found)[count:]:
            del self._found[key]

    def gather(self, session: Session) -> None:
        """Take note of what a flush has just written."""
        for kind, rows in (
            (Action.CREATED, session.new),
            (Action.CHANGED, session.dirty),
            (Action.DELETED, session.deleted),
        ):
            for row in rows:
                table = getattr(row, "__table__", None)
                if not isinstance(table, sa.Table):
                    continue
                if isinstance(row, Need):
                    self._needs[row.id] = row.citizen_id
                changed = _changed_columns(row) if kind is Action.CHANGED else None
                if changed is None or changed:
                    self.add(
                        table, kind, {name: getattr(row, name, None) for name in _places(table)}, changed
                    )

    def add(
        self, table: sa.Table, action: Action, places: dict[str, Any], columns: Iterable[str] | None
    ) -> None:
        """One row: ``places`` are the ids in it that say whose it is."""
        if not _is_kept(table):
            return
        name = table.name
        citizen = places.get("id") if name == "citizen" else places.get("citizen_id")
        need = next((places[one] for one in _NEED_COLUMNS if places.get(one)), None)
        if "roster_id" in table.c:
            if citizen is None and need is None:
                return
            key: tuple[Any, ...] = ("roster", action, places["roster_id"], citizen or need)
            subject, columns = ("roster", places["roster_id"]), None
        elif name in _TOGETHER:
            key, subject, columns = (name, action, citizen), (name, citizen), None
        else:
            key, subject = (name, action, places.get("id")), (name, places.get("id"))
        if action is Action.CHANGED and (key[0], Action.CREATED, *key[2:]) in self._found:
            return  # made in this same transaction: nobody has seen it otherwise
        found = self._found.setdefault(
            key, {"action": action, "subject": subject, "citizen": citizen, "need": need, "columns": set()}
        )
        found |= {"team": places.get("id") if name == "team" else places.get("team_id")}
        found |= {"municipality": places.get("municipality_id")}
        found["columns"] |= set(columns or ())

    def events(self, connection: sa.Connection) -> list[Event]:
        """All of it as entries of the log; asks the database whose needs are meant."""
        needs = self._needs | _citizens_of_needs(
            connection,
            {one["need"] for one in self._found.values() if one["need"] and not one["citizen"]}
            - self._needs.keys(),
        )
        events: dict[tuple[Any, ...], Event] = {}
        for one in self._found.values():
            table, row = one["subject"]
            citizen = one["citizen"] or needs.get(one["need"])
            # A citizen's visits and what is unplaced of the same roster are one thing.
            key = (one["action"], table, row, citizen)
            events.setdefault(
                key,
                Event(
                    one["action"],
                    citizen_id=citizen,
                    subject_table=table,
                    subject_id=row,
                    columns=tuple(sorted(one["columns"])) or None,
                    municipality_id=one["municipality"],
                    team_id=one["team"],
                ),
            )
        return list(events.values())

    def gather_statement(self, state: ORMExecuteState) -> None:
        """Take note of rows that one statement changes without loading them."""
        statement: Any = state.statement
        table = getattr(statement, "table", None)
        if not isinstance(table, sa.Table) or not _is_kept(table):
            return
        names = [name for name in _places(table) if name in table.c]
        if state.is_insert or (state.is_update and isinstance(state.parameters, list)):
            action = Action.CREATED if state.is_insert else Action.CHANGED
            many: Any = state.parameters or {}
            given: list[dict[str, Any]] = many if isinstance(many, list) else [many]
            for values in given:
                columns = None if state.is_insert else values.keys() - _BOOKKEEPING - {"id"}
                self.add(table, action, {name: values.get(name) for name in names}, columns)
            return
        action = Action.DELETED if state.is_delete else Action.CHANGED
        columns = None
        if state.is_update:
            columns = {str(getattr(one, "key", one)) for one in (statement._values or {})} - _BOOKKEEPING
        wanted = sa.select(*(table.c[name] for name in names)).where(*statement._where_criteria)
        for found in state.session.connection().execute(wanted, state.parameters or {}):
            self.add(table, action, dict(found._mapping), columns)


def _is_kept(table: sa.Table) -> bool:
    columns = table.c
    return (
        table.name in ADMINISTRATIVE
        or table.name == "citizen"
        or "citizen_id" in columns
        or any(name in columns for name in _NEED_COLUMNS)
    )


def _places(table: sa.Table) -> list[str]:
    wanted = ("id", "citizen_id", *_NEED_COLUMNS, "roster_id", "team_id", "municipality_id")
    return [name for name in wanted if name in table.c]


def _changed_columns(row: Any) -> set[str]:
    state = sa.inspect(row)
    return {
        one.key for one in state.mapper.column_attrs if state.attrs[one.key].history.has_changes()
    } - _BOOKKEEPING


def _citizens_of_needs(connection: sa.Connection, needs: set[UUID]) -> dict[UUID, UUID]:
    if not needs:
        return {}
    table: sa.Table = Need.__table__  # type: ignore[attr-defined]
    rows = connection.execute(sa.select(table.c.id, table.c.citizen_id).where(table.c.id.in_(needs)))
    return {row.id: row.citizen_id for row in rows}
