"""Athena's result files: every value is read back, NULL differs from the empty string, memory holds one chunk."""

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
    """The records as Athena writes them."""
    fields = [["" if v is None else '"' + v.replace('"', '""') + '"' for v in record] for record in records]
    return "".join(",".join(record) + "\n" for record in fields)


@given(records=RECORDS, size=st.integers(1, 7))
def test_parse_csv_reads_records_from_text_in_any_chunks(records: list[list[str | None]], size: int) -> None:
    text = written(records)
    assert list(parse_csv(text[start : start + size] for start in range(0, len(text), size))) == records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, size=st.integers(1, 9))
def test_read_csv_reads_records_from_bytes_in_any_chunks(
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
def test_parse_csv_handles_edge_cases(text: str, records: list[list[str | None]]) -> None:
    assert list(parse_csv([text])) == records


@pytest.mark.parametrize("text", ['"a","b', '"a"b,\n', 'a"b,\n'])
def test_text_not_in_athenas_format_is_rejected(text: str) -> None:
    with pytest.raises(ResultUnreadableError, match="the file is not in Athena's CSV format"):
        list(parse_csv([text], "the file"))


def test_long_value_is_parsed_in_one_pass_per_chunk() -> None:
    value = 'x""' * 200_000
    pieces = [f'"{value}'[start : start + 100_000] for start in range(0, 600_001, 100_000)]
    assert list(parse_csv([*pieces, '"\n'])) == [[value.replace('""', '"')]]


@pytest.fixture
def connections(aws: FakeAws) -> Connections:
    """Connections to the fake."""
    return Connections(aws.session())


def test_chunks_are_requested_when_needed_and_of_one_version(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"a"\n"b"\n"c"\n'))
    records = read_csv(connections.s3, LOCATION, chunk_bytes=4)
    assert next(records) == ["a"]
    assert len(aws.called(GET)) == 1, "the rest is not read before it is needed"
    assert list(records) == [["b"], ["c"]]
    assert [(call["Range"], call.get("IfMatch")) for call in aws.called(GET)] == [
        ("bytes=0-3", None),
        ("bytes=4-7", '"one"'),
        ("bytes=8-11", '"one"'),
    ]


def test_body_that_ends_early_is_requested_again(aws: FakeAws, connections: Connections) -> None:
    whole = FakeObject(b'"a"\n')

    class Broken:
        def read(self) -> bytes:
            raise IncompleteReadError(actual_bytes=1, expected_bytes=4)

    aws.on(GET, lambda parameters: {**_response(whole, parameters), "Body": Broken()}, whole)
    assert list(read_csv(connections.s3, LOCATION)) == [["a"]]
    aws.on(GET, lambda parameters: {**_response(whole, parameters), "Body": Broken()})
    with pytest.raises(ServiceUnavailableError, match="ended early 4 times"):
        list(read_csv(connections.s3, LOCATION))


def _response(whole: FakeObject, parameters: dict[str, Any]) -> dict[str, Any]:
    response = whole(parameters)
    assert isinstance(response, dict)
    return response


def test_result_that_changes_while_it_is_read_is_rejected(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"a"\n"b"\n'), FakeObject(b'"x"\n"y"\n', etag='"two"'))
    with pytest.raises(ResultUnreadableError, match="it was overwritten"):
        list(read_csv(connections.s3, LOCATION, chunk_bytes=4))


def test_file_is_read_only_if_it_is_the_recorded_one(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, FakeObject(b'"a"\n"b"\n'))
    assert list(read_csv(connections.s3, LOCATION, etag='"one"', chunk_bytes=4)) == [["a"], ["b"]]
    assert [call["IfMatch"] for call in aws.called(GET)] == ['"one"', '"one"']
    with pytest.raises(ResultUnreadableError) as caught:
        list(read_csv(connections.s3, LOCATION, etag='"of Athena"'))
    assert str(caught.value) == (
        f"{LOCATION} is not the file that Athena wrote for this query: it was overwritten. Nothing in it is used: "
        "run the query again"
    )


def test_expired_result_is_reported(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, Refused("NoSuchKey", 404))
    with pytest.raises(ResultUnreadableError, match="run the query again"):
        list(read_csv(connections.s3, LOCATION))


def test_denied_result_is_unavailable(aws: FakeAws, connections: Connections) -> None:
    aws.on(GET, Refused("AccessDenied", 403))
    with pytest.raises(ServiceUnavailableError, match=r"s3:GetObject .*AccessDenied"):
        list(read_csv(connections.s3, LOCATION))
