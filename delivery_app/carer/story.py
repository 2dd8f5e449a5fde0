"""What was recorded of a visit and its citizen, as the visit's page shows it: the visit's own records with their
corrections, what colleagues wrote lately, and where two tablets say different things (D1, D10)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from delivery_app.carer.pages import Asked
from delivery_app.services.care.sheet import CareSheet
from delivery_app.services.records.reading import Entry, latest_for_citizen, municipality_of, visit_story
from delivery_app.services.records.standards import Standards, standards_of
from delivery_app.services.records.state import VisitState
from delivery_app.services.records.words import Naming, Said, said

#: What colleagues wrote, so many.
LATEST = 6


@dataclass(frozen=True)
class Shown:
    """A record as a line of the page."""

    entry: Entry
    words: Said

    @property
    def at(self) -> dt.datetime:
        """When it was recorded."""
        return self.entry.record.at

    @property
    def record_id(self) -> UUID:
        """Its id."""
        return self.entry.record.id

    @property
    def body(self) -> str:
        """What it says, for the form that corrects it."""
        return json.dumps(self.entry.record.body)

    @property
    def photo_id(self) -> UUID | None:
        """Its picture."""
        return self.entry.record.photo_id


@dataclass(frozen=True)
class Difference:
    """Two tablets say different things of one thing."""

    what: str
    task: str
    values: tuple[tuple[str, dt.datetime, str], ...]


@dataclass(frozen=True)
class Story:
    """What the page needs of records."""

    state: VisitState
    entries: tuple[Shown, ...]
    latest: tuple[Shown, ...]
    differences: tuple[Difference, ...]
    standards: Standards

    @property
    def tasks_done(self) -> Mapping[str, str]:
        """Tasks by id: done, not_done or conflict."""
        return {str(task): state for task, state in self.state.tasks}

    @property
    def causes_given(self) -> str:
        """The directions whose cause was told already."""
        return " ".join(direction for direction, _ in self.state.causes)


def story_of(asked: Asked, need_id: UUID, when: dt.date, sheet: CareSheet) -> Story:
    """The story of a visit; its citizen is the sheet's."""
    found = visit_story(asked.session, asked.team_id, need_id, when)
    naming = naming_of(asked.session, asked.team_id, sheet, asked.lang)
    own = {one.record.id for one in found.entries}
    latest = [
        one
        for one in latest_for_citizen(asked.session, sheet.citizen_id, LATEST + len(own), asked.now)
        if one.record.id not in own
    ]
    return Story(
        found.state,
        tuple(_shown(one, asked.lang, naming) for one in found.entries if one.record.kind != "withdrawn"),
        tuple(_shown(one, asked.lang, naming) for one in latest[:LATEST]),
        tuple(_differences(found.state, found.entries, naming)),
        standards_of(asked.session, municipality_of(asked.session, asked.team_id)),
    )


def naming_of(session: Session, team_id: UUID, sheet: CareSheet, lang: str) -> Naming:
    """Names of the visit's tasks and of the catalogue's steps."""
    standards = standards_of(session, municipality_of(session, team_id))
    return Naming(
        tasks={one.task_id: one.name.of(lang) for one in sheet.tasks},
        steps={one.step: one.name(lang) for one in standards.not_home},
    )


def _shown(entry: Entry, lang: str, naming: Naming) -> Shown:
    return Shown(entry, said(entry.record, lang, naming))


def _differences(state: VisitState, entries: tuple[Entry, ...], naming: Naming) -> list[Difference]:
    who = {one.record.id: one.who for one in entries}
    found = []
    for one in state.conflicts:
        what, _, task = one.field.partition(":")
        name = naming.tasks.get(UUID(task), "") if task else ""
        values = tuple(
            (
                value.value if isinstance(value.value, str) else "",
                value.at if isinstance(value.value, str) else value.value,
                who.get(value.record_id, ""),
            )
            for value in one.values
        )
        found.append(Difference(what, name, values))
    return found
