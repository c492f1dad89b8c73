"""Everything of MiniStack's that isn't its public interface: the names that are replaced, and those that are used.

MiniStack's files stay as they are. Its names may move with any release: ``moved`` lists those that did, and a test
prints that list. A new use of a private name needs an entry here; a test finds those that are missing.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.aws.athena import access, metadata, operations, workgroups
from local.aws.cloudformation.resource_types import with_resource_types
from local.aws.cloudwatch import embedded_metrics
from local.aws.faults import injection
from local.aws.glue import operations as glue
from local.aws.iam import keys, requests, services
from local.aws.lambda_ import processes
from local.aws.s3 import operations as s3
from local.aws.scheduler import operations as scheduler
from local.aws.scheduler import validation
from local.aws.sqs import operations as sqs
from local.aws.stepfunctions import delays, history, limits, nested, redrive


@dataclass(frozen=True)
class Patch:
    """A name that is replaced.

    Attributes:
        name: module and name below ``ministack``.
        parameters: the names of the function's parameters as MiniStack has them; None if it isn't a function.
        replace: makes the replacement from what MiniStack has.
    """

    name: str
    parameters: str | None
    replace: Callable[[Any], Any]


def _by(replacement: Any) -> Callable[[Any], Any]:
    """A replacement that doesn't need what it replaces."""
    return lambda _: replacement


def _with_entries(entries: Mapping[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The same dictionary, to which other modules hold references, with more entries."""

    def add(handlers: dict[str, Any]) -> dict[str, Any]:
        handlers.update(entries)
        return handlers

    return add


_BEHAVIOUR = (
    Patch("services.athena._start_query_execution", "data", _by(operations.start_query_execution)),
    Patch("services.athena._get_query_execution", "data", _by(operations.get_query_execution)),
    Patch("services.athena._batch_get_query_execution", "data", _by(operations.batch_get_query_execution)),
    Patch("services.athena._list_query_executions", "data", _by(operations.list_query_executions)),
    Patch("services.athena._stop_query_execution", "data", _by(operations.stop_query_execution)),
    Patch("services.athena._get_query_results", "data", _by(operations.get_query_results)),
    Patch("services.athena._get_table_metadata", "data", _by(metadata.get_table_metadata)),
    Patch("services.athena._list_table_metadata", "data", _by(metadata.list_table_metadata)),
    Patch("services.athena._get_database", "data", _by(metadata.get_database)),
    Patch("services.athena._list_databases", "data", _by(metadata.list_databases)),
    Patch("services.athena._get_data_catalog", "data", _by(metadata.get_data_catalog)),
    Patch("services.athena._get_workgroup", "data", workgroups.with_whole_configuration),
    Patch("services.athena._update_workgroup", "data", workgroups.with_managed_results),
    Patch("services.glue._create_partition", "data", glue.of_existing_tables),
    Patch("services.glue._create_table", "data", glue.as_new),
    Patch("services.glue._get_partitions", "data", glue.filtering_partitions),
    Patch("services.glue._handle_request_sync", "method, path, headers, body, query_params", glue.with_operations),
    Patch("services.glue._update_table", "data", glue.replacing_definitions),
    Patch("services.s3._put_object", "bucket_name, key, body, headers", s3.with_checksum_headers),
    Patch("services.s3._copy_object", "bucket_name, dest_key, headers", s3.with_checksum_elements),
    Patch("services.s3._upload_part_copy", "bucket_name, dest_key, query_params, headers", s3.with_part_checksums),
    Patch("services.s3._get_object", "bucket_name, key, headers, query_params", s3.with_ranges_of_versions),
    Patch(
        "services.stepfunctions._apply_jsonata_arguments", "state_def, raw_input, ctx", history.remembering_arguments
    ),
    Patch("services.stepfunctions._apply_jsonata_arguments", "state_def, raw_input, ctx", limits.of_arguments),
    Patch("services.stepfunctions._add_event", "execution, event_type, details", history.with_task_details),
    Patch("services.stepfunctions._add_event", "execution, event_type, details", limits.of_payloads),
    Patch("services.stepfunctions._run_execution", "exec_arn", limits.within_timeout),
    Patch("services.stepfunctions.time", None, delays.without_delay),
    Patch("services.stepfunctions._fail_execution", "execution, error, cause", history.unless_ended),
    Patch(
        "services.stepfunctions._apply_state_assign",
        "state_def, raw_input, ctx, result, error_output",
        redrive.keeping_variables,
    ),
    Patch(
        "services.stepfunctions._apply_state_assign",
        "state_def, raw_input, ctx, result, error_output",
        limits.of_variables,
    ),
    Patch("services.stepfunctions.handle_request", "method, path, headers, body, query_params", redrive.with_redrive),
    Patch("services.stepfunctions._invoke_nested_start_execution_sync", "resource, input_data", _by(nested.run_nested)),
    Patch("services.scheduler._SCHEDULE_TICK_INTERVAL", None, _by(scheduler.TICK_SECONDS)),
    Patch("services.scheduler._update_schedule", "name, body", scheduler.firing_again),
    Patch("services.scheduler._create_schedule", "name, body", validation.checked),
    Patch("services.scheduler._update_schedule", "name, body", validation.checked),
    Patch("services.eventbridge._invoke_target", "target, event, rule, view", scheduler.with_context_attributes),
    Patch("services.sqs._HANDLERS", None, _with_entries({"StartMessageMoveTask": sqs.start_message_move_task})),
    Patch("services.lambda_svc._execute_function_warm", "func, event, request_id", processes.waiting_for_a_process),
    Patch(
        "services.lambda_svc.acquire_worker",
        "func_name, config, code_zip, qualifier, max_concurrency",
        processes.ending_surplus,
    ),
    Patch(
        "services.lambda_svc._emit_lambda_logs",
        "func, request_id, log_text, error, duration_ms, log_source",
        embedded_metrics.with_embedded_metrics,
    ),
    Patch("services.cloudformation.provisioners._RESOURCE_HANDLERS", None, with_resource_types),
    Patch("app.SERVICE_HANDLERS", None, injection.with_faults),
    Patch("services.stepfunctions._invoke_resource", "resource, input_data", injection.failing_tasks),
)

#: IAM, checked wherever AWS checks it. Takes effect when the server enforces IAM.
_IAM = (
    Patch(
        "core.iam_actions.extract_resource_arn",
        "service, method, path, headers, body, query_params, region, account_id",
        requests.with_resources,
    ),
    Patch(
        "core.iam_evaluator.enforce",
        "access_key_id, iam_action, service, region, resource_arn, service_context",
        requests.enforcing_all,
    ),
    Patch("core.iam_actions._auth_failure", "service, code, message, headers", keys.naming_keys),
    Patch("app.pin_request_origin", "source_ip, secure_transport", requests.over_tls),
    Patch("services.glue._get_tables", "data", requests.only_allowed_tables),
    Patch("services.athena._get_database", "data", access.checking("GetDatabase")),
    Patch("services.athena._list_databases", "data", access.checking("GetDatabases")),
    Patch("services.athena._get_table_metadata", "data", access.checking("GetTable")),
    Patch("services.athena._list_table_metadata", "data", access.checking("GetTables")),
    Patch("services.stepfunctions._run_execution", "exec_arn", services.as_role),
    Patch("services.stepfunctions._invoke_resource", "resource, input_data", services.allowed_tasks),
    Patch("services.eventbridge._invoke_target", "target, event, rule, view", services.allowed_starts),
    Patch(
        "services.lambda_svc._run_sqs_batch",
        "esm, func_rec, event, batch, queue_url, queue_name",
        services.allowed_receives,
    ),
    Patch(
        "services.lambda_svc._emit_lambda_logs",
        "func, request_id, log_text, error, duration_ms, log_source",
        services.allowed_logs,
    ),
)

#: In the order in which they are applied: a name that occurs twice is wrapped twice.
PATCHES = (*_BEHAVIOUR, *_IAM)

#: Private names that are used as they are: the parameters of functions, None for anything else.
USED: Mapping[str, str | None] = {
    "app.AUTH": None,
    "core.iam_actions._query_param": "query_params, key",
    "core.iam_evaluator._gather_role_policies": "role_name, account_id",
    "core.iam_evaluator._permissions_boundary": "store, name, account_id",
    "core.lambda_runtime._lock": None,
    "core.lambda_runtime._workers": None,
    "services.athena._arn_workgroup": "name",
    "services.athena._create_named_query": "data",
    "services.athena._delete_named_query": "data",
    "services.athena._data_catalogs": None,
    "services.athena._executions": None,
    "services.athena._named_queries": None,
    "services.athena._prepared_statements": None,
    "services.athena._workgroups": None,
    "services.cloudwatch._evaluate_all_alarms": "",
    "services.cloudwatch._store_datum": "namespace, name, dims, ts, unit, value, values, counts, stat_values",
    "services.eventbridge._put_events": "data, allow_aws_source",
    "services.glue._create_database": "data",
    "services.glue._create_partition": "data",
    "services.glue._create_table": "data",
    "services.glue._databases": None,
    "services.glue._delete_database": "data",
    "services.glue._delete_partition": "data",
    "services.glue._delete_table": "data",
    "services.glue._partitions": None,
    "services.glue._tables": None,
    "services.iam._roles": None,
    "services.lambda_svc._throttle_response": "reason_code, msg, retry_after",
    "services.s3._buckets": None,
    "services.s3._compute_s3_checksum": "algorithm, body",
    "services.s3._delete_object": "bucket_name, key, headers, query_params",
    "services.s3._get_object_data": "bucket_name, key, version_id",
    "services.s3._multipart_uploads": None,
    "services.s3._parse_range": "range_header, total",
    "services.s3._qp": "params, key, default",
    "services.scheduler._error": "status, code, message",
    "services.scheduler._schedule_last_fired": None,
    "services.sqs._Err": "code, message, status",
    "services.sqs._queue_by_arn": "arn",
    "services.sqs._queues": None,
    "services.stepfunctions._ExecutionError": "error, cause",
    "services.stepfunctions._emit_execution_status_event": "execution",
    "services.stepfunctions._executions": None,
    "services.stepfunctions._nested_start_execution_request": "input_data",
    "services.stepfunctions._run_sub_machine": "states, start_at, input_data, execution, ctx",
    "services.stepfunctions._start_execution": "data",
    "services.stepfunctions._state_machines": None,
}


def install() -> None:
    """Apply every patch. Call it once, before the server accepts its first request."""
    for patch in PATCHES:
        module, name = _module(patch.name)
        setattr(module, name, patch.replace(getattr(module, name)))


def moved() -> list[str]:
    """The names that the installed MiniStack no longer has as expected, each with what differs."""
    expected = {**{patch.name: patch.parameters for patch in PATCHES}, **USED}
    return [
        f"{name}: {problem}" for name, parameters in sorted(expected.items()) if (problem := _problem(name, parameters))
    ]


def _problem(full_name: str, parameters: str | None) -> str | None:
    try:
        module, name = _module(full_name)
        found = getattr(module, name)
    except (ImportError, AttributeError):
        return "missing"
    if parameters is None:
        return None
    if not callable(found):
        return f"not a function any more, but {type(found).__name__}"
    actual = ", ".join(inspect.signature(found).parameters)
    return None if actual == parameters else f"expected ({parameters}), found ({actual})"


def _module(full_name: str) -> tuple[Any, str]:
    module, _, name = full_name.rpartition(".")
    return importlib.import_module(f"ministack.{module}"), name
