"""Settings models: environment variables read by name and type."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from quilt_athena.catalog.desired_state import LegacyViews
from quilt_athena.errors import MissingSettingError
from quilt_athena.runtime.settings import FunctionSettings


@dataclass(frozen=True)
class Everything(FunctionSettings):
    """One field of each type."""

    text: str
    whole: int
    number: float
    flag: bool
    listed: tuple[str, ...]
    unordered: frozenset[str]
    kind: LegacyViews
    optional: str = "default"
    optional_list: tuple[str, ...] = ()


ENVIRONMENT = {
    "TEXT": "quilt_query",
    "WHOLE": "5",
    "NUMBER": "6.75",
    "FLAG": "true",
    "LISTED": "a, b,,c",
    "UNORDERED": "a,b",
    "KIND": "none",
}


def test_from_environment_parses_each_type() -> None:
    settings = Everything.from_environment(ENVIRONMENT)
    expected = Everything("quilt_query", 5, 6.75, True, ("a", "b", "c"), frozenset("ab"), LegacyViews("none"))
    assert settings == expected


def test_from_environment_reads_the_functions_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTIONAL_LIST", "x")
    assert Everything.from_environment().optional_list == ("x",)


@pytest.mark.parametrize("name", ENVIRONMENT)
@pytest.mark.parametrize("value", [None, "", " "])
def test_missing_or_empty_variable_is_named(name: str, value: str | None) -> None:
    environment = {key: text for key, text in ENVIRONMENT.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(MissingSettingError, match=f"^environment variable {name} of this function is missing: "):
        Everything.from_environment(environment)


@pytest.mark.parametrize(("name", "value"), [("WHOLE", "5.5"), ("NUMBER", "much"), ("FLAG", "yes"), ("KIND", "some")])
def test_malformed_variable_is_named_with_its_function(name: str, value: str) -> None:
    environment = {**ENVIRONMENT, name: value, "AWS_LAMBDA_FUNCTION_NAME": "a-stack-onboard-bucket"}
    with pytest.raises(
        MissingSettingError, match=f"^environment variable {name} of a-stack-onboard-bucket is malformed .*{value}"
    ):
        Everything.from_environment(environment)


def test_variables_are_the_fields_in_capitals() -> None:
    assert Everything.variables() == {*ENVIRONMENT, "OPTIONAL", "OPTIONAL_LIST"}
