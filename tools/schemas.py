"""Write `schemas/`: a JSON Schema for every contract, generated from the models with which the code validates.

`make schemas` runs it. The schemas of events are JSON Schema Draft 4, which EventBridge's schema registry accepts
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema.html); requests and results are Draft 2020-12.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from local.stack.paths import ROOT
from quilt_athena.custom_views.contracts import CustomViewsRequest, CustomViewsResult
from quilt_athena.packages.contracts import PackageErrorCause, PackageOutput
from quilt_athena.packages.requests import PackageRequest
from quilt_athena.query.contracts import QueryErrorCause, QueryFailedEvent, QueryOutput, QuerySucceededEvent
from quilt_athena.query.events import QueryRequestedEvent
from quilt_athena.query.requests import QueryRequest
from quilt_athena.refresh.contracts import CatalogRefreshedEvent, RefreshResult
from quilt_athena.refresh.requests import RefreshRequest
from quilt_athena.registration.contracts import CatalogChangedEvent
from quilt_athena.registration.events import BucketRegistrationEvent, PackageRevisionEvent

FOLDER = ROOT / "schemas"
EVENTS: Mapping[str, type[BaseModel]] = {
    "bucket-registration": BucketRegistrationEvent,
    "package-revision": PackageRevisionEvent,
    "catalog-changed": CatalogChangedEvent,
    "catalog-refreshed": CatalogRefreshedEvent,
    "query-requested": QueryRequestedEvent,
    "query-succeeded": QuerySucceededEvent,
    "query-failed": QueryFailedEvent,
}
DOCUMENTS: Mapping[str, type[BaseModel]] = {
    "query-request": QueryRequest,
    "query-result": QueryOutput,
    "query-error-cause": QueryErrorCause,
    "package-request": PackageRequest,
    "package-result": PackageOutput,
    "package-error-cause": PackageErrorCause,
    "custom-views-request": CustomViewsRequest,
    "custom-views-result": CustomViewsResult,
    "refresh-request": RefreshRequest,
    "refresh-result": RefreshResult,
}


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each contract, by name."""
    events = {name: _draft_4(_open(model.model_json_schema())) for name, model in EVENTS.items()}
    documents = {
        name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **_open(model.model_json_schema())}
        for name, model in DOCUMENTS.items()
    }
    return events | documents


def text(schema: Mapping[str, Any]) -> str:
    """The text of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _open(node: Any) -> Any:
    """A schema that allows fields which later versions may add, as readers must."""
    if isinstance(node, list):
        return [_open(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _open(value) for key, value in node.items() if (key, value) != ("additionalProperties", False)}


def _draft_4(schema: dict[str, Any]) -> dict[str, Any]:
    """A Draft 2020-12 schema, as pydantic generates it, translated to Draft 4."""
    return {"$schema": "http://json-schema.org/draft-04/schema#", **_older(schema)}


def _older(node: Any) -> Any:
    if isinstance(node, list):
        return [_older(item) for item in node]
    if not isinstance(node, dict):
        return node
    renamed: dict[str, Any] = {}
    for key, value in node.items():
        if key == "$defs":
            renamed["definitions"] = {name: _older(definition) for name, definition in value.items()}
        elif key == "const":
            renamed["enum"] = [value]
        elif key == "$ref":
            renamed["$ref"] = value.replace("#/$defs/", "#/definitions/")
        elif key == "properties":
            renamed["properties"] = {name: _older(definition) for name, definition in value.items()}
        else:
            renamed[key] = _older(value)
    return renamed


def main() -> None:
    """Write all schemas."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(text(schema), encoding="utf-8")


if __name__ == "__main__":
    main()
