"""The ASGI application: start-up, warming, routes, headers. `python -m comparator serve` serves it, as does uvicorn."""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from comparator import metrics, mirror
from comparator.serving import front, logs
from comparator.serving import routes as of_site
from comparator.serving.headers import AddHeaders, security_headers
from comparator.serving.settings import SettingError, from_environment
from comparator.snapshot import SnapshotError, live
from comparator.ui import assets, briefings, data_files, downloads, feeds, strips
from comparator.ui.warming import warm

try:
    settings = from_environment()
    mirrored = mirror.prepare()
    metrics.SNAPSHOT.info({"name": live().name})
except (SettingError, SnapshotError) as error:
    sys.exit(f"comparator: {error}")

MAIN = Path(__file__).parent / "comparator" / "ui" / "main.py"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load all that the first visitor would wait for, then take it out of the garbage collector's sight."""
    logs.set_up(settings.log_format)
    if mirrored is not None:
        mirror.follow(mirrored)
    warm()
    gc.collect()
    gc.freeze()
    yield
    downloads.close()
    briefings.close()


def tell(error: Exception) -> bool:
    """Show a visitor a plain sentence instead of an error's text, which goes to the log."""
    metrics.FAILED.inc()
    logging.getLogger("comparator").error("a page failed", exc_info=error)
    st.error("Something went wrong with this page. Please load it again, or choose something else.")
    return True


routes = [
    *of_site.routes(settings),
    *downloads.routes(),
    *briefings.routes(),
    *data_files.routes(),
    *strips.routes(),
    *assets.routes(),
    *feeds.routes(),
]
known = front.known_kinds(routes)
app = st.App(
    MAIN,
    lifespan=lifespan,
    on_script_error=tell,
    routes=routes,
    middleware=[
        Middleware(logs.LogRequests, known=known),
        Middleware(AddHeaders, headers=security_headers(front.index(), settings.frame_ancestors)),
        Middleware(front.Front, settings=settings, known=known),
    ],
)
