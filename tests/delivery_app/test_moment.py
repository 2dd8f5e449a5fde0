"""Local moments and points in time (X9)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from delivery_app.moment import Moment, moment_of, point_in_time


@pytest.mark.parametrize(
    ("day", "minute", "utc"),
    [
        (date(2026, 12, 1), 8 * 60, datetime(2026, 12, 1, 7, tzinfo=UTC)),
        (date(2026, 7, 1), 8 * 60, datetime(2026, 7, 1, 6, tzinfo=UTC)),
        # A night's visit after midnight belongs to the date before.
        (date(2026, 12, 1), 25 * 60, datetime(2026, 12, 2, 0, tzinfo=UTC)),
        # The night in which clocks are put forward, and the one in which they are put back.
        (date(2026, 3, 29), 8 * 60, datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (date(2026, 10, 25), 8 * 60, datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (date(2026, 10, 25), 150, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_visits_clock_time_is_a_point_in_time_also_when_clocks_change(day, minute, utc):
    assert point_in_time(day, minute) == utc


def test_back_and_forth_is_the_same_moment():
    assert moment_of(point_in_time(date(2026, 12, 1), 615)) == Moment(date(2026, 12, 1), 615)
