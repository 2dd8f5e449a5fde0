"""Who must be told that a visit is not as it was: the list in the order to telephone, ticked off one by one."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.moment import moment_of
from delivery_app.planner.change_view import gist_of, visit_lines
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import notices
from delivery_app.services.names import team_authors
from delivery_app.telling import Telling
from delivery_app.texts import TOLD_HOW
from delivery_app.web.deps import DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
LIST = "/planner/{team_id}/notices"
TOLD = N_("Ticked off.")
TRIED = N_("Noted: not reached.")
BACK = N_("Taken back: still to be told.")


@router.get(LIST, permission=Permission.PLAN_PUBLISH)
def notice_list(request: Request, team_id: UUID, session: DbSession, now: Now, page: str = "") -> Response:
    """Who is still to be told, the soonest first, then who was told, the last first; thirty a page."""
    moment = moment_of(now)
    found = notices.notices_of(session, team_id, page=_number(page))
    telling = Telling(found.carers, moment.date, language_of(request))
    rows = (*found.waiting, *found.told)
    note_read(session, {row.citizen_id for row in rows})
    lines = {row.notice_id: visit_lines(row.visits, telling) for row in rows}
    return render(
        request,
        "planner/notices.html",
        found=found,
        by_names=team_authors(session, team_id),
        waiting=found.waiting,
        told=found.told,
        lines=lines,
        gists={notice_id: gist_of(visits) for notice_id, visits in lines.items()},
        past={row.notice_id for row in found.waiting if row.first < moment},
        ways=TOLD_HOW,
    )


@router.post(LIST + "/{notice_id}/told", permission=Permission.PLAN_PUBLISH)
def told(
    request: Request, team_id: UUID, notice_id: UUID, session: DbSession, now: Now, form: PostedForm
) -> Response:
    """Tick it off."""
    notices.tell(
        session,
        team_id,
        notice_id,
        form.get("how", "telephone"),
        expected_row_version=form.row_version(),
        at=now,
    )
    return redirect(request, _back(team_id, form), said=TOLD)


@router.post(LIST + "/{notice_id}/tried", permission=Permission.PLAN_PUBLISH)
def tried(
    request: Request, team_id: UUID, notice_id: UUID, session: DbSession, now: Now, form: PostedForm
) -> Response:
    """Nobody answered."""
    notices.tried(session, team_id, notice_id, expected_row_version=form.row_version(), at=now)
    return redirect(request, _back(team_id, form), said=TRIED, kind="info")


@router.post(LIST + "/{notice_id}/undo", permission=Permission.PLAN_PUBLISH)
def undo(request: Request, team_id: UUID, notice_id: UUID, session: DbSession, form: PostedForm) -> Response:
    """Take a tick back."""
    notices.take_back(session, team_id, notice_id, expected_row_version=form.row_version())
    return redirect(request, _back(team_id, form), said=BACK, kind="info")


def _back(team_id: UUID, form: PostedForm) -> str:
    """The page of the list on which a button was pressed."""
    number = _number(form.get("page", ""))
    return LIST.format(team_id=team_id) + (f"?page={number}" if number > 1 else "")


def _number(text: str) -> int:
    """A page's number out of an address or form; the first when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
