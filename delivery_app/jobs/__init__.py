"""Runs of the optimiser in the background.

What the rest of the program asks of a run is four functions on a session, in :mod:`delivery_app.jobs.runs`:
:func:`~delivery_app.jobs.runs.submit`, :func:`~delivery_app.jobs.runs.progress`,
:func:`~delivery_app.jobs.runs.cancel` and :func:`~delivery_app.jobs.runs.result`. They know the tables only. Who carries
runs out is a :class:`Runner`; it finds them in the tables (:mod:`delivery_app.jobs.claims`), so that there may be any
number of runners, on any number of machines that share the database.

The runner here, :class:`~delivery_app.jobs.embedded.EmbeddedRunner`, lives in the web server's process and gives each
run a process of its own (:mod:`delivery_app.jobs.child`).
"""

from __future__ import annotations

from typing import Protocol


class Runner(Protocol):
    """Carries out what was submitted."""

    def start(self) -> None:
        """Begin to look for runs."""

    def stop(self) -> None:
        """Take no further runs; those under way are handed back, to be begun anew by the next runner."""
