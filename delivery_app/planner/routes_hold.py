"""A citizen's data held back from deletion while a case is under way: set and lifted by the team's leader (X10)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app import texts
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Entry, Group, filled, posted
from delivery_app.planner.entry_pages import EntryPage, save, show, today_of, translate_of
from delivery_app.planner.routes_citizens import ONE, citizen_of
from delivery_app.planner.team_forms import Translate, worded
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.holds import hold, holds_of, is_in_force, lift
from delivery_app.services.names import author_names
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.retention_hold import HOLD_REASONS
from models.tables import Citizen

router = RoleRouter()
PAGE = f"{ONE}/holds"


@router.get(PAGE, permission=Permission.DATA_HOLD)
def holds(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """What holds the citizen's data back, and what has."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    note_read(session, [citizen])
    found = holds_of(session, citizen.id)
    return render(
        request,
        "planner/holds.html",
        citizen=citizen,
        url=ONE.format(team_id=team_id, citizen_id=citizen_id),
        holds=[(one, is_in_force(one, today_of(now))) for one in found],
        by_names=author_names(
            session, {one.created_by for one in found} | {one.lifted_by or "" for one in found}
        ),
    )


@router.get(PAGE + "/new", permission=Permission.DATA_HOLD)
def new(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson
) -> Response:
    """The form of a hold."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    return show(request, _page(team_id, citizen), filled(_groups(translate_of(request)), {}))


@router.post(PAGE + "/new", permission=Permission.DATA_HOLD)
def add(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Hold the citizen's data back."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = posted(_groups(translate_of(request)), sent)

    def do() -> Response:
        hold(session, team_id, citizen.id, form.values, today_of(now))
        url = PAGE.format(team_id=team_id, citizen_id=citizen_id)
        return redirect(
            request, url, said=N_("The citizen's data is held back: nothing of it is deleted by rule.")
        )

    return save(request, _page(team_id, citizen), form, do)


@router.post(PAGE + "/{hold_id}/lift", permission=Permission.DATA_HOLD)
def end(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    hold_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """The case is over."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    lift(session, team_id, citizen.id, hold_id, by=person.sign_in_name, now=now)
    url = PAGE.format(team_id=team_id, citizen_id=citizen_id)
    return redirect(request, url, said=N_("Lifted: the data goes when its time has come."))


def _groups(translate: Translate) -> tuple[Group, ...]:
    choices = (("", translate(N_("Choose"))), *worded(texts.HOLD_REASONS, HOLD_REASONS, translate))
    return (
        Group(
            "",
            (
                Entry("reason", N_("What is under way?"), "choice", required=True, choices=choices),
                Entry("words", N_("Which case"), "area", N_("For example its number and who asked."), True),
                Entry("until", N_("Last date"), "date", N_("Empty: until somebody lifts it.")),
            ),
        ),
    )


def _page(team_id: UUID, citizen: Citizen) -> EntryPage:
    back = PAGE.format(team_id=team_id, citizen_id=citizen.id)
    notice = N_(
        "Documentation, pictures and the access log of the citizen stay as long as the case needs them."
    )
    heading = N_("Hold data back from deletion")
    return EntryPage(heading, back, N_("Held back"), N_("Save"), citizen.name or citizen.code, notice)
