"""What one version of a text says otherwise than the one before, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

_WORDS = re.compile(r"\n|[^\S\n]+|\S+")
#: Fewer unchanged words between two changes are not worth reading on their own.
_ISLAND = 2

Kind = Literal["same", "out", "into"]


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, went out or came into the text."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from one text to the other.

    The pieces that stayed and went out are together the text before, those that stayed and came in the one after.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    out: list[str] = []
    into: list[str] = []

    def write() -> None:
        if out:
            pieces.append(Piece("out", "".join(out)))
        if into:
            pieces.append(Piece("into", "".join(into)))
        out.clear()
        into.clear()

    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    codes = matcher.get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(codes):
        between = 0 < number < len(codes) - 1
        words = sum(1 for word in old[a:b] if not word.isspace())
        if tag == "equal" and not (between and words < _ISLAND and "\n" not in old[a:b]):
            write()
            pieces.append(Piece("same", "".join(old[a:b])))
        else:
            out += old[a:b]
            into += new[c:d]
    write()
    return tuple(pieces)
