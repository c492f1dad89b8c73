"""`views`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.test_buckets import item
from tests.unit.client import deployed
from tests.unit.client.deployed import failed, started, succeeded
from tests.unit.client.fake_aws import FakeAws, Refused
from tests.unit.client.test_custom_views import (
    DELETE,
    DESCRIBE,
    GOOD,
    NOON,
    OUTPUTS,
    PUT,
    START,
    STOP,
    TABLES,
    WRONG,
    FakeFiles,
    failure,
    last_execution,
    result,
    table,
    written,
)


@pytest.fixture(autouse=True)
def folder(aws: FakeAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder `views` where the command runs; an execution creates two views."""
    aws.on("cloudformation:DescribeStacks", deployed.described({**deployed.OUTPUTS, **OUTPUTS}))
    aws.on(START, started).on(DESCRIBE, succeeded(result(2, Unchanged=1117))).on("dynamodb:Scan", {"Items": []})
    monkeypatch.chdir(tmp_path)
    return written(tmp_path / "views", {"names.sql": GOOD, "total.sql": "-- scope: global\nSELECT 1 AS one"})


def test_push_uploads_the_folder_and_creates_views(run: Run, aws: FakeAws) -> None:
    files = FakeFiles(aws, {"names.sql": GOOD})
    pushed = run("views", "push")
    assert (pushed.exit_code, pushed.stderr) == (0, "")
    assert pushed.stdout.splitlines() == [
        "names.sql: unchanged",
        "total.sql: uploaded",
        "Views: 2 created, 1,117 unchanged, 0 deleted, 0 failed, 0 remaining",
    ]
    assert set(files.files) == {"views/names.sql", "views/total.sql"}
    assert [json.loads(call["input"]) for call in aws.called(START)] == [{}]
    FakeFiles(aws, {})
    assert json.loads(run("--json", "views", "push", "views/names.sql").stdout) == result(2, Unchanged=1117)


def test_push_tries_each_file_on_one_bucket_first(run: Run, aws: FakeAws, folder: Path) -> None:
    (folder / "names.sql").write_text("-- buckets: b*\nSELECT nme FROM {packages_view}")
    (folder / "reads_names.sql").write_text('SELECT * FROM "b_1_quilt_names"')
    (folder / "nobody.sql").write_text("-- buckets: z*\nSELECT 1")
    aws.on("dynamodb:Scan", {"Items": [item("abc"), item("b-1"), item("b-2")]})
    aws.on(DESCRIBE, failed("QueryFailed", '{"Message": "COLUMN_NOT_FOUND: nme"}'))
    pushed = run("views", "push")
    assert (pushed.exit_code, pushed.stdout) == (1, "")
    assert "nothing was uploaded, because Athena rejects:\n" in pushed.stderr
    assert "  views/names.sql: for bucket b-1: COLUMN_NOT_FOUND: nme\n" in pushed.stderr
    assert "  views/total.sql: COLUMN_NOT_FOUND: nme\n" in pushed.stderr, "a global view has no bucket"
    queries = [json.loads(call["input"])["QueryString"] for call in aws.called(START)]
    assert len(queries) == 2, "that of a view that doesn't exist yet, and that of no bucket, aren't tried"
    assert all(query.startswith("EXPLAIN ") for query in queries)
    assert '"b_1_quilt_packages_view"' in queries[0]
    assert aws.called("s3:PutObject") == []


def test_push_works_for_those_who_may_not_run_queries(run: Run, aws: FakeAws) -> None:
    FakeFiles(aws, {})
    aws.on("dynamodb:Scan", {"Items": [item("abc")]})
    aws.on(
        START,
        lambda call: Refused("AccessDeniedException") if "QueryString" in call["input"] else started(call),
    )
    assert run("views", "push").exit_code == 0


def test_push_may_upload_only(run: Run, aws: FakeAws) -> None:
    FakeFiles(aws, {"names.sql": GOOD})
    pushed = run("views", "push", "--no-create", "views")
    assert pushed.stdout == "names.sql: unchanged\ntotal.sql: uploaded\n"
    assert "quilt-athena views create" in pushed.stderr
    assert json.loads(run("views", "push", "--no-create", "--json").stdout) == [
        {"File": "names.sql", "Path": "views/names.sql", "Uploaded": False},
        {"File": "total.sql", "Path": "views/total.sql", "Uploaded": False},
    ]
    assert aws.called(START) == []


def test_push_with_an_invalid_file_uploads_none(run: Run, aws: FakeAws, folder: Path) -> None:
    written(folder, {"two.sql": WRONG, "Upper.sql": GOOD})
    pushed = run("views", "push")
    assert (pushed.exit_code, pushed.stdout) == (2, "")
    assert "views/two.sql: line 1: expected one statement, found a semicolon\n" in pushed.stderr
    assert "views/Upper.sql: expected a name of lower-case letters" in pushed.stderr
    assert "names.sql" not in pushed.stderr
    error = json.loads(run("views", "push", "--json").stderr)
    assert [one["File"] for one in error["Cause"]["Files"]] == ["views/Upper.sql", "views/two.sql"]
    assert {PUT, START}.isdisjoint(aws.names)


@pytest.mark.parametrize(
    ("paths", "problem"),
    [
        (("empty",), "  empty: expected files such as latest_revisions.sql in this folder, found none"),
        (("nowhere",), "  nowhere: no such file or folder"),
        (("views/names.sql", "other/names.sql"), "other/names.sql: views/names.sql has the same name"),
    ],
)
def test_push_without_valid_paths_uploads_none(
    run: Run, aws: FakeAws, folder: Path, paths: tuple[str, ...], problem: str
) -> None:
    written(folder.parent / "empty", {"readme.md": ""})
    written(folder.parent / "other", {"names.sql": "SELECT 2"})
    pushed = run("views", "push", *paths)
    assert (pushed.exit_code, pushed.stdout) == (2, "")
    assert problem in pushed.stderr
    assert PUT not in aws.names


def test_push_without_the_default_folder_exits_with_2(run: Run, folder: Path) -> None:
    folder.rename(folder.parent / "elsewhere")
    pushed = run("views", "push")
    assert pushed.exit_code == 2
    assert "views: no such file or folder" in pushed.stderr


def test_create_lists_failures_and_exits_with_1(run: Run, aws: FakeAws) -> None:
    wrong = {"File": "draft.sql", "Error": "InvalidViewFileError", "Reason": "a parenthesis is opened and not closed"}
    aws.on(DESCRIBE, succeeded(result(3, failed=[failure("one"), wrong], failed_count=60)))
    done = run("views", "create")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "Views: 3 created, 0 unchanged, 0 deleted, 60 failed, 0 remaining",
        "",
        "file       bucket  view             reason",
        "---------  ------  ---------------  --------------------------------------",
        "names.sql  one     one_quilt_names  COLUMN_NOT_FOUND: line 1:8",
        "draft.sql                           a parenthesis is opened and not closed",
    ]
    assert done.stderr == "and 58 more\n"
    as_json = run("views", "create", "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)["Failed"]["Count"]) == (1, 60)


def test_create_continues_remaining_views(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, succeeded(result(1000, Remaining=1)), succeeded(result(1, Unchanged=1000)))
    done = run("views", "create")
    assert done.stdout == "Views: 1,001 created, 0 unchanged, 0 deleted, 0 failed, 0 remaining\n"
    assert (done.exit_code, len(aws.called(START))) == (0, 2)


def test_create_with_remaining_views_exits_with_1(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, succeeded(result(0, Remaining=1)))
    assert run("views", "create").exit_code == 1


def test_create_for_some_buckets(run: Run, aws: FakeAws) -> None:
    assert run("views", "create", "one", "two").exit_code == 0
    assert [json.loads(call["input"]) for call in aws.called(START)] == [{"Buckets": ["one", "two"]}]


@pytest.mark.parametrize(
    ("fields", "hint"),
    [({"Files": 0}, "quilt-athena views push"), ({"Files": 2, "Scope": "some"}, "quilt-athena buckets")],
)
def test_create_without_views_shows_what_to_do(run: Run, aws: FakeAws, fields: dict[str, Any], hint: str) -> None:
    aws.on(DESCRIBE, succeeded(result(**fields)))
    done = run("views", "create", "one")
    assert hint in done.stderr
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("error", "code"), [("InvalidRequest", 2), ("ServiceUnavailableError", 3), ("Lambda.Unknown", 3)]
)
def test_failed_execution_has_its_exit_code(run: Run, aws: FakeAws, error: str, code: int) -> None:
    FakeFiles(aws, {})
    aws.on(DESCRIBE, failed(error, json.dumps({"Message": "Buckets.0: not a legal name"})))
    pushed = run("views", "push")
    assert pushed.exit_code == code
    assert pushed.stdout == "names.sql: uploaded\ntotal.sql: uploaded\n"
    assert f"{error}: Buckets.0: not a legal name" in pushed.stderr


def test_ctrl_c_stops_the_creation(run: Run, aws: FakeAws) -> None:
    aws.on(DESCRIBE, KeyboardInterrupt()).on(STOP, {})
    done = run("views", "create")
    assert (done.exit_code, done.stderr) == (130, "Interrupted\n")
    assert len(aws.called(STOP)) == 1


def test_list_shows_files_with_their_buckets_and_views(run: Run, aws: FakeAws) -> None:
    some = "-- buckets: lab-*, cells\nSELECT 1 AS one"
    FakeFiles(aws, {"draft.sql": WRONG, "names.sql": GOOD, "some.sql": some, "total.sql": "-- scope: global\nSELECT 1"})
    last_execution(aws, result(failed=[failure("three")]))
    gone = [table(f"old_{number}_quilt_old") for number in range(5)]
    aws.on(TABLES, {"TableList": [table("one_quilt_names"), table("two_quilt_names"), *gone]})
    listed = run("views", "list")
    assert (listed.exit_code, listed.stderr) == (0, "")
    rows = [" ".join(line.split()) for line in listed.stdout.splitlines()]
    assert rows[2:] == [
        "draft.sql 0 2026-11-20 12:00:00 UTC line 1: expected one statement, found a semicolon",
        "names.sql every bucket 2 2026-11-20 12:00:00 UTC COLUMN_NOT_FOUND: line 1:8 (1 failed)",
        "some.sql lab-*, cells 0 2026-11-20 12:00:00 UTC",
        "total.sql once 0 2026-11-20 12:00:00 UTC",
        "(removed) 5 views of old.sql still exist: old_0_quilt_old, old_1_quilt_old, old_2_quilt_old and 2 more",
    ]
    as_json = {one["File"]: one for one in json.loads(run("views", "list", "--json").stdout)}
    assert as_json["names.sql"] == {
        "File": "names.sql",
        "Gone": False,
        "Scope": "bucket",
        "Buckets": ["*"],
        "Views": ["one_quilt_names", "two_quilt_names"],
        "Uploaded": NOON.isoformat(),
        "Problem": "COLUMN_NOT_FOUND: line 1:8 (1 failed)",
    }
    assert (as_json["total.sql"]["Scope"], as_json["total.sql"]["Buckets"]) == ("global", None)
    assert as_json["some.sql"]["Buckets"] == ["lab-*", "cells"]
    assert (as_json["draft.sql"]["Scope"], as_json["draft.sql"]["Gone"]) == (None, False)
    assert (as_json["old.sql"]["Gone"], as_json["old.sql"]["Uploaded"], len(as_json["old.sql"]["Views"])) == (
        True, None, 5,
    )  # fmt: skip


def test_list_without_files_shows_what_to_do(run: Run, aws: FakeAws) -> None:
    FakeFiles(aws, {})
    last_execution(aws)
    aws.on(TABLES, {"TableList": []})
    listed = run("views", "list")
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert "quilt-athena views push" in listed.stderr
    assert json.loads(run("views", "list", "--json").stdout) == []


def test_show_prints_the_stored_file(run: Run, aws: FakeAws) -> None:
    text = "-- é\r\nSELECT 1;\n"
    FakeFiles(aws, {"names.sql": text, "short.sql": "SELECT 1"})
    assert run("views", "show", "names").stdout_bytes == text.encode()
    assert run("views", "show", "short.sql").stdout == "SELECT 1\n"
    assert json.loads(run("views", "show", "names", "--json").stdout) == {"File": "names.sql", "SQL": text}


@pytest.mark.parametrize("command", ["show", "remove"])
def test_missing_file_exits_with_2(run: Run, aws: FakeAws, command: str) -> None:
    FakeFiles(aws, {"names.sql": GOOD})
    done = run("views", command, "nmes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nmes.sql not found in s3://own/views/, which has names.sql" in done.stderr
    assert {DELETE, START}.isdisjoint(aws.names)


def test_remove_deletes_the_views_too(run: Run, aws: FakeAws) -> None:
    files = FakeFiles(aws, {"a.sql": GOOD, "b.sql": GOOD, "c.sql": GOOD})
    aws.on(DESCRIBE, succeeded(result(Files=0, Deleted={"Count": 2, "Views": ["one_quilt_a", "one_quilt_b"]})))
    removed = run("views", "remove", "a", "b.sql")
    assert (removed.exit_code, removed.stderr) == (0, "")
    assert removed.stdout.splitlines() == [
        "a.sql: removed",
        "b.sql: removed",
        "Views: 0 created, 0 unchanged, 2 deleted, 0 failed, 0 remaining",
    ]
    assert list(files.files) == ["views/c.sql"]
    assert [json.loads(call["input"]) for call in aws.called(START)] == [{}]
    only = run("views", "remove", "c", "--no-create", "--json")
    assert json.loads(only.stdout) == [{"File": "c.sql", "Removed": True}]
    assert len(aws.called(START)) == 1


def test_stack_without_custom_views_has_to_be_deployed_again(run: Run, aws: FakeAws) -> None:
    aws.on("cloudformation:DescribeStacks", deployed.described(deployed.OUTPUTS))
    done = run("views", "create")
    assert done.exit_code == 3
    assert "no output ViewsStateMachineArn: deploy it again" in done.stderr


def test_former_names_are_still_accepted(run: Run, aws: FakeAws) -> None:
    FakeFiles(aws, {"names.sql": GOOD})
    assert run("views", "make", "one").stdout.startswith("Views: 2 created")
    assert run("views", "push", "--no-make").exit_code == 0
    assert len(aws.called(START)) == 1
    shown = run("views", "push", "--help").stdout
    assert "--no-create" in shown
    assert "--no-make" not in shown


def test_remove_requires_a_name(run: Run) -> None:
    assert run("views", "remove").exit_code == 2
