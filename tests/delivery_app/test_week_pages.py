"""The read-only pages: what stands on them, who may ask, and that nothing of the data becomes markup."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from delivery_app.preview import create_app, serve
from scheduler.message import ProblemError
from scheduler.problem import Absence
from scheduler.roster import Unplaced
from tests.delivery_app.sample_team import sample_problem, sample_roster
from tests.scheduler import cases

HOSTILE = "<script>alert('x')</script> & \"Søn\" {{ 7*7 }}"
#: Elements without an end.
VOID = {"meta", "link", "img", "br", "rect", "path"}


class Structure(HTMLParser):
    """Every element of a page; complains about what is not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"</{tag}> closes nothing"
            assert self.open.pop() == tag, f"</{tag}> in the wrong place"

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.texts.setdefault(tag, []).append(data)

    def text(self, tag: str) -> str:
        """All text within elements of a kind."""
        return " ".join("".join(self.texts.get(tag, [])).split())


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """The pages of a generated team."""
    return create_app(sample_problem(), sample_roster())


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A browser on this machine that has not been here before."""
    return TestClient(app, "http://localhost:8000", raise_server_exceptions=False)


def every_address() -> list[str]:
    """A page of each kind, with and without visits."""
    problem = sample_problem()
    first = problem.calendar.first_monday
    days = [f"/carers/{problem.carers[2].carer_id}/days/{first + timedelta(days=day)}" for day in range(7)]
    return ["/", *days, f"/citizens/{problem.citizens[0].citizen_id}/week", "/citizens/nobody/week"]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_page_is_sound(client: TestClient, lang: str) -> None:
    for address in every_address():
        answer = client.get(address, params={"lang": lang})
        page = Structure(answer.text)
        kinds = Counter(tag for tag, _ in page.elements)
        assert kinds["h1"] == 1
        assert page.text("title") == f"{page.text('h1')} – Nærplan"
        ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
        assert max(ids.values()) == 1, ids
        targets = {attributes.get("aria-labelledby") for _, attributes in page.elements} - {None}
        assert targets <= set(ids)
        assert ("html", {"lang": lang}) in page.elements
        assert not kinds["script"]
        assert not any("style" in attributes for _, attributes in page.elements)
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_link_leads_to_a_page(client: TestClient) -> None:
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        address = todo.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        for tag, attributes in Structure(answer.text).elements:
            target = (attributes.get("href") or attributes.get("src") or "").partition("#")[0]
            if not target or target in seen or "lang=" in target:
                continue
            seen.add(target)
            assert target.startswith("/")
            if tag == "a":
                todo.append(target)
            else:
                assert client.get(target).status_code == 200, target
    assert {address for address in every_address()[:-1] if address.startswith("/citizens")} <= {
        address.partition("?")[0] for address in seen
    }


def test_fonts_and_icons_of_the_style_sheets_are_there(client: TestClient) -> None:
    own = client.get("/static/naerplan.css").text
    named = re.findall(r'url\("([^"]+)"\)', own)
    assert len(named) == 2
    for one in named:
        assert client.get(f"/static/{one}").status_code == 200
    assert "@font-face" not in client.get("/static/vendor/dkfds/css/dkfds.min.css").text


@pytest.mark.parametrize("address", ["/", "/static/naerplan.css", "/health", "/nowhere", "/citizens/x/week"])
def test_every_answer_carries_the_security_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not any("unsafe" in value or "*" in value for value in policy.values())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_page_says_what_it_is(client: TestClient) -> None:
    assert "Prøvedata" in client.get("/", params={"lang": "da"}).text
    english = client.get("/", params={"lang": "en"}).text
    assert "Sample data" in english
    assert "read-only" in english
    assert "this computer only" in english


@pytest.mark.parametrize(
    "host", ["example.org", "naerplan.example:8000", "127.0.0.1.example.org", "10.0.0.5"]
)
def test_a_request_for_another_host_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Team" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_this_machine_by_any_name_is_served(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "", "example.org"])
def test_serving_for_other_machines_is_refused(host: str) -> None:
    with pytest.raises(ProblemError, match="this one only"):
        serve(cases.base_problem(), cases.base_roster(), host=host)


def test_a_port_that_is_taken_is_told() -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ProblemError, match=f"port {port} cannot be used"):
            serve(cases.base_problem(), cases.base_roster(), port=port)


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/carers/nobody/days/2026-12-01",
        "/carers/k01/days/2026-12-07",
        "/carers/k01/days/2026-11-29",
        "/carers/k01/days/tuesday",
        "/citizens/nobody/week",
        "/?week=2026-W50",
        "/?week=%00",
        "/citizens/c01/week?week=2026-W48",
        "/static/../main.py",
        "/static/nothing.css",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Siden findes ikke" in Structure(answer.text).text("h1")
    assert "Traceback" not in answer.text


def test_nothing_can_be_written(client: TestClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/")
        assert answer.status_code == 405
        assert "Traceback" not in answer.text


def test_a_failing_page_shows_no_trace(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("delivery_app.preview.week_view", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Siden kunne ikke vises" in Structure(answer.text).text("h1")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_language_is_danish_until_chosen_and_then_kept(client: TestClient) -> None:
    assert '<html lang="da">' in client.get("/").text
    answer = client.get("/?lang=en")
    assert '<html lang="en">' in answer.text
    assert "SameSite=strict" in answer.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=kl").text
    assert '<html lang="da">' in client.get("/?lang=da").text


def test_the_language_switch_keeps_the_page(client: TestClient) -> None:
    page = Structure(client.get("/citizens/c01/week?week=2026-W49").text)
    switches = [one["href"] for tag, one in page.elements if tag == "a" and "hreflang" in one]
    assert switches == [f"/citizens/c01/week?week=2026-W49&lang={lang}" for lang in ("da", "en")]


def test_the_language_switch_never_names_another_host(client: TestClient) -> None:
    page = Structure(client.get("http://localhost:8000//example.org/").text)
    switches = [one["href"] or "" for tag, one in page.elements if tag == "a" and "hreflang" in one]
    assert switches
    assert not any(one.startswith("//") for one in switches)


def hostile_client() -> TestClient:
    """A team whose every text tries to be markup, and whose ids hold signs of addresses."""
    carer, citizen = "k/1?a#<b>", 'c"2&%'
    row = cases.problem(
        citizens=[cases.citizen(citizen, name=HOSTILE, contact_carer=carer)],
        needs=[cases.need("n1", citizen), cases.need("n2", citizen, "12:00-13:00")],
        carers=[cases.carer(carer, name=HOSTILE), cases.carer("k2", mentor=carer, name=HOSTILE)],
        shifts=[cases.shift("s1", carer), cases.shift("s2", "k2")],
        absences=(Absence(cases.at("00:00", 1), cases.at("00:00", 2), carer_id=carer, reason=HOSTILE),),
    )
    row = replace(row, name=HOSTILE)
    roster = cases.roster(
        row,
        [cases.visit("n1", citizen, "08:00-08:30", f"{carer}:s1", "k2:s2")],
        unplaced=(Unplaced("n2", 0, 0, "<i>rule</i>"),),
    )
    return TestClient(create_app(row, roster), "http://localhost")


def test_names_and_ids_stay_text() -> None:
    client = hostile_client()
    links = [
        one["href"] or ""
        for tag, one in Structure(client.get("/").text).elements
        if tag == "a" and (one.get("href") or "").startswith(("/carers", "/citizens"))
    ]
    assert any("/days/" in link for link in links)
    assert any(link.startswith("/citizens") for link in links)
    for address in ["/", *links]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = Structure(answer.text)
        assert not {"script", "i", "b"} & {tag for tag, _ in page.elements}
        assert "49 " not in page.text("header")
        assert HOSTILE in page.text("body")


def test_the_week_shows_the_judges_figures_not_the_files() -> None:
    problem, roster = cases.base_problem(), cases.base_roster()
    lying = replace(roster, figures=replace(roster.figures, placed=999, unplaced=777))
    text = TestClient(create_app(problem, lying), "http://localhost").get("/").text
    assert "999" not in text
    assert "777" not in text


def test_a_broken_rule_is_told_on_the_week() -> None:
    problem, roster = cases.base_changed(0, start_min=cases.at("06:30"), end_min=cases.at("07:00"))
    page = TestClient(create_app(problem, roster), "http://localhost").get("/?lang=en").text
    assert "Broken rules (" in page
    assert "time window:" in page


def test_a_plan_of_two_weeks_has_a_way_between_them() -> None:
    row = cases.problem(
        citizens=[cases.citizen("c1")],
        needs=[cases.need("n1", "c1")],
        carers=[cases.carer("k1")],
        shifts=[cases.shift("s1", "k1"), cases.shift("s2", "k1", 7)],
        weeks=2,
    )
    visits = [
        cases.visit("n1", "c1", "08:00-08:30", "k1:s1"),
        cases.visit("n1", "c1", "09:10-09:40", "k1:s2", day=7),
    ]
    client = TestClient(create_app(row, cases.roster(row, visits)), "http://localhost")
    page = Structure(client.get("/?lang=en").text)
    assert "/?week=2026-W50" in [one.get("href") for _, one in page.elements]
    second = client.get("/?week=2026-W50").text
    assert "/carers/k1/days/2026-12-07" in second
    assert "/carers/k1/days/2026-11-30" not in second
    citizen = client.get("/citizens/c1/week?week=2026-W50").text
    assert "09:10" in citizen
    assert "08:00" not in citizen


def test_addresses_are_kebab_case() -> None:
    app = create_app(cases.base_problem(), cases.base_roster())
    for route in app.routes:
        path = re.sub(r"\{[^}]*\}", "", getattr(route, "path", ""))
        assert re.fullmatch(r"[a-z0-9/-]*", path), path


def test_health(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_a_citizens_day_is_told_in_the_order_it_happens(client: TestClient) -> None:
    """Group training stands among the visits, not after them."""
    citizen = sample_problem().sessions[0].citizens[0]
    page = client.get(f"/citizens/{citizen}/week").text
    days = page.split('<li class="np-dayrow">')[1:]
    assert len(days) == 7
    for day in days:
        starts = re.findall(r'class="np-when"><strong>(\d\d:\d\d)', day)
        assert starts == sorted(starts)
    assert any("Holdtræning" in day for day in days)
