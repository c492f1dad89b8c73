"""The README's command for a second stack: no event is processed by both stacks, whoever sends it on whichever bus."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.test_readme import PAGE
from tests.unit.template.cloudformation import Stack

#: The parameters of the command.
SECOND = dict(
    re.findall(
        r"([A-Z]\w+)=(\S+)",
        PAGE.partition("--stack-name quilt-athena-dev --parameter-overrides ")[2].partition("```")[0],
    )
)
#: What is sent by Quilt, by `quilt-athena register` and services, by services, and by a stack.
SENT = [
    ("com.quiltdata", "package-revision"),
    ("quilt-athena", "bucket-registration"),
    ("quilt-athena", "query-requested"),
    ("quilt-athena", "catalog-changed"),
]


def rules(stack: Stack, bus: str, source: str, detail_type: str) -> list[str]:
    """The rules of a stack that match an event on a bus."""
    resources = stack.of_type("AWS::Events::Rule")
    buses = {"<EventBus>": SECOND["EventBusName"]}
    return [
        name
        for name, rule in resources.items()
        if buses.get(bus_of := rule.get("EventBusName", "default"), bus_of) == bus
        and source in rule["EventPattern"]["source"]
        and detail_type in rule["EventPattern"]["detail-type"]
    ]


def test_command_breaks_no_rule_of_the_template() -> None:
    assert Stack(SECOND).broken_rules == []
    assert set(SECOND) == {"DatabaseName", "WorkGroupName", "EventBusName", "CreateEventBus", "EventSources"}


@pytest.mark.parametrize(("source", "detail_type"), SENT)
@pytest.mark.parametrize("bus", ["default", SECOND["EventBusName"]])
def test_event_is_processed_by_one_stack(bus: str, source: str, detail_type: str) -> None:
    first, second = rules(Stack(), bus, source, detail_type), rules(Stack(SECOND), bus, source, detail_type)
    # A pushed package may concern the catalog, and the index if the bucket is indexed.
    each = 2 if detail_type == "package-revision" else 1
    if bus == "default":
        assert (len(first), second) == (each, [])
    else:
        assert (first, len(second)) == ([], each * (source == "quilt-athena"))


def test_second_stack_uses_no_name_of_the_first() -> None:
    stack = Stack(SECOND, name="quilt-athena-dev")
    texts = str([stack.resources, stack.outputs])
    assert "quilt_query_dev" in texts
    assert not re.search(r"quilt_query\b|quilt-query(?!-dev)", texts)
