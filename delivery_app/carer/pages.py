"""Carers' pages as parts: the same HTML for the first page, for the script that shows it, and for the tablet to keep.

A page is an address below ``/carer/{team_id}``, a template ``carer/_x.html`` and a function that gives the template
what it shows. A module registers its own::

    register(r"/visit/(?P<need_id>[0-9a-f-]{36})/(?P<when>[0-9-]{10})", "carer/_visit.html", view)

The function says for itself which citizens it shows (``note_read``), and raises ``HTTPException(404)`` for what is not
there. Nothing of a part belongs to one request: no form token, no address of the reader's browser, no "now".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from delivery_app.carer.frame import around
from delivery_app.security.person import Person
from delivery_app.templating import COPENHAGEN
from delivery_app.web.language import language_of
from delivery_app.web.page import page_environment, render

#: What every part begins with: an answer that does not is none of ours (a hotel's sign-in page, a proxy's error).
PART_BEGINS = "<article data-page"
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """Who asks for a page of which team, when, and in which language."""

    session: Session
    person: Person
    team_id: UUID
    now: datetime
    lang: str
    #: What several pages of one answer share: a bundle has dozens of them of the same few days.
    memo: dict[tuple[object, ...], Any] = field(default_factory=dict, compare=False)

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The value of a key, made the first time it is asked for."""
        if key not in self.memo:
            self.memo[key] = make()
        found: T = self.memo[key]
        return found

    @property
    def today(self) -> date:
        """The date in Copenhagen."""
        return self.now.astimezone(COPENHAGEN).date()

    @property
    def carer_id(self) -> UUID | None:
        """The person's own row among the team's carers; None for whoever is none of them."""
        return next(
            (one.carer_id for one in self.person.memberships if one.team_id == self.team_id and one.carer_id),
            None,
        )

    @property
    def base(self) -> str:
        """What the team's addresses begin with."""
        return f"/carer/{self.team_id}"


View = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class CarerPage:
    """A page: the rest of its address as an expression, its template, and what fills that."""

    pattern: re.Pattern[str]
    template: str
    view: View


PAGES: list[CarerPage] = []


def register(pattern: str, template: str, view: View) -> None:
    """Add a page; ``pattern`` matches what stands behind ``/carer/{team_id}``, its groups are given to ``view``."""
    PAGES.append(CarerPage(re.compile(pattern), template, view))


def part(asked: Asked, path: str) -> str:
    """The HTML of one page's part; raises HTTPException 404 when no page has that address."""
    rest = path.removeprefix(asked.base) if path.startswith(asked.base) else None
    for page in PAGES if rest is not None else ():
        found = page.pattern.fullmatch(rest or "")
        if found is not None:
            return _drawn(asked, page, found.groupdict())
    raise HTTPException(404)


def answer(request: Request, asked: Asked) -> Response:
    """The page at the request's own address: alone when a script asks for it, else in its frame."""
    if request.headers.get("hx-request") == "true":
        return HTMLResponse(part(asked, request.url.path))
    html = part(asked, request.url.path)
    return render(request, "carer/shell.html", **around(asked.base, html))


def asked_by(request: Request, session: Session, person: Person, team_id: UUID, now: datetime) -> Asked:
    """What a route passes on."""
    return Asked(session, person, team_id, now, language_of(request))


def _drawn(asked: Asked, page: CarerPage, named: Mapping[str, str]) -> str:
    template = page_environment(asked.lang).get_template(page.template)
    html = template.render(
        lang=asked.lang,
        team_id=asked.team_id,
        base=asked.base,
        person=asked.person,
        **page.view(asked, **named),
    ).strip()
    if not html.startswith(PART_BEGINS):
        raise RuntimeError(f"{page.template} does not begin with {PART_BEGINS}")
    return html


def date_of(text: str) -> date:
    """A date out of an address; raises HTTPException 404."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HTTPException(404) from None
