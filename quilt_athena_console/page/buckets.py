"""The view of the registered buckets and their state."""

from __future__ import annotations

from nicegui import ui

from quilt_athena_console.buckets import STATES, state_of
from quilt_athena_console.console import Console
from quilt_athena_console.page.grid import Grid
from quilt_athena_console.page.view_bar import ViewBar
from quilt_athena_console.rows import GridColumn, Rows
from quilt_athena_console.text import count, time

_STATE_STYLES = {state: f"state-{state.lower().replace(' ', '-')}" for state in STATES}
_COLUMNS = (
    GridColumn("Bucket", flex=3, style="strong"),
    GridColumn("State", flex=1, style="state", styles=_STATE_STYLES),
    GridColumn("Last change", flex=2),
    GridColumn("Problem", flex=6),
)


class BucketsView:
    """A list that is filtered while typing."""

    def __init__(self, console: Console) -> None:
        """Create the elements in the current container."""
        self._console = console
        with ui.column().classes("view"):
            self._bar = ViewBar(self.load, search=("Filter buckets", lambda text: self._grid.search(text)))
            self._grid = Grid(console, empty="No buckets yet: quilt-athena register BUCKET", filters=False)

    async def load(self) -> None:
        """Load the list."""
        with self._bar.loading():
            buckets = await self._console.call(self._console.athena.buckets.list)
            rows = [
                (
                    bucket.bucket,
                    state_of(bucket),
                    time(bucket.updated_at) if bucket.updated_at else None,
                    bucket.problem or bucket.view_problem or "",
                )
                for bucket in buckets
            ]
            self._grid.show(Rows(_COLUMNS, rows, search=self._bar.search))
            self._bar.show(count(sum(bucket.registered for bucket in buckets), "registered bucket"))
