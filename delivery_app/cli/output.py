"""What the command line says: in one language, the answer on stdout, all else on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from delivery_app.i18n import translator

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


class CliError(Exception):
    """The command cannot be carried out as it was given: what, the value, and what to do. Nothing was
    written."""

    def __init__(self, template: str, **values: object) -> None:
        self.template, self.values = template, values
        super().__init__(template.format(**values))


@dataclass(frozen=True)
class Speaker:
    """The language and the two streams of one run of the program."""

    lang: str
    debug: bool = False
    _consoles: dict[str, Console] = field(default_factory=dict, repr=False)

    def _(self, msgid: str) -> str:
        """The sentence in this run's language."""
        return translator(self.lang)(msgid)

    @property
    def out(self) -> Console:
        """Where the answer goes."""
        return self._console("out")

    @property
    def err(self) -> Console:
        """Where progress, warnings and errors go."""
        return self._console("err")

    def _console(self, name: str) -> Console:
        # The stream as it stands when something is said: a command tree may outlive what it spoke to.
        stream = sys.stdout if name == "out" else sys.stderr
        console = self._consoles.get(name)
        if console is None or console.file is not stream:
            from rich.console import Console

            # Into a file or a pipe there is no width to keep to: lines are not broken.
            width = None if stream.isatty() or "COLUMNS" in os.environ else 200
            console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
            self._consoles[name] = console
        return console

    def say(self, msgid: str, **values: object) -> None:
        """A sentence of the answer."""
        self.out.print(self._(msgid).format(**values), soft_wrap=True)

    def note(self, msgid: str, **values: object) -> None:
        """A sentence beside the answer."""
        self.err.print(self._(msgid).format(**values), soft_wrap=True)

    def warn(self, lines: Iterable[str]) -> None:
        """Things to look at, one a line."""
        word = self._("Warning")
        for line in lines:
            self.err.print(f"{word}: {line}", style="yellow", soft_wrap=True)

    def fail(self, lines: Iterable[str]) -> None:
        """What is wrong, one a line."""
        for line in lines:
            self.err.print(line, style="red", soft_wrap=True)

    def heading(self, text: str) -> None:
        """A heading over what follows."""
        self.out.print(f"\n{text}", style="bold", soft_wrap=True)

    def table(self, *columns: tuple[str, str] | str) -> Table:
        """An empty table in the house style; a column is a heading, or heading and ``"right"``."""
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            title, justify = (column, "left") if isinstance(column, str) else column
            table.add_column(title, justify="right" if justify == "right" else "left", overflow="fold")
        return table


def speaker_of(ctx: typer.Context) -> Speaker:
    """The speaker of the run a command belongs to."""
    speaker: Speaker = ctx.find_root().obj
    return speaker
