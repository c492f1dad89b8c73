"""The cost of registering buckets: AWS calls and time, compared with bare boto3 calls and with the notebook.

`python -m benchmarks.registration [--buckets N]` starts the local AWS, deploys the stack and runs all three against it
in this process, one after the other. Times on the local AWS are not those of AWS: only the ratios and the numbers of
calls can be compared. `--json` prints the figures as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks import notebook
from local.stack.stack import LocalStack
from quilt_athena.aws.clients import CLIENT_CONFIG
from quilt_athena.catalog.desired_state import CatalogSettings, desired_state


@dataclass(frozen=True)
class Figure:
    """One way of registering buckets in one case: calls per bucket, and the median of the time."""

    case: str
    way: str
    glue: float
    athena: float
    other: float
    milliseconds: float


class Calls:
    """Counts the AWS calls of every client of boto3's default session, by service."""

    def __init__(self) -> None:
        self.by_service: Counter[str] = Counter()
        session = boto3._get_default_session()  # the functions create their clients from it
        session.events.register("before-call", self._count, unique_id="benchmark")

    def _count(self, model: Any, **_: Any) -> None:
        self.by_service[model.service_model.service_name] += 1


def measure(case: str, way: str, calls: Calls, buckets: Iterable[str], onboard: Callable[[str], None]) -> Figure:
    """Onboard each bucket, one after the other."""
    calls.by_service.clear()
    seconds = []
    for bucket in buckets:
        started = time.perf_counter()
        onboard(bucket)
        seconds.append(time.perf_counter() - started)
    count = len(seconds)
    glue, athena = calls.by_service["glue"], calls.by_service["athena"]
    other = calls.by_service.total() - glue - athena
    return Figure(case, way, glue / count, athena / count, other / count, statistics.median(seconds) * 1000)


def run(stack: LocalStack, count: int) -> list[Figure]:
    """Both cases, three ways."""
    from functions.onboard_bucket import app

    outputs = stack.outputs
    database, workgroup = outputs["DatabaseName"], outputs["WorkGroupName"]
    calls = Calls()
    glue = boto3.client("glue", config=CLIENT_CONFIG)
    s3 = boto3.client("s3")
    athena = boto3.client("athena")

    def names(way: str, number: int) -> list[str]:
        buckets = [f"bench-{way}-{index}" for index in range(number)]
        for bucket in buckets:
            s3.create_bucket(Bucket=bucket)
        return buckets

    def with_handler(bucket: str) -> None:
        with contextlib.redirect_stdout(io.StringIO()):  # writing metrics is part of the work
            response = app.handler(_sqs_event(bucket), _Context())  # type: ignore[arg-type]  # the members that are read
        if response["batchItemFailures"]:
            raise RuntimeError(f"{bucket} was not registered: {response}")

    def with_boto3(bucket: str) -> None:
        for table in desired_state(bucket, CatalogSettings(database)).tables:
            glue.create_table(DatabaseName=database, TableInput=table.table_input)  # type: ignore[arg-type]  # plain data

    def with_notebook(bucket: str) -> None:
        notebook.onboard(athena, bucket, database, workgroup)

    few = 3  # the notebook waits in steps of a second
    stack_buckets, bare, theirs = names("stack", count), names("bare", count), names("notebook", few)
    with_handler(names("warm", 1)[0])  # clients are created once for an execution environment
    return [
        measure("new bucket", "quilt-athena", calls, stack_buckets[:few], with_handler),
        measure("new bucket", "bare boto3", calls, bare[:few], with_boto3),
        measure("new bucket", "notebook", calls, theirs, with_notebook),
        measure("unchanged bucket", "quilt-athena", calls, stack_buckets[:few], with_handler),
        measure("unchanged bucket", "notebook", calls, theirs, with_notebook),
        measure(f"each of {count - few} new", "quilt-athena", calls, stack_buckets[few:], with_handler),
        measure(f"each of {count - few} new", "bare boto3", calls, bare[few:], with_boto3),
        measure(f"each of {count} unchanged", "quilt-athena", calls, stack_buckets, with_handler),
    ]


def show(figures: list[Figure], console: Console) -> None:
    """A table with the ratio of each way's time to quilt-athena's in the same case."""
    table = Table("case", "way", "Glue calls", "Athena calls", "other calls", "ms", "ratio", header_style="bold")
    of_stack = {figure.case: figure.milliseconds for figure in figures if figure.way == "quilt-athena"}
    for figure in figures:
        ratio = figure.milliseconds / of_stack[figure.case]
        numbers = (f"{value:.1f}" for value in (figure.glue, figure.athena, figure.other, figure.milliseconds))
        table.add_row(figure.case, figure.way, *numbers, f"{ratio:.2f} x")
    console.print(table)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buckets", type=int, default=1000, help="number of buckets in the large cases (default 1000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    with LocalStack() as stack, mock.patch.dict(os.environ, _environment(stack), clear=True):
        console.print(f"Registering {arguments.buckets} buckets on {stack.endpoint}")
        figures = run(stack, arguments.buckets)
    if arguments.json:
        json.dump([asdict(figure) for figure in figures], sys.stdout, indent=2)
        print()
    else:
        show(figures, Console(width=None if sys.stdout.isatty() else 120))


def _environment(stack: LocalStack) -> dict[str, str]:
    outputs = stack.outputs
    return stack.environment() | {
        "POWERTOOLS_SERVICE_NAME": "benchmark",
        "POWERTOOLS_METRICS_NAMESPACE": "QuiltAthena",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "DATABASE_NAME": outputs["DatabaseName"],
        "ALL_BUCKETS_LOCATION": f"s3://{outputs['ResultsBucketName']}/all-buckets/",
        "LEGACY_VIEWS": "none",
        "REGISTRY_TABLE_NAME": outputs["RegistryTableName"],
        "EVENT_BUS_NAME": outputs["EventBusName"],
        "EVENT_SOURCES": "quilt-athena",
        "DEAD_LETTER_QUEUE_URL": outputs["BucketEventsDeadLetterQueueUrl"],
        "MAX_RECEIVE_COUNT": "5",
    }


class _Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "benchmark"


def _sqs_event(bucket: str) -> dict[str, Any]:
    body = {
        "version": "0",
        "id": f"{bucket}-{time.time_ns()}",
        "source": "quilt-athena",
        "detail-type": "bucket-registration",
        "time": datetime.now(UTC).isoformat(),
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0.1", "type": "added", "bucket": bucket},
    }
    record = {
        "messageId": bucket,
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}


if __name__ == "__main__":
    main()
