"""What quilt3 needs and MiniStack's S3 lacks: checksums in responses, and ranges of object versions.

S3 returns the checksum of what it stored, and quilt3 8 uses it:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import s3

from local.aws.responses import Response


def with_checksum_headers(put_object: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap PutObject: the response has `x-amz-checksum-*` headers."""

    @functools.wraps(put_object)
    def put(bucket_name: str, key: str, *args: Any, **kwargs: Any) -> Response:
        status, headers, body = put_object(bucket_name, key, *args, **kwargs)
        if status == 200:
            record = _record(bucket_name, key)
            checksums = {f"x-amz-checksum-{name.lower()}": value for name, value in _checksums(record).items()}
            headers = {**headers, **checksums, **({"x-amz-checksum-type": "FULL_OBJECT"} if checksums else {})}
        return status, headers, body

    return put


def with_checksum_elements(copy_object: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap CopyObject: it computes the requested checksum and returns it."""

    @functools.wraps(copy_object)
    def copy(bucket_name: str, key: str, headers: Mapping[str, str]) -> Response:
        algorithm = headers.get("x-amz-checksum-algorithm")
        requested = {**headers, "x-amz-sdk-checksum-algorithm": algorithm} if algorithm else dict(headers)
        status, response_headers, body = copy_object(bucket_name, key, requested)
        if status == 200:
            record = _record(bucket_name, key)
            kind = record.get("checksum_type") or "FULL_OBJECT"
            body = _with_elements(body, _checksums(record), {"ChecksumType": kind})
        return status, response_headers, body

    return copy


def with_part_checksums(upload_part_copy: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap UploadPartCopy: a copied part has a checksum of the upload's kind, like an uploaded part."""

    @functools.wraps(upload_part_copy)
    def copy(bucket_name: str, key: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Response:
        status, response_headers, body = upload_part_copy(bucket_name, key, query, headers)
        if status == 200:
            upload = s3._multipart_uploads[s3._qp(query, "uploadId")]
            algorithm = upload.get("checksum_algorithm")
            if algorithm:
                part = upload["parts"][int(s3._qp(query, "partNumber", "1"))]
                part["checksums"] = {algorithm: s3._compute_s3_checksum(algorithm, part["body"])}
                body = _with_elements(body, part["checksums"], {})
        return status, response_headers, body

    return copy


def with_ranges_of_versions(get_object: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap GetObject: a Range applies to a version, too."""

    @functools.wraps(get_object)
    def get(bucket_name: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any] | None = None) -> Response:
        status, response_headers, body = get_object(bucket_name, key, headers, query)
        bounds = s3._parse_range(headers.get("range", ""), len(body))
        if status != 200 or "versionId" not in (query or {}) or bounds is None:
            return status, response_headers, body
        start, end = bounds
        # The checksum is of the whole object.
        kept = {
            name: value for name, value in response_headers.items() if not name.lower().startswith("x-amz-checksum-")
        }
        part = body[start : end + 1]
        content = {"Content-Length": str(len(part)), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
        return 206, kept | content, part

    return get


def _with_elements(body: bytes, checksums: Mapping[str, str], more: Mapping[str, str]) -> bytes:
    """Add checksums, and `more` if there are any, at the end of an XML response."""
    if not checksums:
        return body
    elements = {f"Checksum{name}": value for name, value in checksums.items()} | dict(more)
    start, end = body.rsplit(b"</", 1)
    return start + "".join(f"<{name}>{value}</{name}>" for name, value in elements.items()).encode() + b"</" + end


def _record(bucket_name: str, key: str) -> Mapping[str, Any]:
    record: Mapping[str, Any] = s3._buckets[bucket_name]["objects"][key]
    return record


def _checksums(record: Mapping[str, Any]) -> Mapping[str, str]:
    """The checksums by algorithm (SHA256, CRC64NVME), in base64."""
    checksums: Mapping[str, str] = record.get("checksums") or {}
    return checksums
