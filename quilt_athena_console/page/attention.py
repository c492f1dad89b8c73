"""The view of what needs attention."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from quilt_athena_console.attention import Item, items
from quilt_athena_console.console import Console
from quilt_athena_console.page.view_bar import ViewBar
from quilt_athena_console.text import count

_ICONS = {"Alarm": "notifications_active", "Bucket": "storage", "Dead letter": "mark_email_unread"}


class AttentionView:
    """A card for each problem; their number is on the view's tab."""

    def __init__(self, console: Console, tab: ui.tab) -> None:
        """Create the elements in the current container."""
        self._console = console
        with tab:
            self._badge = ui.badge(color="negative").props("floating rounded").classes("badge")
            self._badge.set_visibility(False)
        with ui.column().classes("view"):
            self._bar = ViewBar(self.load, style="view-title")
            self._list = ui.column().classes("items")

    async def load(self) -> None:
        """Load the problems."""
        operations = self._console.athena.operations
        with self._bar.loading():
            status = await self._console.call(operations.status)
            letters = (
                await self._console.call(self._console.athena.dead_letters.list)
                if any(status.dead_letters.values())
                else ()
            )
            self._show(items(status, letters))

    def _show(self, found: Sequence[Item]) -> None:
        self._badge.set_visibility(bool(found))
        self._badge.set_text(str(len(found)))
        self._bar.show(count(len(found), "problem") if found else "")
        self._list.clear()
        with self._list:
            if not found:
                with ui.column().classes("placeholder"):
                    ui.icon("check_circle", size="32px", color="positive")
                    ui.label("Nothing needs attention.")
            for item in found:
                self._card(item)

    @staticmethod
    def _card(item: Item) -> None:
        with ui.card().classes("item").props("flat bordered"):
            with ui.row().classes("item-head"):
                ui.icon(_ICONS.get(item.kind, "error_outline"), size="18px").classes("item-icon")
                ui.label(item.kind).classes("item-kind")
                ui.label(item.title).classes("item-title")
            ui.label(item.reason).classes("item-reason")
            if item.detail:
                with ui.expansion("Message").props("dense").classes("item-detail"):
                    ui.label(item.detail).classes("mono detail")
