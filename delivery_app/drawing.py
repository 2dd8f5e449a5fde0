"""Drawings that pages hold by the hundred, written as short as they can be: a shift to scale as a few paths."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.views.week import ShiftCell

#: Top and height of a piece in a strip 100 high. Shapes differ, not only colours: visits are tall, breaks low, travel
#: is thin.
HEIGHTS: Mapping[str, tuple[int, int]] = {
    "travel": (62, 10),
    "visit": (6, 88),
    "session": (6, 88),
    "meeting": (22, 72),
    "break": (40, 54),
}


def strip_paths(shift: ShiftCell, from_min: int) -> list[tuple[str, str]]:
    """What happens in a shift: for each kind that occurs its SVG path, x in minutes after ``from_min``."""
    paths: dict[str, list[str]] = {}
    for piece in shift.segments:
        top, tall = HEIGHTS[piece.kind]
        wide = piece.end_min - piece.start_min
        paths.setdefault(piece.kind, []).append(f"M{piece.start_min - from_min} {top}h{wide}v{tall}h-{wide}z")
    return [(kind, "".join(paths[kind])) for kind in HEIGHTS if kind in paths]


def strip_lines(shift: ShiftCell, from_min: int) -> list[tuple[str, str]]:
    """The same for many small strips: visits and travel as thick lines, which take half the letters."""
    ends: dict[str, int | None] = {"travel": None, "visit": None}
    lines: dict[str, list[str]] = {}
    for piece in shift.segments:
        if piece.kind not in ends:
            continue
        top, tall = HEIGHTS[piece.kind]
        before = ends[piece.kind]
        first = f"M{piece.start_min - from_min} {top + tall // 2}"
        move = first if before is None else f"m{piece.start_min - before} 0"
        lines.setdefault(piece.kind, []).append(f"{move}h{piece.end_min - piece.start_min}")
        ends[piece.kind] = piece.end_min
    rest = [(kind, path) for kind, path in strip_paths(shift, from_min) if kind not in ends]
    return [(f"{kind}-line", "".join(lines[kind])) for kind in ends if kind in lines] + rest
