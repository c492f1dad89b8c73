"""Each saved query, asked by its name, over packages whose answers are known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.laptop import Entry, Laptop, Pushed

META = {"well": "A1"}


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """The bucket and its top hashes, made by the first test that asks."""
    return {}


@pytest.fixture
def lab(laptop: Laptop, known: dict[str, Any]) -> dict[str, Any]:
    """A bucket with two revisions of a package and one of another."""
    if not known:
        bucket = laptop.make_bucket()
        first = {"a.txt": Entry("same", META), "b.txt": Entry("old content"), "gone.txt": Entry("x")}
        second = {"a.txt": Entry("same", {"well": "B2"}), "b.txt": Entry("new"), "c.txt": Entry("same")}
        hashes = laptop.push(
            bucket,
            Pushed("lab/plates", first, message="First"),
            Pushed("lab/plates", second, message="Second"),
            Pushed("lab/other", {"large.bin": Entry("y" * 1000, META)}),
        )
        laptop.onboard(bucket)
        known.update(bucket=bucket, hashes=hashes)
    return known


def asked(laptop: Laptop, name: str, *parameters: str) -> list[dict[str, Any]]:
    """The rows of a saved query's answer."""
    from local import executions

    request = {"NamedQuery": name, "Parameters": list(parameters)}
    ended = executions.run(laptop.stepfunctions, laptop.outputs["QueryStateMachineArn"], request)
    assert ended.status == "SUCCEEDED", ended
    rows: list[dict[str, Any]] = ended.output["Rows"]
    return rows


def test_latest_packages(laptop: Laptop, lab: dict[str, Any]) -> None:
    other, plates = asked(laptop, "latest-packages", lab["bucket"])
    assert (other["name"], other["revisions"]) == ("other", 1)
    assert (plates["user"], plates["name"], plates["message"], plates["revisions"]) == ("lab", "plates", "Second", 2)
    assert plates["tophash"] == lab["hashes"][1]
    assert str(plates["modified"]).startswith("20")


def test_files_by_metadata(laptop: Laptop, lab: dict[str, Any]) -> None:
    rows = asked(laptop, "files-by-metadata", lab["bucket"], "$.user_meta.well", "B2")
    assert [row["logical_key"] for row in rows] == ["a.txt"]
    assert rows[0]["physical_key"].startswith(f"s3://{lab['bucket']}/")


def test_largest_files(laptop: Laptop, lab: dict[str, Any]) -> None:
    rows = asked(laptop, "largest-files", lab["bucket"])
    assert [row["bytes"] for row in rows] == [1000, 4, 4, 3]
    assert rows[0]["logical_key"] == "large.bin"


def test_package_history(laptop: Laptop, lab: dict[str, Any]) -> None:
    rows = asked(laptop, "package-history", lab["bucket"], "lab", "plates")
    assert [(row["tophash"], row["message"]) for row in rows] == [
        (lab["hashes"][1], "Second"),
        (lab["hashes"][0], "First"),
    ]


def test_duplicates_by_hash(laptop: Laptop, lab: dict[str, Any]) -> None:
    (row,) = asked(laptop, "duplicates-by-hash", lab["bucket"])
    assert (row["places"], row["bytes_wasted"]) == (2, 4)
    assert "a.txt" in row["physical_keys"]
    assert "c.txt" in row["physical_keys"]


def test_changes_between_revisions(laptop: Laptop, lab: dict[str, Any]) -> None:
    rows = asked(laptop, "changes-between-revisions", lab["bucket"], lab["hashes"][0], lab["hashes"][1])
    assert {row["logical_key"]: row["change"] for row in rows} == {
        "a.txt": "metadata",
        "b.txt": "content",
        "c.txt": "added",
        "gone.txt": "removed",
    }
    assert [(row["older_size"], row["newer_size"]) for row in rows if row["logical_key"] == "b.txt"] == [("11", "3")]


def test_somebody_elses_saved_query_can_be_named_too(laptop: Laptop) -> None:
    laptop.athena.create_named_query(
        Name="how-many", Database="quilt_query", QueryString="SELECT 40 + ? AS x", WorkGroup="quilt-query"
    )
    ended = asked(laptop, "how-many", 2)  # type: ignore[arg-type]  # a number
    assert ended == [{"x": 42}]
    answer = laptop.ask_express("", NamedQuery="how-many")
    assert answer["status"] == "FAILED"
    assert "expected either this or NamedQuery" in answer["cause"] or "QueryString" in answer["cause"]
