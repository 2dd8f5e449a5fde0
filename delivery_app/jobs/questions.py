"""Questions about a plan that take long, proofs and searches: put to the helper, so that a page never waits for them.

A page asks and shows what is known; it asks again a moment later, until the answer is there. The last answers stay in
memory: after a restart, or in another process of the server, the same question is simply put again.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from delivery_app.jobs.helper import HELPER, Helper, HelperGoneError

T = TypeVar("T")
#: How many answers are kept; those about one visit hold what it could be instead, some hundred kilobytes.
KEPT = 48
#: A question over which the helper dies is put so often.
TRIES = 2


class Questions:
    """Safe to ask from several threads.

    While no app runs (a page that is tested by itself, a measurement) there is no helper: a question is answered at
    once, in this process.
    """

    def __init__(self, helper: Helper = HELPER, kept: int = KEPT) -> None:
        self.helper, self.kept = helper, kept
        self._lock = threading.Lock()
        self._asked: OrderedDict[tuple[object, ...], Future[Any]] = OrderedDict()
        self._deaths: Counter[tuple[object, ...]] = Counter()
        self._running = 0

    @contextmanager
    def beside_the_server(self) -> Iterator[None]:
        """Within this, questions go to the helper."""
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                self._asked.clear()
                self._deaths.clear()

    def warm(self) -> None:
        """A page on which questions arise is open: the helper gets ready."""
        if self._running:
            self.helper.warm()

    def known(self, key: tuple[object, ...], function: Callable[..., T], *args: object) -> T | None:
        """The answer, or None while it is worked out; asked under the same key it is worked out once.

        Raises
        ------
        HelperGoneError
            The helper died over it; the next time it is asked anew.
        Exception
            What the function raised.
        """
        return cast("T | None", self._result(key, function, args, wait=False))

    def answer(self, key: tuple[object, ...], function: Callable[..., T], *args: object) -> T:
        """The answer, waited for; raises as :meth:`known`."""
        return cast(T, self._result(key, function, args, wait=True))

    def _future(self, key: tuple[object, ...], function: Callable[..., T], args: Any) -> Future[Any]:
        with self._lock:
            found = self._asked.get(key)
            if found is not None:
                self._asked.move_to_end(key)
                return found
            running = self._running > 0
            if running:
                return self._keep(key, self.helper.submit(function, *args))
        made: Future[Any] = Future()
        made.set_result(function(*args))
        with self._lock:
            return self._keep(key, made)

    def _keep(self, key: tuple[object, ...], future: Future[Any]) -> Future[Any]:
        self._asked[key] = future
        while len(self._asked) > self.kept:
            self._asked.popitem(last=False)
        return future

    def _result(self, key: tuple[object, ...], function: Callable[..., Any], args: Any, *, wait: bool) -> Any:
        """None for an answer that is not there yet, when it is not to be waited for."""
        while True:
            future = self._future(key, function, args)
            if not wait and not future.done():
                return None
            try:
                return future.result()
            except (BrokenProcessPool, CancelledError) as error:
                if self._forget(key, future, died=True) >= TRIES:
                    raise HelperGoneError("the helper died over a question") from error
            except Exception:
                self._forget(key, future)
                raise

    def _forget(self, key: tuple[object, ...], future: Future[Any], *, died: bool = False) -> int:
        """Ask it anew the next time; how often the helper has died over it by now, where it may be asked once more."""
        with self._lock:
            if self._asked.get(key) is not future:
                return 0
            del self._asked[key]
            deaths = self._deaths.pop(key, 0) + died
            if 0 < deaths < TRIES:
                self._deaths[key] = deaths
            return deaths


#: The server's own.
QUESTIONS = Questions()
