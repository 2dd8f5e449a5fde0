"""The numbers that a team's carers ring when it is urgent: their tablets bring them along (D22)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group, filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, save, show
from delivery_app.security.permissions import Permission
from delivery_app.services.risk.phones import phones_of, remove_phone, save_phone
from delivery_app.services.risk.urgent import urgent
from delivery_app.services.team_rows import row_of
from delivery_app.web.deps import DbSession, PostedForm
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.tables import TeamPhone

router = RoleRouter()
LIST = "/planner/{team_id}/phones"
GROUPS = (
    Group(
        "",
        (
            Entry("name", N_("Whose number"), required=True),
            Entry("number", N_("Telephone number"), required=True, width="s"),
            Entry("hours", N_("When somebody answers"), hint=N_("For example: weekdays 7-15")),
            Entry(
                "for_citizens",
                N_("Citizens may ring it, too"),
                "yes_no",
                hint=N_("It stands on the citizens' page for screen visits; the first such number counts."),
            ),
        ),
    ),
)


@router.get(LIST, permission=Permission.TEAM_READ)
def phones(request: Request, team_id: UUID, session: DbSession) -> Response:
    """The list."""
    found = phones_of(session, team_id)
    return render(request, "planner/phones.html", phones=found, help_number=urgent().help_number)


@router.get(LIST + "/new", permission=Permission.TEAM_EDIT)
def new(request: Request, team_id: UUID) -> Response:
    """The form of a new number."""
    return show(request, _page(team_id, N_("New number")), filled(GROUPS, {}))


@router.post(LIST + "/new", permission=Permission.TEAM_EDIT)
def add(request: Request, team_id: UUID, session: DbSession, sent: PostedForm) -> Response:
    """Add a number."""
    form = posted(GROUPS, sent)

    def do() -> Response:
        save_phone(session, team_id, None, form.values, None)
        return redirect(request, LIST.format(team_id=team_id), said=N_("Saved."))

    return save(request, _page(team_id, N_("New number")), form, do)


@router.get(LIST + "/{phone_id}", permission=Permission.TEAM_EDIT)
def edit(request: Request, team_id: UUID, phone_id: UUID, session: DbSession) -> Response:
    """The form of a number."""
    row = row_of(session, TeamPhone, team_id, phone_id)
    form = filled(GROUPS, _cells(row), row.row_version)
    return show(request, _page(team_id, N_("Change the number"), row), form)


@router.post(LIST + "/{phone_id}", permission=Permission.TEAM_EDIT)
def change(request: Request, team_id: UUID, phone_id: UUID, session: DbSession, sent: PostedForm) -> Response:
    """Save a number."""
    form = posted(GROUPS, sent)
    row = row_of(session, TeamPhone, team_id, phone_id)

    def do() -> Response:
        save_phone(session, team_id, phone_id, form.values, sent.row_version())
        return redirect(request, LIST.format(team_id=team_id), said=N_("Saved."))

    return save(
        request,
        _page(team_id, N_("Change the number"), row),
        form,
        do,
        current=lambda: _now(session, team_id, phone_id),
    )


@router.post(LIST + "/{phone_id}/remove", permission=Permission.TEAM_EDIT)
def remove(request: Request, team_id: UUID, phone_id: UUID, session: DbSession) -> Response:
    """Take a number off the list."""
    remove_phone(session, team_id, phone_id)
    return redirect(request, LIST.format(team_id=team_id), said=N_("Removed."))


def _cells(row: TeamPhone) -> dict[str, str]:
    shared = "yes" if row.for_citizens else "no"
    return {"name": row.name, "number": row.number, "hours": row.hours, "for_citizens": shared}


def _now(session: Session, team_id: UUID, phone_id: UUID) -> tuple[dict[str, str], int, str]:
    row = row_of(session, TeamPhone, team_id, phone_id)
    return _cells(row), row.row_version, row.changed_by


def _page(team_id: UUID, heading: str, row: TeamPhone | None = None) -> EntryPage:
    back = LIST.format(team_id=team_id)
    danger = None
    if row is not None:
        danger = Danger(
            N_("Remove the number"),
            N_("It goes from the carers' tablets when they next have network."),
            f"{back}/{row.id}/remove",
            N_("Remove"),
            posts=True,
            question=N_("Remove this number?"),
        )
    return EntryPage(heading, back, N_("Phone list"), N_("Save"), danger=danger)
