"""A problem and its roster under other names, in another alphabetical order."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from scheduler.problem import BASE, Problem
from scheduler.roster import Roster

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Columns of packs and rosters that hold an id or several; where "carers" is a number it stays one.
IDS = {
    *("package_id", "citizen_id", "contact_carer", "need_id", "carer_id", "mentor", "shift_id", "session_id"),
    *("first_need", "second_need", "carers", "citizens", "shifts"),
}
Row = TypeVar("Row", bound="DataclassInstance")


class Names:
    """A new name for each old one, drawn at random and so in another order; the same name gets the same each time."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._new: dict[str, str] = {}
        self._old: dict[str, str] = {}

    def new(self, one: str) -> str:
        """The new name of an id; what a pack gives a meaning keeps it."""
        if one in (BASE, ""):
            return one
        if one not in self._new:
            name = f"x{self._random.getrandbits(64):016x}"
            self._new[one], self._old[name] = name, one
        return self._new[one]

    def old(self, name: str) -> str:
        """The id that got this new name."""
        return self._old[name]

    def row(self, one: Row) -> Row:
        """The row with the ids in it renamed, wherever it names one or several."""
        changed: dict[str, Any] = {}
        for column in IDS.intersection(field.name for field in fields(one)):
            value = getattr(one, column)
            if isinstance(value, tuple):
                changed[column] = tuple(map(self.new, value))
            elif isinstance(value, str):
                changed[column] = self.new(value)
        return replace(one, **changed)


def tables_of(problem: Problem) -> dict[str, tuple[Any, ...]]:
    """The rows of each table of a problem, by the table's name."""
    found = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return {name: rows for name, rows in found.items() if isinstance(rows, tuple)}


def renamed(problem: Problem, names: Names) -> Problem:
    """The same problem under other names; islands keep theirs."""
    standing, published = problem.standing_roster, problem.published
    tables: dict[str, Any] = {name: tuple(map(names.row, rows)) for name, rows in tables_of(problem).items()}
    return replace(
        problem,
        **tables,
        matrix={(names.new(a), names.new(b), mode): value for (a, b, mode), value in problem.matrix.items()},
        standing_roster=None if standing is None else renamed_roster(standing, names),
        published=None if published is None else renamed_roster(published, names),
    )


def renamed_roster(roster: Roster, names: Names) -> Roster:
    """The same roster under the problem's new names."""
    found = {field.name: getattr(roster, field.name) for field in fields(roster)}
    tables: dict[str, Any] = {
        name: tuple(map(names.row, rows)) for name, rows in found.items() if isinstance(rows, tuple)
    }
    return replace(roster, **tables)
