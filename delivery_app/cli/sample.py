"""Where the sample team lies, and what is made of it."""

from __future__ import annotations

from pathlib import Path

#: Beside the packages in a checkout and in an installed program alike.
DEMO_PACK = Path(__file__).resolve().parents[2] / "fixtures" / "albertslund"


def demo_folder() -> Path:
    """Where the demo's files lie."""
    from delivery_app.settings import Settings

    return Settings().var / "demo"
