"""The views compared with those of the notebook on the same bucket: its queries have the same results, and its mistakes
are shown there and fixed here."""

from __future__ import annotations

import pytest

from quilt_athena.catalog.views import decode_view
from tests.integration.registration.packages import HEADER, Packages, entry
from tests.local_aws import Entry, LocalAws, Pushed
from tests.unit.catalog.notebook_catalog import DDL, glue_view

REVISIONS = 'SELECT "user", name, "timestamp", hash FROM {packages_view}'
ENTRIES = 'SELECT "user", name, "timestamp", tophash, logical_key FROM {objects_view}'
NOTEBOOK_PACKAGES = [column.name for column in decode_view(glue_view("packages_view")).columns]
NOTEBOOK_OBJECTS = [column.name for column in decode_view(glue_view("objects_view")).columns]


@pytest.fixture
def packages(local_aws: LocalAws, bucket: str) -> Packages:
    """An onboarded bucket, and the notebook's views of it."""
    made = Packages(local_aws, bucket)
    local_aws.onboard(bucket)
    made.make_notebook_views()
    return made


def test_every_revision_is_a_row_and_so_is_the_latest(packages: Packages) -> None:
    first = packages.revision("lab/cells", 1600000000, HEADER, entry("a.txt"))
    second = packages.revision("lab/cells", 1600000100, {**HEADER, "message": "Second"}, entry("a.txt"), entry("b.txt"))
    other = packages.revision("böb/crème-2", 1600000200, HEADER, entry("c.txt"))
    revisions = [
        ["böb", "crème-2", "1600000200", other],
        ["böb", "crème-2", "latest", other],
        ["lab", "cells", "1600000000", first],
        ["lab", "cells", "1600000100", second],
        ["lab", "cells", "latest", second],
    ]
    assert packages.rows(REVISIONS) == sorted(revisions, key=str)
    assert packages.rows(REVISIONS, notebook=True) == packages.rows(REVISIONS)
    assert packages.rows(ENTRIES + " WHERE name = 'cells'") == [
        ["lab", "cells", "1600000000", first, "a.txt"],
        ["lab", "cells", "1600000100", second, "a.txt"],
        ["lab", "cells", "1600000100", second, "b.txt"],
        ["lab", "cells", "latest", second, "a.txt"],
        ["lab", "cells", "latest", second, "b.txt"],
    ]
    assert packages.rows(ENTRIES, notebook=True) == packages.rows(ENTRIES)


def test_the_notebooks_columns_come_first_and_have_its_types(packages: Packages) -> None:
    packages_view = packages.columns("SELECT * FROM {packages_view}")
    objects_view = packages.columns("SELECT * FROM {objects_view}")
    assert [name for name, _ in packages_view] == [*NOTEBOOK_PACKAGES, "user_meta", "workflow"]
    assert [name for name, _ in objects_view] == [*NOTEBOOK_OBJECTS, "physical_key"]
    assert {kind for _, kind in packages_view} == {"varchar"}
    others = {name: kind for name, kind in objects_view if kind != "varchar"}
    assert others == {"physical_keys": "array", "hash": "row"}


@pytest.mark.main_path
@pytest.mark.parametrize("notebook", [True, False])
def test_the_query_of_the_notebook_has_its_result(
    local_aws: LocalAws, packages: Packages, bucket: str, notebook: bool
) -> None:
    images = {
        f"{name}.tiff": Entry(meta={"NucMembSegmentationAlgorithmVersion": version, "CellIndex": cells})
        for name, version, cells in [
            ("right", "1.3.0", ["4", "5"]),
            ("right-too", "1.3.1", ["5"]),
            ("other-cell", "1.3.0", ["6", "7"]),
            ("other-version", "1.2.0", ["5"]),
        ]
    }
    local_aws.push(bucket, Pushed("imaging/cells", {**images, "right.csv": Entry(meta={"CellIndex": ["5"]})}))
    question = (DDL / "question.sql").read_text()
    database = "notebook" if notebook else local_aws.outputs["DatabaseName"]
    sql = question.replace("quilt_query", database).replace("my_bucket", packages.prefix)
    column = NOTEBOOK_OBJECTS.index("logical_key")
    # A row for the revision and one for the latest.
    assert sorted(str(row[column]) for row in local_aws.rows(sql)) == ["right-too.tiff"] * 2 + ["right.tiff"] * 2


def test_a_malformed_line_duplicates_no_package(packages: Packages) -> None:
    top_hash = packages.revision("lab/cells", 1600000000, HEADER, '{"logical_key": "half', entry("a.txt"))
    mistake = packages.rows(REVISIONS, notebook=True)
    assert mistake == [["lab", "cells", "1600000000", top_hash]] * 2 + [["lab", "cells", "latest", top_hash]] * 2
    assert packages.rows(REVISIONS) == [["lab", "cells", "1600000000", top_hash], ["lab", "cells", "latest", top_hash]]
    with_message = "SELECT name, message FROM {packages_view} WHERE \"timestamp\" = 'latest'"
    assert packages.rows(with_message, notebook=True) == [["cells", "First"], ["cells", None]]
    assert packages.rows(with_message) == [["cells", "First"]]
    assert [row[-1] for row in packages.rows(ENTRIES)] == ["a.txt", "a.txt"]


def test_a_copy_of_a_manifest_elsewhere_adds_no_row(packages: Packages) -> None:
    top_hash = packages.revision("lab/cells", 1600000000, HEADER, entry("a.txt"))
    manifest = packages.local_aws.read(f"s3://{packages.bucket}/.quilt/packages/{top_hash}")
    packages.put(f"packages/backup/{top_hash}", manifest)
    assert len(packages.rows(REVISIONS, notebook=True)) == 4
    assert len(packages.rows(ENTRIES, notebook=True)) == 8  # each of two copies with each of two headers
    assert len(packages.rows(REVISIONS)) == 2
    assert len(packages.rows(ENTRIES)) == 2


@pytest.mark.parametrize("stray", ["stray.parquet", "manifest.jsonl", "0" * 63, "0" * 65, "A" * 64, "g" * 64])
def test_a_stray_file_among_the_manifests_adds_no_row(packages: Packages, stray: str) -> None:
    """A pointer may name anything: what it names is a manifest only if that is a top hash."""
    top_hash = packages.revision("lab/cells", 1600000000, HEADER, entry("a.txt"))
    packages.put(f"packages/{stray}", b"PAR1\x15\x04\n\xff\xfe binary \n\x00PAR1" if "parquet" in stray else '{"x": 1}')
    packages.put("named_packages/lab/strange/1600000000", stray)
    strange = "SELECT name FROM {packages_view} WHERE name = 'strange'"
    assert packages.rows(strange, notebook=True) != []
    assert packages.rows(strange) == []
    assert packages.rows(REVISIONS + " WHERE \"timestamp\" = 'latest'") == [["lab", "cells", "latest", top_hash]]


@pytest.mark.parametrize("stray", ["1600000000.bak", "notes", "1600000000/copy", "-5"])
def test_a_stray_file_among_the_pointers_adds_no_row(packages: Packages, stray: str) -> None:
    top_hash = packages.revision("lab/cells", 1600000000, HEADER, entry("a.txt"))
    packages.put(f"named_packages/lab/cells/{stray}", top_hash)
    assert len(packages.rows(REVISIONS, notebook=True)) == 3
    assert len(packages.rows(ENTRIES, notebook=True)) == 3
    assert len(packages.rows(REVISIONS)) == 2
    assert len(packages.rows(ENTRIES)) == 2


@pytest.mark.parametrize("header", [{}, {"version": "v0"}, {"version": "v0", "message": None, "user_meta": None}])
def test_a_package_whose_header_has_no_fields_appears(packages: Packages, header: dict[str, object]) -> None:
    top_hash = packages.revision("lab/cells", 1600000000, header, entry("a.txt"))
    question = (
        "SELECT name, hash, message, meta, user_meta, workflow FROM {packages_view} WHERE \"timestamp\" = 'latest'"
    )
    assert packages.rows(question) == [["cells", top_hash, None, None, None, None]]


def test_a_package_without_files_appears(packages: Packages) -> None:
    top_hash = packages.revision("lab/empty", 1600000000, HEADER)
    assert packages.rows(REVISIONS)[0] == ["lab", "empty", "1600000000", top_hash]
    assert packages.rows(ENTRIES) == []


def test_a_pointer_to_a_missing_manifest_adds_no_row(packages: Packages) -> None:
    packages.put("named_packages/lab/gone/1600000000", "0" * 64)
    assert packages.rows(REVISIONS) == []


def test_the_metadata_of_a_header_can_be_queried(packages: Packages) -> None:
    header = {**HEADER, "workflow": {"id": "assay", "config": "s3://b/.quilt/workflows/config.yml"}}
    packages.revision("lab/cells", 1600000000, header, entry("a.txt"))
    # The notebook's view has `meta`, which no header has.
    assert packages.rows("SELECT DISTINCT meta FROM {packages_view}", notebook=True) == [[None]]
    question = (
        "SELECT json_extract_scalar(user_meta, '$.project'), json_extract_scalar(workflow, '$.id') "
        "FROM {packages_view} WHERE \"timestamp\" = 'latest'"
    )
    assert packages.rows(question) == [["Alpha", "assay"]]


def test_directory_entries_have_their_metadata_and_no_physical_key(packages: Packages) -> None:
    directory = {"logical_key": "plates/", "meta": {"user_meta": {"Count": 3}}}
    packages.revision("lab/cells", 1600000000, HEADER, directory, entry("plates/a.txt"))
    question = (
        'SELECT logical_key, physical_key, physical_keys, "size", hash, '
        "json_extract_scalar(meta, '$.user_meta.count') FROM {objects_view} WHERE \"timestamp\" = 'latest'"
    )
    found = packages.rows(question)
    assert found[0] == ["plates/", None, None, None, None, "3"]
    assert found[1][:2] == ["plates/a.txt", "s3://data/plates/a.txt?versionId=1"]


def test_keys_sizes_and_hashes_of_all_kinds_are_returned(packages: Packages) -> None:
    hashes = {"SHA256": "ab" * 32, "sha2-256-chunked": "q83vEjRWeJCrze8=", "CRC64NVME": "BxZqmyP2V+w="}
    lines = [entry(kind, hash={"type": kind, "value": value}, size=2**40) for kind, value in hashes.items()]
    packages.revision("lab/cells", 1600000000, HEADER, *lines, entry("none", hash=None))
    question = (
        'SELECT logical_key, hash.type, hash.value, CAST("size" AS bigint), physical_keys[1] FROM {objects_view} '
        "WHERE \"timestamp\" = '1600000000'"
    )
    expected: list[list[str | None]] = [
        [kind, kind, value, str(2**40), f"s3://data/{kind}?versionId=1"] for kind, value in hashes.items()
    ]
    expected.append(["none", None, None, "5", "s3://data/none?versionId=1"])
    assert packages.rows(question) == sorted(expected, key=str)


def test_the_objects_view_reads_manifests_once(packages: Packages) -> None:
    packages.revision("lab/cells", 1600000000, HEADER, *(entry(f"{number}.txt") for number in range(200)))
    count = "SELECT count(*) FROM {objects_view}"
    assert packages.rows(count) == packages.rows(count, notebook=True) == [["400"]]
    manifests = packages.scanned("SELECT count(*) FROM {manifests}")
    pointers = packages.scanned("SELECT count(*) FROM {packages}")
    assert packages.scanned(count) == manifests + pointers
    # Its objects view joins its packages view, which reads all manifests for their headers.
    assert packages.scanned(count, notebook=True) == 2 * manifests + pointers
