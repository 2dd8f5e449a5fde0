"""What a re-planning keeps to: the roster that stands, and who each citizen knows (S13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.roster import Roster


@dataclass(frozen=True)
class Loyalty:
    """Prices of a re-planning, beside the objective and far above it.

    In falling order: a citizen given a carer they do not know; a citizen with any change of carer; a visit that begins more
    than 15 minutes off its time in ``reference``.
    """

    #: The roster that is being re-planned.
    reference: Roster
    #: Citizen id -> the carers seen in their 14 days; any other is new to them.
    known: Mapping[str, frozenset[str]]
