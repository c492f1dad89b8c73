"""What a forked process does: apply a mutant, run tests until the first fails, and exit."""

from __future__ import annotations

import builtins
import importlib.machinery
import io
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from _pytest.warnings import catch_warnings_for_item

from tools.mutation.code_objects import PROJECT, ImportedFunctions
from tools.mutation.mutants import ROOT, Mutant

#: Exit codes.
SURVIVED, KILLED, FAILED = 0, 1, 3
#: Memory that a fault may use beyond what the process has, in bytes.
_MEMORY = 1 << 30
_SECONDS_OF_IMPORT = 10
PYTEST_OPTIONS = (
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0", "-o", "timeout=0"),
    # Plugins were imported by an earlier run in the same process.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


def run_in_place(
    mutant: Mutant,
    items: Sequence[pytest.Item],
    seconds: Mapping[str, float],
    functions: ImportedFunctions,
    noticed: int,
) -> int | None:
    """Run tests that are already collected; None if the mutant needs a new import.

    The name of the test that fails is written to the file descriptor ``noticed``.
    """
    functions.clear_caches()
    if mutant.path.suffix != ".py":
        _substitute(mutant.path, mutant.text)
    elif not functions.replace(str(mutant.path), mutant.path.read_text(), mutant.text):
        return None
    # What the last test before the fork has left.
    items[0].session._setupstate.teardown_exact(items[0])
    for item, following in zip(items, [*items[1:], None], strict=True):
        _watch(seconds[item.nodeid])
        if any(report.failed for report in run_test(item, following)):
            os.write(noticed, item.nodeid.encode())
            return KILLED
    return SURVIVED


def run_test(item: pytest.Item, following: pytest.Item | None) -> list[pytest.TestReport]:
    """Run one test with the warnings that pytest's settings and its marks ignore, and return its reports."""
    with catch_warnings_for_item(config=item.config, ihook=item.ihook, when="runtest", item=item):
        return runtestprotocol(item, log=False, nextitem=following)


def run_reimported(mutant: Mutant, tests: Sequence[str], seconds: Mapping[str, float], noticed: int) -> int:
    """Import the project again, with the mutant, and run tests in this order, as ``run_in_place`` does."""
    _watch(_SECONDS_OF_IMPORT)
    for name in [name for name in sys.modules if name.partition(".")[0] in PROJECT]:
        if name == "tools" or name.startswith("tools.mutation"):  # which runs
            continue
        if mutant.path.suffix == ".py" or name.startswith("tests"):
            del sys.modules[name]
    _substitute(mutant.path, mutant.text)
    files = dict.fromkeys(str(ROOT / test.partition("::")[0]) for test in tests)
    status = pytest.main([*PYTEST_OPTIONS, "-x", *files], plugins=[_Selection(tests, seconds, noticed)])
    return {0: SURVIVED, 1: KILLED, 2: KILLED}.get(status, FAILED)


def exit_with(status: int) -> NoReturn:
    """End the process without any cleanup, which belongs to its parent."""
    os._exit(status)


def confine() -> None:
    """Bound the memory of this process, and discard what it prints."""
    with Path("/proc/self/statm").open() as statm:
        size = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + _MEMORY, size + _MEMORY))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _watch(seconds: float) -> None:
    """End this process after a multiple of the processor time that what follows takes without a fault."""
    signal.setitimer(signal.ITIMER_PROF, 5 * seconds + 5)


class Reproducible:
    """Property tests that try the same few examples in every run, and do not shrink those that fail."""

    def pytest_collection_finish(self) -> None:
        """Runs after conftest.py has loaded its profile."""
        unit = hypothesis.settings.get_profile("unit")
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutation",
            unit,
            derandomize=True,
            database=None,
            phases=phases,
            max_examples=25,
            # Coverage is measured meanwhile.
            suppress_health_check=[hypothesis.HealthCheck.too_slow],
        )
        hypothesis.settings.load_profile("mutation")


class _Selection(Reproducible):
    def __init__(self, tests: Sequence[str], seconds: Mapping[str, float], noticed: int) -> None:
        self._order = {test: number for number, test in enumerate(tests)}
        self._seconds = seconds
        self._noticed = noticed

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        _watch(self._seconds[nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self._noticed, report.nodeid.encode())

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self._order), key=self._number)

    def _number(self, item: pytest.Item) -> int:
        return self._order[item.nodeid]


def _substitute(path: Path, text: str) -> None:
    """Replace what imports and opens of a file read by this text."""
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        if loader.path == str(path):
            return compile(text, loader.path, "exec", dont_inherit=True)
        return original(loader, name)

    opened = io.open

    def open_text(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        if isinstance(file, (str, Path)) and Path(file) == path and mode in ("r", "rt"):
            return io.StringIO(text)
        return opened(file, mode, *args, **options)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    io.open = builtins.open = open_text
