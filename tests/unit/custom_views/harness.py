"""The rounds of the views state machine, run as the state machine runs them, with a test in the part of Athena."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from jsonschema import Draft202012Validator

from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.custom_views.contracts import CustomViewsResult, parse_custom_views_request
from quilt_athena.custom_views.rounds import ViewRounds
from quilt_athena.custom_views.store import ViewStore
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE
from tests.unit.moto_stack import MotoStack, bucket_event

BUCKET = "view-files"
#: A valid file.
NAMES = "SELECT {bucket} AS bucket, name FROM {packages_view}"
_STATEMENT = re.compile(r'CREATE OR REPLACE VIEW "(?P<database>\w+)"\."(?P<name>\w+)" AS (?P<sql>.*)', re.DOTALL)
_SCHEMA = Draft202012Validator(CustomViewsResult.model_json_schema())

#: Athena's part: from a view's name and its statement to nothing, which creates the view, or to Error and Reason.
Athena = Callable[[str, Mapping[str, Any]], Mapping[str, str] | None]


class Longest:
    """No chance: waits are as long as possible."""

    def uniform(self, a: float, b: float, /) -> float:
        """The larger number."""
        return max(a, b)


def accepting(_: str, __: Mapping[str, Any]) -> None:
    """Athena creates every view."""


def rejecting(*names: str, error: str = "QueryFailed", reason: str = "line 1:8: no") -> Athena:
    """Athena creates all views but some."""
    return lambda name, _: {"Error": error, "Reason": reason} if name in names else None


@dataclass
class Harness:
    """A stack with custom views."""

    stack: MotoStack
    view_rounds: ViewRounds
    #: Number of rounds of the last execution, and its waits in seconds.
    round_count: int = 0
    waits: list[int] = field(default_factory=list)

    @classmethod
    def create(cls, stack: MotoStack) -> Harness:
        """Create the bucket for the files."""
        s3 = stack.clients.s3
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        registrar = stack.registrar
        return cls(
            stack, ViewRounds(ViewStore(s3, BUCKET), registrar.registry, registrar.reconciler.catalog, Longest())
        )

    def limit(self, **limits: int) -> None:
        """Change limits of executions."""
        self.view_rounds = replace(self.view_rounds, limits=replace(self.view_rounds.limits, **limits))

    def put(self, name: str, sql: str | bytes) -> None:
        """Write a file."""
        body = sql.encode() if isinstance(sql, str) else sql
        self.stack.clients.s3.put_object(Bucket=BUCKET, Key=f"views/{name}.sql", Body=body)

    def delete(self, name: str) -> None:
        """Delete a file."""
        self.stack.clients.s3.delete_object(Bucket=BUCKET, Key=f"views/{name}.sql")

    def register(self, *buckets: str) -> None:
        """Register buckets."""
        for bucket in buckets:
            self.stack.make_bucket(bucket)
            self.stack.registrar.process(bucket_event(bucket, EventKind.ADDED))

    def unregister(self, bucket: str) -> None:
        """Remove a bucket."""
        self.stack.registrar.process(bucket_event(bucket, EventKind.REMOVED, 1))

    def run(self, *buckets: str, athena: Athena = accepting, execution: str = "execution") -> dict[str, Any]:
        """Run an execution to its end; its result, which must match the contract."""
        request = parse_custom_views_request({"Buckets": list(buckets)} if buckets else {})
        progress: dict[str, Any] = {}
        results: list[dict[str, Any]] = []
        self.round_count, self.waits = 0, []
        while True:
            output = self.view_rounds.run(request, progress, results, execution)
            self.round_count += 1
            if output["Done"]:
                result: dict[str, Any] = output["Result"]
                _SCHEMA.validate(result)
                return result
            progress = output["Progress"]
            self.waits.append(output["WaitSeconds"])
            results = [self.execute(one, athena) for one in output["Statements"]]

    def execute(self, statement: Mapping[str, Any], athena: Athena = accepting) -> dict[str, Any]:
        """Execute a statement; its result as the state machine passes it on."""
        match = _STATEMENT.fullmatch(statement["QueryString"])
        assert match
        assert match["database"] == DATABASE
        result = {key: statement[key] for key in ("File", "Bucket", "Tries")}
        failure = athena(match["name"], statement)
        if failure is None:
            self.create_view(match["name"], match["sql"])
        return result | dict(failure or {})

    def create_view(self, name: str, sql: str) -> None:
        """Create or replace a view as Athena does; its columns do not matter here."""
        view = encode_view(name, View(sql, (Column("x", "varchar"),), DATABASE))
        glue = self.stack.clients.glue
        with suppress(glue.exceptions.EntityNotFoundException):
            glue.delete_table(DatabaseName=DATABASE, Name=name)
        glue.create_table(DatabaseName=DATABASE, TableInput=view)  # type: ignore[arg-type]  # plain data here

    def drop_view(self, name: str) -> None:
        """Drop a view."""
        self.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=name)

    def existing_views(self) -> set[str]:
        """The names of the views that exist, except those that every bucket has."""
        found = {table["Name"] for page in self.stack.registrar.reconciler.catalog.walk() for table in page}
        managed = re.compile(r".*_quilt_(manifests|packages|packages_view|objects_view)")
        return {name for name in found if not managed.fullmatch(name)}


def created(result: Mapping[str, Any]) -> list[str]:
    """The names of the views that were created."""
    return [one["View"] for one in result["Created"]["Views"]]


def failed(result: Mapping[str, Any]) -> list[tuple[str, str | None, str]]:
    """File, bucket and error of what failed."""
    return [(one["File"], one.get("Bucket"), one["Error"]) for one in result["Failed"]["Views"]]
