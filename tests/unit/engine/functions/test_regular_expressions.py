"""Java's regular expressions."""

from __future__ import annotations

import pytest

from local.engine.functions.regular_expressions import compile_pattern, expand_replacement


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\p{Alpha}+", "12ab", "ab"),
        (r"[\p{Digit}.]+", "a1.2", "1.2"),
        (r"\P{Digit}+", "12ab", "ab"),
        (r"\p{L}+", "1é2", "é"),
        (r"(?<word>\w+)-\k<word>", "b a-a", "a-a"),
        (r"a\z", "ba", "a"),
        (r"(?i)ABC", "xabc", "abc"),
        (r"a++b", "aab", "aab"),
        (r"\Qa+\E+", "a++", "a++"),
        (r"\Qa", "a", "a"),
        (r"[a-c&&[^b]]", "bc", "c"),
        (r"[[:digit:]]+", "a12", "12"),
        (r"\p{Lu}", "éÉ", "É"),
        (r"\p{Nope}", "a", None),
    ],
)
def test_java_pattern_finds_what_java_finds(pattern: str, text: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(ValueError, match="the local engine can't run the regular expression"):
            compile_pattern(pattern)
    else:
        match = compile_pattern(pattern).search(text)
        assert match is not None
        assert match[0] == found


@pytest.mark.parametrize(
    ("pattern", "replacement", "result"),
    [
        ("(a)(b)", "$2$1", "ba!"),
        ("(a)(b)", "$10", "a0!"),
        ("(?<x>a)b", "[${x}]", "[a]!"),
        ("ab", r"\$1\\", "$1\\!"),
        ("(z)?ab", "<$1>", "<>!"),
    ],
)
def test_java_replacement_refers_to_groups(pattern: str, replacement: str, result: str) -> None:
    compiled = compile_pattern(pattern)
    assert compiled.sub(expand_replacement(compiled, replacement), "ab!") == result


@pytest.mark.parametrize("replacement", ["$9", "${nope}", "$"])
def test_java_replacement_with_an_unknown_group_fails(replacement: str) -> None:
    with pytest.raises(ValueError, match="Illegal replacement sequence"):
        expand_replacement(compile_pattern("(a)"), replacement)


def test_flag_that_trino_lacks_fails() -> None:
    with pytest.raises(ValueError, match="INVALID_FUNCTION_ARGUMENT: undefined group option"):
        compile_pattern("(?u)a")
