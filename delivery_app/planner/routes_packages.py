"""The packages a team plans by: the list, what a catalogue would give, one more, another bound, a last date."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.entry_form import filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.package_form import package_groups
from delivery_app.planner.team_forms import end_groups
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import packages as service
from delivery_app.services.catalogues import package_names
from delivery_app.services.team_rows import row_of, team_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Package

router = RoleRouter()
LIST = "/planner/{team_id}/packages"
ONE = LIST + "/{package_id}"
FIRST = {"min_included": "yes", "max_included": "yes", "screen": "yes", "two_carers_count": "both"}


@router.get(LIST, permission=Permission.TEAM_READ)
def packages(
    request: Request,
    team_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    catalogue: str = "",
) -> Response:
    """The packages, and what a catalogue would change."""
    note_read(session, [])
    may_edit = person.may(Permission.TEAM_EDIT, team_id)
    lines = service.package_lines(session, team_id, today_of(now))
    offered = service.offered_catalogues(session, person.municipality_id) if may_edit else []
    chosen = catalogue if any(one.code == catalogue for one in offered) else ""
    if not chosen and not lines and any(one.code == service.OWN for one in offered):
        chosen = service.OWN
    found = service.catalogue_of(session, person.municipality_id, chosen) if chosen else None
    return render(
        request,
        "planner/packages.html",
        lines=lines,
        package_names=package_names(session, team_id, language_of(request)),
        offered=offered,
        chosen=chosen,
        rows=service.offered_packages(session, team_id, found) if found is not None else [],
        may_edit=may_edit,
        url=f"/planner/{team_id}/packages",
    )


@router.post(LIST + "/take", permission=Permission.TEAM_EDIT)
def take_catalogue(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Let the team plan by a catalogue's packages."""
    found = service.catalogue_of(
        session, team_of(session, team_id).municipality_id, sent.get("catalogue", "")
    )
    if found is None:
        raise MissingRowError("There is no such catalogue; choose one of the list")
    count = service.take_catalogue(session, team_id, found, today_of(now))
    said = N_("The packages are taken over. New or changed: {count}.")
    return redirect(request, f"/planner/{team_id}/packages", said=said, count=count)


@router.get(LIST + "/new", permission=Permission.TEAM_EDIT)
def new_package(request: Request, team_id: UUID) -> Response:
    """The empty form."""
    return show(request, _page(team_id, None), filled(package_groups(translate_of(request), new=True), FIRST))


@router.post(LIST + "/new", permission=Permission.TEAM_EDIT)
def add_package(request: Request, team_id: UUID, session: DbSession, now: Now, sent: PostedForm) -> Response:
    """Add a package."""
    form = posted(package_groups(translate_of(request), new=True), sent)

    def do() -> Response:
        service.save_package(session, team_id, form.values, today_of(now))
        return redirect(request, f"/planner/{team_id}/packages", said=N_("Saved."))

    return save(request, _page(team_id, None), form, do)


@router.get(ONE, permission=Permission.TEAM_EDIT)
def edit_package(request: Request, team_id: UUID, package_id: UUID, session: DbSession) -> Response:
    """The form of a package."""
    row = row_of(session, Package, team_id, package_id)
    groups = package_groups(translate_of(request), new=False)
    return show(request, _page(team_id, row), filled(groups, service.package_cells(row), row.row_version))


@router.post(ONE, permission=Permission.TEAM_EDIT)
def change_package(
    request: Request, team_id: UUID, package_id: UUID, session: DbSession, now: Now, sent: PostedForm
) -> Response:
    """Save a package."""
    row = row_of(session, Package, team_id, package_id)
    form = posted(package_groups(translate_of(request), new=False), sent)

    def do() -> Response:
        service.save_package(
            session,
            team_id,
            form.values,
            today_of(now),
            package_id=package_id,
            row_version=sent.row_version(),
        )
        return redirect(request, f"/planner/{team_id}/packages", said=N_("Saved."))

    return save(
        request,
        _page(team_id, row),
        form,
        do,
        current=lambda: (service.package_cells(row), row.row_version, row.changed_by),
    )


@router.get(ONE + "/end", permission=Permission.TEAM_EDIT)
def ending(request: Request, team_id: UUID, package_id: UUID, session: DbSession, now: Now) -> Response:
    """Asks for the last date."""
    row = row_of(session, Package, team_id, package_id)
    form = filled(end_groups(), {"last_date": today_of(now).isoformat()}, row.row_version)
    return show(request, _end_page(team_id, row), form)


@router.post(ONE + "/end", permission=Permission.TEAM_EDIT)
def end(request: Request, team_id: UUID, package_id: UUID, session: DbSession, sent: PostedForm) -> Response:
    """Use a package no longer."""
    row = row_of(session, Package, team_id, package_id)
    form = posted(end_groups(), sent)

    def do() -> Response:
        service.end_package(session, team_id, package_id, sent.row_version(), form_date(form, "last_date"))
        return redirect(request, f"/planner/{team_id}/packages", said=N_("Saved. Nothing was deleted."))

    return save(
        request, _end_page(team_id, row), form, do, current=lambda: ({}, row.row_version, row.changed_by)
    )


def _page(team_id: UUID, row: Package | None) -> EntryPage:
    url = f"/planner/{team_id}/packages"
    if row is None:
        return EntryPage(N_("New package"), url, N_("All packages"), N_("Save the package"))
    danger = Danger(
        N_("Is not used any more"),
        N_("Nobody can have it after a last date; what was, stays on record."),
        f"{url}/{row.id}/end",
        N_("Choose the last date"),
    )
    return EntryPage(
        N_("Change the package"),
        url,
        N_("All packages"),
        N_("Save"),
        row.code,
        notice=N_(
            "The municipality decides what a package holds. Its citizens' hours are judged by these bounds "
            "in every week that is planned from now on."
        ),
        danger=danger,
    )


def _end_page(team_id: UUID, row: Package) -> EntryPage:
    url = f"/planner/{team_id}/packages/{row.id}"
    return EntryPage(N_("The package's last date"), url, "", N_("Let it end then"), row.code)
