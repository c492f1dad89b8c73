"""Where an object lies, as manifests write it: ``s3://bucket/key?versionId=...``, the key URL-quoted.

Read and written as quilt3 does (``quilt3.util.PhysicalKey``), but for what it takes silently and means something else:
a ``#`` or ``?`` that isn't quoted, which would cut the key off.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from quilt_athena.errors import InvalidBucketNameError
from quilt_athena.names import validate_bucket_name

_QUOTED = "a physical key is URL-quoted, as manifests have it"


class PhysicalKey(NamedTuple):
    """An object of S3, or one version of it."""

    bucket: str
    key: str
    version_id: str | None = None

    def __str__(self) -> str:
        version = "" if self.version_id is None else "?" + urlencode({"versionId": self.version_id})
        return f"s3://{self.bucket}{quote('/' + self.key)}{version}"


def parse_physical_key(text: str) -> PhysicalKey:
    """The object that ``text`` names.

    Raises:
        ValueError: it names none; the message says what was expected, and what it is instead.
    """
    scheme, colon, _ = text.partition("://")
    if not colon:
        raise ValueError("expected an s3:// URL, got a relative key or a path: a package refers to objects by bucket")
    if scheme.lower() == "file":
        raise ValueError("expected an s3:// URL, got a file:// URL: a file can't be referred to from S3")
    if scheme.lower() != "s3":
        raise ValueError(f"expected an s3:// URL, got {scheme[:20]}://")
    if any(character < " " for character in text):
        raise ValueError(f"expected no control characters: {_QUOTED}")
    if "#" in text:
        raise ValueError(f"expected # to be written %23: {_QUOTED}")
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
        raise ValueError(f"expected nothing but versionId=... behind the ?, which belongs into a key as %3F: {_QUOTED}")
    if "\ufffd" in key and "\ufffd" not in text and "%EF%BF%BD" not in text.upper():
        raise ValueError(f"expected UTF-8 behind the % signs: {_QUOTED}")
    return PhysicalKey(url.netloc, key, version[0] if version else None)
