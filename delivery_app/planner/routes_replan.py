"""A published roster after something has happened: said in a form, worked out meanwhile, accepted or discarded (S13)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from fastapi import BackgroundTasks, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from delivery_app.bridge.replanning import Happened, HappenedError, message_of
from delivery_app.changed import Sentence
from delivery_app.db import Database
from delivery_app.i18n import N_, translator
from delivery_app.jobs.helper import HELPER
from delivery_app.jobs.replans import work_out
from delivery_app.moment import Moment, moment_of
from delivery_app.planner.change_view import change_view
from delivery_app.planner.forms_replan import ReplanForm
from delivery_app.planner.happened_words import happened_words
from delivery_app.planner.roster_pages import page_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import changes
from delivery_app.services.fitting import free_codes
from delivery_app.services.names import Names, author_names, names_of
from delivery_app.services.notices import waiting_count
from delivery_app.services.plans import plan_of
from delivery_app.services.presence import presence
from delivery_app.services.publishing import PublishError, RosterHead, week_head_of
from delivery_app.settings import Settings
from delivery_app.texts import QUALIFICATIONS, SERVICES
from delivery_app.web.deps import CurrentPerson, DbSession, Now, OpenDatabase, PostedForm
from delivery_app.web.errors import sentence
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.base import utc_now

router = RoleRouter()
FORM = "/planner/{team_id}/rosters/{roster_id}/replan"
CHANGE = "/planner/{team_id}/changes/{change_id}"
ACCEPTED = N_("Version {version} is published. Citizens to be told: {count}.")
DISCARDED = N_("The change is discarded; the roster stays as it was.")
#: What is written as the reason of an absence.
REASONS = {"sick": N_("ill"), "admitted": N_("hospital"), "late": N_("late")}


@contextmanager
def background(database: Database, settings: Settings) -> Iterator[None]:
    """The warm process ends with the app; it begins when a page needs it."""
    try:
        yield
    finally:
        HELPER.close()


@router.get(FORM, permission=Permission.PLAN_PUBLISH)
def replan_form(request: Request, team_id: UUID, roster_id: UUID, session: DbSession, now: Now) -> Response:
    """What has happened?"""
    head = week_head_of(session, team_id, roster_id)
    if head.status == "published":
        HELPER.warm()
    form = ReplanForm.empty(_within(head, moment_of(now)))
    return _form_page(request, session, team_id, head, form)


@router.post(FORM, permission=Permission.PLAN_PUBLISH)
def replan(
    request: Request,
    team_id: UUID,
    roster_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
    now: Now,
    posted: PostedForm,
    after: BackgroundTasks,
) -> Response:
    """Keep what was said and have it worked out."""
    head = week_head_of(session, team_id, roster_id)
    form = ReplanForm.posted(posted, _within(head, moment_of(now)))
    if posted.get("more"):
        return _form_page(request, session, team_id, head, form)
    translate = translator(language_of(request))
    names = names_of(session, team_id)
    reasons = {kind: translate(word) for kind, word in REASONS.items()}
    codes = free_codes(session, team_id, "u", 12)
    moment, happened, prefixes = form.happened(names, codes, translate, reasons)
    if form.mistakes or moment is None:
        return _form_page(request, session, team_id, head, form, 422)
    try:
        asked = changes.ask(session, team_id, roster_id, moment, happened)
    except HappenedError as error:
        form.tell(error, prefixes, language_of(request))
        return _form_page(request, session, team_id, head, form, 422)
    # After the commit: an answer must find what it answers.
    after.add_task(work_out, database, asked, person.sign_in_name)
    answer = redirect(request, CHANGE.format(team_id=team_id, change_id=asked.replanning_id))
    answer.background = after
    return answer


@router.get(CHANGE, permission=Permission.PLAN_PUBLISH)
def change_page(request: Request, team_id: UUID, change_id: UUID, session: DbSession, now: Now) -> Response:
    """The answer, once it is there: whom it changes and how, to be accepted or discarded."""
    return _change_page(request, session, team_id, change_id, now=moment_of(now))


@router.post(CHANGE + "/accept", permission=Permission.PLAN_PUBLISH)
def accept(
    request: Request, team_id: UUID, change_id: UUID, session: DbSession, now: Now, form: PostedForm
) -> Response:
    """Yes: it holds."""
    try:
        done = changes.accept(
            session,
            team_id,
            change_id,
            moment_of(now),
            note=form.get("note", ""),
            begun_is_known="begun" in form,
            expected_row_version=form.row_version(),
        )
    except PublishError as error:
        words = sentence(error, language_of(request))
        return _change_page(
            request, session, team_id, change_id, now=moment_of(now), wrong=words, note=form.get("note", "")
        )
    url = f"/planner/{team_id}/notices" if done.to_tell else f"/planner/{team_id}"
    return redirect(request, url, said=ACCEPTED, version=done.roster.version, count=done.to_tell)


@router.post(CHANGE + "/discard", permission=Permission.PLAN_PUBLISH)
def discard(
    request: Request, team_id: UUID, change_id: UUID, session: DbSession, form: PostedForm
) -> Response:
    """No: nothing of it becomes true."""
    changes.discard(session, team_id, change_id, expected_row_version=form.row_version())
    return redirect(request, f"/planner/{team_id}", said=DISCARDED, kind="info")


@router.post(CHANGE + "/again", permission=Permission.PLAN_PUBLISH)
def again(
    request: Request,
    team_id: UUID,
    change_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
    after: BackgroundTasks,
) -> Response:
    """The same question once more."""
    asked = changes.ask_again(session, team_id, change_id)
    after.add_task(work_out, database, asked, person.sign_in_name)
    answer = redirect(request, CHANGE.format(team_id=team_id, change_id=change_id))
    answer.background = after
    return answer


def _within(head: RosterHead, now: Moment) -> Moment:
    """Now, or the nearest moment of the roster's weeks."""
    if now.date < head.first_monday:
        return Moment(head.first_monday, 6 * 60)
    return now if now.date <= head.last_day else Moment(head.last_day, 23 * 60)


def _form_page(
    request: Request, session: Session, team_id: UUID, head: RosterHead, form: ReplanForm, status: int = 200
) -> Response:
    translate = translator(language_of(request))
    there = presence(session, team_id, head.first_monday, head.last_day)
    note_read(session, [one.row_id for one in there.citizens])
    return render(
        request,
        "planner/replan.html",
        status,
        roster=page_of(request, request.state.person, plan_of(session, head.roster_id, team_id), "replan"),
        head=head,
        form=form,
        there=there,
        services=[(code, translate(words)) for code, words in SERVICES.items()],
        qualifications=[
            ("", translate(N_("any"))),
            *((code, translate(words)) for code, words in QUALIFICATIONS.items() if code != "untrained"),
        ],
        waiting=changes.open_replannings(session, team_id),
    )


def _change_page(
    request: Request,
    session: Session,
    team_id: UUID,
    change_id: UUID,
    *,
    now: Moment,
    wrong: str = "",
    note: str = "",
) -> Response:
    lang = language_of(request)
    view = changes.replanning_of(session, team_id, change_id)
    names = names_of(session, team_id)
    shown = None
    begun = 0
    if view.outcome is not None:
        shown = change_view(view.outcome.changed, names, view.moment.date, lang)
        begun = changes.begun_since(view.outcome, view.moment, now)
    note_read(session, [*(shown.shown if shown else []), *_named(view.happened, names)])
    return render(
        request,
        "planner/change.html",
        422 if wrong else 200,
        partial="planner/_change.html",
        change=view,
        by_names=author_names(session, {view.decided_by or ""}),
        lost=view.is_lost(utc_now()),  # a stopwatch, whatever moment the page is about
        head=week_head_of(session, team_id, view.base_id),
        words=happened_words(view.happened, view.moment, names, lang),
        shown=shown,
        begun=begun,
        broken=[] if view.outcome is None else [message_of(one) for one in view.outcome.broken],
        why_new=[] if view.outcome is None else [message_of(one) for one in view.outcome.why_new],
        failure=[message_of(Sentence(**one)) for one in view.errors],
        wrong=wrong,
        note=note,
        waiting=waiting_count(session, team_id),
    )


def _named(happened: tuple[Happened, ...], names: Names) -> list[UUID]:
    return [names.citizens[one.who].row_id for one in happened if one.who in names.citizens]
