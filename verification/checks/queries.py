"""What the stack relies on in Athena's API and in Step Functions: starting, stopping, and the names of errors."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from quilt_athena.query.sweeping import MAX_EXPRESS_AGE
from verification import samples
from verification.aws import Aws, error_code
from verification.check import DecidedBy, check
from verification.expectations import AtLeast, Matching

#: Longer than any check, and reads nothing.
SLOW = """SELECT count(*) AS n FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(y)
CROSS JOIN UNNEST(sequence(1, 10000)) AS c(z) WHERE sqrt(x * y * z) > 3"""


@check(
    "error-names",
    claim="A failed query's reason begins with the name of the error, and AthenaError has the category 2, the user's.",
    expected={
        "SELECT sise FROM {view}": {"reason": Matching("^COLUMN_NOT_FOUND: ", "COLUMN_NOT_FOUND: x"), "category": 2},
        "SELECT 1 FROM no_such_table": {"reason": Matching("^TABLE_NOT_FOUND: ", "TABLE_NOT_FOUND: x"), "category": 2},
        "SELECT CAST('A1' AS bigint)": {
            "reason": Matching("^INVALID_CAST_ARGUMENT: ", "INVALID_CAST_ARGUMENT: x"),
            "category": 2,
        },
        "SELECT no_such_function(1)": {
            "reason": Matching("^FUNCTION_NOT_FOUND: ", "FUNCTION_NOT_FOUND: x"),
            "category": 2,
        },
    },
    relied_on="docs/contracts.md; layers/quilt_athena/quilt_athena/refresh/reporter.py",
    source="https://docs.aws.amazon.com/athena/latest/ug/error-reference.html",
    decided_by=DecidedBy.ENGINE,
)
def error_names(aws: Aws) -> Any:
    """Runs a query with each mistake; `{view}` is the objects view of a bucket."""
    observed = {}
    for sql in _MISTAKES:
        status = aws.query(sql.format(view=aws.table(aws.lines, "objects_view")))["Status"]
        reason = aws.without_names(status.get("StateChangeReason", ""))
        observed[sql] = {"reason": reason, "category": status.get("AthenaError", {}).get("ErrorCategory")}
    return observed


_MISTAKES = tuple(error_names.expected)


@check(
    "error-malformed",
    claim="Athena rejects SQL that it can't parse at the start, and the state machine reports that as QueryFailed.",
    expected={"Athena": "InvalidRequestException", "Standard": "QueryFailed", "Express": "QueryFailed"},
    relied_on="statemachines/query.asl.json",
    source="https://docs.aws.amazon.com/athena/latest/APIReference/API_InvalidRequestException.html",
    decided_by=DecidedBy.ENGINE,
)
def malformed(aws: Aws) -> Any:
    """Starts `SELEC 1` through Athena's API and through both state machines."""
    request = {"QueryString": "SELEC 1"}
    return {
        "Athena": error_code(lambda: aws.start("SELEC 1")),
        "Standard": aws.execute("QueryStateMachineArn", request).error,
        "Express": aws.express(request).error,
    }


@check(
    "errors-in-state-machines",
    claim="Step Functions reports errors of functions and of Athena under the names in the definition.",
    expected={
        "invalid request": "InvalidRequest",
        "missing column": "QueryFailed",
        "timeout": "QueryTimedOut",
        "stopped": "QueryCancelled",
    },
    relied_on="statemachines/query.asl.json; docs/contracts.md",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html",
)
def errors(aws: Aws) -> Any:
    """Runs an invalid request, a query with a missing column, one that takes too long, and one that is stopped."""
    view = aws.table(aws.lines, "objects_view")
    stopped = aws.begin("QueryStateMachineArn", {"QueryString": f"{SLOW} AND x > 1"})
    timeout = aws.begin("QueryStateMachineArn", {"QueryString": f"{SLOW} AND x > 2", "TimeoutSeconds": 3})
    aws.client("athena").stop_query_execution(QueryExecutionId=aws.query_of(stopped))
    return {
        "invalid request": aws.execute("QueryStateMachineArn", {"QueryString": "SELECT 1", "MaxRows": -1}).error,
        "missing column": aws.execute("QueryStateMachineArn", {"QueryString": f"SELECT sise FROM {view}"}).error,
        "timeout": aws.finish(timeout).error,
        "stopped": aws.finish(stopped).error,
    }


@check(
    "token-repeated",
    claim="A repeated start with the same ClientRequestToken returns the same query; with other SQL it is rejected.",
    expected={"repeated": "the same query", "other SQL": "InvalidRequestException"},
    relied_on="statemachines/query.asl.json; docs/contracts.md",
    source="https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html",
)
def token(aws: Aws) -> Any:
    """Starts a query twice with one token, and another query with the same token."""
    mark = secrets.token_hex(32)
    first = aws.start("SELECT 1 AS one", ClientRequestToken=mark)
    second = aws.start("SELECT 1 AS one", ClientRequestToken=mark)
    other = error_code(lambda: aws.start("SELECT 2 AS two", ClientRequestToken=mark))
    return {"repeated": "the same query" if first == second else "another query", "other SQL": other}


@check(
    "query-size",
    claim="A query may have 262,144 bytes, and not one more.",
    expected={"262,144 bytes": "none", "262,145 bytes": "InvalidRequestException"},
    relied_on="layers/quilt_athena/quilt_athena/query/requests.py; docs/decisions.md, 17",
    source="https://docs.aws.amazon.com/athena/latest/ug/service-limits.html",
)
def query_size(aws: Aws) -> Any:
    """Starts queries of both sizes, filled up with a comment."""
    sql = "SELECT 1 -- "
    longest = sql + "x" * (262_144 - len(sql))
    return {
        "262,144 bytes": error_code(lambda: aws.start(longest)),
        "262,145 bytes": error_code(lambda: aws.start(longest + "x")),
    }


@check(
    "express-definition",
    claim="An Express state machine may have a TimeoutSeconds above its five minutes.",
    expected={"type": "EXPRESS", "TimeoutSeconds": AtLeast(301), "status": "SUCCEEDED"},
    relied_on="template.yaml; statemachines/query.asl.json; docs/decisions.md, 25",
    source="assumed: AWS documents the five minutes, not whether a longer TimeoutSeconds is rejected",
)
def express_definition(aws: Aws) -> Any:
    """Reads the deployed definition, and runs a query with it."""
    arn = aws.outputs["QueryExpressStateMachineArn"]
    found = aws.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    timeout = json.loads(found["definition"])["TimeoutSeconds"]
    return {"type": found["type"], "TimeoutSeconds": timeout, "status": aws.express({"QueryString": "SELECT 1"}).status}


@check(
    "express-stops",
    claim="An Express execution whose time is up stops its query before it ends.",
    expected={"error": "QueryTimedOut", "query": "CANCELLED"},
    relied_on="statemachines/query.asl.json; docs/decisions.md, 25",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html",
)
def express_stops(aws: Aws) -> Any:
    """Runs a query that takes hours with TimeoutSeconds 3, and looks at its state when the execution has ended."""
    ended = aws.express({"QueryString": SLOW, "TimeoutSeconds": 3})
    return {"error": ended.error, "query": _state(aws, ended.cause["QueryExecutionId"])}


@check(
    "orphan-stopped",
    claim="When an execution is aborted, its status change event leads to the end of its query.",
    expected={"execution": "ABORTED", "query": "CANCELLED"},
    relied_on="template.yaml; layers/quilt_athena/quilt_athena/query/orphans.py; docs/decisions.md, 18",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html",
)
def orphan(aws: Aws) -> Any:
    """Aborts the execution of a query that takes hours, and waits for the query's end."""
    execution = aws.begin("QueryStateMachineArn", {"QueryString": f"{SLOW} AND x > 3"})
    query_id = aws.query_of(execution)
    aws.client("stepfunctions").stop_execution(executionArn=execution)
    return {"execution": aws.finish(execution).status, "query": aws.ended(query_id)["Status"]["State"]}


@check(
    "express-orphans",
    claim="A refresh stops a query of the Express workgroup that is older than an Express execution can be.",
    expected={"refreshed at once": "RUNNING", "refreshed after five minutes": "CANCELLED"},
    relied_on="layers/quilt_athena/quilt_athena/query/sweeping.py; docs/contracts.md; docs/decisions.md, 20 and 25b",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    decided_by=DecidedBy.AWS_ONLY,
)
def express_orphan(aws: Aws) -> Any:
    """Starts a query that takes hours in the Express workgroup, where nothing watches it, as if its execution had died;
    runs the refresh while an execution could still be waiting for it, and again after five minutes. On the local AWS
    tests/integration/refresh does the same with a later clock."""
    orphan_id = aws.start(f"{SLOW} AND y > 3", WorkGroup=aws.outputs["ExpressWorkGroupName"])
    aws.until(lambda: _state(aws, orphan_id), lambda state: state == "RUNNING")
    over = datetime.now(UTC) + MAX_EXPRESS_AGE
    aws.execute("RefreshStateMachineArn", {})
    young = _state(aws, orphan_id)
    aws.until(lambda: datetime.now(UTC) > over, timeout=2 * MAX_EXPRESS_AGE.total_seconds())
    aws.execute("RefreshStateMachineArn", {})
    return {"refreshed at once": young, "refreshed after five minutes": aws.ended(orphan_id)["Status"]["State"]}


@check(
    "saved-queries",
    claim="Athena runs the stack's saved queries, by name.",
    expected={
        "latest-packages": ["cells", "models"],
        "files-by-metadata": 4,
        "largest-files": AtLeast(50),
        "package-history": 3,
        "files-at-time": AtLeast(1),
        "duplicates-by-hash": AtLeast(1),
        "changes-between-revisions": AtLeast(1),
    },
    relied_on="layers/quilt_athena/quilt_athena/query/saved; docs/views.md",
    source="run by Trino 435, of which Athena's engine version 3 is a relative",
    decided_by=DecidedBy.ENGINE,
)
def saved_queries(aws: Aws) -> Any:
    """Runs each saved query on the packages that quilt3 pushed, and counts the rows."""

    def rows(name: str, *parameters: str) -> list[dict[str, Any]]:
        ended = aws.execute("QueryStateMachineArn", {"NamedQuery": name, "Parameters": [aws.cells, *parameters]})
        if ended.status != "SUCCEEDED" or ended.output is None:
            raise RuntimeError(f"{name}: {ended.error}: {ended.cause.get('Message')}")
        found: list[dict[str, Any]] = json.loads(ended.output)["Rows"]
        return found

    history = rows("package-history", "imaging", "cells")
    newest, oldest = history[0]["tophash"], history[-1]["tophash"]
    return {
        "latest-packages": sorted(row["name"] for row in rows("latest-packages")),
        "files-by-metadata": len(rows("files-by-metadata", "$.user_meta.well", "A1")),
        "largest-files": len(rows("largest-files")),
        "package-history": len(history),
        "files-at-time": len(rows("files-at-time", "imaging", "cells", f"{history[0]['modified']}".replace(" ", "T"))),
        "duplicates-by-hash": len(rows("duplicates-by-hash")),
        "changes-between-revisions": len(rows("changes-between-revisions", oldest, newest)),
    }


@check(
    "scan-limit",
    claim="Athena cancels a query at the workgroup's limit of bytes scanned, with a reason that says so.",
    expected={
        "error": "QueryCancelled",
        "hint": Matching("BytesScannedCutoffPerQuery", "raise BytesScannedCutoffPerQuery"),
    },
    relied_on="statemachines/query.asl.json; docs/contracts.md",
    source="https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html",
    decided_by=DecidedBy.ENGINE,
)
def scan_limit(aws: Aws) -> Any:
    """Reads a bucket with more bytes than the stack's smallest possible limit, 10 MB, in a query."""
    bucket = aws.make_bucket("large")
    s3, top_hash = aws.client("s3"), "9" * 64
    s3.put_object(Bucket=bucket, Key=f".quilt/packages/{top_hash}", Body=samples.large_manifest())
    s3.put_object(Bucket=bucket, Key=".quilt/named_packages/large/one/latest", Body=top_hash.encode())
    aws.register(bucket)
    sql = f"SELECT sum(length(meta)) AS characters FROM {aws.table(bucket, 'manifests')}"
    ended = aws.execute("QueryStateMachineArn", {"QueryString": sql})
    return {"error": ended.error, "hint": ended.cause.get("Hint", ended.cause.get("Message"))}


@check(
    "saved-queries-listed",
    claim="The stack's saved queries are named queries of the analysts' workgroup, so that consoles list them.",
    expected=sorted(saved_queries.expected),
    relied_on="template.yaml; docs/views.md",
    source="https://docs.aws.amazon.com/athena/latest/APIReference/API_ListNamedQueries.html",
)
def saved_queries_listed(aws: Aws) -> Any:
    """Lists the named queries of the workgroup."""
    athena = aws.client("athena")
    ids = athena.list_named_queries(WorkGroup=aws.outputs["WorkGroupName"])["NamedQueryIds"]
    found = athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
    return sorted(query["Name"] for query in found)


def _state(aws: Aws, query_id: str) -> str:
    """The state of a query."""
    found = aws.client("athena").get_query_execution(QueryExecutionId=query_id)
    return str(found["QueryExecution"]["Status"]["State"])
