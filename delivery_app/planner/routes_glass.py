"""Who from outside looked at the team's citizens, for which reason: the leader's list (X4)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import col, select

from delivery_app.i18n import N_, translator
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services import glass
from delivery_app.services.records.reading import names_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.language import language_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter
from models.tables import Citizen, Team

router = RoleRouter()
PAGE = "/planner/{team_id}/glass"
SEEN = N_("Marked as looked at.")
ENDED = N_("Ended: the citizen cannot be seen from outside by this any more.")


@router.get(PAGE, permission=Permission.GLASS_REVIEW)
def page(request: Request, team_id: UUID, session: DbSession, now: Now) -> Response:
    """Everybody who looked, the newest first; whom nobody has looked at yet is marked."""
    rows = glass.of_team(session, team_id, now)
    citizens = session.scalars(
        select(Citizen).where(col(Citizen.id).in_({one.citizen_id for one in rows}))
    ).all()
    note_read(session, citizens)
    users = {one.user_id for one in rows} | {one.seen_by for one in rows} | {one.ended_by for one in rows}
    teams = session.execute(
        select(Team.id, Team.name).where(col(Team.id).in_({one.from_team_id for one in rows}))
    )
    translate = translator(language_of(request))
    return render(
        request,
        "planner/glass.html",
        rows=rows,
        now=now,
        citizens={one.id: one.name or one.code for one in citizens},
        users=names_of(session, {one for one in users if one is not None}),
        teams={row[0]: row[1] for row in teams},
        reasons={code: translate(words) for code, words in glass.REASONS.items()},
        url=f"/planner/{team_id}/glass",
    )


@router.post(PAGE + "/{glass_id}/seen", permission=Permission.GLASS_REVIEW)
def seen(
    request: Request, team_id: UUID, glass_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """Say that one has looked at it."""
    glass.mark_seen(session, team_id, glass_id, person.user_id, now)
    return redirect(request, f"/planner/{team_id}/glass", said=SEEN)


@router.post(PAGE + "/{glass_id}/end", permission=Permission.GLASS_REVIEW)
def end(
    request: Request, team_id: UUID, glass_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """End it before its time."""
    glass.end(session, team_id, glass_id, person.user_id, now)
    return redirect(request, f"/planner/{team_id}/glass", said=ENDED)
