"""The last step of the demo: the files in a query's result become a package, which quilt3 browses."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from local.demo.screen import Screen
from local.demo.steps import CELLS
from local.stack.executions import Ended, run
from local.stack.paths import ROOT
from local.stack.stack import LocalStack

NAME = "imaging/tiffs"
QUERY = """\
SELECT logical_key, physical_key, "size", hash, tophash
FROM demo_cell_images_quilt_objects_view
WHERE name = ? AND "timestamp" = 'latest' AND substr(logical_key, -5) = ?"""

# In its own process, because quilt3 keeps its configuration in module state.
_BROWSE = """
import json, quilt3, sys
package = quilt3.Package.browse(sys.argv[1], registry=f"s3://{sys.argv[2]}")
entries = [(key, entry.meta) for key, entry in package.walk()]
print("\\n" + json.dumps({"top_hash": package.top_hash, "meta": package.meta, "entries": entries}))
"""
_SHOWN_ENTRIES = 3


def package(stack: LocalStack, screen: Screen) -> None:
    """Create a package of the .tiff files, twice, and browse it with quilt3."""
    screen.say("The .tiff files of the latest cells become a package:")
    screen.sql(QUERY)
    request = {
        "Query": {"QueryString": QUERY, "Parameters": ["cells", ".tiff"]},
        "Package": {
            "Bucket": CELLS,
            "Name": NAME,
            "Message": "All TIFF images",
            "Metadata": {"Kind": "TIFF images"},
        },
    }
    with screen.busy("The package state machine runs the query, and pushes with quilt3"):
        result = _execute(stack, request)
    screen.done(
        f"{NAME}@{result['TopHash'][:12]}…: {result['Entries']} entries, {result['Bytes']:,} bytes, none copied"
    )
    browsed = _browsed(stack)
    if browsed["top_hash"] != result["TopHash"]:
        raise RuntimeError(f"quilt3 browses {browsed['top_hash']}, not {result['TopHash']}")
    screen.say(f"quilt3.Package.browse({NAME!r}) has the metadata {json.dumps(browsed['meta'])} and these entries:")
    screen.table(
        ("logical key", "metadata, as it was written"),
        [(key, json.dumps(meta)) for key, meta in browsed["entries"][:_SHOWN_ENTRIES]],
    )
    with screen.busy("The same request again"):
        again = _execute(stack, request)
    if again["Created"] or again["Revision"] != result["Revision"]:
        raise RuntimeError(f"a second revision was created: {json.dumps(again)}")
    screen.done("The same query gives the same top hash: no second revision")


def _browsed(stack: LocalStack) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _BROWSE, NAME, CELLS],
        cwd=ROOT,
        env=stack.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"quilt3 failed to browse {NAME}:\n{done.stderr}")
    browsed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return browsed


def _execute(stack: LocalStack, request: dict[str, Any]) -> dict[str, Any]:
    ended: Ended = run(stack.client("stepfunctions"), stack.outputs["PackageStateMachineArn"], request)
    if ended.status != "SUCCEEDED":
        raise RuntimeError(f"no package was created: {ended.error}: {json.dumps(ended.cause)}")
    result: dict[str, Any] = ended.output
    return result
