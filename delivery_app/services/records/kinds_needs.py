"""Needs that changed (D15), keys (D14), and what the citizen's own community offers (D17)."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import model_validator

from delivery_app.i18n import N_
from delivery_app.services.records.kinds import AboutCitizen, ShortText, Text, kind, problem


@kind("needs_changed")
class NeedsChanged(AboutCitizen):
    """The citizen needs more, less or other help: within the package, or for the authority to decide (with grounds)."""

    direction: Literal["better", "worse", "other"]
    within_package: bool
    text: Text
    proposal: Text | None = None
    ask_authority: bool = False

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        if self.within_package and self.ask_authority:
            raise problem(
                N_("What lies within the package is not for the authority to decide; choose one of the two")
            )
        return self


@kind("key")
class Key(AboutCitizen):
    """A key to the home changed hands; the citizen gets a receipt."""

    what: Literal["received", "handed_back", "lost"]
    receipt_no: ShortText | None = None


@kind("community")
class Community(AboutCitizen):
    """Relatives, volunteers, local offers, and loneliness noted and followed up."""

    text: Text
    lonely: bool | None = None
    follow_up_on: dt.date | None = None
