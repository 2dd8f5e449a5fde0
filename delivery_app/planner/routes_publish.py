"""Publishing a draft: what it breaks, whom it changes against what holds now, the note, and the yes."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.moment import Moment, moment_of
from delivery_app.planner.change_view import change_view
from delivery_app.planner.naming import said
from delivery_app.planner.roster_pages import page_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.names import author_names, names_of
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import (
    NOTE_MAX,
    PublishError,
    outlook_of,
    publish_draft,
    week_head_of,
)
from delivery_app.web.deps import DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
PAGE = "/planner/{team_id}/rosters/{roster_id}/publish"
DONE = N_("Version {version} is published. Carers and citizens see it from now on.")
DONE_AND_TELL = N_("Version {version} is published. Citizens to be told: {count}.")


@router.get(PAGE, permission=Permission.PLAN_PUBLISH)
def publish_page(request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now) -> Response:
    """What publishing would mean."""
    return _page(request, session, team_id, roster_id, moment_of(now))


@router.post(PAGE, permission=Permission.PLAN_PUBLISH)
def publish(
    request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now, form: PostedForm
) -> Response:
    """Publish it."""
    try:
        done = publish_draft(
            session,
            team_id,
            roster_id,
            moment_of(now),
            note=form.get("note", ""),
            begun_is_known="begun" in form,
            expected_row_version=form.row_version(),
        )
    except PublishError as error:
        return _page(request, session, team_id, roster_id, moment_of(now), error, form.get("note", ""))
    url = f"/planner/{team_id}/notices" if done.to_tell else f"/planner/{team_id}"
    said = DONE_AND_TELL if done.to_tell else DONE
    return redirect(request, url, said=said, version=done.roster.version, count=done.to_tell)


def _page(
    request: Request,
    session: Session,
    team_id: UUID,
    roster_id: UUID,
    now: Moment,
    error: PublishError | None = None,
    note: str = "",
) -> Response:
    lang = language_of(request)
    head = week_head_of(session, team_id, roster_id)
    found = outlook_of(session, team_id, roster_id, now)
    names = names_of(session, team_id)
    view = None if found.changed is None else change_view(found.changed, names, now.date, lang)
    shown = [] if view is None else view.shown
    left_out = [row for week in range(head.weeks) for row in found.plan.left_out(week)]
    shown += [
        names.citizens[row.citizen.id].row_id
        for row in left_out
        if row.citizen is not None and row.citizen.id in names.citizens
    ]
    if found.broken or found.stood or found.warned:
        # A sentence about a rule may name anybody.
        shown += [
            one.row_id for one in names.citizens.values() if one.code in found.plan.problem.citizen_by_id
        ]
    note_read(session, shown, subject=("roster", roster_id))
    return render(
        request,
        "planner/publish.html",
        200 if error is None else 422,
        roster=page_of(request, request.state.person, plan_of(session, roster_id, team_id), "publish"),
        head=head,
        by_names=author_names(session, {head.published_by or ""}),
        said=lambda row: said(found.plan, row, lang),
        outlook=found,
        changes=view,
        left_out=left_out,
        note=note,
        note_max=NOTE_MAX,
        errors={} if error is None else {"note": sentence(error, lang)},
    )
