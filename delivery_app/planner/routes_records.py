"""What was recorded: a citizen's journal, the team's deviations and, apart from them, its adverse events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_, translator
from delivery_app.planner.entry_pages import today_of
from delivery_app.planner.routes_citizens import citizen_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.care.lists import deviation_types
from delivery_app.services.records.journal import (
    Span,
    VisitConflict,
    citizen_names,
    journal,
    listed,
    naming_of,
)
from delivery_app.services.records.reading import Entry
from delivery_app.services.records.state import DONE, NOT_DONE
from delivery_app.services.records.words import KIND_WORDS, Naming, Said, said
from delivery_app.templating import moment
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.language import language_of
from delivery_app.web.page import render, say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()

BASE = "/planner/{team_id}"
#: How far back the lists of a team look without being asked.
LOOK_BACK = dt.timedelta(days=30)
NO_DATE = N_("'{text}' is not a date; write it as 2026-11-30")
WRONG_ORDER = N_("The last day lies before the first one")
FIELDS = {"started": N_("Visit begun"), "ended": N_("Visit ended"), "task": N_("Task")}
VALUES = {DONE: N_("done"), NOT_DONE: N_("not done")}


@dataclass(frozen=True)
class Line:
    """A record as a line of a page."""

    entry: Entry
    words: Said
    citizen: str
    citizen_url: str

    @property
    def anchor(self) -> str:
        """What other lines lead to it by."""
        return f"r{self.entry.record.id}"


@dataclass(frozen=True)
class Beside:
    """What two tablets say of one thing, side by side: each with who and when."""

    what: str
    when: dt.date
    values: tuple[tuple[str, str, dt.datetime], ...]


@dataclass(frozen=True)
class Asked:
    """What a page was asked for, and what is wrong with that."""

    span: Span
    errors: dict[str, str]


@router.get(BASE + "/citizens/{citizen_id}/journal", permission=Permission.TEAM_READ)
def journal_page(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    person: CurrentPerson,
    session: DbSession,
    kind: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
) -> Response:
    """Everything that was recorded of a citizen, corrections and all."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    asked = _asked(request, (kind,) if kind in KIND_WORDS else (), since, until, before)
    found = journal(session, team_id, citizen_id, asked.span)
    lang = language_of(request)
    naming = naming_of(session, team_id, found.entries, lang)
    url = f"/planner/{team_id}/citizens/{citizen_id}"
    return render(
        request,
        "planner/journal.html",
        citizen=citizen,
        url=url,
        lines=[Line(one, said(one.record, lang, naming), citizen.name, url) for one in found.entries],
        beside=[_beside(request, one, naming, lang) for one in found.conflicts],
        kinds=_kinds(lang),
        asked=asked.span,
        errors=asked.errors,
        filters={"kind": kind, "since": since, "until": until},
        older=_older(request, found.older),
    )


@router.get(BASE + "/deviations", permission=Permission.TEAM_READ)
def deviations_page(
    request: Request,
    team_id: UUID,
    session: DbSession,
    now: Now,
    since: str = "",
    until: str = "",
    before: str = "",
) -> Response:
    """The team's deviations; of the last month where nothing else is asked for."""
    asked = _asked(request, (), since or _back(now), until, before)
    entries, older = listed(session, team_id, ("deviation",), asked.span)
    lang = language_of(request)
    counts = Counter(str(one.record.body["type"]) for one in entries)
    by_type = [(kind.name.of(lang), counts[code]) for code, kind in deviation_types().items() if counts[code]]
    return _listed(
        request, session, team_id, "planner/deviations.html", entries, older, asked, by_type=by_type
    )


@router.get(BASE + "/adverse-events", permission=Permission.TEAM_READ)
def adverse_events_page(
    request: Request,
    team_id: UUID,
    session: DbSession,
    now: Now,
    since: str = "",
    until: str = "",
    before: str = "",
) -> Response:
    """The team's adverse events (utilsigtede hændelser)."""
    asked = _asked(request, (), since or _back(now), until, before)
    entries, older = listed(session, team_id, ("adverse_event",), asked.span)
    return _listed(request, session, team_id, "planner/adverse_events.html", entries, older, asked)


@router.get(BASE + "/complaints", permission=Permission.TEAM_READ)
def complaints_page(
    request: Request,
    team_id: UUID,
    session: DbSession,
    now: Now,
    since: str = "",
    until: str = "",
    before: str = "",
) -> Response:
    """Complaints of the help and damage in homes, as carers were told of them (D21)."""
    asked = _asked(request, (), since or _back(now), until, before)
    entries, older = listed(session, team_id, ("complaint", "damage"), asked.span)
    return _listed(request, session, team_id, "planner/complaints.html", entries, older, asked)


def _listed(
    request: Request,
    session: Session,
    team_id: UUID,
    template: str,
    entries: tuple[Entry, ...],
    older: dt.datetime | None,
    asked: Asked,
    **context: Any,
) -> Response:
    lang = language_of(request)
    names = citizen_names(session, entries)
    note_read(session, names)
    base = f"/planner/{team_id}"
    lines = [
        Line(
            one,
            said(one.record, lang),
            names.get(one.record.citizen_id, "") if one.record.citizen_id else "",
            f"{base}/citizens/{one.record.citizen_id}/journal#r{one.record.id}",
        )
        for one in entries
    ]
    span = asked.span
    filters = {"since": span.since or "", "until": span.until or ""}
    return render(
        request,
        template,
        lines=lines,
        base=base,
        errors=asked.errors,
        filters=filters,
        older=_older(request, older),
        **context,
    )


def _back(now: dt.datetime) -> str:
    return (today_of(now) - LOOK_BACK).isoformat()


def _asked(request: Request, kinds: tuple[str, ...], since: str, until: str, before: str) -> Asked:
    """What is looked for, read from the address."""
    errors: dict[str, str] = {}
    dates: dict[str, dt.date | None] = {}
    for name, text in (("since", since), ("until", until)):
        dates[name] = _date(text)
        if text and dates[name] is None:
            errors[name] = say(request, NO_DATE, text=text[:20])
    first, last = dates["since"], dates["until"]
    if first is not None and last is not None and last < first:
        errors["until"] = say(request, WRONG_ORDER)
    if before and _moment(before) is None:
        raise HTTPException(404)
    return Asked(Span(kinds, first, last, _moment(before)), errors)


def _date(text: str) -> dt.date | None:
    """A date that a day can be added to; None for anything else."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if dt.date(1900, 1, 1) <= found <= dt.date(2200, 1, 1) else None


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1900 < found.year < 2200 else None


def _older(request: Request, older: dt.datetime | None) -> str:
    """The address of the page with what came before; empty where nothing did."""
    if older is None:
        return ""
    kept = {name: value for name, value in request.query_params.items() if name != "before" and value}
    return f"{request.url.path}?{urlencode({**kept, 'before': older.isoformat()})}"


def _kinds(lang: str) -> list[tuple[str, str]]:
    translate = translator(lang)
    named = [(code, translate(word)) for code, word in KIND_WORDS.items() if code != "withdrawn"]
    return [("", translate(N_("Everything"))), *sorted(named, key=lambda one: one[1].casefold())]


def _beside(request: Request, one: VisitConflict, naming: Naming, lang: str) -> Beside:
    translate = translator(lang)
    kind, _, task = one.conflict.field.partition(":")
    what = translate(FIELDS[kind])
    if task:
        what = naming.tasks.get(UUID(task)) or what
    values = tuple(
        (
            moment(value.value, lang)
            if isinstance(value.value, dt.datetime)
            else translate(VALUES[value.value]),
            one.who.get(value.user_id, ""),
            value.at,
        )
        for value in one.conflict.values
    )
    return Beside(what, one.name.on_date, values)
