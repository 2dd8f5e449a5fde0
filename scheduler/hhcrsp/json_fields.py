"""Reading JSON fields so that every error names the file, the field, the value and what is expected."""

import json
import math
from pathlib import Path
from typing import Any, Self

from scheduler.message import Message, ProblemError
from scheduler.reading import parser_reason, system_reason


class FieldError(ProblemError):
    """A field of a JSON file is missing or wrong; the message names file, field, value and remedy."""

    @classmethod
    def of(cls, message: Message) -> Self:
        """The error that says this."""
        return cls(message.template, **message.values)


class Field:
    """One value inside a JSON document, which knows where it stands.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    path : str
        The way to the value, such as ``patients[3].time_window``; empty for the whole document.
    value : Any
        The value as parsed.
    error : type[FieldError]
        What is raised when the value is not as expected.
    """

    def __init__(self, file: str, path: str, value: Any, error: type[FieldError]) -> None:
        self.file, self.path, self.value, self._error = file, path, value, error

    def fail(self, expected: Message) -> FieldError:
        """The error to raise for this value; ``expected`` says what to write instead."""
        shown = json.dumps(self.value, ensure_ascii=False)
        values = {
            "file": self.file,
            "path": self.path or Message("the whole file"),
            "value": shown if len(shown) <= 80 else shown[:77] + "...",
            "expected": expected,
        }
        return self._error.of(Message("{file}, {path}: {value} is wrong; {expected}", values))

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def get(self, key: str) -> "Field":
        """The value under ``key`` of an object. Raises the reader's error when there is none."""
        where = f"{self.path}.{key}" if self.path else key
        if not isinstance(self.value, dict):
            raise self.fail(Message("an object with the field '{key}' is expected", {"key": key}))
        if key not in self.value:
            values = {"file": self.file, "path": where}
            raise self._error.of(Message("{file}, {path}: the field is missing; add it", values))
        return Field(self.file, where, self.value[key], self._error)

    def items(self) -> list["Field"]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            raise self.fail(Message("a list is expected"))
        return [Field(self.file, f"{self.path}[{i}]", v, self._error) for i, v in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.fail(Message("a text that is not empty is expected"))
        return self.value

    def number(self) -> float:
        """A finite number that is not negative."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.fail(Message("a number is expected"))
        if not math.isfinite(self.value) or self.value < 0:
            raise self.fail(Message("a finite number of 0 or more is expected"))
        return float(self.value)

    def interval(self, meaning: Message) -> tuple[float, float]:
        """Two numbers, the first not above the second."""
        values = {"meaning": meaning}
        if not isinstance(self.value, list) or len(self.value) != 2:
            raise self.fail(Message("write two numbers, {meaning}", values))
        first, last = (part.number() for part in self.items())
        if first > last:
            raise self.fail(Message("the first number must not be above the second: {meaning}", values))
        return first, last


def read_document(path: str | Path, error: type[FieldError]) -> Field:
    """Parse a JSON file. Raises ``error`` when the file cannot be read or is not JSON."""
    file = Path(path)
    try:
        return Field(file.name, "", json.loads(file.read_text(encoding="utf-8")), error)
    except OSError as problem:
        values: dict[str, object] = {"file": file, "reason": system_reason(problem)}
        raise error.of(Message("{file}: cannot be read ({reason}); name a JSON file", values)) from None
    except UnicodeDecodeError as problem:
        values = {"file": file.name, "byte": problem.start}
        raise error.of(Message("{file}: byte {byte} is not UTF-8; save the file as UTF-8", values)) from None
    except (json.JSONDecodeError, RecursionError) as problem:
        line = problem.lineno if isinstance(problem, json.JSONDecodeError) else 1
        values = {"file": file.name, "line": line, "reason": parser_reason(problem)}
        raise error.of(
            Message("{file}: not JSON ({reason}, line {line}); write the instance as JSON", values)
        ) from None
