"""A sentence for a person, kept as a template and its values so that it can be shown in any language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """One sentence: an English ``str.format`` template (the translation key) and the values it names."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, with the template passed through ``translate`` (gettext) first.

        A value that is a message itself (a word such as "citizen") is translated too.
        """
        values = {
            name: value.render(translate) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return translate(self.template).format(**values)

    def __str__(self) -> str:
        return self.render()


class ProblemError(ValueError):
    """Data that contradicts itself: what is wrong, the value, and what to do."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))
