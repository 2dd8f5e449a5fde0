"""Reading JSON with every mistake found at once, each with its path (``visits[3].start``)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scheduler.message import Message, ProblemError
from scheduler.pack.cells import Kind, nearest, parse_cell, shown
from scheduler.pack.findings import Findings
from scheduler.reading import parser_reason

#: Stands for a value that is missing or wrong; the error has been noted.
WRONG = object()


def load_json(text: str, file: str, findings: Findings) -> Any:
    """The document; :data:`WRONG`, and an error noted, when it is not JSON."""
    try:
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        values = {"value": "", "reason": parser_reason(error), "column": error.colno}
        message = Message("the file is not JSON ({reason}, at sign {column} of the line)", values)
        findings.fault(file, error.lineno, "", message)
    except ProblemError as error:
        findings.fault(file, None, "", error.message)
    except (ValueError, RecursionError):
        message = Message("the file holds a number or a nesting too large to read", {"value": ""})
        findings.fault(file, None, "", message)
    return WRONG


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ProblemError(
                "the key '{value}' stands twice in one object; keep one of them", value=shown(key)
            )
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise ProblemError("'{value}' is not a number that JSON knows; write a number or null", value=name)


class JsonObject:
    """An object of the document and its path; each reader notes what is wrong and then gives "
    ":data:`WRONG`."""

    def __init__(self, value: Mapping[str, Any], path: str, file: str, findings: Findings) -> None:
        self._value, self._path, self._file, self._findings = value, path, file, findings

    def fault(self, key: str, message: Message) -> Any:
        """Note an error at a key of this object."""
        path = f"{self._path}.{key}" if self._path and key else self._path or key
        self._findings.fault(self._file, None, path, message)
        return WRONG

    def only(self, keys: Sequence[str]) -> None:
        """Note every key that is not one of these."""
        for key in self._value:
            if key in keys:
                continue
            guess = nearest(key, keys)
            if guess is None:
                message = Message("'{value}' is not a key here; delete it", {"value": shown(key)})
            else:
                message = Message(
                    "'{value}' is not a key here; did you mean {guess}?",
                    {"value": shown(key), "guess": guess},
                )
            self.fault("", message)

    def has(self, key: str) -> bool:
        """Whether the key is there with a value other than null."""
        return self._value.get(key) is not None

    def text(self, key: str, kind: Kind, default: Any = WRONG) -> Any:
        """A text of a kind; ``default`` where it is missing, null or empty, an error where there is none."""
        value = self._value.get(key)
        if value is None or value == "":
            return self._missing(key, default)
        if not isinstance(value, str):
            return self.fault(key, _wrong_type(value, Message("{value} is not a text in quotation marks")))
        try:
            return parse_cell(kind, value)
        except ProblemError as error:
            return self.fault(key, error.message)

    def whole(self, key: str, default: Any = WRONG) -> Any:
        """A whole number."""
        value = self._value.get(key)
        if value is None:
            return self._missing(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            return self.fault(key, _wrong_type(value, Message("{value} is not a whole number")))
        if abs(value) > 10**15:
            return self.fault(key, Message("the number has too many digits; correct it", {"value": ""}))
        return value

    def number(self, key: str, default: Any = WRONG) -> Any:
        """A number."""
        value = self._value.get(key)
        if value is None:
            return self._missing(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self.fault(key, _wrong_type(value, Message("{value} is not a number")))
        if abs(value) > 10**15:
            return self.fault(key, Message("the number is too large; correct it", {"value": ""}))
        return value

    def yes_no(self, key: str, default: bool) -> Any:
        """``true`` or ``false``."""
        value = self._value.get(key)
        if value is None:
            return default
        return (
            value
            if isinstance(value, bool)
            else self.fault(key, _wrong_type(value, Message("{value} is neither true nor false")))
        )

    def texts(self, key: str, kind: Kind, default: Any = WRONG) -> Any:
        """A list of texts of a kind, as a tuple."""
        value = self._value.get(key)
        if value is None:
            return self._missing(key, default)
        if not isinstance(value, list):
            return self.fault(key, _wrong_type(value, Message("{value} is not a list in square brackets")))
        found = tuple(
            JsonObject({"": one}, f"{self._inner(key)}[{number}]", self._file, self._findings).text("", kind)
            for number, one in enumerate(value)
        )
        return WRONG if WRONG in found else found

    def object(self, key: str) -> JsonObject:
        """An object within this one; an empty one where it is missing."""
        value = self._value.get(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, _wrong_type(value, Message("{value} is not an object in curly brackets")))
            value = None
        return JsonObject(value or {}, self._inner(key), self._file, self._findings)

    def objects(self, key: str, *, required: bool = False) -> Iterator[JsonObject]:
        """The objects of a list within this one."""
        value = self._value.get(key)
        if value is None:
            if required:
                self._missing(key, WRONG)
            return
        if not isinstance(value, list):
            self.fault(key, _wrong_type(value, Message("{value} is not a list in square brackets")))
            return
        for number, one in enumerate(value):
            inner = f"{self._inner(key)}[{number}]"
            if isinstance(one, dict):
                yield JsonObject(one, inner, self._file, self._findings)
            else:
                holder = JsonObject({}, inner, self._file, self._findings)
                holder.fault("", _wrong_type(one, Message("{value} is not an object in curly brackets")))

    def numbers(self, key: str) -> dict[str, float]:
        """An object whose values are numbers; empty where it is missing."""
        inner = self.object(key)
        found = {name: inner.number(name, 0) for name in inner._value}
        return {name: value for name, value in found.items() if value is not WRONG}

    def _inner(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _missing(self, key: str, default: Any) -> Any:
        if default is not WRONG:
            return default
        return self.fault(key, Message("the value is missing; it must be given", {"value": ""}))


def as_object(document: Any, file: str, findings: Findings) -> JsonObject | None:
    """The document as the outermost object; None, and an error noted, when it is something else."""
    if document is WRONG:
        return None
    if not isinstance(document, dict):
        findings.fault(
            file, None, "", _wrong_type(document, Message("{value} is not an object in curly brackets"))
        )
        return None
    return JsonObject(document, "", file, findings)


def _wrong_type(value: Any, message: Message) -> Message:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return Message(message.template, {"value": shown(text)})
