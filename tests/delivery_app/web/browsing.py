"""Pages in a real browser: what it complains of, and what axe finds."""

from __future__ import annotations

from fastapi.testclient import TestClient
from playwright.sync_api import Page

from delivery_app.security import sessions
from tests.browser import axe_faults, complains


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
        problems += [f"{url}: {one}" for one in axe_faults(page)]
    return problems
