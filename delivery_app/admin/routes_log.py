"""Who saw and changed what: the access log for administrators (the municipality) and leaders (their teams)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from delivery_app.admin.log_view import (
    PAGE_LINES,
    LogPage,
    LogQuery,
    action_choices,
    filter_of,
    line_views,
    scope_of,
    users_in,
)
from delivery_app.i18n import N_, translator
from delivery_app.security.access_log import note_read
from delivery_app.security.log_report import LogFilter, citizens_of_code, find_lines
from delivery_app.security.log_words import ACTION_WORDS
from delivery_app.security.permissions import Permission
from delivery_app.templating import moment
from delivery_app.web.deps import CurrentPerson, DbSession, PostedForm, as_uuid
from delivery_app.web.language import language_of
from delivery_app.web.page import render, say
from delivery_app.web.routing import RoleRouter
from models.access_log import Action, Use

router = RoleRouter()
NO_SUCH_CITIZEN = N_("No citizen of your teams has the id {code}; write it as in the list of citizens")
SEVERAL = N_("Citizens of several teams have the id {code}: {teams}. Choose one of them in the list below")
NO_DATE = N_("'{text}' is not a date; write it as 2026-11-30")
WRONG_ORDER = N_("The last day lies before the first one")


@router.get("/admin/audit", permission=Permission.AUDIT_READ)
def log_page(
    request: Request,
    person: CurrentPerson,
    session: DbSession,
    citizen: str = "",
    user: str = "",
    action: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
) -> Response:
    """The newest entries, or those asked for."""
    query = LogQuery(
        as_uuid(citizen),
        as_uuid(user),
        action if action in ACTION_WORDS else "",
        as_date(since),
        as_date(until),
        as_place(before),
    )
    return _page(request, session, query, scope_of(person))


@router.post("/admin/audit", permission=Permission.AUDIT_READ)
def find_in_log(request: Request, person: CurrentPerson, session: DbSession, form: PostedForm) -> Response:
    """The form: from what people write to ids, so that nobody's name or code stands in an address."""
    scope = scope_of(person)
    errors: dict[str, str] = {}
    query = LogQuery(
        user=as_uuid(form.get("user")),
        action=form.get("action", "") if form.get("action") in ACTION_WORDS else "",
        since=as_date(form.get("since", "")),
        until=as_date(form.get("until", "")),
    )
    for name, found in (("since", query.since), ("until", query.until)):
        if form.get(name) and found is None:
            errors[name] = say(request, NO_DATE, text=form[name][:20])
    if query.since and query.until and query.until < query.since:
        errors["until"] = say(request, WRONG_ORDER)
    code = form.get("code", "")[:50]
    if code:
        assert scope.municipality_id is not None
        matching = citizens_of_code(session, code, scope.municipality_id, scope.teams)
        if len(matching) == 1:
            query = replace(query, citizen=matching[0][0])
        elif matching:
            teams = ", ".join(team for _, team in matching)
            errors["code"] = say(request, SEVERAL, code=code, teams=teams)
        else:
            errors["code"] = say(request, NO_SUCH_CITIZEN, code=code)
    if errors:
        return _page(request, session, query, scope, errors, code)
    return RedirectResponse(query.url(), 303)


@router.get("/admin/audit/report/{citizen_id}", permission=Permission.AUDIT_READ)
def access_report(request: Request, person: CurrentPerson, session: DbSession, citizen_id: UUID) -> Response:
    """Everything that was done with a citizen's data, as a CSV file for the citizen (D18)."""
    scope = scope_of(person)
    lines = find_lines(session, replace(scope, citizen_id=citizen_id), None)
    if not lines:
        raise HTTPException(404)
    note_read(session, [citizen_id], action=Action.EXPORTED, use=Use.OWN_REQUEST)
    lang = language_of(request)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if lang == "da" else ",")
    titles = (N_("Time"), N_("User"), N_("Use"), N_("What"), N_("Of"), N_("Columns"), N_("Team"))
    writer.writerow([say(request, title) for title in titles])
    for line in line_views(lines, LogQuery(), users_in(session, scope), translator(lang)):
        cells = (
            moment(line.at, lang),
            line.user,
            line.use,
            line.action,
            line.subject,
            line.columns,
            line.team,
        )
        writer.writerow([_harmless(cell) for cell in cells])
    return Response(
        "\ufeff" + text.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="access-report-{citizen_id}.csv"'},
    )


def as_date(text: str) -> date | None:
    """A date of a form or an address; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def as_place(text: str) -> tuple[int, int] | None:
    """A place in the log, seal and position; None when it is none."""
    seal, _, position = text.partition("-")
    if seal.isascii() and seal.isdigit() and position.isascii() and position.isdigit() and len(text) < 30:
        return int(seal[:18]), int(position[:9])
    return None


def _page(
    request: Request,
    session: Session,
    query: LogQuery,
    scope: LogFilter,
    errors: dict[str, str] | None = None,
    code: str | None = None,
) -> Response:
    translate = translator(language_of(request))
    lines = find_lines(session, filter_of(query, scope), PAGE_LINES + 1)
    shown = lines[:PAGE_LINES]
    names = users_in(session, scope)
    # The log names citizens by the team's code; who asks about one of them is logged as reading about that one.
    note_read(session, [query.citizen] if query.citizen and lines else [])
    last = shown[-1] if len(lines) > PAGE_LINES else None
    page = LogPage(
        query,
        line_views(shown, query, names, translate),
        [(str(user_id), name) for user_id, name in names.items()],
        action_choices(translate),
        code if code is not None else next((one.citizen_code for one in lines if query.citizen), ""),
        None if last is None else query.url(before=(last.seal, last.position)),
        None if query.before is None else query.url(before=None),
        f"/admin/audit/report/{query.citizen}" if query.citizen and lines else None,
        errors or {},
    )
    return render(request, "admin/log.html", 422 if errors else 200, page=page)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
