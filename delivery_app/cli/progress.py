"""A run of the optimiser as it is seen: a bar on a terminal, plain lines elsewhere; Ctrl-C keeps the best
so far."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from types import FrameType
from typing import TYPE_CHECKING, Any

from delivery_app.cli.output import Speaker
from delivery_app.i18n import N_, number, short_date
from delivery_app.texts import PHASES, UNPLACED, say

if TYPE_CHECKING:
    from scheduler.problem import Problem
    from scheduler.roster import Unplaced
    from scheduler.solve import Progress

#: Seconds between two plain lines of the same phase.
LINE_SECONDS = 5.0
#: The most visits named, before the search, that nobody can serve.
UNPLACEABLE_LINES = 10
LOST_WORKERS = N_(
    "processes of the search that stopped too soon: {count}; the roster is the best of the others"
)
LOST_ALL = N_(
    "all processes of the search stopped too soon ({count}); the roster is what they had found together by then, "
    "and a new run may find a better one"
)


@contextmanager
def cancel_on_interrupt(speaker: Speaker) -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one stops the program at once."""
    cancel = threading.Event()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        speaker.note(N_("Stopping: the best roster so far will be written. Ctrl-C again stops without it"))

    if threading.current_thread() is not threading.main_thread():
        yield cancel  # signals reach the main thread only
        return
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def in_words(progress: Progress, speaker: Speaker) -> str:
    """Objective, visits without a place, and carers per citizen, as far as they are known."""
    if progress.objective is not None and not isfinite(progress.objective):
        return ""  # nothing found yet
    words = []
    if progress.objective is not None:
        words.append(
            speaker._(N_("objective {value}")).format(value=number(progress.objective, speaker.lang))
        )
    if progress.unplaced is not None:
        words.append(speaker._(N_("without a place {value}")).format(value=progress.unplaced))
    if progress.carers_per_citizen is not None:
        value = number(progress.carers_per_citizen, speaker.lang, 2)
        words.append(speaker._(N_("carers per citizen {value}")).format(value=value))
    return " · ".join(words)


@contextmanager
def shown_progress(speaker: Speaker, problem: Problem) -> Iterator[Callable[[Progress], None]]:
    """A callback for the optimiser's progress.

    It also says what nobody can serve, before the search begins, and once how many of the processes that searched are lost.
    """

    def told(show: Callable[[Progress], None]) -> Callable[[Progress], None]:
        lost = 0

        def callback(progress: Progress) -> None:
            nonlocal lost
            speaker.warn(unplaceable_lines(progress.unplaceable, problem, speaker))
            if progress.lost_workers > lost:
                lost = progress.lost_workers
                words = LOST_ALL if progress.lost_all else LOST_WORKERS
                speaker.warn([speaker._(words).format(count=lost)])
            show(progress)

        return callback

    if speaker.err.is_terminal:
        with _bar(speaker) as show:
            yield told(show)
    else:
        yield told(_Lines(speaker))


def unplaceable_lines(rows: Sequence[Unplaced], problem: Problem, speaker: Speaker) -> list[str]:
    """A line for each visit nobody on duty can serve, the first few of them."""
    lines = []
    for row in rows[:UNPLACEABLE_LINES]:
        day = problem.calendar.week_name(row.week)
        if row.day is not None:
            day = short_date(problem.calendar.date(row.day), speaker.lang)
        template = speaker._(N_("{need}, {when}: cannot be placed; {why}"))
        lines.append(template.format(need=row.need_id, when=day, why=say(UNPLACED, row.rule, speaker._)))
    if len(rows) > UNPLACEABLE_LINES:
        lines.append(speaker._(N_("… and {count} more")).format(count=len(rows) - UNPLACEABLE_LINES))
    return lines


@contextmanager
def _bar(speaker: Speaker) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=speaker.err, transient=True) as bar:
        task = bar.add_task(say(PHASES, "check", speaker._), total=1.0, figures="")

        def callback(progress: Any) -> None:
            bar.update(
                task,
                completed=min(1.0, max(0.0, progress.share)),
                description=say(PHASES, progress.phase, speaker._),
                figures=in_words(progress, speaker),
            )

        yield callback


class _Lines:
    """A line at each new phase, at its first figures, and every few seconds within one."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._phase = ""
        self._told = 0.0
        self._had_figures = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        figures = in_words(progress, self._speaker)
        first_figures = figures != "" and not self._had_figures
        if progress.phase == self._phase and not first_figures and now - self._told < LINE_SECONDS:
            return
        self._phase, self._told = progress.phase, now
        self._had_figures = figures != ""
        parts = [f"{progress.seconds:.0f} s", say(PHASES, progress.phase, self._speaker._)]
        self._speaker.err.print(" · ".join([*parts, figures] if figures else parts), soft_wrap=True)
