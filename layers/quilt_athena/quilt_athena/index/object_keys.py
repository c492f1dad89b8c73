"""The keys of the objects that the index is made from: manifests, and the pointers of packages.

Formats: https://docs.quiltdata.com/mentalmodel and ``quilt3.packages``. Everything else below ``.quilt/`` is
ignored, as the live views ignore it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MANIFESTS_PREFIX = ".quilt/packages/"
POINTERS_PREFIX = ".quilt/named_packages/"

_MANIFEST = re.compile(rf"{re.escape(MANIFESTS_PREFIX)}([0-9a-f]{{64}})")
# Athena reads no file that has, below the table's location, a name or a folder that begins with a dot or an underscore.
_VISIBLE = "[^/._][^/]*"
# The packages view reads times and `latest` only; the others are what Quilt's platform calls tags.
_POINTER = re.compile(rf"{re.escape(POINTERS_PREFIX)}({_VISIBLE})/({_VISIBLE})/({_VISIBLE})")
_PACKAGE = re.compile(rf"{re.escape(POINTERS_PREFIX)}{_VISIBLE}/{_VISIBLE}/")
# A row of the packages index, also one that somebody else wrote; with another `/` it could be any of several.
_POINTER_ROW = re.compile(rf"{re.escape(POINTERS_PREFIX)}([^/]*)/([^/]*)/([^/]*)")


@dataclass(frozen=True, order=True)
class Pointer:
    """A pointer's place: ``timestamp`` is in Unix seconds, or ``latest`` or another tag."""

    user: str
    name: str
    timestamp: str

    @property
    def key(self) -> str:
        """Its object's key."""
        return f"{POINTERS_PREFIX}{self.user}/{self.name}/{self.timestamp}"


def manifest_key(tophash: str) -> str:
    """The key of a manifest."""
    return MANIFESTS_PREFIX + tophash


def tophash_of(key: str) -> str | None:
    """The top hash of the manifest with this key; None if the key is not a manifest's."""
    found = _MANIFEST.fullmatch(key)
    return found[1] if found else None


def pointer_of(key: str) -> Pointer | None:
    """The pointer with this key; None if the key is not a pointer's."""
    found = _POINTER.fullmatch(key)
    return Pointer(*found.groups()) if found else None


def pointer_of_row(key: str) -> Pointer | None:
    """The columns of the row whose pointer would have this key, even if no pointer can have it."""
    found = _POINTER_ROW.fullmatch(key)
    return Pointer(*found.groups()) if found else None


def names_rows(key: str) -> bool:
    """Whether rows of the index can be found by this key: not those with NULL in it, or with a `/` in a column."""
    return bool(key.removeprefix(MANIFESTS_PREFIX) if key.startswith(MANIFESTS_PREFIX) else pointer_of_row(key))


def is_package(key: str) -> bool:
    """Whether ``key`` is the prefix of all pointers of one package."""
    return bool(_PACKAGE.fullmatch(key))


def is_indexed(key: str) -> bool:
    """Whether the index depends on the object, or the package, with this key."""
    return bool(tophash_of(key) or pointer_of(key) or is_package(key))
