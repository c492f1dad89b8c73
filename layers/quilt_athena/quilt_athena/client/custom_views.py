"""Custom views from the outside: their files in the stack's bucket, and the state machine that makes views of them.

Files are checked by the very rules of the stack, before any of them is uploaded.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from quilt_athena.aws.calls import calling
from quilt_athena.client.connections import Connections
from quilt_athena.client.executions import Clock, Execution, Progress
from quilt_athena.client.schedules import executions
from quilt_athena.client.stack import Stack
from quilt_athena.contracts.limits import MAX_NAMED
from quilt_athena.custom_views.files import MAX_FILES, SUFFIX, ViewFile, parse_view_file
from quilt_athena.custom_views.statements import fingerprint_of
from quilt_athena.custom_views.store import FILES_PREFIX, ViewStore
from quilt_athena.errors import InvalidRequest, InvalidViewFileError

_logger = logging.getLogger(__name__)

#: How many executions are looked through for the last one of all buckets, and for those of single buckets since.
_MAX_EXECUTIONS = 100
#: What is told of the states of the state machine; the others make views.
_STATES = {"Begin": "STARTING", "PlanViews": "PLANNING", "WaitForAthena": "WAITING FOR ATHENA"}


@dataclass(frozen=True)
class LocalFile:
    """A file on this machine that views can be made of."""

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """Its name in the stack's bucket too, with ``.sql``."""
        return self.path.name


@dataclass(frozen=True)
class StoredFile:
    """A file in the stack's bucket, by its name with ``.sql``, and the names of the views of it that stand.

    ``file`` is None where the file is wrong or gone, and ``uploaded`` where it is gone.
    """

    name: str
    file: ViewFile | None
    views: tuple[str, ...]
    uploaded: datetime | None
    problem: str | None = None


class ViewsExecution(Execution):
    """An execution of the views state machine. It asks many queries, which the stack stops when it is stopped."""

    def query_execution_id(self) -> str | None:
        """None: there is no one query of it."""
        return None

    def _progress(self) -> Progress:
        state = "STARTING"
        if self._may_observe:
            try:
                state = self._state()
            except ClientError as error:
                self._may_observe = False
                _logger.debug("progress of %s can't be observed: %s", self.arn, error)
        return Progress(state, self._clock.monotonic() - self._started)

    def _state(self) -> str:
        answer = self._connections.stepfunctions.get_execution_history(
            executionArn=self.arn, reverseOrder=True, includeExecutionData=False
        )
        entered = (
            event["stateEnteredEventDetails"] for event in answer["events"] if "stateEnteredEventDetails" in event
        )
        newest = next(entered, None)
        return _STATES.get(newest["name"], "MAKING VIEWS") if newest else "STARTING"


def read_files(paths: Iterable[Path]) -> list[LocalFile]:
    """The files of ``paths``: of a folder, all ``.sql`` files right in it.

    Raises:
        InvalidRequest: some can't be made views; message and ``cause`` have all of those, with the reasons.
    """
    files: dict[str, LocalFile] = {}
    wrong: dict[Path, str] = {}
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            found |= {one.parent.resolve() / one.name: one for one in _expanded(path)}
        except (OSError, InvalidViewFileError) as error:
            wrong[path] = _reason(error)
    for path in found.values():
        try:
            file = LocalFile(path, path.read_bytes())
            parse_view_file(file.name, file.content)
        except (OSError, InvalidViewFileError) as error:
            wrong[path] = _reason(error)
            continue
        if (other := files.setdefault(file.name, file)) is not file:
            wrong[path] = f"{other.path} has the same name: give one of them another, since it names the views"
    if wrong:
        lines = "".join(f"\n  {path}: {reason}" for path, reason in wrong.items())
        cause = {"Files": [{"File": str(path), "Reason": reason} for path, reason in wrong.items()]}
        raise InvalidRequest(f"nothing was uploaded, since views can't be made of this:{lines}", cause)
    return list(files.values())


def upload(connections: Connections, stack: Stack, files: Sequence[LocalFile]) -> Iterator[tuple[LocalFile, bool]]:
    """Put files into the stack's bucket; of each, whether it was another one than lay there.

    Raises:
        InvalidRequest: there would be more files than the stack takes; nothing was uploaded.
        ServiceUnavailableError, ServiceRejectedError: one couldn't be; those before it were.
    """
    bucket = stack.output("ViewsBucketName")
    store = ViewStore(connections.s3, bucket)
    there = store.listed()
    new = [file.name for file in files if file.name not in there]
    if new and len(there) + len(new) > MAX_FILES:
        raise InvalidRequest(
            f"nothing was uploaded: expected at most {MAX_FILES} files in s3://{bucket}/{FILES_PREFIX}, found "
            f"{len(there)} beside {len(new)} new ones: quilt-athena views remove NAME"
        )
    for file in files:
        found = there.get(file.name)
        same_size = found is not None and found["Size"] == len(file.content)
        changed = not (same_size and store.content(file.name) == file.content)
        if changed:
            key = FILES_PREFIX + file.name
            with calling("s3:PutObject", f"s3://{bucket}/{key}"):
                connections.s3.put_object(Bucket=bucket, Key=key, Body=file.content)
        yield file, changed


def file_content(connections: Connections, stack: Stack, name: str) -> bytes:
    """A file as it lies in the stack's bucket; ``name`` is with or without ``.sql``.

    Raises:
        InvalidRequest: there is none of that name.
        ServiceUnavailableError, ServiceRejectedError: it couldn't be read.
    """
    bucket = stack.output("ViewsBucketName")
    (file_name,) = _existing(connections, bucket, [name])
    content = ViewStore(connections.s3, bucket).content(file_name)
    if content is None:
        raise InvalidRequest(f"{file_name} was removed while it was read: quilt-athena views list")
    return content


def remove_files(connections: Connections, stack: Stack, names: Iterable[str]) -> list[str]:
    """Remove files; their names. Their views go when views are made the next time.

    Raises:
        InvalidRequest: there is none of one of the names; nothing was removed.
        ServiceUnavailableError, ServiceRejectedError: one couldn't be; those before it were.
    """
    bucket = stack.output("ViewsBucketName")
    found = _existing(connections, bucket, names)
    for name in found:
        key = FILES_PREFIX + name
        with calling("s3:DeleteObject", f"s3://{bucket}/{key}"):
            connections.s3.delete_object(Bucket=bucket, Key=key)
    return found


def make_views(
    connections: Connections,
    stack: Stack,
    buckets: Sequence[str] = (),
    on_progress: Callable[[Progress], None] | None = None,
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Have the views of all buckets made, or of some, and wait; the result of the contract.

    An execution leaves what is too much for it to the next, which is started then, until one makes nothing. Whatever
    interrupts the waiting stops it.

    Raises:
        InvalidRequest: a name is none of a bucket.
        QueryCancelled, QueryTimedOut, QueryServiceError: an execution gave no result. What was made stands.
        ServiceUnavailableError, ServiceRejectedError: AWS doesn't do what it is asked for.
    """
    machine = stack.output("ViewsStateMachineArn")
    request = {"Buckets": list(buckets)} if buckets else {}
    results: list[dict[str, Any]] = []
    while not results or (results[-1]["Remaining"] and results[-1]["Created"]["Count"]):
        results.append(ViewsExecution.start(connections, machine, request, clock).wait(on_progress))
    return _joined(results)


def stored_files(connections: Connections, stack: Stack) -> list[StoredFile]:
    """All files with what came of them, by name; last those that are gone and whose views stand still.

    ``problem`` is what is wrong with the file; else what the last making of its views that failed said of the first,
    among those since the last of all buckets, unless the file was uploaded after that.

    Raises:
        ServiceUnavailableError, ServiceRejectedError: files, catalog or executions couldn't be read.
    """
    bucket = stack.output("ViewsBucketName")
    store = ViewStore(connections.s3, bucket)
    there, read = store.listed(), store.read()
    files = {file.name + SUFFIX: file for file in read.files}
    standing = _standing(connections, stack.output("DatabaseName"))
    failures = _last_failures(connections, stack.output("ViewsStateMachineArn"))
    found = []
    for name, listed in there.items():
        started, failure = failures.get(name, (None, None))
        is_older = started is not None and listed["LastModified"] <= started
        problem = read.invalid.get(name) or (failure if is_older else None)
        views = tuple(standing.pop(name, ()))
        found.append(StoredFile(name, files.get(name), views, listed["LastModified"], problem))
    gone = [StoredFile(name, None, tuple(views), None) for name, views in sorted(standing.items())]
    return [*found, *gone]


def _expanded(path: Path) -> list[Path]:
    """The file itself, or those in the folder; hidden ones are what editors and file systems leave there."""
    if not path.is_dir():
        return [path]
    found = sorted(
        one for one in path.iterdir() if one.name.endswith(SUFFIX) and not (one.name.startswith(".") or one.is_dir())
    )
    if not found:
        raise InvalidViewFileError(f"expected files such as latest_revisions{SUFFIX} in this folder, found none")
    return found


def _reason(error: OSError | InvalidViewFileError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    return f"it can't be read: {error.strerror}" if isinstance(error, OSError) else str(error)


def _existing(connections: Connections, bucket: str, names: Iterable[str]) -> list[str]:
    """The names, each once, as those of files that there are."""
    wanted = list(dict.fromkeys(name.removesuffix(SUFFIX) + SUFFIX for name in names))
    there = ViewStore(connections.s3, bucket).listed()
    if missing := [name for name in wanted if name not in there]:
        named, known = " and no ".join(missing), ", ".join(there) or "nothing"
        raise InvalidRequest(f"there is no {named} in s3://{bucket}/{FILES_PREFIX}: what is there is {known}")
    return wanted


def _standing(connections: Connections, database: str) -> dict[str, list[str]]:
    """The names of the views that were made of files, by the names of these."""
    found: dict[str, list[str]] = defaultdict(list)
    with calling("glue:GetTables", database):
        for page in connections.glue.get_paginator("get_tables").paginate(DatabaseName=database):
            for table in page["TableList"]:
                _, separator, file = table["Name"].rpartition("_quilt_")
                if separator and table.get("TableType") == "VIRTUAL_VIEW" and fingerprint_of(table) is not None:
                    found[file + SUFFIX].append(table["Name"])
    return found


def _last_failures(connections: Connections, machine: str) -> dict[str, tuple[datetime, str]]:
    """For each file that had failures, when the newest execution that told of some began, and what it said; no older
    ones than the newest of all buckets, which looked at everything.
    """
    told: dict[str, tuple[datetime, str]] = {}
    for execution_arn in islice(executions(connections, machine), _MAX_EXECUTIONS):
        with calling("states:DescribeExecution", execution_arn):
            found = connections.stepfunctions.describe_execution(executionArn=execution_arn)
        if found["status"] != "SUCCEEDED":
            continue
        result = json.loads(found.get("output") or "{}")
        for file, reason in _failures(result["Failed"]).items():
            told.setdefault(file, (found["startDate"], reason))
        if result["Scope"] == "all":
            break
    return told


def _failures(failed: Mapping[str, Any]) -> dict[str, str]:
    """The first reason of each file, with how many of its views are named as failed."""
    by_file: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in failed["Views"]:
        by_file[one["File"]].append(one)
    more = " or more" if failed["Count"] > len(failed["Views"]) else ""
    return {
        file: f"{named[0]['Reason']} ({len(named)}{more} failed)" if named[0].get("View") else str(named[0]["Reason"])
        for file, named in by_file.items()
    }


def _joined(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One result of executions that went on where the one before ended; what failed was tried again by each."""
    all_buckets = {**results[-1], "Unchanged": results[0]["Unchanged"]}
    for kind in ("Created", "Deleted"):
        named = [view for result in results for view in result[kind]["Views"]]
        all_buckets[kind] = {"Count": sum(result[kind]["Count"] for result in results), "Views": named[:MAX_NAMED]}
    return all_buckets
