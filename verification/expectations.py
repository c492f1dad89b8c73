"""What a check expects, as data: JSON values, with a matcher where not one value alone is right.

`differences` compares an observation with it. Each matcher also gives a value that matches and one that doesn't, with
which tests prove that every part of every expectation can fail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Matcher(Protocol):
    """Accepts some values."""

    def matches(self, value: Any) -> bool:
        """Whether the value is accepted, whatever its type."""

    def describe(self) -> str:
        """The accepted values, in words."""

    def right(self) -> Any:
        """An accepted value."""

    def wrong(self) -> Any:
        """A value that is not accepted."""


@dataclass(frozen=True)
class Matching:
    """A string that contains a match of a regular expression; `example` is one."""

    pattern: str
    example: str

    def matches(self, value: Any) -> bool:
        return isinstance(value, str) and re.search(self.pattern, value) is not None

    def describe(self) -> str:
        return f"text that matches /{self.pattern}/"

    def right(self) -> Any:
        return self.example

    def wrong(self) -> Any:
        return "\0"


@dataclass(frozen=True)
class AtMost:
    """A number up to a limit, above 0."""

    limit: float

    def matches(self, value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= self.limit

    def describe(self) -> str:
        return f"more than 0, at most {self.limit:g}"

    def right(self) -> Any:
        return self.limit

    def wrong(self) -> Any:
        return self.limit * 2


@dataclass(frozen=True)
class AtLeast:
    """A number from a limit on."""

    limit: float

    def matches(self, value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= self.limit

    def describe(self) -> str:
        return f"at least {self.limit:g}"

    def right(self) -> Any:
        return self.limit

    def wrong(self) -> Any:
        return self.limit - 1


def differences(expected: Any, observed: Any, at: str = "") -> list[str]:
    """Where an observation differs from what is expected, one sentence for each place; empty if it doesn't.

    Objects must have the same keys, arrays the same length, and types must be the same: 1 is neither true nor "1".
    """
    if isinstance(expected, Matcher):
        return [] if expected.matches(observed) else [_difference(at, expected.describe(), observed)]
    if isinstance(expected, Mapping) and isinstance(observed, Mapping) and expected.keys() == observed.keys():
        return [
            text for key in expected for text in differences(expected[key], observed[key], f"{at}.{key}".lstrip("."))
        ]
    if isinstance(expected, list) and isinstance(observed, list) and len(expected) == len(observed):
        pairs = enumerate(zip(expected, observed, strict=True))
        return [text for number, (one, other) in pairs for text in differences(one, other, f"{at}[{number}]")]
    if type(expected) is type(observed) and not isinstance(expected, Mapping | list) and expected == observed:
        return []
    return [_difference(at, describe(expected), observed)]


def describe(expected: Any) -> str:
    """An expectation as JSON, with matchers in words between angle brackets."""
    return json.dumps(expected, ensure_ascii=False, default=lambda matcher: f"<{matcher.describe()}>")


def example(expected: Any) -> Any:
    """An observation that meets an expectation."""
    if isinstance(expected, Matcher):
        return expected.right()
    if isinstance(expected, Mapping):
        return {key: example(value) for key, value in expected.items()}
    return [example(item) for item in expected] if isinstance(expected, list) else expected


def wrong_examples(expected: Any) -> Iterator[Any]:
    """Observations that differ from an expectation, each in one place: every value, every missing key or item."""
    if isinstance(expected, Matcher):
        yield expected.wrong()
    elif isinstance(expected, Mapping):
        right = example(expected)
        for key in expected:
            yield from ({**right, key: wrong} for wrong in wrong_examples(expected[key]))
            yield {name: value for name, value in right.items() if name != key}
    elif isinstance(expected, list):
        right = example(expected)
        for number, item in enumerate(expected):
            yield from ([*right[:number], wrong, *right[number + 1 :]] for wrong in wrong_examples(item))
            yield [*right[:number], *right[number + 1 :]]
        yield [*right, "one more"]
    else:
        yield f"not {expected!r}"


def _difference(at: str, expected: str, observed: Any) -> str:
    shown = json.dumps(observed, ensure_ascii=False, default=str)
    return f"{at + ': ' if at else ''}expected {expected}, observed {shown}"
