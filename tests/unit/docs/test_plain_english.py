"""Pages, messages and comments use the standard terms, not the idioms that these replaced.

The list is short on purpose: each pattern is wrong wherever it appears. Code in Markdown is left out; messages are
checked where the code has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.unit.docs.pages import PAGES, ROOT, name

#: What is checked, as patterns of paths.
CHECKED = (
    "*.md",
    "docs/*.md",
    "Makefile",
    ".github/**/*.yml",
    "template.yaml",
    "templates/*.yaml",
    "statemachines/*.json",
    "schemas/*.json",
    "layers/quilt_athena/quilt_athena/query/saved/*.sql",
    "views/*.sql",
    "layers/*/Makefile",
    "layers/quilt_athena/**/*.py",
    "layers/quilt_athena/**/*.sql",
    "functions/**/*.py",
    "local/**/*.py",
    "verification/**/*.py",
    "tools/*.py",
    "benchmarks/*.py",
)
#: Idiom -> what to write.
IDIOMS: Mapping[str, str] = {
    r"\bown views\b": "custom views",
    r"\bjoined (tables|views)\b": "all-buckets",
    r"\bview (proofs?|probes?)\b|\bviews (are |were )?(asked|proved|proven)\b": "view check, checked",
    r"\bforeign (tables?|views?)\b": "unmanaged",
    r"\blaptop AWS\b|\bAWS on (a|this|the) laptop\b": "local AWS",
    r"\bconverged?\b|\b(is|are|be) settled\b": "in sync",
    r"(?<!connection )\brefus(es|ed|al)\b|\brefusals\b(?!\":)": "rejected",
    r"\bask(s|ed|ing)? (a|an|the|this|its) (\w+ )?questions?\b": "run a query",
    r"\b(the|this|same|scheduled|saved) question\b": "query",
    r"\bwhat (came|comes|became|becomes) of\b": "result",
    r"\bseal(s|ed)?\b": "checksum",
    r"\bbeliev(es|ed)\b": "trusted, accepted",
    r"\b(is|are|was|were|be|been) told\b|\btells of\b": "reported, reports",
    r"\b(is|are|was|were) said (of|to be)\b": "reported, described",
    r"\bstands? (where|in the place|in its place|as (it|they) should)\b": "exists, is in",
    r"\banew\b": "again, recreate",
    r"\bmend(s|ed|ing)?\b|\bput(s|ting)? (it |them )?right\b": "fix, repair",
    r"\bof ours\b|\b(isn't|aren't|are not|is not) ours\b|\bwhose (it|table|view) (it )?is\b": "managed, owner",
    r"\bha(ve|s) (the|its|their|your|all) \w+ made\b": "create",
    r"\bnothing for (all|every|none|no)\b": "empty: all, empty: none",
    r"\bat most so many\b": "maximum number of",
    r"\bby the clock\b": "on a schedule",
    r"\bhow the stack is\b": "the stack's health",
}
# All begin a word: trying them only there takes a fifth of the time.
_IDIOM = re.compile(r"\b(?=\w)(?:" + "|".join(f"({pattern})" for pattern in IDIOMS) + ")", re.IGNORECASE)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]+`")


def prose(path: Path) -> str:
    """The text, with code in Markdown blanked so that lines keep their numbers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        text = _FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
        text = _INLINE_CODE.sub("``", text)
    return text


def idioms(text: str) -> Iterator[tuple[int, str]]:
    """The number of the line and the words of each idiom; one may go over the end of a line."""
    joined = re.sub(r"\n[ \t#>*|-]*", lambda match: "\n" + " " * (len(match[0]) - 1), text)
    for match in _IDIOM.finditer(joined.replace("\n", " ")):
        yield text.count("\n", 0, match.start()) + 1, match[0]


def files(patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern)})


@pytest.mark.parametrize("path", files(CHECKED), ids=name)
def test_text_uses_the_standard_terms(path: Path) -> None:
    assert [f"{name(path)}:{line}: {words}" for line, words in idioms(prose(path))] == []


def test_every_page_is_listed() -> None:
    assert set(PAGES) <= set(files(CHECKED))
    assert all(files((pattern,)) for pattern in CHECKED), "a pattern that matches nothing"


@pytest.mark.parametrize(
    "text",
    [
        "Ask a question of\nthe views.",
        "The table is put right.",
        "an AWS on this laptop",
        "# It was made\n# anew.",
        "The event is Refused.",
    ],
)
def test_idiom_is_found(text: str) -> None:
    assert list(idioms(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        "connection refused",
        "an answer to your question",
        "recommend, amended",
        "hours of work",
        "tables are joined on id",
    ],
)
def test_standard_term_is_not_reported(text: str) -> None:
    assert list(idioms(text)) == []
