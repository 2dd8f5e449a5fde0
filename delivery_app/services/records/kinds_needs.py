"""Needs that changed (D15), keys (D14), and what the citizen's own community offers (D17)."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator
from sqlalchemy.orm import Session

from delivery_app.i18n import N_
from delivery_app.services.records.kinds import (
    AboutCitizen,
    ShortText,
    Text,
    kind,
    problem,
    when_kept,
)
from models.record import Record


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
    """A key to the home changed hands. Whether one is received only of whoever cannot open, and against a receipt, the
    municipality says.

    ``receipt_no`` tells one key from another; ``kept``: who has it, or where it hangs.
    """

    what: Literal["received", "handed_back", "lost"]
    receipt_no: ShortText | None = None
    cannot_open: bool | None = None
    kept: ShortText | None = None


@when_kept("key")
def _by_the_rules(session: Session, record: Record) -> None:
    from delivery_app.services.care.keys import check_key

    check_key(session, record)


@kind("community")
class Community(AboutCitizen):
    """Relatives, volunteers, local offers, and loneliness noted and followed up."""

    text: Text
    lonely: bool | None = None
    follow_up_on: dt.date | None = None


@kind("followed_up")
class FollowedUp(AboutCitizen):
    """What came of a record that was to be followed up, or of nobody opening; perhaps to be looked at once more."""

    record_id: UUID
    text: Text
    follow_up_on: dt.date | None = None


@when_kept("followed_up")
def _of_the_citizen(session: Session, record: Record) -> None:
    from delivery_app.services.care.following import check_follow_up

    check_follow_up(session, record)
