"""The statements of docs/access.md allow what the page says, and nothing else."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack import executions
from local.stack.clients import client
from local.stack.paths import ROOT
from local.stack.waiting import until
from quilt_athena.client.buckets import Buckets
from quilt_athena.client.clock import Clock
from quilt_athena.client.custom_views import CustomViews
from quilt_athena.client.dead_letters import QUEUES, SCHEDULES
from quilt_athena.client.operations import Operations
from quilt_athena.client.stack import Stack
from quilt_athena.client.view_files import LocalViewFile
from tests.integration.access.conftest import Person, make_role
from tests.integration.custom_views.stack_views import CustomViews as StackViews
from tests.local_aws import FINAL, LocalAws
from tests.unit.template import stacks
from tests.unit.template.policies import access_policy, statements

PAGE = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```json ([\w-]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def person(local_aws: LocalAws, *names: str, alter: dict[str, str] | None = None) -> Person:
    """A person with the statements of these blocks, and nothing else."""
    arn = make_role(local_aws.stack, f"reader-{uuid.uuid4().hex[:8]}")
    document = json.dumps({"Version": "2012-10-17", "Statement": statements_of(local_aws, *names, alter=alter)})
    iam = client("iam", local_aws.stack.endpoint)
    iam.put_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="page", PolicyDocument=document)
    return Person.with_role(local_aws.stack, arn)


def statements_of(local_aws: LocalAws, *names: str, alter: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The statements of these blocks, for the deployed stack."""
    outputs = local_aws.outputs
    values = {
        **outputs,
        "Region": "us-east-1",
        "Account": "000000000000",
        "EventBusArn": f"arn:aws:events:us-east-1:000000000000:event-bus/{outputs['EventBusName']}",
        "QueryExecutionsArn": outputs["QueryStateMachineArn"].replace(":stateMachine:", ":execution:") + ":*",
        "ViewsExecutionsArn": outputs["ViewsStateMachineArn"].replace(":stateMachine:", ":execution:") + ":*",
        "RefreshExecutionsArn": outputs["RefreshStateMachineArn"].replace(":stateMachine:", ":execution:") + ":*",
        **(alter or {}),
    }
    text = json.dumps([statement for name in names for statement in json.loads(BLOCKS[name])])
    found: list[dict[str, Any]] = json.loads(re.sub(r"<(\w+)>", lambda match: values[match[1]], text))
    return found


def check_denied(call: Any) -> None:
    """Check that IAM denies a call."""
    with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
        call()


def test_caller_runs_and_stops_queries(local_aws: LocalAws) -> None:
    machines = person(local_aws, "caller-standard").client("stepfunctions")
    arn = local_aws.outputs["QueryStateMachineArn"]
    request = json.dumps({"QueryString": "SELECT 1 AS x"})
    execution = machines.start_execution(stateMachineArn=arn, input=request)["executionArn"]
    ended = until(
        lambda: machines.describe_execution(executionArn=execution), lambda found: found["status"] != "RUNNING"
    )
    assert json.loads(ended["output"])["Rows"] == [{"x": 1}]
    other = machines.start_execution(stateMachineArn=arn, input=request)["executionArn"]
    machines.stop_execution(executionArn=other)
    check_denied(
        lambda: machines.start_execution(stateMachineArn=local_aws.outputs["RefreshStateMachineArn"], input="{}")
    )
    check_denied(lambda: machines.list_executions(stateMachineArn=arn))


def test_express_caller_runs_queries_and_reads_results(local_aws: LocalAws) -> None:
    somebody = person(local_aws, "caller-express", "caller-results")
    machines = somebody.client("stepfunctions")
    output = machines.start_sync_execution(
        stateMachineArn=local_aws.outputs["QueryExpressStateMachineArn"], input=json.dumps({"QueryString": "SELECT 1"})
    )
    location = json.loads(output["output"])["OutputLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    assert somebody.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == b'"_col0"\n"1"\n'
    check_denied(lambda: somebody.client("s3").list_objects_v2(Bucket=bucket))


def test_caller_watches_a_query_and_reads_long_listings(local_aws: LocalAws) -> None:
    athena = person(local_aws, "caller-results", "caller-watching").client("athena")
    query = local_aws.run("SHOW DATABASES").output["QueryExecutionId"]
    assert athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] == "SUCCEEDED"
    assert athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    check_denied(lambda: athena.stop_query_execution(QueryExecutionId=query))
    check_denied(lambda: athena.list_query_executions(WorkGroup=local_aws.outputs["StandardWorkGroupName"]))


def test_managed_tables_can_be_protected_from_analysts(local_aws: LocalAws) -> None:
    prefix = local_aws.onboard(local_aws.make_bucket())
    arn = make_role(local_aws.stack, policy=local_aws.outputs["AthenaAccessPolicyArn"])
    document = json.dumps({"Version": "2012-10-17", "Statement": statements_of(local_aws, "protect-managed-tables")})
    iam = client("iam", local_aws.stack.endpoint)
    iam.put_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="page", PolicyDocument=document)
    glue = Person.with_role(local_aws.stack, arn).client("glue")
    database = local_aws.outputs["DatabaseName"]
    managed = [table["Name"] for table in local_aws.tables(f"{prefix}_quilt_")]
    assert len(managed) == 4
    for name in managed:
        check_denied(lambda name=name: glue.delete_table(DatabaseName=database, Name=name))
        check_denied(lambda name=name: glue.update_table(DatabaseName=database, TableInput={"Name": name}))
        check_denied(lambda name=name: glue.create_table(DatabaseName=database, TableInput={"Name": f"new_{name}"}))
    own = f"{prefix}_quilt_own"
    glue.create_table(DatabaseName=database, TableInput={"Name": own})
    glue.delete_table(DatabaseName=database, Name=own)


def test_results_are_reused_where_the_page_allows_it(local_aws: LocalAws) -> None:
    sql, machine = f"SELECT '{uuid.uuid4()}' AS x", local_aws.outputs["QueryStateMachineArn"]
    role = local_aws.outputs["QueryStateMachineRoleArn"].rpartition("/")[2]
    iam = client("iam", local_aws.stack.endpoint)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements_of(local_aws, "reuse-results")})
    iam.put_role_policy(RoleName=role, PolicyName="reuse-results", PolicyDocument=document)
    try:
        request = {"QueryString": sql, "ResultReuseMaxAgeInMinutes": 60}
        results = [executions.run(local_aws.stepfunctions, machine, request).output for _ in range(2)]
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="reuse-results")
    assert [result["Statistics"]["ReusedPreviousResult"] for result in results] == [False, True]
    assert results[0]["OutputETag"] == results[1]["OutputETag"]


def test_event_caller_requests_queries(local_aws: LocalAws) -> None:
    events = person(local_aws, "caller-events").client("events")
    correlation = uuid.uuid4().hex
    detail = {"version": "0.1", "correlationId": correlation, "request": {"QueryString": f"SELECT '{correlation}'"}}
    entry = {"Source": "quilt-athena", "DetailType": "query-requested", "Detail": json.dumps(detail)}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    group = local_aws.outputs["StandardWorkGroupName"]

    def states_of_query() -> list[str]:
        ids = local_aws.athena.list_query_executions(WorkGroup=group, MaxResults=20)["QueryExecutionIds"]
        found = [local_aws.execution(query) for query in ids]
        return [one["Status"]["State"] for one in found if correlation in one["Query"]]

    assert until(states_of_query, lambda states: bool(states) and states[0] in FINAL) == ["SUCCEEDED"]


def test_operator_reads_status_and_redrives(local_aws: LocalAws) -> None:
    somebody = person(local_aws, "operator")
    outputs = local_aws.outputs
    (described,) = somebody.client("cloudformation").describe_stacks(StackName="quilt-athena")["Stacks"]
    assert {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]} == outputs
    services = ("dynamodb", "sqs", "cloudformation", "cloudwatch", "stepfunctions", "events")
    clients = {name: somebody.client(name) for name in services}
    connections: Any = _Connections(clients)
    stack = Stack(connections, "quilt-athena", outputs)
    operations = Operations(stack, Buckets(stack, Clock()))
    found = operations.status()
    assert set(found.dead_letters) == {*QUEUES, SCHEDULES}
    bucket = f"late-{uuid.uuid4().hex[:8]}"
    detail = json.dumps({"version": "0.1", "type": "added", "bucket": bucket})
    entry = {"Source": "quilt-athena", "DetailType": "bucket-registration", "Detail": detail, "Resources": []}
    assert clients["events"].put_events(Entries=[entry])["FailedEntryCount"] == 0
    until(lambda: operations.status().dead_letters["bucket-events"])
    local_aws.make_bucket(bucket)
    assert operations.redrive("bucket-events") == 1
    until(lambda: len(local_aws.tables(bucket.replace("-", "_"))) == 4)
    until(lambda: operations.status().dead_letters["bucket-events"], (0).__eq__)
    started = clients["stepfunctions"].start_execution(stateMachineArn=outputs["RefreshStateMachineArn"], input="{}")
    check_denied(lambda: clients["stepfunctions"].start_execution(stateMachineArn=outputs["QueryStateMachineArn"]))
    check_denied(lambda: clients["dynamodb"].delete_table(TableName=outputs["RegistryTableName"]))
    check_denied(lambda: somebody.client("glue").get_tables(DatabaseName="quilt_query"))
    refresh = {"executionArn": started["executionArn"]}
    states = local_aws.stepfunctions
    ended = until(lambda: states.describe_execution(**refresh)["status"], lambda status: status != "RUNNING")
    assert ended == "SUCCEEDED"


def test_author_creates_and_deletes_custom_views(local_aws: LocalAws) -> None:
    somebody = person(local_aws, "view-author")
    clients = {name: somebody.client(name) for name in ("s3", "glue", "stepfunctions")}
    connections: Any = _Connections(clients)
    custom_views = CustomViews(Stack(connections, "quilt-athena", local_aws.outputs), Clock())
    bucket = local_aws.make_bucket()
    prefix = local_aws.onboard(bucket)
    # An execution that read the files before the removal below could create the views after it.
    stack_views = StackViews(local_aws)
    stack_views.wait_for_registration(bucket)
    stack_views.wait_for_executions()
    name = f"titles_{uuid.uuid4().hex[:8]}.sql"
    file = LocalViewFile(Path(name), b"SELECT name FROM {packages_view}")
    assert [changed for _, changed in custom_views.upload([file])] == [True]
    assert custom_views.create()["Failed"]["Count"] == 0
    (listed,) = custom_views.files()
    assert f"{prefix}_quilt_{name.removesuffix('.sql')}" in listed.views
    assert custom_views.remove([name]) == [name]
    custom_views.create()
    assert not {table["Name"] for table in local_aws.tables("")} & set(listed.views)
    check_denied(lambda: clients["s3"].list_objects_v2(Bucket=local_aws.outputs["ResultsBucketName"]))
    check_denied(
        lambda: clients["s3"].put_object(Bucket=local_aws.outputs["ViewsBucketName"], Key="plans/x.json", Body=b"")
    )
    view = listed.views[0]
    check_denied(lambda: clients["glue"].delete_table(DatabaseName=local_aws.outputs["DatabaseName"], Name=view))
    check_denied(lambda: start_view_query(somebody, local_aws))


def test_author_saves_queries(local_aws: LocalAws) -> None:
    athena = person(local_aws, "query-author").client("athena")
    query: Any = {"Name": f"mine-{uuid.uuid4().hex[:8]}", "Database": "quilt_query", "QueryString": "SELECT 1 AS x"}
    named = athena.create_named_query(**query, WorkGroup="quilt-query")["NamedQueryId"]
    machine = local_aws.outputs["QueryStateMachineArn"]
    assert executions.run(local_aws.stepfunctions, machine, {"NamedQuery": query["Name"]}).output["Rows"] == [{"x": 1}]
    athena.delete_named_query(NamedQueryId=named)
    check_denied(lambda: athena.create_named_query(**query, WorkGroup="primary"))
    check_denied(lambda: athena.list_named_queries(WorkGroup="quilt-query"))


def start_view_query(somebody: Person, local_aws: LocalAws) -> None:
    """Start the view query state machine, which only the views state machine may start."""
    machines = local_aws.stepfunctions.list_state_machines()["stateMachines"]
    (arn,) = [one["stateMachineArn"] for one in machines if "ViewQuery" in one["name"]]
    somebody.client("stepfunctions").start_execution(stateMachineArn=arn, input="{}")


class _Connections:
    """Clients as attributes, by service."""

    def __init__(self, clients: dict[str, Any]) -> None:
        self.__dict__.update(clients)


def test_bucket_policy_has_two_statements() -> None:
    found = json.loads(BLOCKS["bucket-policy"])
    assert {statement["Sid"] for statement in found} == {"ReadPackageMetadata", "FindPackageMetadata"}


def test_key_statement_equals_that_of_the_access_policy() -> None:
    (statement,) = json.loads(BLOCKS["customer-key"])
    policy = access_policy(stacks.stack("hardened"))
    (granted,) = [s["Action"] for s in statements(policy) if s["Resource"] == stacks.KEY]
    assert statement["Action"] == granted


def test_every_statement_of_the_page_is_tested() -> None:
    tested = {"caller-standard", "caller-express", "caller-results", "caller-events", "operator", "bucket-policy"}
    tested |= {"reuse-results", "protect-managed-tables", "caller-watching"}
    assert set(BLOCKS) == tested | {"view-author", "query-author", "customer-key"}
