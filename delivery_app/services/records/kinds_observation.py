"""What a carer sees of a citizen: in words, as a state of functional ability, as a measurement, as a picture (D3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.services.care.lists import states
from delivery_app.services.records.kinds import (
    AboutCitizen,
    ShortText,
    Text,
    kind,
    problem,
    when_kept,
)
from delivery_app.services.records.standards import check_photo
from models.record import Record

What = Literal["weight_kg", "blood_pressure_mmhg", "pulse_per_min", "temperature_c", "blood_sugar_mmol_l"]


@dataclass(frozen=True)
class Bounds:
    """Between what a measurement of a living adult can lie: beyond it, something was typed wrong."""

    least: float
    most: float
    #: Of the second number, where a measurement has two.
    second_least: float | None = None
    second_most: float | None = None


MEASUREMENTS: dict[str, Bounds] = {
    "weight_kg": Bounds(20, 400),
    "blood_pressure_mmhg": Bounds(40, 300, 20, 200),
    "pulse_per_min": Bounds(20, 250),
    "temperature_c": Bounds(25, 45),
    "blood_sugar_mmol_l": Bounds(0.5, 60),
}


@kind("note")
class Note(AboutCitizen):
    """An observation in words; ``for_team`` puts it before the colleagues."""

    text: Text
    for_team: bool = False
    follow_up_on: dt.date | None = None


@kind("state")
class State(AboutCitizen):
    """How well the citizen manages something: a state of FSIII's functional abilities by its id, level 0 to 4, or 9
    where it is not relevant."""

    fsiii: UUID
    level: Annotated[int, Field(ge=0, le=9)]
    text: Text | None = None
    follow_up_on: dt.date | None = None

    @model_validator(mode="after")
    def _is_of_fsiii(self) -> Self:
        if self.fsiii not in states():
            raise problem(N_("This is no state of the list; choose one of it"))
        if 4 < self.level < 9:
            raise problem(N_("A level is 0, 1, 2, 3 or 4, or 9 where it is not relevant"))
        return self


@kind("measurement")
class Measurement(AboutCitizen):
    """A simple measurement; blood pressure has two numbers, the upper one first."""

    what: What
    value: float
    second_value: float | None = None

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        bounds = MEASUREMENTS[self.what]
        if not bounds.least <= self.value <= bounds.most:
            raise problem(
                N_("{value} lies outside of what can be measured ({least} to {most}); look at it again"),
                value=self.value,
                least=bounds.least,
                most=bounds.most,
            )
        if bounds.second_least is None or bounds.second_most is None:
            if self.second_value is not None:
                raise problem(N_("This measurement has one number only"))
            return self
        if self.second_value is None:
            raise problem(N_("A blood pressure has two numbers; write the lower one too"))
        if not bounds.second_least <= self.second_value <= bounds.second_most:
            raise problem(
                N_("{value} lies outside of what can be measured ({least} to {most}); look at it again"),
                value=self.second_value,
                least=bounds.second_least,
                most=bounds.second_most,
            )
        if self.second_value >= self.value:
            raise problem(N_("Of a blood pressure's two numbers the first is the higher one"))
        return self


@kind("photo")
class Photo(AboutCitizen):
    """A picture, which was sent before this record, and who agreed to it: the citizen, or by name who decides for the
    citizen. Without either none is kept."""

    photo_id: UUID
    agreed_by: Literal["citizen", "decides_for"]
    agreed_name: ShortText | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _who_decides_is_named(self) -> Self:
        if self.agreed_by == "decides_for" and self.agreed_name is None:
            raise problem(N_("Write who decides for the citizen and has agreed to the picture"))
        return self


@when_kept("photo")
def _may_be_taken(session: Session, record: Record) -> None:
    check_photo(session, record)
