"""A step of the demo: the refresh finds and repairs what no event reported."""

from __future__ import annotations

import json
from typing import Any

from local.demo.screen import Screen
from local.stack.executions import Ended, run
from local.stack.stack import LocalStack

BROKEN = "demo_cell_images_quilt_manifests"
_ROWS = "SELECT count(*) AS entries FROM demo_cell_images_quilt_objects_view WHERE \"timestamp\" = 'latest'"
_KEPT = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")


def repair(stack: LocalStack, screen: Screen) -> None:
    """Break a table, run a query that finds nothing, refresh, and run it again."""
    glue = stack.client("glue")
    database = stack.outputs["DatabaseName"]
    table = glue.get_table(DatabaseName=database, Name=BROKEN)["Table"]
    table_input: Any = {name: table[name] for name in _KEPT}
    table_input["StorageDescriptor"]["Location"] = "s3://demo-assays/.quilt/somewhere-else/"
    glue.update_table(DatabaseName=database, TableInput=table_input)
    screen.say(f"Somebody points {BROKEN} at s3://demo-assays/.quilt/somewhere-else/; no event reports it")
    screen.problem(f"{_entries(stack)} entries are found in the latest packages")
    with screen.busy("The refresh state machine runs (a schedule starts it every hour)"):
        result = _execute(stack, "RefreshStateMachineArn", {})
    screen.table(
        ("bucket", "table or view", "what the refresh did"),
        [
            (repaired["Bucket"], change["Name"], change["Action"])
            for repaired in result["Repaired"]["Buckets"]
            for change in repaired["Changes"]
        ],
    )
    checks = result["ViewChecks"]
    failed, checked = checks["Failed"]["Count"], checks["Checked"]
    screen.say(
        f"{result['Checked']} registered buckets compared; views of {checked} checked by a query, {failed} failed"
    )
    screen.done(f"{_entries(stack)} entries are found in the latest packages")


def _entries(stack: LocalStack) -> int:
    rows = _execute(stack, "QueryStateMachineArn", {"QueryString": _ROWS})["Rows"]
    return int(rows[0]["entries"])


def _execute(stack: LocalStack, output: str, request: dict[str, Any]) -> dict[str, Any]:
    ended: Ended = run(stack.client("stepfunctions"), stack.outputs[output], request)
    if ended.status != "SUCCEEDED":
        raise RuntimeError(f"{output}: {ended.error}: {json.dumps(ended.cause)}")
    result: dict[str, Any] = ended.output
    return result
