"""What StartQueryExecution asks for, checked, with the workgroup's settings applied."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.aws.athena.errors import RequestError, check_length, check_range
from local.aws.athena.statements import check_statement, statement_type
from local.aws.athena.workgroups import has_managed_results, is_enforced

MAX_QUERY_BYTES = 262_144
_NO_OUTPUT_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup result configuration "
    "setting or as an API input."
)


@dataclass(frozen=True)
class StartRequest:
    """One query to run.

    `result_settings` is the ResultConfiguration without OutputLocation. `output_prefix` is empty if Athena keeps the
    results itself (managed query results).
    """

    sql: str
    statement_type: str
    workgroup: str
    context: Mapping[str, str]
    parameters: tuple[str, ...]
    output_prefix: str
    result_settings: Mapping[str, Any]
    bytes_limit: int | None
    reuse_minutes: int | None

    @property
    def database(self) -> str:
        """The database of names without one."""
        # awswrangler sends names in backticks.
        return self.context.get("Database", "default").strip("`")

    @property
    def same_results(self) -> str:
        """Equal for two requests that may share results in Athena."""
        return json.dumps(
            [self.sql, self.context, self.parameters, self.workgroup, self.output_prefix, self.result_settings],
            sort_keys=True,
            default=dict,
        )


def fingerprint(data: Mapping[str, Any]) -> str:
    """Equal for two StartQueryExecution requests with the same content, apart from their tokens."""
    return json.dumps({key: value for key, value in data.items() if key != "ClientRequestToken"}, sort_keys=True)


def check_token(data: Mapping[str, Any]) -> str | None:
    """The request's ClientRequestToken, if any. Raises RequestError if it is too short or too long."""
    token = data.get("ClientRequestToken")
    if token is None:
        return None
    check_length("clientRequestToken", token, least=32, most=128)
    return str(token)


def parse(data: Mapping[str, Any], workgroups: Mapping[str, Mapping[str, Any]]) -> StartRequest:
    """Parse a StartQueryExecution request. Raises RequestError with Athena's message."""
    sql = data.get("QueryString") or ""
    if not sql.strip():
        raise RequestError("Query string cannot be empty", reason="MALFORMED_QUERY")
    if len(sql.encode()) > MAX_QUERY_BYTES:
        check_length("queryString", sql + " " * MAX_QUERY_BYTES, least=1, most=MAX_QUERY_BYTES)
    settings = _workgroup_settings(data.get("WorkGroup") or "primary", workgroups)
    check_statement(sql)
    parameters = tuple(data.get("ExecutionParameters") or ())
    for number, parameter in enumerate(parameters, start=1):
        check_length(f"executionParameters.{number}.member", parameter, least=1, most=1024)
    results = _result_settings(data.get("ResultConfiguration") or {}, settings)
    managed = has_managed_results(settings)
    if managed and (data.get("ResultConfiguration") or {}).get("OutputLocation"):
        raise RequestError(
            "An output location can't be specified for queries of a workgroup with managed query results"
        )
    limit = int(settings.get("BytesScannedCutoffPerQuery") or 0)
    return StartRequest(
        sql=sql,
        statement_type=statement_type(sql),
        workgroup=data.get("WorkGroup") or "primary",
        context=dict(data.get("QueryExecutionContext") or {}),
        parameters=parameters,
        output_prefix="" if managed else _output_prefix(results.pop("OutputLocation", None)),
        result_settings=results,
        bytes_limit=limit or None,
        reuse_minutes=_reuse_minutes(data.get("ResultReuseConfiguration") or {}),
    )


def _workgroup_settings(name: str, workgroups: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    workgroup = workgroups.get(name)
    if workgroup is None:
        raise RequestError(f"WorkGroup {name} is not found.")
    if workgroup.get("State") == "DISABLED":
        raise RequestError(f"WorkGroup {name} is disabled.")
    settings: Mapping[str, Any] = workgroup.get("Configuration") or {}
    return settings


def _result_settings(requested: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The effective ResultConfiguration: the workgroup's if it is enforced or the client has no location.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
    """
    own: Mapping[str, Any] = settings.get("ResultConfiguration") or {}
    return dict(own if is_enforced(settings) or not requested.get("OutputLocation") else requested)


def _output_prefix(location: str | None) -> str:
    if not location:
        raise RequestError(_NO_OUTPUT_LOCATION)
    if not re.match(r"s3://[^/]+", location):
        raise RequestError("outputLocation is not a valid S3 path.")
    return location if location.endswith("/") else f"{location}/"


def _reuse_minutes(settings: Mapping[str, Any]) -> int | None:
    by_age = settings.get("ResultReuseByAgeConfiguration") or {}
    if not by_age.get("Enabled"):
        return None
    minutes = int(by_age.get("MaxAgeInMinutes", 60))
    check_range("resultReuseConfiguration.resultReuseByAgeConfiguration.maxAgeInMinutes", minutes, least=0, most=10080)
    return minutes
