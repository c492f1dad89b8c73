"""Known vulnerabilities of what is deployed and of what tests and the local AWS need: `python -m tests.audit`.

Each lock file is looked up in the Open Source Vulnerabilities database by pip-audit. Where that can't be reached,
nothing is known, and this says so without failing; what is known fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).parent.parent
SECONDS = 300
_UNREACHABLE = ("ConnectionError", "Timeout", "ServiceError", "HTTPError")


def main() -> int:
    """Look all lock files up; 1 if a vulnerability is known, else 0."""
    found = 0
    for path in lock_files():
        name = path.relative_to(ROOT)
        try:
            report = audit([sys.executable, "-m", "pip_audit"], path)
        except DatabaseUnreachableError as error:
            click.echo(f"audit skipped: the advisory database can't be reached from here ({error})")
            return 0
        known = list(vulnerabilities(report))
        found += len(known)
        click.secho(f"{name}: {len(known) or 'no'} known vulnerabilities", fg="red" if known else "green")
        for package, version, identifier, fixed in known:
            click.echo(f"  {package} {version}: {identifier}, {f'fixed in {fixed}' if fixed else 'not fixed yet'}")
    return 1 if found else 0


class DatabaseUnreachableError(Exception):
    """The advisory database could not be asked."""


def lock_files() -> list[Path]:
    """What is deployed first."""
    return [*sorted(ROOT.glob("layers/*/requirements.txt")), *sorted((ROOT / "requirements").glob("*.txt"))]


def audit(command: Sequence[str], path: Path) -> dict[str, Any]:
    """What pip-audit (run by ``command``) says of a lock file.

    Raises:
        DatabaseUnreachableError: nothing could be looked up.
        RuntimeError: pip-audit failed for another reason.
    """
    options = ["--requirement", str(path), "--disable-pip", "--no-deps", "--vulnerability-service", "osv"]
    options += ["--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DatabaseUnreachableError(f"no answer in {SECONDS} s") from error
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        if any(kind in done.stderr for kind in _UNREACHABLE):
            raise DatabaseUnreachableError(last.partition(":")[0]) from None
        raise RuntimeError(f"pip-audit failed: {last}") from None
    return report


def vulnerabilities(report: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Package, version, identifier, and versions that have it fixed, of each."""
    for package in report["dependencies"]:
        for known in package.get("vulns", []):
            yield package["name"], package["version"], known["id"], ", ".join(known["fix_versions"])


if __name__ == "__main__":
    sys.exit(main())
