"""A disk that fills up during a build: the command says so, and the live snapshot stays as it was."""

import subprocess
import sys

import pytest

from comparator import snapshot as snapshots

from .test_build import ROOT, contents

# Files may not grow beyond so many bytes, which the system reports as it reports a full disk.
LIMITED = """
import resource, signal, sys
from comparator.__main__ import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(main(["build", "--sources", sys.argv[2], "--out", sys.argv[3]]))
"""


@pytest.mark.parametrize("limit", [100, 4_000, 20_000])
def test_a_build_that_cannot_write_leaves_the_live_snapshot_and_nothing_else(sources, data, limit):
    before = contents(data)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), str(sources), str(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "nothing was published" in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(data) == before
    assert snapshots.faults(snapshots.named_by_current(data)) == []
