"""Forms of the team's data: fields that know how they are asked for, what was typed, what somebody else changed.

A field's name is a column of a pack, its value the text a pack would have. When somebody else has saved since
the form was opened, what the two did is put together field by field: nothing is lost, and what both changed is
marked with the other's value beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from delivery_app.bridge.cells import CellErrors
from delivery_app.planner.form_words import in_form
from delivery_app.web.deps import Form
from delivery_app.web.flash import Kind

__all__ = ["Entry", "EntryForm", "Group", "Kind", "filled", "posted", "put_together"]

_CLOCK = re.compile(r"(\d{1,2})[.:,]?(\d\d)?")
DAY_WORDS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: The text of what a form was opened with, sent along with it.
BEFORE = "before"


@dataclass(frozen=True)
class Entry:
    """A field. ``kind``: text, area, clock, number, date, choice, several, days, yes_no. Labels and hints are English
    sentences; ``choices`` are pairs of value and words, already in the reader's language."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    required: bool = False
    width: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass
class EntryForm:
    """A form as it is shown: values and mistakes by field, and what another person changed meanwhile."""

    groups: tuple[Group, ...]
    values: dict[str, str]
    row_version: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    #: By field: what is saved now, where somebody else changed it.
    others: dict[str, str] = field(default_factory=dict)
    #: Fields that both changed.
    both: frozenset[str] = frozenset()
    changed_by: str = ""
    before: dict[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All fields."""
        return tuple(entry for group in self.groups for entry in group.entries)

    def entry(self, name: str) -> Entry:
        """A field by name."""
        return next(entry for entry in self.entries if entry.name == name)

    @property
    def before_text(self) -> str:
        """What the form was opened with, to be sent along."""
        return json.dumps(self.before or self.values, ensure_ascii=False)

    def fail(self, error: CellErrors, lang: str) -> None:
        """Put mistakes beside their fields; those of no field of the form stand above it."""
        names = {entry.name for entry in self.entries}
        for name, messages in error.errors.items():
            where = name if name in names else self.entries[0].name
            self.errors.setdefault(where, in_form(messages[0], lang))


def filled(groups: Sequence[Group], values: Mapping[str, str], row_version: object = "") -> EntryForm:
    """A form with values."""
    known = {entry.name: values.get(entry.name, "") for group in groups for entry in group.entries}
    return EntryForm(tuple(groups), known, str(row_version))


def posted(groups: Sequence[Group], sent: Form) -> EntryForm:
    """A form as it was sent, its values as a pack writes them."""
    values = {entry.name: _text(entry, sent) for group in groups for entry in group.entries}
    before = _before(sent.get(BEFORE, ""), values)
    return EntryForm(tuple(groups), values, sent.get("row_version", ""), before=before)


def _text(entry: Entry, sent: Form) -> str:
    if entry.kind == "days":
        chosen = set(sent.all(entry.name))
        return " ".join(day for day in DAY_WORDS if day in chosen)
    if entry.kind == "several":
        chosen = set(sent.all(entry.name))
        return " ".join(value for value, _ in entry.choices if value in chosen)
    text = sent.get(entry.name, "")
    if entry.kind == "yes_no":
        return "yes" if text else "no"
    if entry.kind == "clock":
        return as_clock(text)
    if entry.kind == "number":
        return text.replace(",", ".")
    return text.replace("\r\n", "\n")


def as_clock(text: str) -> str:
    """A time as somebody types it, as a pack writes it: ``7``, ``7.30`` and ``0730`` are times, too."""
    found = _CLOCK.fullmatch(text)
    if found is None or (found[2] is None and len(found[1]) > 2):
        return text
    return f"{int(found[1]):02}:{found[2] or '00'}"


def _before(text: str, values: Mapping[str, str]) -> dict[str, str]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = {}
    if not isinstance(found, dict):
        return {}
    return {name: str(found.get(name, "")) for name in values if name in found}


def put_together(
    form: EntryForm, current: Mapping[str, str], row_version: object, changed_by: str
) -> EntryForm:
    """What was typed and what somebody else has saved meanwhile, field by field.

    A field that only the other changed takes the other's value; what was typed stays; what both changed stays as
    it was typed, with the other's value beside it.
    """
    values, others, both = dict(form.values), {}, set()
    for name, typed in form.values.items():
        now, before = current.get(name, ""), form.before.get(name, typed)
        if now in (before, typed):
            continue
        others[name] = now
        if typed == before:
            values[name] = now
        else:
            both.add(name)
    return replace(
        form,
        values=values,
        others=others,
        both=frozenset(both),
        row_version=str(row_version),
        changed_by=changed_by,
        before={name: current.get(name, "") for name in form.values},
    )
