"""The form of an absence: a date and perhaps a time each way, as the one moment that a pack has."""

from __future__ import annotations

from datetime import timedelta

from delivery_app.bridge.cells import CellErrors
from delivery_app.planner.entry_form import EntryForm
from delivery_app.planner.entry_pages import form_date


def absence_cells(form: EntryForm) -> dict[str, str]:
    """The cells of an absence; without a time it lasts from the first morning to the last midnight.

    Raises
    ------
    CellErrors
        A date that is none.
    """
    first, last = form_date(form, "from_date"), form_date(form, "to_date")
    until = form.values["to_time"]
    return {
        "from": f"{first.isoformat()} {form.values['from_time'] or '00:00'}",
        "to": f"{last.isoformat()} {until}" if until else f"{(last + timedelta(days=1)).isoformat()} 00:00",
        "reason": form.values["reason"],
    }


def beside_fields(error: CellErrors) -> CellErrors:
    """The pack's mistakes beside the form's fields."""
    names = {"from": "from_time", "to": "to_date"}
    return CellErrors({names.get(name, name): messages for name, messages in error.errors.items()})
