"""An upgrade keeps what holds data, and every name to which users' schedules, policies and stacks refer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.template.cloudformation import Stack
from tests.unit.template.retained import identity

#: As the template of the first release has them. An entry may be added, but none changed or removed.
RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "retained_resources.json").read_text(encoding="utf-8")
)
WITH_BUS = {"EventBusName": "own-bus", "CreateEventBus": "true"}


@pytest.mark.parametrize("logical_id", RECORDED["Resources"])
def test_resource_is_kept_by_an_upgrade(logical_id: str) -> None:
    stack = Stack(WITH_BUS if logical_id == "EventBus" else {})
    resource = stack.resources.get(logical_id) or Stack(WITH_BUS).resources[logical_id]
    assert identity(resource) == RECORDED["Resources"][logical_id]


def test_outputs_are_kept_by_an_upgrade() -> None:
    outputs = {name: output["Value"] for name, output in Stack().outputs.items()}
    assert {name: outputs[name] for name in RECORDED["Outputs"]} == RECORDED["Outputs"]


def test_recorded_resources_include_everything_that_is_retained() -> None:
    retained = {
        logical_id
        for stack in (Stack(), Stack(WITH_BUS))
        for logical_id, resource in stack.resources.items()
        if "Retain" in resource.get("DeletionPolicy", "")
    }
    assert retained <= set(RECORDED["Resources"])
