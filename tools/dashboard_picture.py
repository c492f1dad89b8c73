"""Draw the layout of the CloudWatch dashboard for the docs, from template.yaml: `make dashboard-picture`.

Only CloudWatch draws the charts; the picture shows where each is, and which lines it has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from samtranslator.yaml_helper import yaml_parse

from local.stack.paths import ROOT

PICTURE = ROOT / "docs" / "images" / "dashboard.svg"
# Pixels of a column and of a row of the dashboard's grid, and of a line of text.
_COLUMN, _ROW, _LINE = 40, 26, 17
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f")


def widgets() -> list[dict[str, Any]]:
    """The widgets of the dashboard, with the template's placeholders."""
    template = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    (text, _) = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    # This placeholder alone is more than a string.
    body = json.loads(text.replace("${RefreshOverdue}", ', "${RefreshOverdueAlarm.Arn}"'))
    found: list[dict[str, Any]] = body["widgets"]
    return found


def picture() -> str:
    """The picture as it should be."""
    shown = widgets()
    height = max(widget["y"] + widget["height"] for widget in shown) * _ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {24 * _COLUMN} {height}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{24 * _COLUMN}" height="{height}" fill="#f2f3f3"/>',
    ]
    for widget in shown:
        parts += _widget(widget)
    return "\n".join([*parts, "</svg>", ""])


def _widget(widget: Mapping[str, Any]) -> Iterator[str]:
    left, top = widget["x"] * _COLUMN, widget["y"] * _ROW
    width, height = widget["width"] * _COLUMN, widget["height"] * _ROW
    yield (
        f'<rect x="{left + 4}" y="{top + 4}" width="{width - 8}" height="{height - 8}" rx="4" fill="white" '
        'stroke="#d5dbdb"/>'
    )
    yield f'<text x="{left + 14}" y="{top + 24}" font-weight="bold">{escape(widget["properties"]["title"])}</text>'
    names = list(_alarms(widget) if widget["type"] == "alarm" else _lines(widget))
    columns = 2 if len(names) > 6 else 1
    rows = -(-len(names) // columns)
    for number, name in enumerate(names):
        x = left + 14 + number // rows * (width // columns - 8)
        y = top + 46 + number % rows * (_LINE if rows < 8 else _LINE - 3)
        colour = "#2ca02c" if widget["type"] == "alarm" else _COLOURS[number % len(_COLOURS)]
        yield f'<rect x="{x}" y="{y - 9}" width="10" height="10" rx="2" fill="{colour}"/>'
        yield f'<text x="{x + 16}" y="{y}">{escape(name)}</text>'


def _alarms(widget: Mapping[str, Any]) -> Iterator[str]:
    for arn in widget["properties"]["alarms"]:
        yield arn.removeprefix("${").removesuffix(".Arn}")


def _lines(widget: Mapping[str, Any]) -> Iterator[str]:
    """The names of a chart's lines; a search has lines with the names of what it finds."""
    for metric in widget["properties"]["metrics"]:
        options = metric[-1]
        if "label" in options:
            yield options["label"]
        elif found := re.search(r"\{AWS/(?:States,StateMachine|Lambda,Function)", options["expression"]):
            kind = "state machine" if "States" in found[0] else "function"
            yield from (f"{kind} {place}" for place in range(1, 6))


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
