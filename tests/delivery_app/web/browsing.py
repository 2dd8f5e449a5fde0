"""Pages in a real browser: what it complains of, and what axe finds."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from playwright.sync_api import Page

from delivery_app.security import sessions
from tests.browser import complains

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


def browsed(page: Page, client: TestClient, address: str, urls: list[str]) -> list[str]:
    """What a browser complains of on these pages, opened as whoever is signed in with ``client``, and what axe finds."""
    problems: list[str] = []
    cookie = client.cookies.get(sessions.COOKIE)
    assert cookie is not None
    page.context.add_cookies([{"name": sessions.COOKIE, "value": cookie, "url": address}])
    page.on(
        "console",
        lambda message: problems.append(f"{page.url}: {message.text}") if complains(message) else None,
    )
    page.on(
        "response",
        lambda got: problems.append(f"{page.url}: {got.status} {got.url}") if got.status >= 400 else None,
    )
    for url in urls:
        page.goto(address + url, wait_until="load")
        for one in Axe().run(page, options=WCAG).response["violations"]:
            problems.append(f"{url}: {one['id']} at {one['nodes'][0]['target']}")
    return problems
