"""Questions that take long: asked once, never waited for by a page, put again when the helper dies or forgets."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from delivery_app.jobs.helper import Helper, HelperGoneError
from delivery_app.jobs.questions import TRIES, Questions


class Slow(Helper):
    """A helper that answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[Future[Any]] = []
        self.warmed = 0

    def warm(self) -> None:
        self.warmed += 1

    def submit(self, function: Callable[..., Any], *args: Any, **options: Any) -> Future[Any]:
        self.asked.append(Future())
        return self.asked[-1]


def double(number: int) -> int:
    return 2 * number


def refuse() -> None:
    raise ValueError("no such visit")


def test_without_a_running_app_the_answer_is_there_at_once() -> None:
    helper = Slow()
    questions = Questions(helper)
    questions.warm()
    assert questions.known(("a",), double, 4) == 8
    assert (helper.asked, helper.warmed) == ([], 0)


def test_beside_the_server_a_page_does_not_wait_and_asks_once() -> None:
    helper = Slow()
    questions = Questions(helper)
    with questions.beside_the_server():
        questions.warm()
        assert questions.known(("a",), double, 4) is None
        assert questions.known(("a",), double, 4) is None
        assert (len(helper.asked), helper.warmed) == (1, 1)
        helper.asked[0].set_result(8)
        assert questions.known(("a",), double, 4) == 8
        assert questions.answer(("a",), double, 4) == 8
        assert len(helper.asked) == 1
    # The app has ended: nothing of it is left.
    with questions.beside_the_server():
        assert questions.known(("a",), double, 4) is None


def test_what_the_question_raises_is_raised_and_not_kept() -> None:
    helper = Slow()
    questions = Questions(helper)
    with questions.beside_the_server():
        questions.known(("a",), refuse)
        helper.asked[0].set_exception(ValueError("no such visit"))
        with pytest.raises(ValueError, match="no such visit"):
            questions.known(("a",), refuse)
        assert questions.known(("a",), refuse) is None


def test_a_helper_that_dies_is_asked_again_and_then_given_up() -> None:
    class Dying(Slow):
        def submit(self, function: Callable[..., Any], *args: Any, **options: Any) -> Future[Any]:
            future = super().submit(function, *args, **options)
            future.set_exception(BrokenProcessPool())
            return future

    helper = Dying()
    questions = Questions(helper)
    with questions.beside_the_server():
        with pytest.raises(HelperGoneError):
            questions.known(("a",), double, 1)
        assert len(helper.asked) == TRIES


def test_a_helper_that_died_over_it_once_answers_the_second_time() -> None:
    helper = Slow()
    questions = Questions(helper)
    with questions.beside_the_server():
        questions.known(("a",), double, 4)
        helper.asked[0].set_exception(BrokenProcessPool())
        assert questions.known(("a",), double, 4) is None
        helper.asked[1].set_result(8)
        assert questions.known(("a",), double, 4) == 8


def test_a_question_that_kills_the_helper_each_time_is_not_asked_for_ever() -> None:
    helper = Slow()
    questions = Questions(helper)
    with questions.beside_the_server():
        for _ in range(TRIES):
            assert questions.known(("a",), double, 4) is None
            helper.asked[-1].set_exception(BrokenProcessPool())
        with pytest.raises(HelperGoneError):
            questions.known(("a",), double, 4)
        assert len(helper.asked) == TRIES


def test_the_oldest_answers_give_way() -> None:
    questions = Questions(Slow(), kept=2)
    calls: list[int] = []

    def counted(number: int) -> int:
        calls.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        questions.known((number,), counted, number)
    assert calls == [1, 2, 3, 2]
