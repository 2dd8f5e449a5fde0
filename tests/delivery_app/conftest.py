"""What tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from delivery_app.db import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database in a file. The app is loaded for tests that ask for it, and not for all of the folder."""
    from tests.delivery_app.web.app_examples import new_database

    made = new_database(tmp_path)
    yield made
    made.close()
