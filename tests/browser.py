"""A real browser for tests: the Chromium (or Chrome) that the machine has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

#: How long a state is waited for, however busy the machine is; Playwright's own five seconds are a quick machine's.
PATIENCE_MS = 120_000
#: What axe looks for, WCAG 2.1 levels A and AA, and what it tells: what it is content with is not written out. It waits
#: for media before it looks; style sheets it would load again for rules that are in none of these levels.
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
    "preload": {"assets": ["media"]},
}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No Chromium was found. Install it (Debian: apt-get install chromium), name its program in CHROMIUM, "
    "or run 'make test', which installs what the tests need."
)
#: Parts of Chromium that no test looks at. The first line is the address bar's list of suggestions, two pages of its own
#: that newer versions load into every window that is opened: four fifths of what a new page costs. The others are those
#: that Playwright turns off: a browser obeys the last such list alone.
UNUSED_PARTS = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    *("TcpPortRandomizationWin", "ThirdPartyStoragePartitioning"),
)
ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(UNUSED_PARTS)}",
    # Pages under test come from this machine alone: any other name is unknown to the browser.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


class BrowserUnavailableError(RuntimeError):
    """There is no browser to start."""


def executable() -> str | None:
    """The browser's program: the one that CHROMIUM names, or the first on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Starts a headless browser, yields it and closes it.

    Raises
    ------
    BrowserUnavailableError
        When no browser is installed.
    """
    program = executable()
    if program is None:
        raise BrowserUnavailableError(MISSING)
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else [*ARGUMENTS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """An empty page with storage of its own, as a Danish user has it.

    An exception that a script of the page does not catch fails the test when the page is closed.
    """
    context = browser.new_context(locale="da-DK", timezone_id="Europe/Copenhagen")
    errors: list[str] = []
    context.set_default_timeout(PATIENCE_MS)
    try:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    finally:
        context.close()
    assert not errors, f"scripts of the page failed: {errors}"


def complains(message: ConsoleMessage) -> bool:
    """Whether a line in the console says that something is wrong; other lines are advice, more in newer browsers."""
    return message.type in ("error", "warning")


def axe_faults(page: Page) -> list[str]:
    """What hinders somebody on the page, by axe: the rule, and the first elements that break it."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {[node['html'][:150] for node in one['nodes'][:4]]}" for one in found]
