"""An app on a port of this machine, and signing in to it in a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn
from playwright.sync_api import Page

from tests.delivery_app.web.app_examples import PASSWORD


@contextmanager
def serving(app: Any, lifespan: Literal["auto", "off"] = "off") -> Iterator[str]:
    """Serves an app from a thread; yields its address. The port listens at once: who asks early waits for the answer.

    ``lifespan`` "auto" also begins what the app does beside answering, as the program does.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan=lifespan, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


def sign_in(page: Page, address: str, name: str = "planner", then: str = "") -> None:
    """Ends where somebody who has signed in is led to."""
    page.goto(f"{address}/signin" + (f"?next={then}" if then else ""))
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/signin" not in url)
