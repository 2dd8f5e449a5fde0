"""The parts of a care plan that say what for and beware of: goals and warnings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.planner.care_forms import goal_cells, goal_groups, warning_cells, warning_groups
from delivery_app.planner.entry_form import EntryForm, Group, filled, posted
from delivery_app.planner.entry_pages import save, show, today_of, translate_of
from delivery_app.planner.routes_care import CARE, care_url, entry_page
from delivery_app.planner.routes_citizens import citizen_of
from delivery_app.security.permissions import Permission
from delivery_app.services.care.editing import save_goal, save_warning
from delivery_app.services.care.fields import id_in
from delivery_app.services.team_rows import row_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError
from models.tables import CareGoal, CareWarning, Citizen

router = RoleRouter()


@dataclass(frozen=True)
class Kind:
    """Goals or warnings: how they are called in addresses and on their forms."""

    name: str
    table: type[CareGoal] | type[CareWarning]
    new: str
    change: str

    def groups(self, request: Request, *, new: bool) -> tuple[Group, ...]:
        """The form."""
        lang = language_of(request)
        if self.table is CareGoal:
            return goal_groups(translate_of(request), lang, new=new)
        return warning_groups(lang)

    def row(
        self, session: Session, team_id: UUID, citizen: Citizen, row_id: UUID | None
    ) -> CareGoal | CareWarning:
        """A row of the citizen; raises MissingRowError when there is none."""
        if row_id is None:
            raise MissingRowError("The citizen has nothing with this id")
        row = row_of(session, self.table, team_id, row_id)
        if row.citizen_id != citizen.id:
            raise MissingRowError("The citizen has nothing with this id")
        return row

    def save(
        self,
        session: Session,
        citizen: Citizen,
        form: EntryForm,
        now: Now,
        row_id: UUID | None = None,
        row_version: int | None = None,
    ) -> None:
        """Add or change one."""
        team_id, today = citizen.team_id, today_of(now)
        if self.table is CareGoal:
            save_goal(
                session, team_id, citizen.id, form.values, today, goal_id=row_id, row_version=row_version
            )
        else:
            save_warning(
                session, team_id, citizen.id, form.values, today, warning_id=row_id, row_version=row_version
            )


GOALS = Kind("goals", CareGoal, N_("New goal"), N_("Change or follow up the goal"))
WARNINGS = Kind("warnings", CareWarning, N_("New warning"), N_("Change the warning"))


def cells_of(row: CareGoal | CareWarning) -> dict[str, str]:
    """A row as its form has it."""
    return goal_cells(row) if isinstance(row, CareGoal) else warning_cells(row)


def _pages_of(kind: Kind, key: str) -> None:
    """The forms of a kind, and saving them; ``key`` is the parameter that names a row."""

    @router.get(f"{CARE}/{kind.name}/new", permission=Permission.CARE_EDIT)
    def new(
        request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson
    ) -> Response:
        citizen = citizen_of(session, person, team_id, citizen_id)
        form = filled(kind.groups(request, new=True), {"kind": "maintain"})
        return show(request, entry_page(kind.new, team_id, citizen), form)

    @router.post(f"{CARE}/{kind.name}/new", permission=Permission.CARE_EDIT)
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
        form = posted(kind.groups(request, new=True), sent)

        def do() -> Response:
            kind.save(session, citizen, form, now)
            return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))

        return save(request, entry_page(kind.new, team_id, citizen), form, do)

    @router.get(f"{CARE}/{kind.name}/{{{key}}}", permission=Permission.CARE_EDIT)
    def edit(
        request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson
    ) -> Response:
        citizen = citizen_of(session, person, team_id, citizen_id)
        row = kind.row(session, team_id, citizen, id_in(request.path_params[key]))
        form = filled(kind.groups(request, new=False), cells_of(row), row.row_version)
        return show(request, entry_page(kind.change, team_id, citizen), form)

    @router.post(f"{CARE}/{kind.name}/{{{key}}}", permission=Permission.CARE_EDIT)
    def change(
        request: Request,
        team_id: UUID,
        citizen_id: UUID,
        session: DbSession,
        person: CurrentPerson,
        now: Now,
        sent: PostedForm,
    ) -> Response:
        citizen = citizen_of(session, person, team_id, citizen_id)
        row = kind.row(session, team_id, citizen, id_in(request.path_params[key]))
        form = posted(kind.groups(request, new=False), sent)

        def do() -> Response:
            kind.save(session, citizen, form, now, row.id, sent.row_version())
            return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))

        return save(
            request,
            entry_page(kind.change, team_id, citizen),
            form,
            do,
            current=lambda: (cells_of(row), row.row_version, row.changed_by),
        )


_pages_of(GOALS, "care_goal_id")
_pages_of(WARNINGS, "care_warning_id")
