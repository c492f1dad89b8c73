"""Functions of bytes and URLs.

https://trino.io/docs/current/functions/binary.html, https://trino.io/docs/current/functions/url.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
import urllib.parse
import zlib

from local.engine.errors import QueryError
from local.engine.functions.registry import Call, invalid_argument, scalar, udf


def from_base64(text: str) -> bytes:
    """Bytes from Base64 text; the padding may be missing."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise invalid_argument(f"Illegal base64: {text[:100]}") from None


def from_base64url(text: str) -> bytes:
    """Bytes from Base64 text for URLs."""
    if "+" in text or "/" in text:
        raise invalid_argument(f"Illegal base64url: {text[:100]}")
    return from_base64(text.replace("-", "+").replace("_", "/"))


def from_base32(text: str) -> bytes:
    """Bytes from Base32 text; the padding may be missing."""
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error:
        raise invalid_argument(f"Illegal base32: {text[:100]}") from None


def from_hex(text: str) -> bytes:
    """Bytes from hexadecimal text."""
    if len(text) % 2:
        raise invalid_argument("the hex string must contain an even number of hexadecimal digits")
    try:
        return binascii.unhexlify(text)
    except ValueError:
        raise invalid_argument(f"Invalid hex character: {text[:100]}") from None


def from_utf8(data: bytes, replacement: str) -> str:
    """Text from UTF-8; each invalid byte becomes ``replacement``."""
    if len(replacement) > 1:
        raise invalid_argument("Replacement character string must empty or a single character")
    return data.decode("utf-8", "replace").replace("\ufffd", replacement) if data else ""


def url_decode(text: str) -> str:
    """Decode ``%2F`` to ``/`` and ``+`` to a blank."""
    if not _is_escaped(text):
        raise invalid_argument("URLDecoder: Illegal hex characters or incomplete escape (%) pattern")
    return urllib.parse.unquote_plus(text)


def url_encode(text: str) -> str:
    """Encode as HTML forms do."""
    return urllib.parse.quote_plus(text, safe="*-._").replace("~", "%7E")


def _parsed(url: str) -> urllib.parse.SplitResult | None:
    """The parts of a URL; None if Java's URI wouldn't accept it."""
    if any(letter in url for letter in ' "<>\\^`{|}') or ("%" in url and not _is_escaped(url)):
        return None
    try:
        return urllib.parse.urlsplit(url)
    except ValueError:
        return None


def _is_escaped(url: str) -> bool:
    digits = "0123456789abcdefABCDEF"
    return all(len(part) > 1 and part[0] in digits and part[1] in digits for part in url.split("%")[1:])


#: An authority with a host and port as Java's URI sees it. Any other, such as ``a_b``, has neither.
_MAX_PADDED = 2_147_483_647
_AUTHORITY = re.compile(
    r"(?:[^@]*@)?(\[[0-9a-fA-F:.]+\]|\d+\.\d+\.\d+\.\d+|(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*"
    r"[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?)(?::(\d*))?"
)


def url_part(url: str, part: str) -> str | None:
    """``protocol``, ``host``, ``path``, ``query`` or ``fragment`` of a URL."""
    parsed = _parsed(url)
    if parsed is None:
        return None
    authority = _AUTHORITY.fullmatch(parsed.netloc)
    opaque = bool(parsed.scheme) and not url[len(parsed.scheme) + 1 :].startswith("/")
    if opaque and part in ("path", "query"):
        return ""
    found = {
        "protocol": url[: len(parsed.scheme)], "host": authority[1] if authority else "",
        "path": urllib.parse.unquote(parsed.path), "query": urllib.parse.unquote(parsed.query),
    }  # fmt: skip
    return found.get(part, urllib.parse.unquote(parsed.fragment)) or ""


def url_port(url: str) -> int | None:
    """The port of a URL."""
    parsed = _parsed(url)
    found = None if parsed is None else _AUTHORITY.fullmatch(parsed.netloc)
    return int(found[2]) if found and found[2] else None


def url_parameter(url: str, name: str) -> str | None:
    """The first value of a parameter in a URL's query; NULL if it is missing."""
    parsed = _parsed(url)
    if parsed is None:
        return None
    for part in parsed.query.split("&"):
        key, _, value = part.partition("=")
        # Trino decodes the value alone.
        if key == name:
            return urllib.parse.unquote_plus(value)
    return None


def _hmac(name: str) -> object:
    return lambda data, key: hmac.new(key, data, name).digest()


def _sized(fmt: str, what: str) -> object:
    size = struct.calcsize(fmt)

    def read(data: bytes) -> int | float:
        if len(data) != size:
            raise invalid_argument(f"expected {size}-byte input, but got instead: {len(data)} ({what})")
        return struct.unpack(fmt, data)[0]  # type: ignore[no-any-return]  # the format decides the type

    return read


def _concat(call: Call) -> str:
    if len(call.arguments) == 1:
        raise QueryError("INVALID_FUNCTION_ARGUMENT: There must be two or more concatenation arguments")
    return "(" + " || ".join(call.sql) + ")"


def substr(data: bytes, start: int, length: int) -> bytes:
    """The bytes from ``start``, which counts from 1, or from the end if it is negative."""
    if start == 0 or abs(start) > len(data) or length <= 0:
        return b""
    first = start - 1 if start > 0 else len(data) + start
    return data[first : first + length]


def pad(data: bytes, size: int, padding: bytes, left: bool) -> bytes:
    """lpad and rpad."""
    if not 0 <= size <= _MAX_PADDED:
        raise invalid_argument(f"Target length must be in the range [0..{_MAX_PADDED}]")
    if not padding:
        raise invalid_argument("Padding bytes must not be empty")
    needed = size - len(data)
    if needed <= 0:
        return data[:size]
    filling = (padding * (needed // len(padding) + 1))[:needed]
    return filling + data if left else data + filling


FUNCTIONS = (
    *(
        one
        for name in ("substr", "substring")
        for one in (
            scalar(f"{name}(varbinary, bigint) -> varbinary", "py_substr_bytes({0}, {1}, 9223372036854775807)"),
            scalar(f"{name}(varbinary, bigint, bigint) -> varbinary", "py_substr_bytes({0}, {1}, {2})"),
        )
    ),
    scalar("to_utf8(varchar(x)) -> varbinary", "encode({0})"),
    scalar("from_utf8(varbinary) -> varchar", "py_from_utf8({0}, chr(65533))"),
    scalar("from_utf8(varbinary, varchar(x)) -> varchar", "py_from_utf8({0}, {1})"),
    scalar("to_hex(varbinary) -> varchar", "hex({0})"),
    scalar("from_hex(varchar(x)) -> varbinary", "py_from_hex({0})"),
    scalar("to_base64(varbinary) -> varchar", "to_base64({0})"),
    scalar("from_base64(varchar(x)) -> varbinary", "py_from_base64({0})"),
    scalar("to_base64url(varbinary) -> varchar", "replace(replace(to_base64({0}), '+', '-'), '/', '_')"),
    scalar("from_base64url(varchar(x)) -> varbinary", "py_from_base64url({0})"),
    scalar("to_base32(varbinary) -> varchar", "py_to_base32({0})"),
    scalar("from_base32(varchar(x)) -> varbinary", "py_from_base32({0})"),
    scalar("length(varbinary) -> bigint", "CAST(octet_length({0}) AS BIGINT)"),
    scalar("concat(varbinary...) -> varbinary", _concat),
    scalar("md5(varbinary) -> varbinary", "unhex(md5({0}))"),
    scalar("sha1(varbinary) -> varbinary", "unhex(sha1({0}))"),
    scalar("sha256(varbinary) -> varbinary", "unhex(sha256({0}))"),
    scalar("sha512(varbinary) -> varbinary", "py_sha512({0})"),
    scalar("crc32(varbinary) -> bigint", "py_crc32({0})"),
    *(
        scalar(f"hmac_{name}(varbinary, varbinary) -> varbinary", f"py_hmac_{name}({{0}}, {{1}})")
        for name in ("md5", "sha1", "sha256", "sha512")
    ),
    scalar("lpad(varbinary, bigint, varbinary) -> varbinary", "py_pad_bytes({0}, {1}, {2}, TRUE)"),
    scalar("rpad(varbinary, bigint, varbinary) -> varbinary", "py_pad_bytes({0}, {1}, {2}, FALSE)"),
    scalar("reverse(varbinary) -> varbinary", "py_reverse_bytes({0})"),
    scalar("from_big_endian_64(varbinary) -> bigint", "py_from_big_endian_64({0})"),
    scalar("from_big_endian_32(varbinary) -> integer", "py_from_big_endian_32({0})"),
    scalar("to_big_endian_64(bigint) -> varbinary", "py_to_big_endian_64({0})"),
    scalar("to_big_endian_32(integer) -> varbinary", "py_to_big_endian_32({0})"),
    scalar("from_ieee754_64(varbinary) -> double", "py_from_ieee754_64({0})"),
    scalar("from_ieee754_32(varbinary) -> real", "py_from_ieee754_32({0})"),
    scalar("to_ieee754_64(double) -> varbinary", "py_to_ieee754_64({0})"),
    scalar("to_ieee754_32(real) -> varbinary", "py_to_ieee754_32({0})"),
    scalar("url_decode(varchar(x)) -> varchar(x)", "py_url_decode({0})"),
    scalar(
        "url_encode(varchar(x)) -> varchar(y)",
        "py_url_encode({0})",
        where=lambda numbers: {"y": min(2147483647, numbers["x"] * 12)},
    ),
    *(
        scalar(f"url_extract_{part}(varchar(x)) -> varchar(x)", f"py_url_part({{0}}, '{part}')")
        for part in ("protocol", "host", "path", "query", "fragment")
    ),
    scalar("url_extract_port(varchar(x)) -> bigint", "py_url_port({0})"),
    scalar("url_extract_parameter(varchar(x), varchar(y)) -> varchar(x)", "py_url_parameter({0}, {1})"),
)

UDFS = (
    udf("pad_bytes", pad, "BLOB, BIGINT, BLOB, BOOLEAN", "BLOB"),
    udf("substr_bytes", substr, "BLOB, BIGINT, BIGINT", "BLOB"),
    udf("from_base64", from_base64, "VARCHAR", "BLOB"),
    udf("from_base64url", from_base64url, "VARCHAR", "BLOB"),
    udf("from_base32", from_base32, "VARCHAR", "BLOB"),
    udf("to_base32", lambda data: base64.b32encode(data).decode("ascii"), "BLOB", "VARCHAR"),
    udf("from_hex", from_hex, "VARCHAR", "BLOB"),
    udf("from_utf8", from_utf8, "BLOB, VARCHAR", "VARCHAR"),
    udf("sha512", lambda data: hashlib.sha512(data).digest(), "BLOB", "BLOB"),
    udf("crc32", zlib.crc32, "BLOB", "BIGINT"),
    *(udf(f"hmac_{name}", _hmac(name), "BLOB, BLOB", "BLOB") for name in ("md5", "sha1", "sha256", "sha512")),  # type: ignore[arg-type]  # a function
    udf("reverse_bytes", lambda data: data[::-1], "BLOB", "BLOB"),
    udf("from_big_endian_64", _sized(">q", "bigint"), "BLOB", "BIGINT"),  # type: ignore[arg-type]  # a function
    udf("from_big_endian_32", _sized(">i", "integer"), "BLOB", "INTEGER"),  # type: ignore[arg-type]  # a function
    udf("to_big_endian_64", lambda value: struct.pack(">q", value), "BIGINT", "BLOB"),
    udf("to_big_endian_32", lambda value: struct.pack(">i", value), "INTEGER", "BLOB"),
    udf("from_ieee754_64", _sized(">d", "double"), "BLOB", "DOUBLE"),  # type: ignore[arg-type]  # a function
    udf("from_ieee754_32", _sized(">f", "real"), "BLOB", "FLOAT"),  # type: ignore[arg-type]  # a function
    udf("to_ieee754_64", lambda value: struct.pack(">d", value), "DOUBLE", "BLOB"),
    udf("to_ieee754_32", lambda value: struct.pack(">f", value), "FLOAT", "BLOB"),
    udf("url_decode", url_decode, "VARCHAR", "VARCHAR"),
    udf("url_encode", url_encode, "VARCHAR", "VARCHAR"),
    udf("url_part", url_part, "VARCHAR, VARCHAR", "VARCHAR"),
    udf("url_port", url_port, "VARCHAR", "BIGINT"),
    udf("url_parameter", url_parameter, "VARCHAR, VARCHAR", "VARCHAR"),
)
