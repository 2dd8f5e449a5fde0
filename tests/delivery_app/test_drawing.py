"""A shift's drawing shows each piece where it is, at its kind's height, however short it is written."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from delivery_app.drawing import HEIGHTS, strip_lines, strip_paths
from delivery_app.views.week import Segment, ShiftCell


@st.composite
def shifts(draw: st.DrawFn) -> ShiftCell:
    """A shift of pieces one after the other, some with time between."""
    at, pieces = 420, []
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.integers(0, 30))
        wide = draw(st.integers(1, 60))
        pieces.append(Segment(draw(st.sampled_from(sorted(HEIGHTS))), at, at + wide))
        at += wide
    return ShiftCell("s", 420, at, 0, 0, 0, 0, 0, 0, False, tuple(pieces))


def drawn(paths: list[tuple[str, str]], from_min: int) -> set[tuple[str, int, int]]:
    """What closed paths show: (kind, from, to), as a browser draws them."""
    found = set()
    for kind, path in paths:
        top, tall = HEIGHTS[kind]
        pieces = re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z", path)
        assert "".join("M{} {}h{}v{}h-{}z".format(*one) for one in pieces) == path
        for left, at, wide, height, back in (map(int, one) for one in pieces):
            assert (at, height, back) == (top, tall, wide)
            found.add((kind, from_min + left, from_min + left + wide))
    return found


def lined(kind: str, path: str, from_min: int) -> set[tuple[str, int, int]]:
    """What a path of thick lines shows: each begins where the one before ended, and so far on."""
    steps = re.findall(r"([Mm])(\d+) (\d+)h(\d+)", path)
    assert "".join("{}{} {}h{}".format(*one) for one in steps) == path
    found, at, middle = set(), 0, 0
    for how, across, down, wide in steps:
        at, middle = (int(across), int(down)) if how == "M" else (at + int(across), middle + int(down))
        assert middle == HEIGHTS[kind][0] + HEIGHTS[kind][1] // 2
        found.add((kind, from_min + at, from_min + at + int(wide)))
        at += int(wide)
    return found


@settings(max_examples=60)
@given(shifts(), st.sampled_from([360, 420]))
def test_every_piece_is_drawn_where_it_is(shift: ShiftCell, from_min: int) -> None:
    wanted = {(one.kind, one.start_min, one.end_min) for one in shift.segments}
    assert drawn(strip_paths(shift, from_min), from_min) == wanted

    short = strip_lines(shift, from_min)
    lines = [(kind.removesuffix("-line"), path) for kind, path in short if kind.endswith("-line")]
    assert {kind for kind, _ in lines} <= {"visit", "travel"}
    found = drawn([one for one in short if not one[0].endswith("-line")], from_min)
    for kind, path in lines:
        found |= lined(kind, path, from_min)
    assert found == wanted
