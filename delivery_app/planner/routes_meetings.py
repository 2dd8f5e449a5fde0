"""The team's meetings about citizens: the agenda, whom rules propose, what was decided, and later notes to it (S18, A)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import Response

from delivery_app.bridge.cells import Message
from delivery_app.i18n import N_
from delivery_app.planner.entry_form import Group, filled, posted
from delivery_app.planner.entry_pages import EntryPage, save, show, today_of, translate_of
from delivery_app.planner.routes_team import citizens_of, writer_of
from delivery_app.planner.team_words import outcome_groups, text_groups, topic_groups, why
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.care.fields import Errors, fail_on, id_in, text_in
from delivery_app.services.citizens import active_carers
from delivery_app.services.team_list.calendar import calendar
from delivery_app.services.team_list.figures import figures
from delivery_app.services.team_list.meetings import (
    agenda,
    agenda_item,
    coming_meetings,
    discuss,
    leave_out,
    note_later,
    past_meetings,
)
from delivery_app.services.team_list.proposals import Proposal, proposal_of, proposals
from delivery_app.services.team_list.topics import BY_PLANNER, MOST_TOPIC_SIGNS, put_on, take_off
from delivery_app.services.team_list.writing import citizen_in
from delivery_app.team_texts import topic_reason
from delivery_app.web.deps import CurrentPerson, DbSession, Now, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.errors import MissingRowError

router = RoleRouter()
LIST = "/planner/{team_id}/meetings"
RULE = LIST + "/proposals/{citizen_id}/{rule}"
DISCUSS = LIST + "/citizens/{citizen_id}"
NOTE = LIST + "/notes/{topic_id}"
BACK = N_("Meetings")
#: So far ahead the calendar's meetings are listed.
AHEAD = dt.timedelta(days=60)


@router.get(LIST, permission=Permission.TEAM_READ)
def page(request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now) -> Response:
    """Who is to be talked about, whom rules propose, and what was decided lately."""
    today = today_of(now)
    waiting = agenda(session, team_id, today)
    proposed = proposals(session, team_id, now)
    past = past_meetings(session, team_id, today - figures().past, now)
    shown = {one.citizen_id for one in waiting} | {one.citizen_id for one in proposed}
    note_read(session, shown | {one.item.citizen_id for meeting in past for one in meeting.outcomes})
    coming = coming_meetings(session, team_id, today)
    lang = language_of(request)
    return render(
        request,
        "planner/meetings.html",
        agenda=waiting,
        proposed=[(one, why(one, lang)) for one in proposed],
        past=past,
        next=coming[0] if coming else None,
        calendar=calendar(session, [one for one in coming if one.date <= today + AHEAD]),
        later=sum(one.date > today + AHEAD for one in coming),
        today=today,
        url=LIST.format(team_id=team_id),
        may_write=person.may(Permission.CARE_EDIT, team_id),
    )


@router.get(LIST + "/new", permission=Permission.CARE_EDIT)
def new(request: Request, team_id: UUID, session: DbSession, now: Now, citizen: str = "") -> Response:
    """The form of a citizen for the agenda."""
    groups = topic_groups(
        citizens_of(session, team_id, now),
        coming_meetings(session, team_id, today_of(now)),
        translate_of(request),
        language_of(request),
    )
    return show(
        request, _page(team_id, N_("Put a citizen on the agenda")), filled(groups, {"citizen": citizen})
    )


@router.post(LIST + "/new", permission=Permission.CARE_EDIT)
def add(
    request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now, sent: PostedForm
) -> Response:
    """Put a citizen on the agenda."""
    groups = topic_groups(
        citizens_of(session, team_id, now),
        coming_meetings(session, team_id, today_of(now)),
        translate_of(request),
        language_of(request),
    )
    form = posted(groups, sent)

    def do() -> Response:
        errors: Errors = {}
        citizen_id = citizen_in(session, team_id, form.values, errors, needed=True)
        words = text_in(form.values, "words", errors, MOST_TOPIC_SIGNS, needed=True)
        meeting_id = id_in(form.values["meeting"])
        if form.values["meeting"] and meeting_id not in {
            one.id for one in coming_meetings(session, team_id, today_of(now))
        }:
            errors["meeting"] = [Message("choose one of the list", {"value": form.values["meeting"][:40]})]
        fail_on(errors)
        if citizen_id is not None:
            put_on(
                session,
                team_id,
                citizen_id,
                BY_PLANNER,
                words,
                by=person.user_id,
                now=now,
                meeting_id=meeting_id,
            )
        return redirect(request, LIST.format(team_id=team_id), said=N_("Saved."))

    return save(request, _page(team_id, N_("Put a citizen on the agenda")), form, do)


@router.post(RULE, permission=Permission.CARE_EDIT)
def take_up(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    rule: str,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """Put a citizen whom a rule proposes on the agenda, with the rule's reason as it stands now."""
    one = _proposal(session, team_id, citizen_id, rule, now)
    put_on(session, team_id, citizen_id, rule, "", by=person.user_id, now=now, facts=one.facts)
    return redirect(request, LIST.format(team_id=team_id), said=N_("Put on the agenda."))


@router.get(RULE + "/leave-out", permission=Permission.CARE_EDIT)
def ask_why_not(
    request: Request, team_id: UUID, citizen_id: UUID, rule: str, session: DbSession, now: Now
) -> Response:
    """The form of why a proposal is not taken up."""
    one = _proposal(session, team_id, citizen_id, rule, now)
    return show(request, _left_out_page(team_id, one, language_of(request)), filled(_why_not(), {}))


@router.post(RULE + "/leave-out", permission=Permission.CARE_EDIT)
def leave(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    rule: str,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """A proposal is not taken up."""
    one = _proposal(session, team_id, citizen_id, rule, now)
    lang = language_of(request)
    form = posted(_why_not(), sent)

    def do() -> Response:
        writer = writer_of(person, team_id)
        leave_out(session, writer, citizen_id, rule, one.facts, form.values["why"], now)
        return redirect(request, LIST.format(team_id=team_id), said=N_("Saved."))

    return save(request, _left_out_page(team_id, one, lang), form, do)


@router.post(LIST + "/topics/{topic_id}/remove", permission=Permission.CARE_EDIT)
def remove(request: Request, team_id: UUID, topic_id: UUID, session: DbSession) -> Response:
    """Take a topic off the agenda."""
    take_off(session, team_id, topic_id)
    return redirect(request, LIST.format(team_id=team_id), said=N_("Removed."))


@router.get(DISCUSS, permission=Permission.CARE_EDIT)
def ask_outcome(request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of what came of a citizen's topics."""
    item = agenda_item(session, team_id, citizen_id, today_of(now))
    note_read(session, [citizen_id])
    groups = outcome_groups(active_carers(session, team_id, today_of(now)), translate_of(request))
    topics = " ".join(str(one) for one in item.topic_ids)
    form = filled(groups, {"discussed_on": today_of(now).isoformat()}, topics)
    reasons = [topic_reason(one.row, language_of(request)) for one in item.topics]
    return show(request, _outcome_page(team_id, item.citizen, reasons), form)


@router.post(DISCUSS, permission=Permission.CARE_EDIT)
def write_outcome(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Write down what came of them."""
    form = posted(outcome_groups(active_carers(session, team_id, today_of(now)), translate_of(request)), sent)
    named = [found for text in form.row_version.split() if (found := id_in(text)) is not None]
    citizen = next((one for one in citizens_of(session, team_id, now) if one.id == citizen_id), None)
    if citizen is None:
        raise HTTPException(404)

    def do() -> Response:
        topic = discuss(session, writer_of(person, team_id), citizen_id, named, form.values, now)
        url = LIST.format(team_id=team_id)
        return redirect(request, f"{url}/{topic.discussed_on}", said=N_("Saved."))

    return save(request, _outcome_page(team_id, citizen.name or citizen.code, []), form, do)


@router.get(NOTE, permission=Permission.CARE_EDIT)
def ask_note(request: Request, team_id: UUID, topic_id: UUID, session: DbSession, now: Now) -> Response:
    """The form of a later note."""
    return show(request, _note_page(session, team_id, topic_id, now), filled(_note(), {}))


@router.post(NOTE, permission=Permission.CARE_EDIT)
def write_note(
    request: Request,
    team_id: UUID,
    topic_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Add a note to what was decided; what stands there stays."""
    form = posted(_note(), sent)

    def do() -> Response:
        topic = note_later(session, writer_of(person, team_id), topic_id, form.values["text"], now)
        url = LIST.format(team_id=team_id)
        return redirect(request, f"{url}/{topic.discussed_on}", said=N_("Saved."))

    return save(request, _note_page(session, team_id, topic_id, now), form, do)


@router.get(LIST + "/{when}", permission=Permission.TEAM_READ)
def past_page(
    request: Request, team_id: UUID, when: dt.date, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """What was decided on a date: to be read, and to be added to."""
    found = past_meetings(session, team_id, when, now, when)
    if not found:
        raise HTTPException(404)
    note_read(session, [one.item.citizen_id for one in found[0].outcomes])
    return render(
        request,
        "planner/meeting.html",
        meeting=found[0],
        url=LIST.format(team_id=team_id),
        may_write=person.may(Permission.CARE_EDIT, team_id),
    )


def _proposal(session: DbSession, team_id: UUID, citizen_id: UUID, rule: str, now: dt.datetime) -> Proposal:
    found = proposal_of(session, team_id, citizen_id, rule, now)
    if found is None:
        raise MissingRowError("The rule does not propose the citizen (any more)")
    note_read(session, [citizen_id])
    return found


def _why_not() -> tuple[Group, ...]:
    return text_groups("why", N_("Why is it not taken up?"))


def _note() -> tuple[Group, ...]:
    return text_groups(
        "text", N_("Note"), N_("What was written down at the meeting stays; the note stands below it.")
    )


def _left_out_page(team_id: UUID, one: Proposal, lang: str) -> EntryPage:
    back = LIST.format(team_id=team_id)
    return EntryPage(N_("Do not take it up"), back, BACK, N_("Save"), one.citizen, quoted=why(one, lang))


def _outcome_page(team_id: UUID, citizen: str, reasons: list[str]) -> EntryPage:
    back = LIST.format(team_id=team_id)
    quoted = "\n".join(one for one in reasons if one)
    return EntryPage(N_("What came of it"), back, BACK, N_("Save"), citizen, quoted=quoted)


def _note_page(session: DbSession, team_id: UUID, topic_id: UUID, now: dt.datetime) -> EntryPage:
    for meeting in past_meetings(session, team_id, dt.date.min, now):
        for one in meeting.outcomes:
            if topic_id in one.item.topic_ids:
                note_read(session, [one.item.citizen_id])
                back = f"{LIST.format(team_id=team_id)}/{meeting.date}"
                return EntryPage(N_("Later note"), back, BACK, N_("Save"), one.item.citizen, quoted=one.words)
    raise MissingRowError("No meeting has decided anything with the id {id}", id=topic_id)


def _page(team_id: UUID, heading: str) -> EntryPage:
    return EntryPage(heading, LIST.format(team_id=team_id), BACK, N_("Save"))
