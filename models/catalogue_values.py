"""The small parts of a catalogue: a text in two languages, a value with its source's words beside it.

All models are frozen, and a field they do not know is an error: a misspelt field must not be lost in silence.
"""

import datetime as dt
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from models import catalogue_errors as errors

T = TypeVar("T")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$")]


def problem(msgid: str, **values: Any) -> PydanticCustomError:
    """An error that carries one of ``catalogue_errors``' sentences through pydantic's own collecting."""
    return PydanticCustomError("catalogue", "catalogue", {"msgid": msgid, **values})


def _filled_without_repeats(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise problem(errors.EMPTY)
    for position, item in enumerate(items):
        if item in items[:position]:
            raise problem(errors.REPEATED, value=item)
    return items


# A list of the file; never empty (a value nobody published is left out instead) and without repeats.
Several = Annotated[tuple[T, ...], Field(strict=False), AfterValidator(_filled_without_repeats)]


class Strict(BaseModel):
    """Frozen, nothing unknown, and nothing converted on the quiet: "7" is not 7."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class Text(Strict):
    """Words that a person is shown, in Danish and English."""

    da: Words
    en: Words


class Evidence(Strict):
    """Where a value is from: the source's own words, or nobody's, and then it says so.

    Either ``quote`` and ``source`` (a key of the file's ``[sources]``) stand there, or ``default`` is true
    and ``note`` says why: the value is then the product's assumption and not the municipality's word.
    """

    quote: Words | None = None
    source: Code | None = None
    default: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _is_quoted_or_says_it_is_a_default(self) -> Self:
        if self.default:
            if self.quote is not None or self.source is not None:
                raise problem(errors.QUOTE_AND_DEFAULT)
            if self.note is None:
                raise problem(errors.NO_NOTE)
        elif self.quote is None or self.source is None:
            raise problem(errors.NO_QUOTE)
        return self


class Sourced(Evidence, Generic[T]):
    """One published value and the words it was read from."""

    value: T


class Source(Strict):
    """A document the catalogue is read from; ``id`` is its key in ``[sources]``.

    ``date`` is when it was adopted, ``in_force`` from when it holds; absent when the document says nothing.
    """

    id: Code
    title: Text
    publisher: Words
    published_title: Words
    date: dt.date | None = None
    approved_by: Text | None = None
    in_force: dt.date | None = None
    note: Text | None = None


class Municipality(Strict):
    """``code`` is the municipality's four-digit number in the national registers."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    name: Text
