"""The answer of a re-planning: first what citizens feel most, the rest after it (S13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from delivery_app.changed import Changed, CitizenChanged, VisitChanged, VisitThen
from delivery_app.planner.change_view import change_view
from delivery_app.services.names import Names

MONDAY = date(2026, 11, 30)
WAS = VisitThen(MONDAY, 480, 510, "home", ("k1",))
OTHER_CARER = VisitChanged("n1", "personal_care", "carer", WAS, replace(WAS, carers=("k2",)))


@pytest.mark.parametrize(
    ("change", "is_first"),
    [
        (OTHER_CARER, False),
        (replace(OTHER_CARER, new_carers=("k2",)), True),
        (replace(OTHER_CARER, after=replace(WAS, start_min=495, end_min=525, carers=("k2",))), False),
        (replace(OTHER_CARER, after=replace(WAS, start_min=496, end_min=526, carers=("k2",))), True),
        (replace(OTHER_CARER, kind="unplaced", after=None), True),
    ],
    ids=["known carer", "new carer", "15 minutes", "16 minutes", "no place"],
)
def test_what_is_felt_most_stands_first(change: VisitChanged, is_first: bool) -> None:
    changed = Changed((CitizenChanged("c1", (change,)),), (), ())
    shown = change_view(changed, Names({}, {}), MONDAY, "en")
    assert len(shown.citizens) == 1
    assert bool(shown.first) is is_first
    assert bool(shown.rest) is not is_first
