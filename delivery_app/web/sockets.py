"""A connection that stays open, as one end of a line."""

from __future__ import annotations

import json
from typing import Any

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

#: Agreeing on a call takes some kilobytes; nobody needs more.
LONGEST_MESSAGE = 64 * 1024


class SocketParty:
    """A browser's page at the other end. Sending to one that is gone does nothing: its own end notices."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket

    async def send(self, message: dict[str, Any]) -> None:
        """Say something to the page."""
        if self.socket.application_state is WebSocketState.CONNECTED:
            try:
                await self.socket.send_json(message)
            except (WebSocketDisconnect, RuntimeError):
                return

    async def leave(self, why: str) -> None:
        """Say why, and hang up."""
        await self.send({"type": "leave", "why": why})
        if self.socket.application_state is WebSocketState.CONNECTED:
            try:
                await self.socket.close()
            except RuntimeError:
                return

    async def hear(self) -> dict[str, Any] | None:
        """What the page says next; None when it is gone, or says what no page of ours would."""
        try:
            text = await self.socket.receive_text()
            message = json.loads(text) if len(text) <= LONGEST_MESSAGE else None
        except (WebSocketDisconnect, RuntimeError, KeyError, ValueError):
            return None
        return message if isinstance(message, dict) else None
