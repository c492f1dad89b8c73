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
    assert (table.get("Description"), table.get("Owner"), table["Parameters"]) == ("", "", {"b": "2"})


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


def test_table_has_its_current_version_which_cannot_be_deleted(aws: Callable[[str], Any], database: str) -> None:
    glue = aws("glue")
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Owner": "ann"})
    (version,) = glue.get_table_versions(DatabaseName=database, TableName="t")["TableVersions"]
    assert (version["VersionId"], version["Table"]["Owner"]) == ("2", "ann")
    response = glue.batch_delete_table_version(DatabaseName=database, TableName="t", VersionIds=["1"])
    assert [error["VersionId"] for error in response["Errors"]] == ["1"]
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_table_versions(DatabaseName=database, TableName="missing")
