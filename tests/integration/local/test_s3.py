"""What quilt3 needs of S3, checksums in responses and ranges of versions, and quilt3 itself."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.stack.environment import isolated
from local.stack.server import Server

BODY = b"0123456789" * 10
PART = b"p" * 5 * 1024 * 1024


def sha256(body: bytes) -> str:
    """A SHA-256 checksum as S3 returns it."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


@pytest.fixture
def s3(aws: Callable[[str], Any]) -> Any:
    """A client of S3."""
    return aws("s3")


@pytest.fixture
def bucket(s3: Any, name: str) -> str:
    """A bucket with versions."""
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def test_put_returns_the_checksum(s3: Any, bucket: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="key", Body=BODY, ChecksumAlgorithm="SHA256")
    assert (put["ChecksumSHA256"], put["ChecksumType"]) == (sha256(BODY), "FULL_OBJECT")


def test_copy_computes_the_requested_checksum(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=BODY)
    source = {"Bucket": bucket, "Key": "key"}
    copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, ChecksumAlgorithm="SHA256")
    assert copied["CopyObjectResult"]["ChecksumSHA256"] == sha256(BODY)
    assert copied["CopyObjectResult"]["ChecksumType"] == "FULL_OBJECT"
    read = s3.get_object(Bucket=bucket, Key="copy", ChecksumMode="ENABLED")
    assert (read["Body"].read(), read["ChecksumSHA256"]) == (BODY, sha256(BODY))


def test_copied_part_has_the_checksum_of_an_uploaded_one(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="key", Body=PART + BODY)
    upload = {"Bucket": bucket, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, ChecksumAlgorithm="SHA256")["UploadId"]
    source = {"CopySource": {"Bucket": bucket, "Key": "key"}, "CopySourceRange": f"bytes=0-{len(PART) - 1}"}
    first = s3.upload_part_copy(**upload, **source, PartNumber=1)["CopyPartResult"]
    assert first["ChecksumSHA256"] == sha256(PART)
    second = s3.upload_part(**upload, PartNumber=2, Body=BODY, ChecksumAlgorithm="SHA256")
    assert second["ChecksumSHA256"] == sha256(BODY)
    parts = [
        {"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
        for number, part in enumerate((first, second), start=1)
    ]
    completed = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    digests = hashlib.sha256(PART).digest() + hashlib.sha256(BODY).digest()
    assert completed["ChecksumSHA256"] == f"{sha256(digests)}-2"
    assert s3.get_object(Bucket=bucket, Key="parts")["Body"].read() == PART + BODY


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=10-19", 10, 19), ("bytes=90-", 90, 99), ("bytes=-5", 95, 99)]
)
def test_range_of_a_version_is_returned(s3: Any, bucket: str, asked: str, start: int, end: int) -> None:
    version = s3.put_object(Bucket=bucket, Key="key", Body=BODY, ChecksumAlgorithm="SHA256")["VersionId"]
    s3.put_object(Bucket=bucket, Key="key", Body=b"something else")
    read = s3.get_object(Bucket=bucket, Key="key", VersionId=version, Range=asked)
    assert read["Body"].read() == BODY[start : end + 1]
    assert read["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert read["ContentRange"] == f"bytes {start}-{end}/100"
    assert s3.get_object(Bucket=bucket, Key="key", VersionId=version)["Body"].read() == BODY


_QUILT3 = """
import filecmp, os, sys, time
from pathlib import Path
import quilt3

folder, bucket, other = Path(sys.argv[1]), *sys.argv[2:]
(folder / "in").mkdir()
for number in range(20):
    (folder / "in" / f"{number}.txt").write_text(f"file {number}")
(folder / "in" / "big.bin").write_bytes(os.urandom(8_500_001))
package = quilt3.Package().set_dir("/", folder / "in", meta={"project": "one"})
package.push("tests/many", registry=f"s3://{bucket}", message="first", force=True)
time.sleep(1.05)
package.set("more.json", {"more": True}, meta={"color": "red"})
package.push("tests/many", registry=f"s3://{bucket}", message="second", force=True)

browsed = quilt3.Package.browse("tests/many", registry=f"s3://{bucket}")
browsed.fetch(folder / "out")
copied = browsed.push("tests/copied", registry=f"s3://{other}", force=True)
print(list(quilt3.list_packages(f"s3://{bucket}")))
print(sum(1 for _ in quilt3.list_package_versions("tests/many", f"s3://{bucket}")))
print(len(list(browsed.walk())), browsed["more.json"].meta, browsed["more.json"]())
print(all(filecmp.cmp(path, folder / "out" / path.name, shallow=False) for path in (folder / "in").iterdir()))
print(all(copied[key].hash == entry.hash and other in str(copied[key].physical_key) for key, entry in browsed.walk()))
"""


def test_quilt3_pushes_lists_browses_fetches_and_copies(s3: Any, bucket: str, server: Server, tmp_path: Path) -> None:
    other = f"{bucket}-other"
    s3.create_bucket(Bucket=other)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _QUILT3, str(tmp_path), bucket, other],
        env={**isolated(tmp_path / "home", endpoint=server.endpoint), "QUILT_MINIMIZE_STDOUT": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-5:] == [
        "['tests/many']",
        # The latest, and one for each push.
        "3",
        "22 {'color': 'red'} {'more': True}",
        "True",
        "True",
    ]
