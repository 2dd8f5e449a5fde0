"""A pack to break: the tiny team, copied to a folder of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.scheduler.pack.changes import TINY


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A valid pack in a folder that the test may change."""
    folder = tmp_path / "pack"
    shutil.copytree(TINY, folder)
    return folder
