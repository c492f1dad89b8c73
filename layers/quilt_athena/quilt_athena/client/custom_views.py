"""Custom views: the files in the stack's bucket, and the state machine that creates views from them."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from quilt_athena.aws.calls import calling
from quilt_athena.client.buckets import Buckets
from quilt_athena.client.clock import Clock
from quilt_athena.client.executions import Execution, OnProgress, Progress, describe_execution, list_executions
from quilt_athena.client.queries import Queries
from quilt_athena.client.stack import Stack
from quilt_athena.client.view_checks import check_view_files
from quilt_athena.client.view_files import LocalViewFile
from quilt_athena.contracts.limits import MAX_NAMED
from quilt_athena.custom_views.files import MAX_FILES, SUFFIX, ViewFile
from quilt_athena.custom_views.statements import fingerprint_of
from quilt_athena.custom_views.store import FILES_PREFIX, ViewStore
from quilt_athena.errors import InvalidRequest, ServiceUnavailableError

_logger = logging.getLogger(__name__)

#: How many executions are searched for the last one of all buckets; those of single buckets count since then.
_MAX_EXECUTIONS = 100
#: The reported states of the state machine; the others create views.
_STATES = {"Begin": "STARTING", "PlanViews": "PLANNING", "WaitForAthena": "WAITING FOR ATHENA"}
#: Fields of the result that had other names in earlier stacks.
_RENAMED = {"Made": "Created", "Removed": "Deleted"}


@dataclass(frozen=True)
class StoredViewFile:
    """A file in the stack's bucket, by its name with ``.sql``, and the names of the existing views created from it.

    ``file`` is None if the file is invalid or was removed, ``uploaded`` (UTC) if it was removed.
    """

    name: str
    file: ViewFile | None
    views: tuple[str, ...]
    uploaded: datetime | None
    problem: str | None = None


class ViewsExecution(Execution):
    """An execution of the custom views state machine. It runs many queries; the stack stops them when it is stopped."""

    def query_execution_id(self) -> str | None:
        """None: it doesn't have a single query."""
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
        history = self._connections.stepfunctions.get_execution_history(
            executionArn=self.arn, reverseOrder=True, includeExecutionData=False
        )
        for event in history["events"]:
            if "stateEnteredEventDetails" in event:
                return _STATES.get(event["stateEnteredEventDetails"]["name"], "CREATING VIEWS")
        return "STARTING"


@dataclass(frozen=True)
class CustomViews:
    """The custom views of a stack."""

    stack: Stack
    clock: Clock

    def upload(self, files: Sequence[LocalViewFile]) -> Iterator[tuple[LocalViewFile, bool]]:
        """Upload files to the stack's bucket; yield each, and whether its content is new.

        Raises:
            InvalidRequest: there would be more files than the stack allows; nothing was uploaded.
            ServiceUnavailableError, ServiceRejectedError: an upload failed; the files before it were uploaded.
        """
        existing = self._store.listed()
        new = [file.name for file in files if file.name not in existing]
        if new and len(existing) + len(new) > MAX_FILES:
            raise InvalidRequest(
                f"nothing was uploaded: s3://{self._bucket}/{FILES_PREFIX} may have {MAX_FILES} files, and it has "
                f"{len(existing)} besides {len(new)} new ones; remove some with quilt-athena views remove NAME"
            )
        for file in files:
            found = existing.get(file.name)
            has_same_size = found is not None and found["Size"] == len(file.content)
            changed = not (has_same_size and self._store.content(file.name) == file.content)
            if changed:
                key = FILES_PREFIX + file.name
                with calling("s3:PutObject", f"s3://{self._bucket}/{key}"):
                    self.stack.connections.s3.put_object(Bucket=self._bucket, Key=key, Body=file.content)
            yield file, changed

    def check(self, files: Sequence[LocalViewFile], queries: Queries, buckets: Buckets) -> None:
        """Try files on one registered bucket each; see ``check_view_files``.

        Raises:
            QueryFailed: Athena rejects some files; the message names them all, with the reasons.
        """
        try:
            registered = [bucket.bucket for bucket in buckets.list() if bucket.registered and bucket.is_applied]
        except ServiceUnavailableError as error:
            _logger.debug("no bucket to check views on: %s", error)
            return
        check_view_files(files, registered, self.stack.output("DatabaseName"), queries)

    def content(self, name: str) -> bytes:
        """The content of a file in the stack's bucket; ``name`` with or without ``.sql``.

        Raises:
            InvalidRequest: there is no such file.
            ServiceUnavailableError, ServiceRejectedError: it couldn't be read.
        """
        (file_name,) = self._existing([name])
        content = self._store.content(file_name)
        if content is None:
            raise InvalidRequest(f"{file_name} was removed while it was read; see quilt-athena views list")
        return content

    def remove(self, names: Iterable[str]) -> Sequence[str]:
        """Remove files and return their names. Their views are deleted the next time that views are created.

        Raises:
            InvalidRequest: one of the files doesn't exist; nothing was removed.
            ServiceUnavailableError, ServiceRejectedError: a removal failed; the files before it were removed.
        """
        found = self._existing(names)
        for name in found:
            key = FILES_PREFIX + name
            with calling("s3:DeleteObject", f"s3://{self._bucket}/{key}"):
                self.stack.connections.s3.delete_object(Bucket=self._bucket, Key=key)
        return found

    def create(self, buckets: Sequence[str] = (), on_progress: OnProgress | None = None) -> dict[str, Any]:
        """Create the views of some buckets (empty: all), and wait; the result of the contract.

        If there is too much work for one execution, others are started until one creates nothing. An interruption
        stops the current one.

        Raises:
            InvalidRequest: a bucket name is invalid.
            QueryCancelled, QueryTimedOut, QueryServiceError: an execution failed. Views created so far are kept.
            ServiceUnavailableError, ServiceRejectedError: a call to AWS failed.
        """
        connections, machine = self.stack.connections, self.stack.output("ViewsStateMachineArn")
        request = {"Buckets": list(buckets)} if buckets else {}
        results: list[dict[str, Any]] = []
        while not results or (results[-1]["Remaining"] and results[-1]["Created"]["Count"]):
            output = ViewsExecution.start(connections, machine, request, self.clock).wait(on_progress)
            results.append({_RENAMED.get(field, field): value for field, value in output.items()})
        return _merged(results)

    def files(self) -> Sequence[StoredViewFile]:
        """All files by name, followed by removed ones whose views still exist.

        ``problem`` is why the file is invalid; otherwise the first failure of its views in the last execution that
        reported one, since the last execution of all buckets, unless the file was uploaded after that.

        Raises:
            ServiceUnavailableError, ServiceRejectedError: files, catalog or executions couldn't be read.
        """
        listed, read = self._store.listed(), self._store.read()
        valid = {file.name + SUFFIX: file for file in read.files}
        views = self._existing_views()
        failures = self._last_failures()
        stored = []
        for name, found in listed.items():
            started, failure = failures.get(name, (None, None))
            is_older = started is not None and found["LastModified"] <= started
            problem = read.invalid.get(name) or (failure if is_older else None)
            created = tuple(views.pop(name, ()))
            stored.append(StoredViewFile(name, valid.get(name), created, found["LastModified"], problem))
        removed = [StoredViewFile(name, None, tuple(created), None) for name, created in sorted(views.items())]
        return [*stored, *removed]

    @property
    def _bucket(self) -> str:
        return self.stack.output("ViewsBucketName")

    @property
    def _store(self) -> ViewStore:
        return ViewStore(self.stack.connections.s3, self._bucket)

    def _existing(self, names: Iterable[str]) -> Sequence[str]:
        """The file names for ``names``, each once.

        Raises:
            InvalidRequest: one of the files doesn't exist.
        """
        wanted = list(dict.fromkeys(name.removesuffix(SUFFIX) + SUFFIX for name in names))
        existing = self._store.listed()
        if missing := [name for name in wanted if name not in existing]:
            known = ", ".join(existing) or "no files"
            raise InvalidRequest(
                f"{' and '.join(missing)} not found in s3://{self._bucket}/{FILES_PREFIX}, which has {known}"
            )
        return wanted

    def _existing_views(self) -> dict[str, list[str]]:
        """The names of the existing views created from files, by the names of the files."""
        database = self.stack.output("DatabaseName")
        found: dict[str, list[str]] = defaultdict(list)
        with calling("glue:GetTables", database):
            paginator = self.stack.connections.glue.get_paginator("get_tables")
            for page in paginator.paginate(DatabaseName=database):
                for table in page["TableList"]:
                    _, separator, file = table["Name"].rpartition("_quilt_")
                    if separator and table.get("TableType") == "VIRTUAL_VIEW" and fingerprint_of(table) is not None:
                        found[file + SUFFIX].append(table["Name"])
        return found

    def _last_failures(self) -> dict[str, tuple[datetime, str]]:
        """For each file with failures, the start of the newest execution that reported any, and the first reason.

        The search ends at the newest execution of all buckets, which covered everything.
        """
        connections, machine = self.stack.connections, self.stack.output("ViewsStateMachineArn")
        failures: dict[str, tuple[datetime, str]] = {}
        for execution_arn in islice(list_executions(connections, machine), _MAX_EXECUTIONS):
            found = describe_execution(connections, execution_arn)
            if found["status"] != "SUCCEEDED":
                continue
            result = json.loads(found.get("output") or "{}")
            for file, reason in _failures(result["Failed"]).items():
                failures.setdefault(file, (found["startDate"], reason))
            if result["Scope"] == "all":
                break
        return failures


def _failures(failed: Mapping[str, Any]) -> dict[str, str]:
    """The first reason of each file, with the number of its failed views, as far as they are named."""
    by_file: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for view in failed["Views"]:
        by_file[view["File"]].append(view)
    more = " or more" if failed["Count"] > len(failed["Views"]) else ""
    return {
        file: f"{named[0]['Reason']} ({len(named)}{more} failed)" if named[0].get("View") else str(named[0]["Reason"])
        for file, named in by_file.items()
    }


def _merged(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One result of executions that each continued where the one before ended, and retried its failures."""
    merged = {**results[-1], "Unchanged": results[0]["Unchanged"]}
    for kind in _RENAMED.values():
        named = [view for result in results for view in result[kind]["Views"]]
        merged[kind] = {"Count": sum(result[kind]["Count"] for result in results), "Views": named[:MAX_NAMED]}
    return merged
