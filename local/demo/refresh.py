"""A step of the demo: what no event tells of is found and put right all the same."""

from __future__ import annotations

import json
from typing import Any

from local.demo.screen import Screen
from local.executions import Ended, run
from local.stack import LocalStack

BROKEN = "demo_cell_images_quilt_manifests"
_ROWS = "SELECT count(*) AS entries FROM demo_cell_images_quilt_objects_view WHERE \"timestamp\" = 'latest'"
_KEPT = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")


def repair(stack: LocalStack, screen: Screen) -> None:
    """Break a table, see the question fail to find anything, refresh, and see it answered."""
    glue = stack.client("glue")
    database = stack.outputs["DatabaseName"]
    table = glue.get_table(DatabaseName=database, Name=BROKEN)["Table"]
    table_input: Any = {name: table[name] for name in _KEPT}
    table_input["StorageDescriptor"]["Location"] = "s3://demo-assays/somewhere-else/"
    glue.update_table(DatabaseName=database, TableInput=table_input)
    screen.say(f"Somebody has {BROKEN} read s3://demo-assays/somewhere-else/; no event tells of it")
    screen.refused(f"{_entries(stack)} entries are found in the latest packages")
    with screen.busy("The refresh state machine works (a schedule starts it every hour)"):
        result = _execute(stack, "RefreshStateMachineArn", {})
    screen.table(
        ("bucket", "table or view", "what the refresh did"),
        [
            (repaired["Bucket"], change["Name"], change["Action"])
            for repaired in result["Repaired"]["Buckets"]
            for change in repaired["Changes"]
        ],
    )
    view_checks = result["ViewChecks"]
    checked, failed = view_checks["Checked"], view_checks["Failed"]["Count"]
    screen.say(
        f"{result['Checked']} buckets of the registry checked; the views of {checked} with a query, {failed} failed"
    )
    screen.done(f"{_entries(stack)} entries are found in the latest packages")


def _entries(stack: LocalStack) -> int:
    rows = _execute(stack, "QueryStateMachineArn", {"QueryString": _ROWS})["Rows"]
    return int(rows[0]["entries"])


def _execute(stack: LocalStack, output: str, request: dict[str, Any]) -> dict[str, Any]:
    ended: Ended = run(stack.client("stepfunctions"), stack.outputs[output], request)
    if ended.status != "SUCCEEDED":
        raise RuntimeError(f"{output}: {ended.error}: {json.dumps(ended.cause)}")
    answer: dict[str, Any] = ended.output
    return answer
