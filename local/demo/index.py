"""A step of the demo: a bucket is indexed, and the same query reads fewer bytes."""

from __future__ import annotations

import base64
import json
from typing import Any

from local.demo.screen import Screen
from local.demo.steps import CELLS, PARAMETERS, QUERY, put_events, registration
from local.stack.executions import run
from local.stack.stack import LocalStack
from local.stack.waiting import until

_VIEWS = ("demo_cell_images_quilt_objects_view", "demo_cell_images_quilt_packages_view")


def index(stack: LocalStack, screen: Screen) -> None:
    """Ask for a bucket to be indexed, and run the query of an earlier step before and after."""
    before = _query(stack)
    put_events(stack, [registration(CELLS, "updated", indexed=True)])
    screen.say(f'Sent to EventBridge: bucket-registration, updated, "indexed": true, for {CELLS}')
    with screen.busy("The index state machine copies the manifests, and Athena inserts them into Iceberg tables"):
        until(lambda: all(_reads_index(stack, view) for view in _VIEWS), timeout=120)
    after = _query(stack)
    if after["Rows"] != before["Rows"]:
        raise RuntimeError("the indexed views have other rows")
    bytes_before, bytes_after = (result["Statistics"]["DataScannedInBytes"] for result in (before, after))
    screen.say("The views have the same names, and read the index. The query of step 4 again:")
    screen.table(
        ("views read", "rows", "bytes scanned"),
        [
            (f"s3://{CELLS}/.quilt/", before["RowCount"], f"{bytes_before:,}"),
            ("the index", after["RowCount"], f"{bytes_after:,}"),
        ],
    )
    screen.done(f"The same rows from {bytes_after / bytes_before:.0%} of the bytes")


def _query(stack: LocalStack) -> dict[str, Any]:
    request = {"QueryString": QUERY, "Parameters": PARAMETERS}
    ended = run(stack.client("stepfunctions"), stack.outputs["QueryStateMachineArn"], request)
    if ended.status != "SUCCEEDED":
        raise RuntimeError(f"the query failed: {ended.error}: {json.dumps(ended.cause)}")
    result: dict[str, Any] = ended.output
    return result


def _reads_index(stack: LocalStack, view: str) -> bool:
    table = stack.client("glue").get_table(DatabaseName=stack.outputs["DatabaseName"], Name=view)["Table"]
    text = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    return "_index" in json.loads(base64.b64decode(text))["originalSql"]
