"""Custom views from Python: checking and uploading files, creating their views, and listing both."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.response import StreamingBody

from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.client import InvalidRequest, Progress, QueryCancelled, QueryServiceError, ServiceUnavailableError
from quilt_athena.client.clock import Clock
from quilt_athena.client.connections import Connections
from quilt_athena.client.custom_views import CustomViews
from quilt_athena.client.stack import Stack
from quilt_athena.client.view_files import LocalViewFile, read_view_files
from quilt_athena.custom_views.files import MAX_FILES, ViewFile
from quilt_athena.custom_views.statements import create_statement
from tests.unit.client.deployed import RUNNING, failed, started, succeeded
from tests.unit.client.fake_aws import FakeAws, FakeTime, Refused

LIST, GET, PUT, DELETE = "s3:ListObjectsV2", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"
START, DESCRIBE, STOP = "stepfunctions:StartExecution", "stepfunctions:DescribeExecution", "stepfunctions:StopExecution"
EXECUTIONS, HISTORY, TABLES = "stepfunctions:ListExecutions", "stepfunctions:GetExecutionHistory", "glue:GetTables"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:views"
OUTPUTS = {"ViewsStateMachineArn": MACHINE, "ViewsBucketName": "own", "DatabaseName": "quilt_query"}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
GOOD = "SELECT name FROM {packages_view}\n"
WRONG = "SELECT 1; SELECT 2"


class FakeFiles:
    """The stack's bucket of files: names with their contents."""

    def __init__(self, aws: FakeAws, files: Mapping[str, str]) -> None:
        self.files = {f"views/{name}": content.encode() for name, content in files.items()}
        self.uploaded = NOON
        aws.on(LIST, self.listed).on(GET, self.read).on(PUT, self.write).on(DELETE, self.delete)

    def listed(self, call: dict[str, Any]) -> dict[str, Any]:
        assert (call["Bucket"], call["Prefix"]) == ("own", "views/")
        contents = [
            {"Key": key, "Size": len(content), "LastModified": self.uploaded, "ETag": "tag"}
            for key, content in sorted(self.files.items())
        ]
        return {"Contents": contents} if contents else {}

    def read(self, call: dict[str, Any]) -> dict[str, Any] | Refused:
        content = self.files.get(call["Key"])
        if content is None:
            return Refused("NoSuchKey", 404)
        return {"Body": StreamingBody(io.BytesIO(content), len(content))}

    def write(self, call: dict[str, Any]) -> dict[str, Any]:
        self.files[call["Key"]] = call["Body"].read()
        return {}

    def delete(self, call: dict[str, Any]) -> dict[str, Any]:
        del self.files[call["Key"]]
        return {}


def result(
    created: int = 0, *, failed: list[dict[str, Any]] | None = None, failed_count: int | None = None, **fields: Any
) -> dict[str, Any]:
    """A views result of the contract, of views of names.sql."""
    views = [{"View": f"b{n}_quilt_names", "File": "names.sql", "Bucket": f"b{n}"} for n in range(min(created, 50))]
    failed = failed or []
    return {
        "Scope": "all",
        "Files": 1,
        "Created": {"Count": created, "Views": views},
        "Deleted": {"Count": 0, "Views": []},
        "Unchanged": 0,
        "Failed": {"Count": len(failed) if failed_count is None else failed_count, "Views": failed},
        "Remaining": 0,
        **fields,
    }


def failure(bucket: str, file: str = "names.sql", reason: str = "COLUMN_NOT_FOUND: line 1:8") -> dict[str, Any]:
    """A view that Athena rejected."""
    view = f"{bucket}_quilt_{file.removesuffix('.sql')}"
    return {"File": file, "View": view, "Bucket": bucket, "Error": "QueryFailed", "Reason": reason}


def table(name: str, *, is_custom: bool = True) -> dict[str, Any]:
    """A view in Glue, created from a file or not."""
    prefix, _, file = name.rpartition("_quilt_")
    bucket = None if prefix == "all_buckets" else prefix.replace("_", "-")
    custom = create_statement(ViewFile(file, "SELECT 1 AS one"), bucket, "quilt_query").partition(" AS ")[2]
    sql = custom if is_custom else "SELECT 1 AS one"
    return encode_view(name, View(sql, (Column("one", "integer"),), "quilt_query"))


@pytest.fixture
def views(aws: FakeAws, fake_time: FakeTime) -> CustomViews:
    """The custom views of a stack, before AWS as it responds here."""
    stack = Stack(Connections(aws.session()), "quilt-athena", OUTPUTS)
    return CustomViews(stack, Clock(fake_time.monotonic, fake_time.sleep))


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


def reasons(error: InvalidRequest) -> dict[str, str]:
    """What is wrong with which file (its last name)."""
    return {Path(one["File"]).name: one["Reason"] for one in error.cause["Files"]}


def test_folder_yields_each_sql_file_directly_in_it_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "views", {"b.sql": GOOD, "a.sql": GOOD, "readme.md": "", "._a.sql": "\0", ".sql": ""})
    written(folder / "old", {"c.sql": WRONG})
    (folder / "folder.sql").mkdir()
    files = read_view_files([folder, folder / "a.sql", folder / "old" / ".." / "b.sql"])
    assert [file.name for file in files] == ["a.sql", "b.sql"]
    assert files[0].content == GOOD.encode()


def test_invalid_files_are_all_reported_with_reasons(tmp_path: Path) -> None:
    folder = written(tmp_path / "views", {"good.sql": GOOD, "two.sql": WRONG, "Upper.sql": GOOD, "empty.sql": ""})
    (folder / "binary.sql").write_bytes(b"SELECT '\xff'")
    (folder / "lost.sql").symlink_to(folder / "nowhere.sql")
    with pytest.raises(InvalidRequest, match="nothing was uploaded") as raised:
        read_view_files([folder, tmp_path / "none.sql", folder / "good.txt"])
    found = reasons(raised.value)
    assert set(found) == {"two.sql", "Upper.sql", "empty.sql", "binary.sql", "lost.sql", "none.sql", "good.txt"}
    assert found["two.sql"] == "line 1: expected one statement, found a semicolon"
    assert found["lost.sql"] == found["none.sql"] == found["good.txt"] == "no such file or folder"
    assert "UTF-8" in found["binary.sql"]
    assert f"\n  {folder / 'two.sql'}: line 1: expected one statement" in str(raised.value)


def test_two_files_with_the_same_name_are_rejected(tmp_path: Path) -> None:
    one, two = (written(tmp_path / name, {"names.sql": GOOD}) for name in ("one", "two"))
    with pytest.raises(InvalidRequest) as raised:
        read_view_files([one, two])
    assert raised.value.cause["Files"] == [
        {
            "File": str(two / "names.sql"),
            "Reason": f"{one / 'names.sql'} has the same name: "
            "rename one of them, since views are named after their file",
        }
    ]


def test_folder_without_sql_files_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as raised:
        read_view_files([written(tmp_path / "views", {"readme.md": "SELECT 1"})])
    assert reasons(raised.value) == {
        "views": "expected files such as latest_revisions.sql in this folder, found none",
    }


def local(name: str, content: str = GOOD) -> LocalViewFile:
    """A file on this machine."""
    return LocalViewFile(Path("somewhere") / name, content.encode())


def test_upload_writes_only_changed_files(aws: FakeAws, views: CustomViews) -> None:
    files = FakeFiles(aws, {"same.sql": GOOD, "other.sql": GOOD, "shorter.sql": GOOD + "-- more", "kept.sql": "x"})
    changed = {"other.sql": GOOD.replace("name", "hash"), "shorter.sql": GOOD, "new.sql": GOOD}
    given = [local("same.sql"), *(local(name, content) for name, content in changed.items())]
    done = {file.name: changed for file, changed in views.upload(given)}
    assert done == {"same.sql": False, "other.sql": True, "shorter.sql": True, "new.sql": True}
    assert [call["Key"] for call in aws.called(PUT)] == [f"views/{name}" for name in changed]
    assert {name: files.files[f"views/{name}"].decode() for name in changed} == changed
    assert files.files["views/kept.sql"] == b"x"


def test_upload_writes_a_file_removed_during_comparison(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {"same.sql": GOOD})
    aws.on(GET, Refused("NoSuchKey", 404))
    assert [changed for _, changed in views.upload([local("same.sql")])] == [True]


def test_upload_beyond_the_file_limit_is_rejected(aws: FakeAws, views: CustomViews) -> None:
    there = {f"f{number}.sql": GOOD for number in range(MAX_FILES)}
    FakeFiles(aws, {**there, "sub/folder.sql": GOOD, "readme.md": ""})
    with pytest.raises(InvalidRequest, match="s3://own/views/ may have 50 files, and it has 50 besides 1 new ones"):
        list(views.upload([local("f1.sql", "SELECT 2"), local("new.sql")]))
    assert aws.called(PUT) == []
    assert [changed for _, changed in views.upload([local("f1.sql", "SELECT 2")])] == [True]


def test_upload_error_names_the_object(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {})
    aws.on(PUT, Refused("AccessDenied", 403))
    with pytest.raises(ServiceUnavailableError, match=r"s3:PutObject on s3://own/views/names\.sql failed: AccessDe"):
        list(views.upload([local("names.sql")]))


@pytest.mark.parametrize("name", ["names", "names.sql"])
def test_content_is_returned_unchanged(aws: FakeAws, views: CustomViews, name: str) -> None:
    FakeFiles(aws, {"names.sql": "SELECT 1\r\n;"})
    assert views.content(name) == b"SELECT 1\r\n;"


def test_file_removed_while_it_is_read_is_reported(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {"names.sql": GOOD})
    aws.on(GET, Refused("NoSuchKey", 404))
    with pytest.raises(InvalidRequest, match=r"names\.sql was removed while it was read"):
        views.content("names")


def test_missing_file_is_reported_with_the_existing_ones(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {"a.sql": GOOD, "b.sql": GOOD, "sub/c.sql": GOOD})
    with pytest.raises(InvalidRequest, match=r"sub/c\.sql not found in s3://own/views/, which has a\.sql, b\.sql"):
        views.content("sub/c")
    with pytest.raises(InvalidRequest, match=r"d\.sql and e\.sql not found"):
        views.remove(["a", "d", "e.sql"])
    assert aws.called(DELETE) == []
    FakeFiles(aws, {})
    with pytest.raises(InvalidRequest, match="which has no files"):
        views.content("a")


def test_remove_deletes_each_file_once(aws: FakeAws, views: CustomViews) -> None:
    files = FakeFiles(aws, {"a.sql": GOOD, "b.sql": GOOD})
    assert views.remove(["a", "a.sql"]) == ["a.sql"]
    assert list(files.files) == ["views/b.sql"]


def test_create_covers_all_buckets_or_the_given_ones(aws: FakeAws, views: CustomViews) -> None:
    aws.on(START, started).on(DESCRIBE, succeeded(result(2)))
    assert views.create() == result(2)
    views.create(("one", "two"))
    assert [json.loads(call["input"]) for call in aws.called(START)] == [{}, {"Buckets": ["one", "two"]}]
    assert {call["stateMachineArn"] for call in aws.called(START)} == {MACHINE}


def test_create_continues_remaining_views_in_another_execution(aws: FakeAws, views: CustomViews) -> None:
    gone = {"Count": 1, "Views": ["old_quilt_names"]}
    first = result(1000, failed=[failure("a"), failure("b")], Unchanged=7, Remaining=300, Deleted=gone)
    aws.on(START, started)
    aws.on(DESCRIBE, succeeded(first), succeeded(result(301, failed=[failure("b")], Unchanged=1007, Deleted=gone)))
    done = views.create()
    assert len(aws.called(START)) == 2
    assert (done["Created"]["Count"], done["Unchanged"], done["Remaining"]) == (1301, 7, 0)
    assert done["Deleted"] == {"Count": 2, "Views": ["old_quilt_names"] * 2}
    assert len(done["Created"]["Views"]) == 50, "as the contract has it"
    assert done["Failed"] == {"Count": 1, "Views": [failure("b")]}, "the second execution created the others"


def test_results_of_earlier_stacks_get_the_current_names(aws: FakeAws, views: CustomViews) -> None:
    expected = result(2)
    names = {"Created": "Made", "Deleted": "Removed"}
    aws.on(START, started).on(DESCRIBE, succeeded({names.get(field, field): expected[field] for field in expected}))
    assert views.create() == expected


def test_create_ends_when_an_execution_creates_nothing(aws: FakeAws, views: CustomViews) -> None:
    stuck = result(0, failed=[failure("a")], failed_count=1000, Remaining=300)
    aws.on(START, started).on(DESCRIBE, succeeded(result(5, Remaining=1300)), succeeded(stuck))
    done = views.create()
    assert len(aws.called(START)) == 2
    assert (done["Created"]["Count"], done["Failed"]["Count"], done["Remaining"]) == (5, 1000, 300)


@pytest.mark.parametrize(
    ("ended", "kind", "message"),
    [
        (failed("InvalidRequest", '{"Message": "Buckets.0: not legal"}'), InvalidRequest, "Buckets.0: not legal"),
        (failed("ServiceUnavailableError", "s3 is down"), QueryServiceError, "ServiceUnavailableError: s3 is down"),
        (failed(None, None, "ABORTED"), QueryCancelled, "stopped by another caller"),
    ],
)
def test_failed_execution_raises_its_error(
    aws: FakeAws, views: CustomViews, ended: dict[str, Any], kind: type[Exception], message: str
) -> None:
    aws.on(START, started).on(DESCRIBE, ended)
    with pytest.raises(kind, match=message):
        views.create()


def test_ctrl_c_stops_the_execution(aws: FakeAws, views: CustomViews, fake_time: FakeTime) -> None:
    aws.on(START, started).on(DESCRIBE, RUNNING).on(STOP, {})
    fake_time.interrupt_after = 1.0
    with pytest.raises(KeyboardInterrupt):
        views.create()
    (stopped,) = aws.called(STOP)
    assert stopped["executionArn"].startswith(MACHINE.replace(":stateMachine:", ":execution:"))
    assert HISTORY not in aws.names, "it may be long, and has no single query"


def entered(name: str) -> dict[str, Any]:
    """What GetExecutionHistory answers when that state was entered last."""
    others = {"id": 2, "type": "MapIterationStarted"}
    state = {"id": 1, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": name}}
    return {"events": [others, state]}


def test_progress_reports_the_state(aws: FakeAws, views: CustomViews) -> None:
    aws.on(START, started).on(DESCRIBE, *[RUNNING] * 4, succeeded(result()))
    aws.on(HISTORY, {"events": []}, *map(entered, ("PlanViews", "MakeView", "WaitForAthena")))
    seen: list[Progress] = []
    views.create(on_progress=seen.append)
    assert [one.state for one in seen] == ["STARTING", "PLANNING", "CREATING VIEWS", "WAITING FOR ATHENA"]


def test_create_works_without_permission_to_observe(aws: FakeAws, views: CustomViews) -> None:
    aws.on(START, started).on(DESCRIBE, RUNNING, RUNNING, succeeded(result()))
    aws.on(HISTORY, Refused("AccessDeniedException"))
    seen: list[Progress] = []
    views.create(on_progress=seen.append)
    assert [one.state for one in seen] == ["STARTING"] * 2
    assert len(aws.called(HISTORY)) == 1


def last_execution(aws: FakeAws, output: dict[str, Any] | None = None, *, minutes_after_noon: int = 5) -> None:
    """Define the last execution; without output there was none."""
    listed = [{"executionArn": "arn"}] if output is not None else []
    aws.on(EXECUTIONS, {"executions": listed})
    begun = {"startDate": NOON + timedelta(minutes=minutes_after_noon)}
    aws.on(DESCRIBE, {**succeeded(output or {}), **begun})


def test_files_are_listed_with_their_existing_views(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {"draft.sql": WRONG, "names.sql": GOOD, "total.sql": "-- scope: global\nSELECT 1 AS one"})
    last_execution(aws)
    page = [table("one_quilt_names"), table("two_quilt_names"), table("all_buckets_quilt_total")]
    others = [
        table("three_quilt_names", is_custom=False),
        {**table("four_quilt_names"), "TableType": "EXTERNAL_TABLE"},
        table("one_quilt_draft"),
        {"Name": "quilt_names"},
        table("one_quilt_old_ones"),
        table("a_quilt_quilt_old_ones"),
    ]
    aws.on(TABLES, {"TableList": page, "NextToken": "more"}, {"TableList": others})
    found = views.files()
    assert [(one.name, one.views, one.uploaded) for one in found] == [
        ("draft.sql", ("one_quilt_draft",), NOON),
        ("names.sql", ("one_quilt_names", "two_quilt_names"), NOON),
        ("total.sql", ("all_buckets_quilt_total",), NOON),
        ("old_ones.sql", ("one_quilt_old_ones", "a_quilt_quilt_old_ones"), None),
    ]
    assert [one.problem for one in found] == ["line 1: expected one statement, found a semicolon", None, None, None]
    assert [one.file and one.file.is_global for one in found] == [None, False, True, None]


def test_file_problems_come_from_the_last_execution_of_all_buckets(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {"names.sql": GOOD, "fine.sql": GOOD, "odd.sql": GOOD})
    odd = {"File": "odd.sql", "Error": "InvalidViewFileError", "Reason": "expected at most 50 files: this is one more"}
    failures = [failure("one"), failure("two", reason="another"), odd, failure("x", file="gone.sql")]
    last_execution(aws, result(failed=failures))
    aws.on(EXECUTIONS, {"executions": [{"executionArn": f"arn-{number}"} for number in range(4)]})
    began = {"startDate": NOON + timedelta(minutes=5)}
    newer = [{**RUNNING, **began}, {**failed("Unexpected", "x"), **began}]
    some = {**succeeded(result(failed=[failure("three", reason="of some buckets")], Scope="some")), **began}
    aws.on(DESCRIBE, *newer, some, {**succeeded(result(failed=failures)), **began})
    aws.on(TABLES, {"TableList": []})
    assert {one.name: one.problem for one in views.files()} == {
        "fine.sql": None,
        # A bucket was registered since.
        "names.sql": "of some buckets (1 failed)",
        "odd.sql": "expected at most 50 files: this is one more",
    }
    before = {**succeeded(result(failed=[failure("y", file="fine.sql")])), **began}
    aws.on(DESCRIBE, {**succeeded(result(failed=failures)), **began}, before)
    assert {one.name: one.problem for one in views.files()} == {
        "fine.sql": None,
        "names.sql": "COLUMN_NOT_FOUND: line 1:8 (2 failed)",
        "odd.sql": "expected at most 50 files: this is one more",
    }
    aws.on(DESCRIBE, {**succeeded(result(failed=failures, failed_count=99)), **began})
    assert "(2 or more failed)" in str([one.problem for one in views.files()])


def test_failures_before_the_upload_are_not_reported(aws: FakeAws, views: CustomViews) -> None:
    files = FakeFiles(aws, {"names.sql": GOOD})
    files.uploaded = NOON + timedelta(minutes=10)
    last_execution(aws, result(failed=[failure("one")]))
    aws.on(TABLES, {"TableList": []})
    assert [one.problem for one in views.files()] == [None]


def test_empty_bucket_lists_no_files(aws: FakeAws, views: CustomViews) -> None:
    FakeFiles(aws, {})
    last_execution(aws)
    aws.on(TABLES, {"TableList": []})
    assert views.files() == []
