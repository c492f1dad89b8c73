"""Time and peak memory of creating a package from many rows, which determine the limit for packages.

`python -m benchmarks.packages` writes a result of ROWS rows, as Athena does, and their manifest to the local AWS, and
pushes packages, each in a process of its own: from the rows alone, from rows with a tophash, and the latter again, when
`latest` already has the top hash. It checks that every row became an entry, and compares the memory with that of the
function in template.yaml.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console
from rich.table import Table

from local.stack.clients import client
from local.stack.environment import isolated
from local.stack.paths import ROOT
from local.stack.server import Server

BUCKET = "benchmark"
MANIFEST = "ab" * 32
COLUMNS = ("logical_key", "physical_key", "size", "hash", "meta")
#: MemorySize of PushPackageFunction in template.yaml.
MEMORY_MB = 3008


def entries(rows: int) -> Iterator[dict[str, Any]]:
    """Entries of imaging data, with about 200 bytes of metadata each."""
    for number in range(rows):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        key = f"plate-{number // 960:05d}/well-{number % 960 // 10:02d}/field-{number % 10}.tiff"
        yield {
            "logical_key": key,
            "physical_keys": [f"s3://{BUCKET}/raw/{key}?versionId={digest[:32]}"],
            "size": 1_000_000 + number,
            "hash": {"type": "SHA256", "value": digest},
            "meta": {"user_meta": {"Plate": number // 960, "CellIndex": [str(number), str(number + 1)], "Id": digest}},
        }


def csv_lines(rows: int, top_hash: str | None) -> Iterator[str]:
    """The entries as Athena writes a result, with a column `tophash` if there is one."""
    names = (*COLUMNS, "tophash") if top_hash else COLUMNS
    yield ",".join(f'"{name}"' for name in names)
    for entry in entries(rows):
        kind, value = entry["hash"]["type"], entry["hash"]["value"]
        values = [
            entry["logical_key"],
            entry["physical_keys"][0],
            str(entry["size"]),
            f"{{type={kind}, value={value}}}",
        ]
        values.append(json.dumps(entry["meta"]).lower())
        values += [top_hash] if top_hash else []
        yield ",".join('"' + value.replace('"', '""') + '"' for value in values)


def upload(s3: Any, rows: int) -> None:
    """Write both results and the manifest."""
    s3.create_bucket(Bucket=BUCKET)
    manifest = "\n".join(json.dumps(line) for line in ({"version": "v0"}, *entries(rows))) + "\n"
    s3.put_object(Bucket=BUCKET, Key=f".quilt/packages/{MANIFEST}", Body=manifest.encode())
    for name, top_hash in (("rows", None), ("tophash", MANIFEST)):
        s3.put_object(Bucket=BUCKET, Key=f"{name}.csv", Body="\n".join(csv_lines(rows, top_hash)).encode())


def push_in_this_process(kind: str) -> None:
    """Run the function's code, and print its result and cost as a line of JSON."""
    from quilt_athena.packages.packaging import create_package
    from quilt_athena.packages.pushing import push_revision
    from quilt_athena.packages.requests import parse_package_request

    class Clients:
        @cached_property
        def s3(self) -> Any:
            return boto3.client("s3")

        @cached_property
        def athena(self) -> Any:
            return boto3.client("athena")

    clients = Clients()
    names = (*COLUMNS, "tophash") if kind == "tophash" else COLUMNS
    package = {"Bucket": BUCKET, "Name": f"benchmark/{kind}", "Message": "A benchmark"}
    request = parse_package_request({"Query": {"QueryString": "SELECT ..."}, "Package": package})
    query_result = {
        "QueryExecutionId": "none",
        "StatementType": "DML",
        "OutputLocation": f"s3://{BUCKET}/{kind}.csv",
        "Columns": [{"Name": name, "Type": "varchar"} for name in names],
        "Statistics": {},
    }
    before = _peak()
    started = time.perf_counter()
    result = create_package(clients, request, query_result, lambda *args: push_revision(clients.s3, *args))
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "before": before, "peak": _peak(), **result}))


def _peak() -> float:
    """The peak memory of this process in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1_000, 100_000], help="numbers of rows (default: 1000 100000)"
    )
    parser.add_argument("--push", choices=["rows", "tophash"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.push:
        push_in_this_process(arguments.push)
        return 0
    table = Table("rows", "case", "s", "peak MB", "bytes a row", "new revision", header_style="bold")
    failed = []
    for rows in arguments.rows:
        for case, result in measured(rows):
            memory = result["peak"] - result["before"]
            table.add_row(
                f"{rows:,}",
                case,
                f"{result['seconds']:.1f}",
                f"{result['peak']:.0f}",
                f"{memory * 1024 * 1024 / rows:,.0f}",
                "yes" if result["Created"] else "no",
            )
            if result["Entries"] != rows or result["peak"] > MEMORY_MB or result["Created"] == case.endswith("again"):
                failed.append(f"{rows:,} {case}")
    Console().print(table)
    if failed:
        print("Unexpected results:", ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def measured(rows: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each case with its result."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            server.start()
            upload(client("s3", server.endpoint), rows)
            environment = isolated(Path(folder) / "home", endpoint=server.endpoint) | {
                "PYTHONPATH": f"{ROOT / 'layers' / 'quilt_athena'}:{ROOT}",
                "QUILT_MINIMIZE_STDOUT": "true",
                "PYDANTIC_DISABLE_PLUGINS": "__all__",
            }
            for case in ("rows", "tophash", "tophash, again"):
                command = [
                    sys.executable,
                    "-W",
                    "ignore",
                    "-m",
                    "benchmarks.packages",
                    "--push",
                    case.partition(",")[0],
                ]
                done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
                yield case, json.loads(done.stdout.splitlines()[-1])
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
