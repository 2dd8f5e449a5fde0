"""A roster changed by hand (requirement S16): what can be done, what comes of it, and the way back."""

from scheduler.edit.apply import BY_HAND, Edit, Shifted, edited, taken_over
from scheduler.edit.commands import (
    Command,
    GiveShift,
    Move,
    MoveBreak,
    Pin,
    Place,
    Resize,
    Switch,
    Unplace,
    command_from_json,
    command_to_json,
    touched,
)
from scheduler.edit.patch import (
    Part,
    Patch,
    missing,
    patch_between,
    patch_from_json,
    patch_to_json,
    patched,
)

__all__ = [
    "BY_HAND",
    "Command",
    "Edit",
    "GiveShift",
    "Move",
    "MoveBreak",
    "Part",
    "Patch",
    "Pin",
    "Place",
    "Resize",
    "Shifted",
    "Switch",
    "Unplace",
    "command_from_json",
    "command_to_json",
    "edited",
    "missing",
    "patch_between",
    "patch_from_json",
    "patch_to_json",
    "patched",
    "taken_over",
    "touched",
]
