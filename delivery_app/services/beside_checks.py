"""Checks of the tables beside a pack, without the database: everything wrong at once, and the rows as they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from delivery_app.bridge.cells import CellErrors, Message, cells_of, checked, columns_of
from delivery_app.exchange.beside import COLUMNS, Beside, BesideMistake, Cells
from delivery_app.services.carers import TEXTS as CARER_TEXTS
from delivery_app.services.citizens import TEXTS as CITIZEN_TEXTS
from delivery_app.services.citizens import birth_date
from delivery_app.services.grants import SECTION_MAX
from delivery_app.services.near_citizen import NOTE_MAX, RELATIVE_TEXTS
from delivery_app.services.shifts import WEEKDAYS
from models.grant import ACTS
from models.screen_assessment import SCREEN_OUTCOMES
from models.tables import Shift

Rows = dict[str, list[dict[str, str]]]
Errors = dict[str, Message]


@dataclass(frozen=True)
class Known:
    """Who and what the pack beside the tables names, by the pack's ids."""

    citizens: frozenset[str]
    carers: frozenset[str]
    packages: frozenset[str]
    islands: frozenset[str] = frozenset()


def checked_tables(beside: Beside, known: Known, today: date) -> tuple[Rows, list[BesideMistake]]:
    """The tables' rows as they are kept, and every mistake in them."""
    rows: Rows = {}
    mistakes = list(beside.mistakes)
    for name, lines in beside.tables.items():
        rows[name] = []
        seen: set[str] = set()
        for line in lines:
            kept, errors = _CHECKS[name](line.cells, known, today)
            key = COLUMNS[name][0]
            if name in ("notes", "carer_notes") and not errors:
                if kept[key] in seen:
                    errors[key] = Message(
                        "'{value}' has a row above already; keep one of them", {"value": kept[key]}
                    )
                seen.add(kept[key])
            mistakes += [
                BesideMistake(name, line.number, column, message) for column, message in errors.items()
            ]
            if not errors:
                rows[name].append({column: kept[column] for column in COLUMNS[name] if column in kept})
    return rows, mistakes


def _named(cells: Cells, column: str, known: Iterable[str], errors: Errors) -> str:
    value = cells[column]
    if value not in known:
        errors[column] = Message(
            "'{value}' is not in the file's own tables; write an id that stands there", {"value": value[:40]}
        )
    return value


def _texts(cells: Cells, most: Mapping[str, int], errors: Errors, *, lines: bool) -> dict[str, str]:
    found = {}
    for name, limit in most.items():
        text = cells[name].replace("\r\n", "\n").strip() if lines else " ".join(cells[name].split())
        if len(text) > limit:
            values = {"count": len(text), "most": limit}
            errors[name] = Message("the text has {count} signs; write at most {most}", values)
        found[name] = text
    return found


def _when(cells: Cells, column: str, errors: Errors, *, required: bool = True) -> str:
    text = cells[column]
    if not text and not required:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        values = {"value": text[:40], "suggestion": "2026-11-30"}
        errors[column] = Message("'{value}' is not a date; write {suggestion}", values)
        return ""


def _word(cells: Cells, column: str, words: tuple[str, ...], errors: Errors) -> str:
    value = cells[column]
    if value not in words:
        values = {"value": value[:40], "choices": ", ".join(words)}
        errors[column] = Message("'{value}' is not one of {choices}; write one of these", values)
    return value


def _notes(cells: Cells, known: Known, today: date) -> tuple[dict[str, str], Errors]:
    errors: Errors = {}
    code = _named(cells, "citizen_id", known.citizens, errors)
    found = {"citizen_id": code} | _texts(cells, CITIZEN_TEXTS, errors, lines=True)
    if "born" in cells:  # a file of an earlier program has not the column
        try:
            born = birth_date(cells["born"], today)
            found["born"] = "" if born is None else born.isoformat()
        except CellErrors as error:
            errors["born"] = error.errors["born"][0]
    return found, errors


def _carer_notes(cells: Cells, known: Known, today: date) -> tuple[dict[str, str], Errors]:
    errors: Errors = {}
    code = _named(cells, "carer_id", known.carers, errors)
    return {"carer_id": code} | _texts(cells, CARER_TEXTS, errors, lines=False), errors


def _relatives(cells: Cells, known: Known, today: date) -> tuple[dict[str, str], Errors]:
    errors: Errors = {}
    code = _named(cells, "citizen_id", known.citizens, errors)
    found = {"citizen_id": code} | _texts(cells, RELATIVE_TEXTS, errors, lines=False)
    if not found["name"]:
        errors["name"] = Message("the name is missing; write it", {"value": ""})
    found["may_be_told"] = _word(
        {"may_be_told": cells["may_be_told"] or "no"}, "may_be_told", ("yes", "no"), errors
    )
    return found, errors


def _grants(cells: Cells, known: Known, today: date) -> tuple[dict[str, str], Errors]:
    errors: Errors = {}
    found = {
        "citizen_id": _named(cells, "citizen_id", known.citizens, errors),
        "package": _named(cells, "package", known.packages, errors),
        "act": _word(cells, "act", ACTS, errors),
        "from_date": _when(cells, "from_date", errors),
        "until_date": _when(cells, "until_date", errors, required=False),
    } | _texts(cells, {"section": SECTION_MAX}, errors, lines=False)
    if not errors and found["until_date"] and found["until_date"] < found["from_date"]:
        values = {"value": found["until_date"], "start": found["from_date"]}
        errors["until_date"] = Message("{value} is before from_date, {start}; write a later date", values)
    return found, errors


def _assessments(cells: Cells, known: Known, today: date) -> tuple[dict[str, str], Errors]:
    errors: Errors = {}
    found = {
        "citizen_id": _named(cells, "citizen_id", known.citizens, errors),
        "assessed_on": _when(cells, "assessed_on", errors),
        "outcome": _word(cells, "outcome", SCREEN_OUTCOMES, errors),
        "review_on": _when(cells, "review_on", errors, required=False),
    } | _texts(cells, {"note": NOTE_MAX}, errors, lines=True)
    on, review = found["assessed_on"], found["review_on"]
    if on > today.isoformat():
        values = {"value": on}
        errors["assessed_on"] = Message(
            "{value} is still to come; write the date on which it was assessed", values
        )
    if on and review and review <= on:
        values = {"value": review, "date": on}
        errors["review_on"] = Message(
            "{value} is not after the assessment, {date}; write a later date", values
        )
    return found, errors


def _patterns(cells: Cells, known: Known, today: date) -> tuple[dict[str, str], Errors]:
    errors: Errors = {}
    days = cells["days"].split()
    if not days or any(day not in WEEKDAYS for day in days):
        values = {"value": cells["days"][:40], "choices": " ".join(WEEKDAYS)}
        errors["days"] = Message("'{value}' are no weekdays; write some of {choices}", values)
    weeks = cells["every_weeks"] or "1"
    if weeks not in [str(number) for number in range(1, 9)]:
        errors["every_weeks"] = Message(
            "'{value}' is not a number of weeks from 1 to 8", {"value": weeks[:20]}
        )
    shift = {name: text for name, text in cells.items() if name not in ("days", "every_weeks")}
    ids = {code: UUID(int=number) for number, code in enumerate(sorted(known.carers), start=1)}
    beside = {
        "carers": [{"carer_id": code} for code in ids],
        "citizens": [{"citizen_id": f"c{at}", "island": name} for at, name in enumerate(known.islands)],
    }
    try:
        values = checked("shifts", {**shift, "shift_id": "new"}, beside)
    except CellErrors as error:
        return {}, {name: messages[0] for name, messages in error.errors.items()} | errors
    row = Shift(code="", **columns_of("shifts", values, ids))
    kept = cells_of("shifts", row, {number: code for code, number in ids.items()})
    # The week counts, not the day in it: so it is kept.
    kept["date"] = date.fromordinal(row.date.toordinal() - row.date.weekday()).isoformat()
    return kept | {"days": " ".join(day for day in WEEKDAYS if day in days), "every_weeks": weeks}, errors


_CHECKS: Mapping[str, Callable[[Cells, Known, date], tuple[dict[str, str], Errors]]] = {
    "notes": _notes,
    "relatives": _relatives,
    "grants": _grants,
    "assessments": _assessments,
    "carer_notes": _carer_notes,
    "patterns": _patterns,
}
