"""The parts of a care plan that say how: tasks of a visit, and instructions with their versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.planner.care_forms import (
    first_cells,
    instruction_cells,
    instruction_groups,
    task_cells,
    task_groups,
)
from delivery_app.planner.entry_form import Group, filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, save, show, today_of, translate_of
from delivery_app.planner.routes_care import CARE, care_url, entry_page
from delivery_app.planner.routes_citizens import citizen_of
from delivery_app.security.permissions import Permission
from delivery_app.services.care import editing
from delivery_app.services.care.instructions import (
    Version,
    history_of,
    save_instruction,
    withdraw_instruction,
)
from delivery_app.services.names import team_authors
from delivery_app.services.needs import needs_of
from delivery_app.services.team_rows import row_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import ActionInstruction, CareTask, Citizen, Need

router = RoleRouter()
T = TypeVar("T", CareTask, Need)
TASKS = CARE + "/needs/{need_id}/tasks"
INSTRUCTIONS = CARE + "/instructions"
NEW_TASK, CHANGE_TASK = N_("New task"), N_("Change the task")
NEW_INSTRUCTION, NEW_VERSION = N_("New instruction"), N_("New version of the instruction")
VERSION_NOTICE = N_(
    "The version before stays as it is. Carers see what changed until they have been with the citizen."
)


@router.get(TASKS + "/new", permission=Permission.CARE_EDIT)
def new_task(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """The form of a new task of a visit."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    need = _need(session, citizen, need_id)
    form = filled(_task_groups(request, need), first_cells({}, today_of(now)))
    return show(request, entry_page(NEW_TASK, team_id, citizen), form)


@router.post(TASKS + "/new", permission=Permission.CARE_EDIT)
def add_task(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    need_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Add it."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    need = _need(session, citizen, need_id)
    form = posted(_task_groups(request, need), sent)

    def do() -> Response:
        editing.save_task(session, team_id, need_id, form.values, today_of(now))
        return _saved(request, team_id, citizen_id)

    return save(request, entry_page(NEW_TASK, team_id, citizen), form, do)


@router.get(CARE + "/tasks/{care_task_id}", permission=Permission.CARE_EDIT)
def edit_task(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    care_task_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """The form of a task."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    row = _row(session, CareTask, team_id, citizen, care_task_id)
    form = filled(_task_groups(request, session.get_one(Need, row.need_id)), task_cells(row), row.row_version)
    return show(request, _task_page(team_id, citizen, row), form)


@router.post(CARE + "/tasks/{care_task_id}", permission=Permission.CARE_EDIT)
def change_task(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    care_task_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Save a task."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    row = _row(session, CareTask, team_id, citizen, care_task_id)
    form = posted(_task_groups(request, session.get_one(Need, row.need_id)), sent)

    def do() -> Response:
        editing.save_task(
            session,
            team_id,
            row.need_id,
            form.values,
            today_of(now),
            task_id=row.id,
            row_version=sent.row_version(),
        )
        return _saved(request, team_id, citizen_id)

    return save(
        request,
        _task_page(team_id, citizen, row),
        form,
        do,
        current=lambda: (task_cells(row), row.row_version, row.changed_by),
    )


@router.post(CARE + "/tasks/{care_task_id}/move", permission=Permission.CARE_EDIT)
def move_task(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    care_task_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Do a task earlier or later in its visit."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    _row(session, CareTask, team_id, citizen, care_task_id)
    steps = -1 if sent.get("to", "") == "earlier" else 1
    editing.move_task(session, team_id, care_task_id, steps, today_of(now))
    return redirect(request, care_url(team_id, citizen_id))


@router.post(CARE + "/tasks/{care_task_id}/end", permission=Permission.CARE_EDIT)
def end_task(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    care_task_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """From today on it is not done any more."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    _row(session, CareTask, team_id, citizen, care_task_id)
    editing.end_task(session, team_id, care_task_id, None, today_of(now))
    return _saved(request, team_id, citizen_id)


@router.get(INSTRUCTIONS + "/new", permission=Permission.CARE_EDIT)
def new_instruction(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """The form of a new instruction."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = filled(_instruction_groups(request, session, citizen, now, new=True), {})
    return show(request, entry_page(NEW_INSTRUCTION, team_id, citizen), form)


@router.post(INSTRUCTIONS + "/new", permission=Permission.CARE_EDIT)
def add_instruction(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Write it."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = posted(_instruction_groups(request, session, citizen, now, new=True), sent)

    def do() -> Response:
        save_instruction(session, team_id, citizen_id, form.values)
        return _saved(request, team_id, citizen_id)

    return save(request, entry_page(NEW_INSTRUCTION, team_id, citizen), form, do)


@router.get(INSTRUCTIONS + "/{series_id}", permission=Permission.TEAM_READ)
def versions(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    series_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """An instruction with all its versions and what each changed."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    found = _history(session, team_id, citizen, series_id)
    return render(
        request,
        "planner/care_versions.html",
        by_names=team_authors(session, team_id),
        versions=found,
        citizen=citizen.name or citizen.code,
        back=care_url(team_id, citizen_id),
        may_edit=person.may(Permission.CARE_EDIT, team_id) and not found[0].row.withdrawn,
        url=f"{care_url(team_id, citizen_id)}/instructions/{series_id}",
    )


@router.get(INSTRUCTIONS + "/{series_id}/edit", permission=Permission.CARE_EDIT)
def edit_instruction(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    series_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """The form of a new version."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    row = _history(session, team_id, citizen, series_id)[0].row
    groups = _instruction_groups(request, session, citizen, now, new=False)
    form = filled(groups, instruction_cells(row), row.version)
    return show(request, _version_page(team_id, citizen, row), form)


@router.post(INSTRUCTIONS + "/{series_id}/edit", permission=Permission.CARE_EDIT)
def change_instruction(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    series_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Write a new version."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    row = _history(session, team_id, citizen, series_id)[0].row
    form = posted(_instruction_groups(request, session, citizen, now, new=False), sent)

    def do() -> Response:
        save_instruction(
            session, team_id, citizen_id, form.values, series_id=series_id, seen=sent.row_version()
        )
        return _saved(request, team_id, citizen_id)

    def current() -> tuple[Mapping[str, str], object, str]:
        newest = _history(session, team_id, citizen, series_id)[0].row
        return instruction_cells(newest) | {"reason": ""}, newest.version, newest.created_by

    return save(request, _version_page(team_id, citizen, row), form, do, current=current)


@router.post(INSTRUCTIONS + "/{series_id}/withdraw", permission=Permission.CARE_EDIT)
def withdraw(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    series_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    sent: PostedForm,
) -> Response:
    """End an instruction."""
    citizen_of(session, person, team_id, citizen_id)
    reason = translate_of(request)(WITHDRAWN)
    withdraw_instruction(session, team_id, citizen_id, series_id, sent.row_version(), reason)
    return _saved(request, team_id, citizen_id)


WITHDRAWN = N_("No longer needed")


def _task_groups(request: Request, need: Need) -> tuple[Group, ...]:
    return task_groups(need.service, translate_of(request), language_of(request))


def _instruction_groups(
    request: Request, session: Session, citizen: Citizen, now: Now, *, new: bool
) -> tuple[Group, ...]:
    return instruction_groups(needs_of(session, citizen, today_of(now)), translate_of(request), new=new)


def _need(session: Session, citizen: Citizen, need_id: UUID) -> Need:
    return _row(session, Need, citizen.team_id, citizen, need_id)


def _row(session: Session, table: type[T], team_id: UUID, citizen: Citizen, row_id: UUID) -> T:
    row = row_of(session, table, team_id, row_id)
    if row.citizen_id != citizen.id:
        raise MissingRowError("The citizen has nothing with this id")
    return row


def _history(session: Session, team_id: UUID, citizen: Citizen, series_id: UUID) -> list[Version]:
    found = history_of(session, team_id, series_id)
    if found[0].row.citizen_id != citizen.id:
        raise MissingRowError("The citizen has no such instruction")
    return found


def _task_page(team_id: UUID, citizen: Citizen, row: CareTask) -> EntryPage:
    danger = Danger(
        N_("Not done any more"),
        N_("From today on carers do not see it. What was done stays on record."),
        f"{care_url(team_id, citizen.id)}/tasks/{row.id}/end",
        N_("End the task"),
        posts=True,
        question=N_("End this task today?"),
    )
    return replace(entry_page(CHANGE_TASK, team_id, citizen), danger=danger)


def _version_page(team_id: UUID, citizen: Citizen, row: ActionInstruction) -> EntryPage:
    danger = Danger(
        N_("Not needed any more"),
        N_("Carers do not see it any more. All its versions stay on record."),
        f"{care_url(team_id, citizen.id)}/instructions/{row.series_id}/withdraw",
        N_("End the instruction"),
        posts=True,
        question=N_("End this instruction?"),
        fields={"row_version": str(row.version)},
    )
    return replace(entry_page(NEW_VERSION, team_id, citizen, VERSION_NOTICE), danger=danger)


def _saved(request: Request, team_id: UUID, citizen_id: UUID) -> Response:
    return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))
