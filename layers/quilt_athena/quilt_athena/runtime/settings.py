"""The settings of a function: environment variables that template.yaml sets, read once into a typed value."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self, get_args, get_origin, get_type_hints

from quilt_athena.errors import MissingSettingError


@dataclass(frozen=True)
class FunctionSettings:
    """Base of the settings of a function: a frozen dataclass whose field ``database_name`` is the variable
    ``DATABASE_NAME``.

    The annotation of a field is its type: ``str``, ``int``, ``float``, ``bool`` ("true" or "false"), an enum (by
    value), or a ``tuple[str, ...]`` or ``frozenset[str]`` (separated by commas). A field with a default is optional;
    an empty variable counts as missing.
    """

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read all fields from ``environment``, by default the function's own.

        Raises:
            MissingSettingError: a variable is missing or malformed; the message names it and the function.
        """
        variables = os.environ if environment is None else environment
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = field.name.upper()
            if text := variables.get(name, "").strip():
                try:
                    values[field.name] = _parser(types[field.name])(text)
                except ValueError as error:
                    raise _error(variables, name, f"is malformed ({error})") from None
            elif field.default is MISSING:
                raise _error(variables, name, "is missing")
        return cls(**values)

    @classmethod
    def variables(cls) -> frozenset[str]:
        """The names of the environment variables that the function reads."""
        return frozenset(field.name.upper() for field in fields(cls))


def _error(variables: Mapping[str, str], name: str, problem: str) -> MissingSettingError:
    function = variables.get("AWS_LAMBDA_FUNCTION_NAME", "this function")
    return MissingSettingError(
        f"environment variable {name} of {function} {problem}: template.yaml and the code do not match"
    )


def _parser(kind: Any) -> Callable[[str], Any]:
    if kind is bool:
        return _boolean
    origin = get_origin(kind)
    if origin in (tuple, frozenset):
        assert get_args(kind)[0] is str  # noqa: S101 - a mistake in the annotation, not in the environment
        return lambda text: origin(filter(None, (value.strip() for value in text.split(","))))
    parser: Callable[[str], Any] = kind
    return parser


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"expected true or false, got {text!r}")
    return text == "true"
