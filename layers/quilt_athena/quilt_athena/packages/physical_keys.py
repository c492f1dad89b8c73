"""The location of an object, as manifests have it: ``s3://bucket/key?versionId=...`` with a URL-quoted key.

Read and written as by quilt3 (``quilt3.util.PhysicalKey``), except that an unquoted ``#`` or ``?`` is rejected: quilt3
silently drops the rest of the key.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.names import validate_bucket_name

_QUOTED = "physical keys are URL-quoted, as in manifests"


class PhysicalKey(NamedTuple):
    """An object in S3, or one version of it."""

    bucket: str
    key: str
    version_id: str | None = None

    def __str__(self) -> str:
        version = "" if self.version_id is None else "?" + urlencode({"versionId": self.version_id})
        return f"s3://{self.bucket}{quote('/' + self.key)}{version}"


def parse_physical_key(text: str) -> PhysicalKey:
    """The object of an ``s3://`` URL.

    Raises:
        ValueError: the text is not the URL of an object; the message has what was expected.
    """
    scheme, colon, _ = text.partition("://")
    if not colon:
        raise ValueError("expected an s3:// URL, got a path without a bucket")
    if scheme.lower() == "file":
        raise ValueError("expected an s3:// URL, got a file:// URL, which a package in S3 cannot refer to")
    if scheme.lower() != "s3":
        raise ValueError(f"expected an s3:// URL, got {scheme[:20]}://")
    if any(character < " " for character in text):
        raise ValueError(f"expected no control characters, since {_QUOTED}")
    if "#" in text:
        raise ValueError(f"expected # to be quoted as %23, since {_QUOTED}")
    url = urlsplit(text)
    try:
        validate_bucket_name(url.netloc)
    except InvalidBucketNameError as error:
        raise ValueError(str(error)) from None
    key = unquote(url.path)[1:]
    if not key or key.endswith("/"):
        raise ValueError("expected the URL of an object, got that of a bucket or folder")
    query = parse_qs(url.query, keep_blank_values=True)
    version = query.pop("versionId", [])
    if query or len(version) > 1 or version == [""] or (url.query and not version):
        raise ValueError(f"expected only versionId=... after the ?, which in a key is quoted as %3F, since {_QUOTED}")
    if "\ufffd" in key and "\ufffd" not in text and "%EF%BF%BD" not in text.upper():
        raise ValueError(f"expected UTF-8 after the % signs, since {_QUOTED}")
    return PhysicalKey(url.netloc, key, version[0] if version else None)
