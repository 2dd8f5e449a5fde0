"""What a worker process gets to do. Importing this loads nothing compiled: the caller need not wait for that."""

from dataclasses import dataclass

from scheduler.crew import Link
from scheduler.hhcrsp.instance import Instance
from scheduler.hhcrsp.limit import Limit
from scheduler.hhcrsp.solution import Solution


@dataclass(frozen=True, slots=True)
class Job:
    """What :func:`~scheduler.hhcrsp.worker.run_seed` is called with."""

    instance: Instance
    seed: int
    limit: Limit
    lateness_price: float


def work(link: Link, job: Job) -> Solution:
    """Run a job as one of a crew."""
    from scheduler.hhcrsp.worker import run_seed

    def report(used: float, cost: float) -> bool:
        return link.tell((used, cost))

    return run_seed(job.instance, job.seed, job.limit, report, link.exchange, job.lateness_price)
