"""The Python client on the deployed stack: every row with its type, and no query left running."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.waiting import until
from quilt_athena.client import InvalidRequest, Progress, QueryFailed, QueryTimedOut, QuiltAthena, run_query
from quilt_athena.client.queries import Query
from quilt_athena.errors import ResultUnreadableError
from quilt_athena.query.results import ResultReader
from tests.integration.client.slow import SLOW
from tests.local_aws import LocalAws


@pytest.fixture
def athena(local_aws: LocalAws) -> QuiltAthena:
    """A client with the settings of the environment, which are those of the local AWS."""
    assert local_aws.outputs
    return QuiltAthena()


# Values of all kinds, on several pages of the API and in several pieces of the file.
MANY = """SELECT n, CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a,"b"' WHEN 3 THEN 'two' || chr(10) ||
'lines' ELSE 'größer 漢字' END AS t, n % 2 = 0 AS flag, CAST(n AS double) / 4 AS ratio
FROM UNNEST(sequence(1, 2500)) AS s(n)"""
TEXTS = [None, "", 'a,"b"', "two\nlines", "größer 漢字"]
EXPECTED = [{"n": n, "t": TEXTS[n % 5], "flag": n % 2 == 0, "ratio": n / 4} for n in range(1, 2501)]


@pytest.mark.main_path
@pytest.mark.parametrize("express", [False, True])
def test_result_has_all_rows_typed(athena: QuiltAthena, express: bool) -> None:
    result = athena.run_query(MANY, express=express)
    assert result.truncated
    assert sorted(result, key=lambda row: row["n"]) == EXPECTED
    assert result.statistics["TotalExecutionTimeInMillis"] >= 0
    assert result.estimated_price > 0


def test_result_that_somebody_replaced_is_not_read(athena: QuiltAthena, local_aws: LocalAws) -> None:
    result = athena.run_query(MANY)
    assert result.output_etag
    location = str(result.output_location)
    bucket, _, key = location.removeprefix("s3://").partition("/")
    local_aws.s3.put_object(Bucket=bucket, Key=key, Body=local_aws.read(location).replace(b"two", b"six"))
    with pytest.raises(ResultUnreadableError, match=f"^{location} is not the file that Athena wrote for this query"):
        result.to_list()


def test_file_and_api_return_the_same_rows(athena: QuiltAthena, local_aws: LocalAws) -> None:
    result = athena.run_query(MANY)
    pages = ResultReader(local_aws.athena, result.query_execution_id, "DML", 1000)
    assert list(pages.rows()) == list(result)


def test_max_rows_and_empty_results(athena: QuiltAthena) -> None:
    assert len(athena.run_query(MANY, max_rows=1500).to_list()) == 1500
    assert len(athena.run_query(MANY, max_rows=3).to_list()) == 3
    empty = athena.run_query("SELECT n FROM UNNEST(sequence(1, 3)) AS s(n) WHERE n > 3")
    assert (empty.to_list(), [column.name for column in empty.columns]) == ([], ["n"])


def test_statements_without_a_csv_file_return_their_rows(athena: QuiltAthena, local_aws: LocalAws, bucket: str) -> None:
    prefix = local_aws.onboard(bucket)
    shown = athena.run_query(f"SHOW TABLES LIKE '{prefix}_quilt_*'")
    assert {name for row in shown for name in row.values()} == {
        f"{prefix}_{kind}"
        for kind in ("quilt_manifests", "quilt_packages", "quilt_packages_view", "quilt_objects_view")
    }
    assert shown.estimated_price == 0


@pytest.mark.parametrize("express", [False, True])
def test_parameters_keep_their_values(athena: QuiltAthena, express: bool) -> None:
    values: list[str | int | float | bool | None] = ["O'Neill; -- \n' OR 1=1", "漢字", 5, 2.5, True, None]
    row = athena.run_query("SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f", values, express=express).to_list()[
        0
    ]
    assert [*row.values()][:3] == values[:3]
    assert float(row["d"]) == 2.5
    assert (row["e"], row["f"]) == (True, None)


@pytest.mark.parametrize("express", [False, True])
def test_errors_have_types_and_reasons(athena: QuiltAthena, express: bool) -> None:
    with pytest.raises(QueryFailed) as failed:
        athena.run_query("SELECT nope FROM nowhere", express=express)
    assert "nowhere" in str(failed.value)
    assert failed.value.query_execution_id
    assert failed.value.athena_error["ErrorCategory"] == 2
    with pytest.raises(InvalidRequest, match="TimeoutSeconds"):
        athena.run_query("SELECT 1", timeout_seconds=999_999, express=express)


def state_of(local_aws: LocalAws, query_id: str) -> str:
    """Athena's state of a query."""
    return str(local_aws.execution(query_id)["Status"]["State"])


def running_query(query: Query) -> str:
    """Athena's id of a started query, once there is one."""
    return until(lambda: query.execution.query_execution_id() or "")


@pytest.mark.parametrize("express", [False, True])
def test_query_is_stopped_at_its_timeout(athena: QuiltAthena, local_aws: LocalAws, express: bool) -> None:
    with pytest.raises(QueryTimedOut) as late:
        athena.run_query(SLOW, timeout_seconds=1, express=express)
    assert late.value.query_execution_id is not None
    assert state_of(local_aws, late.value.query_execution_id) == "CANCELLED"


def test_leaving_the_block_stops_the_query(athena: QuiltAthena, local_aws: LocalAws) -> None:
    with athena.start_query(SLOW) as query:
        query_id = running_query(query)
    until(lambda: state_of(local_aws, query_id), lambda state: state == "CANCELLED")
    assert local_aws.stepfunctions.describe_execution(executionArn=query.execution_arn)["status"] == "ABORTED"


def test_an_error_while_waiting_stops_the_query(athena: QuiltAthena, local_aws: LocalAws) -> None:
    seen: list[str] = []

    def interrupt(progress: Progress) -> None:
        if progress.query_execution_id:
            seen.append(progress.query_execution_id)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        athena.run_query(SLOW, on_progress=interrupt)
    until(lambda: state_of(local_aws, seen[0]), lambda state: state == "CANCELLED")


@pytest.mark.parametrize("express", [False, True])
def test_same_key_runs_one_query(athena: QuiltAthena, express: bool) -> None:
    key = uuid.uuid4().hex
    first, second = (athena.run_query("SELECT 1 AS a", idempotency_key=key, express=express) for _ in range(2))
    assert first.query_execution_id == second.query_execution_id
    assert first.to_list() == second.to_list() == [{"a": 1}]


def test_outputs_come_from_ssm_or_cloudformation(local_aws: LocalAws) -> None:
    without_parameters = QuiltAthena()

    def deny(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetParameters")

    without_parameters.connections.ssm.meta.events.register("before-call", deny)
    for athena in (QuiltAthena(), without_parameters):
        for name in ("QueryStateMachineArn", "DatabaseName", "ViewsBucketName"):
            assert athena.stack.output(name) == local_aws.outputs[name]


def test_run_query_needs_no_client(local_aws: LocalAws) -> None:
    assert local_aws.outputs
    assert run_query("SELECT ? AS a", ["x"]).to_list() == [{"a": "x"}]


TYPED = """SELECT CAST('12.50' AS decimal(10, 2)) AS d, DATE '2026-11-20' AS day,
TIMESTAMP '2026-11-20 12:00:00.250' AS at, TIMESTAMP '2026-11-20 13:00:00.250 Europe/Berlin' AS city, X'00ff' AS bytes,
nan() AS x, CAST(ARRAY[1, NULL] AS JSON) AS j, ARRAY[1] AS r, CAST(NULL AS bigint) AS missing"""


def test_result_has_the_types_of_the_query(athena: QuiltAthena, tmp_path: Path) -> None:
    result = athena.run_query(TYPED)
    ((d, day, at, city, octets, x, j, r, missing),) = (row.values() for row in result)
    assert (d, day, octets, j, r, missing) == (
        Decimal("12.50"),
        date(2026, 11, 20),
        b"\x00\xff",
        [1, None],
        "[1]",
        None,
    )
    assert at.isoformat() == "2026-11-20T12:00:00.250000"
    assert city.astimezone(UTC).isoformat() == "2026-11-20T12:00:00.250000+00:00"
    assert math.isnan(x)
    table = result.to_arrow()
    assert {field.name: str(field.type) for field in table.schema} == {
        "d": "decimal128(10, 2)",
        "day": "date32[day]",
        "at": "timestamp[us]",
        "city": "timestamp[us, tz=UTC]",
        "bytes": "binary",
        "x": "double",
        "j": "string",
        "r": "string",
        "missing": "int64",
    }
    assert result.to_parquet(tmp_path / "typed.parquet") == 1
    assert str(result.to_pandas()["missing"].dtype) == "Int64"
