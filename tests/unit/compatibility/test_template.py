"""The template keeps the resources and outputs of release 0.1 that hold data or that others refer to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from tests.recorded import load, unpack_release
from tests.unit.template.cloudformation import source

KEPT = load("kept")
RESOURCES = [name for names in KEPT["resources"].values() for name in names]
#: Properties that give a resource its physical name: another name is another resource.
NAMES = ("Name", "BucketName", "TableName", "QueueName", "RoleName", "FunctionName", "ManagedPolicyName", "Path")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The template of release 0.1."""
    folder: Path = unpack_release(tmp_path_factory.mktemp("release"))
    parsed: dict[str, Any] = yaml_parse((folder / "template.yaml").read_text())
    return parsed


@pytest.fixture(scope="module")
def current() -> dict[str, Any]:
    """The template of this working tree."""
    return source()


@pytest.mark.parametrize("name", RESOURCES)
def test_a_kept_resource_has_its_type_and_name(release: dict[str, Any], current: dict[str, Any], name: str) -> None:
    before, after = release["Resources"][name], current["Resources"].get(name)
    assert after is not None, f"{name} is deleted by an upgrade: its logical ID has to stay"
    assert after["Type"] == before["Type"]
    assert {key: after["Properties"].get(key) for key in NAMES} == {key: before["Properties"].get(key) for key in NAMES}


@pytest.mark.parametrize("name", [*KEPT["resources"]["data"], "EventBus"])
def test_a_resource_that_holds_data_is_retained_as_before(
    release: dict[str, Any], current: dict[str, Any], name: str
) -> None:
    before, after = release["Resources"][name], current["Resources"][name]
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        if before.get(policy, "Delete").startswith("Retain"):
            assert after[policy].startswith("Retain")


def test_outputs_are_kept(release: dict[str, Any], current: dict[str, Any]) -> None:
    assert set(KEPT["outputs"]) == set(release["Outputs"])
    assert set(KEPT["outputs"]) - set(current["Outputs"]) == set()
