"""The bar above a view that is loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from quilt_athena_console.page.failures import problem_label, shown

Load = Callable[[], Awaitable[None]]
Search = Callable[[str], None]


class ViewBar:
    """What a view shows, a button that loads it again, and below them why that failed."""

    def __init__(self, load: Load, *, style: str = "fact", search: tuple[str, Search] | None = None) -> None:
        """Create the elements in the current container.

        ``style`` is that of the facts; ``search`` the placeholder of a field, and what is called while somebody types.
        """
        with ui.row().classes("view-bar"):
            self._search = _search_field(*search) if search else None
            self._facts = ui.label().classes(style)
            ui.space()
            self._spinner = ui.spinner(size="18px")
            ui.button("Refresh", icon="refresh", color=None, on_click=load).props("flat dense no-caps").classes(
                "action"
            )
        self._problem = problem_label()

    @property
    def search(self) -> str:
        """What the field has."""
        return (self._search and self._search.value) or ""

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Show that the block loads the view, and an error of it."""
        self._spinner.set_visibility(True)
        with shown(self._problem):
            yield
        self._spinner.set_visibility(False)

    def show(self, facts: str) -> None:
        """Show other facts."""
        self._facts.set_text(facts)


def _search_field(placeholder: str, search: Search) -> ui.input:
    field = ui.input(placeholder=placeholder, on_change=lambda event: search(event.value or ""))
    return field.props("outlined dense clearable debounce=100").classes("search")
