"""``--json FILE``: what a command found, as a document for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from delivery_app.i18n import N_

JsonOption = Annotated[
    Path | None,
    typer.Option(
        "--json",
        readable=False,
        metavar=N_("FILE"),
        show_default=False,
        help=N_("Write the answer to this file too, as JSON for other programs."),
    ),
]


def check_json_file(path: Path | None) -> None:
    """Raise CliError unless the file can be written there; asked before the work begins."""
    from delivery_app.cli.inputs import check_out_file

    if path is not None:
        check_out_file(path, "--json", "answer.json")


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """Write a document, whole or not at all."""
    import json

    from scheduler.pack.files import write_whole

    write_whole(path, (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode())
