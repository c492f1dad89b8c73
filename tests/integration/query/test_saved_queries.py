"""Each saved query, run by name over packages with known results."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack import executions
from tests.integration.registration.packages import HEADER, Packages, entry
from tests.local_aws import Entry, LocalAws, Pushed

META = {"well": "A1"}


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """The bucket and its top hashes, created by the first test that needs them."""
    return {}


@pytest.fixture
def lab(local_aws: LocalAws, known: dict[str, Any]) -> dict[str, Any]:
    """A bucket with two revisions of a package and one of another."""
    if not known:
        bucket = local_aws.make_bucket()
        first = {"a.txt": Entry("same", META), "b.txt": Entry("old content"), "gone.txt": Entry("x")}
        second = {"a.txt": Entry("same", {"well": "B2"}), "b.txt": Entry("new"), "c.txt": Entry("same")}
        hashes = local_aws.push(
            bucket,
            Pushed("lab/plates", first, message="First"),
            Pushed("lab/plates", second, message="Second"),
            Pushed("lab/other", {"large.bin": Entry("y" * 1000, META)}),
        )
        local_aws.onboard(bucket)
        known.update(bucket=bucket, hashes=hashes)
    return known


@pytest.fixture
def packages(local_aws: LocalAws, bucket: str) -> Packages:
    """A registered bucket in which the test writes manifests and pointers."""
    local_aws.onboard(bucket)
    return Packages(local_aws, bucket)


def result_of(local_aws: LocalAws, name: str, *parameters: Any) -> dict[str, Any]:
    """The result of a saved query."""
    request = {"NamedQuery": name, "Parameters": list(parameters)}
    ended = executions.run(local_aws.stepfunctions, local_aws.outputs["QueryStateMachineArn"], request)
    assert ended.status == "SUCCEEDED", ended
    found: dict[str, Any] = ended.output
    return found


def rows_of(local_aws: LocalAws, name: str, *parameters: Any) -> list[dict[str, Any]]:
    """The rows of a saved query."""
    rows: list[dict[str, Any]] = result_of(local_aws, name, *parameters)["Rows"]
    return rows


@pytest.mark.main_path
def test_latest_packages_describes_the_latest_revisions(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    other, plates = rows_of(local_aws, "latest-packages", lab["bucket"])
    assert (other["name"], other["revisions"]) == ("other", 1)
    assert (plates["user"], plates["name"], plates["message"], plates["revisions"]) == ("lab", "plates", "Second", 2)
    assert plates["tophash"] == lab["hashes"][1]
    assert str(plates["modified"]).startswith("20")


def test_latest_packages_has_the_time_of_the_latest_revision(local_aws: LocalAws, packages: Packages) -> None:
    first = packages.revision("lab/rolled-back", 1600000000, HEADER, entry("a.txt"))
    packages.revision("lab/rolled-back", 1700000000, {**HEADER, "message": "Second"}, entry("b.txt"))
    packages.put("named_packages/lab/rolled-back/latest", first)
    packages.put("named_packages/lab/without-latest/1700000000", first)
    rows = [tuple(row.values()) for row in rows_of(local_aws, "latest-packages", packages.bucket)]
    assert rows == [
        ("lab", "rolled-back", first, "2020-09-13 12:26:40.000", "First", 2),
        ("lab", "without-latest", None, None, None, 1),
    ]


def test_pointer_not_named_by_a_time_fails_no_query(local_aws: LocalAws, packages: Packages) -> None:
    top_hash = packages.revision("lab/times", 1700000000, HEADER, entry("a.txt"))
    for name in ("20231101120000", "1700000000000", "999999999", "9" * 23):
        packages.put(f"named_packages/lab/times/{name}", top_hash)
    (row,) = rows_of(local_aws, "latest-packages", packages.bucket)
    assert (row["modified"], row["revisions"]) == ("2023-11-14 22:13:20.000", 5)
    rows = rows_of(local_aws, "package-history", packages.bucket, "lab", "times")
    assert [row["modified"] for row in rows] == [
        "2023-11-14 22:13:20.000",
        "2001-09-09 01:46:39.000",
        None,
        None,
        None,
    ]


def test_files_by_metadata_finds_a_value(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    rows = rows_of(local_aws, "files-by-metadata", lab["bucket"], "$.user_meta.well", "B2")
    assert [row["logical_key"] for row in rows] == ["a.txt"]
    assert rows[0]["physical_key"].startswith(f"s3://{lab['bucket']}/")
    assert (rows[0]["bucket"], rows[0]["tophash"]) == (lab["bucket"], lab["hashes"][1])
    assert rows[0]["hash"].startswith("{type=")


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ("5", ["number", "numbers", "text", "texts"]),
        (5, ["number", "numbers", "text", "texts"]),
        (5.5, ["fraction", "mixed"]),
        (True, ["flag", "mixed"]),
        ("true", ["flag", "mixed"]),
        ("6", ["texts"]),
        ("56", []),
        (None, []),
    ],
)
def test_files_by_metadata_compares_values_as_text_and_in_arrays(
    local_aws: LocalAws, measured: Packages, value: object, keys: list[str]
) -> None:
    rows = rows_of(local_aws, "files-by-metadata", measured.bucket, "$.user_meta.cellindex", value)
    assert [row["logical_key"] for row in rows] == keys


def test_files_by_metadata_accepts_a_path_into_an_array(local_aws: LocalAws, measured: Packages) -> None:
    rows = rows_of(local_aws, "files-by-metadata", measured.bucket, '$.user_meta["cellindex"][1]', 6)
    assert [row["logical_key"] for row in rows] == ["texts"]


def test_files_by_metadata_can_become_a_package(local_aws: LocalAws, measured: Packages, bucket: str) -> None:
    from local.stack import executions

    query = {"NamedQuery": "files-by-metadata", "Parameters": [measured.bucket, "$.user_meta.cellindex", 5.5]}
    request = {"Query": query, "Package": {"Bucket": bucket, "Name": "made/found"}}
    ended = executions.run(local_aws.stepfunctions, local_aws.outputs["PackageStateMachineArn"], request)
    assert ended.status == "SUCCEEDED", ended
    # No object is read: they do not even exist.
    assert (ended.output["EntriesFromManifests"], ended.output["HashedEntries"]) == (2, 0)


@pytest.fixture(scope="module")
def measured_bucket() -> list[str]:
    """The name of the bucket of `measured`, created by the first test that needs it."""
    return []


@pytest.fixture
def measured(local_aws: LocalAws, measured_bucket: list[str]) -> Packages:
    """A package whose files have a cell index of every kind."""
    if not measured_bucket:
        measured_bucket.append(local_aws.make_bucket())
        local_aws.onboard(measured_bucket[0])
        values = {
            "number": 5,
            "numbers": [5],
            "text": "5",
            "texts": ["5", "6"],
            "fraction": 5.5,
            "flag": True,
            "mixed": [{"a": 5}, 5.5, True, None],
            "object": {"a": 5},
            "none": None,
        }
        entries = [entry(key, meta={"user_meta": {"CellIndex": value}}) for key, value in values.items()]
        folder = {"logical_key": "folder/", "meta": {"user_meta": {"CellIndex": 5}}}
        Packages(local_aws, measured_bucket[0]).revision("lab/cells", 1700000000, HEADER, folder, *entries)
    return Packages(local_aws, measured_bucket[0])


def test_largest_files_sorts_by_size(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    rows = rows_of(local_aws, "largest-files", lab["bucket"])
    assert [row["bytes"] for row in rows] == [1000, 4, 4, 3]
    assert rows[0]["logical_key"] == "large.bin"


def test_largest_files_lists_an_object_of_many_packages_once(local_aws: LocalAws, packages: Packages) -> None:
    shared = entry("shared.bin", size=9)
    for number in range(3):
        packages.revision(f"lab/number-{number}", 1700000000, HEADER, shared, entry(f"own-{number}", size=number))
    packages.revision("lab/unknown", 1700000000, HEADER, entry("unknown", size=None))
    rows = rows_of(local_aws, "largest-files", packages.bucket)
    assert [(row["bytes"], row["name"], row["logical_key"], row["packages"]) for row in rows] == [
        (9, "number-0", "shared.bin", 3),
        (2, "number-2", "own-2", 1),
        (1, "number-1", "own-1", 1),
        (0, "number-0", "own-0", 1),
    ]


def test_package_history_lists_revisions_newest_first(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    rows = rows_of(local_aws, "package-history", lab["bucket"], "lab", "plates")
    assert [(row["tophash"], row["message"]) for row in rows] == [
        (lab["hashes"][1], "Second"),
        (lab["hashes"][0], "First"),
    ]


def test_package_history_accepts_numbers_as_names(local_aws: LocalAws, packages: Packages) -> None:
    top_hash = packages.revision("7/2024", 1700000000, HEADER, entry("a.txt"))
    assert [row["tophash"] for row in rows_of(local_aws, "package-history", packages.bucket, 7, 2024)] == [top_hash]


@pytest.mark.parametrize(
    ("time", "keys"),
    [
        ("2023-11-14T22:13:20Z", ["a.txt"]),
        ("2023-11-14T22:13:19Z", []),
        ("2023-11-15", ["a.txt"]),
        ("2023-11-15T00:00:00+12:00", []),
        ("2024-01-01T00:00:00Z", ["b.txt", "c.txt"]),
        ("2099-01-01T00:00:00Z", []),
    ],
)
def test_files_at_time_has_those_of_the_newest_revision_before(
    local_aws: LocalAws, packages_with_history: Packages, time: str, keys: list[str]
) -> None:
    rows = rows_of(local_aws, "files-at-time", packages_with_history.bucket, "lab", "history", time)
    assert [row["logical_key"] for row in rows] == keys
    assert len({(row["tophash"], row["modified"]) for row in rows}) == min(1, len(keys))


@pytest.fixture(scope="module")
def history_bucket() -> list[str]:
    """The name of the bucket of `packages_with_history`, created by the first test that needs it."""
    return []


@pytest.fixture
def packages_with_history(local_aws: LocalAws, history_bucket: list[str]) -> Packages:
    """A package with three revisions, the last of them empty, whose `latest` was rolled back."""
    if not history_bucket:
        history_bucket.append(local_aws.make_bucket())
        local_aws.onboard(history_bucket[0])
        packages = Packages(local_aws, history_bucket[0])
        first = packages.revision("lab/history", 1700000000, HEADER, entry("a.txt"))
        packages.revision("lab/history", 1702000000, HEADER, entry("c.txt"), entry("b.txt"))
        packages.revision("lab/history", 1800000000, HEADER)
        packages.put("named_packages/lab/history/latest", first)
        packages.put("named_packages/lab/history/20231101120000", first)
    return Packages(local_aws, history_bucket[0])


def test_duplicates_by_hash_counts_wasted_bytes(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    (row,) = rows_of(local_aws, "duplicates-by-hash", lab["bucket"])
    assert (row["places"], row["bytes_wasted"]) == (2, 4)
    assert [key.partition("?")[0].rpartition("/")[2] for key in row["physical_keys"]] == ["a.txt", "c.txt"]


def test_duplicates_by_hash_lists_ten_objects(local_aws: LocalAws, packages: Packages) -> None:
    def file(key: str, value: str, size: int, kind: str = "SHA256") -> dict[str, Any]:
        return entry(key, size=size, hash={"type": kind, "value": value})

    # As text, the keys of the first content are more than a result holds.
    packages.revision(
        "lab/copies",
        1700000000,
        HEADER,
        *(file(f"{number:05}-{'x' * 40}", "one", 1) for number in range(2500)),
        *(file(f"two-{number}", "two", 7) for number in range(2)),
        *(file(f"empty-{number}", "empty", 0) for number in range(2)),
        *(file(f"other-{kind}", "other", 5, kind) for kind in ("SHA256", "sha2-256-chunked")),
    )
    many, two = rows_of(local_aws, "duplicates-by-hash", packages.bucket)
    assert (many["hash"], many["places"], many["bytes_wasted"], many["hash_type"]) == ("one", 2500, 2499, "SHA256")
    assert [key[len("s3://data/") :][:5] for key in many["physical_keys"]] == [f"{number:05}" for number in range(10)]
    assert two["physical_keys"] == ["s3://data/two-0?versionId=1", "s3://data/two-1?versionId=1"]


def test_changes_between_revisions_reports_each_change(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    rows = rows_of(local_aws, "changes-between-revisions", lab["bucket"], lab["hashes"][0], lab["hashes"][1])
    assert {row["logical_key"]: row["change"] for row in rows} == {
        "a.txt": "metadata",
        "b.txt": "content",
        "c.txt": "added",
        "gone.txt": "removed",
    }
    assert [(row["older_size"], row["newer_size"]) for row in rows if row["logical_key"] == "b.txt"] == [("11", "3")]


CHUNKED = {"type": "sha2-256-chunked", "value": "q+rQ=="}
META_5, META_6 = ({"user_meta": {"CellIndex": index}} for index in (5, 6))
# The fields of an entry before and after, and the reported change, with whether metadata changed.
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, bool] | None]] = {
    "same": ({}, {}, None),
    "another-type-of-hash": ({}, {"hash": CHUNKED}, None),
    "a-hash-where-none-was": ({"hash": None}, {}, None),
    "a-size-where-none-was": ({"hash": None, "size": None}, {}, None),
    "moved": ({}, {"physical_keys": ["s3://other/moved?versionId=9"]}, None),
    "no-metadata": ({"meta": {}}, {"meta": None}, None),
    "no-users-metadata": ({"meta": {}}, {"meta": {"user_meta": {}}}, None),
    "content": ({}, {"hash": {"type": "SHA256", "value": "cd" * 32}}, ("content", False)),
    "content-and-metadata": ({"hash": CHUNKED}, {"hash": {**CHUNKED, "value": "x"}, "meta": META_5}, ("content", True)),
    "size": ({"hash": None}, {"hash": None, "size": 6}, ("content", False)),
    "size-and-type-of-hash": ({}, {"hash": CHUNKED, "size": 6}, ("content", False)),
    "metadata": ({"meta": META_5}, {"meta": META_6}, ("metadata", True)),
    "version": ({"hash": None}, {"hash": None, "physical_keys": ["s3://d/v?versionId=2"]}, ("perhaps content", False)),
    "version-and-type-of-hash": (
        {},
        {"hash": CHUNKED, "physical_keys": ["s3://data/v?versionId=2"], "meta": META_5},
        ("perhaps content", True),
    ),
}


def test_changes_between_revisions_compares_content_by_hash_or_object(local_aws: LocalAws, packages: Packages) -> None:
    folder = {"logical_key": "folder/", "meta": {}}
    before = [entry(key, **fields) for key, (fields, _, _) in CHANGES.items()]
    after = [entry(key, **fields) for key, (_, fields, _) in CHANGES.items()]
    older, newer = (
        packages.revision("lab/changes", 1700000000 + number, HEADER, folder, *entries)
        for number, entries in enumerate((before, after))
    )
    rows = rows_of(local_aws, "changes-between-revisions", packages.bucket, older, newer)
    reported = {row["logical_key"]: (row["change"], row["metadata_changed"]) for row in rows}
    assert reported == {key: change for key, (_, _, change) in CHANGES.items() if change}
    # Another package that has both makes no difference.
    for number, top_hash in enumerate((older, newer)):
        packages.put(f"named_packages/lab/others/{number}", top_hash)
    assert rows_of(local_aws, "changes-between-revisions", packages.bucket, older, newer) == rows


def test_changes_between_revisions_reports_a_missing_revision(
    local_aws: LocalAws, lab: dict[str, Any], packages: Packages
) -> None:
    older, newer, _ = lab["hashes"]
    theirs = packages.revision("lab/theirs", 1700000000, HEADER, entry("a.txt"))
    without_pointer = packages.manifest({**HEADER, "message": "Nobody's"}, entry("a.txt"))

    def changes(bucket: str, *hashes: str) -> list[tuple[str | None, str]]:
        rows = rows_of(local_aws, "changes-between-revisions", bucket, *hashes)
        return [(row["logical_key"], row["change"]) for row in rows]

    assert changes(lab["bucket"], older, "0" * 64) == [(None, "newer revision not found")]
    assert changes(lab["bucket"], theirs, newer) == [(None, "older revision not found")]
    assert changes(packages.bucket, older, newer) == [(None, "neither revision found")]
    assert changes(packages.bucket, theirs, without_pointer) == [(None, "newer revision not found")]
    assert changes(lab["bucket"], older.upper(), newer) == changes(lab["bucket"], older, newer)
    assert changes(lab["bucket"], newer, newer) == []


def test_each_query_reads_only_its_bucket_and_once(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    older, newer, _ = lab["hashes"]
    prefix = lab["bucket"].replace("-", "_")

    def scanned(kind: str) -> int:
        found = local_aws.query(f"SELECT count(*) FROM {prefix}_quilt_{kind}")
        return int(found["Statistics"]["DataScannedInBytes"])

    for name, views, parameters in (
        ("latest-packages", "packages_view", ()),
        ("package-history", "packages_view", ("lab", "plates")),
        ("files-at-time", "packages_view objects_view", ("lab", "plates", "2099-01-01")),
        ("files-by-metadata", "objects_view", ("$.user_meta.well", "A1")),
        ("largest-files", "objects_view", ()),
        ("duplicates-by-hash", "objects_view", ()),
        ("changes-between-revisions", "objects_view", (older, newer)),
    ):
        statistics = result_of(local_aws, name, lab["bucket"], *parameters)["Statistics"]
        assert (name, statistics["DataScannedInBytes"]) == (name, sum(map(scanned, views.split())))


def test_query_of_the_stack_is_unambiguous_whatever_people_save(local_aws: LocalAws, lab: dict[str, Any]) -> None:
    local_aws.athena.create_named_query(
        Name="latest-packages", Database="quilt_query", QueryString="SELECT 'somebody' AS name", WorkGroup="quilt-query"
    )
    assert [row["name"] for row in rows_of(local_aws, "latest-packages", lab["bucket"])] == ["other", "plates"]


def test_named_query_of_another_owner_can_be_run(local_aws: LocalAws) -> None:
    def save(sql: str, workgroup: str = "quilt-query") -> str:
        named = local_aws.athena.create_named_query(
            Name="how-many", Database="quilt_query", QueryString=sql, WorkGroup=workgroup
        )
        return str(named["NamedQueryId"])

    first = save("SELECT 40 + ? AS x")
    assert rows_of(local_aws, "how-many", 2) == rows_of(local_aws, first, 2) == [{"x": 42}]
    assert rows_of(local_aws, save("SELECT 50 + ? AS x"), 2) == [{"x": 52}]
    machine, request = local_aws.outputs["QueryStateMachineArn"], {"NamedQuery": save("SELECT 1", "primary")}
    elsewhere = executions.run(local_aws.stepfunctions, machine, request)
    assert (elsewhere.error, "no saved query with this id" in str(elsewhere.cause)) == ("InvalidRequest", True)
    rejected = local_aws.run_express("", NamedQuery="how-many")
    assert rejected["status"] == "FAILED"
    assert "QueryString: " in rejected["cause"]
