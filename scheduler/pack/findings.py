"""What is wrong, or only odd, in a team pack: where it stands, the value, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from scheduler.message import Message

_PLACED = Message("{file} line {line}, {column}: {message}")
_IN_LINE = Message("{file} line {line}: {message}")
_IN_COLUMN = Message("{file}, {column}: {message}")
_IN_FILE = Message("{file}: {message}")


@dataclass(frozen=True)
class Finding:
    """One thing found: file (or sheet), line (or row), column (or key, or JSON path), and the sentence."""

    file: str
    line: int | None
    column: str
    message: Message

    @property
    def value(self) -> str:
        """The text that was found there; empty where something is missing."""
        return str(self.message.values.get("value", ""))

    def render(self, translate: Callable[[str], str] = str) -> str:
        """The place and the sentence, each passed through ``translate`` (gettext) first."""
        if self.line is not None:
            frame = _PLACED if self.column else _IN_LINE
        else:
            frame = _IN_COLUMN if self.column else _IN_FILE
        sentence = self.message.render(translate)
        place = {"file": self.file, "line": self.line, "column": self.column, "message": sentence}
        return Message(frame.template, place).render(translate)

    def __str__(self) -> str:
        return self.render()


class RowError(Finding):
    """Something that must be mended before the pack can be used."""


class PackWarning(Finding):
    """Something a planner should look at; the pack can be used as it is."""


class PackErrors(ValueError):
    """A pack or roster that cannot be used, with all that is wrong with it at once, by file and line."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.render())

    def render(self, translate: Callable[[str], str] = str) -> str:
        """One line an error."""
        return "\n".join(error.render(translate) for error in self.errors)


@dataclass
class Findings:
    """Collects errors and warnings while a pack is read."""

    errors: list[RowError] = field(default_factory=list)
    warnings: list[PackWarning] = field(default_factory=list)

    def fault(self, file: str, line: int | None, column: str, message: Message) -> None:
        """Note an error."""
        self.errors.append(RowError(file, line, column, message))

    def warn(self, file: str, line: int | None, column: str, message: Message) -> None:
        """Note a warning."""
        self.warnings.append(PackWarning(file, line, column, message))

    def ordered_errors(self, files: Iterable[str]) -> tuple[RowError, ...]:
        """The errors by file (in the order given), then by line."""
        rank = {file: number for number, file in enumerate(files)}
        last = len(rank)
        return tuple(
            sorted(self.errors, key=lambda error: (rank.get(error.file, last), error.line or 0, error.column))
        )
