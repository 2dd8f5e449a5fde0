"""Short answers are not held up by the collector of cycles, and it works again afterwards whatever happened."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from scheduler.pauses import MOST_SECONDS, without_pauses
from scheduler.replan import run


@pytest.fixture(autouse=True)
def collected_again() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_a_short_answer_is_not_held_up() -> None:
    with without_pauses(2.0):
        assert not gc.isenabled()
    assert gc.isenabled()


@pytest.mark.parametrize("seconds", [None, MOST_SECONDS + 1])
def test_what_takes_longer_leaves_nothing_behind(seconds: float | None) -> None:
    with without_pauses(seconds):
        assert gc.isenabled()


def test_an_answer_that_fails_has_cycles_collected_again() -> None:
    with pytest.raises(KeyError), without_pauses(2.0):
        raise KeyError
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    with without_pauses(2.0):
        pass
    assert not gc.isenabled()


@pytest.mark.parametrize(("limit", "collects"), [({"seconds": 2.0}, False), ({"iterations": 10}, True)])
def test_a_replanning_of_seconds_is_such_an_answer(
    monkeypatch: pytest.MonkeyPatch, limit: dict[str, Any], collects: bool
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(run, "situation_of", lambda *_: seen.append(gc.isenabled()))
    monkeypatch.setattr(run, "_Run", lambda *_: None)
    monkeypatch.setattr(run, "_answer", lambda *_, **__: None)
    run.replan(None, None, 0, [], travel=object(), **limit)  # type: ignore[arg-type]
    assert seen == [collects]
