"""Athena's result files: every text comes back, NULL stays apart from the empty string, memory holds a piece."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import IncompleteReadError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quilt_athena.client import ResultUnreadableError, ServiceUnavailableError
from quilt_athena.client.connections import Connections
from quilt_athena.query.csv_results import parse_csv, read_csv
from tests.unit.client.deployed import LOCATION
from tests.unit.client.fake_aws import FakeAws, FakeObject, Refused

GET = "s3:GetObject"
VALUES = st.none() | st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(['"', '""', ",", "\n", "\r\n"])
RECORDS = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(VALUES, min_size=n, max_size=n), max_size=6))


def written(records: list[list[str | None]]) -> str:
    """As Athena writes them."""
    fields = [["" if v is None else '"' + v.replace('"', '""') + '"' for v in record] for record in records]
    return "".join(",".join(record) + "\n" for record in fields)


@given(records=RECORDS, size=st.integers(1, 7))
def test_every_record_comes_back_however_the_text_is_cut(records: list[list[str | None]], size: int) -> None:
    text = written(records)
    assert list(parse_csv(text[start : start + size] for start in range(0, len(text), size))) == records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, size=st.integers(1, 9))
def test_every_record_comes_back_however_the_bytes_are_cut(
    aws: FakeAws, connections: Connections, records: list[list[str | None]], size: int
) -> None:
    aws.on(GET, FakeObject(written(records).encode()))
    assert list(read_csv(connections.s3, LOCATION, chunk_bytes=size)) == records


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("", []),
        ("\n", [[None]]),
        ('""\n', [[""]]),
        ('"a","b"', [["a", "b"]]),
        ('"a",', [["a", None]]),
        ("1,\n", [["1", None]]),
    ],
)
def test_the_edges_of_the_format(text: str, records: list[list[str | None]]) -> None:
    assert list(parse_csv([text])) == records


@pytest.mark.parametrize("text", ['"a","b', '"a"b,\n', 'a"b,\n'])
def test_what_is_not_athenas_is_refused(text: str) -> None:
    with pytest.raises(ResultUnreadableError, match="the file is not a CSV file of Athena's"):
        list(parse_csv([text], "the file"))


def test_a_long_value_costs_one_pass_a_piece() -> None:
    value = 'x""' * 200_000
    pieces = [f'"{value}'[start : start + 100_000] for start in range(0, 600_001, 100_000)]
    assert list(parse_csv([*pieces, '"\n'])) == [[value.replace('""', '"')]]


@pytest.fixture
def connections(aws: FakeAws) -> Connections:
    """Connections to the fake."""
    return Connections(aws.session())


def test_pieces_are_asked_for_one_by_one_of_one_version(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"a"\n"b"\n"c"\n'))
    records = read_csv(connections.s3, LOCATION, chunk_bytes=4)
    assert next(records) == ["a"]
    assert len(aws.called(GET)) == 1, "the rest isn't read before it is asked for"
    assert list(records) == [["b"], ["c"]]
    assert [(call["Range"], call.get("IfMatch")) for call in aws.called(GET)] == [
        ("bytes=0-3", None),
        ("bytes=4-7", '"one"'),
        ("bytes=8-11", '"one"'),
    ]


def test_a_body_that_breaks_off_is_asked_for_again(aws: FakeAws, connections: Connections) -> None:
    whole = FakeObject(b'"a"\n')

    class Broken:
        def read(self) -> bytes:
            raise IncompleteReadError(actual_bytes=1, expected_bytes=4)

    aws.on(GET, lambda parameters: {**_given(whole, parameters), "Body": Broken()}, whole)
    assert list(read_csv(connections.s3, LOCATION)) == [["a"]]
    aws.on(GET, lambda parameters: {**_given(whole, parameters), "Body": Broken()})
    with pytest.raises(ServiceUnavailableError, match="broke off 4 times"):
        list(read_csv(connections.s3, LOCATION))


def _given(whole: FakeObject, parameters: dict[str, Any]) -> dict[str, Any]:
    answer = whole(parameters)
    assert isinstance(answer, dict)
    return answer


def test_a_result_that_changes_while_it_is_read_is_refused(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"a"\n"b"\n'), FakeObject(b'"x"\n"y"\n', etag='"two"'))
    with pytest.raises(ResultUnreadableError, match="PreconditionFailed"):
        list(read_csv(connections.s3, LOCATION, chunk_bytes=4))


def test_a_result_that_expired_is_said_to_be_gone(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, Refused("NoSuchKey", 404))
    with pytest.raises(ResultUnreadableError, match="run the query again"):
        list(read_csv(connections.s3, LOCATION))


def test_a_result_that_may_not_be_read_is_an_error(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, Refused("AccessDenied", 403))
    with pytest.raises(ServiceUnavailableError, match=r"s3:GetObject .*AccessDenied"):
        list(read_csv(connections.s3, LOCATION))
