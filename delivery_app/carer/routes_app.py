"""What makes the carer's pages an app of the tablet: the frame it keeps, its worker, and how it is installed.

Nothing here holds anything of a person, so it needs no sign-in: the worker fetches it before anybody is there.
"""

from __future__ import annotations

import hashlib
import json

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from delivery_app.carer.frame import kept_files, shell
from delivery_app.i18n import LANGUAGES
from delivery_app.security.permissions import Permission
from delivery_app.templating import STATIC
from delivery_app.web.deps import CurrentPerson
from delivery_app.web.navigation import home
from delivery_app.web.routing import RoleRouter
from delivery_app.web.static import static_url

router = RoleRouter()

WORKER = STATIC / "carer" / "sw.js"


@router.get("/carer/", permission=Permission.ACCOUNT)
def begin(request: Request, person: CurrentPerson) -> Response:
    """Where the installed app begins: the person's first team."""
    teams = person.teams(Permission.ROUND_READ)
    url = f"/carer/{next(iter(teams))}" if teams else home(request.app, person)
    return RedirectResponse(url, 303)


@router.get("/carer/sw.js", permission=Permission.PUBLIC)
def worker() -> Response:
    """The service worker, with the list of what it keeps: another list is another worker."""
    shells = {lang: f"/carer/app/{lang}" for lang in LANGUAGES}
    drawn = "".join(shell(lang) for lang in LANGUAGES)
    files = kept_files()
    mark = hashlib.sha256((drawn + "".join(files) + WORKER.read_text("utf-8")).encode()).hexdigest()[:16]
    head = (
        f"const VERSION = {json.dumps(mark)}, FILES = {json.dumps(files)}, SHELLS = {json.dumps(shells)};\n"
    )
    return Response(head + WORKER.read_text("utf-8"), media_type="text/javascript")


@router.get("/carer/manifest.webmanifest", permission=Permission.PUBLIC)
def manifest() -> Response:
    """How the app is installed on a tablet."""
    return JSONResponse(
        {
            "name": "Nærplan",
            "short_name": "Nærplan",
            "id": "/carer/",
            "start_url": "/carer/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#083f4a",
            "icons": [{"src": static_url("naerplan.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        media_type="application/manifest+json",
    )


@router.get("/carer/app/{lang}", permission=Permission.PUBLIC)
def kept_shell(lang: str) -> Response:
    """The frame without a page and without a person, as the tablet keeps it."""
    if lang not in LANGUAGES:
        raise HTTPException(404)
    return HTMLResponse(shell(lang))
