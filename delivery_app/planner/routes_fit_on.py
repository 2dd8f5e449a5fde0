"""A need that goes on, in weeks that are published already: which of them still wait, and a place in each."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.bridge.fitting import OfferGoneError, WantedError, offered, taken
from delivery_app.bridge.fitting_on import standing_need
from delivery_app.i18n import N_, translator
from delivery_app.jobs.helper import HELPER
from delivery_app.moment import moment_of
from delivery_app.planner.form_words import in_form
from delivery_app.planner.roster_pages import page_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.fitting import keep_fitted, question_again, weeks_that_wait
from delivery_app.services.names import names_of
from delivery_app.services.plans import plan_of
from delivery_app.services.publishing import PublishError, week_head_of
from delivery_app.web.deps import DbSession, Now, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
WEEKS = "/planner/{team_id}/fit-on/{need_id}"
IN_WEEK = "/planner/{team_id}/rosters/{roster_id}/fit-on/{need_id}"
FITTED = N_("The visit is fitted in; version {version} is published. Citizens to be told: {count}.")
GONE = N_("This place is not there any more; here are the places as they are now.")


@router.get(WEEKS, permission=Permission.PLAN_PUBLISH)
def weeks_page(request: Request, team_id: UUID, need_id: UUID, session: DbSession, now: Now) -> Response:
    """The published weeks that lack the need, a link to places in each."""
    found = standing_need(session, team_id, need_id)
    note_read(session, [found.citizen_id])
    HELPER.warm()
    return render(
        request,
        "planner/fit_weeks.html",
        need_id=need_id,
        name=names_of(session, team_id).citizens[found.wanted.cells["citizen_id"]].name,
        service=found.wanted.cells["service"],
        weeks=weeks_that_wait(session, team_id, need_id, moment_of(now).date),
    )


@router.post(IN_WEEK, permission=Permission.PLAN_PUBLISH)
def find_in_week(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    session: DbSession,
    now: Now,
    posted: PostedForm,
) -> Response:
    """Places for it in one of these weeks."""
    return _page(request, session, team_id, roster_id, need_id, now)


@router.post(IN_WEEK + "/take", permission=Permission.PLAN_PUBLISH)
def take_in_week(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    session: DbSession,
    now: Now,
    posted: PostedForm,
) -> Response:
    """This place: a version of the week with the visits."""
    moment, lang = moment_of(now), language_of(request)
    week_head_of(session, team_id, roster_id)
    try:
        asked = question_again(session, team_id, roster_id, need_id, moment)
        answer = HELPER.ask(
            taken, asked.plan.problem, asked.plan.roster, asked.wanted, posted.get("key", ""), moment
        )
        done = keep_fitted(
            session,
            team_id,
            roster_id,
            answer,
            moment,
            expected_row_version=posted.row_version(),
            is_known=True,
        )
    except OfferGoneError:
        return _page(request, session, team_id, roster_id, need_id, now, translator(lang)(GONE), 409)
    except WantedError:
        return _page(request, session, team_id, roster_id, need_id, now, status=422)
    except PublishError as error:
        words = sentence(error, lang)
        return _page(request, session, team_id, roster_id, need_id, now, words, 422)
    url = f"/planner/{team_id}/fit-on/{need_id}"
    return redirect(request, url, said=FITTED, version=done.roster.version, count=done.to_tell)


def _page(
    request: Request,
    session: Session,
    team_id: UUID,
    roster_id: UUID,
    need_id: UUID,
    now: Now,
    wrong: str = "",
    status: int = 200,
) -> Response:
    head, person = week_head_of(session, team_id, roster_id), request.state.person
    stored = plan_of(session, roster_id, team_id)
    names, moment = names_of(session, team_id), moment_of(now)
    found = standing_need(session, team_id, need_id)
    offers = None
    try:
        asked = question_again(session, team_id, roster_id, need_id, moment)
        offers = HELPER.ask(offered, asked.plan.problem, asked.plan.roster, asked.wanted, moment)
    except WantedError as error:
        lang = language_of(request)
        wrong = wrong or "; ".join(in_form(message, lang) for _, message in error.mistakes)
    moved = [one.citizen for way in (offers.ways if offers else ()) for one in way.moved]
    note_read(
        session,
        [found.citizen_id, *(names.citizens[code].row_id for code in moved if code in names.citizens)],
    )
    return render(
        request,
        "planner/fit_week.html",
        status,
        roster=page_of(request, person, stored, "fit"),
        head=head,
        need_id=need_id,
        citizen_id=found.citizen_id,
        may_plan=person.may(Permission.RUN_START, team_id),
        may_edit_team=person.may(Permission.TEAM_EDIT, team_id),
        name=names.citizens[found.wanted.cells["citizen_id"]].name,
        service=found.wanted.cells["service"],
        offers=offers,
        names=names,
        wrong=wrong,
    )
