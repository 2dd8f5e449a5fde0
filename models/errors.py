"""Errors of the database and its settings that a person can mend."""

from __future__ import annotations


class RememberingError(ValueError):
    """What is wrong, with which value, and what to do.

    ``template`` (English, ``str.format``) is the translation key, ``values`` what it names (another
    such error among them stands for its own sentence).
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template.format(**values))


class ConflictError(RememberingError):
    """Somebody else changed the same thing in the meantime; nothing was saved."""


class MissingRowError(RememberingError):
    """A row that was asked for by its id is not there."""
