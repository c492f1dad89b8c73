"""What the template tells the functions through their environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from quilt_athena.catalog.desired_state import LegacyViews
from quilt_athena.errors import MissingSettingError


def setting(name: str, environment: Mapping[str, str] | None = None) -> str:
    """The value of an environment variable.

    Raises:
        MissingSettingError: it isn't there, or is empty.
    """
    value = (os.environ if environment is None else environment).get(name, "")
    if not value:
        raise MissingSettingError(f"environment variable {name} is missing: template.yaml sets it for this function")
    return value


def settings_list(name: str) -> tuple[str, ...]:
    """The values of an environment variable that holds several, separated by commas.

    Raises:
        MissingSettingError: it isn't there, or is empty.
    """
    return tuple(filter(None, (value.strip() for value in setting(name).split(","))))


def optional_setting(name: str) -> str:
    """The value of an environment variable that may be empty or missing."""
    return os.environ.get(name, "")


@dataclass(frozen=True)
class RegistrationSettings:
    """The environment of `onboard_bucket`; ``max_receive_count`` is the queue's."""

    database: str
    registry_table: str
    event_bus: str
    event_sources: frozenset[str]
    dead_letter_queue_url: str
    max_receive_count: int
    all_buckets_location: str
    legacy: LegacyViews

    @classmethod
    def from_environment(cls) -> "RegistrationSettings":
        """Read them all.

        Raises:
            MissingSettingError: one of them isn't there.
        """
        return cls(
            database=setting("DATABASE_NAME"),
            registry_table=setting("REGISTRY_TABLE_NAME"),
            event_bus=setting("EVENT_BUS_NAME"),
            event_sources=frozenset(settings_list("EVENT_SOURCES")),
            dead_letter_queue_url=setting("DEAD_LETTER_QUEUE_URL"),
            max_receive_count=int(setting("MAX_RECEIVE_COUNT")),
            all_buckets_location=setting("JOINED_TABLES_LOCATION"),
            legacy=LegacyViews(setting("LEGACY_VIEWS")),
        )
