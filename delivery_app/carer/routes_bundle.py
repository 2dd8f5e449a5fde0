"""Everything a tablet brings along, in one answer: the parts of its pages, and only what is not there as it is now."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import Response

from delivery_app.carer.frame import BROUGHT, MENU
from delivery_app.carer.pages import Asked, asked_by, part
from delivery_app.carer.posted import PostedJson, answer, carer_of
from delivery_app.security.access_log import reads_noted
from delivery_app.security.permissions import Permission
from delivery_app.services.tablet_pages import tablet_pages
from delivery_app.web.access import access_of
from delivery_app.web.deps import CurrentPerson, DbSession, Now, OpenDatabase
from delivery_app.web.routing import RoleRouter

router = RoleRouter()

OFFLINE = {"offline": True}


@router.get("/carer/{team_id}/bundle", permission=Permission.ROUND_READ)
def whole(request: Request, team_id: UUID, person: CurrentPerson, session: DbSession, now: Now) -> Response:
    """All pages of today and the next two days."""
    return answer(request, _bundle(asked_by(request, session, person, team_id, now), {}))


@router.post("/carer/{team_id}/bundle", permission=Permission.ROUND_READ)
def changed(
    request: Request,
    team_id: UUID,
    person: CurrentPerson,
    database: OpenDatabase,
    now: Now,
    data: PostedJson,
) -> Response:
    """The same, without the pages that the tablet has: ``known`` holds their marks by address."""
    known = data.get("known")
    marks = known if isinstance(known, dict) else {}
    # It only reads, and takes its time: nobody who writes is to wait for it.
    with database.reading(access_of(request, person)) as session:
        return answer(request, _bundle(asked_by(request, session, person, team_id, now), marks))


def _bundle(asked: Asked, known: dict[str, Any]) -> dict[str, Any]:
    """Each page as its part and a mark of what stands on it; a page that is known has its mark alone."""
    more = (*(entry.path for entry in sorted(MENU) if entry.path), *BROUGHT)
    carer_id = carer_of(asked.person, asked.team_id)
    pages: list[dict[str, str]] = []
    with reads_noted(asked.session, OFFLINE):
        for url in tablet_pages(asked.session, asked.team_id, carer_id, asked.today, more):
            try:
                html = part(asked, url)
            except HTTPException:
                continue
            mark = hashlib.sha256(html.encode()).hexdigest()[:16]
            page = {"url": url, "mark": mark}
            pages.append(page if known.get(url) == mark else {**page, "html": html})
    return {"as_of": asked.now.isoformat(), "server_time": asked.now.isoformat(), "pages": pages}
