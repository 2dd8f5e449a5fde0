"""Every page that is read, as every role: found by itself, whoever adds it.

A route to which no link leads and whose parameters are no rows' ids gets an example in ``crawl_world``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from httpx2 import Response
from playwright.sync_api import Browser

from delivery_app.jobs.helper import HELPER
from delivery_app.locale_tools import PO_FILE
from delivery_app.planner import routes_alarms, routes_live
from delivery_app.security.inline_style import digest_of
from delivery_app.security.permissions import TEAM_PERMISSIONS, Permission
from delivery_app.security.roles import ADMINISTRATOR, IN_TEAM
from delivery_app.security.seals import ENTRIES
from delivery_app.web.routing import PermissionRoute
from models.access_log import Action
from models.tables import metadata
from tests.browser import fresh_page
from tests.delivery_app.web.app_examples import client_of, send, somebody
from tests.delivery_app.web.browsing import browsed
from tests.delivery_app.web.crawl_world import ROLES, TEAM_ROLES, World, crawl_world
from tests.delivery_app.web.crawling import (
    Walk,
    get_routes,
    is_html,
    made_up,
    read_page,
    route_of,
    walk,
)
from tests.serving import serving

#: What a page may answer to somebody who may open it.
FINE = (200, 303)
#: There only where the municipality's provider of identities is set up.
NOT_SET_UP = ("/signin/oidc", "/signin/oidc/callback")
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
CPR = re.compile(r"(?<![\w-])\d{6}-?\d{4}(?![\w-])")
ENGLISH = re.compile(
    r"\b(the|with|this|your|you|which|was|were|been|from|their|cannot|nobody|nothing)\b", re.I
)
DANISH = re.compile(r"\b(og|ikke|skal|eller|uden|bliver|borgeren|hvem|hvad|ingen|alle)\b", re.I)


@dataclass
class Crawl:
    """What every role met: answers by role and address, and which citizens the log then had."""

    world: World
    walks: dict[str, Walk] = field(default_factory=dict)
    logged: dict[tuple[str, str], set[UUID]] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    clients: dict[str, TestClient] = field(default_factory=dict)

    def visit(self, role: str, url: str) -> Response:
        """Open an address as somebody, and note what the log says of it."""
        before = self._newest()
        answer = self.clients[role].get(url)
        self.logged[role, url] = self._citizens_since(before)
        return answer

    def first_role(self, path: str) -> str | None:
        """The first role that may open a route: the one it is tried as in a browser."""
        route = get_routes(self.world.app)[path]
        return next((role for role in ROLES if may(role, route)), None)

    def answers(self) -> Iterator[tuple[str, str, Response]]:
        """Everything that was opened: role, address, answer."""
        for role, found in self.walks.items():
            for url, answer in found.answers.items():
                yield role, url, answer

    def pages(self) -> Iterator[tuple[str, str, Response]]:
        """Of these, the pages."""
        return ((role, url, answer) for role, url, answer in self.answers() if is_html(answer))

    def _newest(self) -> int:
        with self.world.database.reading() as session:
            return session.scalar(sa.select(sa.func.max(ENTRIES.c.seal_number))) or 0

    def _citizens_since(self, seal: int) -> set[UUID]:
        with self.world.database.reading() as session:
            wanted = sa.select(ENTRIES.c.citizen_id).where(
                ENTRIES.c.seal_number > seal, ENTRIES.c.citizen_id.is_not(None)
            )
            return set(session.scalars(wanted))


def may(role: str, route: PermissionRoute) -> bool:
    """Whether a role is to be let in: by the table of roles alone, not by what the app does with it."""
    permission = route.permission
    assert permission is not None
    if permission in (Permission.PUBLIC, Permission.ACCOUNT):
        return True
    in_team = role in TEAM_ROLES and permission in IN_TEAM[TEAM_ROLES[role]]
    if permission in TEAM_PERMISSIONS:
        return in_team
    return in_team or (role == "administrator" and permission in ADMINISTRATOR)


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """Every role walks through the app by its links; what no link leads to is opened by made-up addresses."""
    with crawl_world(tmp_path_factory.mktemp("crawl")) as world, pytest.MonkeyPatch.context() as patch:
        patch.setattr(HELPER, "warm", lambda: None)
        # What is followed for as long as a page is open is looked at, and then over.
        for followed in (routes_alarms, routes_live):
            patch.setattr(followed, "STREAM_SECONDS", 1.0)
        found = Crawl(world)
        for role in ROLES:
            found.clients[role] = somebody(world.app, role)
            found.walks[role] = walk(
                world.app, found.clients[role], lambda url, role=role: found.visit(role, url)
            )
            for path, urls in found.walks[role].examples.items():
                if found.walks[role].answers[urls[0]].status_code in FINE:
                    found.examples.setdefault(path, urls[0])
        for path, route in get_routes(world.app).items():
            if path not in found.examples:
                url = made_up(path, world.database, world.known)
                if url is not None:
                    found.examples[path] = url
            for role in ROLES:
                url = found.examples.get(path, "")
                if url and url not in found.walks[role].answers and may(role, route):
                    found.walks[role].answers[url] = found.visit(role, url)
        yield found


#: Read by one person alone (tests/delivery_app/glass); what an open page is told, logged when it was opened.
OF_ONE_PERSON, FOLLOWED = {"/glass/{team_id}/{glass_id}"}, "/events"
#: What journeys of their own look at in a browser: the frame that a tablet keeps, whose script leads on at once to the
#: team's pages (tests/journeys).
LOOKED_AT_ELSEWHERE = {"/carer/app/{lang}"}


def test_every_route_has_an_example(crawl: Crawl) -> None:
    missing = sorted(get_routes(crawl.world.app).keys() - crawl.examples.keys() - OF_ONE_PERSON)
    assert missing == [], "no link leads there: give a row or the parameter in crawl_world"


def test_everybody_is_let_in_where_the_role_may(crawl: Crawl) -> None:
    problems = [
        f"{role} {url}: {answer.status_code}"
        for role, url, answer in crawl.answers()
        if answer.status_code not in FINE
        and may(role, route_of(crawl.world.app, urlsplit(url).path))  # type: ignore[arg-type]
        and urlsplit(url).path not in NOT_SET_UP
    ]
    assert problems == []


def test_no_link_leads_where_one_may_not(crawl: Crawl) -> None:
    problems = [
        f"{role} is led to {url}"
        for role, url, answer in crawl.answers()
        if not may(role, route_of(crawl.world.app, urlsplit(url).path))  # type: ignore[arg-type]
    ]
    assert problems == []


def test_others_are_refused_and_read_nothing(crawl: Crawl) -> None:
    problems = []
    for path, url in crawl.examples.items():
        route = get_routes(crawl.world.app)[path]
        for role in ROLES:
            if may(role, route):
                continue
            answer = crawl.visit(role, url)
            wanted = 404 if "{team_id}" in path else 403
            if answer.status_code != wanted:
                problems.append(f"{role} {url}: {answer.status_code} instead of {wanted}")
            if crawl.logged[role, url] or named(answer, crawl.world.names):
                problems.append(f"{role} {url} got data")
        if route.permission is not Permission.PUBLIC:
            answer = client_of(crawl.world.app).get(url)
            if answer.status_code != 303 or not answer.headers["location"].startswith("/signin"):
                problems.append(f"nobody {url}: {answer.status_code}")
    assert problems == []


def test_other_teams_and_their_rows_are_not_there(crawl: Crawl) -> None:
    """Another team's id, and rows of another team below one's own, are answered as ids that nobody has."""
    problems = []
    for path, url in crawl.examples.items():
        route = get_routes(crawl.world.app)[path]
        role = next((one for one in ROLES if may(one, route)), None)
        if "{team_id}" not in path or role is None:
            continue
        for foreign in foreign_addresses(crawl.world, path, url):
            answer = crawl.visit(role, foreign)
            if answer.status_code != 404 or crawl.logged[role, foreign] & crawl.world.stranger_ids:
                problems.append(f"{role} {path}: {answer.status_code} for {foreign}")
            if named(answer, crawl.world.strangers):
                problems.append(f"{role} {foreign} shows another team's people")
    assert problems == []


def foreign_addresses(world: World, path: str, url: str) -> Iterator[str]:
    """The address with another team, with a team nobody has, and with another team's row for each of its rows."""
    bare = urlsplit(url).path
    parts, wanted = bare.split("/"), path.split("/")
    for index, name in enumerate(wanted):
        if name == "{team_id}":
            for other in (other_team(world), uuid4()):
                yield "/".join([*parts[:index], str(other), *parts[index + 1 :]])
        elif name.startswith("{") and is_uuid(parts[index]):
            row = row_of_other_team(world, UUID(parts[index]))
            if row is not None:
                yield "/".join([*parts[:index], str(row), *parts[index + 1 :]])


def other_team(world: World) -> UUID:
    """The team that nobody here belongs to."""
    team = metadata.tables["team"]
    with world.database.reading() as session:
        return session.scalars(sa.select(team.c.id).where(team.c.id != world.team_id)).one()


def row_of_other_team(world: World, row_id: UUID) -> UUID | None:
    """A row of the same table that belongs to the other team."""
    with world.database.reading() as session:
        for table in metadata.sorted_tables:
            if "team_id" not in table.c or "id" not in table.c:
                continue
            if session.scalar(sa.select(table.c.id).where(table.c.id == row_id)) is not None:
                return session.scalar(sa.select(table.c.id).where(table.c.team_id != world.team_id).limit(1))
    return None


def is_uuid(text: str) -> bool:
    """Whether it is the id of a row."""
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None


def named(answer: Response, names: frozenset[str]) -> set[str]:
    """Whose names an answer holds."""
    kind = answer.headers.get("content-type", "")
    if not kind.startswith(("text/", "application/json")):
        return set()
    return {name for name in names if name in answer.text}


def test_nobody_of_another_team_stands_on_any_page(crawl: Crawl) -> None:
    problems = [
        f"{role} {url}: {sorted(found)[:3]}"
        for role, url, answer in crawl.answers()
        if (found := named(answer, crawl.world.strangers))
    ]
    assert problems == []


def test_administrator_sees_no_citizen(crawl: Crawl) -> None:
    names = frozenset(crawl.world.citizens.values())
    problems = [
        f"{url}: {sorted(found)[:3]}"
        for role, url, answer in crawl.answers()
        if role == "administrator" and (found := named(answer, names))
    ]
    assert problems == []


def test_every_citizen_on_a_page_is_in_the_log(crawl: Crawl) -> None:
    ids = {name: citizen_id for citizen_id, name in crawl.world.citizens.items()}
    problems, seen = [], 0
    for role, url, answer in crawl.answers():
        shown = {ids[name] for name in named(answer, frozenset(ids))}
        seen += len(shown)
        missing = shown - crawl.logged[role, url]
        if missing and not url.endswith(FOLLOWED):
            problems.append(f"{role} {url}: {len(missing)} of {len(shown)} are not logged")
    assert problems == []
    assert seen, "no page showed a citizen"


def test_log_is_whole_after_all_of_it(crawl: Crawl) -> None:
    from delivery_app.security.log_check import check_log

    with crawl.world.database.reading() as session:
        found = check_log(session.connection(), crawl.world.database.vault)
        actions = set(session.scalars(sa.select(ENTRIES.c.action)))
    assert found.broken is None
    assert {Action.READ, Action.SIGNED_IN} <= actions


def test_addresses_hold_ids_and_dates_and_nobody(crawl: Crawl) -> None:
    problems = []
    for role, url, answer in crawl.pages():
        for _, address in read_page(answer.text).addresses:
            plain = unquote(address)
            if any(name in plain for name in crawl.world.names) or CPR.search(plain):
                problems.append(f"{role} {url}: {address}")
    assert problems == []


def test_every_answer_has_the_security_headers(crawl: Crawl) -> None:
    problems = []
    for role, url, answer in crawl.answers():
        wrong = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
        policy = answer.headers.get("content-security-policy", "")
        if wrong or "script-src 'self'" not in policy or "unsafe" in policy:
            problems.append(f"{role} {url}: {wrong or policy}")
        if "no-store" not in answer.headers.get("cache-control", ""):
            problems.append(f"{role} {url} may be kept by the browser")
    assert problems == []


def test_pages_are_well_made(crawl: Crawl) -> None:
    """One main heading, a language, no id twice, nothing inline that the content policy would refuse."""
    problems = []
    for role, url, answer in crawl.pages():
        page = read_page(answer.text)
        twice = [one for one, count in Counter(page.ids).items() if count > 1]
        if "<html" in answer.text and (page.headings != 1 or page.language != "da"):
            problems.append(f"{role} {url}: {page.headings} main headings, language '{page.language}'")
        policy = answer.headers.get("content-security-policy", "")
        refused = [one[:60] for one in page.styles if digest_of(one) not in policy]
        if twice or page.inline or refused:
            problems.append(f"{role} {url}: ids twice {twice[:5]}, inline {(page.inline + refused)[:5]}")
    assert problems == []


def test_a_form_with_a_password_says_whose(crawl: Crawl) -> None:
    """Else a browser keeps the password of nobody, and complains of it."""
    found = [(url, said) for _, url, answer in crawl.pages() for said in read_page(answer.text).passwords]
    assert {url for url, said in found if not said} == set()
    assert {urlsplit(url).path.rpartition("/")[2] for url, _ in found} >= {"me", "tablet"}


@cache
def sentences() -> tuple[frozenset[str], frozenset[str]]:
    """English sentences that differ from their Danish ones, and the Danish ones that are no English ones."""
    with PO_FILE.open("rb") as file:
        pairs = [
            (str(one.id), str(one.string)) for one in read_po(file) if isinstance(one.id, str) and one.id
        ]
    english = {said for said, danish in pairs if danish and said != danish}
    return frozenset(english - {danish for _, danish in pairs}), frozenset(
        {danish for said, danish in pairs if danish != said} - {said for said, _ in pairs}
    )


def foreign_words(
    crawl: Crawl, answer: Response, sentences: frozenset[str], words: re.Pattern[str]
) -> list[str]:
    """What a page says in the other language. Words of three letters and less may be of both."""
    return [
        text
        for text in read_page(answer.text).texts
        if text not in crawl.world.data_words
        and ((len(text) > 3 and text in sentences) or words.search(text))
    ]


def test_danish_pages_say_nothing_in_english(crawl: Crawl) -> None:
    english, _ = sentences()
    problems = {
        f"{route_of(crawl.world.app, urlsplit(url).path).path}: {text[:80]}"  # type: ignore[union-attr]
        for _, url, answer in crawl.pages()
        for text in foreign_words(crawl, answer, english, ENGLISH)
    }
    assert sorted(problems) == []


def test_english_pages_say_nothing_in_danish(crawl: Crawl) -> None:
    _, danish = sentences()
    problems = set()
    for role in ROLES:
        assert send(crawl.clients[role], "/language", lang="en", next="/me").status_code == 303
        try:
            for path, url in crawl.examples.items():
                route = get_routes(crawl.world.app)[path]
                answers = role == next((one for one in ROLES if may(one, route)), None)
                # The frame that a tablet keeps names its language in the address.
                answer = crawl.visit(role, url.replace("/carer/app/da", "/carer/app/en")) if answers else None
                if answer is not None and is_html(answer):
                    problems |= {
                        f"{path}: {text[:80]}" for text in foreign_words(crawl, answer, danish, DANISH)
                    }
        finally:
            send(crawl.clients[role], "/language", lang="da", next="/me")
    assert sorted(problems) == []


def test_nothing_hinders_anybody_at_level_aa(crawl: Crawl, chromium: Browser) -> None:
    """WCAG 2.1 A and AA by axe, in a real browser that is told to complain of anything it refuses."""
    problems: list[str] = []
    with serving(crawl.world.app) as address:
        for role in ROLES:
            answers = crawl.walks[role].answers
            mine = [
                url
                for path, url in crawl.examples.items()
                if crawl.first_role(path) == role
                and url in answers
                and is_page(answers[url])
                and path not in LOOKED_AT_ELSEWHERE
            ]
            with fresh_page(chromium) as page:
                problems += [f"{role} {one}" for one in browsed(page, crawl.clients[role], address, mine)]
    assert problems == []


def is_page(answer: Response) -> bool:
    """A whole page that was shown."""
    return answer.status_code == 200 and is_html(answer) and "<html" in answer.text


def test_what_is_wrong_is_noticed() -> None:
    """The checks above see a page that breaks them."""
    page = read_page(
        '<html lang="da"><body><h1>A</h1><p id="x" style="a">The end</p><p id="x" onclick="y">og</p>'
        '<a href="/Ib%20Elmegaard-001" title="Look"><span lang="en">This is fine</span></a><script>1</script>'
    )
    assert page.texts == ["A", "The end", "og", "Look"]
    assert page.inline == ["p style", "p onclick", "script"]
    assert page.ids == ["x", "x"]
    assert ("href", "/Ib%20Elmegaard-001") in page.addresses
    assert CPR.search("/citizens/010101-1234")
    assert not CPR.search("/3f2504e0-4f89-11d3-9a0c-0305e82c3301")
    asked = '<input type="password" autocomplete="new-password"></form>'
    page = read_page(f'<form>{asked}<form><input autocomplete="username">{asked}<form><input></form>')
    assert page.passwords == [False, True]
