"""JSON that is nested too deeply is rejected by the name of its field, wherever it comes in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quilt_athena.cli.values import parse_object, parse_parameter
from quilt_athena.contracts.json_numbers import parse_finite
from quilt_athena.contracts.nesting import MAX_NESTING, deep_field, deep_field_of_text
from quilt_athena.custom_views.contracts import parse_custom_views_request
from quilt_athena.errors import InvalidEventError, InvalidRequest
from quilt_athena.packages.column_values import metadata_value
from quilt_athena.packages.requests import parse_package_request
from quilt_athena.query.events import parse_query_requested
from quilt_athena.query.orphans import parse_status_change
from quilt_athena.query.requests import parse_query_request
from quilt_athena.query.results import convert
from quilt_athena.refresh.requests import parse_refresh_request
from quilt_athena.registration.events import parse_event

PROBLEM = "expected at most 100 levels of nested lists and objects"
DEPTHS = pytest.mark.parametrize("depth", [1_000, 10_000, 100_000])
KINDS = pytest.mark.parametrize("kind", ["lists", "objects"])


def nested(depth: int, kind: str) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if kind == "lists" else {"a": value}
    return value


def nested_text(depth: int, kind: str) -> str:
    return "[" * depth + "]" * depth if kind == "lists" else '{"a":' * depth + "1" + "}" * depth


def sample(samples: Path, name: str, *path: str) -> str:
    """A sample whose field at ``path`` is ``%s``."""
    event = json.loads((samples / f"{name}.json").read_text())
    inner = event
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = "%s"
    return json.dumps(event).replace('"%s"', "%s")


@DEPTHS
@KINDS
@pytest.mark.parametrize(
    ("name", "path", "parse"),
    [
        ("bucket-registration-added", ("detail", "bucket"), lambda body: parse_event(body, ["com.quiltdata"])),
        ("package-revision", ("detail", "unknown"), lambda body: parse_event(body, ["com.quiltdata"])),
        (
            "query-requested",
            ("detail", "request", "Parameters"),
            lambda body: parse_query_requested(body, {"quilt-athena"}),
        ),
        ("execution-status-change-aborted", ("detail", "input"), lambda body: parse_status_change(body, [])),
    ],
)
def test_events_are_rejected(
    samples: Path, name: str, path: tuple[str, ...], parse: Callable[[str], object], kind: str, depth: int
) -> None:
    body = sample(samples, name, *path) % nested_text(depth, kind)
    with pytest.raises(InvalidEventError, match=PROBLEM) as caught:
        parse(body)
    assert caught.value.field.split(".")[: len(path)] == list(path)


@DEPTHS
@KINDS
@pytest.mark.parametrize(
    ("field", "parse"),
    [
        ("Parameters", lambda value: parse_query_request({"QueryString": "SELECT 1", "Parameters": [value]})),
        ("Unknown", lambda value: parse_query_request({"QueryString": "SELECT 1", "Unknown": value})),
        (
            "Package.Metadata",
            lambda value: parse_package_request(
                {
                    "Query": {"QueryString": "SELECT 1"},
                    "Package": {"Bucket": "my-bucket", "Name": "a/b", "Metadata": {"a": value}},
                }
            ),
        ),
        ("Query.Parameters", lambda value: parse_package_request({"Query": {"Parameters": value}})),
        ("Buckets", lambda value: parse_refresh_request({"Buckets": value})),
        ("Buckets", lambda value: parse_custom_views_request({"Buckets": [value]})),
    ],
)
def test_requests_are_rejected(field: str, parse: Callable[[Any], object], kind: str, depth: int) -> None:
    with pytest.raises(InvalidRequest, match=PROBLEM) as caught:
        parse(nested(depth, kind))
    assert str(caught.value).startswith(field)


@DEPTHS
@KINDS
def test_values_on_the_command_line_are_rejected(tmp_path: Path, kind: str, depth: int) -> None:
    text = nested_text(depth, kind)
    (tmp_path / "metadata.json").write_text(text)
    for given_text in (text, f"@{tmp_path / 'metadata.json'}"):
        with pytest.raises(click.BadParameter, match=PROBLEM) as caught:
            parse_object(given_text, "--meta")
        assert caught.value.param_hint == "--meta"
    assert parse_parameter(text) == text, "a list or an object is text"


@DEPTHS
@KINDS
def test_values_of_rows_are_rejected_or_kept_as_text(kind: str, depth: int) -> None:
    text = nested_text(depth, kind)
    with pytest.raises(ValueError, match=f"^user_meta: {PROBLEM}"):
        metadata_value({"user_meta": text})
    assert convert(text, "json") == text


@KINDS
def test_the_limit_is_the_same_for_values_and_text(kind: str) -> None:
    assert deep_field(nested(MAX_NESTING, kind)) is None
    assert deep_field_of_text(nested_text(MAX_NESTING, kind)) is None
    assert parse_finite(nested_text(MAX_NESTING, kind))
    assert deep_field(nested(MAX_NESTING + 1, kind)) is not None
    assert deep_field_of_text(nested_text(MAX_NESTING + 1, kind)) is not None


@given(
    st.recursive(
        st.none() | st.text('{}[]:,"\\ab') | st.integers(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('{}[]:,"\\ab'), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from(["lists", "objects"]),
    st.integers(90, 110),
)
def test_values_and_their_text_have_the_same_deep_field(value: Any, kind: str, depth: int) -> None:
    whole = {"first": value, "second": [value, {"third": nested(depth, kind)}], "last": value}
    found = deep_field(whole)
    text = json.dumps(whole, ensure_ascii=False)
    # Names in text keep their escapes; those of the field that is found have none.
    assert deep_field_of_text(text) == found


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('"\\' * 1_000_000, None),
        ('"' * 2_000_001, None),
        ('"' * 2_000_000, ""),
        ("[]" * 1_000_000, ""),
        ('{"a":' * 500_000, "a.a.a"),
    ],
)
def test_hostile_text_is_read_once(text: str, field: str | None) -> None:
    assert deep_field_of_text("[" * 50 + text + "[" * 60) == field
