"""The warm process: it answers, passes errors on, is replaced when it dies, and ends when asked to."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from delivery_app.bridge.fitting import WantedError
from delivery_app.bridge.replanning import HappenedError, Mistake
from delivery_app.jobs.helper import Helper, HelperGoneError
from scheduler.message import Message


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    made = Helper()
    yield made
    made.close()


def refuse(kind: str) -> None:
    if kind == "happened":
        raise HappenedError([Mistake(1, "who", Message("no {who}", {"who": "k9"}))])
    raise WantedError([("days", Message("past"))])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_answers_in_one_process_of_its_own(helper: Helper) -> None:
    helper.warm()
    first, second = helper.ask(os.getpid), helper.ask(os.getpid)
    assert first == second != os.getpid()


def test_errors_come_back_as_they_were(helper: Helper) -> None:
    with pytest.raises(HappenedError) as caught:
        helper.ask(refuse, "happened")
    (mistake,) = caught.value.mistakes
    assert (mistake.index, mistake.field, str(mistake.message)) == (1, "who", "no k9")
    with pytest.raises(WantedError) as wanted:
        helper.ask(refuse, "wanted")
    assert [column for column, _ in wanted.value.mistakes] == ["days"]


def test_one_that_died_is_replaced(helper: Helper) -> None:
    before = helper.ask(os.getpid)
    os.kill(before, signal.SIGKILL)
    assert helper.ask(os.getpid) != before


def test_question_that_kills_is_given_up(helper: Helper) -> None:
    with pytest.raises(HelperGoneError):
        helper.ask(die)
    assert helper.ask(os.getpid) > 0


def test_closed_one_is_gone_and_can_be_asked_again(helper: Helper) -> None:
    before = helper.ask(os.getpid)
    helper.close()
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert helper.ask(os.getpid) != before
