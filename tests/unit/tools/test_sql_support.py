"""docs/sql.md shows what the conformance cases say."""

from __future__ import annotations

from tests.conformance.case_files import parse
from tools.sql_support import PAGE, current, page

CASES = """\
-- # Title

-- ## First
SELECT upper('a'), lower('lpad(1)');
--> _col0 varchar(1) | _col1 varchar(7)
--> ["A", "lpad(1)"]
-- ## Second
-- Athena: it is a double. https://docs.aws.amazon.com/x.html
SELECT 1.5;
--> _col0 decimal(2, 1)
--> ["1.5"]
--> athena _col0 double
--> athena [1.5]
-- NOT_SUPPORTED: it samples
SELECT rand(1);
--> _col0 double
--> [0.5]
"""


def test_page_shows_the_cases() -> None:
    assert PAGE.read_text(encoding="utf-8") == current(), "run `make sql-support`"


def test_page_has_functions_and_sections_with_their_results() -> None:
    file = parse(CASES, "class/topic")
    text = page([file], ["lower", "lpad", "rand", "upper"])
    assert "3 statements" in text
    assert "| with cases | `lower`, `upper` |" in text
    assert "| not supported | `lpad`, `rand` |" in text
    assert "| [First](../tests/conformance/cases/class/topic.sql) | 1 | as Trino |" in text
    documented = "as Athena, not Trino: it is a double ([documentation](https://docs.aws.amazon.com/x.html))"
    assert f"| 2 | {documented}; not supported: it samples |" in text
