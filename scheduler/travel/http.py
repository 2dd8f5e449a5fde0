"""What the travel servers have in common: asking with patience, and a matrix in blocks a server accepts.

Coordinates are all that leaves the house, and they stay out of error texts and logs.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt

from scheduler.problem import Point
from scheduler.travel.provider import Legs, TravelError

#: Answers after which asking again can help.
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Seconds between one try and the next.
WAITS = (0.5, 1.0, 2.0, 4.0)
#: Sources and targets of one request: within the limits with which both servers start (2,500 pairs, 100
#: places).
BLOCK = 50

_COORDINATE = re.compile(r"-?\d+\.\d+")


class _WithoutCoordinates(logging.Filter):
    """Takes coordinates out of the line that httpx logs for each request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                _COORDINATE.sub("…", str(one)) if isinstance(one, httpx.URL) else one for one in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_WithoutCoordinates())


@dataclass(frozen=True)
class Block:
    """What a server answered for some sources and targets: seconds and metres, NaN where there is no way."""

    seconds: npt.NDArray[np.float64]
    metres: npt.NDArray[np.float64]


@dataclass
class Server:
    """A travel server and how to ask it.

    Parameters
    ----------
    url
        Where it answers, for instance ``http://localhost:5000``.
    kind
        Its name in messages.
    timeout_s
        Seconds to wait for one answer.
    """

    url: str
    kind: str
    timeout_s: float = 30.0
    waits: Sequence[float] = WAITS
    sleep: Callable[[float], None] = time.sleep
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        try:
            parsed = httpx.URL(self.url)
        except httpx.InvalidURL:
            parsed = httpx.URL("")
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise TravelError(
                "{kind}: '{url}' is not a web address; write http://localhost:5000",
                kind=self.kind,
                url=self.url,
            )
        self.client = httpx.Client(timeout=self.timeout_s)

    @property
    def who(self) -> str:
        """The server in messages: kind, host and port, without anything secret in its address."""
        url = httpx.URL(self.url)
        return f"{self.kind} ({url.host}{'' if url.port is None else f':{url.port}'})"

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The JSON object a path answers; posted with a body. Tries again when the fault may pass.

        Raises
        ------
        TravelError
            The server cannot be reached, refuses, or answers something else than a JSON object.
        """
        url = self.url.rstrip("/") + path
        for wait in (*self.waits, None):
            try:
                response = self.client.get(url) if body is None else self.client.post(url, json=body)
            except httpx.TransportError as error:
                if wait is None:
                    raise TravelError(
                        "{who} cannot be reached ({reason}); check its address and that it runs",
                        who=self.who,
                        reason=_clean(str(error)) or type(error).__name__,
                    ) from None
            else:
                if response.status_code not in PASSING_STATUS or wait is None:
                    return self._read(response)
            self.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if response.status_code != 200:
            said = answer if isinstance(answer, dict) else {}
            raise TravelError(
                "{who} answered {status}: {reason}; check that it has a map of the area and serves this"
                " mode of travel",
                who=self.who,
                status=response.status_code,
                reason=_clean(str(said.get("message") or said.get("error") or response.reason_phrase)),
            )
        if not isinstance(answer, dict):
            raise self.unreadable("no JSON object")
        return answer

    def unreadable(self, reason: str) -> TravelError:
        """The error for an answer that is not what the server's documentation says."""
        return TravelError(
            "{who} answered what cannot be read ({reason}); check that the address is that of such a server",
            who=self.who,
            reason=reason,
        )

    def numbers(self, rows: object, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
        """A matrix of an answer, null as NaN; raises TravelError when it is no such matrix."""
        try:
            found = np.array(rows, dtype=np.float64)
        except (TypeError, ValueError):
            raise self.unreadable("a matrix with something else than numbers in it") from None
        if found.shape != shape:
            raise self.unreadable(f"a matrix of {found.shape} where {shape} was asked for")
        if bool((found < 0).any()):
            raise self.unreadable("a negative number")
        return found


def _clean(text: str) -> str:
    return _COORDINATE.sub("…", text)[:200]


def in_blocks(
    sources: Sequence[Point],
    targets: Sequence[Point],
    stop_min: int,
    ask: Callable[[Sequence[Point], Sequence[Point]], Block],
    block: int = BLOCK,
) -> Legs:
    """Legs from all sources to all targets, asked for in blocks of at most ``block`` × ``block``.

    Seconds become whole minutes, rounded up, plus the minutes a stop takes; 0 between points that are the
    same.
    """
    seconds = np.full((len(sources), len(targets)), np.nan)
    metres = np.full_like(seconds, np.nan)
    for row in range(0, len(sources), block):
        for column in range(0, len(targets), block):
            part = ask(sources[row : row + block], targets[column : column + block])
            seconds[row : row + block, column : column + block] = part.seconds
            metres[row : row + block, column : column + block] = part.metres
    same = np.array([[a == b for b in targets] for a in sources], dtype=np.bool_).reshape(seconds.shape)
    reachable = np.isfinite(seconds) | same
    minutes = np.ceil(np.round(np.where(reachable, seconds, 0) / 60, 9)) + stop_min
    minutes[~reachable | same] = 0
    metres = np.where(reachable & ~same & np.isfinite(metres), metres, 0)
    return Legs(minutes.astype(np.int32), np.round(metres).astype(np.int32), reachable)
