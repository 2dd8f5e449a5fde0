"""Fit-in: where can this new visit go? Ranked ways with what they cost others; one button takes one (S14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.bridge.fitting import OfferGoneError, Offers, WantedError, offered, taken
from delivery_app.bridge.fitting_on import Help
from delivery_app.i18n import N_, translator
from delivery_app.jobs.about_plans import helps_at_hand
from delivery_app.jobs.helper import HELPER
from delivery_app.moment import Moment, moment_of
from delivery_app.planner.fit_helps import helped_by
from delivery_app.planner.forms_fit import DAYS, FitForm
from delivery_app.planner.roster_pages import page_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.fitting import (
    Question,
    keep_fitted,
    later_rosters,
    need_row,
    question,
    weeks_that_wait,
)
from delivery_app.services.live.again import Again
from delivery_app.services.names import names_of
from delivery_app.services.plans import plan_of
from delivery_app.services.presence import presence
from delivery_app.services.publishing import PublishError, RosterHead, week_head_of
from delivery_app.templating import week_number
from delivery_app.texts import MODALITIES, QUALIFICATIONS, SERVICES
from delivery_app.web.deps import DbSession, Now, PostedForm, as_uuid
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
PAGE = "/planner/{team_id}/rosters/{roster_id}/fit"
FITTED = N_("The visit is fitted in; version {version} is published. Citizens to be told: {count}.")
FITTED_DRAFT = N_("The visit is fitted in; it stands in the new draft, version {version}.")
FITTED_ON = N_("The visit is fitted in, in version {version}. Later weeks still wait for it.")
GONE = N_("This place is not there any more; here are the places as they are now.")
#: Choices of fields: code and English words.
PRIORITIES = (("1", N_("must be placed")), ("2", N_("should be placed")), ("3", N_("can wait")))


@router.get(PAGE, permission=Permission.PLAN_PUBLISH)
def fit_form(request: Request, team_id: UUID, roster_id: UUID, session: DbSession) -> Response:
    """Which visit?"""
    HELPER.warm()
    return fit_page(request, session, week_head_of(session, team_id, roster_id), FitForm())


@router.post(PAGE, permission=Permission.PLAN_PUBLISH)
def fit(
    request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now, posted: PostedForm
) -> Response:
    """Where it can go."""
    head = week_head_of(session, team_id, roster_id)
    form = FitForm.posted(posted)
    asked = _asked(request, session, head, form, moment_of(now))
    if asked is None:
        return fit_page(request, session, head, form, status=422)
    offers = _offers(asked, moment_of(now))
    eased = helps_at_hand(asked.plan, asked.wanted, moment_of(now)) if offers.nowhere else ()
    return fit_page(request, session, head, form, offers=offers, eased=eased)


@router.post(PAGE + "/helps", permission=Permission.PLAN_PUBLISH)
def fit_helps(
    request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now, posted: PostedForm
) -> Response:
    """What would give it a place, for the page that waits for it; reading the week was noted with that page."""
    head = week_head_of(session, team_id, roster_id)
    form = FitForm.posted(posted)
    asked = _asked(request, session, head, form, moment_of(now))
    eased = () if asked is None else helps_at_hand(asked.plan, asked.wanted, moment_of(now))
    plan = plan_of(session, roster_id, team_id).plan
    helped = None if eased is None else helped_by(plan, eased, form, language_of(request))
    return render(request, "planner/_fit_helps.html", head=head, form=form, helped=helped)


@router.post(PAGE + "/take", permission=Permission.PLAN_PUBLISH)
def take(
    request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now, posted: PostedForm
) -> Response:
    """This place: the need and a version with its visits."""
    head = week_head_of(session, team_id, roster_id)
    form, moment = FitForm.posted(posted), moment_of(now)
    asked = _asked(request, session, head, form, moment)
    if asked is None:
        return fit_page(request, session, head, form, status=422)
    plan = asked.plan
    try:
        answer = HELPER.ask(taken, plan.problem, plan.roster, asked.wanted, posted.get("key", ""), moment)
        done = keep_fitted(
            session, team_id, roster_id, answer, moment, expected_row_version=posted.row_version()
        )
    except OfferGoneError:
        return fit_page(
            request, session, head, form, offers=_offers(asked, moment), status=409, wrong=_say(request, GONE)
        )
    except PublishError as error:
        words = sentence(error, language_of(request))
        return fit_page(request, session, head, form, offers=_offers(asked, moment), status=422, wrong=words)
    if not form.once:
        need_id = need_row(session, team_id, answer.need.code)
        if weeks_that_wait(session, team_id, need_id, moment.date):
            url = f"/planner/{team_id}/fit-on/{need_id}"
            return redirect(request, url, said=FITTED_ON, version=done.roster.version)
    if done.roster.status != "published":
        url = f"/planner/{team_id}"
        return redirect(request, url, said=FITTED_DRAFT, version=done.roster.version)
    url = f"/planner/{team_id}/notices" if done.to_tell else f"/planner/{team_id}"
    return redirect(request, url, said=FITTED, version=done.roster.version, count=done.to_tell)


def _say(request: Request, template: str) -> str:
    return translator(language_of(request))(template)


def _offers(asked: Question, now: Moment) -> Offers:
    plan = asked.plan
    return HELPER.ask(offered, plan.problem, plan.roster, asked.wanted, now)


def _asked(
    request: Request, session: Session, head: RosterHead, form: FitForm, now: Moment
) -> Question | None:
    """The question the fields mean; None with the mistakes told in the form."""
    translate = translator(language_of(request))
    plan = plan_of(session, head.roster_id, head.team_id).plan
    cells = form.cells([plan.week_name(week) for week in range(plan.weeks)], translate)
    # Without a citizen the rest is looked at all the same: all mistakes are told at once.
    citizen = as_uuid(form.values["citizen"]) or _somebody(session, head)
    try:
        found = question(session, head.team_id, head.roster_id, citizen, cells, once=form.once, now=now)
    except WantedError as error:
        form.tell(error, language_of(request))
        return None
    return None if form.mistakes else found


def _somebody(session: Session, head: RosterHead) -> UUID:
    people = presence(session, head.team_id, head.first_monday, head.last_day).citizens
    return people[0].row_id if people else uuid4()


def fit_page(
    request: Request,
    session: Session,
    head: RosterHead,
    form: FitForm,
    *,
    offers: Offers | None = None,
    status: int = 200,
    wrong: str = "",
    eased: tuple[Help, ...] | None = (),
    again: Again | None = None,
) -> Response:
    """The form, and what was found.

    ``eased`` None: what would help is being worked out; ``again``: the visit whose place the new one takes.
    """
    plan = plan_of(session, head.roster_id, head.team_id).plan
    lang = language_of(request)
    there = presence(session, head.team_id, head.first_monday, head.last_day)
    note_read(session, [one.row_id for one in there.citizens])
    return render(
        request,
        "planner/fit.html",
        status,
        roster=page_of(request, request.state.person, plan_of(session, head.roster_id, head.team_id), "fit"),
        head=head,
        form=form,
        offers=offers,
        wrong=wrong,
        again=again,
        names=names_of(session, head.team_id),
        later=later_rosters(session, head),
        helped=None if eased is None else helped_by(plan, eased, form, lang),
        **_choices(request, session, head, there.citizens),
    )


def _choices(request: Request, session: Session, head: RosterHead, citizens: Any) -> dict[str, Any]:
    translate = translator(language_of(request))
    plan = plan_of(session, head.roster_id, head.team_id).plan if head.kind == "week" else None
    names = [] if plan is None else [plan.week_name(week) for week in range(plan.weeks)]
    return {
        "citizens": [("", translate(N_("choose a citizen"))), *((one.row_id, one.name) for one in citizens)],
        "services": [(code, translate(words)) for code, words in SERVICES.items()],
        "qualifications": [("", translate(N_("any"))), *_worded(QUALIFICATIONS, translate, "untrained")],
        "modalities": list(_worded(MODALITIES, translate)),
        "priorities": [(code, translate(words)) for code, words in PRIORITIES],
        "weeks": [(name, str(week_number(name))) for name in names],
        "days": DAYS,
    }


def _worded(table: Any, translate: Any, without: str = "") -> list[tuple[str, str]]:
    return [(code, translate(words)) for code, words in table.items() if code != without]
