"""What did not go as planned (D4), adverse events apart from it (D5), complaints and damage (D21)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from delivery_app.i18n import N_
from delivery_app.services.care.lists import deviation_causes, deviation_types, told
from delivery_app.services.records.kinds import AboutCitizen, Code, Text, kind, problem

NOBODY, MOVED = "nobody", "moved"
Told = Annotated[list[Code], Field(min_length=1, max_length=10)]


def check_told(chosen: list[str]) -> None:
    """Raises a mistake for somebody nobody can tell, and for "nobody" beside others."""
    for one in chosen:
        if one not in told():
            raise problem(N_("'{value}' is nobody who can be told; choose one of the list"), value=one)
    if NOBODY in chosen and len(chosen) > 1:
        raise problem(N_("Either somebody was told or nobody; choose one of them"))


@kind("deviation")
class Deviation(AboutCitizen):
    """A deviation: its type and cause by the list, what was done, and who was told.

    A visit is moved only to a time that was agreed with the citizen (S12): ``moved_to``.
    """

    type: Code
    cause: Code
    done: Text
    told: Told
    note: Text | None = None
    moved_to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_of_the_list(self) -> Self:
        found = deviation_types().get(self.type)
        if found is None:
            raise problem(N_("'{value}' is no type of deviation; choose one of the list"), value=self.type)
        if self.cause not in deviation_causes():
            raise problem(N_("'{value}' is no cause of the list; choose one of it"), value=self.cause)
        check_told(self.told)
        if found.needs_told and self.told == [NOBODY]:
            raise problem(N_("Of this deviation somebody has to be told; tell it, then write whom"))
        if self.type == MOVED and self.moved_to is None:
            raise problem(
                N_("A visit is moved to a time agreed with the citizen; ring, and write the new time")
            )
        if self.type != MOVED and self.moved_to is not None:
            raise problem(
                N_("Only a visit that was moved has a new time; choose the kind of deviation again")
            )
        return self


@kind("adverse_event")
class AdverseEvent(AboutCitizen):
    """An adverse event (utilsigtet hændelse), never among the deviations."""

    what: Text
    where: Text
    consequence: Literal["none", "mild", "moderate", "severe", "death"]
    done: Text
    told: Told
    medicine: bool = False

    @model_validator(mode="after")
    def _told_is_of_the_list(self) -> Self:
        check_told(self.told)
        return self


@kind("complaint")
class Complaint(AboutCitizen):
    """The citizen, or somebody for the citizen, complains of the help."""

    text: Text


@kind("damage")
class Damage(AboutCitizen):
    """Something in the home was damaged."""

    text: Text
