"""Emergency calls: registered, the nearest carer with time in reserve sent, others' visits moved by agreement (S21, S12)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import col, select

from delivery_app.i18n import N_
from delivery_app.moment import ZONE
from delivery_app.planner.emergency_view import emergency_page
from delivery_app.planner.emergency_words import CALL_STATES, LEFT_OUT
from delivery_app.planner.routes_team import writer_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.records.office import keep
from delivery_app.services.risk.calls import call_of, calls_of, close, dispatch, register_call, states_of
from delivery_app.services.risk.help import answer_help, help_calls
from delivery_app.services.risk.urgent import urgent
from delivery_app.services.team_rows import carers_by_id, standing
from delivery_app.texts import QUALIFICATIONS
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm, as_uuid
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError, RememberingError
from models.tables import Citizen

router = RoleRouter()
LIST = "/planner/{team_id}/emergency"
ONE = LIST + "/{call_id}"
#: So many days of calls are listed.
DAYS = 14
FASTER = N_("Somebody else has answered it already.")


@router.get(LIST, permission=Permission.PLAN_READ)
def calls(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, citizen: str = ""
) -> Response:
    """The calls of the last days, calls for help, and the form of a new call."""
    return _list(request, team_id, session, person, now, {"citizen": citizen})


@router.post(LIST, permission=Permission.PLAN_PUBLISH)
def register(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, form: PostedForm
) -> Response:
    """Write a call down, and go on to who can take it."""
    citizen_id, minutes = as_uuid(form.get("citizen", "")), form.get("minutes", "")
    try:
        if citizen_id is None:
            raise RememberingError("Choose the citizen who has rung")
        asked = form.get("qualification", "")
        if asked and asked not in QUALIFICATIONS:
            raise RememberingError("Choose a qualification of the list")
        call = register_call(
            session,
            team_id=team_id,
            citizen_id=citizen_id,
            user_id=person.user_id,
            what=form.get("what", ""),
            minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 0,
            qualification=asked,
            now=now,
        )
    except RememberingError as error:
        return _list(request, team_id, session, person, now, dict(form), error)
    return redirect(request, ONE.format(team_id=team_id, call_id=call.id))


@router.get(ONE, permission=Permission.PLAN_READ)
def call(
    request: Request, team_id: UUID, call_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """A call: how it stands, who can go, what that costs."""
    return _show(request, team_id, call_id, session, person, now)


@router.post(ONE + "/send", permission=Permission.PLAN_PUBLISH)
def send(
    request: Request,
    team_id: UUID,
    call_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    form: PostedForm,
) -> Response:
    """Send a carer: the tablet says so within seconds."""
    carer_id = as_uuid(form.get("carer", ""))
    if carer_id is None:
        raise MissingRowError("There is no carer with the id {id}", id=form.get("carer", "")[:40])
    row = call_of(session, team_id, call_id)
    dispatch(session, row, carer_id, row_version=form.row_version(), by=person.sign_in_name, now=now)
    url = ONE.format(team_id=team_id, call_id=call_id)
    return redirect(request, url, said=N_("Sent to the carer's tablet. Ring, too, when it is very urgent."))


@router.post(ONE + "/close", permission=Permission.PLAN_PUBLISH)
def solved(
    request: Request,
    team_id: UUID,
    call_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    form: PostedForm,
) -> Response:
    """The call was solved without a visit."""
    row = call_of(session, team_id, call_id)
    try:
        close(session, row, form.get("why", ""), row_version=form.row_version(), now=now)
    except RememberingError as error:
        if isinstance(error, MissingRowError) or form.get("why"):
            raise
        return _show(request, team_id, call_id, session, person, now, error, 422)
    return redirect(request, LIST.format(team_id=team_id), said=N_("The call is closed."))


@router.post(ONE + "/move", permission=Permission.PLAN_PUBLISH)
def move(
    request: Request,
    team_id: UUID,
    call_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    form: PostedForm,
) -> Response:
    """Move a visit that the call makes late: only to a time that was agreed with the citizen, never away."""
    call_of(session, team_id, call_id)
    body = {name: form.get(name, "") for name in ("to", "agreed_with", "note")}
    try:
        need_id, on_date = UUID(form.get("need", "")), dt.date.fromisoformat(form.get("on_date", ""))
        # Who may change published rosters may move a visit of them.
        keep(session, writer_of(person, team_id), "visit_moved", body, now, need_id=need_id, on_date=on_date)
    except ValueError:
        missing = RememberingError("Ring the citizen, and give the time you agreed on and with whom")
        return _show(request, team_id, call_id, session, person, now, missing, 422)
    url = ONE.format(team_id=team_id, call_id=call_id)
    return redirect(request, url, said=N_("Moved. The carer's tablet shows the new time."))


@router.post("/planner/{team_id}/help/{help_id}/answer", permission=Permission.PLAN_READ)
def answer(
    request: Request,
    team_id: UUID,
    help_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    form: PostedForm,
) -> Response:
    """Say that one acts on a carer's call for help: the carer is told."""
    first = answer_help(session, team_id, help_id, user_id=person.user_id, what=form.get("what", ""), now=now)
    said = N_("The carer is told that you have seen the call.") if first else FASTER
    return redirect(request, LIST.format(team_id=team_id), said=said, kind="success" if first else "info")


def _list(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    values: dict[str, str],
    error: RememberingError | None = None,
) -> Response:
    today = now.astimezone(ZONE).date()
    found = states_of(session, calls_of(session, team_id, today - dt.timedelta(days=DAYS), today), now)
    helps = help_calls(session, team_id, now)
    choices = sorted((row.name, row.id) for row in standing(session, Citizen, team_id, today))
    shown = {one.call.citizen_id for one in found} | {one.citizen_id for one in helps if one.citizen_id}
    names = {row.id: row.name for row in session.scalars(select(Citizen).where(col(Citizen.id).in_(shown)))}
    note_read(session, {*shown, *(row_id for _, row_id in choices)})
    return render(
        request,
        "planner/emergencies.html",
        422 if error else 200,
        calls=found,
        helps=helps,
        names=names,
        choices=choices,
        carers={row_id: row.name for row_id, row in carers_by_id(session, team_id).items()},
        values={"citizen": "", "what": "", "qualification": "", "minutes": str(urgent().call_min), **values},
        lang_mistake="" if error is None else _said(request, error),
        qualifications=QUALIFICATIONS,
        states=CALL_STATES,
        may_send=person.may(Permission.PLAN_PUBLISH, team_id),
    )


def _show(
    request: Request,
    team_id: UUID,
    call_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    error: RememberingError | None = None,
    status: int = 200,
) -> Response:
    row = call_of(session, team_id, call_id)
    page = emergency_page(session, row, now)
    note_read(session, page.citizens, subject=("emergency_call", row.id))
    return render(
        request,
        "planner/emergency.html",
        status,
        page=page,
        call=row,
        url=ONE.format(team_id=team_id, call_id=call_id),
        states=CALL_STATES,
        why=LEFT_OUT,
        lang_mistake="" if error is None else _said(request, error),
        may_send=person.may(Permission.PLAN_PUBLISH, team_id),
    )


def _said(request: Request, error: RememberingError) -> str:
    from delivery_app.i18n import translator

    return translator(language_of(request))(error.template).format(**error.values)
