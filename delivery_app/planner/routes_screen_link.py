"""A citizen's personal link for screen visits: made, shown once (also as a picture for a camera), put off, revoked; and
the calls that were made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import anyio.from_thread
import segno
from fastapi import Request
from fastapi.responses import Response

from delivery_app.i18n import N_
from delivery_app.planner.entry_pages import today_of
from delivery_app.planner.routes_citizens import ONE, citizen_of
from delivery_app.security.access_log import note_read
from delivery_app.security.permissions import Permission
from delivery_app.services.screen.calls import latest_calls
from delivery_app.services.screen.figures import figures
from delivery_app.services.screen.links import has_run_out, link_of, make_link, put_off, revoke_link
from delivery_app.web.deps import CurrentPerson, DbSession, Now
from delivery_app.web.office import office_of
from delivery_app.web.page import redirect, render
from delivery_app.web.routing import RoleRouter

router = RoleRouter()
PAGE = f"{ONE}/screen-link"
#: So many of the last calls stand on the page.
CALLS = 10
HOLDS_ANEW = N_("The link holds anew; the address is the same.")
REVOKED = N_("The link is revoked: nobody answers by it any more.")


@router.get(PAGE, permission=Permission.TEAM_EDIT)
def link_page(
    request: Request, team_id: UUID, citizen_id: UUID, session: DbSession, person: CurrentPerson, now: Now
) -> Response:
    """Whether the citizen has a link, since when, by whom and until when; the link itself is not kept."""
    return _page(request, session, person, team_id, citizen_id, now, "")


@router.post(PAGE, permission=Permission.TEAM_EDIT)
def make(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """Make a new link, and show it this once."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    token, _ = make_link(session, team_id, citizen.id, by=person.sign_in_name, now=now)
    _hang_up(request, citizen.id)
    return _page(request, session, person, team_id, citizen_id, now, f"{request.base_url}call#{token}")


@router.post(f"{PAGE}/put-off", permission=Permission.TEAM_EDIT)
def hold_anew(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """The same link holds anew, counted from today."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    put_off(session, team_id, citizen.id, now=now)
    return redirect(request, PAGE.format(team_id=team_id, citizen_id=citizen_id), said=HOLDS_ANEW)


@router.post(f"{PAGE}/revoke", permission=Permission.TEAM_EDIT)
def revoke(
    request: Request,
    team_id: UUID,
    citizen_id: UUID,
    session: DbSession,
    person: CurrentPerson,
    now: Now,
) -> Response:
    """The link holds no more."""
    citizen = citizen_of(session, person, team_id, citizen_id)
    revoke_link(session, team_id, citizen.id, by=person.sign_in_name, now=now)
    _hang_up(request, citizen.id)
    return redirect(request, f"/planner/{team_id}/citizens/{citizen_id}", said=REVOKED)


def _hang_up(request: Request, citizen_id: UUID) -> None:
    """Whoever is on the line by the link that held until now leaves it."""
    anyio.from_thread.run(office_of(request).exchange.close_line, citizen_id)


def _page(
    request: Request,
    session: DbSession,
    person: CurrentPerson,
    team_id: UUID,
    citizen_id: UUID,
    now: datetime,
    address: str,
) -> Response:
    citizen = citizen_of(session, person, team_id, citizen_id)
    note_read(session, [citizen])
    link, today = link_of(session, citizen.id), today_of(now)
    soon = link is not None and link.holds_until is not None and link.holds_until - figures().remind <= today
    picture = segno.make(address, error="m").svg_data_uri(scale=6, border=2) if address else ""
    return render(
        request,
        "planner/screen_link.html",
        citizen=citizen,
        url=f"/planner/{team_id}/citizens/{citizen_id}",
        link=link,
        has_run_out=link is not None and has_run_out(link, today),
        runs_out_soon=soon,
        calls=latest_calls(session, citizen.id, CALLS),
        address=address,
        picture=picture,
    )
