"""The build requirements of the wheel are complete: pip builds it where nothing else is installed."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.stack.paths import ROOT

#: Writes the stack into a folder, where only some distributions can be imported.
_WRITE = """
import json, sys
from importlib.metadata import packages_distributions
from pathlib import Path
from packaging.utils import canonicalize_name

folder, allowed = Path(sys.argv[1]), set(json.loads(sys.argv[2]))
distributions = packages_distributions()

class Others:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if not {canonicalize_name(one) for one in distributions.get(name, ())} <= allowed:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Others)
from tools import prebuilt
prebuilt.write(Path.cwd(), folder)
"""


def with_dependencies(names: list[str]) -> set[str]:
    """Distributions, and all that they require, by canonical name."""
    found: set[str] = set()
    while names:
        name = canonicalize_name(names.pop())
        if name in found:
            continue
        found.add(name)
        required = map(Requirement, metadata.requires(name) or ())
        names += [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def test_stack_in_the_wheel_is_written_with_its_build_requirements_alone(tmp_path: Path) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    allowed = sorted(with_dependencies([Requirement(one).name for one in build]))
    command = [sys.executable, "-c", _WRITE, str(tmp_path), json.dumps(allowed)]
    written = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "template.json").exists()
