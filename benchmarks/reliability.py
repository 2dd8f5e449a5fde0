"""Are all records there, once and in order, when everything goes wrong that can?

    python -m benchmarks reliability [--records 1000] [--tablets 20] [--kills 50] [--seed 1] [--postgres]

Tablets are the app's real script in Chromium: carers write down visits by tapping and typing, pages are loaded again and
closed, browsers too, and tablets are without a network for a while. Between them and the server is a network that loses
requests and answers, cuts, delays, doubles and repeats (``benchmarks/bad_network.py``). The server is a process of its own
which is killed (SIGKILL), half of the times while it takes in records, and started again. At the end, over the same
bad network, everything has to be there. The clean run is the same records, taken in once and in order by a database that
nothing happened to: the visits' states have to be equal.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from benchmarks.bad_network import BadNetwork
from benchmarks.machine import commit, commit_date, this_machine
from benchmarks.reliability_tablet import Made, Progress, Tablet
from benchmarks.reliability_verdict import Verdict, judge
from benchmarks.reliability_world import Server, World, a_world
from tests.browser import ARGUMENTS, MISSING, BrowserUnavailableError, executable

LEAST_A_VISIT = 9
AT_ONCE = 4
#: How long the last records may take, once the server is not killed any more.
LAST_S = 240


@dataclass(frozen=True)
class Run:
    """What happened, and what is to be judged."""

    made: list[Made]
    boxes: dict[int, list[dict[str, Any]]]
    network: dict[str, int]
    happened: dict[str, int]
    script_errors: list[str]
    kills: int
    while_sending: int
    seconds: float


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks reliability", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--records", type=int, default=1000, metavar="N", help="of all tablets together")
    parser.add_argument("--tablets", type=int, default=20, metavar="N")
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="how often the server is killed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--minutes",
        type=float,
        default=60,
        help="nothing new is recorded after these: a busy machine makes fewer",
    )
    parser.add_argument(
        "--postgres", action="store_true", help="PostgreSQL, by the programs of the tests; otherwise SQLite"
    )
    parser.add_argument("--date", default=None, help="for the head line; the commit's date when not given")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run it and print a row; exit code 1 when anything is missing, doubled, out of order or left over."""
    asked = arguments(words)
    if executable() is None:
        raise BrowserUnavailableError(MISSING)
    print(f"{asked.date or commit_date()} {commit()} {this_machine()}; seed {asked.seed}", flush=True)
    quota = math.ceil(asked.records / asked.tablets)
    with a_world(asked.tablets, math.ceil(quota / LEAST_A_VISIT), postgres=asked.postgres) as world:
        run = asyncio.run(_run(world, asked))
        sent = [(one, box) for one, found in sorted(run.boxes.items()) for box in found]
        refused = world.take_in_cleanly((one, _as_sent(box)) for one, box in sent)
        verdict = judge(run.made, run.boxes, world.records(), world.states(), world.states(clean=True))
    _print(run, verdict, "PostgreSQL" if asked.postgres else "SQLite", asked.tablets)
    if refused:
        print(f"{refused} records were refused in the clean run")
    for one in run.script_errors[:10]:
        print(f"a script failed on tablet {one}")
    good = verdict.good and not refused and not run.script_errors and len(run.made) == asked.records
    return 0 if good and run.kills == asked.kills else 1


def _as_sent(box: dict[str, Any]) -> dict[str, Any]:
    """A box's record as the tablet sends it (``asSent`` in ``sync.js``)."""
    names = (
        "kind", "on_date", "need_id", "call_id", "citizen_id", "device_at", "offset_ms", "corrects_id", "body",
    )  # fmt: skip
    return {"id": box["id"], "seq": box["seq"]} | {name: box["record"].get(name) for name in names}


def _print(run: Run, verdict: Verdict, database: str, tablets: int) -> None:
    names = [one.name.replace("_", " ") for one in fields(verdict)]
    print(f"| database | tablets | records | kills | while sending | {' | '.join(names)} | s |")
    print("| --- " * (6 + len(names)) + "|")
    values = " | ".join(str(getattr(verdict, one.name)) for one in fields(verdict))
    print(
        f"| {database} | {tablets} | {len(run.made)} | {run.kills} | {run.while_sending} | {values} | {run.seconds:.0f} |"
    )
    for name, counts in (("network", run.network), ("tablets", run.happened)):
        print(f"{name}: {', '.join(f'{what} {times}' for what, times in sorted(counts.items()))}", flush=True)


async def _run(world: World, asked: argparse.Namespace) -> Run:
    from playwright.async_api import async_playwright

    began = time.monotonic()
    chance = random.Random(asked.seed)
    progress = Progress(asyncio.Semaphore(AT_ONCE))
    server = Server(world)
    await server.start()
    network = BadNetwork(server.port, random.Random(chance.random()))
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with network.running(), async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=executable(), args=[*ARGUMENTS, "--no-sandbox"]
                )
                address = f"http://localhost:{network.port}"
                quotas = [(asked.records + place) // asked.tablets for place in range(asked.tablets)]
                tablets = [
                    Tablet(number, world, address, Path(folder), quota, random.Random(chance.random()), progress)
                    for number, quota in enumerate(quotas)
                ]  # fmt: skip
                for some in range(0, len(tablets), AT_ONCE):
                    await asyncio.gather(
                        *(one.begin(playwright, browser) for one in tablets[some : some + AT_ONCE])
                    )
                network.calm = False
                progress.began, progress.seconds = time.monotonic(), asked.minutes * 60
                killer = asyncio.create_task(
                    _kill(server, network, progress, asked.kills, asked.records, chance)
                )
                try:
                    async with asyncio.TaskGroup() as group:
                        for one in tablets:
                            group.create_task(one.work(playwright, browser))
                    while_sending = await killer
                finally:
                    killer.cancel()
                    with suppress(asyncio.CancelledError):
                        await killer
                await asyncio.gather(*(one.wait_until_sent(LAST_S) for one in tablets))
                network.calm = True
                boxes = {one.number: await one.boxes() for one in tablets}
                for one in tablets:
                    await one.context.close()
                await browser.close()
    finally:
        await server.stop()
    made = [record for one in tablets for record in one.made]
    return Run(
        made, boxes, dict(network.did), progress.happened, progress.script_errors,
        server.kills, while_sending, time.monotonic() - began,
    )  # fmt: skip


async def _kill(
    server: Server, network: BadNetwork, progress: Progress, kills: int, records: int, chance: random.Random
) -> int:
    """Kill the server and start it again, spread over the run; how often it was taking in records just then."""
    while_sending = 0
    for number in range(kills):
        share = (number + 0.5) / kills
        while progress.made < records * share and progress.passed < share:
            await asyncio.sleep(0.05)
        if number % 2:
            network.sending.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(network.sending.wait(), 10)
                while_sending += 1
                await asyncio.sleep(chance.uniform(0, 0.06))
        else:
            await asyncio.sleep(chance.uniform(0, 0.5))
        server.kill()
        await asyncio.sleep(chance.uniform(0, 1.5))
        await server.start()
        print(f"killed {server.kills} times, {progress.made} records", file=sys.stderr, flush=True)
    return while_sending
