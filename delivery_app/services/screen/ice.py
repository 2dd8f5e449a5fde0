"""How two browsers find a way to each other: the STUN and TURN servers that an installation names."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

#: How long the name and password for the TURN server are good: longer than any call.
GOOD_FOR = timedelta(hours=6)


@dataclass(frozen=True)
class IceServer:
    """As browsers take it (RTCIceServer)."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""

    def as_json(self) -> dict[str, object]:
        """Without what it does not have."""
        given: dict[str, object] = {"urls": list(self.urls)}
        if self.username:
            given |= {"username": self.username, "credential": self.credential}
        return given


def ice_servers(
    stun: tuple[str, ...], turn: tuple[str, ...], turn_secret: str, who: str, now: datetime
) -> list[IceServer]:
    """The servers for one call.

    TURN servers are used with a name and password that run out: the name is the time it ends and ``who`` (an id that
    says nothing of a person), the password an HMAC of it under the secret that is shared with the server, as coturn's
    ``use-auth-secret`` and the draft "A REST API For Access To TURN Services" have it.
    """
    servers = [IceServer(stun)] if stun else []
    if turn:
        name = f"{int((now + GOOD_FOR).timestamp())}:{who}"
        signature = hmac.new(turn_secret.encode(), name.encode(), hashlib.sha1).digest()
        servers.append(IceServer(turn, name, base64.b64encode(signature).decode()))
    return servers
