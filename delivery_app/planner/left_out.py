"""A visit that is left out for one week, and falls again when that is taken back: what the journal says, and who may."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from delivery_app.bridge.edits import LoggedEdit
from delivery_app.i18n import N_, short_date, translator
from delivery_app.planner.naming import visit_name
from delivery_app.security.permissions import Permission
from delivery_app.security.person import Person
from delivery_app.services import editing, this_week
from delivery_app.services.plans import StoredPlan
from delivery_app.services.records.office import Writer
from scheduler.edit import Unplace
from scheduler.message import ProblemError

#: Signs of each of the two fields.
MOST_SIGNS = 500
NOTE = N_("{visit}, {date}: does not fall, for this week only. Grounds: {grounds}. Agreed with: {agreed}.")
AGAIN = N_("{visit}, {date}: falls after all. That it does not, for this week only, has been taken back.")


def leave_out(
    session: Session,
    person: Person,
    stored: StoredPlan,
    need_code: str,
    when: dt.date,
    said: tuple[str, str],
    lang: str,
    now: dt.datetime,
) -> editing.Outcome:
    """Leave out a visit; ``said``: the grounds, and who of the home agreed. Raises ProblemError where it cannot be."""
    grounds, agreed = (one.strip() for one in said)
    writer = _writer(person, stored)
    if not grounds or not agreed:
        raise ProblemError("Write why the visit does not fall, and with whom of the home it is agreed")
    if max(len(grounds), len(agreed)) > MOST_SIGNS:
        raise ProblemError("Write at most {most} signs in a field", most=MOST_SIGNS)
    words = {"grounds": grounds.rstrip("."), "agreed": agreed.rstrip(".")}
    note = _note(NOTE, stored, need_code, when, lang, **words)
    outcome = this_week.leave_out(session, stored, writer, need_code, when, note, now)
    if not outcome.saved:
        raise ProblemError("Without this visit a rule would be broken; nothing is changed")
    return outcome


def undo(
    session: Session, person: Person, stored: StoredPlan, step: LoggedEdit | None, lang: str, now: dt.datetime
) -> editing.Outcome:
    """Take back one's own last step; where it left out a visit, the need loses the date by which it does not fall."""
    if step is None or not this_week.left_out(stored.plan, step):
        return editing.undo(session, stored.head.roster_id, stored.head.team_id)
    assert isinstance(step.command, Unplace)
    writer = _writer(person, stored)
    when = stored.plan.date(step.command.day)
    note = _note(AGAIN, stored, step.command.need_id, when, lang)
    return this_week.take_back(session, stored, writer, step, note, now)


def _writer(person: Person, stored: StoredPlan) -> Writer:
    team_id = stored.head.team_id
    if not person.may(Permission.TEAM_EDIT, team_id):
        raise ProblemError("You may change drafts, but not the team's data; ask somebody who may")
    return Writer(person.user_id, person.sign_in_name, person.municipality_id, team_id)


def _note(template: str, stored: StoredPlan, need_code: str, when: dt.date, lang: str, **words: str) -> str:
    translate = translator(lang)
    visit = visit_name(stored.plan, need_code).render(translate)
    return translate(template).format(visit=visit, date=short_date(when, lang), **words)
