"""A network as bad as a stairwell's: between browsers and the app, by a seed.

Each request is a connection of its own. What may become of it: it never arrives; it arrives and the answer is lost; the
answer is cut in half; it arrives twice at the same time, or once more seconds later; it is late; somebody else answers (a
hotel's sign-in page). While the app is down, requests are refused.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

#: What becomes of a request, in percent; the rest goes through.
CHANCES: dict[str, int] = {
    "dropped before": 6,
    "dropped after": 8,
    "cut": 6,
    "doubled": 6,
    "repeated later": 4,
    "late": 12,
    "stranger": 2,
}
LATE_S = (0.1, 2.0)
LATER_S = (1.0, 6.0)
PATIENCE_S = 60
STRANGER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 31\r\nConnection: close\r\n\r\n"
    b"<html>Betal her for wifi</html>"
)
MOST_HEAD = 64 * 1024


@dataclass
class BadNetwork:
    """A proxy on ``port`` for the app on ``app_port``. ``calm``: everything goes through. ``did`` counts what it did."""

    app_port: int
    chance: random.Random
    port: int = 0
    calm: bool = True
    did: Counter[str] = field(default_factory=Counter)
    #: Set each time records were handed to the app and its answer is not there yet.
    sending: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[BadNetwork]:
        """Open for as long as the block lasts."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=MOST_HEAD)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for one in list(self._under_way):
                one.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            request = await _read_request(reader)
            if request:
                answer = await self._answer(request)
                writer.write(answer)
                await writer.drain()
        except asyncio.CancelledError:
            pass  # the network is closed: nobody waits for this answer any more
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            self.did["not answered"] += 1
        finally:
            self._under_way.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, request: bytes) -> bytes:
        """What the browser gets: all of it, a half, or nothing."""
        what = "through" if self.calm else self._fate()
        self.did[what] += 1
        if what == "dropped before":
            return b""
        if what == "stranger":
            return STRANGER
        if what == "late":
            await asyncio.sleep(self.chance.uniform(*LATE_S))
        if what == "repeated later":
            self._behind(self._again(request, self.chance.uniform(*LATER_S)))
        if what == "doubled":
            first, second = await asyncio.gather(self._ask(request), self._ask(request))
            return self.chance.choice((first, second))
        answer = await self._ask(request)
        if what == "dropped after":
            return b""
        return answer[: len(answer) // 2] if what == "cut" else answer

    def _fate(self) -> str:
        found = self.chance.uniform(0, 100)
        for what, percent in CHANCES.items():
            found -= percent
            if found < 0:
                return what
        return "through"

    def _behind(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _again(self, request: bytes, wait: float) -> None:
        await asyncio.sleep(wait)
        with suppress(OSError, TimeoutError):
            await self._ask(request)

    async def _ask(self, request: bytes) -> bytes:
        """The app's whole answer; raises OSError when it is not there or dies before the end."""
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.app_port)
            try:
                writer.write(_alone(request))
                await writer.drain()
                if b"/sync " in request.partition(b"\r\n")[0]:
                    self.sending.set()
                return await reader.read()
            finally:
                writer.close()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    """One request; empty when the browser closed the connection without any."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + (await reader.readexactly(length) if length else b"")


def _alone(request: bytes) -> bytes:
    """The request, asking to be the only one of its connection: then the answer ends where the connection does."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body
