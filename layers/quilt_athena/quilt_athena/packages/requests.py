"""A package request: what to ask, and which package to make of the answer. Validated before anything is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from quilt_athena.aws.calls import calling
from quilt_athena.contracts.json_numbers import number_problem
from quilt_athena.contracts.models import BucketName
from quilt_athena.errors import InvalidRequest
from quilt_athena.query.requests import QueryRequest, check_request_size, prepare, problems_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Quilt's own: https://docs.quilt.bio/quilt-python-sdk/api-reference/package
NAME_PATTERN = r"[\w-]+/[\w-]+"

#: The longest that a query may take by the Standard query state machine.
MAX_TIMEOUT_SECONDS = 14_400


#: In UTF-8, so that the key of a pointer to a revision fits S3's 1,024 bytes.
MAX_NAME_BYTES = 1024 - len(".quilt/named_packages//") - len("9999999999")


def _package_name(name: str) -> str:
    if not re.fullmatch(NAME_PATTERN, name):
        raise ValueError("expected user/name, each of letters, digits, underscores and hyphens")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"expected at most {MAX_NAME_BYTES} bytes in UTF-8, for S3 to take it as part of a key")
    return name


PackageName = Annotated[
    str,
    AfterValidator(_package_name),
    Field(max_length=512, description="user/name", json_schema_extra={"pattern": f"^{NAME_PATTERN}$"}),
]


class Package(BaseModel):
    """The package that is to get a revision. Without ``Workflow`` the bucket's default one counts, null is none."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_pascal)

    bucket: BucketName
    name: PackageName
    message: Annotated[str | None, Field(max_length=100_000, description="Commit message")] = None
    metadata: Annotated[dict[str, Any] | None, Field(description="Metadata of the package")] = None
    workflow: Annotated[
        str | None, Field(min_length=1, description="Id of a workflow of the bucket; null for none")
    ] = None

    @property
    def names_workflow(self) -> bool:
        """Whether the request says which workflow, or that there is to be none."""
        return "workflow" in self.model_fields_set


class PackageRequest(BaseModel):
    """The input of the package state machine."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", alias_generator=to_pascal)

    query: QueryRequest
    package: Package
    on_invalid_row: Annotated[
        Literal["fail", "skip"], Field(description="What becomes of rows that can't be entries")
    ] = "fail"


def parse_package_request(data: object) -> PackageRequest:
    """The request in ``data`` (parsed JSON).

    Raises:
        InvalidRequest: a field is missing or wrong; the message names each.
    """
    if not isinstance(data, Mapping):
        raise InvalidRequest(f"request: expected a JSON object with Query and Package, got {type(data).__name__}")
    check_request_size("request", data)
    try:
        request = PackageRequest.model_validate(data)
    except ValidationError as error:
        raise InvalidRequest(problems_of(error)) from None
    try:
        # All that the query state machine would refuse later.
        prepare(
            data["Query"], execution_id="", max_timeout_seconds=MAX_TIMEOUT_SECONDS, database="any", workgroup="any"
        )
    except InvalidRequest as error:
        raise InvalidRequest(f"Query.{error}") from None
    for name in ("Message", "Metadata"):
        _check_value(f"Package.{name}", data["Package"].get(name))
    return request


def query_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The query request of a valid package request, for the query state machine: its answer needs no rows."""
    return {**data["Query"], "MaxRows": 0}


def check_bucket(s3: S3Client, bucket: str, results_bucket: str = "") -> None:
    """Make sure that the bucket is there and may be used, before a query is paid for.

    Raises:
        InvalidRequest: it isn't, or may not; or it is ``results_bucket``, the stack's own for results.
        ServiceUnavailableError: S3 throttled the call or failed.
    """
    if bucket == results_bucket:
        raise InvalidRequest(
            f"Package.Bucket: bucket {bucket} is this stack's for results, in which everything expires. Name another"
        )
    with calling("s3:HeadBucket", bucket, expected=["404", "NoSuchBucket", "403", "AccessDenied"]) as call:
        s3.head_bucket(Bucket=bucket)
    if call.code in ("404", "NoSuchBucket"):
        raise InvalidRequest(f"Package.Bucket: bucket {bucket} doesn't exist (404): correct the name, or create it")
    if call.code:
        raise InvalidRequest(
            f"Package.Bucket: bucket {bucket} may not be used by this stack (403). Packages are written to buckets of "
            "the parameter PackageBucketNamePattern; the policy of a bucket of another account must allow it too"
        )


def _check_value(path: str, value: object) -> None:
    """Refuse what a manifest can't hold, or what would have lost digits on the way here."""
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
