"""A bucket with packages, registered once for all clients."""

from __future__ import annotations

import pytest

from local.stack.stack import LocalStack
from tests.local_aws import Entry, LocalAws, Pushed

BUCKET = "acceptance-bucket"
MANY_CELLS = {f"cell-{number}.tiff": Entry(f"cell {number}", {"CellIndex": [str(number)]}) for number in range(4)}


@pytest.fixture(scope="session")
def prefix(stack: LocalStack) -> str:
    """The beginning of the names of its tables and views."""
    local_aws = LocalAws(stack)
    local_aws.make_bucket(BUCKET)
    local_aws.push(
        BUCKET,
        Pushed("lab/cells", MANY_CELLS, message="O'Neill's cells", meta={"Algorithm": "1.3.0"}),
        Pushed("lab/notes", {"readme.md": Entry('é, "quoted"\n')}, meta={}),
    )
    return local_aws.onboard(BUCKET)
