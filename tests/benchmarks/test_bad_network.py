"""The bad network of the reliability run does to requests what it says."""

from __future__ import annotations

import asyncio
import random
from unittest.mock import patch

import pytest

from benchmarks import bad_network
from benchmarks.bad_network import BadNetwork

REQUEST = b"POST /carer/x/sync HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nbody"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer"


async def through(fate: str, *, wait: float = 0.0) -> tuple[list[bytes], bytes]:
    """What reached the app, and what the browser got."""
    reached: list[bytes] = []

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        reached.append(head + await reader.readexactly(4))
        writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(app, "127.0.0.1", 0)
    network = BadNetwork(server.sockets[0].getsockname()[1], random.Random(1), calm=not fate)
    certain = {fate: 100} if fate else {}
    with (
        patch.object(bad_network, "CHANCES", certain),
        patch.object(bad_network, "LATER_S", (0.05, 0.05)),
        patch.object(bad_network, "LATE_S", (0.01, 0.01)),
    ):
        async with network.running():
            reader, writer = await asyncio.open_connection("127.0.0.1", network.port)
            writer.write(REQUEST)
            got = await reader.read()
            writer.close()
            await asyncio.sleep(wait)
    server.close()
    assert network.did[fate or "through"] == 1
    assert network.sending.is_set() == bool(reached)
    return reached, got


@pytest.mark.parametrize(
    ("fate", "times", "got"),
    [
        ("", 1, ANSWER),
        ("late", 1, ANSWER),
        ("dropped before", 0, b""),
        ("dropped after", 1, b""),
        ("cut", 1, ANSWER[: len(ANSWER) // 2]),
        ("doubled", 2, ANSWER),
        ("repeated later", 2, ANSWER),
        ("stranger", 0, bad_network.STRANGER),
    ],
)
def test_fates(fate: str, times: int, got: bytes) -> None:
    reached, answer = asyncio.run(through(fate, wait=0.3 if fate == "repeated later" else 0))
    assert len(reached) == times
    assert answer == got
    for one in reached:
        assert one.endswith(b"\r\n\r\nbody")
        assert b"Connection: close" in one
        assert b"keep-alive" not in one


def test_the_stranger_s_answer_is_whole() -> None:
    head, _, body = bad_network.STRANGER.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
