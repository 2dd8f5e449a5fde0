"""The team's meetings in the calendar: made, moved, cancelled (S18)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.entry_form import filled, posted
from delivery_app.planner.entry_pages import EntryPage, save, show, today_of, translate_of
from delivery_app.planner.team_words import cancel_groups, meeting_groups
from delivery_app.security.permissions import Permission
from delivery_app.services.citizens import active_carers
from delivery_app.services.team_list.calendar import (
    cancel_meeting,
    change_meeting,
    make_meetings,
    meeting_cells,
    meeting_to_come,
    version_of,
)
from delivery_app.web.deps import DbSession, Now, PostedForm
from delivery_app.web.page import redirect
from delivery_app.web.routing import RoleRouter
from models.meeting import Meeting

router = RoleRouter()
MEETINGS = "/planner/{team_id}/meetings"
NEW = MEETINGS + "/calendar/new"
ONE = MEETINGS + "/calendar/{meeting_id}"
BACK = N_("Meetings")


@router.get(NEW, permission=Permission.CARE_EDIT)
def new(request: Request, team_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a meeting; everybody is called unless somebody is taken out."""
    carers = active_carers(session, team_id, today_of(now))
    groups = meeting_groups(carers, translate_of(request), repeats=True)
    first = {"carers": " ".join(str(one.id) for one in carers), "minutes": "30"}
    return show(request, _page(team_id, None), filled(groups, first))


@router.post(NEW, permission=Permission.CARE_EDIT)
def make(request: Request, team_id: UUID, session: DbSession, now: Now, sent: PostedForm) -> Response:
    """Put a meeting into the calendar, once or time and again."""
    today = today_of(now)
    carers = active_carers(session, team_id, today)
    form = posted(meeting_groups(carers, translate_of(request), repeats=True), sent)

    def do() -> Response:
        made = make_meetings(session, team_id, form.values, today)
        said = N_("Saved.") if len(made) == 1 else N_("{count} meetings were put into the calendar.")
        return redirect(request, MEETINGS.format(team_id=team_id), said=said, count=len(made))

    return save(request, _page(team_id, None), form, do)


@router.get(ONE, permission=Permission.CARE_EDIT)
def edit(request: Request, team_id: UUID, meeting_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a meeting to come."""
    row = meeting_to_come(session, team_id, meeting_id, today_of(now))
    groups = meeting_groups(active_carers(session, team_id, today_of(now)), translate_of(request))
    form = filled(groups, meeting_cells(session, row), version_of(session, row))
    return show(request, _page(team_id, row), form)


@router.post(ONE, permission=Permission.CARE_EDIT)
def change(
    request: Request, team_id: UUID, meeting_id: UUID, session: DbSession, now: Now, sent: PostedForm
) -> Response:
    """Move a meeting, or change who is called."""
    today = today_of(now)
    row = meeting_to_come(session, team_id, meeting_id, today)
    form = posted(meeting_groups(active_carers(session, team_id, today), translate_of(request)), sent)

    def do() -> Response:
        change_meeting(session, team_id, meeting_id, form.values, form.row_version, today)
        return redirect(request, MEETINGS.format(team_id=team_id), said=N_("Saved."))

    return save(
        request,
        _page(team_id, row),
        form,
        do,
        current=lambda: (meeting_cells(session, row), version_of(session, row), row.changed_by),
    )


@router.get(ONE + "/cancel", permission=Permission.CARE_EDIT)
def ask_cancel(request: Request, team_id: UUID, meeting_id: UUID, session: DbSession, now: Now) -> Response:
    """Whether this one is cancelled, or the later ones of the kind, too."""
    row = meeting_to_come(session, team_id, meeting_id, today_of(now))
    form = filled(cancel_groups(), {"later_too": "no"}, version_of(session, row))
    return show(request, _cancel_page(team_id, row), form)


@router.post(ONE + "/cancel", permission=Permission.CARE_EDIT)
def cancel(
    request: Request, team_id: UUID, meeting_id: UUID, session: DbSession, now: Now, sent: PostedForm
) -> Response:
    """Cancel it."""
    today = today_of(now)
    row = meeting_to_come(session, team_id, meeting_id, today)
    form = posted(cancel_groups(), sent)

    def do() -> Response:
        later = form.values["later_too"] == "yes"
        count = cancel_meeting(session, team_id, meeting_id, form.row_version, today, later_too=later)
        said = N_("The meeting is cancelled.") if count == 1 else N_("{count} meetings are cancelled.")
        return redirect(request, MEETINGS.format(team_id=team_id), said=said, count=count)

    return save(
        request,
        _cancel_page(team_id, row),
        form,
        do,
        current=lambda: ({"later_too": "no"}, version_of(session, row), row.changed_by),
    )


def _page(team_id: UUID, row: Meeting | None) -> EntryPage:
    back = MEETINGS.format(team_id=team_id)
    if row is None:
        return EntryPage(N_("New meeting"), back, BACK, N_("Save"))
    notice = N_("In published rosters the time is taken only when the week is planned anew.")
    return EntryPage(N_("Change the meeting"), back, BACK, N_("Save"), row.name, notice)


def _cancel_page(team_id: UUID, row: Meeting) -> EntryPage:
    notice = N_("Who is on its agenda waits for the next meeting.")
    sub = f"{row.name}, {row.date.isoformat()}"
    return EntryPage(
        N_("Cancel the meeting"),
        MEETINGS.format(team_id=team_id),
        BACK,
        N_("Cancel the meeting"),
        sub,
        notice,
    )
