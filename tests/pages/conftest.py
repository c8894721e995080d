"""Pages run in Streamlit's own test runner, from the real main script and on the real snapshot."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent.parent

Visit = Callable[..., AppTest]


@pytest.fixture
def visit() -> Visit:
    """Return a function that opens a page with an address and returns it, having run without an exception."""

    def open_page(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "comparator" / "ui" / "main.py"), default_timeout=30)
        if "_" in page:
            # Where a page's address is not its file's name the runner learns it from a first run.
            app.run()
            app.query_params.clear()
        for key, value in query.items():
            app.query_params[key] = value
        app.switch_page(f"../../pages/{page}.py").run()
        assert not app.exception
        return app

    return open_page


def query_of(app: AppTest) -> dict[str, str]:
    """Return the address's query as plain values."""
    return {key: value if isinstance(value, str) else value[0] for key, value in app.query_params.items()}


def text_of(app: AppTest) -> str:
    """Return all plain text on the page."""
    elements = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption]
    return "\n".join(element.value for element in elements)
