"""Short answers without the pauses of Python's collector of cycles.

A full collection walks every object of the process, those of the compiler and of the loaded pack among them: a tenth of a
second each time, three or four times in an answer of two seconds, while hardly anything is freed. What is freed by counting
references is freed as ever.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: Longer work than this is not kept free of pauses: what it leaves behind may add up.
MOST_SECONDS = 10.0


@contextmanager
def without_pauses(seconds: float | None) -> Iterator[None]:
    """Cycles are collected afterwards, where the work is to take only ``seconds``; None: it may take longer.

    Of several threads at once the first to end has them collected again.
    """
    if seconds is None or seconds > MOST_SECONDS or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
