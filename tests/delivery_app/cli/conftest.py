"""What the tests of the command line share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parallel test runs set a width of 80 columns; what is printed must not hang on it."""
    monkeypatch.delenv("COLUMNS", raising=False)
