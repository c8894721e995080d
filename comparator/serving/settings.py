"""What whoever runs the site may set, from the environment, with what holds otherwise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlsplit

from comparator.analysis.names import check

LogFormat = Literal["text", "json"]
LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")

ADDRESS = "COMPARATOR_ADDRESS"
FRAME_ANCESTORS = "COMPARATOR_FRAME_ANCESTORS"
LOG_FORMAT = "COMPARATOR_LOG_FORMAT"
METRICS = "COMPARATOR_METRICS"
MOST_SESSIONS = "COMPARATOR_MOST_SESSIONS"


class SettingError(ValueError):
    """A setting that cannot be used; the message names it and says what can."""


@dataclass(frozen=True)
class Settings:
    """The site's public address ("" if not told), who may embed it, and how the process logs, counts and fills.

    `frame_ancestors` stands in the content security policy as it is; `most_sessions` is per process.
    """

    address: str = ""
    frame_ancestors: str = "'self'"
    log_format: LogFormat = "text"
    metrics: bool = False
    most_sessions: int = 1500


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that the environment holds; raise SettingError for one that cannot be used."""
    usual = Settings()
    address = environment.get(ADDRESS, usual.address).rstrip("/")
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
        raise SettingError(f"{ADDRESS} must be an address such as https://comparator.example, not {address!r}")
    ancestors = environment.get(FRAME_ANCESTORS, usual.frame_ancestors)
    if not ancestors.strip() or any(sign in ancestors for sign in ";,\r\n"):
        raise SettingError(f"{FRAME_ANCESTORS} must be sources separated by spaces, such as 'self' https://example.org")
    try:
        log_format = cast("LogFormat", check("log format", environment.get(LOG_FORMAT, usual.log_format), LOG_FORMATS))
    except ValueError as error:
        raise SettingError(f"{LOG_FORMAT}: {error}") from error
    most = environment.get(MOST_SESSIONS, str(usual.most_sessions))
    if not most.isdecimal() or int(most) < 1:
        raise SettingError(f"{MOST_SESSIONS} must be a whole number from 1 on, not {most!r}")
    return Settings(address, ancestors.strip(), log_format, environment.get(METRICS, "") == "1", int(most))
