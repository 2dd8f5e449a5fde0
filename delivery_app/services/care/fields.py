"""Texts, dates and numbers of forms about the care plan: read, or what is wrong beside the field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from delivery_app.bridge.cells import CellErrors, Message

Errors = dict[str, list[Message]]


def text_in(
    cells: Mapping[str, str],
    name: str,
    errors: Errors,
    most: int,
    *,
    needed: bool = False,
    one_line: bool = False,
) -> str:
    """A text without space around it, of at most so many signs."""
    text = cells.get(name, "").replace("\r\n", "\n").strip()
    if one_line:
        text = " ".join(text.split())
    if needed and not text:
        errors[name] = [Message("the cell is empty; it must be filled in", {"value": ""})]
    elif len(text) > most:
        values = {"count": len(text), "most": most}
        errors[name] = [Message("the text has {count} signs; write at most {most}", values)]
    return text


def date_in(cells: Mapping[str, str], name: str, errors: Errors, *, needed: bool = False) -> date | None:
    """A date, or None for an empty field."""
    text = cells.get(name, "").strip()
    if not text:
        if needed:
            errors[name] = [Message("the cell is empty; it must be filled in", {"value": ""})]
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        values = {"value": text[:40], "suggestion": "2026-11-30"}
        errors[name] = [Message("'{value}' is not a date; write {suggestion}", values)]
        return None


def needed_date(cells: Mapping[str, str], name: str, errors: Errors, otherwise: date) -> date:
    """A date that has to be there; ``otherwise`` is returned with a mistake."""
    return date_in(cells, name, errors, needed=True) or otherwise


def not_past(value: date | None, name: str, errors: Errors, today: date) -> None:
    """A mistake where a date lies before today."""
    if value is not None and value < today:
        errors[name] = [Message("{date} has passed; write a date from today on", {"date": value.isoformat()})]


def whole_number_in(
    cells: Mapping[str, str], name: str, errors: Errors, least: int, most: int, *, needed: bool = False
) -> int | None:
    """A whole number between two others, or None for an empty field."""
    text = cells.get(name, "").strip()
    if not text:
        if needed:
            errors[name] = [Message("the cell is empty; it must be filled in", {"value": ""})]
        return None
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        values = {"value": text[:40], "least": least, "most": most}
        errors[name] = [
            Message("'{value}' does not fit; write a whole number from {least} to {most}", values)
        ]
        return None
    return int(text)


def choice_in(
    cells: Mapping[str, str], name: str, errors: Errors, choices: Collection[str], *, needed: bool = True
) -> str:
    """One of some codes; with ``needed`` False also none."""
    text = cells.get(name, "")
    if text not in choices and (text or needed):
        errors[name] = [Message("choose one of the list", {"value": text[:40]})]
    return text


def id_in(text: str) -> UUID | None:
    """A row's id out of a form; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def fail_on(errors: Errors) -> None:
    """Raises CellErrors when anything is wrong."""
    if errors:
        raise CellErrors(errors)
