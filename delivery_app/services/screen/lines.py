"""Who is on the line: the exchange through which a carer's and a citizen's browser find each other.

It passes on what the two browsers say to agree on a call (offers, answers, ways to reach each other); picture and sound
go between the browsers themselves. It holds connections, so it lives in the process that serves them; what has to
outlive that (when a call was opened, answered, ended) stands in the database.

A citizen has one line. On it waits the citizen's page, whichever was opened last; a carer's call rings there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

Message = dict[str, Any]
#: A carer's page that is gone for longer has left the call.
GONE_S = 45.0


class Party(Protocol):
    """Somebody's page at one end of a line."""

    async def send(self, message: Message) -> None: ...

    async def leave(self, why: str) -> None: ...


@dataclass
class Call:
    """A call on a line."""

    call_id: UUID
    carer_name: str
    carer: Party | None = None
    answered: bool = False


@dataclass
class Line:
    """A citizen's line."""

    citizen: Party | None = None
    call: Call | None = None


Ended = Callable[[UUID, str], Awaitable[None]]


class Exchange:
    """All lines. ``ended`` is told when a call is over: its id and who ended it (``carer``, ``citizen``, ``lost``)."""

    def __init__(self, ended: Ended, *, gone_s: float = GONE_S) -> None:
        self._ended = ended
        self._gone_s = gone_s
        self._lines: dict[UUID, Line] = {}
        self._timers: dict[UUID, asyncio.Task[None]] = {}

    def _line(self, citizen_id: UUID) -> Line:
        return self._lines.setdefault(citizen_id, Line())

    def citizen_is_here(self, citizen_id: UUID) -> bool:
        """Whether the citizen's page is open."""
        line = self._lines.get(citizen_id)
        return line is not None and line.citizen is not None

    # ------------------------------------------------------------------------------------------- the citizen's end

    async def citizen_comes(self, citizen_id: UUID, page: Party) -> None:
        """The citizen's page is open and waits; one that was open elsewhere has to give way."""
        line = self._line(citizen_id)
        before, line.citizen = line.citizen, page
        if before is not None:
            await before.leave("elsewhere")
        if line.call is not None:
            await page.send(_ring(line.call))
            await _tell(line.call.carer, {"type": "here", "present": True})

    async def citizen_goes(self, citizen_id: UUID, page: Party) -> None:
        """The page is closed, or its network is gone; the call waits."""
        line = self._lines.get(citizen_id)
        if line is None or line.citizen is not page:
            return
        line.citizen = None
        if line.call is not None:
            await _tell(line.call.carer, {"type": "here", "present": False})
        else:
            self._forget(citizen_id)

    async def citizen_says(self, citizen_id: UUID, page: Party, message: Message) -> UUID | None:
        """Pass on what the citizen's page says; the call's id when it is of one."""
        line = self._lines.get(citizen_id)
        if line is None or line.citizen is not page or line.call is None:
            return None
        call = line.call
        match message.get("type"):
            case "answer":
                call.answered = True
                await _tell(call.carer, {"type": "joined", "round": message.get("round")})
            case "back":
                await _tell(call.carer, {"type": "back"})
            case "signal":
                await _tell(call.carer, _signal(message))
            case "bye":
                await self._over(citizen_id, "citizen")
        return call.call_id

    # --------------------------------------------------------------------------------------------- the carer's end

    async def carer_calls(self, citizen_id: UUID, call_id: UUID, carer_name: str, page: Party) -> None:
        """A carer's page opens a call or comes back to it; a second page on the same call takes it over."""
        line = self._line(citizen_id)
        self._stop_timer(citizen_id)
        if line.call is not None and line.call.call_id != call_id:
            await self._over(citizen_id, "carer")
            line = self._line(citizen_id)
        is_new = line.call is None
        call = line.call = line.call or Call(call_id, carer_name)
        before, call.carer, call.carer_name = call.carer, page, carer_name
        if before is not None:
            await before.leave("elsewhere")
        await page.send({"type": "here", "present": line.citizen is not None})
        if is_new:
            await _tell(line.citizen, _ring(call))
        elif call.answered:
            # The citizen's page has a call that this page knows nothing of: both begin it anew.
            await _tell(line.citizen, {"type": "again"})

    async def carer_goes(self, citizen_id: UUID, page: Party) -> None:
        """The carer's network is gone, or the page: the call waits a little, then it is lost."""
        line = self._lines.get(citizen_id)
        if line is None or line.call is None or line.call.carer is not page:
            return
        line.call.carer = None
        await _tell(line.citizen, {"type": "here", "present": False})
        self._stop_timer(citizen_id)
        self._timers[citizen_id] = asyncio.create_task(self._lose(citizen_id, line.call))

    async def carer_says(self, citizen_id: UUID, page: Party, message: Message) -> None:
        """Pass on what the carer's page says."""
        line = self._lines.get(citizen_id)
        if line is None or line.call is None or line.call.carer is not page:
            return
        match message.get("type"):
            case "back":
                await _tell(line.citizen, {"type": "back"})
            case "signal":
                await _tell(line.citizen, _signal(message))
            case "bye":
                await self._over(citizen_id, "carer")

    # ------------------------------------------------------------------------------------------------------ the end

    async def close_line(self, citizen_id: UUID) -> None:
        """The citizen's link was revoked: whoever is on the line leaves it."""
        line = self._lines.get(citizen_id)
        if line is None:
            return
        if line.call is not None:
            await self._over(citizen_id, "lost")
        if line.citizen is not None:
            await line.citizen.leave("revoked")
        self._lines.pop(citizen_id, None)

    async def _lose(self, citizen_id: UUID, call: Call) -> None:
        await asyncio.sleep(self._gone_s)
        line = self._lines.get(citizen_id)
        if line is not None and line.call is call and call.carer is None:
            self._timers.pop(citizen_id, None)
            await self._over(citizen_id, "lost")

    async def _over(self, citizen_id: UUID, by: str) -> None:
        line = self._lines[citizen_id]
        call, line.call = line.call, None
        if call is None:
            return
        self._stop_timer(citizen_id)
        await self._ended(call.call_id, by)
        await _tell(line.citizen, {"type": "over", "by": by})
        await _tell(call.carer, {"type": "over", "by": by})
        self._forget(citizen_id)

    def _stop_timer(self, citizen_id: UUID) -> None:
        timer = self._timers.pop(citizen_id, None)
        if timer is not None:
            timer.cancel()

    def _forget(self, citizen_id: UUID) -> None:
        line = self._lines.get(citizen_id)
        if line is not None and line.citizen is None and line.call is None:
            del self._lines[citizen_id]


def _signal(message: Message) -> Message:
    """What one browser says to the other, with the round it belongs to: one of an earlier round is of no use."""
    return {"type": "signal", "round": message.get("round"), "data": message.get("data")}


def _ring(call: Call) -> Message:
    return {"type": "ring", "carer": call.carer_name, "answered": call.answered}


async def _tell(party: Party | None, message: Message) -> None:
    if party is not None:
        await party.send(message)
