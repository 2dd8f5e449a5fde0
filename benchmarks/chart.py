"""Line charts as SVG, drawn by hand: a figure over another one on scales that may be logarithmic.

Lines differ by colour, by their dashes and by the shape of their marks, and each carries its name at its end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 80, 170, 48, 56
COLOURS = ("#0059b3", "#b34700", "#3d7a1f", "#7a1f6b", "#555555")
DASHES = ("", "6 4", "2 3", "10 3 2 3", "1 4")
MARK = 4.0
#: The least distance of two names at lines' ends.
NAME_HEIGHT = 16


@dataclass(frozen=True)
class Line:
    """A named line through points (x, y)."""

    name: str
    points: Sequence[tuple[float, float]]
    marked: bool = True


@dataclass(frozen=True)
class Axis:
    """What stands along an axis; ``ticks`` are chosen when none are given. A logarithmic one has values above 0 only."""

    title: str
    logarithmic: bool = False
    ticks: tuple[float, ...] = ()


class Scale:
    """Where on the page a value lies."""

    def __init__(self, axis: Axis, values: Sequence[float], first: float, last: float) -> None:
        self.axis = axis
        self._first, self._last = first, last
        self.ticks = axis.ticks or _ticks(min(values), max(values), axis.logarithmic)
        self._low = self._value(min(*values, *self.ticks))
        self._high = self._value(max(*values, *self.ticks))

    def _value(self, value: float) -> float:
        return math.log10(value) if self.axis.logarithmic else value

    def at(self, value: float) -> float:
        """The place of a value."""
        share = (self._value(value) - self._low) / ((self._high - self._low) or 1.0)
        return round(self._first + share * (self._last - self._first), 1)


def _ticks(low: float, high: float, logarithmic: bool) -> tuple[float, ...]:
    if logarithmic:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        steps = (1, 2, 5) if last - first <= 3 else (1,)
        found = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        inside = [tick for tick in found if low <= tick <= high]
        below = [tick for tick in found if tick < low][-1:]
        above = [tick for tick in found if tick > high][:1]
        return (*below, *inside, *above)
    span = (high - low) or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span / 4))
    step *= next(times for times in (1, 2, 5, 10) if span / (step * times) <= 6)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(number * step for number in range(first, last + 1))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:g}"


def chart(title: str, x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """The chart as the text of an SVG file.

    Raises
    ------
    ValueError
        There is no point to draw, or one that its logarithmic axis cannot show.
    """
    points = [point for line in lines for point in line.points]
    if not points:
        raise ValueError("a chart needs at least one point")
    across = Scale(x, [point[0] for point in points], LEFT, WIDTH - RIGHT)
    up = Scale(y, [point[1] for point in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title" font-family="sans-serif" font-size="13">',
        f'<title id="title">{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="16" font-weight="bold">{escape(title)}</text>',
        *_grid(across, up),
        *_axis_titles(x, y),
    ]
    parts += [
        part for number, line in enumerate(lines) if line.points for part in _line(line, number, across, up)
    ]
    parts += _names(lines, across, up)
    return "\n".join([*parts, "</svg>", ""])


def _grid(across: Scale, up: Scale) -> list[str]:
    parts = []
    for tick in across.ticks:
        at = across.at(tick)
        parts.append(f'<path d="M{at} {TOP}V{HEIGHT - BOTTOM}" stroke="#dddddd"/>')
        parts.append(f'<text x="{at}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_number(tick)}</text>')
    for tick in up.ticks:
        at = up.at(tick)
        parts.append(f'<path d="M{LEFT} {at}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4}" text-anchor="end">{_number(tick)}</text>')
    return parts


def _axis_titles(x: Axis, y: Axis) -> list[str]:
    middle = (TOP + HEIGHT - BOTTOM) / 2
    return [
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x.title)}</text>',
        f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">{escape(y.title)}</text>',
    ]


def _line(line: Line, number: int, across: Scale, up: Scale) -> list[str]:
    colour, dashes = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    places = [(across.at(x), up.at(y)) for x, y in line.points]
    path = " ".join(f"{x},{y}" for x, y in places)
    parts = [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    ]
    if line.marked:
        parts += [_mark(x, y, number, colour) for x, y in places]
    return parts


def _mark(x: float, y: float, number: int, colour: str) -> str:
    if number % 3 == 0:
        return f'<circle cx="{x}" cy="{y}" r="{MARK}" fill="{colour}"/>'
    if number % 3 == 1:
        return f'<rect x="{x - MARK}" y="{y - MARK}" width="{2 * MARK}" height="{2 * MARK}" fill="{colour}"/>'
    return f'<path d="M{x} {y - MARK}l{MARK} {2 * MARK}h{-2 * MARK}z" fill="{colour}"/>'


def _names(lines: Sequence[Line], across: Scale, up: Scale) -> list[str]:
    """Each line's name beside its end, pushed down where another stands."""
    ends = sorted((up.at(line.points[-1][1]), number) for number, line in enumerate(lines) if line.points)
    parts, free = [], 0.0
    for height, number in ends:
        at = max(height + 4, free)
        free = at + NAME_HEIGHT
        colour = COLOURS[number % len(COLOURS)]
        parts.append(
            f'<text x="{WIDTH - RIGHT + 10}" y="{at}" fill="{colour}">{escape(lines[number].name)}</text>'
        )
    return parts


def write_chart(path: Path, title: str, x: Axis, y: Axis, lines: Sequence[Line]) -> None:
    """Write the chart into a file; its folder is made when it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(chart(title, x, y, lines), encoding="utf-8")
