"""What a process of the week's search gets to do. Importing this loads nothing compiled: the caller need not wait for it."""

from __future__ import annotations

from typing import Any

from scheduler.crew import Crew, Link


def crew_of(workers: int) -> Crew:
    """Processes that load the compiled search, and wait for their job."""
    return Crew(work, workers, prepare)


def prepare() -> None:
    """Load the compiled search."""
    from scheduler.warm import compile_search

    compile_search()


def work(link: Link, job: Any) -> Any:
    """Do one of the jobs of :func:`scheduler.search.parallel.search_many` as one of a crew."""
    from scheduler.search.parallel import search_as_one_of_many

    return search_as_one_of_many(link, job)
