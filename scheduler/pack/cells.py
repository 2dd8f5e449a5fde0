"""The kinds of cell a team pack knows: text to value and back.

A parser raises :class:`~scheduler.message.ProblemError` naming the text and what to write instead.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduler.clock import format_clock, format_week, parse_clock, parse_week
from scheduler.elements import weekend_share
from scheduler.message import Message, ProblemError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_DAY = "any"
#: Cells of a spreadsheet hold no more than 32,767 signs.
TEXT_MAX = 10_000
ID_MAX = 100
YEARS = (1900, 2199)

_WHOLE = re.compile(r"-?[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DANISH_DATE = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]+([0-9]{4})")
_YES = {"yes", "y", "ja", "j", "true", "sand", "1", "x"}
_NO = {"no", "n", "nej", "false", "falsk", "0"}
_DANISH_DAYS = dict(zip(("man", "tir", "ons", "tor", "fre", "lør", "søn"), WEEKDAYS, strict=True))


@dataclass(frozen=True)
class Kind:
    """A kind of cell: its name in the documentation, text to value and back, whether it is a number."""

    name: str
    parse: Callable[[str], Any]
    format: Callable[[Any], str] = str
    numeric: bool = False


def shown(text: str) -> str:
    """A cell's text as it may be printed in a message: on one line, not too long, no control signs."""
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return line if len(line) <= 60 else f"{line[:57]}..."


def parse_cell(kind: Kind, text: str) -> Any:
    """The value of a cell; raises ProblemError whose value is the text as it may be printed."""
    try:
        return kind.parse(text)
    except ProblemError as error:
        given = error.message.values
        raise ProblemError(error.message.template, **{**given, "value": shown(str(given["value"]))}) from None


def nearest(word: str, among: Iterable[str]) -> str | None:
    """The known word that looks most like the given one; None when none does."""
    known = list(among)
    folded = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def number_text(value: float) -> str:
    """A number without a needless ``.0``; every other digit is kept."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _text(text: str) -> str:
    for sign in text:
        if (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t") or sign in "\ufffe\uffff":
            raise ProblemError(
                "'{value}' holds the sign U+{code}, which is not text; delete it",
                value=text,
                code=f"{ord(sign):04X}",
            )
    if len(text) > TEXT_MAX:
        raise ProblemError(
            "'{value}' has {length} signs; write at most {most}", value=text, length=len(text), most=TEXT_MAX
        )
    return text


def _id(text: str) -> str:
    if len(text.split()) != 1:
        raise ProblemError("'{value}' holds a space; an id is one word, such as k12", value=text)
    if len(text) > ID_MAX:
        raise ProblemError(
            "'{value}' is too long for an id; write at most {most} signs", value=text, most=ID_MAX
        )
    return _text(text)


def _ids(text: str) -> tuple[str, ...]:
    found = tuple(_id(word) for word in text.split())
    for word in found:
        if word.endswith((",", ";")):
            raise ProblemError("'{value}': separate ids by one space, without commas", value=text)
    for number, word in enumerate(found):
        if word in found[:number]:
            raise ProblemError("'{value}' names '{id}' twice; once is enough", value=text, id=word)
    return found


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ProblemError(
            "'{value}' is not a date; write {suggestion}", value=text, suggestion=_suggest_date(text)
        ) from None
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise ProblemError(
            "'{value}' lies outside the years {first} to {last}; correct the year",
            value=text,
            first=YEARS[0],
            last=YEARS[1],
        )
    return found


def _dates(text: str) -> tuple[date, ...]:
    return tuple(sorted({_date(word) for word in text.replace(",", " ").split()}))


def _suggest_date(text: str) -> str:
    match = _DANISH_DATE.fullmatch(text)
    try:
        if match is not None:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        pass
    return "2026-11-30"


def _moment(text: str) -> tuple[date, int]:
    day, _, clock = text.partition(" ")
    try:
        return _date(day), parse_clock(clock.strip())
    except ProblemError:
        raise ProblemError(
            "'{value}' is not a date and a clock time; write 2026-12-02 08:00", value=text
        ) from None


def _week(text: str) -> date:
    monday = parse_week(text)
    if not YEARS[0] <= monday.year <= YEARS[1]:
        raise ProblemError(
            "'{value}' lies outside the years {first} to {last}; correct the year",
            value=text,
            first=YEARS[0],
            last=YEARS[1],
        )
    return monday


def _yes_no(text: str) -> bool:
    if text in ("yes", "no"):
        return text == "yes"
    folded = text.casefold()
    suggestion = "yes" if folded in _YES else "no" if folded in _NO else "yes/no"
    raise ProblemError(
        "'{value}' is neither yes nor no; write {suggestion}", value=text, suggestion=suggestion
    )


def _days(text: str) -> tuple[int, ...] | str:
    if text == ANY_DAY:
        return ANY_DAY
    words = text.split()
    for number, word in enumerate(words):
        if word not in WEEKDAYS:
            raise ProblemError(
                "'{value}' is not a weekday; write {suggestion}",
                value=word,
                suggestion=_suggest_days(text),
            )
        if word in words[:number]:
            raise ProblemError("'{value}' names {day} twice; once is enough", value=text, day=word)
    return tuple(sorted(WEEKDAYS.index(word) for word in words))


def _suggest_days(text: str) -> str | Message:
    words = [word.casefold()[:3] for word in re.split(r"[\s,;/]+", text) if word]
    if words == [ANY_DAY]:
        return ANY_DAY
    known = [word if word in WEEKDAYS else _DANISH_DAYS.get(word) for word in words]
    mended = sorted({word for word in known if word is not None}, key=WEEKDAYS.index)
    return " ".join(mended) if mended and None not in known else Message("mon wed fri, or any")


def whole(least: int, most: int) -> Kind:
    """A whole number from ``least`` to ``most``."""

    def parse(text: str) -> int:
        if _WHOLE.fullmatch(text) is None:
            number = _as_float(text)
            suggestion = str(least if number is None else min(max(round(number), least), most))
            raise ProblemError(
                "'{value}' is not a whole number; write for example {suggestion}",
                value=text,
                suggestion=suggestion,
            )
        _check_range(text, int(text), least, most)
        return int(text)

    return Kind(f"whole number {least}–{most}", parse, str, numeric=True)


def number(least: float, most: float) -> Kind:
    """A number, with a decimal point where needed, from ``least`` to ``most``."""

    def parse(text: str) -> float:
        found = _as_float(text) if _NUMBER.fullmatch(text) else None
        if found is None:
            mended = _as_float(text)
            suggestion = "1.5" if mended is None else number_text(mended)
            raise ProblemError(
                "'{value}' is not a number; write for example {suggestion}", value=text, suggestion=suggestion
            )
        _check_range(text, found, least, most)
        return found

    return Kind(f"number {number_text(least)}–{number_text(most)}", parse, number_text, numeric=True)


def _as_float(text: str) -> float | None:
    mended = text.replace(",", ".")
    if _NUMBER.fullmatch(mended) is None:
        return None
    found = float(mended)
    return found if math.isfinite(found) and abs(found) < 1e15 else None


def _check_range(text: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ProblemError(
            "'{value}' is out of range; write a number from {least} to {most}",
            value=text,
            least=number_text(least),
            most=number_text(most),
        )


def choice(*options: str) -> Kind:
    """One of the given words."""

    def parse(text: str) -> str:
        if text in options:
            return text
        guess = nearest(text, options)
        if guess is not None:
            raise ProblemError(
                "'{value}' is not known here; did you mean {guess}? Write one of: {choices}",
                value=text,
                guess=guess,
                choices=", ".join(options),
            )
        raise ProblemError(
            "'{value}' is not known here; write one of: {choices}", value=text, choices=", ".join(options)
        )

    return Kind("|".join(options), parse)


def _weekends(text: str) -> str:
    weekend_share(text)
    return text


TEXT = Kind("text", _text)
ID = Kind("id", _id)
IDS = Kind("ids", _ids, " ".join)
CLOCK = Kind("clock", parse_clock, format_clock)
DATE = Kind("date", _date, date.isoformat)
DATES = Kind("dates", _dates, lambda dates: " ".join(one.isoformat() for one in dates))
MOMENT = Kind("date and clock", _moment, lambda moment: f"{moment[0].isoformat()} {format_clock(moment[1])}")
WEEK = Kind("ISO week", _week, format_week)
WEEKENDS = Kind("share of weekends", _weekends)
YES_NO = Kind("yes|no", _yes_no, lambda value: "yes" if value else "no")
DAYS = Kind("days", _days, lambda days: days if days == ANY_DAY else " ".join(WEEKDAYS[day] for day in days))


def bad_bytes(data: bytes, error: UnicodeDecodeError) -> tuple[int, Message]:
    """Line and sentence for a file that is not UTF-8."""
    line = data.count(b"\n", 0, error.start) + 1
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return 1, Message("the file is saved as UTF-16; save it with the encoding UTF-8", {"value": "UTF-16"})
    byte = data[error.start]
    sign = bytes([byte]).decode("cp1252", errors="replace")
    values = {"value": f"0x{byte:02X}", "position": error.start + 1, "sign": shown(sign)}
    return line, Message(
        "byte {value} (number {position} of the file; '{sign}' in Windows-1252) is not UTF-8; "
        "save the file with the encoding UTF-8",
        values,
    )
