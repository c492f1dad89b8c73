"""The frame of the page: header, views, and what they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nicegui import ui

from quilt_athena_console.console import Console
from quilt_athena_console.page.attention import AttentionView
from quilt_athena_console.page.buckets import BucketsView
from quilt_athena_console.page.packages import PackagesView
from quilt_athena_console.page.query import QueryView

TITLE = "quilt-athena"
_STATIC = Path(__file__).parent.parent / "static"
FAVICON = (_STATIC / "logo.svg").read_text(encoding="utf-8")


class Page:
    """One tab of the browser."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def build(self) -> None:
        """Create the page's elements."""
        ui.add_css(_STATIC / "console.css")
        ui.add_head_html('<script src="/static/console.js"></script>')
        ui.colors(primary="#4f46e5", positive="#059669", negative="#dc2626", warning="#d97706", info="#0284c7")
        with ui.header().classes("top"):
            with ui.row().classes("brand"):
                ui.html(FAVICON, sanitize=False).classes("logo")
                ui.label(TITLE).classes("brand-name")
            with ui.tabs().props("dense no-caps inline-label indicator-color=transparent").classes("views") as tabs:
                query_tab = ui.tab("Query", icon="terminal")
                packages_tab = ui.tab("Packages", icon="inventory_2")
                buckets_tab = ui.tab("Buckets", icon="storage")
                attention_tab = ui.tab("Attention", icon="notifications_none")
            ui.space()
            with ui.row().classes("place"):
                ui.label(self._console.athena.stack.name).classes("place-stack")
                ui.label(self._console.place).classes("place-region")
            self._dark = ui.dark_mode()
            ui.button(icon="contrast", on_click=self._toggle_dark).props("flat round dense").tooltip("Light or dark")
        with ui.tab_panels(tabs, value=query_tab, animated=False, keep_alive=True).classes("panels"):
            with ui.tab_panel(query_tab).classes("panel"):
                self._query = QueryView(self._console)
            with ui.tab_panel(packages_tab).classes("panel"):
                self._packages = PackagesView(self._console, self._open_query(tabs, query_tab))
            with ui.tab_panel(buckets_tab).classes("panel"):
                self._buckets = BucketsView(self._console)
            with ui.tab_panel(attention_tab).classes("panel"):
                self._attention = AttentionView(self._console, attention_tab)
        ui.timer(0, self._load, once=True)

    async def _load(self) -> None:
        await ui.context.client.connected()
        dark = await ui.run_javascript("matchMedia('(prefers-color-scheme: dark)').matches", timeout=10)
        self._show_dark(bool(dark))
        views: tuple[Callable[[], Awaitable[Any]], ...] = (
            self._query.load,
            self._attention.load,
            self._buckets.load,
            self._packages.load,
        )
        for load in views:
            await load()

    def _toggle_dark(self) -> None:
        self._show_dark(not self._dark.value)

    def _show_dark(self, dark: bool) -> None:
        self._dark.set_value(dark)
        self._query.show_dark(dark)

    def _open_query(self, tabs: ui.tabs, tab: ui.tab) -> Callable[[str], None]:
        def open_query(sql: str) -> None:
            self._query.open(sql)
            tabs.set_value(tab)

        return open_query
