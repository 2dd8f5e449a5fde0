"""A page from a template, in its frame: who is signed in, where one can go, in which language."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from starlette.background import BackgroundTask

from delivery_app.i18n import LANGUAGES, translator
from delivery_app.jobs.ahead import AHEAD
from delivery_app.security import csrf
from delivery_app.security.person import Person
from delivery_app.templating import environment
from delivery_app.web import flash
from delivery_app.web.language import language_of
from delivery_app.web.navigation import NavLink, admin_links, first_team_page, team_links
from delivery_app.web.static import static_url


@dataclass(frozen=True)
class TeamChoice:
    """A team one can change to."""

    team_id: UUID
    name: str
    url: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """What stands around every page."""

    person: Person | None
    csrf_token: str
    team: TeamChoice | None = None
    teams: list[TeamChoice] = field(default_factory=list)
    sections: list[NavLink] = field(default_factory=list)
    admin: list[NavLink] = field(default_factory=list)
    flashes: list[flash.Flash] = field(default_factory=list)
    #: The page's own address, for coming back after a change of language.
    here: str = "/"
    demo: bool = False
    #: What the municipality's own sign-in is called; empty where there is none.
    oidc: str = ""
    languages: tuple[str, ...] = LANGUAGES


@cache
def page_environment(lang: str) -> Environment:
    """The templates' environment with what only pages have."""
    env = environment(lang)
    env.globals |= {"static_url": static_url}
    return env


def load_templates() -> None:
    """Templates become Python when they are first used; done before, no person waits for it."""
    for lang in LANGUAGES:
        env = page_environment(lang)
        for name in env.list_templates(filter_func=lambda name: name.endswith(".html")):
            env.get_template(name)


def render(
    request: Request, template: str, status: int = 200, *, partial: str | None = None, **context: Any
) -> HTMLResponse:
    """A page. With ``partial``, a request by htmx for a part of a page is answered by that template alone.

    Templates find ``frame``, ``person``, ``lang``, ``csrf_token``, ``team`` and what the route gives. An
    answer of 400 and above takes back what the request wrote.
    """
    lang = language_of(request)
    request.state.status = status
    frame = frame_of(request, lang)
    name = partial if partial is not None and is_partial(request) else template
    html = (
        page_environment(lang)
        .get_template(name)
        .render(
            lang=lang,
            frame=frame,
            person=frame.person,
            csrf_token=frame.csrf_token,
            team=frame.team,
            **context,
        )
    )
    response = HTMLResponse(html, status)
    if flash.COOKIE in request.cookies:
        response.delete_cookie(flash.COOKIE)
    return response


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-request-type") == "partial"


def redirect(
    request: Request, url: str, *, said: str | None = None, kind: flash.Kind = "success", **values: object
) -> Response:
    """To another page of ours after a form; ``said`` (an English sentence, marked N_) is shown there once.

    After a form of a team, its rosters that were looked at last are read anew meanwhile.
    """
    team_id: UUID | None = getattr(request.state, "team_id", None)
    after = None if team_id is None else BackgroundTask(AHEAD.again, team_id)
    response = RedirectResponse(url, 303, background=after)
    person = getattr(request.state, "person", None)
    if said is not None and person is not None:
        flash.put(response, person.csrf_token, kind, said, values)
    return response


def say(request: Request, template: str, **values: object) -> str:
    """A sentence in the language of the answer."""
    return translator(language_of(request))(template).format(**values)


def frame_of(request: Request, lang: str) -> Frame:
    """The frame around the page that answers a request."""
    demo = request.app.state.settings.demo
    here = _here(request)
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        settings = request.app.state.settings
        return Frame(None, "", here=here, demo=demo, oidc=settings.oidc_name if settings.has_oidc else "")
    app, path = request.app, request.url.path
    teams = [
        TeamChoice(team_id, name, url, team_id == getattr(request.state, "team_id", None))
        for team_id, name in {one.team_id: one.team_name for one in person.memberships}.items()
        if (url := first_team_page(app, person, team_id)) is not None
    ]
    current = next((team for team in teams if team.current), None)
    return Frame(
        person,
        csrf.masked(person.csrf_token),
        current,
        teams,
        team_links(app, person, current.team_id, path) if current else [],
        admin_links(app, person, path),
        flash.take(request, person.csrf_token, lang),
        here,
        demo,
    )


def _here(request: Request) -> str:
    if request.method != "GET":
        return local_path(request.headers.get("referer", "").partition("://")[2].partition("/")[2], "/")
    query = f"?{request.url.query}" if request.url.query else ""
    return local_path(quote(request.url.path, safe="/:@!$&'()*+,;=~") + query, "/")


def local_path(path: str | None, otherwise: str) -> str:
    """A path on this server; never one that a browser reads as another host."""
    if not path:
        return otherwise
    plain = "/" + path.lstrip("/\\")
    if any(sign < " " or sign == "\\" for sign in plain):
        return otherwise
    return plain
