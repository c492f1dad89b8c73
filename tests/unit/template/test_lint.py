"""cfn-lint on what CloudFormation gets: after the transform it also checks IAM actions."""

from __future__ import annotations

import json

from tests.unit.template.cloudformation import TEMPLATE, transformed
from tests.unit.template.linter import findings


def test_template_is_clean() -> None:
    assert findings(TEMPLATE.read_text()) == []


def test_transformed_template_is_clean() -> None:
    assert findings(json.dumps(transformed())) == []


def test_mistakes_would_be_found() -> None:
    text = json.dumps(transformed())
    mistakes = {"glue:GetPartitions": "glue:GetPartitionz", "ReportBatchItemFailures": "ReportBatchItemFailure"}
    for right, wrong in mistakes.items():
        assert right in text
        text = text.replace(right, wrong)
    # cfn-lint compares actions in lower case.
    found = "\n".join(findings(text)).lower()
    assert all(wrong.rpartition(":")[2].lower() in found for wrong in mistakes.values())
