"""Runs a server's own command with a stopwatch inside: `python -m benchmarks.timed FILE MODULE [ARGUMENT...]`.

It is `python -m MODULE ARGUMENT...` with two functions of Streamlit's script runner wrapped in a clock, the same for
every server that is measured. For each run of a page it appends a line to FILE, with three times in milliseconds:

* script: the page's code from its first to its last line, with the state of the choices taken over before, and with
  every call into Streamlit that builds and queues a message, but not the sending;
* processor: how much of that its thread was at work, the rest being spent waiting for other threads and programs;
* after: what the script runner does once the page is finished, in the same thread; a garbage collection if
  `runner.postScriptGC` is on. While it lasts no other thread of the process runs Python code.
"""

from __future__ import annotations

import runpy
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner import script_runner


def _clocked(function: Callable[..., Any], tell: Callable[[float, float], None]) -> Callable[..., Any]:
    """Return the function, with `tell` called with the milliseconds and the processor time that each call took."""

    def clocked(*positional: Any, **named: Any) -> Any:
        start, worked = time.perf_counter(), time.thread_time()
        try:
            return function(*positional, **named)
        finally:
            tell((time.perf_counter() - start) * 1000, (time.thread_time() - worked) * 1000)

    return clocked


def _install(file: Path) -> None:
    """Wrap the script runner so that it writes its times to a file."""
    # Sessions run in threads of their own, and each calls the two functions one after the other.
    of_thread = threading.local()

    def keep(script: float, processor: float) -> None:
        of_thread.script, of_thread.processor = script, processor

    def write(after: float, _: float) -> None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{of_thread.script:.3f} {of_thread.processor:.3f} {after:.3f}\n")

    # These are internals of the pinned release: should it rename them, this fails at once and says so.
    runner: Any = script_runner
    runner.exec_func_with_error_handling = _clocked(runner.exec_func_with_error_handling, keep)
    runner.ScriptRunner._on_script_finished = _clocked(runner.ScriptRunner._on_script_finished, write)  # noqa: SLF001


def main() -> None:
    """Run the command that follows the name of the file."""
    file, module, *arguments = sys.argv[1:]
    _install(Path(file))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
