"""Bucket names, the SQL identifiers derived from them, and quoting.

Quilt's documentation replaces ``-`` with ``_``. That is reversible only for names of lower-case letters, digits and
hyphens. Every other legal name (with dots, or with the underscores and capitals of buckets from before March 2018) gets
a hash of the whole name between underscores: ``my.data`` -> ``my_data_<hash>_``. Bucket names end in a letter or digit,
so no plain identifier ends in ``_``, and none equals a hashed one.
"""

import base64
import hashlib
import re

from quilt_athena.errors import InvalidBucketNameError

#: Identifiers reserved for the stack: the all-buckets tables and views are named `all_buckets_quilt_...`.
RESERVED_IDS = frozenset({"all_buckets"})

#: Names in the Glue catalog have at most 255 bytes; 55 are left for what follows the identifier.
MAX_ID_LENGTH = 200

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, with the rules for buckets that were
# created in us-east-1 before March 1, 2018 (up to 255 characters, capitals and underscores too).
LEGAL_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]"
_LEGAL = re.compile(LEGAL_PATTERN)
_IP_ADDRESS = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")
_PLAIN = re.compile(r"[a-z0-9-]+")
_HASH_LENGTH = 12  # 60 bits, in the 32 characters a-z2-7


def validate_bucket_name(bucket: object) -> str:
    """Return ``bucket`` if S3 allows it as the name of a general purpose bucket.

    Raises:
        InvalidBucketNameError: it is not a string, or not such a name.
    """
    if not isinstance(bucket, str):
        raise InvalidBucketNameError(f"expected a bucket name, got {type(bucket).__name__}")
    if not _LEGAL.fullmatch(bucket) or ".." in bucket or _IP_ADDRESS.fullmatch(bucket):
        raise InvalidBucketNameError(
            f"{bucket[:80]!r} is not a legal S3 bucket name: expected 3-63 lower-case letters, digits, '.' and '-', "
            "beginning and ending with a letter or digit (older buckets: up to 255, with capitals and '_')"
        )
    return bucket


def bucket_id(bucket: str) -> str:
    """The identifier with which the names of a bucket's tables begin: ``my-bucket`` -> ``my_bucket``.

    Injective: no two legal bucket names share an identifier.

    Raises:
        InvalidBucketNameError: S3 does not allow such a name.
    """
    validate_bucket_name(bucket)
    plain = re.sub(r"[^a-z0-9]", "_", bucket.lower())
    if _PLAIN.fullmatch(bucket) and plain not in RESERVED_IDS and len(plain) <= MAX_ID_LENGTH:
        return plain
    digest = base64.b32encode(hashlib.sha256(bucket.encode()).digest()).decode().lower()[:_HASH_LENGTH]
    return f"{plain[: MAX_ID_LENGTH - _HASH_LENGTH - 2]}_{digest}_"


def table_name(bucket: str, suffix: str) -> str:
    """The name of a bucket's table or view: ``("my-bucket", "quilt_manifests")`` -> ``my_bucket_quilt_manifests``."""
    return f"{bucket_id(bucket)}_{suffix}"


def sql_identifier(name: str) -> str:
    """``name`` as a quoted identifier in Athena's SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql_string(value: str) -> str:
    """``value`` as a string literal in Athena's SQL."""
    return "'" + value.replace("'", "''") + "'"
