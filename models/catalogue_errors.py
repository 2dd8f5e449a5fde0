"""What can be wrong with a catalogue file, said so that a municipality can mend it (C32).

Every problem keeps an English ``str.format`` template (``msgid``, the translation key) and the values it
names, so that a gettext layer can show the same sentence in Danish.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


def msg(msgid: str) -> str:
    """Mark a sentence for translation and hand it back unchanged (the extractor's keyword is ``msg``)."""
    return msgid


MISSING = msg("{file}: {where}: is missing; it must be given")
UNKNOWN = msg(
    "{file}: {where}: is not a field of a catalogue (its value is {value}); write one of {expected}"
)
NOT_A_NUMBER = msg(
    "{file}: {where}: {value} is not a number; write for example 3 or 5.6, without quotation marks"
)
NOT_WHOLE = msg(
    "{file}: {where}: {value} is not a whole number; write for example 7, without quotation marks"
)
NOT_YES_NO = msg(
    "{file}: {where}: {value} is not true or false; write true or false, without quotation marks"
)
NOT_TEXT = msg('{file}: {where}: {value} is not a text; write it in quotation marks, "like this"')
NOT_A_DATE = msg(
    "{file}: {where}: {value} is not a date; write for example 2027-07-01, without quotation marks"
)
NOT_A_LIST = msg('{file}: {where}: {value} is not a list; write for example ["day", "evening"]')
NOT_A_TABLE = msg(
    "{file}: {where}: {value} stands alone; "
    'write a table, for example {{ value = 7, quote = "7 dage", source = "…" }}'
)
NOT_A_SECTION = msg(
    "{file}: {where}: {value} is not a section; write [{field}] on a line of its own and its values below"
)
NOT_A_CHOICE = msg("{file}: {where}: {value} is not known here; write {expected}")
TOO_SMALL = msg("{file}: {where}: {value} is too small; write a number that is {expected} or more")
TOO_LARGE = msg("{file}: {where}: {value} is too large; write a number that is {expected} or less")
EMPTY = msg(
    "{file}: {where}: is empty; write at least one value, or leave the field out when none is published"
)
REPEATED = msg("{file}: {where}: {value} stands there more than once; write it once")
BAD_CODE = msg(
    "{file}: {where}: {value} cannot be a code; "
    "use letters a–z or A–Z, digits and _, beginning with a letter or digit"
)
BAD_MUNICIPALITY_CODE = msg(
    '{file}: {where}: {value} is not a municipality code; write four digits, for example "0165"'
)
NO_QUOTE = msg(
    "{file}: {where}: nothing stands beside the value; give quote (the source's own words) and source, "
    "or default = true and a note when nobody has published it"
)
QUOTE_AND_DEFAULT = msg(
    "{file}: {where}: is both quoted and a default; keep quote and source, or default = true and note"
)
NO_NOTE = msg("{file}: {where}: is a default without a note; give note = {{ da = …, en = … }} saying why")
UNKNOWN_SOURCE = msg("{file}: {where}: there is no [sources.{value}]; write one of {expected}")
WRONG_ID = msg(
    '{file}: {where}: is {value}, but the file is named {file}; write id = "{expected}" or rename the file'
)
KEY_TWICE = msg(
    "{file}: {where}: {value} is not written here; the name in {expected} is the code, so take this line out"
)
WRONG_FORMAT = msg('{file}: {where}: {value} is not a format this version reads; write format = "{expected}"')
EMPTY_INTERVAL = msg("{file}: {where}: has neither min_hours nor max_hours; give one, or leave interval out")
BACKWARDS_INTERVAL = msg(
    "{file}: {where}: begins at {min_hours} and ends at {max_hours} hours; the end must be greater"
)
END_WITHOUT_BOUND = msg("{file}: {where}: has {field_given} but no {field_needed}; give both or neither")
AVERAGE_OUTSIDE = msg(
    "{file}: {where}: {value} hours lies outside the package's interval, {expected}; correct one of them"
)
TARIFF_UNNAMED = msg(
    '{file}: {where}: settlement is "tariff" but tariff is missing; give the tariff its published name'
)
NO_PACKAGES = msg(
    "{file}: {where}: the catalogue has no package; write at least one section such as [packages.let]"
)
BROKEN_TOML = msg("{file}: line {line}: is not valid TOML: {value}; correct the line and try again")
NOT_UTF8 = msg("{file}: line {line}: is not UTF-8 text (byte {value}); save the file with the encoding UTF-8")
NO_SUCH_FILE = msg("there is no such file or folder")
NOT_READABLE_BY_YOU = msg("you may not read it")
IS_A_FOLDER = msg("it is a folder")
UNREADABLE = msg("{file}: cannot be read: {value}; check the name and that you may read it")
NO_FOLDER = msg("{file}: is not a folder; give the folder that holds the catalogue files")
OTHER = msg("{file}: {where}: {value} is not accepted: {expected}")


@dataclass(frozen=True)
class CatalogueProblem:
    """One thing that is wrong.

    ``msgid`` is the sentence's template and translation key; ``values`` holds everything it names, among them
    ``file``, ``package`` (empty outside packages), ``field``, ``value`` and ``expected``.
    """

    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The catalogue file's name, without its folder."""
        return str(self.values.get("file", ""))

    @property
    def package(self) -> str:
        """The code of the package concerned, or an empty text."""
        return str(self.values.get("package", ""))

    @property
    def field(self) -> str:
        """The field concerned, with a dot at each step inwards (``interval.max_hours``)."""
        return str(self.values.get("field", ""))

    def render(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, its template passed through ``translate`` (gettext) first."""
        values = {
            name: value.render(translate) if isinstance(value, CatalogueProblem) else value
            for name, value in self.values.items()
        }
        return translate(self.msgid).format(**values)

    def __str__(self) -> str:
        return self.render()


class CatalogueError(ValueError):
    """A catalogue that cannot be used, with all that is wrong with it at once."""

    def __init__(self, problems: Iterable[CatalogueProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.render())

    @property
    def errors(self) -> tuple[CatalogueProblem, ...]:
        """The same as ``problems``."""
        return self.problems

    def render(self, translate: Callable[[str], str] = str) -> str:
        """One line a problem, each template passed through ``translate`` first."""
        return "\n".join(problem.render(translate) for problem in self.problems)
