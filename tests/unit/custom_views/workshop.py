"""The rounds of the views state machine, driven as it drives them, with Athena's part played by what a test says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator

from quilt_athena.catalog.views import Column, View, encode_view
from quilt_athena.custom_views.requests import parse_views_request
from quilt_athena.custom_views.rounds import ViewRounds
from quilt_athena.custom_views.store import ViewStore
from quilt_athena.registration.bucket_events import EventKind
from tests.desired import DATABASE
from tests.unit.moto_stack import MotoStack, bucket_event
from tools.schemas import schemas

BUCKET = "view-files"
#: A file that is right.
NAMES = "SELECT {bucket} AS bucket, name FROM {packages_view}"
SCHEMA = Draft202012Validator(schemas()["views-result"])
_STATEMENT = re.compile(r'CREATE OR REPLACE VIEW "(?P<database>\w+)"\."(?P<name>\w+)" AS (?P<sql>.*)', re.DOTALL)

#: What became of a statement: nothing for a view that was made, else Error and Reason.
Answer = Callable[[str, Mapping[str, Any]], Mapping[str, str] | None]


class Longest:
    """No chance: waits are as long as they may be."""

    def uniform(self, a: float, b: float, /) -> float:
        """The larger one."""
        return max(a, b)


def made(_: str, __: Mapping[str, Any]) -> None:
    """Athena makes every view."""


@dataclass
class Workshop:
    """``rounds`` counts those of the last execution, ``waits`` its waits in seconds."""

    stack: MotoStack
    work: ViewRounds
    rounds: int = 0
    waits: list[int] = field(default_factory=list)

    @classmethod
    def open(cls, stack: MotoStack) -> Workshop:
        """Make the bucket of the files."""
        s3 = stack.clients.s3
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        registrar = stack.registrar
        return cls(
            stack, ViewRounds(ViewStore(s3, BUCKET), registrar.registry, registrar.reconciler.catalog, Longest())
        )

    def put(self, name: str, sql: str | bytes) -> None:
        """Write a file."""
        body = sql.encode() if isinstance(sql, str) else sql
        self.stack.clients.s3.put_object(Bucket=BUCKET, Key=f"views/{name}.sql", Body=body)

    def delete(self, name: str) -> None:
        """Remove a file."""
        self.stack.clients.s3.delete_object(Bucket=BUCKET, Key=f"views/{name}.sql")

    def register(self, *buckets: str) -> None:
        """Register buckets."""
        for bucket in buckets:
            self.stack.make_bucket(bucket)
            self.stack.registrar.process(bucket_event(bucket, EventKind.ADDED))

    def remove(self, bucket: str) -> None:
        """Have a bucket removed."""
        self.stack.registrar.process(bucket_event(bucket, EventKind.REMOVED, 1))

    def make(self, *buckets: str, athena: Answer = made, execution: str = "execution") -> dict[str, Any]:
        """Run an execution to its end; its result, which must keep its contract."""
        request = parse_views_request({"Buckets": list(buckets)} if buckets else {})
        progress: dict[str, Any] = {}
        results: list[dict[str, Any]] = []
        self.rounds, self.waits = 0, []
        while True:
            answer = self.work.run(request, progress, results, execution)
            self.rounds += 1
            if answer["Done"]:
                result: dict[str, Any] = answer["Result"]
                SCHEMA.validate(result)
                return result
            progress = answer["Progress"]
            self.waits.append(answer["WaitSeconds"])
            results = [self._try(one, athena) for one in answer["Statements"]]

    def _try(self, statement: Mapping[str, Any], athena: Answer) -> dict[str, Any]:
        match = _STATEMENT.fullmatch(statement["QueryString"])
        assert match
        assert match["database"] == DATABASE
        result = {key: statement[key] for key in ("File", "Bucket", "Tries")}
        refusal = athena(match["name"], statement)
        if refusal is None:
            self.create(match["name"], match["sql"])
        return result | dict(refusal or {})

    def create(self, name: str, sql: str) -> None:
        """Make or replace a view as Athena does, whose columns don't matter here."""
        view = encode_view(name, View(sql, (Column("x", "varchar"),), DATABASE))
        glue = self.stack.clients.glue
        with suppress(glue.exceptions.EntityNotFoundException):
            glue.delete_table(DatabaseName=DATABASE, Name=name)
        glue.create_table(DatabaseName=DATABASE, TableInput=view)  # type: ignore[arg-type]  # plain data here

    def drop(self, name: str) -> None:
        """Drop a view."""
        self.stack.clients.glue.delete_table(DatabaseName=DATABASE, Name=name)

    def standing(self) -> set[str]:
        """The names of the views that there are, beside those that the stack makes by itself."""
        found = {table["Name"] for page in self.stack.registrar.reconciler.catalog.walk() for table in page}
        own = re.compile(r".*_quilt_(manifests|packages|packages_view|objects_view)")
        return {name for name in found if not own.fullmatch(name)}


def failed(result: Mapping[str, Any]) -> list[tuple[str, str | None, str]]:
    """File, bucket and error of what failed."""
    return [(one["File"], one.get("Bucket"), one["Error"]) for one in result["Failed"]["Views"]]


def views(result: Mapping[str, Any]) -> list[str]:
    """The names of the views that were made."""
    return [one["View"] for one in result["Made"]["Views"]]


def refusing(*names: str, error: str = "QueryFailed", reason: str = "line 1:8: no") -> Any:
    """Athena as it makes all views but some."""
    return lambda name, _: {"Error": error, "Reason": reason} if name in names else None
