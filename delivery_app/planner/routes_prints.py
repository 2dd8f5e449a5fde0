"""Prints of a roster: rounds, citizens' plans and the team's overview as PDF, everything as a workbook (S1, D18).

What is handed out is written into the access log. Names of files tell weeks and versions, never people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.jobs.about_plans import proof_waited_for
from delivery_app.moment import moment_of
from delivery_app.planner.roster_pages import page_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.names import NamedPerson, Names, names_of
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import RosterHead, week_head_of
from delivery_app.views.plan import Plan, UnknownPageError
from delivery_app.web.deps import DbSession, Now
from delivery_app.web.language import language_of
from delivery_app.web.page import render
from delivery_app.web.routing import RoleRouter
from models.access_log import Action
from models.errors import MissingRowError

router = RoleRouter()
PAGE = "/planner/{team_id}/rosters/{roster_id}/prints"
PDF, ZIP = "application/pdf", "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(PAGE, permission=Permission.PLAN_READ)
def prints(request: Request, team_id: UUID, roster_id: UUID, session: DbSession) -> Response:
    """What can be printed."""
    head, plan, names = _opened(session, team_id, roster_id)
    citizens = _people(names.citizens, (row.citizen_id for row in plan.problem.citizens))
    note_read(session, [one.row_id for one in citizens])
    return render(
        request,
        "planner/prints.html",
        roster=page_of(request, request.state.person, plan_of(session, roster_id, team_id), "prints"),
        head=head,
        citizens=citizens,
        carers=_people(names.carers, (row.carer_id for row in plan.problem.carers)),
        dates=[plan.date(day) for day in range(plan.problem.calendar.days)],
    )


@router.get(PAGE + "/team.pdf", permission=Permission.TEAM_EXPORT)
def team_overview(request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now) -> Response:
    """The team's weeks."""
    from delivery_app.prints.single import team_pdf

    head, plan, names = _opened(session, team_id, roster_id)
    _log(session, head, _rows(names, (row.citizen_id for row in plan.problem.citizens)), Action.PRINTED)
    content = team_pdf(plan, language_of(request), moment_of(now).date)
    return _file(content, PDF, f"{_stem(head)}-team.pdf")


@router.get(PAGE + "/roster.xlsx", permission=Permission.TEAM_EXPORT)
def workbook(request: Request, team_id: UUID, roster_id: UUID, session: DbSession) -> Response:
    """Everything as a workbook."""
    from delivery_app.exports.xlsx import xlsx_bytes

    head, plan, names = _opened(session, team_id, roster_id)
    _log(session, head, _rows(names, (row.citizen_id for row in plan.problem.citizens)), Action.EXPORTED)
    return _file(xlsx_bytes(plan, language_of(request)), XLSX, f"{_stem(head)}.xlsx")


@router.get(PAGE + "/rounds/{day}.zip", permission=Permission.TEAM_EXPORT)
def rounds(
    request: Request, team_id: UUID, roster_id: UUID, day: date, session: DbSession, now: Now
) -> Response:
    """Every carer's round of a date, a file each."""
    from delivery_app.prints.single import carer_pdf, zipped

    head, plan, names = _opened(session, team_id, roster_id)
    number = _number(plan, day)
    lang, printed = language_of(request), moment_of(now).date
    on_duty = [row.carer_id for row in plan.problem.carers if plan.shifts_on(row.carer_id, number)]
    _log(session, head, _rows(names, _visited(plan, on_duty, day)), Action.PRINTED)
    files = [
        (f"{names.carers[code].row_id}.pdf", carer_pdf(plan, code, lang, printed, day))
        for code in on_duty
        if code in names.carers
    ]
    return _file(zipped(files, printed), ZIP, f"{_stem(head)}-rounds-{day.isoformat()}.zip")


@router.get(PAGE + "/carers/{carer_id}.pdf", permission=Permission.TEAM_EXPORT)
def carer_rounds(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    carer_id: UUID,
    session: DbSession,
    now: Now,
    day: date | None = None,
) -> Response:
    """A carer's rounds, a page a day; ``day`` for one date alone."""
    from delivery_app.prints.single import carer_pdf

    head, plan, names = _opened(session, team_id, roster_id)
    code = names.carer_code(carer_id)
    if code not in plan.problem.carer_by_id:
        raise MissingRowError("The roster has no carer with the id {id}", id=carer_id)
    if day is not None:
        _number(plan, day)
    _log(session, head, _rows(names, _visited(plan, [code], day)), Action.PRINTED)
    content = carer_pdf(plan, code, language_of(request), moment_of(now).date, day)
    return _file(content, PDF, f"{_stem(head)}-round-{carer_id}.pdf")


@router.get(PAGE + "/citizens/{citizen_id}.pdf", permission=Permission.TEAM_EXPORT)
def citizen_plan(
    request: Request, team_id: UUID, roster_id: UUID, citizen_id: UUID, session: DbSession, now: Now
) -> Response:
    """A citizen's weeks, to hang on the wall."""
    from delivery_app.prints.single import citizen_pdf

    head, plan, names = _opened(session, team_id, roster_id)
    code = names.citizen_code(citizen_id)
    if code not in plan.problem.citizen_by_id:
        raise MissingRowError("The roster has no citizen with the id {id}", id=citizen_id)
    _log(session, head, [citizen_id], Action.PRINTED)
    content = citizen_pdf(plan, code, language_of(request), moment_of(now).date, proof_waited_for)
    return _file(content, PDF, f"{_stem(head)}-plan-{citizen_id}.pdf")


def _opened(session: Session, team_id: UUID, roster_id: UUID) -> tuple[RosterHead, Plan, Names]:
    head = week_head_of(session, team_id, roster_id)
    return head, plan_of(session, roster_id, team_id).plan, names_of(session, team_id)


def _number(plan: Plan, day: date) -> int:
    try:
        return plan.day_number(day)
    except UnknownPageError:
        raise MissingRowError("{date} is not one of the roster's dates", date=day) from None


def _people(known: Mapping[str, NamedPerson], codes: Iterable[str]) -> list[NamedPerson]:
    return sorted((known[code] for code in codes if code in known), key=lambda one: one.name)


def _rows(names: Names, codes: Iterable[str]) -> list[UUID]:
    return [names.citizens[code].row_id for code in dict.fromkeys(codes) if code in names.citizens]


def _visited(plan: Plan, carers: Sequence[str], day: date | None) -> list[str]:
    """Citizens whom these carers visit or meet in a group, on a date or at all."""
    wanted = None if day is None else plan.day_number(day)
    found = [
        visit.citizen_id
        for visit in plan.roster.visits
        if set(visit.carers) & set(carers) and wanted in (None, visit.day)
    ]
    for held in plan.roster.sessions:
        session = plan.problem.session_by_id.get(held.session_id)
        if session is not None and set(held.carers) & set(carers) and wanted in (None, session.day):
            found += session.citizens
    return found


def _log(session: Session, head: RosterHead, citizens: Sequence[UUID], action: Action) -> None:
    note_read(session, citizens, action=action, subject=("roster", head.roster_id))


def _stem(head: RosterHead) -> str:
    year, week, _ = head.first_monday.isocalendar()
    return f"naerplan-{year}-W{week:02}-v{head.version}"


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
