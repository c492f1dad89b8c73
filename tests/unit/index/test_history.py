"""What the index knows of the past, with the statement of docs/index.md."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.desired import DATABASE
from tests.unit.index.harness import IndexHarness
from tests.unit.moto_stack import MotoStack

PAGE = Path(__file__).parents[3] / "docs" / "index.md"


def test_a_moved_pointer_is_found_at_an_earlier_time(stack: MotoStack) -> None:
    (documented,) = re.findall(r"^    SELECT hash\n(?:    .+\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    harness = IndexHarness.create(stack)
    harness.register("my-bucket")
    first = harness.push("my-bucket", "lab/cells", ["a.csv"])
    harness.enable("my-bucket")
    harness.run()
    between = datetime.now(UTC)
    time.sleep(0.01)  # snapshots have milliseconds
    second = harness.push("my-bucket", "lab/cells", ["b.csv"], 1800000000)
    harness.changed("my-bucket", f".quilt/packages/{second}", ".quilt/named_packages/lab/cells/latest")
    harness.run()

    def at(when: datetime) -> list[tuple[str | None, ...]]:
        sql = documented.replace("quilt_query.", f"{DATABASE}.")
        return harness.rows(sql.replace("2026-11-16 09:00:00", f"{when:%Y-%m-%d %H:%M:%S.%f}"))

    assert at(between) == [(first,)]
    assert at(datetime.now(UTC)) == [(second,)]
