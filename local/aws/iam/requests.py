"""The resources and condition keys that a request is checked against, where MiniStack knows fewer than AWS.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html,
https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html (a call for a table requires
permissions on the table, its database and the catalog; GetTables returns the tables that the caller may see). Condition
keys: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html. Of SQS, a call for a batch needs the
permission for a single message: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import athena, iam

from local.aws.iam import record
from local.aws.iam.callers import AccessDenied, Caller, signed_with
from local.aws.responses import Response


class Resource(str):
    """The ARN of a resource, with the others that the same call requires, and the condition keys of the call."""

    others: tuple[str, ...] = ()
    context: Mapping[str, str] = {}


def with_resources(extract_resource_arn: Callable[..., str]) -> Callable[..., str]:
    """Wrap the function that finds the resource of a request."""

    @functools.wraps(extract_resource_arn)
    def extract(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Any,
        region: str,
        account: str,
    ) -> str:
        request = _json(body)
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if service == "athena":
            execution = athena._executions.get(_query_id(request))
            if execution is not None:
                return str(athena._arn_workgroup(execution.request.workgroup))
            named = athena._named_queries.get(_named_query_id(request))
            if named is not None:
                return str(athena._arn_workgroup(named.get("WorkGroup", "primary")))
            catalog = request.get("CatalogName") or (request.get("Name") if operation == "GetDataCatalog" else None)
            if catalog:
                return f"arn:aws:athena:{region}:{account}:datacatalog/{catalog}"
        if service == "sqs" and request.get("SourceArn"):
            return str(request["SourceArn"])
        if service == "ssm" and request.get("Names"):
            prefix = f"arn:aws:ssm:{region}:{account}:parameter"
            return _several(f"{prefix}{name if name.startswith('/') else f'/{name}'}" for name in request["Names"])
        if service == "glue":
            return _several(glue_resources(operation, request, region, account))
        found = extract_resource_arn(service, method, path, headers, body, query, region, account)
        if service == "iam":
            role = iam._roles.get(iam_actions._query_param(query, "RoleName"))  # its ARN includes its path
            policy = iam_actions._query_param(query, "PolicyArn")
            return _with_context(role["Arn"] if role else found, {"iam:PolicyARN": policy} if policy else {})
        if service == "events" and request.get("Entries"):
            # AWS checks each event; here only the first one is checked.
            event = request["Entries"][0]
            keys = {"events:source": event.get("Source"), "events:detail-type": event.get("DetailType")}
            return _with_context(found, {key: str(value) for key, value in keys.items() if value})
        return found

    return extract


def glue_resources(operation: str, request: Mapping[str, Any], region: str, account: str) -> list[str]:
    """The resources that a call of Glue requires, the most specific first."""
    prefix = f"arn:aws:glue:{region}:{account}:"
    database = str(request.get("DatabaseName") or "")
    if not database and operation.endswith("Database"):
        database = str(request.get("Name") or request.get("DatabaseInput", {}).get("Name") or "")
    named = [request.get("TableName"), *request.get("TablesToDelete", ())]
    if operation.endswith("Table"):
        named += [request.get("Name"), request.get("TableInput", {}).get("Name")]
    tables = [f"{prefix}table/{database}/{name}" for name in named if name]
    databases = [f"{prefix}database/{database}"] if database else []
    return [*tables, *databases, f"{prefix}catalog"]


def enforcing_all(enforce: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the check of a request: all of its resources are checked, and recorded."""

    @functools.wraps(enforce)
    def check(access_key: str, action: str, *values: Any, resource_arn: str = "*", **named: Any) -> Any:
        signed_with(access_key)
        if action.startswith("sqs:"):
            action = action.removesuffix("Batch")
        context = {**(named.pop("service_context", None) or {}), **getattr(resource_arn, "context", {})}
        denied = None
        for resource in (str(resource_arn), *getattr(resource_arn, "others", ())):
            denied = denied or enforce(
                access_key, action, *values, resource_arn=resource, service_context=context, **named
            )
            _record(access_key, action, resource, context, denied)
        return denied

    return check


def only_allowed_tables(get_tables: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """Wrap GetTables: it returns the tables that the caller may see."""

    @functools.wraps(get_tables)
    def tables(data: dict[str, Any]) -> Response:
        status, headers, body = get_tables(data)
        if status >= 400:
            return status, headers, body
        found = json.loads(body)
        caller = Caller.current()
        found["TableList"] = [
            table for table in found["TableList"] if _may_get(caller, data["DatabaseName"], table["Name"])
        ]
        response: Response = json_response(found)
        return response

    return tables


def _may_get(caller: Caller, database: str, table: str) -> bool:
    try:
        caller.check("glue:GetTables", f"arn:aws:glue:{get_region()}:{get_account_id()}:table/{database}/{table}")
    except AccessDenied:
        return False
    return True


def over_tls(pin_request_origin: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Wrap the recording of a request's origin: loopback counts as TLS.

    Otherwise policies that require `aws:SecureTransport`, as those of every bucket and queue should, deny everything.
    """

    @functools.wraps(pin_request_origin)
    def pin(source_ip: str, _secure_transport: bool) -> None:
        pin_request_origin(source_ip, True)

    return pin


def _record(access_key: str, action: str, resource: str, context: Mapping[str, Any], denied: Any) -> None:
    principal = iam_evaluator.caller_arn()
    if access_key and not principal.endswith(":root"):
        lower = {key.lower(): value for key, value in context.items()}
        record.add(principal, action, resource, lower, allowed=denied is None)


def _with_context(arn: str, context: Mapping[str, str]) -> Resource:
    resource = Resource(arn)
    resource.context = context
    return resource


def _several(resources: Iterable[str]) -> Resource:
    first, *others = resources
    resource = Resource(first)
    resource.others = tuple(others)
    return resource


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        request = json.loads(body)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _query_id(request: Mapping[str, Any]) -> str | None:
    # AWS checks the workgroup of each query in a batch; here only the first one's is checked.
    return _first(request.get("QueryExecutionIds")) or _text(request.get("QueryExecutionId"))


def _named_query_id(request: Mapping[str, Any]) -> str | None:
    return _first(request.get("NamedQueryIds")) or _text(request.get("NamedQueryId"))


def _first(values: Any) -> str | None:
    return _text(values[0]) if isinstance(values, list) and values else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
