"""Puts our plug-ins into MiniStack's modules. Only names are replaced or wrapped; its files stay as they are."""

from __future__ import annotations

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import athena, eventbridge, glue, lambda_svc
from ministack.services import s3 as ministack_s3
from ministack.services import scheduler as ministack_scheduler
from ministack.services import sqs as ministack_sqs
from ministack.services import stepfunctions as ministack_stepfunctions
from ministack.services.cloudformation import provisioners

from local.aws import metrics, partitions, redrive, s3, scheduler, sqs, stepfunctions
from local.aws.access import queries as access_of_queries
from local.aws.access import requests as access_of_requests
from local.aws.access import services as access_of_services
from local.aws.athena import metadata, operations
from local.aws.cloudformation import resource_handlers


def install() -> None:
    """Install every plug-in; call once, before the server takes its first request."""
    athena._start_query_execution = operations.start_query_execution
    athena._get_query_execution = operations.get_query_execution
    athena._batch_get_query_execution = operations.batch_get_query_execution
    athena._list_query_executions = operations.list_query_executions
    athena._stop_query_execution = operations.stop_query_execution
    athena._get_query_results = operations.get_query_results
    athena._get_table_metadata = metadata.only_existing(athena._get_table_metadata)
    athena._list_table_metadata = metadata.only_existing(athena._list_table_metadata)
    glue._create_partition = partitions.of_existing_tables(glue._create_partition)
    ministack_s3._put_object = s3.with_checksum_headers(ministack_s3._put_object)
    ministack_s3._copy_object = s3.with_checksum_elements(ministack_s3._copy_object)
    ministack_s3._upload_part_copy = s3.with_part_checksums(ministack_s3._upload_part_copy)
    ministack_s3._get_object = s3.with_ranges_of_versions(ministack_s3._get_object)
    executions = ministack_stepfunctions
    executions._apply_jsonata_arguments = stepfunctions.remembering(executions._apply_jsonata_arguments)
    executions._add_event = stepfunctions.with_arguments(executions._add_event)
    executions._fail_execution = stepfunctions.unless_ended(executions._fail_execution)
    executions._dispatch_aws_sdk_json = stepfunctions.late_where_asked(executions._dispatch_aws_sdk_json)
    executions._apply_state_assign = redrive.keeping_variables(executions._apply_state_assign)
    executions.handle_request = redrive.with_redrive(executions.handle_request)
    executions._invoke_nested_start_execution_sync = stepfunctions.run_nested
    ministack_scheduler._SCHEDULE_TICK_INTERVAL = scheduler.TICK_SECONDS
    ministack_scheduler._update_schedule = scheduler.anew(ministack_scheduler._update_schedule)
    eventbridge._invoke_target = scheduler.with_context_attributes(eventbridge._invoke_target)
    ministack_sqs._HANDLERS["StartMessageMoveTask"] = sqs.start_message_move_task
    lambda_svc._emit_lambda_logs = metrics.with_embedded_metrics(lambda_svc._emit_lambda_logs)
    provisioners._RESOURCE_HANDLERS.update(resource_handlers())
    _install_access()


def _install_access() -> None:
    """Have IAM asked wherever AWS asks it. Counts when IAM is enforced."""
    iam_actions.extract_resource_arn = access_of_requests.with_resources(iam_actions.extract_resource_arn)
    iam_evaluator.enforce = access_of_requests.enforcing_all(iam_evaluator.enforce)
    app.pin_request_origin = access_of_requests.over_tls(app.pin_request_origin)
    glue._get_tables = access_of_requests.only_allowed_tables(glue._get_tables)
    for name, operation in (
        ("_get_database", "GetDatabase"),
        ("_list_databases", "GetDatabases"),
        ("_get_table_metadata", "GetTable"),
        ("_list_table_metadata", "GetTables"),
    ):
        setattr(athena, name, access_of_queries.with_catalog_access(getattr(athena, name), operation))
    executions = ministack_stepfunctions
    executions._run_execution = access_of_services.as_role(executions._run_execution)
    executions._invoke_resource = access_of_services.allowed_tasks(executions._invoke_resource)
    eventbridge._invoke_target = access_of_services.allowed_starts(eventbridge._invoke_target)
    lambda_svc._run_sqs_batch = access_of_services.allowed_receives(lambda_svc._run_sqs_batch)
    lambda_svc._emit_lambda_logs = access_of_services.allowed_logs(lambda_svc._emit_lambda_logs)
