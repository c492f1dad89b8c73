"""Workgroups: the configuration that AWS shows of them, and updates that MiniStack doesn't know."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import json_response
from ministack.services import athena

from local.aws.responses import Response

_ENGINE_VERSION = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}


def is_enforced(configuration: Mapping[str, Any]) -> bool:
    """Whether a workgroup's settings override the client's, as they do by default if it has settings."""
    return _flag(configuration.get("EnforceWorkGroupConfiguration", bool(configuration.get("ResultConfiguration"))))


def has_managed_results(configuration: Mapping[str, Any]) -> bool:
    """Whether Athena keeps the results of the workgroup's queries itself.

    https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
    """
    return _flag((configuration.get("ManagedQueryResultsConfiguration") or {}).get("Enabled", False))


def with_whole_configuration(get_workgroup: Callable[[dict[str, Any]], Response]) -> Callable[..., Response]:
    """Wrap GetWorkGroup: the configuration has all fields that AWS returns."""

    @functools.wraps(get_workgroup)
    def get(data: dict[str, Any]) -> Response:
        status, headers, body = get_workgroup(data)
        if status >= 400:
            return status, headers, body
        workgroup = json.loads(body)["WorkGroup"]
        workgroup.pop("WorkGroupConfiguration", None)
        workgroup["Configuration"] = _whole(workgroup.get("Configuration") or {})
        response: Response = json_response({"WorkGroup": workgroup})
        return response

    return get


def with_managed_results(update_workgroup: Callable[[dict[str, Any]], Response]) -> Callable[..., Response]:
    """Wrap UpdateWorkGroup: managed query results can be switched on and off."""

    @functools.wraps(update_workgroup)
    def update(data: dict[str, Any]) -> Response:
        response = update_workgroup(data)
        updates = data.get("ConfigurationUpdates") or {}
        managed = updates.get("ManagedQueryResultsConfigurationUpdates")
        if response[0] < 400 and managed is not None:
            configuration = athena._workgroups[data["WorkGroup"]].setdefault("Configuration", {})
            configuration["ManagedQueryResultsConfiguration"] = {"Enabled": _flag(managed.get("Enabled", False))}
        return response

    return update


def _whole(configuration: Mapping[str, Any]) -> dict[str, Any]:
    whole = {
        "ResultConfiguration": {},
        "RequesterPaysEnabled": False,
        "PublishCloudWatchMetricsEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
        **configuration,
        "ManagedQueryResultsConfiguration": {"Enabled": has_managed_results(configuration)},
        "EnforceWorkGroupConfiguration": is_enforced(configuration),
        "EngineVersion": {**_ENGINE_VERSION, **(configuration.get("EngineVersion") or {})},
    }
    for name in ("RequesterPaysEnabled", "PublishCloudWatchMetricsEnabled", "EnableMinimumEncryptionConfiguration"):
        whole[name] = _flag(whole[name])
    return whole


def _flag(value: Any) -> bool:
    """CloudFormation passes booleans as text."""
    return value.lower() == "true" if isinstance(value, str) else bool(value)
