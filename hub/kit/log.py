"""Structured logs without secrets: JSON lines for machines, short lines for a terminal, tokens cut out."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_KEYS = re.compile(r"(token|wachtwoord|password|secret|sleutel|authorization|cookie)", re.IGNORECASE)
SECRET_VALUES = (
    re.compile(r"bot\d+:[A-Za-z0-9_-]{20,}"),
    re.compile(r"Bearer\s+\S+", re.IGNORECASE),
    re.compile(r"/(?:s|taak)/[A-Za-z0-9_-]{16,}"),
)
HIDDEN = "[verborgen]"


def redact(text: str) -> str:
    """The text with anything that looks like a token, key or secret address replaced, and fit for every database:
    what a netwerk answered may hold NUL, which PostgreSQL refuses, or halves of characters."""
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    for pattern in SECRET_VALUES:
        text = pattern.sub(HIDDEN, text)
    return text


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if SECRET_KEYS.search(key):
            event[key] = HIDDEN
        elif isinstance(value, str):
            event[key] = redact(value)
    return event


def setup(json_lines: bool = False) -> None:
    """Send all logs to stderr (stdout belongs to commands). Libraries that log tokens are set to WARNING."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide,
        structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Looked up for each line: who replaced stderr for a while and closed it must not silence or break the hub.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    for noisy in ("httpx", "httpcore", "telegram", "tweepy", "requests_oauthlib", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get(name: str) -> Any:
    """A logger for one part of the hub."""
    return structlog.get_logger(deel=name)
