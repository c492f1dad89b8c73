"""The cost of a refresh that finds nothing changed, for 1 to 10,000 buckets, compared with the notebook.

The code of the deployed function runs against responses with the page sizes of AWS: a hundred tables for GetTables, a
thousand partitions for GetPartitions, a megabyte for Scan. Calls take no time here: the seconds are those of the code
itself. The cells of the notebook run for ten buckets, against an Athena in which each query has ended when its state is
read for the first time; the figures for more buckets are multiples.

    python -m benchmarks.refresh [--buckets 10000] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any
from unittest import mock

import boto3
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from rich.console import Console
from rich.table import Table

from benchmarks import notebook
from quilt_athena.aws.clients import PATIENT_CLIENT_CONFIG
from quilt_athena.catalog.declaration_types import ALL_BUCKETS
from quilt_athena.catalog.desired_state import CatalogSettings, desired_partitions, desired_state
from quilt_athena.catalog.glue import GlueCatalog
from quilt_athena.catalog.reconciler import Reconciler, TrustCache
from quilt_athena.refresh.refresher import Refresher
from quilt_athena.refresh.requests import RefreshRequest
from quilt_athena.refresh.rounds import RefreshRounds
from quilt_athena.registration.registrar import BucketRegistrar
from quilt_athena.registration.registry import Registry

DATABASE = "quilt_query"
SETTINGS = CatalogSettings(DATABASE, "s3://results/all-buckets/")
_PARTITIONS_A_PAGE = 1000
_TABLES_A_PAGE = 100
_ITEMS_A_PAGE = 1500  # a megabyte of items of 700 bytes
_NOTEBOOK_BUCKETS = 10


@dataclass(frozen=True)
class Figure:
    """One way for one number of buckets: calls, seconds, and the peak of memory in megabytes."""

    buckets: int
    way: str
    glue_reads: int
    writes: int
    registry_reads: int
    athena: int
    bucket_checks: int
    seconds: float | None
    megabytes: float | None


class Aws:
    """Responds to the calls of some clients as AWS would for buckets that are all in sync."""

    def __init__(self, buckets: int) -> None:
        """A number of registered buckets."""
        self.calls: Counter[str] = Counter()
        self.names = [f"company-data-{number:05}" for number in range(buckets)]

    def listen(self, client: BaseClient) -> Any:
        """Respond to the calls of a client; returns it."""
        client.meta.events.register("provide-client-params", self._remember)
        client.meta.events.register("before-call", self._respond)  # type: ignore[arg-type]  # it may return a response
        return client

    def _remember(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self._request = params
        self.calls[f"{model.service_model.service_name}:{model.name}"] += 1

    def _respond(self, model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        response = getattr(self, f"_{model.name}")() if hasattr(self, f"_{model.name}") else {}
        http = AWSResponse("https://aws.test", 200, HTTPHeaders(), None)
        return http, {**response, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def _GetTables(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        start = int(self._request.get("NextToken", "0"))
        page = self.names[start : start + _TABLES_A_PAGE // 4]
        tables = [{**table, "VersionId": "1"} for bucket in page for table in tables_of(bucket)]
        end = start + len(page)
        if end == len(self.names):
            tables += [{**table, "VersionId": "1"} for table in tables_of(ALL_BUCKETS)]
        return {"TableList": tables, **({"NextToken": str(end)} if end < len(self.names) else {})}

    def _GetTable(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        tables = {table["Name"]: table for table in tables_of(ALL_BUCKETS)}
        return {"Table": tables[self._request["Name"]]}

    def _GetPartitions(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        start = int(self._request.get("NextToken", "0"))
        page = self.names[start : start + _PARTITIONS_A_PAGE]
        end = start + len(page)
        found = [
            one.partition_input
            for bucket in page
            for one in desired_partitions(bucket, SETTINGS)
            if one.table == self._table
        ]
        return {"Partitions": found, **({"NextToken": str(end)} if end < len(self.names) else {})}

    @property
    def _table(self) -> str:
        return str(self._request["TableName"])

    def _Scan(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        start = int(self._request.get("ExclusiveStartKey", {"bucket": {"S": "0"}})["bucket"]["S"])
        page = self.names[start : start + _ITEMS_A_PAGE]
        end = start + len(page)
        more = {"LastEvaluatedKey": {"bucket": {"S": str(end)}}} if end < len(self.names) else {}
        return {"Items": [_item(bucket) for bucket in page], **more}

    def _StartQueryExecution(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        return {"QueryExecutionId": "one"}

    def _GetQueryExecution(self) -> dict[str, Any]:  # noqa: N802 - the operation's name
        return {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}


def tables_of(bucket: str) -> list[dict[str, Any]]:
    """The tables and views of a bucket, or of ``ALL_BUCKETS``, as Glue has them."""
    return [dict(table.table_input) for table in desired_state(bucket, SETTINGS).tables]


def _item(bucket: str) -> dict[str, Any]:
    return {
        "bucket": {"S": bucket},
        "state": {"S": "registered"},
        "revision": {"N": "1"},
        "converged_revision": {"N": "1"},
        "fingerprint": {"S": desired_state(bucket, SETTINGS).fingerprint},
    }


def refresh(buckets: int) -> Figure:
    """One refresh of buckets of which none changed."""
    aws = Aws(buckets)
    clients = {
        name: aws.listen(boto3.client(name, config=PATIENT_CLIENT_CONFIG))
        for name in ("glue", "dynamodb", "s3", "events")
    }
    registrar = BucketRegistrar(
        reconciler=Reconciler(GlueCatalog(clients["glue"], DATABASE), SETTINGS, TrustCache()),
        registry=Registry(clients["dynamodb"], "registry"),
        s3=clients["s3"],
        events=clients["events"],
        event_bus="default",
    )
    rounds = RefreshRounds(Refresher(registrar, removes_missing_buckets=False))
    started = time.perf_counter()
    result = rounds.run(RefreshRequest(), {}, "benchmark", lambda: True)
    seconds = time.perf_counter() - started
    report = result["Progress"]["Report"]
    if (report["Checked"], report["Repaired"]["Count"], report["Failed"]["Count"]) != (buckets, 0, 0):
        raise RuntimeError(f"the refresh found changes where there are none: {report}")
    return Figure(
        buckets,
        "quilt-athena",
        glue_reads=sum(aws.calls[f"glue:{name}"] for name in ("GetTable", "GetTables", "GetPartitions")),
        writes=sum(count for name, count in aws.calls.items() if name.split(":")[1] not in _READS),
        registry_reads=aws.calls["dynamodb:Scan"],
        athena=len(result["ViewChecks"]),
        bucket_checks=aws.calls["s3:HeadBucket"],
        seconds=seconds,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


_READS = {"GetTable", "GetTables", "GetPartitions", "Scan", "HeadBucket"}


def notebook_run(buckets: int) -> Figure:
    """The cells of the notebook for each bucket, as somebody would run them again to be sure."""
    aws = Aws(0)
    athena = aws.listen(boto3.client("athena", config=PATIENT_CLIENT_CONFIG))
    for number in range(_NOTEBOOK_BUCKETS):
        notebook.onboard(athena, f"bucket-{number}", DATABASE, "quilt-query", pause=0)
    calls = aws.calls.total() * buckets // _NOTEBOOK_BUCKETS
    queries = aws.calls["athena:StartQueryExecution"] * buckets // _NOTEBOOK_BUCKETS
    return Figure(buckets, "notebook", 0, queries, 0, calls, 0, None, None)


def show(figures: list[Figure], console: Console) -> None:
    """A table."""
    headers = ("buckets", "way", "Glue reads", "writes", "registry reads", "Athena calls", "HeadBucket", "s", "MB")
    table = Table(*headers, header_style="bold")
    for figure in figures:
        numbers = [figure.glue_reads, figure.writes, figure.registry_reads, figure.athena, figure.bucket_checks]
        seconds = "" if figure.seconds is None else f"{figure.seconds:.2f}"
        megabytes = "" if figure.megabytes is None else f"{figure.megabytes:.0f}"
        table.add_row(f"{figure.buckets:,}", figure.way, *(f"{number:,}" for number in numbers), seconds, megabytes)
    console.print(table)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--buckets", type=int, default=10_000, help="the largest number (default 10000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    counts = sorted({count for count in (1, 10, 100, 1000) if count < arguments.buckets} | {arguments.buckets})
    figures = []
    environment = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "us-east-1"}
    with mock.patch.dict(os.environ, environment), console.status("Refreshing"):
        for count in counts:
            figures += [refresh(count), notebook_run(count)]
    if arguments.json:
        json.dump([asdict(figure) for figure in figures], sys.stdout, indent=2)
        print()
    else:
        show(figures, Console(width=None if sys.stdout.isatty() else 120))


if __name__ == "__main__":
    main()
