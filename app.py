"""The ASGI application: start-up, warming, routes. `uvicorn app:app` serves it, and so does `streamlit run app.py`."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from comparator.ui import downloads
from comparator.ui.warming import warm

MAIN = Path(__file__).parent / "comparator" / "ui" / "main.py"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Load all that the first visitor would wait for, then take it out of the garbage collector's sight."""
    warm()
    gc.collect()
    gc.freeze()
    yield


async def health(_: Request) -> Response:
    """Answer that the process is up and its data loaded."""
    return JSONResponse({"status": "ok"})


app = st.App(MAIN, lifespan=lifespan, routes=[Route("/healthz", health), *downloads.routes()])
