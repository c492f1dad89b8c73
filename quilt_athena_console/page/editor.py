"""The SQL editor, with completion of tables and columns, and fields for the parameters."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nicegui import ui

from quilt_athena.client import CatalogTable, Parameter
from quilt_athena_console import schema
from quilt_athena_console.parameters import parameter_names, parse_parameter

_LIGHT: Final = "githubLight"
_DARK: Final = "githubDark"
_START = """\
-- The latest revision of every package. Ctrl-Enter runs the query, Ctrl-Space completes names.
SELECT bucket, "user", name, message, hash
FROM all_buckets_quilt_packages_view
WHERE "timestamp" = 'latest'
ORDER BY bucket, "user", name
"""


class Editor:
    """A statement and the values of its ``?``."""

    def __init__(self, run: Callable[[], Awaitable[None]]) -> None:
        """Create the elements in the current container; ``run`` runs the query."""
        self._names: Sequence[str] = ()
        self._buckets: list[str] = []
        self._run = run
        self._code = ui.codemirror(
            _START,
            language="SQL",
            theme=_LIGHT,
            line_wrapping=True,
            keymap={"Mod-Enter": run},
            on_change=lambda: self._show_fields(),
        ).classes("editor")
        self._fields = ui.row().classes("parameters")
        self._inputs: list[ui.input] = []
        self._show_fields()

    @property
    def sql(self) -> str:
        """The statement. Athena rejects a semicolon at the end of some."""
        return (self._code.value or "").strip().removesuffix(";").rstrip()

    @property
    def parameters(self) -> Sequence[Parameter]:
        """The values in the fields."""
        return [parse_parameter(field.value or "") for field in self._inputs]

    def complete(self, tables: Sequence[CatalogTable]) -> None:
        """Complete the names of these tables and their columns, and their buckets in the fields."""
        self._buckets = sorted({table.bucket for table in tables if table.bucket} - {schema.ALL_BUCKETS})
        ui.run_javascript(f"quiltAthena.complete({self._code.id}, {json.dumps(schema.completions(tables))})")

    def open(self, sql: str, names: Sequence[str] = ()) -> None:
        """Replace the statement; ``names`` describe its parameters."""
        self._names = names
        self._code.set_value(sql)
        self._show_fields()

    def insert(self, text: str) -> None:
        """Insert a name at the cursor."""
        ui.run_javascript(f"quiltAthena.insert({self._code.id}, {json.dumps(text)})")

    def show_dark(self, dark: bool) -> None:
        """Follow the page."""
        self._code.set_theme(_DARK if dark else _LIGHT)

    def _show_fields(self) -> None:
        names = parameter_names(self.sql, self._names)
        if [field.props["label"] for field in self._inputs] == list(names):
            return
        values = [field.value for field in self._inputs]
        self._fields.clear()
        self._fields.set_visibility(bool(names))
        with self._fields:
            self._inputs = [
                ui.input(name, value=value, autocomplete=self._buckets if name == "bucket" else None)
                .props("dense outlined")
                .classes("parameter")
                .on("keydown.enter", self._run)
                for name, value in zip(names, [*values, *[""] * len(names)], strict=False)
            ]
