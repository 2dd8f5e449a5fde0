"""Between which times the search may begin a visit of a citizen who is away for a part of its window."""

from __future__ import annotations

import pytest

from scheduler.problem import Absence
from tests.scheduler.cases import at, citizen, need, problem
from tests.scheduler.search.searching import started
from tests.scheduler.small_plans import alone


@pytest.mark.parametrize(
    ("away", "starts"),
    [
        ([], ("09:45", "10:15")),
        (["12:00-13:00"], ("09:45", "10:15")),
        # Away from the agreed time on, until just after it, in the midst of what is left, and on both sides.
        (["10:00-12:00"], ("09:45", "09:50")),
        (["08:00-10:05"], ("10:05", "10:15")),
        (["09:58-10:02"], ("09:45", "10:15")),
        (["08:00-09:50", "10:12-12:00"], ("09:50", "10:02")),
        (["10:15-12:00", "09:58-10:15"], ("09:45", "09:48")),
        # Away for all of it: not due, or listed with its rule; the window stays.
        (["08:00-12:00"], None),
    ],
)
def test_a_visit_begins_when_its_citizen_is_there(away: list[str], starts: tuple[str, str] | None) -> None:
    spans = [tuple(at(clock) for clock in span.split("-")) for span in away]
    row = need(
        "n1", "c1", "09:30-10:30", agreed_start_min=at("10:00"), minutes_min=10, minutes=10, minutes_max=10
    )
    team = problem(
        citizens=[citizen("c1")],
        needs=[row, need("n2", "c1", "13:30-14:00")],
        absences=tuple(Absence(begin, end, citizen_id="c1") for begin, end in spans),
        **alone("07:00-15:00"),
    )
    world, plan = started(team)
    found = [
        world.items[i]
        for i, what in enumerate(plan.items)
        if getattr(getattr(what, "need", None), "need_id", "") == "n1"
    ]
    if starts is None:
        assert all((item["lo"], item["hi"]) == (at("09:45"), at("10:15")) for item in found)
        return
    (item,) = found
    assert (item["lo"], item["hi"]) == tuple(at(clock) for clock in starts)
    assert item["lo"] <= item["pref"] <= item["hi"]
