"""Runs the tests of one area with each mutant, in forks of a process that has imported, collected and run them once.

This is a pytest plugin in the place of its loop: Cosmic Ray's own runner starts pytest for each mutant, which takes
longer than most tests.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import coverage
import pytest

from tools.mutation import child
from tools.mutation.code_objects import ImportedFunctions
from tools.mutation.mutants import ROOT, Mutant, Outcome

#: The faults that a test is expected to notice before it has noticed any: a cheap one comes before an expensive one
#: that has noticed one.
_EXPECTED = 0.05
#: Seconds after which a mutant waits for something that does not happen; child.py limits the time of the processor.
_LONGEST = 1200
Report = Callable[[Mutant, Outcome], None]


class MutationError(Exception):
    """The tests cannot judge the mutants."""


@dataclass
class _Running:
    """A mutant whose tests run; the name of the test that fails can be read from ``noticed``."""

    mutant: Mutant
    deadline: float
    noticed: int


class MutationRun(child.Reproducible):
    """Runs the collected tests once, then with each mutant; ``workers`` at a time."""

    def __init__(self, keeps: Sequence[str], mutants: Iterable[Mutant], workers: int, report: Report) -> None:
        self._keeps = keeps
        self._mutants = list(mutants)
        self._workers = workers
        self._report = report
        self._items: dict[str, pytest.Item] = {}
        self._seconds: dict[str, float] = {}
        self._allowed: dict[str, float] = {}
        self._covered: dict[str, dict[int, list[str]]] = {}
        #: Number of faults that each test was the first to notice, by file and function or state.
        self._noticed: Counter[tuple[str, str, str]] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Replaces pytest's loop."""
        self._items = {item.nodeid: item for item in session.items}
        if session.testsfailed or not self._items:
            raise MutationError("the tests cannot be collected")
        self._run_without_fault()
        self._functions = ImportedFunctions(self._keeps)
        gc.collect()
        gc.freeze()
        self._check_runs_without_fault()
        self._run_mutants()
        return True

    def _run_without_fault(self) -> None:
        """Run every test once; note how long it takes and which lines it runs.

        It finds nothing that another one has computed, as if it were the first with a mutant: otherwise the tests after
        the first that pays for a shared value would count as cheap.
        """
        imported = ImportedFunctions(self._keeps)
        files = sorted({str(mutant.path) for mutant in self._mutants if mutant.path.suffix == ".py"})
        measured = coverage.Coverage(data_file=None, include=files, config_file=False)
        if files:
            measured.start()
        items = [*self._items.values()]
        # A following test keeps the fixtures of the session.
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            if files:
                measured.switch_context(item.nodeid)
            imported.clear_caches()
            began = time.process_time()
            reports = child.run_test(item, following)
            self._seconds[item.nodeid] = time.process_time() - began
            if failed := [report.longreprtext for report in reports if report.failed]:
                raise MutationError(f"{item.nodeid} fails without any fault: {failed[0]}")
        self._allow_what_tests_share()
        if files:
            measured.stop()
            self._covered = {path: measured.get_data().contexts_by_lineno(path) for path in files}

    def _allow_what_tests_share(self) -> None:
        """Count for each test the time of the longest one of its file: with a mutant, another one may come first.

        The first pays for what the file's tests compute once.
        """
        longest: dict[str, float] = {}
        for test, seconds in self._seconds.items():
            file = test.partition("::")[0]
            longest[file] = max(seconds, longest.get(file, 0.0))
        self._allowed = {test: longest[test.partition("::")[0]] for test in self._seconds}

    def _check_runs_without_fault(self) -> None:
        """Tests that fail in a fork whatever happens would kill every mutant."""
        path = self._mutants[0].path
        unchanged = Mutant(path, "module", "", "", path.read_text(encoding="utf-8"))
        tests = self._tests(unchanged)
        # Tests read a definition: it needs no new import.
        for in_place in (True, False) if path.suffix == ".py" else (True,):
            if not (pid := os.fork()):
                self._run_in_child(unchanged, tests, os.dup(1), in_place=in_place, reimports=not in_place)
            if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != child.SURVIVED:
                raise MutationError(
                    f"the tests fail without any fault, run {'in place' if in_place else 'imported again'} in a fork"
                )

    def _run_mutants(self) -> None:
        waiting, running = self._mutants[::-1], dict[int, _Running]()
        while waiting or running:
            while waiting and len(running) < self._workers:
                pid, started = self._start(waiting.pop())
                running[pid] = started
            ended = self._wait(running)
            for pid, status in ended.items():
                one = running.pop(pid)
                self._noticed[*_place(one.mutant), os.read(one.noticed, 1024).decode()] += 1
                os.close(one.noticed)
                self._report(one.mutant, _outcome(status))

    def _start(self, mutant: Mutant) -> tuple[int, _Running]:
        tests = self._tests(mutant)
        reading, writing = os.pipe()
        if not (pid := os.fork()):
            self._run_in_child(mutant, tests, writing)
        os.close(writing)
        return pid, _Running(mutant, time.monotonic() + _LONGEST, reading)

    def _run_in_child(
        self, mutant: Mutant, tests: Sequence[str], noticed: int, *, in_place: bool = True, reimports: bool = True
    ) -> NoReturn:
        """Run the tests, and end the process. What survives in place counts only if it also survives a new import.

        Something may have been computed at import, or kept from before. Not so a definition, which tests read.
        """
        status: int | None = child.FAILED
        try:
            child.confine()
            items = [self._items[test] for test in tests]
            status = child.run_in_place(mutant, items, self._allowed, self._functions, noticed) if in_place else None
            if status is None or (status != child.KILLED and reimports and mutant.path.suffix == ".py"):
                status = child.run_reimported(mutant, tests, self._allowed, noticed)
        finally:
            child.exit_with(child.FAILED if status is None else status)

    def _tests(self, mutant: Mutant) -> list[str]:
        """The tests to run: those that run the lines with the fault, then those that run the file.

        All tests, for a fault in lines that run at import, or are not Python's. Those come first that take the shortest
        time for each fault of this function or state that they have noticed.
        """
        lines = self._covered.get(str(mutant.path), {})
        at_fault = {test for line in mutant.lines for test in lines.get(line, ()) if test}
        tests = {test for tests in lines.values() for test in tests if test} if at_fault else set(self._seconds)

        def price(test: str) -> float:
            return self._seconds[test] / (_EXPECTED + self._noticed[*_place(mutant), test])

        return sorted(tests, key=lambda test: (test not in at_fault, price(test)))

    def _wait(self, running: dict[int, _Running]) -> dict[int, int]:
        """The processes that have ended since, with their status; waits until there is one."""
        handles = {os.pidfd_open(pid): pid for pid in running}
        try:
            first = min(one.deadline for one in running.values())
            ready, _, _ = select.select(handles, [], [], max(0.0, first - time.monotonic()))
            late = [] if ready else [pid for pid, one in running.items() if one.deadline <= time.monotonic()]
            for pid in late:
                os.kill(pid, signal.SIGPROF)
            return {pid: os.waitpid(pid, 0)[1] for pid in (*(handles[handle] for handle in ready), *late)}
        finally:
            for handle in handles:
                os.close(handle)


def _place(mutant: Mutant) -> tuple[str, str]:
    """Its file, and the function, class or state."""
    return (str(mutant.path), mutant.place.partition(".")[0])


def _outcome(status: int) -> Outcome:
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGPROF:
        return Outcome.TIMED_OUT
    if code not in (child.SURVIVED, child.KILLED):
        raise MutationError(f"the process of a mutant ended with {code}")
    return Outcome.SURVIVED if code == child.SURVIVED else Outcome.KILLED


def run(tests: Sequence[str], keeps: Sequence[str], mutants: Iterable[Mutant], workers: int, report: Report) -> None:
    """Report the outcome of each mutant. ``keeps`` are functions whose caches hold for all of them.

    Raises:
        MutationError: the tests fail without mutants, or cannot be run.
    """
    plugin = MutationRun(keeps, mutants, workers, report)
    status = pytest.main(
        [*child.PYTEST_OPTIONS, "--capture=no", *(str(ROOT / test) for test in tests)], plugins=[plugin]
    )
    if status:
        raise MutationError(f"pytest ended with {status}")
