"""Blocks of code on the pages are run or have a test of their own, and how they are read."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.page_blocks import RUN, Step, blocks, outcomes, script, steps
from tests.unit.docs.pages import PAGES, name

#: Languages of blocks that are no program.
DATA = {"json", "mermaid", "sql", "text", "yaml"}
PAGE = """\
```console
$ A=1 # set
$ echo "$A
> two"
1
two
```
<!-- not run: it takes hours -->
```sh
sleep 10000
```
```python
x = 1
```
Then:
```python
print(x)
```
```sh
exit_code=3
(exit $exit_code)
```
"""


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_of_a_page_have_a_known_language(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = blocks(text)
    assert {block.language for block in found} <= {*RUN, *DATA}
    assert len(re.findall("^ *```", text, re.MULTILINE)) == 2 * len(found), "a block that isn't at the start of a line"
    reasons = [block.reason for block in found if block.reason]
    assert len(re.findall("^<!-- not run:", text, re.MULTILINE)) == len(reasons), (
        "a reason that isn't directly before a block"
    )


def test_steps_are_the_commands_and_programs_in_order(tmp_path: Path) -> None:
    assert steps(PAGE, tmp_path) == [
        Step(1, "A=1 # set", None),
        Step(1, 'echo "$A\ntwo"', "1\ntwo"),
        Step(12, f"python -W error {tmp_path}/line-12.py", None),
        Step(20, "exit_code=3", None),
        Step(21, "(exit $exit_code)", None),
    ]
    assert (tmp_path / "line-12.py").read_text() == "x = 1\n\nprint(x)\n"
    assert [(block.language, block.reason) for block in blocks(PAGE) if block.reason] == [("sh", "it takes hours")]


def test_outcomes_have_the_output_and_exit_code_of_each_step() -> None:
    commands = [Step(1, command, None) for command in ("A=1", "echo $A", "(exit 3)", "exit", "echo never")]
    done = subprocess.run(["bash", "-c", script(commands)], capture_output=True, text=True, check=False)
    found = outcomes(done.stdout, len(commands))
    assert [outcome.code for outcome in found] == [0, 0, 3, None, None]
    assert found[1].printed == "1\n"
