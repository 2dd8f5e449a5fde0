"""What cannot be written to the database, or asked of it."""

from __future__ import annotations

from models.errors import RememberingError


class BridgeError(RememberingError):
    """A pack or roster that does not fit what the database holds: what, the value, and what to do."""
