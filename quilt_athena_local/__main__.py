"""`python -m quilt_athena_local --port 4566`: serve the stack on the local AWS until interrupted."""

from __future__ import annotations

import sys
from pathlib import Path

# Beside this file in the installed package; in a clone of the repository, one folder up.
_HERE = Path(__file__).resolve().parent
_ROOT = _HERE if (_HERE / "local").is_dir() else _HERE.parent


def main() -> int:
    """Serve; returns the exit code."""
    # This process only serves, so its top-level name `local` is in nobody's way.
    sys.path.insert(0, str(_ROOT))
    from local.stack import serve

    return serve.main("python -m quilt_athena_local")


if __name__ == "__main__":
    sys.exit(main())
