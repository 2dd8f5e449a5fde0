"""What stops a file from being read, as sentences: the operating system and the parsers speak English only."""

from __future__ import annotations

import errno
import json
import re

from scheduler.message import Message

#: Of what is not known here so many letters are passed on.
LONGEST = 80
_OF_SYSTEM = {
    errno.ENOENT: Message("there is no such file or folder"),
    errno.EACCES: Message("you may not read it"),
    errno.EPERM: Message("you may not read it"),
    errno.EISDIR: Message("it is a folder"),
    errno.ENOTDIR: Message("a part of its path is a file, not a folder"),
    errno.ENAMETOOLONG: Message("its name is too long"),
    errno.EIO: Message("the disk cannot be read"),
    errno.ELOOP: Message("its links lead in a circle"),
}
#: How the parsers' sentences begin, and what is said instead.
_OF_PARSERS = {
    # JSON
    "Expecting value": Message("a value is missing"),
    "Expecting property name": Message("a name in quotation marks is missing"),
    "Illegal trailing comma": Message("a comma too many"),
    "Expecting ':'": Message("a colon is missing"),
    "Expecting ','": Message("a comma or a closing bracket is missing"),
    "Extra data": Message("there is more after the end"),
    "Unterminated string": Message("a quotation mark is not closed"),
    "Invalid control character": Message("a character that may not stand there"),
    "Invalid \\": Message("a backslash that may not stand there"),
    # TOML
    "Invalid statement": Message("this is no line of the form key = value"),
    "Expected '='": Message("an equals sign is missing"),
    "Invalid value": Message("the value is not written as TOML asks for"),
    "Invalid date or datetime": Message("there is no such date or time"),
    "Cannot overwrite a value": Message("the key stands twice"),
    "Duplicate inline table key": Message("the key stands twice"),
    "Cannot declare": Message("the section stands twice"),
    "Cannot redefine": Message("the section stands twice"),
    "Cannot mutate": Message("the section stands twice"),
    "Unclosed array": Message("a bracket is not closed"),
    "Unclosed inline table": Message("a bracket is not closed"),
    "Expected ']": Message("a bracket is not closed"),
    "Expected newline": Message("there is more on the line than one value"),
    "Illegal character": Message("a character that may not stand there"),
    "Found invalid character": Message("a character that may not stand there"),
    "Expected \"'": Message("a quotation mark is not closed"),
    "Expected '\"": Message("a quotation mark is not closed"),
    "Unescaped": Message("a backslash that may not stand there"),
    "Invalid hex value": Message("a backslash that may not stand there"),
    "Escaped character": Message("a backslash that may not stand there"),
    "Invalid initial character": Message("the key begins with a character that may not stand there"),
    # CSV
    "unexpected end of data": Message("the file ends within quotation marks"),
    "field larger than": Message("a cell is too long"),
    "line contains NUL": Message("a character that may not stand there"),
    # Workbooks
    "File is not a zip file": Message("it is none of the .xlsx kind"),
    "There is no item named": Message("it is none of the .xlsx kind"),
}


def system_reason(error: OSError) -> Message:
    """Why a file or folder cannot be read."""
    known = _OF_SYSTEM.get(error.errno or 0)
    return known or _as_it_is(error.strerror or type(error).__name__)


def parser_reason(error: Exception) -> Message:
    """Why a text is not JSON, TOML or CSV, or a file no workbook, without the place where."""
    if isinstance(error, RecursionError):
        return Message("it is nested too deeply")
    text = error.msg if isinstance(error, json.JSONDecodeError) else str(error).strip("'\"")
    text = re.sub(r" \(at .*\)$", "", text) or type(error).__name__
    for beginning, message in _OF_PARSERS.items():
        if text.startswith(beginning):
            return message
    return _as_it_is(text)


def _as_it_is(text: str) -> Message:
    return Message("{text}", {"text": " ".join(text.split())[:LONGEST]})
