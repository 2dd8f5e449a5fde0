"""A citizen's care plan as planners and leaders see it; what carers found changed; what is due in the team."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.care_forms import answer_groups, coordinator_groups, first_cells, review_groups
from delivery_app.planner.care_print import care_plan_sheet
from delivery_app.planner.care_view import care_page, due_page
from delivery_app.planner.entry_form import filled, posted
from delivery_app.planner.entry_pages import EntryPage, form_date, save, show, today_of, translate_of
from delivery_app.planner.routes_citizens import ONE, citizen_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.care.coordinating import choose_coordinator, coordinator_of
from delivery_app.services.care.due import ANSWERED_BY_RECORD
from delivery_app.services.care.editing import record_review
from delivery_app.services.care.fields import id_in
from delivery_app.services.care.proposals import Proposal, answer_proposal, proposals_of
from delivery_app.services.care.sheet import task_name
from delivery_app.services.citizens import active_carers
from delivery_app.services.names import team_authors
from delivery_app.services.team_rows import team_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.access_log import Action
from models.care_review import REVIEW_KINDS
from models.errors import MissingRowError
from models.tables import Citizen

router = RoleRouter()
CARE = ONE + "/care"


def care_url(team_id: UUID, citizen_id: UUID) -> str:
    """The page of a citizen's care plan."""
    return f"/planner/{team_id}/citizens/{citizen_id}/care"


def entry_page(heading: str, team_id: UUID, citizen: Citizen, notice: str = "") -> EntryPage:
    """A form about a citizen's care plan."""
    return EntryPage(
        heading, care_url(team_id, citizen.id), "", N_("Save"), citizen.name or citizen.code, notice=notice
    )


@router.get(CARE, permission=Permission.TEAM_READ)
def care(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """The care plan."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    return render(
        request,
        "planner/care.html",
        page=care_page(session, citizen, today_of(now)),
        by_names=team_authors(session, team_id),
        task_name=task_name,
        answered_by_record=ANSWERED_BY_RECORD,
        may_edit=person.may(Permission.CARE_EDIT, team_id),
        may_print=person.may(Permission.TEAM_EXPORT, team_id),
        url=care_url(team_id, citizen_id),
    )


@router.get(CARE + "/plan.pdf", permission=Permission.TEAM_EXPORT)
def own_plan(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """The plan in plain words as PDF, for the citizen to have at home; that it was printed is logged."""
    from delivery_app.prints.write import pdf_bytes

    citizen = citizen_of(session, person, team_id, citizen_id)
    note_read(session, [citizen], action=Action.PRINTED)
    lang = language_of(request)
    page = care_page(session, citizen, today_of(now))
    content = pdf_bytes("care_plan", care_plan_sheet(page, citizen, team_of(session, team_id).name, lang))
    headers = {"Content-Disposition": f'attachment; filename="naerplan-plan-{citizen_id}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.get("/planner/{team_id}/due", permission=Permission.TEAM_READ)
def due(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, kind: str = ""
) -> Response:
    """What is due in the team."""
    page = due_page(session, team_id, today_of(now), kind)
    note_read(session, page.citizens)
    return render(
        request,
        "planner/due.html",
        page=page,
        kind=kind,
        reviewed=REVIEW_KINDS,
        answered_by_record=ANSWERED_BY_RECORD,
        may_edit=person.may(Permission.CARE_EDIT, team_id),
    )


@router.get(CARE + "/coordinator", permission=Permission.CARE_EDIT)
def coordinator(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """Who coordinates the help."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    today = today_of(now)
    groups = coordinator_groups(active_carers(session, team_id, today), translate_of(request))
    held = coordinator_of(session, citizen_id, today)
    first = first_cells({"carer": "" if held is None else str(held.id)}, today)
    return show(request, entry_page(COORDINATOR, team_id, citizen), filled(groups, first))


@router.post(CARE + "/coordinator", permission=Permission.CARE_EDIT)
def choose(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Let somebody coordinate the help."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    carers = active_carers(session, team_id, today_of(now))
    form = posted(coordinator_groups(carers, translate_of(request)), sent)

    def do() -> Response:
        carer_id = id_in(form.values["carer"]) if form.values["carer"] else None
        choose_coordinator(session, team_id, citizen_id, carer_id, form_date(form, "from_date"))
        return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))

    return save(request, entry_page(COORDINATOR, team_id, citizen), form, do)


@router.get(CARE + "/reviews/new", permission=Permission.CARE_EDIT)
def new_review(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    kind: str = "",
) -> Response:
    """The form of a talk or an assessment that was held."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    first = first_cells({"kind": kind if kind in REVIEW_KINDS else "workplace"}, today_of(now))
    form = filled(review_groups(translate_of(request)), first)
    return show(request, entry_page(REVIEW, team_id, citizen, REVIEW_NOTICE), form)


@router.post(CARE + "/reviews/new", permission=Permission.CARE_EDIT)
def add_review(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Write it down."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    form = posted(review_groups(translate_of(request)), sent)

    def do() -> Response:
        record_review(session, team_id, citizen_id, form.values, today_of(now))
        return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))

    return save(request, entry_page(REVIEW, team_id, citizen, REVIEW_NOTICE), form, do)


@router.get(CARE + "/changed/{record_id}", permission=Permission.CARE_EDIT)
def changed(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    record_id: UUID,
    session: DbSession,
    person: CurrentPerson,
) -> Response:
    """What a carer found changed, and the form of what was done."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    found = _proposal(session, team_id, citizen_id, record_id)
    first = {"answer": "asked_authority" if found.ask_authority else "changed_plan"}
    form = filled(answer_groups(translate_of(request)), first)
    return show(request, _answer_page(team_id, citizen, found), form)


@router.post(CARE + "/changed/{record_id}", permission=Permission.CARE_EDIT)
def answer(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    record_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    sent: PostedForm,
) -> Response:
    """Write down what was done."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    found = _proposal(session, team_id, citizen_id, record_id)
    form = posted(answer_groups(translate_of(request)), sent)

    def do() -> Response:
        answer_proposal(session, team_id, citizen_id, record_id, form.values)
        return redirect(request, care_url(team_id, citizen_id), said=N_("Saved."))

    return save(request, _answer_page(team_id, citizen, found), form, do)


COORDINATOR = N_("Coordinator of the help")
REVIEW = N_("A talk or assessment that was held")
REVIEW_NOTICE = N_(
    "What was written down is never changed. Of each kind the newest counts, and the next date follows."
)
ANSWER = N_("Changed needs: what was done")


def _proposal(session: DbSession, team_id: UUID, citizen_id: UUID, record_id: UUID) -> Proposal:
    found = next(
        (one for one in proposals_of(session, team_id, {citizen_id}) if one.record_id == record_id), None
    )
    if found is None:
        raise MissingRowError("The citizen has no such record")
    return found


def _answer_page(team_id: UUID, citizen: Citizen, found: Proposal) -> EntryPage:
    return EntryPage(
        ANSWER,
        care_url(team_id, citizen.id),
        "",
        N_("Save"),
        citizen.name or citizen.code,
        quoted=" – ".join(one for one in (found.text, found.proposal) if one),
    )
