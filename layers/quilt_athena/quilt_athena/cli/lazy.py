"""Modules that are imported when they are first used, because importing them is slow.

    from quilt_athena.cli import lazy

    lazy.boto3.Session()

No other module of the command imports any of these at run time: `--help` doesn't wait for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3
    import botocore.exceptions as botocore_exceptions
    import botocore.session as botocore_session
    import rich.cells as rich_cells
    import rich.console as rich_console
    import rich.progress as rich_progress

    from quilt_athena import client

    __all__ = [
        "boto3",
        "botocore_exceptions",
        "botocore_session",
        "client",
        "rich_cells",
        "rich_console",
        "rich_progress",
    ]

_MODULES = {
    "boto3": "boto3",
    "botocore_exceptions": "botocore.exceptions",
    "botocore_session": "botocore.session",
    "client": "quilt_athena.client",
    "rich_cells": "rich.cells",
    "rich_console": "rich.console",
    "rich_progress": "rich.progress",
}


def __getattr__(name: str) -> Any:
    """Import a module on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(_MODULES[name])
