"""Ordering a run: the form, and what it leads to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.jobs import runs
from delivery_app.planner import weight_words
from delivery_app.planner.forms_generate import OWN, GenerateForm, first_form, is_offered, posted
from delivery_app.security.permissions import Permission
from delivery_app.services.generating import Offers, offers, usual_seconds, week_to_plan
from delivery_app.templating import COPENHAGEN
from delivery_app.web.deps import AppSettings, DbSession, Now, PostedForm
from delivery_app.web.page import redirect, render, say
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
ALREADY = N_(
    "A run for this week was already ordered by somebody else; this is it. What you have just chosen is not used."
)


@router.get("/planner/{team_id}/generate", permission=Permission.RUN_START)
def generate_page(
    request: Request,
    team_id: UUID,
    session: DbSession,
    now: Now,
    week: str = "",
    roster: str = "",
    base: str = "",
) -> Response:
    """The form; ``week`` is the Monday to begin with, ``roster`` one to begin from."""
    found = offers(session, team_id, today=today(now), now=now)
    known = {line.monday.isoformat() for line in found.weeks}
    chosen = week if week in known else week_to_plan(found, today(now)).monday.isoformat()
    form = first_form(found, chosen, usual_seconds(session, team_id))
    begins = next((row for row in found.rosters if str(row.roster_id) == roster), None)
    if begins is not None:
        form.base, form.roster = "roster", roster
        form.week, form.weeks = begins.first_monday.isoformat(), str(begins.weeks)
    elif base == "scratch":
        form.base = base
    return _page(request, found, form)


@router.post("/planner/{team_id}/generate", permission=Permission.RUN_START)
def generate(
    request: Request, team_id: UUID, session: DbSession, sent: PostedForm, now: Now, settings: AppSettings
) -> Response:
    """Order a run, and go to its page."""
    found = offers(session, team_id, today=today(now), now=now)
    form = posted(found, sent)
    order = form.order(team_id, found, settings.run_workers)
    if order is None:
        return _page(request, found, form, 422)
    submitted = runs.submit(session, order)
    said = None if submitted.is_new else ALREADY
    return redirect(request, f"/planner/{team_id}/runs/{submitted.run_id}", said=said, kind="info")


def today(now: datetime) -> date:
    """The date in Copenhagen."""
    return now.astimezone(COPENHAGEN).date()


def _page(request: Request, found: Offers, form: GenerateForm, status: int = 200) -> Response:
    times = dict(weight_words.TIMES)
    if form.seconds.isdigit() and int(form.seconds) not in times:
        times[int(form.seconds)] = ""
    return render(
        request,
        "planner/generate.html",
        status,
        form=form,
        errors={name: say(request, text, **values) for name, (text, values) in form.mistakes.items()},
        offers=found,
        presets=weight_words.PRESETS,
        bases=[code for code in weight_words.BASES if is_offered(code, found)],
        base_words=weight_words.BASES,
        weight_words=weight_words.WEIGHTS,
        times=sorted(times.items()),
        own=OWN,
        week_after=timedelta(days=6),
    )
