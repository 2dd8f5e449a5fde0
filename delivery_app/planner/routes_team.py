"""The team's list at the office: what carers wrote to the planner and to each other, tasks, and to write on it (S18)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Group, filled, posted
from delivery_app.planner.entry_pages import EntryPage, save, show, today_of, translate_of
from delivery_app.planner.team_words import message_groups, task_groups, text_groups
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services.citizens import active_carers
from delivery_app.services.records.office import Writer
from delivery_app.services.team_list.reading import looked_at, note_look, team_list
from delivery_app.services.team_list.writing import take_back, task_done, write_message, write_task
from delivery_app.services.team_rows import standing
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Citizen

router = RoleRouter()
LIST = "/planner/{team_id}/team"
BACK = N_("The team's list")


def writer_of(person: Person, team_id: UUID) -> Writer:
    """Who writes at the office."""
    return Writer(person.user_id, person.sign_in_name, person.municipality_id, team_id)


def citizens_of(session: Session, team_id: UUID, now: Now) -> list[Citizen]:
    """The team's citizens to choose from: all of them are seen by that."""
    found = list(standing(session, Citizen, team_id, today_of(now)))
    note_read(session, found)
    return found


@router.get(LIST, permission=Permission.TEAM_READ)
def page(request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now) -> Response:
    """The list, what is to the planner in front."""
    found = team_list(session, team_id, now)
    note_read(session, found.citizens)
    return render(
        request,
        "planner/team.html",
        found=found,
        looked=looked_at(session, team_id, person.user_id),
        today=today_of(now),
        url=LIST.format(team_id=team_id),
        may_write=person.may(Permission.CARE_EDIT, team_id),
    )


@router.post(LIST + "/seen", permission=Permission.TEAM_READ)
def seen(request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now) -> Response:
    """Everything on the list has been seen."""
    until = team_list(session, team_id, now).until
    note_read(session, [])
    if until is not None:
        note_look(
            session,
            municipality_id=person.municipality_id,
            team_id=team_id,
            user_id=person.user_id,
            until=until,
            now=now,
        )
    if request.headers.get("hx-request") == "true":
        # What was new stays marked while the page is looked at.
        return Response(status_code=204)
    return redirect(request, LIST.format(team_id=team_id))


@router.get(LIST + "/message", permission=Permission.CARE_EDIT)
def new_message(request: Request, team_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a message."""
    groups = message_groups(citizens_of(session, team_id, now), translate_of(request))
    return show(request, _page(team_id, N_("New message")), filled(groups, {"to": "team"}))


@router.post(LIST + "/message", permission=Permission.CARE_EDIT)
def add_message(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Put a message on the list."""
    form = posted(message_groups(citizens_of(session, team_id, now), translate_of(request)), sent)

    def do() -> Response:
        write_message(session, writer_of(person, team_id), form.values, now)
        return redirect(request, LIST.format(team_id=team_id), said=N_("Saved."))

    return save(request, _page(team_id, N_("New message")), form, do)


@router.get(LIST + "/task", permission=Permission.CARE_EDIT)
def new_task(request: Request, team_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a task."""
    groups = task_groups(
        citizens_of(session, team_id, now),
        active_carers(session, team_id, today_of(now)),
        translate_of(request),
    )
    return show(request, _page(team_id, N_("New task")), filled(groups, {}))


@router.post(LIST + "/task", permission=Permission.CARE_EDIT)
def add_task(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Put a task on the list."""
    carers = active_carers(session, team_id, today_of(now))
    groups = task_groups(citizens_of(session, team_id, now), carers, translate_of(request))
    form = posted(groups, sent)

    def do() -> Response:
        write_task(session, writer_of(person, team_id), form.values, now)
        return redirect(request, LIST.format(team_id=team_id), said=N_("Saved."))

    return save(request, _page(team_id, N_("New task")), form, do)


@router.post(LIST + "/{record_id}/done", permission=Permission.CARE_EDIT)
def done(
    request: Request,
    team_id: UUID,
    record_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """A task is done."""
    task_done(session, writer_of(person, team_id), record_id, sent.get("note", ""), now)
    return redirect(request, LIST.format(team_id=team_id), said=N_("Written down as done."))


@router.get(LIST + "/{record_id}/take-back", permission=Permission.CARE_EDIT)
def ask_why(request: Request, team_id: UUID, record_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of the reason."""
    return show(request, _back_page(session, team_id, record_id, now), filled(_reason(), {}))


@router.post(LIST + "/{record_id}/take-back", permission=Permission.CARE_EDIT)
def back(
    request: Request,
    team_id: UUID,
    record_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Take a message or a task back, or that one is done."""
    form = posted(_reason(), sent)

    def do() -> Response:
        take_back(session, writer_of(person, team_id), record_id, form.values["reason"], now)
        return redirect(
            request, LIST.format(team_id=team_id), said=N_("Taken back; it stays in the journal.")
        )

    return save(request, _back_page(session, team_id, record_id, now), form, do)


def _reason() -> tuple[Group, ...]:
    return text_groups("reason", N_("Why?"))


def _back_page(session: Session, team_id: UUID, record_id: UUID, now: Now) -> EntryPage:
    """Of what stands on the list; raises MissingRowError."""
    found = team_list(session, team_id, now)
    for one in found.lines:
        if record_id in (one.record.id, one.done.record.id if one.done else None):
            note_read(session, [one.citizen_id] if one.citizen_id else [])
            page = _page(team_id, N_("Take back"))
            return EntryPage(page.heading, page.back, page.back_label, N_("Take back"), quoted=one.text)
    raise MissingRowError("The team's list has nothing with the id {id}", id=record_id)


def _page(team_id: UUID, heading: str) -> EntryPage:
    return EntryPage(heading, LIST.format(team_id=team_id), BACK, N_("Save"))
