"""cfn-lint on what CloudFormation gets: after the transform it also checks IAM actions."""

from __future__ import annotations

import json

import pytest

from tests.unit.template.cloudformation import transformed
from tests.unit.template.linter import findings

#: What the template says, and a mistake in its place.
MISTAKES = {"glue:GetPartitions": "glue:GetPartitionz", "ReportBatchItemFailures": "ReportBatchItemFailure"}


@pytest.mark.exhaustive
def test_mistakes_are_found_and_nothing_else() -> None:
    text = json.dumps(transformed())
    for right, wrong in MISTAKES.items():
        assert right in text
        text = text.replace(right, wrong)
    # cfn-lint compares actions in lower case.
    found = [one.lower() for one in findings(text)]
    wrong_names = {wrong.rpartition(":")[2].lower() for wrong in MISTAKES.values()}
    assert {name for name in wrong_names if any(name in one for one in found)} == wrong_names
    assert [one for one in found if not any(name in one for name in wrong_names)] == []
