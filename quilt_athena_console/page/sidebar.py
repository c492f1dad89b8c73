"""What is beside the editor: saved queries, and the tables with their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nicegui import ui

from quilt_athena.client import CatalogTable, SavedQueryInfo
from quilt_athena_console import schema
from quilt_athena_console.console import Console
from quilt_athena_console.page.failures import problem_label, shown

#: A node of the tree: a click on its button inserts the name.
_NODE = """
<div class="node">
  <span class="node-label" :title="props.node.name || props.node.label">{{ props.node.label }}</span>
  <span v-if="props.node.type" class="node-type">{{ props.node.type }}</span>
  <span v-if="props.node.kind" class="node-type">{{ props.node.kind }}</span>
  <q-btn v-if="props.node.insert" class="node-insert" icon="add" size="7px" dense flat round
         title="Insert at the cursor" @click.stop="() => $parent.$emit('insert', props.node.insert)" />
</div>
"""


class Target(Protocol):
    """Where a click in the sidebar goes."""

    def open_saved(self, query: SavedQueryInfo) -> None:
        """Open a saved query."""

    def insert(self, name: str) -> None:
        """Insert a name at the cursor."""


class Sidebar:
    """Saved queries, and a tree of buckets, their tables and views, and those columns."""

    def __init__(self, console: Console, target: Target) -> None:
        """Create the elements in the current container."""
        self._console = console
        self._target = target
        with ui.column().classes("sidebar"):
            ui.label("Saved queries").classes("section")
            self._queries = ui.column().classes("saved-queries")
            self._queries_problem = problem_label()
            with ui.row().classes("section-row"):
                ui.label("Tables").classes("section")
                search = ui.input(placeholder="Filter").props("dense borderless clearable").classes("tree-filter")
            self._tables_problem = problem_label()
            with ui.scroll_area().classes("tree-area"):
                self._tree = ui.tree([]).props("dense no-connectors").classes("tree")
                self._tree.add_slot("default-header", _NODE)
                self._tree.on("insert", lambda event: target.insert(event.args))
                self._tree.bind_filter_from(search, "value", lambda text: text or "")

    async def load(self) -> Sequence[CatalogTable]:
        """Load saved queries and tables; returns the tables."""
        athena = self._console.athena
        with shown(self._queries_problem):
            queries = await self._console.call(athena.saved_queries.list)
            with self._queries:
                for query in queries:
                    self._add(query)
        tables: Sequence[CatalogTable] = ()
        with shown(self._tables_problem):
            tables = await self._console.call(athena.catalog.list)
            self._tree.props["nodes"] = schema.tree(tables)
            self._tree.update()
        return tables

    def _add(self, query: SavedQueryInfo) -> None:
        button = ui.button(query.name, color=None, on_click=lambda: self._target.open_saved(query))
        button.props("flat dense no-caps align=left no-wrap").classes("saved-query")
        with button:
            ui.tooltip(query.description or query.name).props("delay=500 anchor='center right' self='center left'")
