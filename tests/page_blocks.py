"""The blocks of commands and Python on the pages for people, and the script that runs those of a page in order.

A block that no test can run has a comment on the line before, which isn't shown: `<!-- not run: the reason -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Languages whose blocks are run. Those of the others are data, and have tests of their own.
RUN = ("console", "sh", "python")
_BLOCK = re.compile(r"(?:^<!-- not run: ([^\n]+?) -->\n)?^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Markers in the output, which no page has.
_BEGIN, _END = "<<<begin", "<<<end"


@dataclass(frozen=True)
class Block:
    """A block of a page, with the line where it begins; `reason` says why it isn't run, if it isn't."""

    line: int
    language: str
    text: str
    reason: str | None


@dataclass(frozen=True)
class Step:
    """What is run, with what the page shows as its output: None if it shows nothing."""

    line: int
    command: str
    shown: str | None


@dataclass(frozen=True)
class Outcome:
    """What a step printed, to standard error too, and its exit code: None if it didn't end."""

    code: int | None
    printed: str


def blocks(page: str) -> list[Block]:
    """All blocks of a page's text, in order."""
    return [
        Block(page.count("\n", 0, found.start(2)) + 1, found[2], found[4], found[1]) for found in _BLOCK.finditer(page)
    ]


def steps(page: str, folder: Path) -> list[Step]:
    """What to run of a page, in order. Python goes to files in a folder; blocks in a row are one program."""
    found: list[Step] = []
    program: list[Block] = []
    for block in [*(block for block in blocks(page) if block.language in RUN and not block.reason), None]:
        if block is not None and block.language == "python":
            program.append(block)
            continue
        if program:
            path = folder / f"line-{program[0].line}.py"
            path.write_text("\n".join(part.text for part in program), encoding="utf-8")
            found.append(Step(program[0].line, f"python -W error {path}", None))
            program = []
        if block is not None:
            found += _shell_steps(block)
    return found


def _shell_steps(block: Block) -> Iterator[Step]:
    """The commands of a block: in `console`, lines after `$ `, continued by `> `, each with its output."""
    if block.language == "sh":
        for number, line in enumerate(block.text.splitlines(), 1):
            yield Step(block.line + number, line, None)
        return
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        first, *rest = part.splitlines()
        continued = 0
        while continued < len(rest) and rest[continued].startswith("> "):
            continued += 1
        command = "\n".join([first, *(line[2:] for line in rest[:continued])])
        yield Step(block.line, command, "\n".join(rest[continued:]) or None)


def script(steps: Sequence[Step]) -> str:
    """A script for bash that marks the output of each step. Variables last from step to step, as in a terminal."""
    lines = []
    for number, step in enumerate(steps):
        lines += [f"printf '\\n{_BEGIN} {number}\\n'", step.command, f"printf '\\n{_END} {number} %s\\n' $?"]
    return "\n".join([*lines, ""])


def outcomes(printed: str, count: int) -> list[Outcome]:
    """The outcome of each step of a script, from all that the script printed."""
    found = []
    for number in range(count):
        after = printed.partition(f"\n{_BEGIN} {number}\n")[2]
        if ended := re.search(rf"\n{_END} {number} (\d+)\n", after):
            found.append(Outcome(int(ended[1]), after[: ended.start()]))
        else:
            found.append(Outcome(None, after))
    return found
