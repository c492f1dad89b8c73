"""Glue, where MiniStack's differs from AWS's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def database(aws: Callable[[str], Any], name: str) -> str:
    """A new database."""
    aws("glue").create_database(DatabaseInput={"Name": name})
    return name


def test_update_table_removes_what_the_new_definition_lacks(aws: Callable[[str], Any], database: str) -> None:
    glue = aws("glue")
    given = {"Name": "t", "Description": "Numbers", "Owner": "ann", "Parameters": {"a": "1"}}
    glue.create_table(DatabaseName=database, TableInput=given)
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Parameters": {"b": "2"}})
    table = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert (table.get("Description"), table.get("Owner"), table["Parameters"]) == (None, None, {"b": "2"})


def test_update_table_checks_the_version(aws: Callable[[str], Any], database: str) -> None:
    glue = aws("glue")
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Owner": "ann"}, VersionId="1")
    with pytest.raises(ClientError, match="ConcurrentModificationException"):
        glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Owner": "bob"}, VersionId="1")
    assert glue.get_table(DatabaseName=database, Name="t")["Table"]["Owner"] == "ann"


def test_partition_of_a_missing_table_is_rejected(aws: Callable[[str], Any], database: str) -> None:
    partition = {"Values": ["x"], "StorageDescriptor": {"Location": "s3://somewhere/"}}
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        aws("glue").create_partition(DatabaseName=database, TableName="missing", PartitionInput=partition)


def test_update_table_archives_the_previous_version(aws: Callable[[str], Any], database: str) -> None:
    glue = aws("glue")
    table = {"DatabaseName": database, "TableName": "t"}
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "Description": "first"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Description": "second"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Description": "third"}, SkipArchive=True)
    versions = glue.get_table_versions(**table)["TableVersions"]
    assert [one["Table"]["Description"] for one in versions] == ["third", "first"]
    current, first = (one["VersionId"] for one in versions)
    assert glue.get_table_version(**table)["TableVersion"]["VersionId"] == current
    assert glue.get_table_version(**table, VersionId=first)["TableVersion"]["Table"]["Description"] == "first"
    errors = glue.batch_delete_table_version(**table, VersionIds=[first, current, "99"])["Errors"]
    assert [(one["VersionId"], one["ErrorDetail"]["ErrorCode"]) for one in errors] == [
        (current, "InvalidInputException"), ("99", "EntityNotFoundException"),
    ]  # fmt: skip
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.delete_table_version(**table, VersionId=first)
    glue.delete_table(DatabaseName=database, Name="t")
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    assert len(glue.get_table_versions(**table)["TableVersions"]) == 1
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_table_versions(DatabaseName=database, TableName="missing")


def test_a_table_without_owner_and_description_has_neither(aws: Callable[[str], Any], database: str) -> None:
    glue = aws("glue")
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    assert not {"Owner", "Description"} & glue.get_table(DatabaseName=database, Name="t")["Table"].keys()
    glue.update_table(DatabaseName=database, TableInput={"Name": "t"})
    assert not {"Owner", "Description"} & glue.get_table(DatabaseName=database, Name="t")["Table"].keys()


FILTERS = [
    ("day > '2024-01-01'", [("2024-01-02", "10")]),
    ("day = DATE '2024-01-01' AND hour < 10", [("2024-01-01", "9")]),
    ("hour IN (10) OR day IS NULL", [("2024-01-01", "10"), ("2024-01-02", "10"), ("__HIVE_DEFAULT_PARTITION__", "9")]),
    ("NOT (hour BETWEEN 9 AND 9)", [("2024-01-01", "10"), ("2024-01-02", "10")]),
    ("day LIKE '2024-01-_2' ", [("2024-01-02", "10")]),
    ("hour = -1", []),
]


@pytest.fixture
def partitioned(aws: Callable[[str], Any], database: str) -> dict[str, str]:
    """A table with partitions by day and hour."""
    glue, table = aws("glue"), {"DatabaseName": database, "TableName": "t"}
    keys = [{"Name": "day", "Type": "date"}, {"Name": "hour", "Type": "int"}]
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "PartitionKeys": keys})
    values = [("2024-01-01", "9"), ("2024-01-01", "10"), ("2024-01-02", "10"), ("__HIVE_DEFAULT_PARTITION__", "9")]
    for one in values:
        glue.create_partition(**table, PartitionInput={"Values": list(one)})
    return table


@pytest.mark.parametrize(("expression", "wanted"), FILTERS)
def test_get_partitions_evaluates_the_expression(
    aws: Callable[[str], Any], partitioned: dict[str, str], expression: str, wanted: list[tuple[str, str]]
) -> None:
    found = aws("glue").get_partitions(**partitioned, Expression=expression)["Partitions"]
    assert [tuple(one["Values"]) for one in found] == wanted


@pytest.mark.parametrize("expression", ["a = 1", "day =", "hour = 'x'", "length(day) = 1"])
def test_get_partitions_rejects_an_expression_that_it_cannot_evaluate(
    aws: Callable[[str], Any], partitioned: dict[str, str], expression: str
) -> None:
    glue = aws("glue")
    with pytest.raises(glue.exceptions.InvalidInputException, match="Expression"):
        glue.get_partitions(**partitioned, Expression=expression)


def test_batch_delete_partition_reports_what_does_not_exist(
    aws: Callable[[str], Any], partitioned: dict[str, str]
) -> None:
    glue = aws("glue")
    values = [["2024-01-01", "9"], ["2030-01-01", "9"]]
    errors = glue.batch_delete_partition(**partitioned, PartitionsToDelete=[{"Values": one} for one in values])[
        "Errors"
    ]
    assert [(one["PartitionValues"], one["ErrorDetail"]["ErrorCode"]) for one in errors] == [
        (["2030-01-01", "9"], "EntityNotFoundException")
    ]
    assert len(glue.get_partitions(**partitioned)["Partitions"]) == 3
