"""Walking through the app as a browser would: links of pages, examples of each route, and what a page says."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from uuid import UUID

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.routing import Match

from delivery_app.db import Database
from delivery_app.web.routing import PermissionRoute
from models.tables import metadata

#: Examples of a route that are visited for each role.
EXAMPLES = 2
#: Attributes that hold an address, and those that hold words.
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-delete", "data-url")
WORDS = ("aria-label", "title", "placeholder", "alt", "data-ask")
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class PageText(HTMLParser):
    """What a page says and where it leads."""

    texts: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    headings: int = 0
    inline: list[str] = field(default_factory=list)
    #: What stands in its style elements.
    styles: list[str] = field(default_factory=list)
    language: str = ""
    #: For each form that asks for a password, whether it says whose it is (WCAG 1.3.5, and what browsers ask for).
    passwords: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._silent = 0
        self._open: list[bool] = []
        self._filled_in: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        foreign = tag in ("script", "style") or (tag != "html" and "lang" in given)
        if tag not in _VOID:
            self._open.append(foreign)
            self._silent += foreign
        if tag == "form":
            self._filled_in = set()
        self._filled_in.add(given.get("autocomplete", ""))
        self.headings += tag == "h1"
        if "id" in given:
            self.ids.append(given["id"])
        self.addresses += [(name, given[name]) for name in ADDRESSES if given.get(name)]
        if not self._silent:
            self.texts += [given[name] for name in WORDS if given.get(name)]
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "script" and "src" not in given and not given.get("type", "").endswith("json"):
            self.inline.append(tag)
        if tag == "style":
            self.styles.append("")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag not in _VOID and self._open:
            self._silent -= self._open.pop()
        if tag == "form" and self._filled_in & {"current-password", "new-password"}:
            self.passwords.append("username" in self._filled_in)

    def handle_data(self, data: str) -> None:
        """Text."""
        if self.cdata_elem == "style":
            self.styles[-1] += data
        elif not self._silent and data.strip():
            self.texts.append(" ".join(data.split()))


@lru_cache(maxsize=1000)
def read_page(html: str) -> PageText:
    """What a page says; whoever asks gets the same one."""
    page = PageText()
    page.feed(html)
    return page


def get_routes(app: FastAPI) -> dict[str, PermissionRoute]:
    """Every route that is read, by its path."""
    return {
        route.path: route
        for route in app.routes
        if isinstance(route, PermissionRoute) and "GET" in (route.methods or ())
    }


def route_of(app: FastAPI, path: str) -> PermissionRoute | None:
    """The route that answers a GET of an address."""
    scope = {"type": "http", "method": "GET", "path": unquote(path), "root_path": "", "headers": []}
    for route in app.routes:
        if isinstance(route, PermissionRoute) and route.matches(scope)[0] is Match.FULL:
            return route
    return None


def links_of(page: PageText, base: str) -> list[str]:
    """Addresses of this app that a page leads to by reading."""
    found = []
    for name, address in page.addresses:
        url = urlsplit(urljoin(base, address))
        if name in ("href", "hx-get", "data-url") and url.netloc == urlsplit(base).netloc:
            found.append(url.path + (f"?{url.query}" if url.query else ""))
    return found


@dataclass
class Walk:
    """What one person met on the way: addresses by route, and answers by address."""

    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, Response] = field(default_factory=dict)


def walk(app: FastAPI, client: TestClient, visit: Any, starts: Iterable[str] = ("/",)) -> Walk:
    """Follow links from the first page on, to a few examples of each route; ``visit(url)`` gets an address."""
    found = Walk()
    waiting, known = deque(starts), set(starts)
    while waiting:
        url = waiting.popleft()
        route = route_of(app, urlsplit(url).path)
        if route is None or len(found.examples[route.path]) >= EXAMPLES:
            continue
        found.examples[route.path].append(url)
        answer = found.answers[url] = visit(url)
        further = [answer.headers["location"]] if "location" in answer.headers else []
        if is_html(answer):
            further += links_of(read_page(answer.text), str(client.base_url))
        for one in further:
            if one not in known:
                known.add(one)
                waiting.append(one)
    return found


def is_html(answer: Response) -> bool:
    """Whether an answer is a page or a part of one."""
    return bool(answer.headers.get("content-type", "").startswith("text/html"))


#: What parameters of paths mean that are not called by a table.
TABLE_OF = {
    "call_id": "emergency_call",
    "phone_id": "team_phone",
    "other_id": "roster",
    "run_id": "planning_run",
    "user_id": "user_account",
    "change_id": "replanning",
    "session_id": "user_session",
    "edit_id": "roster_edit",
    "pattern_id": "shift_pattern",
    "grant_id": "package_grant",
    "assessment_id": "screen_assessment",
    "photo_id": "record_photo",
}


def made_up(path: str, database: Database, known: Mapping[str, str]) -> str | None:
    """An address of a route that no link led to: ids of rows that belong together; None when it cannot be told.

    A parameter ``x_id`` is a row of the table ``x`` (or of :data:`TABLE_OF`); other parameters are in ``known``.
    """
    values: dict[str, str] = {}
    with database.reading() as session:
        for name in re.findall(r"\{(\w+)", path):
            if name in known:
                values[name] = known[name]
                continue
            called = TABLE_OF.get(name, name.removesuffix("_id"))
            if name == "row_id":  # named by what stands before it: /admin/teams/{row_id}
                called = path.partition("/{row_id}")[0].rpartition("/")[2].removesuffix("s")
            table = metadata.tables.get(called)
            if table is None or not name.endswith("_id"):
                return None
            conditions = [table.c[one] == UUID(values[one]) for one in values if one in table.c]
            row = session.execute(sa.select(table.c.id).where(*conditions).limit(1)).first()
            if row is None:
                return None
            values[name] = str(row.id)
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: values[found[1]], path)
