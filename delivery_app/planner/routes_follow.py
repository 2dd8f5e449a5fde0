"""What waits on a citizen's care plan: records to be followed up, and what a visit that has ended has left over."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors, Message
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group, filled, posted
from delivery_app.planner.entry_pages import EntryPage, save, show, today_of
from delivery_app.planner.routes_care import CARE, care_url, entry_page
from delivery_app.planner.routes_citizens import citizen_of
from delivery_app.planner.routes_team import writer_of
from delivery_app.security.permissions import Permission
from delivery_app.services.care.fields import Errors, date_in, fail_on, id_in, text_in
from delivery_app.services.care.following import KIND, FollowUp, waiting
from delivery_app.services.care.handing_over import hand_over
from delivery_app.services.records.kinds import MOST_SIGNS
from delivery_app.services.records.office import keep
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.page import redirect, say
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError, RememberingError
from models.tables import Citizen

router = RoleRouter()
FOLLOW = CARE + "/follow/{record_id}"
HEADING = N_("What came of it")
NOT_HOME = N_("Nobody opened: what came of it?")
GROUPS = (
    Group(
        "",
        (
            Entry("text", N_("What came of it?"), "area", required=True),
            Entry("follow_up_on", N_("Look again on"), "date"),
        ),
    ),
)


@router.get(FOLLOW, permission=Permission.CARE_EDIT)
def follow(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    record_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """What a carer wrote, and the form of what came of it."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    found = _waiting(session, citizen_id, record_id, now)
    return show(request, _page(request, team_id, citizen, found), filled(GROUPS, {}))


@router.post(FOLLOW, permission=Permission.CARE_EDIT)
def followed(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    record_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Write it down, as a record like those of the tablets."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    found = _waiting(session, citizen_id, record_id, now)
    form = posted(GROUPS, sent)

    def do() -> Response:
        errors: Errors = {}
        text = text_in(form.values, "text", errors, MOST_SIGNS, needed=True)
        again = date_in(form.values, "follow_up_on", errors)
        fail_on(errors)
        body = {"record_id": str(record_id), "text": text, "follow_up_on": again and again.isoformat()}
        try:
            # Who may write care plans may say what came of what stands in them.
            keep(session, writer_of(person, team_id), KIND, body, now, citizen_id=citizen_id)
        except RememberingError as error:
            raise CellErrors(
                {"text": [Message("this could not be kept; open the page again", {"value": ""})]}
            ) from error
        return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))

    return save(request, _page(request, team_id, citizen, found), form, do)


@router.post(CARE + "/left-over/{need_id}", permission=Permission.CARE_EDIT)
def left(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Let tasks and instructions of a visit that has ended go over to another one, or end with it."""
    citizen_of(session, person, team_id, citizen_id)
    chosen = sent.get("to", "")
    to = id_in(chosen)
    url = care_url(team_id, citizen_id)
    if chosen != END and to is None:
        return redirect(
            request, url, said=N_("Choose the visit that takes over, or let it end."), kind="warning"
        )
    why = say(request, N_("The visit before has ended; this one takes over"))
    ends = say(request, N_("The visit has ended"))
    try:
        hand_over(session, team_id, citizen_id, need_id, to, today_of(now), ends if to is None else why)
    except RememberingError as error:
        if isinstance(error, MissingRowError):
            raise
        return redirect(request, url, said=error.template, kind="warning")
    said = N_("Ended. What was done stays on record.") if to is None else N_("Taken over.")
    return redirect(request, url, said=said)


#: What the form sends instead of a need: nothing takes over.
END = "end"


def _waiting(session: DbSession, citizen_id: UUID, record_id: UUID, now: Now) -> FollowUp:
    found = next(
        (one for one in waiting(session, [citizen_id], today_of(now)) if one.record_id == record_id), None
    )
    if found is None:
        raise MissingRowError("This has been followed up already, or is not the citizen's")
    return found


def _page(request: Request, team_id: UUID, citizen: Citizen, found: FollowUp) -> EntryPage:
    page = entry_page(HEADING, team_id, citizen)
    return replace(page, quoted=say(request, NOT_HOME) if found.not_home else found.text)
