"""cfn-lint on what CloudFormation gets: after the transform it also checks IAM actions."""

from __future__ import annotations

import json

import pytest

from tests.unit.template.cloudformation import TEMPLATE, transformed
from tests.unit.template.linter import findings


def test_template_is_clean() -> None:
    assert findings(TEMPLATE.read_text()) == []


def test_transformed_template_is_clean() -> None:
    assert findings(json.dumps(transformed())) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("glue:GetPartitions", "glue:GetPartitionz"), ("ReportBatchItemFailures", "ReportBatchItemFailure")],
)
def test_a_mistake_would_be_found(right: str, wrong: str) -> None:
    text = json.dumps(transformed())
    assert right in text
    # cfn-lint compares actions in lower case.
    name = wrong.rpartition(":")[2].lower()
    assert [finding for finding in findings(text.replace(right, wrong)) if name in finding.lower()]
