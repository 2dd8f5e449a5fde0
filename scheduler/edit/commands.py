"""What a planner can do to a roster by hand, as data: made by a page, kept as JSON, done by :mod:`scheduler.edit.apply`.

``day`` is a visit's day number. Starts are minutes after midnight of the date the visit is (or comes to be) on;
a break's counts from the date of its shift. ``carers`` are those needed, in order; trainees follow their mentors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from scheduler.message import ProblemError


@dataclass(frozen=True)
class Move:
    """A placed visit to other carers, another date or another start; what is None stays as it is."""

    need_id: str
    day: int
    carers: tuple[str, ...] | None = None
    to_day: int | None = None
    start_min: int | None = None


@dataclass(frozen=True)
class Place:
    """A visit that has no place (``day`` None: one on any day of ``week``) to these carers."""

    need_id: str
    day: int | None
    week: int
    to_day: int
    carers: tuple[str, ...]
    #: None: as near as can be to the agreed time, or to the beginning of the window.
    start_min: int | None = None
    modality: str | None = None


@dataclass(frozen=True)
class Unplace:
    """A placed visit out of the roster, to those without a place."""

    need_id: str
    day: int


@dataclass(frozen=True)
class Resize:
    """A placed visit made longer or shorter, its start kept."""

    need_id: str
    day: int
    minutes: int


@dataclass(frozen=True)
class Pin:
    """A placed visit held where it is (True), or let go: what is pinned is not moved by anybody or anything."""

    need_id: str
    day: int
    pinned: bool


@dataclass(frozen=True)
class Switch:
    """A placed visit by screen instead of at home, or the other way round."""

    need_id: str
    day: int
    modality: str


@dataclass(frozen=True)
class MoveBreak:
    """A shift's break to another time."""

    shift_id: str
    start_min: int


@dataclass(frozen=True)
class GiveShift:
    """An open shift to a carer, with the visits that stand in it; ``carer_id`` None: open again."""

    shift_id: str
    carer_id: str | None


Command = Move | Place | Unplace | Resize | Pin | Switch | MoveBreak | GiveShift

KINDS: Mapping[str, type[Command]] = {
    "move": Move,
    "place": Place,
    "unplace": Unplace,
    "resize": Resize,
    "pin": Pin,
    "switch": Switch,
    "move_break": MoveBreak,
    "give_shift": GiveShift,
}
_NAMES = {made: name for name, made in KINDS.items()}


def command_to_json(command: Command) -> dict[str, Any]:
    """The command as JSON holds it."""
    values = asdict(command)
    if values.get("carers") is not None:
        values["carers"] = list(values["carers"])
    return {"kind": _NAMES[type(command)], **values}


def command_from_json(values: Mapping[str, Any]) -> Command:
    """A command from JSON; raises ProblemError for what is none."""
    made = KINDS.get(str(values.get("kind")))
    if made is None:
        raise ProblemError(
            "'{value}' is nothing that can be done to a roster; choose one of {choices}",
            value=values.get("kind"),
            choices=", ".join(KINDS),
        )
    given = {key: value for key, value in values.items() if key != "kind"}
    if given.get("carers") is not None:
        given["carers"] = tuple(str(one) for one in given["carers"])
    known = {field.name for field in fields(made)}
    try:
        return made(**{key: value for key, value in given.items() if key in known})
    except TypeError:
        raise ProblemError(
            "something is missing to {kind} a visit: {names}",
            kind=values["kind"],
            names=", ".join(sorted(known - set(given))),
        ) from None


def touched(command: Command) -> tuple[str, int | None]:
    """What a command is about: (need id, day), or (shift id, None) of a shift or its break."""
    if isinstance(command, (MoveBreak, GiveShift)):
        return command.shift_id, None
    return command.need_id, command.day
