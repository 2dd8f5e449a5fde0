"""What was recorded as planners and leaders read it: a citizen's journal, deviations, and adverse events apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from delivery_app.moment import point_in_time
from delivery_app.services.care.lists import tasks as catalogue_tasks
from delivery_app.services.records.kinds import WITHDRAWN
from delivery_app.services.records.reading import (
    Entry,
    entries_of,
    municipality_of,
    names_of,
    visit_story,
    with_corrections,
)
from delivery_app.services.records.standards import standards_of
from delivery_app.services.records.state import Conflict
from delivery_app.services.records.visits import VisitName
from delivery_app.services.records.words import Naming
from models.care_task import CareTask
from models.carer import Carer
from models.citizen import Citizen
from models.record import Record

#: So many records a page.
PAGE = 100
#: Two tablets can say different things of these.
OF_VISITS = ("started", "ended", "screen_opened", "screen_ended", "task")


@dataclass(frozen=True)
class Span:
    """What is looked for: kinds (all when empty), from and up to and including dates; older than a record's time."""

    kinds: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    before: dt.datetime | None = None


@dataclass(frozen=True)
class VisitConflict:
    """Two tablets say different things of a visit; ``who`` names users by id."""

    name: VisitName
    conflict: Conflict
    who: dict[UUID, str]


@dataclass(frozen=True)
class Journal:
    """A page of what was recorded, the newest first; ``older``: where the next page begins."""

    entries: tuple[Entry, ...]
    conflicts: tuple[VisitConflict, ...]
    older: dt.datetime | None


def journal(session: Session, team_id: UUID, citizen_id: UUID, span: Span) -> Journal:
    """A citizen's journal: also what was corrected and taken back."""
    wanted = _within(span).where(col(Record.team_id) == team_id, col(Record.citizen_id) == citizen_id)
    rows = session.scalars(wanted.limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    by_id = {one.record.id: one for one in entries_of(session, with_corrections(session, shown))}
    return Journal(
        tuple(by_id[row.id] for row in shown),
        _conflicts(session, team_id, shown),
        shown[-1].at if len(rows) > PAGE else None,
    )


def listed(
    session: Session, team_id: UUID, kinds: Collection[str], span: Span
) -> tuple[tuple[Entry, ...], dt.datetime | None]:
    """The team's records of some kinds that still stand, the newest first, and where the next page begins."""
    corrections = select(Record.corrects_id).where(
        col(Record.team_id) == team_id, col(Record.corrects_id).is_not(None)
    )
    wanted = _within(span).where(
        col(Record.team_id) == team_id, col(Record.kind).in_(kinds), col(Record.id).not_in(corrections)
    )
    rows = session.scalars(wanted.limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    by_id = {one.record.id: one for one in entries_of(session, shown)}
    return tuple(by_id[row.id] for row in shown), shown[-1].at if len(rows) > PAGE else None


def naming_of(session: Session, team_id: UUID, entries: Sequence[Entry], lang: str) -> Naming:
    """The names that these records only have ids of."""
    carers = {UUID(one.record.body["carer_id"]) for one in entries if "carer_id" in one.record.body}
    tasks = {UUID(one.record.body["task_id"]) for one in entries if one.record.kind == "task"}
    wanted = select(CareTask.id, CareTask.text, CareTask.code).where(col(CareTask.id).in_(tasks))
    rows = session.execute(wanted).all() if tasks else ()
    standards = standards_of(session, municipality_of(session, team_id))
    return Naming(
        tasks={row[0]: row[1] or _catalogue_name(row[2], lang) for row in rows},
        steps={one.step: one.name(lang) for one in standards.not_home},
        carers=carer_names(session, carers),
    )


def carer_names(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Carers' names by id."""
    if not ids:
        return {}
    rows = session.execute(select(Carer.id, Carer.name, Carer.code).where(col(Carer.id).in_(ids)))
    return {row[0]: row[1] or row[2] for row in rows}


def _catalogue_name(code: str, lang: str) -> str:
    found = catalogue_tasks().get(code)
    return found.name.of(lang) if found else ""


def citizen_names(session: Session, entries: Iterable[Entry]) -> dict[UUID, str]:
    """The names of those the records are about."""
    ids = {one.record.citizen_id for one in entries if one.record.citizen_id is not None}
    if not ids:
        return {}
    rows = session.execute(select(Citizen.id, Citizen.name).where(col(Citizen.id).in_(ids)))
    return {row[0]: row[1] for row in rows}


def _within(span: Span) -> SelectOfScalar[Record]:
    wanted = select(Record).order_by(col(Record.at).desc(), col(Record.id).desc())
    if span.kinds:
        # What takes a record back is told beside the record itself.
        wanted = wanted.where(col(Record.kind).in_(span.kinds))
    else:
        wanted = wanted.where(col(Record.kind) != WITHDRAWN)
    if span.since is not None:
        wanted = wanted.where(col(Record.at) >= point_in_time(span.since, 0))
    if span.until is not None:
        wanted = wanted.where(col(Record.at) < point_in_time(span.until + dt.timedelta(days=1), 0))
    if span.before is not None:
        wanted = wanted.where(col(Record.at) < span.before)
    return wanted


def _conflicts(session: Session, team_id: UUID, shown: Sequence[Record]) -> tuple[VisitConflict, ...]:
    """Where two tablets said different things of the visits that are shown."""
    writers: dict[VisitName, set[UUID]] = {}
    for one in shown:
        if one.need_id is not None and one.kind in OF_VISITS:
            writers.setdefault(VisitName(one.need_id, one.on_date), set()).add(one.device_id or one.user_id)
    found = []
    for name in sorted(name for name, several in writers.items() if len(several) > 1):
        for conflict in visit_story(session, team_id, *name).state.conflicts:
            who = names_of(session, {value.user_id for value in conflict.values})
            found.append(VisitConflict(name, conflict, who))
    return tuple(found)
