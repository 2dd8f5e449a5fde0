"""What a run's page is made of: words for every preset and weight, and the falling line."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from delivery_app.jobs.order import Step
from delivery_app.planner import weight_words
from delivery_app.planner.forms_generate import OWN
from delivery_app.planner.run_view import BOTTOM, HEIGHT, LEFT, MOST_POINTS, RIGHT, TOP, WIDTH, curve_of
from models.planning_run import RUN_BASES
from scheduler.problem import PRESETS, Weights


def test_everything_that_can_be_chosen_has_words() -> None:
    assert set(weight_words.PRESETS) == {*PRESETS, OWN}
    assert list(weight_words.WEIGHTS) == [row.name for row in fields(Weights)]
    assert set(weight_words.BASES) == set(RUN_BASES)


def steps(values: list[float | None], apart_s: float = 1.0) -> list[Step]:
    return [Step("search", number * apart_s, 0.0, value) for number, value in enumerate(values)]


def test_no_line_before_two_rosters_are_found() -> None:
    assert curve_of(steps([None, None, 900.0]), 60.0) is None
    assert curve_of([], 60.0) is None


def test_line_falls_from_the_first_value_to_the_last() -> None:
    curve = curve_of(steps([None, 900.0, 700.0, 600.0]), 30.0)
    assert curve is not None
    assert (curve.first, curve.last, curve.end_seconds, curve.is_by_factors) == (900.0, 600.0, 30.0, False)
    heights = [float(point.split(",")[1]) for point in curve.points.split()]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (TOP, HEIGHT - BOTTOM)
    assert [tick.value for tick in curve.ticks] == [900.0, 750.0, 600.0]


def test_large_falls_are_drawn_by_factors() -> None:
    curve = curve_of(steps([100_000.0, 10_000.0, 1_000.0]), None)
    assert curve is not None
    assert curve.is_by_factors
    heights = [float(point.split(",")[1]) for point in curve.points.split()]
    assert abs((heights[1] - heights[0]) - (heights[2] - heights[1])) < 0.2
    assert round(curve.ticks[1].value) == 10_000


@given(
    st.lists(st.floats(0, 1e9), min_size=2, max_size=700),
    st.floats(0.01, 30),
    st.one_of(st.none(), st.floats(1, 3600)),
)
def test_every_point_lies_in_the_drawing(values: list[float], apart_s: float, limit_s: float | None) -> None:
    curve = curve_of(steps(list(values), apart_s), limit_s)
    assert curve is not None
    points = [tuple(map(float, point.split(","))) for point in curve.points.split()]
    assert len(points) <= MOST_POINTS
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in points)
