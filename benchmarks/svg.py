"""A line plot with logarithmic axes as SVG: enough for a page of the docs, without a plotting library to install."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 60, 230, 20, 50
_COLOURS = ("#9467bd", "#8c564b", "#7f7f7f", "#1f77b4", "#d62728", "#2ca02c")


@dataclass(frozen=True)
class Line:
    """Points (x, y), both above 0, in the order of x. A single one is drawn as a dot."""

    name: str
    points: Sequence[tuple[float, float]]
    emphasised: bool = False


def plot(lines: Sequence[Line], x: str, y: str) -> str:
    """The SVG text of the lines; `x` and `y` name the axes."""
    x_range = _decades([point[0] for line in lines for point in line.points])
    y_range = _decades([point[1] for line in lines for point in line.points])

    def place(point: tuple[float, float]) -> tuple[float, float]:
        inner_width, inner_height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return (
            _LEFT + inner_width * _share(point[0], x_range),
            _HEIGHT - _BOTTOM - inner_height * _share(point[1], y_range),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for decade in range(x_range[0], x_range[1] + 1):
        left, bottom = place((10.0**decade, 10.0 ** y_range[0]))
        parts.append(f'<path d="M{left:.1f} {bottom:.1f}V{_TOP}" stroke="#ddd"/>')
        parts.append(f'<text x="{left:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{10.0**decade:g}</text>')
    for decade in range(y_range[0], y_range[1] + 1):
        left, bottom = place((10.0 ** x_range[0], 10.0**decade))
        parts.append(f'<path d="M{left:.1f} {bottom:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8:.1f}" y="{bottom + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>')
    middle = (_HEIGHT - _BOTTOM + _TOP) / 2
    parts.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(x)}</text>'
    )
    parts.append(f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(y)}</text>')
    for number, line in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        width = 3 if line.emphasised else 1.5
        path = " ".join("{:.1f},{:.1f}".format(*place(point)) for point in line.points)
        if len(line.points) == 1:
            left, top = place(line.points[0])
            radius = 7 if line.emphasised else 5
            parts.append(f'<circle cx="{left:.1f}" cy="{top:.1f}" r="{radius}" fill="{colour}"/>')
        else:
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        height = _TOP + 14 + 20 * number
        parts.append(f'<path d="M{_WIDTH - _RIGHT + 14} {height - 4}h20" stroke="{colour}" stroke-width="{width}"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 40}" y="{height}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def _share(value: float, decades: tuple[int, int]) -> float:
    return (math.log10(value) - decades[0]) / (decades[1] - decades[0])
