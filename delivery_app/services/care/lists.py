"""What care plans choose from, as data: tasks, warnings, deviations, FSIII's states and levels, in both languages."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
CARE = FIXTURES / "care"
TERMINOLOGY = FIXTURES / "terminology"
#: What every list of causes ends with.
OTHER = "other"


@dataclass(frozen=True)
class Words:
    """Words in Danish and English."""

    da: str
    en: str

    def of(self, lang: str) -> str:
        """In a language; Danish where it is neither."""
        return self.en if lang == "en" else self.da


@dataclass(frozen=True)
class CatalogueTask:
    """A task of the catalogue (D20); ``minutes`` is usual, ``times`` when it usually belongs."""

    code: str
    service: str
    name: Words
    minutes: int
    times: tuple[str, ...]


@dataclass(frozen=True)
class WarningKind:
    """A kind of warning; ``stop``: to be read before going in."""

    code: str
    icon: str
    stop: bool
    name: Words
    hint: Words


@dataclass(frozen=True)
class Choice:
    """A code and its words."""

    code: str
    name: Words


@dataclass(frozen=True)
class DeviationType:
    """A type of deviation (D4), with the causes that are offered for it."""

    code: str
    name: Words
    causes: tuple[str, ...]
    needs_told: bool


@dataclass(frozen=True)
class State:
    """A functional-ability state of FSIII, or (``parent`` None) the area that states lie in."""

    code: UUID
    parent: UUID | None
    name: Words


@dataclass(frozen=True)
class Level:
    """How much a citizen is limited: 0 to 4, and 9 for "not relevant"."""

    code: UUID
    level: int
    name: Words


@cache
def tasks() -> Mapping[str, CatalogueTask]:
    """The catalogue of tasks by code, in its order."""
    return {
        row["code"]: CatalogueTask(
            row["code"], row["service"], _words(row["name"]), row["minutes"], tuple(row["times"])
        )
        for row in _toml("tasks.toml")["tasks"]
    }


@cache
def warnings() -> Mapping[str, WarningKind]:
    """The kinds of warnings by code, in the order in which they are shown."""
    return {
        row["code"]: WarningKind(
            row["code"], row["icon"], row.get("stop", False), _words(row["name"]), _words(row["hint"])
        )
        for row in _toml("warnings.toml")["warnings"]
    }


@cache
def deviation_types() -> Mapping[str, DeviationType]:
    """The types of deviations by code; each type's causes end with "other"."""
    return {
        row["code"]: DeviationType(
            row["code"], _words(row["name"]), (*row["causes"], OTHER), row.get("needs_told", False)
        )
        for row in _toml("deviations.toml")["types"]
    }


@cache
def deviation_causes() -> Mapping[str, Choice]:
    """All causes of deviations by code."""
    return _choices("deviations.toml", "causes")


@cache
def told() -> Mapping[str, Choice]:
    """Whom one may have told of something, by code."""
    return _choices("deviations.toml", "told")


@cache
def states() -> Mapping[UUID, State]:
    """FSIII's functional-ability states and their areas, each area before its states."""
    return {
        UUID(row["code"]): State(
            UUID(row["code"]),
            UUID(row["parent_code"]) if row["parent_code"] else None,
            Words(row["da"], row["en"]),
        )
        for row in _csv("fsiii_states.csv")
    }


@cache
def levels() -> Mapping[int, Level]:
    """FSIII's levels of functional ability by number."""
    return {
        int(row["level"]): Level(UUID(row["code"]), int(row["level"]), Words(row["da"], row["en"]))
        for row in _csv("fsiii_levels.csv")
    }


def _choices(file: str, table: str) -> Mapping[str, Choice]:
    return {row["code"]: Choice(row["code"], _words(row["name"])) for row in _toml(file)[table]}


def _words(table: Mapping[str, str]) -> Words:
    return Words(table["da"], table["en"])


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CARE / name).read_text(encoding="utf-8"))


def _csv(name: str) -> list[dict[str, str]]:
    with (TERMINOLOGY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
