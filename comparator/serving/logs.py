"""What a process writes to its log: one line for each thing that happened, without who asked and what for."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Collection
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comparator import metrics
from comparator.serving.settings import LogFormat

_requests = logging.getLogger("comparator.requests")
# These come for every page and every probe, and say nothing.
_QUIET = ("static", "_stcore", "assets", "healthz", "readyz", "metrics")


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(form: LogFormat) -> None:
    """Send our own log to standard error, in plain lines or as JSON, and silence those that name visitors."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _AsJson() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.root.handlers[:] = [handler]
    logging.getLogger("comparator").setLevel(logging.INFO)
    # Streamlit gives each logger of its own and of uvicorn a handler, which would write every line twice.
    for name in [*logging.root.manager.loggerDict]:
        if name.split(".")[0] in ("streamlit", "uvicorn"):
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
    # Uvicorn's line of a request holds the visitor's address and the whole query.
    logging.getLogger("uvicorn.access").disabled = True


def kind_of(path: str) -> str:
    """Return the first part of a path, which is the kind of address: "compare", "download", "static"."""
    return path.lstrip("/").split("/", 1)[0] or "home"


class LogRequests:
    """ASGI middleware that writes a line for each request (method, path, status, milliseconds) and counts it.

    The query, the visitor's address and the browser's name are left out on purpose.
    """

    def __init__(self, app: ASGIApp, known: Collection[str]) -> None:
        """`known` are the kinds of address that are counted each by itself; visitors may make up any other."""
        self._app = app
        self._counted = {kind_of("/"), *known}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and tell of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            kind = kind_of(scope["path"])
            counted = kind if kind in self._counted and status != 404 else "unknown"
            metrics.REQUESTS.labels(counted, str(status)).inc()
            if kind not in _QUIET or status >= 500:
                taken = round((time.monotonic() - began) * 1000)
                # Quoted again, so that no address can write a line of its own.
                path = quote(scope["path"])
                _requests.info(
                    "%s %s %d in %d ms",
                    scope["method"],
                    path,
                    status,
                    taken,
                    extra={"fields": {"method": scope["method"], "path": path, "status": status, "ms": taken}},
                )
