"""The exchange of this process, and what it writes down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from delivery_app.db import Database
from delivery_app.services.screen.calls import end_call, note_progress
from delivery_app.services.screen.lines import Exchange
from models.base import utc_now

#: Who is written as author of what a citizen's page does: it has no account.
AUTHOR = "screen visit"


class Office:
    """The exchange with the database behind it."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.clock = clock
        self.exchange = Exchange(self._ended)

    async def _ended(self, call_id: UUID, by: str) -> None:
        await run_in_threadpool(self._write_end, call_id, by)

    def _write_end(self, call_id: UUID, by: str) -> None:
        with self.database.transaction(AUTHOR) as session:
            end_call(session, call_id, by, self.clock())

    async def progress(self, call_id: UUID, *, connected: bool) -> None:
        """Write down that the citizen answered, or that picture and sound go."""

        def write() -> None:
            with self.database.transaction(AUTHOR) as session:
                note_progress(session, call_id, self.clock(), connected=connected)

        await run_in_threadpool(write)
