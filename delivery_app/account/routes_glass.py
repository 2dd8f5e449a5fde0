"""A citizen of another team, seen for a stated reason (X4): asked for, read, and a note left."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from fastapi import Request
from fastapi.responses import Response

from delivery_app.bridge.cells import CellErrors
from delivery_app.i18n import N_, translator
from delivery_app.moment import ZONE
from delivery_app.planner.form_words import in_form
from delivery_app.security.access_log import act_as, note_event, note_read
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.security.scope import teams_in_scope
from delivery_app.security.seals import Event
from delivery_app.services import cpr_numbers, glass
from delivery_app.services.care.sheet import care_sheet
from delivery_app.services.records.reading import latest_for_citizen
from delivery_app.services.records.words import said
from delivery_app.web.access import access_of
from delivery_app.web.deps import CurrentPerson, DbSession, Form, Now, OpenDatabase, PostedForm
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render, say
from delivery_app.web.routing import RoleRouter
from models.access_log import Action, Use
from models.glass import BrokenGlass
from models.tables import Citizen, Record, Team

router = RoleRouter()
PAGE = "/glass/{team_id}"
ONE = PAGE + "/{glass_id}"
NO_REASON = N_("Choose why you have to see the citizen")
NO_WORDS = N_("Write in at least {least} signs why; the leader of the citizen's team reads it")
NOBODY = N_("No citizen was found by this. Look at the numbers and the spelling, or ring the citizen's team.")
TOO_OFTEN = N_(
    "You have looked for citizens too often without finding any. Ring the citizen's team, or wait an hour."
)
WHO = N_("Write the CPR number, or name and date of birth")
OWN = N_("This citizen is one of your own team's.")
LEFT = N_("The note is kept; the citizen's team sees it.")
NO_NOTE = N_("Write the note first")


@router.get(PAGE, permission=Permission.GLASS_BREAK)
def ask(request: Request, team_id: UUID, session: DbSession, person: CurrentPerson, now: Now) -> Response:
    """The form, and what one may look at now; no name stands on it."""
    note_read(session, [])
    return _form(request, session, person, team_id, now, {}, {})


@router.post(PAGE, permission=Permission.GLASS_BREAK)
def look(
    request: Request,
    team_id: UUID,
    session: DbSession,
    database: OpenDatabase,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """Look a citizen up; whoever has not stated a reason is not told whether there is one."""
    errors = _reason_errors(request, sent)
    cpr, born, today = None, None, now.astimezone(ZONE).date()
    if sent.get("cpr"):
        try:
            cpr = cpr_numbers.parsed(sent["cpr"], today)
        except CellErrors as error:
            errors["cpr"] = in_form(error.errors[cpr_numbers.FIELD][0], language_of(request))
    else:
        born = _date(sent.get("born", ""))
        if born is None or not sent.get("name"):
            errors["cpr"] = say(request, WHO)
    if not errors and glass.misses(session, person.user_id, now) >= glass.MISSES_AN_HOUR:
        errors["cpr"] = say(request, TOO_OFTEN)
    if errors:
        return _form(request, session, person, team_id, now, dict(sent), errors)
    with database.reading() as everybody:
        found = glass.look_up(
            everybody,
            person.municipality_id,
            database.vault,
            today=today,
            cpr=cpr,
            name=sent.get("name", ""),
            born=born,
        )
    if found is None:
        session.rollback()  # the log is written at once, past a transaction that would hold it up
        missed = Event(Action.REFUSED, use=Use.BREAK_GLASS, team_id=team_id, note=glass.MISSED)
        note_event(database, access_of(request, person), missed)
        return _form(request, session, person, team_id, now, dict(sent), {"cpr": say(request, NOBODY)})
    if found.team_id in teams_in_scope(person):
        return redirect(request, f"/glass/{team_id}", said=OWN, kind="info")
    row = glass.break_glass(
        session,
        found,
        user_id=person.user_id,
        from_team_id=team_id,
        reason=sent["reason"],
        words=sent["words"],
        now=now,
    )
    return redirect(request, f"/glass/{team_id}/{row.id}")


@router.get(ONE, permission=Permission.GLASS_BREAK)
def sheet_page(
    request: Request, team_id: UUID, glass_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """What to know and do with the citizen, and what was recorded lately; each look is logged."""
    row = glass.open_glass(session, glass_id, person.user_id, now)
    act_as(session, glass.access_for(access_of(request, person), row))
    citizen = session.get_one(Citizen, row.citizen_id)
    note_read(session, [citizen], use=Use.BREAK_GLASS, subject=("broken_glass", row.id))
    lang = language_of(request)
    today = now.astimezone(ZONE).date()
    entries = latest_for_citizen(session, citizen.id)
    return render(
        request,
        "account/glass_sheet.html",
        row=row,
        citizen=citizen,
        home=session.get_one(Team, row.team_id).name,
        sheet=care_sheet(session, row.team_id, citizen.id, None, today, None, now=now),
        lines=[(one, said(one.record, lang)) for one in entries],
        url=f"/glass/{team_id}",
    )


@router.post(ONE + "/note", permission=Permission.GLASS_BREAK)
def leave_note(
    request: Request,
    team_id: UUID,
    glass_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
    sent: PostedForm,
) -> Response:
    """An observation for the citizen's team: the one thing that can be written."""
    row = glass.open_glass(session, glass_id, person.user_id, now)
    act_as(session, glass.access_for(access_of(request, person), row))
    text = sent.get("text", "")[: glass.MOST_WORDS]
    if not text:
        return redirect(request, f"/glass/{team_id}/{glass_id}", said=NO_NOTE, kind="warning")
    session.add(_note(row, person, text, now))
    return redirect(request, f"/glass/{team_id}/{glass_id}", said=LEFT)


def _note(row: BrokenGlass, person: Person, text: str, now: dt.datetime) -> Record:
    return Record(
        id=uuid4(),
        municipality_id=row.municipality_id,
        team_id=row.team_id,
        citizen_id=row.citizen_id,
        on_date=now.astimezone(ZONE).date(),
        user_id=person.user_id,
        kind="note",
        device_at=now,
        at=now,
        received_at=now,
        body={"text": text, "for_team": True},
    )


def _reason_errors(request: Request, sent: Form) -> dict[str, str]:
    errors = {}
    if sent.get("reason") not in glass.REASONS:
        errors["reason"] = say(request, NO_REASON)
    if len(sent.get("words", "")) < glass.LEAST_WORDS:
        errors["words"] = say(request, NO_WORDS, least=glass.LEAST_WORDS)
    return errors


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _form(
    request: Request,
    session: DbSession,
    person: Person,
    team_id: UUID,
    now: dt.datetime,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    translate = translator(language_of(request))
    return render(
        request,
        "account/glass.html",
        status=422 if errors else 200,
        url=f"/glass/{team_id}",
        values={**dict.fromkeys(("cpr", "name", "born", "reason", "words"), ""), **values},
        errors=errors,
        reasons=[("", ""), *((code, translate(words)) for code, words in glass.REASONS.items())],
        going=glass.own_glasses(session, person.user_id, now),
        hours=glass.hours(),
    )
