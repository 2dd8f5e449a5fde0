"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place first, then put it there in one step; the folder is made when missing."""
    write_all({path: data})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files: all of them lie ready beside their places before the first is put there."""
    ready: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
            ready[waiting] = path
            waiting.write_bytes(data)
        for waiting, path in ready.items():
            os.replace(waiting, path)
    finally:
        for waiting in ready:
            waiting.unlink(missing_ok=True)
