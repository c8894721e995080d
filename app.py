"""The ASGI application: start-up, warming, routes. `uvicorn app:app` serves it, and so does `streamlit run app.py`."""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from comparator.snapshot import SnapshotError, live
from comparator.ui import assets, briefings, downloads, feeds, strips
from comparator.ui.warming import warm

try:
    live()
except SnapshotError as error:
    sys.exit(f"comparator: {error}")

MAIN = Path(__file__).parent / "comparator" / "ui" / "main.py"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load all that the first visitor would wait for, then take it out of the garbage collector's sight."""
    warm()
    gc.collect()
    gc.freeze()
    yield
    downloads.close()
    briefings.close()


async def health(_: Request) -> Response:
    """Answer that the process is up and its data loaded."""
    return JSONResponse({"status": "ok"})


def tell(error: Exception) -> bool:
    """Show a visitor a plain sentence instead of an error's text, which goes to the log."""
    logging.getLogger("comparator").error("a page failed", exc_info=error)
    st.error("Something went wrong with this page. Please load it again, or choose something else.")
    return True


app = st.App(
    MAIN,
    lifespan=lifespan,
    on_script_error=tell,
    routes=[
        Route("/healthz", health),
        *downloads.routes(),
        *strips.routes(),
        *assets.routes(),
        *feeds.routes(),
        *briefings.routes(),
    ],
)
