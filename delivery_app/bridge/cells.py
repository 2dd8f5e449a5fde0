"""Rows of the database as the cells of a pack, and back: what a form shows and what is judged when it is sent.

A form's fields are a pack's columns, its values the pack's text. So one set of checks serves files and forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from models.base import Row
from scheduler.clock import DAY_MIN, format_week
from scheduler.message import Message
from scheduler.pack.cells import ANY_DAY
from scheduler.pack.schema import TABLE_BY_NAME
from scheduler.pack.single_row import check_row
from scheduler.problem import BASE, FIRST_VISIT

__all__ = [
    "BASE",
    "FIRST_VISIT",
    "CellErrors",
    "Field",
    "Message",
    "cells_of",
    "checked",
    "columns_of",
    "fields_of",
    "week_name",
]

#: How columns are called in the database, where it is another name.
_NAMES = {
    "window_start": "window_start_min",
    "window_end": "window_end_min",
    "agreed_start": "agreed_start_min",
    "break_from": "break_from_min",
    "break_to": "break_to_min",
    "start": "start_min",
    "end": "end_min",
    "anchor_week": "anchor_monday",
}
#: Ids of other rows.
_REFERENCES = {
    "contact_carer": "contact_carer_id",
    "mentor": "mentor_id",
    "carer_id": "carer_id",
    "citizen_id": "citizen_id",
    "first_need": "first_need_id",
    "second_need": "second_need_id",
}
#: Columns in which the row's own id stands.
_OWN = {
    "packages": "package",
    "citizens": "citizen_id",
    "needs": "need_id",
    "carers": "carer_id",
    "shifts": "shift_id",
}
#: What a row of the database does not hold itself.
_ELSEWHERE = {("citizens", "package")}


class CellErrors(ValueError):
    """A form that cannot be saved: what is wrong by field, "" for the form as a whole."""

    def __init__(self, errors: Mapping[str, Sequence[Message]]) -> None:
        self.errors = {name: tuple(messages) for name, messages in errors.items()}
        super().__init__("; ".join(str(one) for messages in self.errors.values() for one in messages))


@dataclass(frozen=True)
class Field:
    """A column as a form asks for it; ``options``: the words there are to choose from."""

    name: str
    kind: str
    required: bool
    default: str
    options: tuple[str, ...] = ()


def fields_of(table: str) -> dict[str, Field]:
    """The columns of a table, by name. A kind that is a choice has options; ``yes|no`` is one of its own."""
    found = {}
    for column in TABLE_BY_NAME[table].columns:
        kind = column.kind.name
        options = tuple(kind.split("|")) if "|" in kind and kind != "yes|no" else ()
        found[column.name] = Field(
            column.name, "choice" if options else kind, column.required, column.default, options
        )
    return found


def cells_of(table: str, row: Row, codes: Mapping[UUID | None, str]) -> dict[str, str]:
    """A row of the database as cells by column; ``codes`` names the rows it points to by id."""
    found = {}
    for column in TABLE_BY_NAME[table].columns:
        if (table, column.name) not in _ELSEWHERE:
            value = _value(table, column.name, row, codes)
            found[column.name] = "" if value is None else column.kind.format(value)
    return found


def _value(table: str, column: str, row: Any, codes: Mapping[UUID | None, str]) -> Any:
    if _OWN.get(table) == column:
        return row.code
    if column in _REFERENCES:
        return codes.get(getattr(row, _REFERENCES[column]))
    if table == "absences" and column in ("from", "to"):
        start = column == "from"
        return (row.start_date, row.start_min) if start else (row.end_date, row.end_min)
    if table == "wishes" and column == "date":
        return row.on_date
    if table == "needs" and column == "days":
        return ANY_DAY if row.days is None else tuple(row.days)
    if table == "needs" and column == "not_on":
        return tuple(date.fromisoformat(when) for when in row.not_on) if row.not_on else None
    value = getattr(row, _NAMES.get(column, column))
    if table == "shifts" and column == "end" and value > DAY_MIN:
        # An end on the next day is written as that day's clock time, as on a duty list.
        return value - DAY_MIN
    return value


def checked(
    table: str, cells: Mapping[str, str], beside: Mapping[str, Sequence[Mapping[str, str]]] | None = None
) -> dict[str, Any]:
    """The values in the cells of one row, by column, when nothing is wrong with it.

    Raises
    ------
    CellErrors
        Everything that is wrong, by column.
    """
    found = check_row(table, cells, beside)
    if found.errors:
        raise CellErrors(found.errors)
    return dict(found.values)


def columns_of(table: str, values: Mapping[str, Any], ids: Mapping[str, UUID]) -> dict[str, Any]:
    """Checked values by column of the database; ``ids`` are the rows by code. The row's own id is left out."""
    found: dict[str, Any] = {}
    for column, value in values.items():
        if _OWN.get(table) == column or (table, column) in _ELSEWHERE:
            continue
        if column in _REFERENCES:
            found[_REFERENCES[column]] = None if value is None else ids[value]
        elif table == "absences" and column in ("from", "to"):
            name = "start" if column == "from" else "end"
            found[f"{name}_date"], found[f"{name}_min"] = _moment(value)
        elif table == "wishes" and column == "date":
            found["on_date"] = value
        elif table == "needs" and column == "days":
            found["days"] = None if value == ANY_DAY else list(value)
        elif table == "needs" and column == "not_on":
            found["not_on"] = [when.isoformat() for when in value] if value else None
        elif column in ("reason", "name") and value is None:
            found[column] = ""
        else:
            found[_NAMES.get(column, column)] = value
    return found


def _moment(value: tuple[date, int]) -> tuple[date, int]:
    when, minute = value
    days, rest = divmod(minute, DAY_MIN)
    return date.fromordinal(when.toordinal() + days), rest


def week_name(when: date) -> str:
    """The ISO week a date lies in, ``2026-W49``."""
    return format_week(when)
