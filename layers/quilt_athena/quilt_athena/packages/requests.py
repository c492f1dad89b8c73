"""A package request: a query, and the package to create from its result. It is validated before the query is run."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.json_numbers import number_problem
from quilt_athena.contracts.models import BucketName
from quilt_athena.contracts.nesting import check_nesting
from quilt_athena.errors import InvalidRequest
from quilt_athena.query.requests import QueryRequest, check_request_size, prepare, problems_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Quilt's own rule: https://docs.quilt.bio/quilt-python-sdk/api-reference/package
NAME_PATTERN = r"[\w-]+/[\w-]+"

#: The longest timeout of a query in the Standard query state machine.
MAX_TIMEOUT_SECONDS = 14_400

#: In UTF-8. The key of a pointer to a revision has at most 1,024 bytes in S3.
MAX_NAME_BYTES = 1024 - len(".quilt/named_packages//") - len("9999999999")


def _package_name(name: str) -> str:
    if not re.fullmatch(NAME_PATTERN, name):
        raise ValueError("expected user/name, each part of letters, digits, underscores and hyphens")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"expected at most {MAX_NAME_BYTES} bytes in UTF-8, as part of a key in S3")
    return name


PackageName = Annotated[
    str,
    AfterValidator(_package_name),
    Field(max_length=512, description="user/name", json_schema_extra={"pattern": f"^{NAME_PATTERN}$"}),
]


class Package(BaseModel):
    """The package that gets a new revision. Without ``Workflow`` the bucket's default applies; null means none."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_pascal)

    bucket: BucketName
    name: PackageName
    message: Annotated[str | None, Field(max_length=100_000, description="Commit message")] = None
    metadata: Annotated[dict[str, Any] | None, Field(description="Metadata of the package")] = None
    workflow: Annotated[
        str | None, Field(min_length=1, description="ID of a workflow of the bucket; null for none")
    ] = None

    @property
    def names_workflow(self) -> bool:
        """Whether the request names a workflow, or null for none."""
        return "workflow" in self.model_fields_set


class PackageRequest(BaseModel):
    """The input of the package state machine."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_pascal)

    query: QueryRequest
    package: Package
    on_invalid_row: Annotated[
        Literal["fail", "skip"], Field(description="What to do with rows that cannot become entries")
    ] = "fail"


def parse_package_request(data: object) -> PackageRequest:
    """The package request in ``data`` (parsed JSON).

    Raises:
        InvalidRequest: a field is missing or wrong; the message names each.
    """
    if not isinstance(data, Mapping):
        raise InvalidRequest(f"request: expected a JSON object with Query and Package, got {type(data).__name__}")
    check_nesting(data)
    check_request_size("request", data)
    try:
        request = PackageRequest.model_validate(data)
    except ValidationError as error:
        raise InvalidRequest(problems_of(error)) from None
    try:
        # Whatever the query state machine would reject later.
        prepare(
            data["Query"], execution_id="", max_timeout_seconds=MAX_TIMEOUT_SECONDS, database="any", workgroup="any"
        )
    except InvalidRequest as error:
        raise InvalidRequest(f"Query.{error}") from None
    for name in ("Message", "Metadata"):
        _check_value(f"Package.{name}", data["Package"].get(name))
    return request


def query_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The query request in a valid package request, without rows in its result: they are read from its file."""
    return {**data["Query"], "MaxRows": 0}


def check_package_bucket(s3: S3Client, bucket: str, stack_buckets: Collection[str] = ()) -> None:
    """Check that the package's bucket exists and can be used, before the query is run.

    Raises:
        InvalidRequest: it does not exist, must not be used, or is one of the ``stack_buckets``.
        ServiceUnavailableError: S3 throttled the call or failed.
    """
    if bucket in stack_buckets:
        raise InvalidRequest(
            f"Package.Bucket: bucket {bucket} belongs to this stack, which keeps results or view files in it: name "
            "another"
        )
    with calling("s3:HeadBucket", bucket, expected=["404", "NoSuchBucket", "403", "AccessDenied"]) as call:
        s3.head_bucket(Bucket=bucket)
    if call.code in ("404", "NoSuchBucket"):
        raise InvalidRequest(f"Package.Bucket: bucket {bucket} does not exist (404): correct the name, or create it")
    if call.code:
        raise InvalidRequest(
            f"Package.Bucket: this stack has no access to bucket {bucket} (403). Its name must match the parameter "
            "PackageBucketNamePattern, and in another account the bucket's policy must allow it, too"
        )


def _check_value(path: str, value: object) -> None:
    """Reject a value that a manifest cannot hold, or that may have lost digits on its way here."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check_value(path, key)
            _check_value(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _check_value(f"{path}[{position}]", inner)
    elif isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidRequest(f"{json.dumps(path)}: expected Unicode characters, got half of a surrogate pair")
    elif problem := number_problem(value):
        raise InvalidRequest(f"{path}: {problem}. Pass it as a string")
