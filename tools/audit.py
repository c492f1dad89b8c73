"""Checks the locked dependencies for known vulnerabilities: `python -m tools.audit [options of pip-audit]`.

pip-audit looks up every pin of every lock file in the OSV database. The exit code is 1 if a vulnerability is known, or
if pip-audit fails for any reason but one: a machine that cannot connect to the database skips the check and says so.

OSV and not PyPI, pip-audit's default: an index mirror without PyPI's JSON API reports every package as "not found",
and pip-audit then succeeds although it checked nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: The lock files of programs that have an environment of their own.
APART = ("awscli", "dbt", "docs", "prefect")
# Everything is pinned and hashed, so pip has nothing to resolve, download or build.
OPTIONS = ("--vulnerability-service", "osv", "--disable-pip", "--require-hashes", "--progress-spinner", "off")
# How pip-audit 2.10 ends where it cannot connect: with a traceback from requests, except for a connection timeout.
_UNREACHABLE = re.compile(
    r"^requests\.exceptions\.(ConnectionError|ProxyError): |Could not connect to OSV's vulnerability feed", re.MULTILINE
)


def main(options: Sequence[str] = ()) -> int:
    """Run pip-audit; its exit code, or 0 with a message if the database cannot be reached."""
    return max(_audit(files, options) for files in lock_files())


def _audit(paths: Sequence[Path], options: Sequence[str]) -> int:
    files = [argument for path in paths for argument in ("--requirement", str(path.relative_to(ROOT)))]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *OPTIONS, *files, *options],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode and _UNREACHABLE.search(done.stderr):
        print("Audit skipped: cannot connect to the vulnerability database, so nothing was checked.")
        return 0
    sys.stderr.write(done.stderr)
    return done.returncode


def lock_files() -> list[list[Path]]:
    """The lock files by environment, because pip-audit rejects two versions of a package."""
    apart = [ROOT / "requirements" / f"{name}.txt" for name in APART]
    shared = [path for path in sorted(ROOT.glob("requirements/*.txt")) if path not in apart]
    return [[*sorted(ROOT.glob("layers/*/requirements.txt")), *shared], *([path] for path in apart)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
