"""How views show that a call failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from nicegui import ui

from quilt_athena.client import QuiltAthenaError

#: Errors whose message is written for people.
EXPECTED = (QuiltAthenaError, BotoCoreError, ClientError)


@contextmanager
def shown(problem: ui.label) -> Iterator[None]:
    """Show an error of the block in ``problem``, which is hidden otherwise."""
    problem.set_visibility(False)
    try:
        yield
    except EXPECTED as error:
        problem.set_text(str(error))
        problem.set_visibility(True)


def problem_label() -> ui.label:
    """A hidden label for ``shown``."""
    label = ui.label().classes("problem")
    label.set_visibility(False)
    return label
