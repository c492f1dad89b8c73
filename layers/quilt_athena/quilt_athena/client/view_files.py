"""View files on this machine, checked by the stack's own rules before any of them is uploaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from quilt_athena.custom_views.files import SUFFIX, parse_view_file
from quilt_athena.errors import InvalidRequest, InvalidViewFileError


@dataclass(frozen=True)
class LocalViewFile:
    """A valid view file on this machine."""

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """Its name, with ``.sql``; the same in the stack's bucket."""
        return self.path.name


def read_view_files(paths: Iterable[Path]) -> Sequence[LocalViewFile]:
    """The view files at ``paths``; for a folder, the ``.sql`` files directly in it.

    Raises:
        InvalidRequest: some are invalid; message and ``cause`` list them all, with the reasons.
    """
    found: dict[Path, Path] = {}
    invalid: dict[Path, str] = {}
    for path in paths:
        try:
            found |= {file.parent.resolve() / file.name: file for file in _expand(path)}
        except (OSError, InvalidViewFileError) as error:
            invalid[path] = _reason(error)
    files: dict[str, LocalViewFile] = {}
    for path in found.values():
        try:
            file = LocalViewFile(path, path.read_bytes())
            parse_view_file(file.name, file.content)
        except (OSError, InvalidViewFileError) as error:
            invalid[path] = _reason(error)
            continue
        if (other := files.setdefault(file.name, file)) is not file:
            invalid[path] = (
                f"{other.path} has the same name: rename one of them, since views are named after their file"
            )
    if invalid:
        lines = "".join(f"\n  {path}: {reason}" for path, reason in invalid.items())
        cause = {"Files": [{"File": str(path), "Reason": reason} for path, reason in invalid.items()]}
        raise InvalidRequest(f"nothing was uploaded, because of invalid files:{lines}", cause)
    return list(files.values())


def _expand(path: Path) -> list[Path]:
    """The file itself, or the files in the folder without hidden ones, which editors and file systems leave behind."""
    if not path.is_dir():
        return [path]
    found = sorted(
        file
        for file in path.iterdir()
        if file.name.endswith(SUFFIX) and not (file.name.startswith(".") or file.is_dir())
    )
    if not found:
        raise InvalidViewFileError(f"expected files such as latest_revisions{SUFFIX} in this folder, found none")
    return found


def _reason(error: OSError | InvalidViewFileError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    return f"can't be read: {error.strerror}" if isinstance(error, OSError) else str(error)
