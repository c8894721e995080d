"""A real server of single routes, without Streamlit around them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

Get = Callable[..., requests.Response]


@contextmanager
def asking(routes: list[Route]) -> Iterator[Get]:
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield lambda path, **given: requests.get(f"http://127.0.0.1:{port}{path}", timeout=60, **given)
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def serve():
    """Return a context manager that serves routes and gives a function that asks for their addresses."""
    return asking
