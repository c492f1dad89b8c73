"""Completion."""

from __future__ import annotations

import pytest

from quilt_athena.cli.shell.words import Names, completions

NAMES = Names(
    {"cells_quilt_packages_view": ("name", "hash"), "cells_quilt_objects_view": ("name", "logical_key")},
    ("largest-files", "latest-packages"),
)


@pytest.mark.parametrize(
    ("text", "begin", "words"),
    [
        ("SELECT * FROM ", "", ["cells_quilt_packages_view", "cells_quilt_objects_view"]),
        ("select * from Cells_quilt_P", "Cells_quilt_P", ["cells_quilt_packages_view"]),
        ("SELECT * FROM cells_quilt_objects_view WHERE log", "log", ["logical_key"]),
        ("SELECT cells_quilt_packages_view.", "", ["name", "hash", "cells_quilt_packages_view"]),
        ("SELECT has", "has", ["hash"]),
        ("SELECT * FROM cells_quilt_objects_view WHERE has", "has", []),
        ("sel", "sel", ["SELECT"]),
        ("\\", "\\", ["\\d", "\\queries", "\\run", "\\x", "\\?", "\\q"]),
        ("\\d cells_quilt_o", "cells_quilt_o", ["cells_quilt_objects_view"]),
        ("\\run ", "", ["largest-files", "latest-packages"]),
        ("\\run largest-f", "largest-f", ["largest-files"]),
        ("\\run largest-files ce", "ce", ["cells_quilt_packages_view", "cells_quilt_objects_view"]),
    ],
)
def test_words_depend_on_what_is_before_them(text: str, begin: str, words: list[str]) -> None:
    found_begin, found = completions(text, NAMES)
    assert found_begin == begin
    assert [word.text for word in found][: len(words)] == words
    assert bool(found) == bool(words)


def test_keywords_complete_without_names() -> None:
    assert [word.text for word in completions("ord", Names())[1]] == ["ORDER BY"]
