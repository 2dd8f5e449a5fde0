"""When a search for the public benchmark ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """When to stop: at ``deadline`` (``time.monotonic``) or after ``iterations`` proposals."""

    deadline: float | None
    iterations: int | None
