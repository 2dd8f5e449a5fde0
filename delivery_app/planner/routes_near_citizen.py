"""Around a citizen: decisions, relatives, assessments of screen visits, carers who are not to come, absences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors
from delivery_app.i18n import N_
from delivery_app.planner.absence_form import absence_cells, beside_fields
from delivery_app.planner.entry_form import EntryForm, Group, filled, posted
from delivery_app.planner.entry_pages import Danger, EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.routes_citizens import ONE, citizen_of
from delivery_app.planner.team_forms import (
    absence_groups,
    barred_groups,
    grant_groups,
    relative_groups,
    screen_groups,
)
from delivery_app.security.permissions import Permission
from delivery_app.services import near_citizen
from delivery_app.services.carers import add_absence, remove_absence
from delivery_app.services.catalogues import package_names
from delivery_app.services.citizens import active_carers, package_code
from delivery_app.services.grants import record_grant
from delivery_app.services.team_rows import packages_by_id, row_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import Absence, Barred, Citizen, Relative

router = RoleRouter()
KINDS = ("grants", "relatives", "screen", "barred", "absences")
HEADINGS = {
    "grants": N_("New decision"),
    "relatives": N_("New relative"),
    "screen": N_("New assessment of screen visits"),
    "barred": N_("A carer who is not to come"),
    "absences": N_("New absence"),
}
NOTICES = {
    "grants": N_(
        "The authority decides on the package. Write down here what it has decided; the decision before ends then."
    ),
    "screen": N_(
        "An assessment is never changed. A new one is added, and the newest decides whether screen visits are planned."
    ),
}


def _pages_of(kind: str) -> None:
    """The form of a kind, and saving it."""

    @router.get(f"{ONE}/{kind}/new", permission=Permission.TEAM_EDIT)
    def new(
        request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
    ) -> Response:
        citizen = citizen_of(session, person, team_id, citizen_id)
        today = today_of(now)
        form = filled(_groups(request, session, citizen, kind, today), _first(session, citizen, kind, today))
        return show(request, _page(team_id, citizen, kind), form)

    @router.post(f"{ONE}/{kind}/new", permission=Permission.TEAM_EDIT)
    def add(
        request: Request,
        team_id: UUID,
        citizen_id: UUID,
        session: DbSession,
        person: CurrentPerson,
        now: Now,
        sent: PostedForm,
    ) -> Response:
        citizen = citizen_of(session, person, team_id, citizen_id)
        today = today_of(now)
        form = posted(_groups(request, session, citizen, kind, today), sent)

        def do() -> Response:
            _SAVE[kind](session, team_id, citizen, form, today)
            return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved."))

        return save(request, _page(team_id, citizen, kind), form, do)


def _removal_of(kind: str, table: type[Relative] | type[Barred] | type[Absence]) -> None:
    """Taking a row of a kind out."""

    @router.post(f"{ONE}/{kind}/{{row_id}}/remove", permission=Permission.TEAM_EDIT)
    def remove(
        request: Request,
        team_id: UUID,
        citizen_id: UUID,
        row_id: UUID,
        session: DbSession,
        person: CurrentPerson,
    ) -> Response:
        citizen = citizen_of(session, person, team_id, citizen_id)
        row = row_of(session, table, team_id, row_id)
        if row.citizen_id != citizen.id:
            raise MissingRowError("The citizen has nothing with this id")
        if table is Relative:
            near_citizen.remove_relative(session, team_id, row_id, None)
        elif table is Barred:
            near_citizen.unbar(session, team_id, row_id)
        else:
            remove_absence(session, team_id, row_id)
        return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Removed."))


for _kind in KINDS:
    _pages_of(_kind)
_removal_of("relatives", Relative)
_removal_of("barred", Barred)
_removal_of("absences", Absence)


@router.get(ONE + "/relatives/{relative_id}", permission=Permission.TEAM_EDIT)
def edit_relative(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    relative_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """The form of a relative."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    row = _relative(session, team_id, citizen, relative_id)
    form = filled(relative_groups(), _relative_cells(row), row.row_version)
    return show(request, _relative_page(team_id, citizen, row), form)


@router.post(ONE + "/relatives/{relative_id}", permission=Permission.TEAM_EDIT)
def change_relative(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    relative_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    sent: PostedForm,
) -> Response:
    """Save a relative."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    row = _relative(session, team_id, citizen, relative_id)
    form = posted(relative_groups(), sent)

    def do() -> Response:
        near_citizen.save_relative(
            session, team_id, citizen_id, form.values, relative_id=relative_id, row_version=sent.row_version()
        )
        return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=N_("Saved."))

    return save(
        request,
        _relative_page(team_id, citizen, row),
        form,
        do,
        current=lambda: (_relative_cells(row), row.row_version, row.changed_by),
    )


def _groups(
    request: Request, session: DbSession, citizen: Citizen, kind: str, today: date
) -> tuple[Group, ...]:
    translate = translate_of(request)
    if kind == "grants":
        rows = packages_by_id(session, citizen.team_id).values()
        names = package_names(session, citizen.team_id, language_of(request))
        held = [row.code for row in rows if row.until_date is None or row.until_date > today]
        return grant_groups([(code, names.get(code, code)) for code in held], translate)
    if kind == "barred":
        return barred_groups(active_carers(session, citizen.team_id, today), translate)
    if kind == "screen":
        return screen_groups(translate)
    if kind == "relatives":
        return relative_groups()
    if kind == "absences":
        return absence_groups()
    raise MissingRowError("There is nothing of this kind")


def _first(session: DbSession, citizen: Citizen, kind: str, today: date) -> dict[str, str]:
    if kind == "grants":
        package = package_code(session, citizen, today) or ""
        return {"package": package, "act": "aeldreloven", "from_date": today.isoformat()}
    if kind == "screen":
        return {"assessed_on": today.isoformat()}
    return {"from_date": today.isoformat(), "to_date": today.isoformat()}


def _save_grant(session: DbSession, team_id: UUID, citizen: Citizen, form: EntryForm, today: date) -> None:
    record_grant(
        session,
        team_id,
        citizen.id,
        package=form.values["package"],
        act=form.values["act"],
        section=form.values["section"],
        from_date=form_date(form, "from_date"),
    )


def _save_relative(session: DbSession, team_id: UUID, citizen: Citizen, form: EntryForm, today: date) -> None:
    near_citizen.save_relative(session, team_id, citizen.id, form.values)


def _save_assessment(
    session: DbSession, team_id: UUID, citizen: Citizen, form: EntryForm, today: date
) -> None:
    near_citizen.assess_screen(session, team_id, citizen.id, form.values, today)


def _save_barred(session: DbSession, team_id: UUID, citizen: Citizen, form: EntryForm, today: date) -> None:
    found = {row.code: row.id for row in active_carers(session, team_id, today)}
    near_citizen.bar(session, team_id, citizen.id, found.get(form.values["carer"]), form.values["reason"])


def _save_absence(session: DbSession, team_id: UUID, citizen: Citizen, form: EntryForm, today: date) -> None:
    cells = absence_cells(form)
    try:
        add_absence(session, team_id, cells, citizen_id=citizen.id)
    except CellErrors as error:
        raise beside_fields(error) from None


_SAVE: dict[str, Callable[[DbSession, UUID, Citizen, EntryForm, date], None]] = {
    "grants": _save_grant,
    "relatives": _save_relative,
    "screen": _save_assessment,
    "barred": _save_barred,
    "absences": _save_absence,
}


def _relative(session: DbSession, team_id: UUID, citizen: Citizen, relative_id: UUID) -> Relative:
    row = row_of(session, Relative, team_id, relative_id)
    if row.citizen_id != citizen.id:
        raise MissingRowError("The citizen has no such relative")
    return row


def _relative_cells(row: Relative) -> dict[str, str]:
    return {
        "name": row.name,
        "relation": row.relation,
        "phone": row.phone,
        "may_be_told": "yes" if row.may_be_told else "no",
        "note": row.note,
    }


def _page(team_id: UUID, citizen: Citizen, kind: str) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{citizen.id}"
    return EntryPage(
        HEADINGS[kind], url, "", N_("Save"), citizen.name or citizen.code, notice=NOTICES.get(kind, "")
    )


def _relative_page(team_id: UUID, citizen: Citizen, row: Relative) -> EntryPage:
    url = f"/planner/{team_id}/citizens/{citizen.id}"
    danger = Danger(
        N_("Not to be rung any more"),
        N_("The name and number are deleted."),
        f"{url}/relatives/{row.id}/remove",
        N_("Remove"),
        posts=True,
        question=N_("Remove this relative?"),
    )
    return EntryPage(
        N_("Change the relative"), url, "", N_("Save"), citizen.name or citizen.code, danger=danger
    )
