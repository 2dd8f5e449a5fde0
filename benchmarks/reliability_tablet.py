"""A carer with a tablet, in a real browser: visits written down by tapping and typing, while the page is loaded again,
closed, without a network, or the whole browser is closed."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.async_api import Browser, BrowserContext, Page, Playwright
from playwright.async_api import Error as BrowserError

from benchmarks.reliability_world import World
from tests.browser import ARGUMENTS, executable

CODE = "sol over fjorden"
READY = "html[data-ready]"
OPTIONS: dict[str, Any] = {
    "locale": "da-DK",
    "timezone_id": "Europe/Copenhagen",
    "viewport": {"width": 820, "height": 1180},
}
#: Each of so many tablets is a browser of its own with its files on the disk: it is closed and opened again.
ON_DISK_EVERY = 10
#: Chances before each record, in percent.
RELOADED, CLOSED, WENT_OFFLINE, CAME_BACK = 8, 5, 7, 25
STEP_S = 60
#: What the tablet has on its disk, without opening anything: [id, number, state].
ON_DISK = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open('naerplan', 1);
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const database = request.result, all = database.transaction('outbox').objectStore('outbox').getAll();
    all.onsuccess = () => { database.close(); resolve(all.result.map((one) => [one.id, one.seq, one.state])); };
    all.onerror = () => { database.close(); reject(all.error); };
  };
})"""
#: What the tablet says that it sent, by the app's own module.
OPENED = """async () => {
  const app = document.querySelector('script[type=module][src*="/carer/"]').src;
  const outbox = await import(new URL('./outbox.js', app));
  return outbox.boxes();
}"""


@dataclass(frozen=True)
class Made:
    """A record that the tablet said it has kept: its id and number there, and what was tapped or typed."""

    tablet: int
    record_id: UUID
    seq: int
    kind: str
    need_id: UUID
    #: A part of the body by which it is known: field and value.
    says: tuple[str, Any] | None = None
    corrects: UUID | None = None


@dataclass
class Progress:
    """Of the whole run; ``turns`` lets a few tablets work at a time, as a machine of two cores can."""

    turns: asyncio.Semaphore
    made: int = 0
    began: float = math.inf
    seconds: float = math.inf
    happened: dict[str, int] = field(default_factory=dict)
    script_errors: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether nothing new is recorded any more."""
        return self.passed >= 1

    @property
    def passed(self) -> float:
        """How much of the time has passed: 0 to 1."""
        return max(0.0, (time.monotonic() - self.began) / self.seconds) if self.began < math.inf else 0.0

    def note(self, what: str) -> None:
        """Count something that happened to a tablet."""
        self.happened[what] = self.happened.get(what, 0) + 1


@dataclass
class Tablet:
    """One of them; ``quota`` is how many records it makes."""

    number: int
    world: World
    address: str
    folder: Path
    quota: int
    chance: random.Random
    progress: Progress
    made: list[Made] = field(default_factory=list)
    offline: bool = False
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    @property
    def on_disk(self) -> bool:
        """Whether its browser can be closed."""
        return self.number % ON_DISK_EVERY == ON_DISK_EVERY - 1

    async def begin(self, playwright: Playwright, browser: Browser) -> None:
        """Sign in, wait for what it brings along, choose the code."""
        await self._open_browser(playwright, browser)
        await self._on_new_page()
        await self.page.goto(self.address + self.world.base())
        await self.page.wait_for_selector(READY)
        await self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        await self.page.click("#unsent")
        await self.page.fill("[data-do=code] [name=code]", CODE)
        await self.page.fill("[data-do=code] [name=again]", CODE)
        await self.page.click("[data-do=code] button")
        await self.page.wait_for_selector("[data-notice=code-set]")

    async def _open_browser(self, playwright: Playwright, browser: Browser) -> None:
        if self.on_disk:
            self.context = await playwright.chromium.launch_persistent_context(
                str(self.folder / str(self.number)), executable_path=executable(),
                args=[*ARGUMENTS, "--no-sandbox"], offline=self.offline, **OPTIONS,
            )  # fmt: skip
        else:
            self.context = await browser.new_context(**OPTIONS)
        cookie = self.world.carers[self.number].cookie
        await self.context.add_cookies(
            [{"name": "naerplan_session", "value": cookie, "url": self.address, "httpOnly": True}]
        )
        errors = self.progress.script_errors
        self.context.on("weberror", lambda one: errors.append(f"{self.number}: {one.error}"))

    async def _on_new_page(self) -> None:
        self.page = self.context.pages[0] if self.context.pages else await self.context.new_page()
        self.page.set_default_timeout(STEP_S * 1000)
        later = self.page.locator("#cause [data-close]")
        await self.page.add_locator_handler(self.page.locator("#cause[open]"), lambda: later.click())

    async def work(self, playwright: Playwright, browser: Browser) -> None:
        """All visits of the day, one after the other, until the quota is made."""
        for need_id in self.world.carers[self.number].needs:
            if len(self.made) >= self.quota or self.progress.over:
                break
            await self._visit(need_id, playwright, browser)

    async def _visit(self, need_id: UUID, playwright: Playwright, browser: Browser) -> None:
        steps: list[Callable[[UUID], Awaitable[None]]] = [
            lambda need: self._press(need, "on_the_way"),
            lambda need: self._press(need, "started"),
            lambda need: self._tick(need, 0),
            self._write,
            self._measure,
            lambda need: self._tick(need, 1),
            self._write,
            self._correct,
            lambda need: self._press(need, "ended"),
        ]
        for step in steps:
            if len(self.made) >= self.quota or self.progress.over:
                return
            async with self.progress.turns:
                await self._something_happens(need_id, playwright, browser)
                await self._go_to(need_id)
                await step(need_id)
            await asyncio.sleep(self.chance.uniform(0, 0.5))

    async def _something_happens(self, need_id: UUID, playwright: Playwright, browser: Browser) -> None:
        """What happens to tablets in the course of a day."""
        if self.offline and self._perhaps(CAME_BACK):
            await self._network(True)
        elif not self.offline and self._perhaps(WENT_OFFLINE):
            await self._network(False)
        if self._perhaps(RELOADED):
            self.progress.note("reloaded")
            with suppress(BrowserError):
                await self.page.reload(wait_until="commit")
        elif self._perhaps(CLOSED):
            if self.on_disk:
                self.progress.note("browser closed")
                await self.context.close()
                await self._open_browser(playwright, browser)
            else:
                self.progress.note("page closed")
                await self.page.close()
            await self._on_new_page()
            await self._load(need_id)

    def _perhaps(self, percent: int) -> bool:
        return self.chance.uniform(0, 100) < percent

    async def _network(self, there: bool) -> None:
        self.offline = not there
        if not there:
            self.progress.note("without network")
        await self.context.set_offline(self.offline)

    def url(self, need_id: UUID) -> str:
        """The page of a visit."""
        return f"{self.address}{self.world.base()}/visit/{need_id}/{self.world.day}"

    async def _load(self, need_id: UUID) -> None:
        """Type the address; again when the browser says that there is no such page."""
        for _ in range(20):
            with suppress(BrowserError):
                await self.page.goto(self.url(need_id), wait_until="commit")
                return
            await asyncio.sleep(1)
        raise RuntimeError(f"tablet {self.number} cannot open {self.url(need_id)}")

    async def _go_to(self, need_id: UUID) -> None:
        """The visit is shown and the tablet is open: by a link where there is one."""
        there = f'#page [data-kind=visit][data-need-id="{need_id}"]'
        until = time.monotonic() + STEP_S * 2
        while not await self._look(f"{there}:not(:has(#unlock[open]))"):
            if await self._look("#unlock[open]"):
                self.progress.note("opened by its code")
                await self.page.fill("#unlock input", CODE)
                await self.page.keyboard.press("Enter")
                await asyncio.sleep(0.5)
            elif not await self._look(READY):
                await asyncio.sleep(0.2)
            elif await self._look(f'#page a[href$="/visit/{need_id}/{self.world.day}"]'):
                await self.page.click(f'#page a[href$="/visit/{need_id}/{self.world.day}"] >> nth=0')
                await asyncio.sleep(0.2)
            elif await self._look("#page [data-kind=visit]"):
                await self.page.click(".c-nav a >> nth=0")
                await asyncio.sleep(0.2)
            else:
                await self._load(need_id)
                await asyncio.sleep(1)
            if time.monotonic() > until:
                raise RuntimeError(f"tablet {self.number} does not come to {self.url(need_id)}")
        await self.page.wait_for_selector(READY)

    async def _look(self, selector: str) -> bool:
        try:
            return await self.page.query_selector(selector) is not None
        except BrowserError:  # a page that is just being loaded
            return False

    async def _kept(
        self,
        kind: str,
        need_id: UUID,
        act: Callable[[], Awaitable[None]],
        says: tuple[str, Any] | None = None,
        corrects: UUID | None = None,
    ) -> None:
        """Do it, and wait until the tablet has it on its disk."""
        before = {row[0] for row in await self._rows()}
        await act()
        until = time.monotonic() + STEP_S
        while not (new := [row for row in await self._rows() if row[0] not in before]):
            if time.monotonic() > until:
                raise RuntimeError(f"tablet {self.number} did not keep a record of kind {kind}")
            await asyncio.sleep(0.05)
        for record_id, seq, _ in new[:1]:
            self.made.append(Made(self.number, UUID(record_id), seq, kind, need_id, says, corrects))
            self.progress.made += 1

    async def _rows(self) -> list[list[Any]]:
        """Boxes on the tablet's disk."""
        while True:
            try:
                return list(await self.page.evaluate(ON_DISK))
            except BrowserError as error:
                if "context was destroyed" not in str(error):
                    raise
                await asyncio.sleep(0.1)

    async def _press(self, need_id: UUID, kind: str) -> None:
        await self._kept(kind, need_id, lambda: self.page.click(f".c-act button[data-record={kind}]"))
        with suppress(BrowserError):
            await self.page.wait_for_selector("#cause[open]", timeout=400 if kind != "on_the_way" else 1)
            if len(self.made) < self.quota:
                await self._kept("off_time_cause", need_id, self._answer_cause, ("cause", "traffic"))

    async def _answer_cause(self) -> None:
        await self.page.evaluate(
            "() => { const form = document.querySelector('#cause form');"
            " form.elements.cause.value = 'traffic'; form.requestSubmit(form.querySelector('[type=submit]')); }"
        )

    async def _tick(self, need_id: UUID, place: int) -> None:
        await self._kept(
            "task",
            need_id,
            lambda: self.page.click(f"#page button[data-task] >> nth={place}"),
            ("done", True),
        )

    async def _write(self, need_id: UUID) -> None:
        text = f"Tavle {self.number}, nr. {len(self.made) + 1}: spiste godt."
        await self._kept("note", need_id, lambda: self._fill_note(text), ("text", text))

    async def _fill_note(self, text: str) -> None:
        if not await self._look("#f-note[open]"):
            await self.page.click("#f-note > summary")
        await self.page.fill("#f-note textarea", text)
        await self.page.click("#f-note button[type=submit]")

    async def _measure(self, need_id: UUID) -> None:
        pulse = 50 + len(self.made) % 60

        async def act() -> None:
            if not await self._look("#f-measurement[open]"):
                await self.page.click("#f-measurement > summary")
            await self.page.check("#f-measurement input[value=pulse_per_min]")
            await self.page.fill("#f-measurement [name=value]", str(pulse))
            await self.page.click("#f-measurement button[type=submit]")

        await self._kept("measurement", need_id, act, ("value", pulse))

    async def _correct(self, need_id: UUID) -> None:
        """The note that was written last gets other words."""
        old = [one for one in self.made if one.kind == "note" and one.need_id == need_id][-1]
        text = f"Tavle {self.number}, nr. {len(self.made) + 1}: spiste ikke."

        async def act() -> None:
            entry = f'#page [data-story="{need_id}/{self.world.day}"] [data-record-id="{old.record_id}"]'
            await self.page.click(f"{entry} [data-correct]")
            await self._fill_note(text)

        await self._kept("note", need_id, act, ("text", text), old.record_id)

    async def wait_until_sent(self, seconds: float) -> int:
        """Back where there is a network, though a bad one; how many records still wait when the time is over."""
        until = time.monotonic() + seconds
        await self._network(True)
        while True:
            left = sum(row[2] == "waiting" for row in await self._rows())
            if not left or time.monotonic() > until:
                return left
            if await self._look("#unlock[open]"):
                await self.page.fill("#unlock input", CODE)
                await self.page.keyboard.press("Enter")
            with suppress(BrowserError):
                await self.page.evaluate("dispatchEvent(new Event('online'))")
            await asyncio.sleep(self.chance.uniform(2, 4))

    async def boxes(self) -> list[dict[str, Any]]:
        """Everything it recorded, opened: id, seq, state, record."""
        return list(await self.page.evaluate(OPENED))
