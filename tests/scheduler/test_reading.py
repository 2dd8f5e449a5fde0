"""What the operating system and the parsers say, in sentences of our own that can be translated."""

from __future__ import annotations

import csv
import errno
import io
import json
import tomllib
import zipfile
from collections.abc import Callable

import pytest

from scheduler.reading import LONGEST, parser_reason, system_reason


def toml(text: str) -> Callable[[], object]:
    return lambda: tomllib.loads(text)


def parsed(text: str) -> Callable[[], object]:
    return lambda: json.loads(text)


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (parsed('{"a": }'), "a value is missing"),
        (parsed("{a: 1}"), "a name in quotation marks is missing"),
        (parsed('{"a" 1}'), "a colon is missing"),
        (parsed("[1 2]"), "a comma or a closing bracket is missing"),
        (parsed("{} {}"), "there is more after the end"),
        (parsed('["a'), "a quotation mark is not closed"),
        (parsed('["\t"]'), "a character that may not stand there"),
        (parsed('["\\q"]'), "a backslash that may not stand there"),
        (toml("= 1"), "this is no line of the form key = value"),
        (toml("a 1"), "an equals sign is missing"),
        (toml("a = x"), "the value is not written as TOML asks for"),
        (toml("a = 2026-02-31"), "there is no such date or time"),
        (toml("a = 1\na = 2"), "the key stands twice"),
        (toml("[a]\n[a]"), "the section stands twice"),
        (toml("a = [1"), "a bracket is not closed"),
        (toml("[a"), "a bracket is not closed"),
        (toml("a = 1 2"), "there is more on the line than one value"),
        (toml('a = "b\n"'), "a character that may not stand there"),
        (toml('a = "\\q"'), "a backslash that may not stand there"),
        (toml("a = 'b"), "a quotation mark is not closed"),
        (toml('a = "b'), "a quotation mark is not closed"),
        (toml('a = """b'), "a quotation mark is not closed"),
        (toml('a = "\\uD800"'), "a backslash that may not stand there"),
        (lambda: list(csv.reader(['"a'], strict=True)), "the file ends within quotation marks"),
        (lambda: zipfile.ZipFile(io.BytesIO(b"a")), "it is none of the .xlsx kind"),
    ],
)
def test_parsers(read: Callable[[], object], words: str) -> None:
    with pytest.raises(Exception) as caught:
        read()
    assert parser_reason(caught.value).template == words


def test_nesting_too_deep() -> None:
    assert str(parser_reason(RecursionError())) == "it is nested too deeply"


def test_what_is_not_known_is_passed_on_shortened() -> None:
    assert str(parser_reason(ValueError("odd\n thing"))) == "odd thing"
    assert len(str(parser_reason(ValueError("x" * 500)))) == LONGEST
    assert str(parser_reason(ValueError())) == "ValueError"
    assert str(system_reason(OSError(errno.EPIPE, "Broken pipe"))) == "Broken pipe"


def test_system() -> None:
    assert (
        str(system_reason(FileNotFoundError(errno.ENOENT, "No such file")))
        == "there is no such file or folder"
    )
    assert str(system_reason(IsADirectoryError(errno.EISDIR, "x"))) == "it is a folder"
