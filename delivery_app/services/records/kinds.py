"""The kinds of records: what each may say, what it is about, and who may send it.

A kind is a class of :class:`Body`, made known by ``@kind("name")`` in a module ``kinds_….py`` of this package, which
is found by its name. A kind that does something else in the database, too (a record of an assessment that becomes the
citizen's newest one), has a function by ``@when_kept("name")``, called in the transaction that keeps the record.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from delivery_app.security.permissions import Permission
from models.record import Record

#: No text of a record is longer, in signs.
MOST_SIGNS = 4000
WITHDRAWN = "withdrawn"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_SIGNS)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class About(StrEnum):
    """What a kind of record is about: what has to be named with it."""

    #: A visit: a need and a date, or an emergency call.
    VISIT = "visit"
    #: A citizen, in a visit or not.
    CITIZEN = "citizen"
    #: Either, or nothing but the team.
    TEAM = "team"


class Body(BaseModel):
    """What a record says. Nothing unknown, and nothing converted on the quiet."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    about: ClassVar[About] = About.VISIT
    permission: ClassVar[Permission] = Permission.RECORD_WRITE


class AboutVisit(Body):
    """A body of a visit."""

    about = About.VISIT


class AboutCitizen(Body):
    """A body about a citizen."""

    about = About.CITIZEN


class AboutTeam(Body):
    """A body about the team, or about a citizen of it."""

    about = About.TEAM


B = TypeVar("B", bound=type[Body])
Kept = Callable[[Session, Record], None]

KINDS: dict[str, type[Body]] = {}
WHEN_KEPT: dict[str, Kept] = {}


def kind(name: str) -> Callable[[B], B]:
    """Make a kind known by its name; raises ValueError when two have the same."""

    def decorate(body: B) -> B:
        if name in KINDS:
            raise ValueError(f"two kinds of records are called {name}")
        KINDS[name] = body
        return body

    return decorate


def when_kept(name: str) -> Callable[[Kept], Kept]:
    """Call the function with each new record of a kind, in the transaction that keeps it. An error there fails the
    whole batch: it is for what follows from the record, never for judging it."""

    def decorate(function: Kept) -> Kept:
        WHEN_KEPT[name] = function
        return function

    return decorate


@cache
def all_kinds() -> Mapping[str, type[Body]]:
    """Every kind by its name."""
    for module in sorted(one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if module.startswith("kinds_"):
            importlib.import_module(f"{__package__}.{module}")
    return KINDS


def problem(msgid: str, **values: Any) -> PydanticCustomError:
    """A mistake in a body, told by a sentence of ours (marked ``N_`` where it stands)."""
    return PydanticCustomError("record", "record", {"msgid": msgid, **values})


@kind(WITHDRAWN)
class Withdrawn(AboutTeam):
    """Takes another record back; it says nothing of its own."""

    reason: Text
