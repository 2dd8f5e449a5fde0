"""The carer's pages on a slow connection: how long until there is something to read, in a real browser.

    python -m benchmarks tablet-page [--rounds 5] [--kbit 1600] [--latency 150] [--date 2026-11-22]

"first" is a tablet that has never seen the app: nothing kept, the page comes from the server. "later" is the same tablet
opening it again: the frame from the service worker, the page from what is kept. "offline" is the same without a network.
Milliseconds from the navigation's start to the first paint with the page's own content, the median of the rounds. The
connection is throttled by the browser (DevTools protocol); sign-in is done before and not counted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import commit, commit_date, this_machine

#: From the start of the navigation until the page's content is painted.
PAINTED = """() => new Promise((resolve) => {
  const look = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const there = document.querySelector('#page [data-page] h1');
    if (!paint || !there) return requestAnimationFrame(look);
    const shown = performance.getEntriesByName('carer-shown')[0]?.startTime ?? 0;
    const response = performance.getEntriesByType('navigation')[0].responseEnd;
    const kept = navigator.serviceWorker.controller !== null;
    resolve(Math.max(paint.startTime, kept ? shown : Math.min(response, shown || response)));
  };
  look();
})"""


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks tablet-page", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="tablets that are measured")
    parser.add_argument("--kbit", type=int, default=1600, help="kilobits a second, both ways")
    parser.add_argument("--latency", type=int, default=150, help="milliseconds that each request waits")
    parser.add_argument("--date", default=None, help="for the head line; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Measure and print a table; exit code 0."""
    from tests.journeys.tablet_world import tablets

    asked = arguments(words)
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, tablets(Path(folder)) as world:
        pages = {"my day": world.base, "visit": world.visit_url(0)}
        for number in range(asked.rounds):
            for page, url in pages.items():
                for how, ms in _of_one_tablet(world, f"{page}-{number}", url, asked).items():
                    times.setdefault((page, how), []).append(ms)
    print(
        f"{asked.date or commit_date()} {commit()} {this_machine()}; {asked.kbit} kbit/s, {asked.latency} ms"
    )
    print("| page | first ms | later ms | offline ms |\n| --- | --- | --- | --- |")
    for page in pages:
        medians = [statistics.median(times[page, how]) for how in ("first", "later", "offline")]
        print(f"| {page} | {' | '.join(f'{one:.0f}' for one in medians)} |")
    return 0


def _of_one_tablet(world: Any, name: str, url: str, asked: argparse.Namespace) -> dict[str, float]:
    """A new tablet: signed in elsewhere, its first look, a later one, and one without a network."""
    from tests.delivery_app.web.app_examples import PASSWORD
    from tests.journeys.tablet_world import READY

    found = {}
    with world.tablet(name.replace(" ", "-")) as context:
        page = context.pages[0]
        page.goto(f"{world.server.address}/signin?next=/me")
        page.fill("input[name=name]", "carer")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/me")
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.clearBrowserCache")
        bytes_a_second = asked.kbit * 1000 / 8
        slow = {
            "offline": False,
            "latency": asked.latency,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        }
        line.send("Network.emulateNetworkConditions", slow)
        page.goto(world.server.address + url, wait_until="commit")
        found["first"] = float(page.evaluate(PAINTED))
        page.wait_for_selector(READY)
        world.settle(page)
        page.goto(world.server.address + url, wait_until="commit")
        found["later"] = float(page.evaluate(PAINTED))
        page.wait_for_selector(READY)
        context.set_offline(True)
        page.goto(world.server.address + url, wait_until="commit")
        found["offline"] = float(page.evaluate(PAINTED))
    return found
