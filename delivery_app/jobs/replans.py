"""Re-plannings in the background: asked of the warm process, and what it answers kept when it comes."""

from __future__ import annotations

import logging
from concurrent.futures import Future

from delivery_app.bridge.replanning import Answer, HappenedError, replanned
from delivery_app.db import Database
from delivery_app.jobs.helper import HELPER, Helper
from delivery_app.services.changes import Asked, answered, failed

LOG = logging.getLogger("naerplan.jobs")
#: How long the search may take (W4: a sick call is answered in two seconds).
SECONDS = 2.0


def work_out(
    database: Database, asked: Asked, author: str, *, helper: Helper = HELPER, seconds: float = SECONDS
) -> Future[Answer]:
    """Have a re-planning worked out; the answer, or why there is none, is kept by itself as soon as it is there."""
    plan = asked.plan
    future = helper.submit(
        replanned, plan.problem, plan.roster, asked.moment, asked.happened, seconds=seconds
    )
    future.add_done_callback(lambda done: _keep(database, asked, author, done))
    return future


def _keep(database: Database, asked: Asked, author: str, done: Future[Answer]) -> None:
    error = None if done.cancelled() else done.exception()
    try:
        with database.transaction(author) as session:
            if done.cancelled() or error is not None:
                if not isinstance(error, HappenedError):
                    LOG.error("a re-planning failed: %s", type(error).__name__, exc_info=error)
                told = error if isinstance(error, HappenedError) else None
                failed(session, asked.replanning_id, asked.attempt, told)
            else:
                answered(session, asked.replanning_id, asked.attempt, done.result())
    except Exception:
        # Nobody waits here: the page says after a while that no answer came, and offers to ask again.
        LOG.exception("the answer of a re-planning could not be kept")
