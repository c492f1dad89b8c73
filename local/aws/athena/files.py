"""The objects that Athena writes for a query: its result, and a description of the columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlparse
from xml.etree import ElementTree as ET

from local.aws.athena.columns import column_info
from local.aws.s3.objects import S3Objects
from local.engine import QueryResult


class ResultNotWrittenError(Exception):
    """S3 rejected the result. The message is the reason with which Athena fails the query."""


def parse_location(location: str) -> tuple[str, str]:
    """Bucket and key (or prefix) of an s3:// URL."""
    parsed = urlparse(location, allow_fragments=False)
    return parsed.netloc, parsed.path.removeprefix("/")


def write(objects: S3Objects, location: str, result: QueryResult, settings: Mapping[str, Any]) -> None:
    """Write the files of a result to `location`, encrypted as the ResultConfiguration says.

    Raises ResultNotWrittenError, e.g. if the bucket doesn't exist.
    """
    bucket, key = parse_location(location)
    headers = _encryption_headers(settings.get("EncryptionConfiguration") or {})
    if result.written is not None:
        # A manifest of the objects that the statement wrote takes the place of rows.
        main, lines = f"{key}-manifest.csv", [f"{url}\n" for url in result.written]
    else:
        main, lines = key, list(csv_lines(result) if location.endswith(".csv") else text_lines(result))
    # Athena's own format for this is binary and undocumented; this is JSON.
    metadata = json.dumps({"ColumnInfo": [column_info(column) for column in result.columns]})
    for name, body in ((main, "".join(lines)), (f"{key}.metadata", metadata)):
        _put(objects, bucket, name, body, headers)


def _put(objects: S3Objects, bucket: str, name: str, body: str, headers: Mapping[str, str]) -> None:
    status, _, response = objects.write(bucket, name, body.encode(), headers)
    if status >= 400:
        raise ResultNotWrittenError(f"Error writing output to url: s3://{bucket}/{name} ({_reason(response)})")


def csv_lines(result: QueryResult) -> Iterable[str]:
    """The lines of Athena's CSV: every value is quoted, and NULL is empty, which tells it from an empty string."""
    yield _csv_line([column.name for column in result.columns])
    for row in result.rows:
        yield _csv_line(row)


def text_lines(result: QueryResult) -> Iterable[str]:
    """The lines of the text files of DDL and utility statements: values separated by tabs, without a header."""
    for row in result.rows:
        yield "\t".join(value or "" for value in row) + "\n"


def _csv_line(values: Sequence[str | None]) -> str:
    return ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in values) + "\n"


def _encryption_headers(settings: Mapping[str, str]) -> dict[str, str]:
    match settings.get("EncryptionOption"):
        case "SSE_S3":
            return {"x-amz-server-side-encryption": "AES256"}
        case "SSE_KMS":
            return {
                "x-amz-server-side-encryption": "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id": settings["KmsKey"],
            }
        case _:
            return {}


def _reason(response: bytes) -> str:
    error = ET.fromstring(response)  # noqa: S314 - created in this process
    return f"Amazon S3; {error.findtext('Code')}: {error.findtext('Message')}"
