"""Several processes at one task: exchange by rounds, a death costs only its share, stopping reaches everybody."""

from __future__ import annotations

import os
import signal
import time

import pytest

from scheduler import crew
from scheduler.crew import Crew, Link, run_crew


def rounds(link: Link, prices: list[float]) -> list[object]:
    """Offer each of the prices in turn; returns the answers."""
    return [link.exchange(price, f"worth {price}") for price in prices]


def die_at(link: Link, moment: int | None) -> list[object]:
    answers: list[object] = []
    for step in range(3):
        if step == moment:
            os._exit(9)
        answers.append(link.exchange(0.0 if moment is not None else 1.0, "offered"))
    return answers


def until_stopped(link: Link, first: str) -> str:
    while link.tell(first):
        pass
    return first


def test_each_round_all_get_the_cheapest_offer() -> None:
    found = run_crew(rounds, [[3.0, 1.0, 5.0], [2.0, 4.0, 5.0]], lambda *told: None, lambda: True)
    assert found == {0: ["worth 2.0", None, None], 1: [None, "worth 1.0", "worth 5.0"]}


def test_one_who_has_fewer_rounds_does_not_hold_up_the_others() -> None:
    found = run_crew(rounds, [[3.0], [2.0, 4.0]], lambda *told: None, lambda: True)
    assert found == {0: ["worth 2.0"], 1: [None, None]}


def test_a_process_that_dies_costs_its_own_share_only() -> None:
    found = run_crew(die_at, [1, None], lambda *told: None, lambda: True)
    assert found == {1: ["offered", None, None]}


def test_stop_reaches_every_process_and_reports_reach_the_caller() -> None:
    told: dict[int, str] = {}
    found = run_crew(until_stopped, ["a", "b"], told.__setitem__, lambda: len(told) < 2)
    assert found == told == {0: "a", 1: "b"}


def test_the_caller_may_work_meanwhile() -> None:
    seen: list[str] = []
    run_crew(rounds, [[1.0]], lambda *told: None, lambda: True, lambda: seen.append("idle"))
    assert seen == ["idle"]


def speak_or_sleep(link: Link, seconds: float) -> str:
    if seconds:
        time.sleep(seconds)
    else:
        link.tell("here")
    return "done"


def test_after_the_stop_nobody_is_waited_for_who_never_says_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "LAST_WORD_SECONDS", 8.5)  # a wait of half a second
    told: dict[int, str] = {}
    began = time.monotonic()
    found = run_crew(speak_or_sleep, [0.0, 600.0], told.__setitem__, lambda: not told)
    assert found == {0: "done"}
    assert time.monotonic() - began < 120


def compute_in_silence(link: Link, seconds: float) -> str:
    link.tell("here")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
    return "done"


def test_one_who_computes_in_silence_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a process may get no core for longer than anything that hangs is waited for."""
    monkeypatch.setattr(crew, "SILENCE_SECONDS", 0.2)
    assert run_crew(compute_in_silence, [1.5], lambda *told: None, lambda: True) == {0: "done"}


def test_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(crew, "BUSY_SECONDS", 0.6)
    began = time.monotonic()
    assert run_crew(compute_in_silence, [600.0], lambda *told: None, lambda: True) == {}
    assert time.monotonic() - began < 120


def halt(link: Link, _job: None) -> str:
    link.tell("here")
    os.kill(os.getpid(), signal.SIGSTOP)
    return "done"


def test_one_who_is_halted_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "SILENCE_SECONDS", 0.2)
    began = time.monotonic()
    assert run_crew(halt, [None], lambda *told: None, lambda: True) == {}
    assert time.monotonic() - began < crew.BUSY_SECONDS - 30


def offer_and_die(link: Link, price: float) -> None:
    link.exchange(price, f"worth {price}")
    os._exit(9)


def test_what_all_agreed_on_outlives_them() -> None:
    both = Crew(offer_and_die, 2)
    try:
        assert both.run([3.0, 2.0], lambda *told: None, lambda: True) == {}
        assert both.agreed == "worth 2.0"
    finally:
        both.dismiss()
