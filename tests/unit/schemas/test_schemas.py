"""The JSON Schemas match the models; samples are valid, and input that breaks a contract is not."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator, ValidationError
from jsonschema.protocols import Validator

from quilt_athena.packages.contracts import PackageErrorCause, PackageOutput
from quilt_athena.query.contracts import QueryErrorCause, QueryFailedEvent, QueryOutput, QuerySucceededEvent
from quilt_athena.registration.contracts import CatalogChanged
from tools.schemas import DOCUMENTS, EVENTS, FOLDER, schemas, text

ROOT = Path(__file__).parents[3]
SAMPLES = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
EXAMPLES: dict[str, Any] = {
    name: json.loads(example)
    for name, example in re.findall(
        r"```json ([a-z-]+)\n(.*?)```", (ROOT / "docs" / "contracts.md").read_text(), flags=re.DOTALL
    )
}


def validator(name: str) -> Validator:
    """The validator of a published file."""
    schema = json.loads((FOLDER / f"{name}.json").read_text())
    kind = Draft4Validator if name in EVENTS else Draft202012Validator
    kind.check_schema(schema)
    return kind(schema)


def contract_of(sample: str) -> str | None:
    """The contract of a sample in events/, whose name begins with the contract's."""
    names = [name for name in (*EVENTS, *DOCUMENTS) if sample == name or sample.startswith(name + "-")]
    return max(names, key=len, default=None)


def without_each_field(value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> Iterator[Any]:
    """Copies of the value, each without one of the fields that its schema requires."""
    if "$ref" in schema:
        schema = whole[schema["$ref"].split("/")[1]][schema["$ref"].split("/")[2]]
    for field in schema.get("required", []):
        less = copy.deepcopy(value)
        del less[field]
        yield less
    for field, inner in schema.get("properties", {}).items():
        if isinstance(value.get(field), dict):
            for less in without_each_field(value[field], inner, whole):
                yield {**value, field: less}


def test_schema_files_are_up_to_date() -> None:
    generated = {f"{name}.json": text(schema) for name, schema in schemas().items()}
    assert {path.name: path.read_text() for path in FOLDER.iterdir()} == generated, "run: make schemas"


def test_every_event_and_request_has_a_sample() -> None:
    assert {contract_of(sample) for sample in SAMPLES} >= {
        *EVENTS,
        "query-request",
        "package-request",
        "custom-views-request",
        "refresh-request",
    }


@pytest.mark.parametrize("sample", sorted(name for name in SAMPLES if contract_of(name)))
def test_sample_is_valid_only_with_all_required_fields(sample: str) -> None:
    name = contract_of(sample)
    assert name is not None
    check = validator(name)
    check.validate(SAMPLES[sample])
    check.validate({**SAMPLES[sample], "added-later": 1})
    broken = list(without_each_field(SAMPLES[sample], check.schema, check.schema))  # type: ignore[arg-type]  # an object
    for choice in check.schema.get("oneOf", []):  # type: ignore[union-attr]  # an object
        broken += [
            {key: value for key, value in SAMPLES[sample].items() if key != field}
            for field in choice["required"]
            if field in SAMPLES[sample]
        ]
    assert broken or name in ("refresh-request", "custom-views-request")  # which have no required fields
    for less in broken:
        with pytest.raises(ValidationError):
            check.validate(less)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("bucket-registration", ("detail", "bucket"), "a bucket"),
        ("bucket-registration", ("detail", "type"), "renamed"),
        ("bucket-registration", ("detail", "version"), "1.0"),
        ("package-revision", ("detail", "type"), "deleted"),
        ("query-requested", ("detail", "correlationId"), ""),
        ("query-request", ("MaxRows",), -1),
        ("refresh-request", ("Buckets",), ["a bucket"]),
        ("refresh-request", ("Buckets",), []),
        ("query-request", ("TimeoutSeconds",), "600"),
        ("package-request", ("Package", "Name"), "images"),
        ("package-request", ("Package", "Bucket"), "a bucket"),
        ("package-request", ("OnInvalidRow",), "ignore"),
        ("package-request", ("Query", "QueryString"), ""),
        ("query-request", ("ResultReuseMaxAgeInMinutes",), 10081),
        ("query-request", ("QueryString",), " "),
    ],
)
def test_invalid_value_is_rejected(name: str, path: tuple[str, ...], value: object) -> None:
    event = copy.deepcopy(EXAMPLES.get(name) or SAMPLES[name])
    *parents, field = path
    inner = event
    for parent in parents:
        inner = inner[parent]
    inner[field] = value
    with pytest.raises(ValidationError):
        validator(name).validate(event)


def test_results_in_the_docs_match_the_models() -> None:
    QueryOutput.model_validate(EXAMPLES["query-result"])
    CatalogChanged.model_validate(EXAMPLES["catalog-changed"])
    for cause in ("query-failed", "invalid-request"):
        QueryErrorCause.model_validate(EXAMPLES[cause])
    validator("query-result").validate(EXAMPLES["query-result"])
    PackageOutput.model_validate(EXAMPLES["package-result"])
    validator("package-result").validate(EXAMPLES["package-result"])
    PackageErrorCause.model_validate(EXAMPLES["invalid-row"])
    validator("package-error-cause").validate(EXAMPLES["invalid-row"])
    validator("query-error-cause").validate(EXAMPLES["invalid-request"])
    for model, sample in ((QuerySucceededEvent, "query-succeeded"), (QueryFailedEvent, "query-failed")):
        model.model_validate_json(json.dumps(SAMPLES[sample]))
    result = SAMPLES["query-succeeded"]["detail"]["result"]
    QueryOutput.model_validate(result)
