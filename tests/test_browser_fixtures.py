"""The browser that tests are given: it renders, reports scripts' errors and reaches no other machine."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests import browser as browser_module
from tests.browser import BrowserUnavailableError, fresh_page, running_browser


class _Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = "<!doctype html><meta charset=utf-8><title>Nærplan</title><h1>Uge 23</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test speaks for itself."""


@pytest.fixture
def address() -> Iterator[str]:
    """A page served on the loopback address."""
    with HTTPServer(("127.0.0.1", 0), _Greeting) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_page_renders_with_danish_letters_and_locale(chromium_page: Page, address: str) -> None:
    chromium_page.goto(address)
    assert chromium_page.title() == "Nærplan"
    heading = chromium_page.get_by_role("heading", name="Uge 23")
    box = heading.bounding_box()
    assert box is not None
    assert box["height"] > 0
    assert chromium_page.evaluate("new Date(2026, 5, 1).toLocaleDateString()") == "1.6.2026"
    assert chromium_page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/Copenhagen"


def test_pages_share_no_storage(chromium: Browser, address: str) -> None:
    with fresh_page(chromium) as first:
        first.goto(address)
        first.evaluate("localStorage.setItem('seen', 'yes')")
    with fresh_page(chromium) as second:
        second.goto(address)
        assert second.evaluate("localStorage.getItem('seen')") is None


def test_uncaught_script_error_fails_the_test(chromium: Browser) -> None:
    with pytest.raises(AssertionError, match="broken on purpose"), fresh_page(chromium) as page:
        page.set_content("<script>throw new Error('broken on purpose')</script>")


def test_other_machines_are_unknown(chromium_page: Page) -> None:
    with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
        chromium_page.goto("http://example.org/")


def test_missing_browser_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_module, "executable", lambda: None)
    with pytest.raises(BrowserUnavailableError, match="make test"), running_browser():
        pass
