"""Files in and out: hand in, look through, say yes; export a week's team as a workbook or a zip."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import col, select

from delivery_app.bridge import problem_from
from delivery_app.bridge.cells import week_name
from delivery_app.exchange.packs import workbook, zipped
from delivery_app.i18n import N_
from delivery_app.planner.entry_pages import today_of
from delivery_app.planner.import_words import COLUMNS, TABLES, setting
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import importing
from delivery_app.services.importing import Looked
from delivery_app.services.team_rows import monday_of, team_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.access_log import Action, Use
from models.errors import RememberingError
from models.tables import Citizen

router = RoleRouter()
IMPORT = "/planner/{team_id}/import"
EXPORT = "/planner/{team_id}/export"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = N_("No file was chosen. Choose a workbook (.xlsx) or a zip, then hand it in.")
#: So many mistakes are shown at once.
MISTAKES_MOST = 200


@router.get(IMPORT, permission=Permission.TEAM_IMPORT)
def import_page(request: Request, team_id: UUID, now: Now, person: CurrentPerson) -> Response:
    """Where files are handed in and taken out."""
    return _start(request, team_id, now, person)


@router.post(IMPORT, permission=Permission.TEAM_IMPORT)
def hand_in(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Look through a file: its mistakes, or what it would change."""
    file = sent.file("file")
    if file is None or file.filename is None:
        return _start(request, team_id, now, person, NO_FILE, status=422)
    content = file.file.read()
    try:
        looked = importing.hand_in(session, team_id, person.user_id, file.filename, content, now)
    except (RememberingError, ValueError) as error:
        return _start(request, team_id, now, person, said(error, request), status=422)
    if looked.pending_id is None:
        return _looked(request, session, team_id, looked, 422 if looked.read.errors else 200)
    return redirect(request, f"/planner/{team_id}/import/{looked.pending_id}")


@router.get(IMPORT + "/{pending_id}", permission=Permission.TEAM_IMPORT)
def look_again(
    request: Request, team_id: UUID, pending_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """What a file that waits would change now."""
    looked = importing.look_again(session, team_id, person.user_id, pending_id, now)
    return _looked(request, session, team_id, looked)


@router.post(IMPORT + "/{pending_id}", permission=Permission.TEAM_IMPORT)
def say_yes(
    request: Request,
    team_id: UUID,
    pending_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Let the file hold, when it still changes just what was shown."""
    looked = importing.look_again(session, team_id, person.user_id, pending_id, now)
    if looked.preview is None or looked.preview.digest() != sent.get("seen"):
        return _looked(request, session, team_id, looked, 409, moved=True)
    importing.note_seen(session, pending_id, looked.preview)
    found = importing.say_yes(session, team_id, person.user_id, pending_id, now)
    note_read(session, importing.citizens_shown(session, team_id, found))
    return redirect(
        request,
        f"/planner/{team_id}/citizens",
        said=N_("The file is imported, and holds from {week} on."),
        week=found.week,
    )


@router.post(IMPORT + "/{pending_id}/forget", permission=Permission.TEAM_IMPORT)
def give_up(
    request: Request, team_id: UUID, pending_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """Give the file up."""
    importing.forget(session, team_id, person.user_id, now)
    return redirect(
        request, f"/planner/{team_id}/import", said=N_("The file is deleted; nothing was changed.")
    )


@router.get(EXPORT, permission=Permission.TEAM_EXPORT)
def export(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    week: str = "",
    weeks: str = "1",
    form: str = "xlsx",
) -> Response:
    """The team of some weeks as a file that can be imported again."""
    chosen = week or week_name(monday_of(today_of(now)))
    count = int(weeks) if weeks.isascii() and weeks.isdigit() else 1
    try:
        problem = problem_from(session, team_id, chosen, count)
        more = importing.team_beside(session, team_id, problem)
        content = zipped(problem, more) if form == "zip" else workbook(problem, more)
    except (RememberingError, ValueError) as error:
        return _start(request, team_id, now, person, said(error, request), status=422)
    codes = [row.citizen_id for row in problem.citizens]
    rows = session.scalars(
        select(Citizen.id).where(col(Citizen.team_id) == team_id, col(Citizen.code).in_(codes))
    )
    note_read(session, rows.all(), use=Use.EXPORT, action=Action.EXPORTED)
    kind = "zip" if form == "zip" else "xlsx"
    headers = {
        "Content-Disposition": f'attachment; filename="naerplan-{chosen}.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(
        content, media_type="application/zip" if kind == "zip" else WORKBOOK_TYPE, headers=headers
    )


def said(error: Exception, request: Request) -> str:
    """An error of ours in the reader's language; the pack's own sentences when it is one of the pack."""
    text = sentence(error, language_of(request))
    return text or str(error)


def _start(
    request: Request, team_id: UUID, now: Now, person: CurrentPerson, error: str = "", status: int = 200
) -> Response:
    this = monday_of(today_of(now))
    return render(
        request,
        "planner/import.html",
        status,
        error=error,
        no_file=NO_FILE,
        weeks=[
            (week_name(monday), monday)
            for monday in (this + timedelta(days=7 * number) for number in range(-4, 9))
        ],
        this_week=week_name(this),
        may_export=person.may(Permission.TEAM_EXPORT, team_id),
    )


def _looked(
    request: Request,
    session: DbSession,
    team_id: UUID,
    looked: Looked,
    status: int = 200,
    *,
    moved: bool = False,
) -> Response:
    shown = [] if looked.preview is None else importing.citizens_shown(session, team_id, looked.preview)
    note_read(session, shown)
    return render(
        request,
        "planner/import_preview.html",
        status,
        looked=looked,
        errors=looked.read.errors[:MISTAKES_MOST],
        preview=looked.preview,
        moved=moved,
        tables=TABLES,
        columns=COLUMNS,
        setting=setting,
        team_name=team_of(session, team_id).name,
    )
