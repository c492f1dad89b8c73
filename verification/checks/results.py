"""What the stack relies on in Athena's results: through its API, and in the result file."""

from __future__ import annotations

import json
from typing import Any

from verification.aws import Aws, error_code
from verification.check import DecidedBy, check

TYPES = """
SELECT true AS flag, TINYINT '1' AS tiny, 1 AS whole, BIGINT '9007199254740993' AS large, REAL '1.5' AS single,
  1.5E0 AS number, DECIMAL '12.30' AS exact, DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 12:34:56.789' AS moment,
  CAST(NULL AS varchar) AS nothing, '' AS empty, 'a,"b"' || chr(10) || 'é' AS text, ARRAY[1, 2] AS list,
  CAST(ROW(1, 'x') AS ROW(p integer, q varchar)) AS pair, MAP(ARRAY['k'], ARRAY[1]) AS mapping,
  JSON '{"k": [1, null]}' AS json, X'6865' AS bytes
"""
_TEXT = 'a,"b"\né'
_NAMES = [
    "flag", "tiny", "whole", "large", "single", "number", "exact", "day", "moment", "nothing", "empty", "text", "list",
    "pair", "mapping", "json", "bytes",
]  # fmt: skip
_VALUES = [
    "true", "1", "1", "9007199254740993", "1.5", "1.5", "12.30", "2024-02-29", "2024-02-29 12:34:56.789", None, "",
    _TEXT, "[1, 2]", "{p=1, q=x}", "{k=1}", '{"k":[1,null]}', "68 65",
]  # fmt: skip


def _csv(values: list[str | None]) -> str:
    return ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in values) + "\n"


@check(
    "result-values",
    claim="GetQueryResults returns every value as text in a fixed format, and NULL as a datum without a value.",
    expected={
        "types": [
            "boolean", "tinyint", "integer", "bigint", "float", "double", "decimal", "date", "timestamp", "varchar",
            "varchar", "varchar", "array", "row", "map", "json", "varbinary",
        ],
        "values": _VALUES,
    },
    relied_on="layers/quilt_athena/quilt_athena/query/results.py; docs/contracts.md",
    source="recorded responses in the tests of PyAthena and awswrangler",
    decided_by=DecidedBy.ENGINE,
)  # fmt: skip
def values(aws: Aws) -> Any:
    """Selects a value of each type, and reads it through the API."""
    query_id = aws.succeed(TYPES)["QueryExecutionId"]
    page = aws.client("athena").get_query_results(QueryExecutionId=query_id)["ResultSet"]
    types = [column["Type"] for column in page["ResultSetMetadata"]["ColumnInfo"]]
    return {"types": types, "values": [datum.get("VarCharValue") for datum in page["Rows"][1]["Data"]]}


@check(
    "result-file",
    claim="The result file is CSV in which every value is quoted and NULL is nothing, so that NULL differs from ''.",
    expected=_csv(_NAMES) + _csv(_VALUES),  # type: ignore[arg-type]
    relied_on="layers/quilt_athena/quilt_athena/query/csv_results.py; docs/decisions.md, 47",
    source="https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html",
    decided_by=DecidedBy.ENGINE,
)
def file(aws: Aws) -> Any:
    """Selects a value of each type, and reads the file at the query's OutputLocation."""
    return aws.read(aws.succeed(TYPES)["ResultConfiguration"]["OutputLocation"]).decode()


@check(
    "result-header",
    claim="The first page of a SELECT begins with the column names; later pages, and SHOW, have no such row.",
    expected={"first page": ["n", "1"], "second page": ["2", "3"], "SHOW": False},
    relied_on="layers/quilt_athena/quilt_athena/query/results.py",
    source="https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html",
    decided_by=DecidedBy.ENGINE,
)
def header(aws: Aws) -> Any:
    """Reads a result of three rows in pages of two, and that of SHOW DATABASES."""
    athena = aws.client("athena")
    query_id = aws.succeed("SELECT n FROM (VALUES 1, 2, 3) AS v (n) ORDER BY n")["QueryExecutionId"]
    first = athena.get_query_results(QueryExecutionId=query_id, MaxResults=2)
    second = athena.get_query_results(QueryExecutionId=query_id, MaxResults=2, NextToken=first["NextToken"])
    show = aws.result(aws.succeed("SHOW DATABASES")["QueryExecutionId"])
    return {
        "first page": [row["Data"][0]["VarCharValue"] for row in first["ResultSet"]["Rows"]],
        "second page": [row["Data"][0]["VarCharValue"] for row in second["ResultSet"]["Rows"]],
        "SHOW": show[0] == ["database_name"],
    }


@check(
    "result-typed",
    claim="The query state machine returns typed values: integers keep all digits, NULL is null, json is parsed.",
    expected={
        "large": "9007199254740993", "nothing": None, "empty": "", "number": 1.5, "exact": "12.30",
        "json": {"k": [1, None]}, "text": _TEXT,
    },
    relied_on="statemachines/query.asl.json; docs/decisions.md, 16",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html: JSONata's numbers are doubles",
    decided_by=DecidedBy.ENGINE,
)  # fmt: skip
def typed(aws: Aws) -> Any:
    """Runs the query of result-values with a Standard execution, and reads its output without rounding."""
    output = aws.execute("QueryStateMachineArn", {"QueryString": TYPES}).output or "{}"
    (row,) = json.loads(output, parse_int=str)["Rows"]
    observed = {name: row[name] for name in ("large", "nothing", "empty", "number", "exact", "text")}
    return {**observed, "json": json.loads(output)["Rows"][0]["json"]}


@check(
    "result-large",
    claim="A result of any size fits into the state machine (256 KiB): rows stop, and the file has all.",
    expected={"status": "SUCCEEDED", "truncated": True, "lines of the file": 5001},
    relied_on="statemachines/query.asl.json; layers/quilt_athena/quilt_athena/query/fetching.py",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
)
def large(aws: Aws) -> Any:
    """Runs a query with 5,000 rows of 200 characters."""
    sql = "SELECT n, rpad('', 200, 'x') AS text FROM UNNEST(sequence(1, 5000)) AS v (n)"
    ended = aws.execute("QueryStateMachineArn", {"QueryString": sql, "MaxRows": 5000})
    result = json.loads(ended.output or "{}")
    lines = aws.read(result["OutputLocation"]).decode().count("\n")
    return {"status": ended.status, "truncated": result["Truncated"], "lines of the file": lines}


@check(
    "result-reuse",
    claim="An equal query, also on a view, returns the earlier result to a role that may read it in S3, and no other.",
    expected={"a reader": True, "the query state machine": False},
    relied_on="docs/contracts.md; docs/access.md; docs/decisions.md, 61",
    source="https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html",
    decided_by=DecidedBy.ENGINE,
)
def reuse(aws: Aws) -> Any:
    """Runs a query on a view again with permission to reuse its result, as the caller and in the state machine."""
    sql = f"SELECT count(*) AS entries FROM {aws.table(aws.cells, 'objects_view')}"
    allowed = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
    aws.succeed(sql)
    mine = aws.succeed(sql, ResultReuseConfiguration=allowed)["Statistics"]["ResultReuseInformation"]
    aws.execute("QueryStateMachineArn", {"QueryString": sql})
    ended = aws.execute("QueryStateMachineArn", {"QueryString": sql, "ResultReuseMaxAgeInMinutes": 60})
    return {
        "a reader": mine["ReusedPreviousResult"],
        "the query state machine": json.loads(ended.output or "{}")["Statistics"]["ReusedPreviousResult"],
    }


@check(
    "execution-parameters",
    claim="A parameter is SQL text of at most 1,024 characters, and a string needs its quotes.",
    expected={
        "values": [["O'Neill", "5"]], "1,024 characters": "none", "1,025 characters": "InvalidRequestException",
    },
    relied_on="layers/quilt_athena/quilt_athena/query/literals.py",
    source="https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html",
    decided_by=DecidedBy.ENGINE,
)  # fmt: skip
def parameters(aws: Aws) -> Any:
    """Passes a string with a quote and a number, and then strings of 1,024 and 1,025 characters."""
    longest = "'" + "x" * 1022 + "'"
    return {
        "values": aws.rows("SELECT ? AS text, ? AS number", ExecutionParameters=["'O''Neill'", "5"]),
        "1,024 characters": error_code(lambda: aws.succeed("SELECT ? AS t", ExecutionParameters=[longest])),
        "1,025 characters": error_code(lambda: aws.start("SELECT ? AS t", ExecutionParameters=[longest + " "])),
    }
