"""How far back the team's list looks, and what proposes a citizen for a meeting (``fixtures/care/team_list.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from delivery_app.services.care.lists import CARE


@dataclass(frozen=True)
class Figures:
    """``not_home``: so many visits at which nobody was home, within ``facts``, are a case for the meeting."""

    messages: timedelta
    tasks: timedelta
    done: timedelta
    facts: timedelta
    not_home: int
    past: timedelta


@cache
def figures() -> Figures:
    """What the file says."""
    data = tomllib.loads((CARE / "team_list.toml").read_text(encoding="utf-8"))
    on_list, proposals = data["list"], data["proposals"]
    return Figures(
        messages=timedelta(days=on_list["message_days"]),
        tasks=timedelta(days=on_list["task_days"]),
        done=timedelta(days=on_list["done_days"]),
        facts=timedelta(days=proposals["days"]),
        not_home=proposals["not_home"],
        past=timedelta(days=proposals["past_days"]),
    )
