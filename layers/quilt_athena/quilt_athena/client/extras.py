"""Libraries that the client uses only if they are installed: each is an extra of the distribution."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from quilt_athena.errors import MissingExtraError

#: The extra that installs a library.
_EXTRAS = {"pandas": "pandas", "polars": "polars", "pyarrow": "parquet"}


def extra(module: str, purpose: str) -> Any:
    """Import ``module``, such as ``pyarrow.parquet``, for ``purpose``, such as ``to_arrow()``.

    Raises:
        MissingExtraError: its distribution isn't installed.
    """
    name = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != name:
            raise
        raise MissingExtraError(f"{purpose} requires {name}: pip install 'quilt-athena[{_EXTRAS[name]}]'") from None
