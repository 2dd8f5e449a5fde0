"""What the judge says: one broken rule, with the visit, the value, the limit, and a sentence about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scheduler.message import Message

#: Every rule's code and the number of the team pack's hard rule it belongs to.
RULE_NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        "unknown": 1,
        "unlisted": 1,
        "window": 1,
        "date": 1,
        "agreed": 1,
        "duration": 1,
        "carers_count": 1,
        "citizen_overlap": 1,
        "citizen_absent": 1,
        "qualification": 2,
        "barred": 2,
        "carer_absent": 2,
        "introduced": 2,
        "trainee": 2,
        "shift": 2,
        "overlap": 3,
        "travel": 3,
        "break": 3,
        "reserve": 3,
        "link_gap": 4,
        "same_carer": 4,
        "ferry": 4,
        "rest": 5,
        "weekly_rest": 5,
        "week_hours": 5,
        "shift_break": 5,
        "weekends": 5,
        "days_in_row": 5,
        "open_shift": 5,
        "screen": 6,
        "modality": 6,
        "package": 7,
        "untrained_share": 8,
        "carers_max": 9,
        "pinned": 10,
    }
)


@dataclass(frozen=True)
class Violation:
    """One broken rule.

    ``number`` is the rule's number in the team pack; ``hard`` is False for what is only warned of. ``value``
    and ``limit`` are in the rule's own unit (minutes, people, a share), as the sentence says; ids that do
    not apply are None. ``need_id`` holds a session's id when the rule is broken by a group session.
    """

    rule: str
    number: int
    hard: bool
    message: Message
    need_id: str | None = None
    citizen_id: str | None = None
    carer_id: str | None = None
    shift_id: str | None = None
    day: int | None = None
    value: float | None = None
    limit: float | None = None


def broken(
    rule: str,
    message: Message,
    *,
    hard: bool = True,
    need_id: str | None = None,
    citizen_id: str | None = None,
    carer_id: str | None = None,
    shift_id: str | None = None,
    day: int | None = None,
    value: float | None = None,
    limit: float | None = None,
) -> Violation:
    """A violation of a rule known by its code."""
    return Violation(
        rule,
        RULE_NUMBERS[rule],
        hard,
        message,
        need_id,
        citizen_id,
        carer_id,
        shift_id,
        day,
        value,
        limit,
    )
