"""Deviations (afvigelser) as data: their types, causes and whom they are told to (``fixtures/care/deviations.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import models

FILE = Path(models.__file__).parents[1] / "fixtures" / "care" / "deviations.toml"
#: Always offered, and last.
OTHER = "other"
NOBODY = "nobody"


@dataclass(frozen=True)
class DeviationType:
    """A type; ``needs_told``: somebody has to be told before it can be kept."""

    code: str
    causes: tuple[str, ...]
    needs_told: bool


@dataclass(frozen=True)
class Deviations:
    """The types in the order of the screen, and all names by code and language."""

    types: dict[str, DeviationType]
    type_names: dict[str, dict[str, str]]
    cause_names: dict[str, dict[str, str]]
    told_names: dict[str, dict[str, str]]


@cache
def deviations() -> Deviations:
    """What the file says.

    Raises
    ------
    KeyError, ValueError
        A type names a cause that the file does not have, or a code stands twice.
    """
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    names = {part: {one["code"]: one["name"] for one in data[part]} for part in ("types", "causes", "told")}
    for part, found in names.items():
        if len(found) != len(data[part]):
            raise ValueError(f"{FILE.name}: a code stands twice in {part}")
    types = {
        one["code"]: DeviationType(one["code"], (*one["causes"], OTHER), bool(one.get("needs_told", False)))
        for one in data["types"]
    }
    unknown = {cause for one in types.values() for cause in one.causes} - names["causes"].keys()
    if unknown:
        raise ValueError(f"{FILE.name}: no cause is called {', '.join(sorted(unknown))}")
    return Deviations(types, names["types"], names["causes"], names["told"])
