"""View files: their names, directives, placeholders and SQL."""

from __future__ import annotations

import pytest
import sqlglot
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sqlglot import exp

from quilt_athena.catalog.declarations import placeholders
from quilt_athena.custom_views.files import MAX_FILE_BYTES, MAX_NAME_LENGTH, ViewFile, parse_view_file, view_file_name
from quilt_athena.custom_views.statements import create_statement
from quilt_athena.custom_views.tokens import TOKEN
from quilt_athena.errors import InvalidViewFileError
from tests.desired import table_names
from tests.unit.test_names import legal_names


def parsed(sql: str) -> ViewFile:
    return parse_view_file("names.sql", sql.encode())


def problem_of(sql: str | bytes, name: str = "names.sql") -> str:
    with pytest.raises(InvalidViewFileError) as caught:
        parse_view_file(name, sql.encode() if isinstance(sql, str) else sql)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a", "latest_revisions", "v2", "a1_b2", "x" * MAX_NAME_LENGTH])
def test_view_file_name_accepts_valid_names(name: str) -> None:
    assert view_file_name(f"{name}.sql") == name


@pytest.mark.parametrize(
    "name",
    ["", "A", "1a", "a__b", "_a", "a_", "a-b", "a.b", "ä", "a b", "x" * (MAX_NAME_LENGTH + 1), "a\n", "../a"],
)
def test_view_file_name_rejects_invalid_names(name: str) -> None:
    assert problem_of("SELECT 1 AS x", f"{name}.sql").startswith("expected a name of lower-case letters")
    assert problem_of("SELECT 1 AS x", name or "sql").startswith("expected a name of lower-case letters")


@pytest.mark.parametrize("name", ["manifests", "packages", "packages_view", "objects_view", "quilt", "a_quilt_b"])
def test_view_file_name_rejects_reserved_names(name: str) -> None:
    assert problem_of("SELECT 1 AS x", f"{name}.sql").startswith("the name is reserved for the stack's own")


names = st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,5}){0,2}", fullmatch=True)


@given(names, legal_names, names, legal_names)
@example("c", "a-quilt-b", "quilt_c", "a")
@example("quilt_c", "a", "c", "a-quilt")
def test_view_names_are_unique(file: str, bucket: str, other_file: str, other_bucket: str) -> None:
    assume((file, bucket) != (other_file, other_bucket))
    try:
        one, other = (ViewFile(view_file_name(f"{name}.sql"), "") for name in (file, other_file))
    except InvalidViewFileError:
        return
    assert one.view_name(bucket) != other.view_name(other_bucket)
    assert one.view_name(bucket) not in (*table_names(bucket), *table_names(other_bucket))
    assert one.view_name(None) != other.view_name(other_bucket)
    assert len(one.view_name(bucket)) <= 255


@pytest.mark.parametrize(
    ("sql", "patterns", "is_global"),
    [
        ("SELECT 1 AS x", ("*",), False),
        ("-- buckets: lab-*, raw\nSELECT 1 AS x", ("lab-*", "raw"), False),
        ("-- What it is for\n--buckets:lab-*\nSELECT 1 AS x", ("lab-*",), False),
        ("-- buckets: a ,b,  c\r\nSELECT 1 AS x", ("a", "b", "c"), False),
        # Prose.
        ("-- Buckets: all those of the lab\nSELECT 1 AS x", ("*",), False),
        ("-- scope: bucket\nSELECT 1 AS x", ("*",), False),
        ("-- scope: global\nSELECT 1 AS x", ("*",), True),
        # Not at the beginning of a line, or not a line comment.
        ("SELECT 1 AS x -- scope: global", ("*",), False),
        ("/*\n-- scope: global\n*/ SELECT '\n-- buckets: a' AS x", ("*",), False),
        ("-- buckets: a\rSELECT 1 AS x", ("a",), False),
    ],
)
def test_directives_choose_buckets_or_global_scope(sql: str, patterns: tuple[str, ...], is_global: bool) -> None:
    file = parsed(sql)
    assert (file.patterns, file.is_global) == (patterns, is_global)


def test_patterns_match_bucket_names() -> None:
    file = parsed("-- buckets: lab-*, raw-?\nSELECT 1 AS x")
    matching = [bucket for bucket in ("lab-1", "lab", "raw-1", "raw-12", "LAB-1") if file.is_for(bucket)]
    assert matching == ["lab-1", "raw-1"]
    assert not parsed("-- scope: global\nSELECT 1 AS x").is_for("lab-1")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("-- scope: all\nSELECT 1", "-- scope: expected bucket or global, found 'all'"),
        ("-- scope: global\n-- buckets: *\nSELECT 1", "-- buckets: not allowed in a global view"),
        ("-- buckets: \nSELECT 1", "-- buckets: expected bucket names or patterns, e.g. lab-*, found ''"),
        (
            "-- buckets: all of the lab\nSELECT 1",
            "-- buckets: expected bucket names or patterns, e.g. lab-*, found 'all of the lab'",
        ),
        ("-- buckets: a\n-- buckets: b\nSELECT 1", "-- scope: and -- buckets: expected each of them at most once"),
        ("-- buckets: a/b\nSELECT 1", "-- buckets: expected bucket names or patterns, e.g. lab-*, found 'a/b'"),
        ("", "expected one SELECT, found nothing"),
        ("-- Only a comment", "expected one SELECT, found nothing"),
        ("DROP TABLE x", "line 1: expected one SELECT, found 'DROP'"),
        ("-- A view\nCREATE VIEW x AS SELECT 1", "line 2: expected one SELECT, found 'CREATE'"),
        ("SELECT 1; SELECT 2", "line 1: expected one statement, found a semicolon"),
        ("SELECT 1\n;\n;", "line 2: expected one statement, found a semicolon"),
        ("SELECT ?", "line 1: expected no parameters in a view, found ?"),
        ("SELECT 1) UNION (SELECT 2", "line 1: expected an opening parenthesis before this closing one"),
        ("SELECT (1", "expected a closing parenthesis for each opening one, found too few"),
        ("SELECT\n'it''s", "line 2: expected a closing ', found none"),
        ('SELECT "x', 'line 1: expected a closing ", found none'),
        ("SELECT 1 /* and", "line 1: expected the end of the comment, */, found none"),
        ("SELECT * FROM {pakages}", "line 1: {pakages} is not a placeholder: expected one of {bucket}, {manifests}"),
        ("SELECT\n* FROM {packages:..}", "line 2: {packages:..}: '..' is not a legal S3 bucket name"),
        ("SELECT {bucket:lab}", "line 1: {bucket:lab}: expected {bucket}, and only in a view of one bucket"),
        ("-- scope: global\nSELECT {bucket}", "line 2: {bucket}: expected {bucket}, and only in a view of one bucket"),
        ("SELECT\n'{bucket}'", "line 2: {bucket} includes its quotes: remove the quotes around it"),
        ('SELECT * FROM "{packages:*}"', "line 1: {packages:*} includes its quotes"),
        ("SELECT '" + "x" * MAX_FILE_BYTES + "'", "expected at most 100,000 bytes (as JSON), found 100,009"),
        ("SELECT '" + "ü" * 20_000 + "'", "expected at most 100,000 bytes (as JSON), found 120,009"),
        ("SELECT 1 --\r) AS x, (SELECT 2", "line 2: expected an opening parenthesis before this closing one"),
        ("SELECT 1 /* all */ /*", "line 1: expected the end of the comment, */, found none"),
        ("-- Scope: global\nSELECT 1", "-- Scope: global: expected '-- scope: global' at the beginning of a line"),
        ("-- bucket: lab-*\nSELECT 1", "-- bucket: lab-*: expected '-- buckets: lab-*' at the beginning of a line"),
        (
            "SELECT 1\n  -- buckets: a, b-*",
            "-- buckets: a, b-*: expected '-- buckets: a, b-*' at the beginning of a line",
        ),
        ("\n\n-- A view\n\nDROP TABLE x", "line 5: expected one SELECT, found 'DROP'"),
        (b"SELECT '\xff'", "expected UTF-8: 'utf-8' codec can't decode byte 0xff in position 8"),
    ],
)
def test_parse_view_file_reports_the_problem_with_its_line(sql: str | bytes, problem: str) -> None:
    assert problem_of(sql).startswith(problem)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ';' AS a, '--' AS b, '/*' AS c, '?' AS d, '(' AS e",
        'SELECT 1 AS ";?("',
        "SELECT 1 AS x -- ; ? ( it's",
        "SELECT 1 AS x /* ; ? ( it's */",
        "SELECT 1 AS x;",
        "SELECT 1 AS x ;\n\n",
        "SELECT 1 AS x; -- done; really\n/* ; */",
        "(SELECT 1 AS x) UNION (SELECT 2)",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a",
        "select 'it''s' AS x",
        "\ufeffSELECT 1 AS x",
        "SELECT regexp_like('a', '[0-9]{4}') AS x, json_extract('{}', '$') AS y",
        "SELECT 1 AS x --",
        "SELECT /* all */* FROM {packages_view}",
        "SELECT 6 / 3 * 2 AS x, 1 /1* 2 AS y",
        "SELECT '{key}' AS x -- {bucket}, {unknown}",
    ],
)
def test_parse_view_file_accepts_unusual_but_valid_sql(sql: str) -> None:
    (tree,) = sqlglot.parse(create_statement(parsed(sql), "my-bucket", "quilt_query"), read="athena")
    assert isinstance(tree, exp.Create)


sql_texts = st.lists(
    st.sampled_from(
        [
            "SELECT",
            " ",
            "1",
            "x",
            ",",
            "(",
            ")",
            "'",
            '"',
            "--",
            "/*",
            "*/",
            "\n",
            "\r",
            ";",
            "?",
            "{packages}",
            "*",
            "é",
        ]
    ),
    max_size=25,
).map("".join)


@given(st.one_of(sql_texts.map(lambda text: f"SELECT 1{text}".encode()), st.binary(max_size=60)))
@example(b"SELECT 1--\n'")
@example(b"SELECT 1 /*'*/ AS x /*'*/")
def test_accepted_sql_stays_inside_its_create_statement(content: bytes) -> None:
    try:
        file = parse_view_file("names.sql", content)
    except InvalidViewFileError:
        return
    created = create_statement(file, "my-bucket", "quilt_query")
    tokens = sqlglot.tokenize(created, read="trino")
    depth, outside = 0, []
    for token in tokens:
        depth += {sqlglot.TokenType.L_PAREN: 1, sqlglot.TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth == 0:
            outside.append(token.text)
    # Nothing of the file is outside the parentheses.
    assert outside[:9] == [
        "CREATE",
        "OR",
        "REPLACE",
        "VIEW",
        "quilt_query",
        ".",
        "my_bucket_quilt_names",
        "AS",
        "SELECT",
    ]
    assert [text for text in outside[9:] if not text.startswith("quilt_athena_view_")] == ["*", "FROM", ")", "AS"]


def test_placeholders_become_table_names_and_the_bucket_name() -> None:
    file = parsed("SELECT {bucket}, '{x' FROM {packages_view} JOIN {objects_view:other.one} JOIN {manifests:*}")
    assert file.sql("it-is", "q").splitlines() == [
        "SELECT 'it-is', '{x' FROM \"q\".\"it_is_quilt_packages_view\" "
        'JOIN "q"."other_one_ocecqzzlvvsx__quilt_objects_view" JOIN "q"."all_buckets_quilt_manifests"'
    ]
    for name in placeholders():
        placeholder = "{" + name + "}"
        assert parsed(f"SELECT * FROM {placeholder}").sql("a-1", "q") == f'SELECT * FROM "q"."a_1_quilt_{name}"'
        all_buckets = parsed(f"-- scope: global\nSELECT * FROM {placeholder}").sql(None, "q")
        assert all_buckets.endswith(f'SELECT * FROM "q"."all_buckets_quilt_{name}"')


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("/* " * 3_500_000, 1),
        ("/*" + "*" * 10_000_000, 1),
        ("/* */" + "/* " * 3_500_000, 2),
        ("'" * 10_000_001, 1),
        ("'' \"" + "' " * 5_000_000, 2),
        ("--" * 5_000_000, 1),
        ("{bucket:" + "x" * 10_000_000, 4),
        ("{" + "a" * 10_000_000, 2),
        ("{a:" * 300_000, 900_000),
    ],
    ids=lambda value: value[:8] if isinstance(value, str) else None,
)
def test_hostile_text_is_read_once(text: str, tokens: int) -> None:
    assert sum(1 for _ in TOKEN.finditer(text)) == tokens


@pytest.mark.parametrize(
    "sql", ["/* " * 16_000, "SELECT " + "/* " * 16_000, "SELECT '" + "/* " * 16_000, "SELECT " + '"' * 40_001]
)
def test_a_hostile_file_is_rejected(sql: str) -> None:
    assert problem_of(sql).startswith("line 1: expected ")
