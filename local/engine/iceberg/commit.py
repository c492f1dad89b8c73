"""Commits: the new files become visible together, or not at all.

A commit of one table replaces the Glue table's pointer to its metadata if the table's version is still the one that
was read. Otherwise, as in Iceberg's Java library, an append is repeated on the new version, up to
``commit.retry.num-retries`` times (4); a change of rows is repeated only if nobody else changed the same rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pyiceberg.exceptions import CommitFailedException, ValidationException
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table, TableProperties, Transaction
from pyiceberg.utils.properties import property_as_bool

from local.engine.errors import QueryError
from local.engine.interface import CancelToken


def append(table: Table, files: list[DataFile], cancel: CancelToken) -> None:
    """Add files to a table.

    Raises:
        QueryError: others committed each time.
    """
    with committing(table, files, cancel) as transaction:
        add_files(transaction, files)


@contextmanager
def committing(table: Table, files: Iterable[DataFile], cancel: CancelToken) -> Iterator[Transaction]:
    """Commit a transaction of one table. If that fails, the new files are deleted.

    Raises:
        QueryError: the commit lost against another one.
    """
    transaction = table.transaction()
    try:
        yield transaction
        cancel.check()
        transaction.commit_transaction()
    except (CommitFailedException, ValidationException) as error:
        discard(table, files)
        name = ".".join(table.name())
        raise QueryError(f"ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: {name}") from error


def add_files(transaction: Transaction, files: list[DataFile]) -> None:
    """Add the snapshot of an append, which merges small manifests as Iceberg's Java library does by default."""
    producer = transaction.update_snapshot().merge_append()
    producer._merge_enabled = property_as_bool(
        transaction.table_metadata.properties, TableProperties.MANIFEST_MERGE_ENABLED, True
    )
    with producer as snapshot:
        for file in files:
            snapshot.append_data_file(file)


def discard(table: Table, files: Iterable[DataFile]) -> None:
    """Delete files that no version of the table has, as far as the statement's owner may."""
    with contextlib.suppress(QueryError):
        for file in files:
            table.io.delete(file.file_path)
