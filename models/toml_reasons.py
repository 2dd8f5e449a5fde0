"""Why a text is not TOML, as sentences that can be translated: the parser speaks English only."""

from __future__ import annotations

import re
from tomllib import TOMLDecodeError

from models.catalogue_errors import CatalogueProblem, msg

_TWICE_KEY = msg("the key stands twice")
_TWICE_SECTION = msg("the section stands twice")
_OPEN_BRACKET = msg("a bracket is not closed")
_OPEN_QUOTE = msg("a quotation mark is not closed")
_STRANGE_SIGN = msg("a character that may not stand there")
_BACKSLASH = msg("a backslash that may not stand there")
#: How the parser's sentences begin, and what is said instead.
_REASONS = {
    "Invalid statement": msg("this is no line of the form key = value"),
    "Expected '='": msg("an equals sign is missing"),
    "Invalid value": msg("the value is not written as TOML asks for"),
    "Invalid date or datetime": msg("there is no such date or time"),
    "Cannot overwrite a value": _TWICE_KEY,
    "Duplicate inline table key": _TWICE_KEY,
    "Cannot": _TWICE_SECTION,
    "Unclosed": _OPEN_BRACKET,
    "Expected ']": _OPEN_BRACKET,
    "Expected newline": msg("there is more on the line than one value"),
    "Expected": _OPEN_QUOTE,
    "Unterminated string": _OPEN_QUOTE,
    "Illegal character": _STRANGE_SIGN,
    "Found invalid character": _STRANGE_SIGN,
    "Invalid initial character": msg("the key begins with a character that may not stand there"),
    "Unescaped": _BACKSLASH,
    "Invalid hex value": _BACKSLASH,
    "Escaped character": _BACKSLASH,
}


def toml_reason(error: TOMLDecodeError) -> str | CatalogueProblem:
    """The reason without the place where; what is not known here is passed on as it is."""
    text = re.sub(r" \(at .*\)$", "", str(error))
    known = next((sentence for start, sentence in _REASONS.items() if text.startswith(start)), None)
    return text if known is None else CatalogueProblem(known)
