"""How late the end of a query is noticed, and at what cost: the query state machine beside what people use today.

`python -m benchmarks.polling` draws a thousand query durations from a long-tailed distribution (log-normal, median 4
s, capped at 30 minutes; the seed is fixed) and computes for each way of waiting when it would look, from what its own
code says: the state machine's Wait expression is evaluated from the definition, awswrangler's and PyAthena's intervals
are read from the installed packages. With `--live N` it then runs N queries on the local AWS, with the client of
quilt-athena and with PyAthena.
`--svg FOLDER` draws the noticing lag, and the calls against it.
"""

from __future__ import annotations

import argparse
import inspect
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyathena
from awswrangler.athena._utils import _QUERY_WAIT_POLLING_DELAY as _WRANGLER_SECONDS
from jsonata import Jsonata
from pyathena.connection import Connection
from rich.console import Console
from rich.table import Table

from benchmarks.svg import Line, plot
from local.stack.clients import session
from local.stack.stack import LocalStack
from quilt_athena.client import QuiltAthena

_DEFINITION = Path(__file__).parents[1] / "statemachines" / "query.asl.json"
_QUERIES, _SEED = 1000, 20261120
_MEDIAN_SECONDS, _SIGMA, _LONGEST_SECONDS = 4.0, 1.6, 1800.0

#: US dollars; https://aws.amazon.com/step-functions/pricing/ (Standard) and https://aws.amazon.com/lambda/pricing/
# (arm64).
_PRICE_PER_TRANSITION = 25e-6
_PRICE_PER_GB_SECOND = 0.0000133334
#: A function that waits for its query holds its memory meanwhile.
_WAITING_FUNCTION_GB = 0.128
_PRICE_PER_EXPRESS_REQUEST, _PRICE_PER_EXPRESS_GB_SECOND, _EXPRESS_GB = 1e-6, 16.67e-6, 0.064
#: Seconds between two looks, from 4 a second to one in two minutes.
_INTERVALS = (0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120)
# PrepareQuery, CheckRequest, StartQuery, FetchResults, and the end; then Wait, GetQuery and DecideNext for each look.
_TRANSITIONS_PER_QUERY, _TRANSITIONS_PER_LOOK = 5, 3


@dataclass(frozen=True)
class Way:
    """A way of waiting: when it looks (seconds after the start), and whether a function is held meanwhile."""

    name: str
    looks: Callable[[], Iterator[float]]
    price: Callable[[float, int], float]  # of a query: seconds until it is noticed, looks -> US dollars
    ours: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a way makes of a query: lag in seconds (None: gave up before), looks, US dollars."""

    lag: float | None
    polls: int
    price: float


def ways() -> tuple[Way, ...]:
    """Ours last."""
    pyathena_interval = float(inspect.signature(Connection.__init__).parameters["poll_interval"].default)
    looks = _state_machine()
    return (
        Way("notebook (10 looks, then gives up)", lambda: _every(1.0, first=0.0, most=10), _function),
        Way("every second", lambda: _every(1.0), _function),
        Way(f"awswrangler ({_WRANGLER_SECONDS:g} s)", lambda: _every(_WRANGLER_SECONDS), _function),
        Way(f"PyAthena {version('PyAthena')} ({pyathena_interval:g} s)", lambda: _every(pyathena_interval), _function),
        Way("Airflow (30 s)", lambda: _every(30.0), _function),
        Way("quilt-athena, Standard", looks, _standard, ours=True),
        Way("quilt-athena, Express (4 minutes at most)", looks, _express, ours=True),
    )


def _function(seconds: float, _looks: int) -> float:
    return seconds * _WAITING_FUNCTION_GB * _PRICE_PER_GB_SECOND


def _standard(_seconds: float, looks: int) -> float:
    return _transitions(looks) * _PRICE_PER_TRANSITION


def _express(seconds: float, _looks: int) -> float:
    return _PRICE_PER_EXPRESS_REQUEST + seconds * _EXPRESS_GB * _PRICE_PER_EXPRESS_GB_SECOND


def _transitions(looks: int) -> int:
    return _TRANSITIONS_PER_QUERY + _TRANSITIONS_PER_LOOK * looks


def _every(pause: float, first: float | None = None, most: int | None = None) -> Iterator[float]:
    moment = pause if first is None else first
    looks = 0
    while most is None or looks < most:
        yield moment
        moment += pause
        looks += 1


def _state_machine() -> Callable[[], Iterator[float]]:
    """When the machine looks, by the expression of its definition."""
    seconds = json.loads(_DEFINITION.read_text())["States"]["WaitForQuery"]["Seconds"]
    clock = [0.0]
    wait = Jsonata(seconds.removeprefix("{%").removesuffix("%}").strip())
    wait.register_lambda("millis", lambda: clock[0])
    wait.assign("StartedAt", 0)
    wait.assign("Request", {"TimeoutSeconds": 14_400})
    found: list[float] = []  # the same for every query: computed once, as far as the longest needs

    def looks() -> Iterator[float]:
        position = 0
        while True:
            if position == len(found):
                clock[0] = found[-1] * 1000 if found else 0.0
                found.append(clock[0] / 1000 + wait.evaluate(None))
            yield found[position]
            position += 1

    return looks


def outcome(way: Way, duration: float) -> Outcome:
    """What a way makes of a query of `duration` seconds."""
    polls, lag, last = 0, None, 0.0
    for last in way.looks():
        polls += 1
        if last >= duration:
            lag = last - duration
            break
    return Outcome(lag, polls, way.price(last, polls))


def durations() -> list[float]:
    """The seconds that the queries take."""
    source = random.Random(_SEED)  # noqa: S311 - a sample, not a secret
    drawn = (_MEDIAN_SECONDS * source.lognormvariate(0.0, _SIGMA) for _ in range(_QUERIES))
    return [min(duration, _LONGEST_SECONDS) for duration in drawn]


def show(console: Console) -> None:
    """A table of all ways."""
    queries = durations()
    console.print(
        f"{len(queries)} queries, median {statistics.median(queries):.1f} s, longest {max(queries):.0f} s, "
        f"{sum(queries) / 3600:.1f} hours in all"
    )
    columns = (
        "waiting",
        "lag: median",
        "95 %",
        "most",
        "gave up",
        "looks a query",
        "at 30 min",
        "transitions",
        "US$ per 1,000",
    )
    table = Table(*columns, header_style="bold")
    for way in ways():
        outcomes = [outcome(way, duration) for duration in queries]
        lags = sorted(one.lag for one in outcomes if one.lag is not None)
        longest = outcome(way, _LONGEST_SECONDS)
        table.add_row(
            way.name,
            f"{statistics.median(lags):.2f} s",
            f"{lags[int(len(lags) * 0.95)]:.1f} s",
            f"{lags[-1]:.0f} s",
            str(len(outcomes) - len(lags)),
            f"{statistics.mean(one.polls for one in outcomes):.1f}",
            str(longest.polls) if longest.lag is not None else "gave up",
            f"{statistics.mean(_transitions(one.polls) for one in outcomes):.0f}" if way.ours else "-",
            f"{sum(one.price for one in outcomes):.2f}",
        )
    console.print(table)
    console.print("Prices of waiting: states for quilt-athena, 128 MB of a waiting Lambda function for the others.")


def draw(folder: Path) -> None:
    """Both plots."""
    draw_lag(folder / "noticing-lag.svg")
    draw_calls(folder / "calls-and-lag.svg")


def draw_calls(file: Path) -> None:
    """The calls for a query of 30 minutes against the lag of the median query: a way should have few of both."""
    queries = durations()

    def place(way: Way) -> tuple[float, float]:
        lags = [one.lag for one in (outcome(way, duration) for duration in queries) if one.lag is not None]
        return statistics.median(lags), outcome(way, _LONGEST_SECONDS).polls

    intervals = [Way("", partial(_every, seconds), _function) for seconds in _INTERVALS]
    by_name = {way.name: way for way in ways()}
    points = (
        Line(name, [place(way)], emphasised=way.ours)
        for name, way in by_name.items()
        if name.startswith(("PyAthena", "Airflow", "quilt-athena, Standard"))
    )
    lines = [Line("any fixed interval", [place(way) for way in intervals]), *points]
    text = plot(lines, x="lag of the median query (s)", y="calls for a query of 30 minutes")
    file.write_text(text, encoding="utf-8")


def draw_lag(file: Path) -> None:
    """The worst noticing lag against the duration, both on logarithmic axes."""
    lines = []
    for way in ways()[1:-1]:
        points = []
        looks = way.looks()
        before = 0.0
        for moment in looks:
            # Ended right after the look before: the longest that this look can come late.
            points.append((max(before, 0.5), moment - before))
            before = moment
            if moment > _LONGEST_SECONDS:
                break
        lines.append(Line(way.name, points, emphasised=way.ours))
    file.write_text(plot(lines, x="query runs (s)", y="noticed late by at most (s)"), encoding="utf-8")


def live(console: Console, count: int) -> None:
    """The same query through the client and through PyAthena, on the local AWS, in turn."""
    with LocalStack() as stack:
        athena = QuiltAthena(session=session(), endpoint_url=stack.endpoint)
        connection: Any = pyathena.connect(
            work_group=stack.outputs["WorkGroupName"],
            region_name="us-east-1",
            session=session(),
            endpoint_url=stack.endpoint,
        )
        runs: dict[str, Callable[[], object]] = {
            "quilt-athena, Standard": lambda: athena.run_query("SELECT 1").to_list(),
            "quilt-athena, Express": lambda: athena.run_query("SELECT 1", express=True).to_list(),
            f"PyAthena {version('PyAthena')}": lambda: connection.cursor().execute("SELECT 1").fetchall(),
        }
        seconds: dict[str, list[float]] = {name: [] for name in runs}
        for number in range(count + 1):
            for name, run in runs.items():
                started = time.perf_counter()
                run()
                if number:  # the first one creates clients and starts the functions
                    seconds[name].append(time.perf_counter() - started)
    # Both wait at least this long: Step Functions has no shorter wait, and PyAthena's default is the same.
    table = Table(
        "SELECT 1 on the local AWS", "seconds (median)", "besides the wait of 1 s", "fastest", header_style="bold"
    )
    for name, times in seconds.items():
        median = statistics.median(times)
        table.add_row(name, f"{median:.2f}", f"{median - 1:.2f}", f"{min(times):.2f}")
    console.print(table)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", type=int, default=0, metavar="N", help="run N queries on the local AWS, too")
    parser.add_argument("--svg", type=Path, metavar="FOLDER", help="draw the plots of the README there")
    arguments = parser.parse_args()
    console = Console()
    if not console.is_terminal:
        console.width = 160
    show(console)
    if arguments.svg:
        draw(arguments.svg)
    if arguments.live:
        live(console, arguments.live)


if __name__ == "__main__":
    main()
