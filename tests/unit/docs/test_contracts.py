"""The examples in docs/contracts.md match what the code accepts and returns."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from quilt_athena.catalog.changes import Action, Change
from quilt_athena.custom_views.contracts import parse_custom_views_request
from quilt_athena.custom_views.files import parse_view_file
from quilt_athena.custom_views.report import ViewsReport
from quilt_athena.errors import InvalidRequest, InvalidViewFileError
from quilt_athena.packages.packaging import invalid_rows, package_failure
from quilt_athena.packages.requests import parse_package_request
from quilt_athena.packages.selection import MAX_ENTRIES, MAX_REPORTED, MAX_REPORTED_IN_CAUSE, select_rows
from quilt_athena.query.events import Outcome, failed, parse_query_requested, succeeded
from quilt_athena.query.fetching import query_result
from quilt_athena.query.requests import parse_query_request, prepare
from quilt_athena.query.results import ColumnInfo
from quilt_athena.refresh.payloads import ReportInput
from quilt_athena.refresh.reporter import RefreshReporter
from quilt_athena.refresh.requests import parse_refresh_request
from quilt_athena.registration.bucket_events import EventKind
from quilt_athena.registration.events import catalog_changed, parse_event
from quilt_athena.registration.registry import Registry
from tests.unit.query.asl import cause
from tests.unit.template.cloudformation import Stack

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "contracts.md").read_text()
EXAMPLES: dict[str, Any] = {
    name: json.loads(text) for name, text in re.findall(r"```json ([a-z-]+)\n(.*?)```", PAGE, flags=re.DOTALL)
}
SOURCES = {"com.quiltdata", "quilt-athena"}


def test_every_block_of_json_is_an_example_with_a_test() -> None:
    assert len(EXAMPLES) == PAGE.count("```json")
    text = Path(__file__).read_text()
    assert [name for name in EXAMPLES if f'"{name}"' not in text] == []


@pytest.mark.parametrize(
    ("name", "kind"), [("bucket-registration", EventKind.ADDED), ("package-revision", EventKind.SEEN)]
)
def test_registration_events_are_accepted(name: str, kind: EventKind) -> None:
    event = parse_event(json.dumps(EXAMPLES[name]), SOURCES)
    assert (event.bucket, event.kind, event.id) == ("my-bucket", kind, EXAMPLES[name]["id"])


def test_catalog_changed_matches_its_example() -> None:
    changes = [
        Change("my_bucket_quilt_packages", Action.UPDATED),
        Change("my_bucket_quilt_manifests", Action.CREATED),
    ]
    assert catalog_changed("my-bucket", changes) == EXAMPLES["catalog-changed"]


def test_catalog_refreshed_matches_its_example() -> None:
    result = EXAMPLES["catalog-refreshed"]["result"]
    published: list[Any] = []

    class Events:
        def put_events(self, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's name
            published.append(json.loads(Entries[0]["Detail"]))
            return {"FailedEntryCount": 0}

    reporter = RefreshReporter(Registry(None, "registry"), Events(), "bus")  # type: ignore[arg-type]  # nothing is noted
    event = {
        "Report": result,
        "ViewChecks": [{"Bucket": "any", "Noted": False}] * result["ViewChecks"]["Checked"],
        "Sweep": result["OrphanedQueries"],
        "AccessPolicy": result["AccessPolicy"],
        "CustomViews": result["CustomViews"],
        "ExecutionArn": EXAMPLES["catalog-refreshed"]["execution"],
    }
    assert reporter.report(ReportInput.from_event(event)) == result
    assert published == [EXAMPLES["catalog-refreshed"]]
    sample = json.loads((ROOT / "events" / "catalog-refreshed.json").read_text())["detail"]
    assert sample == {**published[0], "result": {**result, "CustomViews": EXAMPLES["custom-views-result"]}}


def test_refresh_request_names_buckets() -> None:
    assert parse_refresh_request(EXAMPLES["refresh-request"]).buckets == ["my-bucket", "other-bucket"]


def test_custom_views_request_and_result_match_their_examples() -> None:
    assert parse_custom_views_request(EXAMPLES["custom-views-request"]).buckets == ["my-bucket", "other-bucket"]
    expected = EXAMPLES["custom-views-result"]
    report = ViewsReport("all", files=expected["Files"], unchanged=expected["Unchanged"])
    for created in expected["Created"]["Views"]:
        report.add_created(created["View"], created["File"], None if created["Bucket"] == "*" else created["Bucket"])
    report.add_deleted(expected["Deleted"]["Views"])
    refused, wrong = expected["Failed"]["Views"]
    report.add_failed(*(refused[field] for field in ("View", "File", "Bucket", "Error", "Reason")))
    report.add_invalid_file(wrong["File"], wrong["Reason"])
    assert report.as_json() == expected
    with pytest.raises(InvalidViewFileError) as refusal:
        parse_view_file(wrong["File"], b"-- A draft\nSELECT 1\n; SELECT 2")
    assert str(refusal.value) == wrong["Reason"]


def test_package_request_and_result_match_their_examples() -> None:
    request = parse_package_request(EXAMPLES["package-request"])
    assert (request.package.name, request.on_invalid_row) == ("imaging/tiffs", "fail")
    assert EXAMPLES["package-request"] == json.loads((ROOT / "events" / "package-request.json").read_text())
    expected = EXAMPLES["package-result"]
    columns = ("logical_key", "physical_key", "size", "hash", "tophash")
    rows = [
        {"logical_key": f"{number:02}.tiff", "physical_key": "s3://my-bucket/x", "size": "27"}
        for number in range(expected["Entries"])
    ] + [{"logical_key": "x.tiff", "physical_key": "s3://my-bucket/x", "size": "27.0"}]
    selection = select_rows(columns, rows)
    assert selection.rejected.as_json() == expected["Skipped"]
    assert sum(row.entry.size for row in selection.rows.values()) == expected["Bytes"]
    assert package_failure(invalid_rows(selection.rejected), expected["QueryExecutionId"]) == {
        "Error": "InvalidRow",
        "Cause": EXAMPLES["invalid-row"],
    }


def test_package_errors_are_those_of_the_state_machine() -> None:
    states = json.loads((ROOT / "statemachines" / "package.asl.json").read_text())["States"].values()
    named = {state["Error"] for state in states if state["Type"] == "Fail" and not state["Error"].startswith("{%")}
    section = PAGE.partition("### Package errors")[2].partition("##")[0]
    # The function reports two more.
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == named | {"InvalidRow", "PackageRejected"}
    assert f"more than {MAX_ENTRIES:,}" in section
    assert f"the first {MAX_REPORTED_IN_CAUSE}," in section
    assert f"the first {MAX_REPORTED} rows" in PAGE


def test_query_request_documents_all_fields() -> None:
    request = parse_query_request(EXAMPLES["query-request"])
    assert request.parameters == ["cells", "latest"]
    fields = {field.alias for field in type(request).model_fields.values()}
    assert set(re.findall(r"^\| `([A-Z]\w+)` \|", PAGE.partition("### Query result")[0], flags=re.MULTILINE)) >= fields
    assert set(EXAMPLES["query-request"]) <= fields


def test_query_result_matches_its_example() -> None:
    expected = EXAMPLES["query-result"]

    class Reader:
        columns = tuple(ColumnInfo(column["Name"], column["Type"]) for column in expected["Columns"])

        def rows(self) -> Any:
            return iter(expected["Rows"])

    query = {
        "QueryExecutionId": expected["QueryExecutionId"],
        "StatementType": expected["StatementType"],
        "OutputLocation": expected["OutputLocation"],
        "Statistics": {
            name: value for name, value in expected["Statistics"].items() if name.endswith(("Bytes", "Millis"))
        },
    }
    # The reader has the two members that are read.
    result = query_result(
        query,
        Reader(),  # type: ignore[arg-type]
        max_rows=500,
        request_bytes=1000,
        attempts=1,
        output_etag=expected["OutputETag"],
    )
    assert result == expected


def test_cause_of_a_failed_query_matches_its_example() -> None:
    example = EXAMPLES["query-failed"]
    query = {
        "StateChangeReason": example["StateChangeReason"],
        "AthenaError": example["AthenaError"],
        "State": "FAILED",
    }
    assert cause("FailQuery", {"Query": query, "QueryExecutionId": example["QueryExecutionId"]}) == example


def test_cause_of_an_invalid_request_matches_its_example() -> None:
    example = EXAMPLES["invalid-request"]
    request = {"QueryString": "SELECT ?", "Parameters": [1, 2, [3]]}
    with pytest.raises(InvalidRequest) as caught:
        prepare(request, execution_id="e", max_timeout_seconds=1800, database="d", workgroup="w")
    assert str(caught.value) == example["Message"]
    assert cause("RejectRequest", {"Request": {"Cause": {"Message": example["Message"]}}}) == example


def test_query_requested_is_accepted() -> None:
    query = parse_query_requested(json.dumps(EXAMPLES["query-requested"]), {EXAMPLES["query-requested"]["source"]})
    detail = EXAMPLES["query-requested"]["detail"]
    assert (query.source, query.correlation_id, query.request) == (
        "quilt-athena",
        detail["correlationId"],
        detail["request"],
    )
    prepare(query.request, execution_id="e", max_timeout_seconds=1800, database="d", workgroup="w")


def test_query_outcomes_match_their_examples() -> None:
    success, failure = EXAMPLES["query-succeeded"], EXAMPLES["query-failed-event"]
    assert succeeded(success["correlationId"], success["result"]) == Outcome("query-succeeded", success)
    outcome = failed(failure["correlationId"], failure["error"], json.dumps(failure["cause"]))
    assert outcome == Outcome("query-failed", failure)
    assert success["result"]["Statistics"] == EXAMPLES["query-result"]["Statistics"]


def test_parent_state_matches_the_stacks_own() -> None:
    own = json.loads((ROOT / "statemachines" / "requested_query.asl.json").read_text())["States"]["RunQuery"]
    example = EXAMPLES["parent-state"]
    assert example["Resource"] == own["Resource"].replace("${Partition}", "aws")
    assert example["TimeoutSeconds"] == own["TimeoutSeconds"]
    assert set(example["Arguments"]) <= set(own["Arguments"])
    role = Stack().of_type("AWS::IAM::Role")["RequestedQueryRole"]
    allowed = [statement["Action"] for statement in role["Policies"][0]["PolicyDocument"]["Statement"]]
    assert [statement["Action"] for statement in EXAMPLES["parent-statements"]] == allowed[:3]


def test_query_errors_are_those_of_the_state_machine() -> None:
    states = json.loads((ROOT / "statemachines" / "query.asl.json").read_text())["States"].values()
    named = {state["Error"] for state in states if state["Type"] == "Fail" and not state["Error"].startswith("{%")}
    # Those that FailUnexpectedly gives a name of its own.
    named |= {"ServiceTimedOut", "QueryNotStopped"}
    assert (
        set(re.findall(r"^\| `(\w+)` \|", PAGE.partition("### Query errors")[2].partition("##")[0], re.MULTILINE))
        == named
    )


def test_stack_outputs_are_those_of_the_template() -> None:
    template = (ROOT / "template.yaml").read_text()
    outputs = set(re.findall(r"^  (\w+):$", template.partition("\nOutputs:\n")[2], flags=re.MULTILINE))
    table = PAGE.partition("## Stack outputs")[2]
    assert {
        name for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    } == outputs
