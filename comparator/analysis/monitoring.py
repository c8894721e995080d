"""Monitoring: which forces stand out for the worse on which measures, how gravely, and since when (METHODS 6).

Arrays hold quarters on the first axis, the oldest first, and forces on the second. What is said of a quarter rests on
that row and the rows above it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from comparator.catalogue import Measure
from comparator.statistics.funnel import FAR_OUTLYING, OUTLYING

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ground = Literal["all", "peers", "change"]
Status = Literal["new", "persisting", "enduring", "easing", "resolved"]

GROUNDS: tuple[Ground, ...] = ("all", "peers", "change")
STATUSES: tuple[Status, ...] = ("new", "persisting", "enduring", "easing", "resolved")
SEVERE = 2
MOST_SEVERE = 3
CLEARLY_OUTLYING = 2.58
PERSISTING = 2
ENDURING = 4
RESOLVED = 4
FALSE_DISCOVERY_RATE = 0.10


@dataclass(frozen=True)
class Signals:
    """What speaks for a case in one direction: `z` with that direction positive, and which of the three signals fire.

    `all`: z of 1.96 or more among all forces; `peers`: far beyond the similar forces; `change`: a special cause that
    way in the control chart of quarters.
    """

    z: Floats
    all: Bools
    peers: Bools
    change: Bools

    @property
    def number(self) -> NDArray[np.int64]:
        """How many of the three fire."""
        return self.all.astype(np.int64) + self.peers + self.change


def is_monitored(measure: Measure) -> bool:
    """Return whether a measure is monitored: recorded crime by quarter of which more, or less, is worse."""
    return measure.kind == "count-rate" and measure.polarity != "neutral" and "quarter" in measure.windows


def is_counted(measure: Measure) -> bool:
    """Return whether cases of a measure are counted and listed: a sum is judged too, but told by its parts."""
    return is_monitored(measure) and not measure.numerator.parts


def signals(z: Floats, against_peers: NDArray[Any], change: NDArray[Any], *, upwards: bool) -> Signals:
    """Return the signals that a rate is too high (`upwards`) or too low, from z and the verdicts of METHODS 4 and 5."""
    towards = z if upwards else -z
    return Signals(
        z=towards,
        all=towards >= OUTLYING,
        peers=against_peers == ("far-above" if upwards else "far-below"),
        change=change == ("rising" if upwards else "falling"),
    )


def severity(found: Signals) -> NDArray[np.int64]:
    """Return 0 for no signal; 1 for one; 2 for two, or z of 2.58 or more; 3 for all three, or z of 3.09 or more."""
    by_z = np.select([found.z >= FAR_OUTLYING, found.z >= CLEARLY_OUTLYING], [MOST_SEVERE, SEVERE], default=0)
    graver: NDArray[np.int64] = np.maximum(found.number, by_z)
    return graver


def course(flagged: Bools, judged: Bools) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return for how many quarters in a row each is flagged, and its status (a Status or None).

    Flagged: "new" in the first quarter, "persisting" in the second and third, "enduring" from the fourth on. Not
    flagged: "easing" in the first quarter after a flagged one, "resolved" in the fourth, else None. A quarter that
    cannot be judged has no status, and neither lengthens nor ends a run.
    """
    quarters = np.zeros(flagged.shape, dtype=np.int64)
    status = np.full(flagged.shape, None, dtype=object)
    run = np.zeros(flagged.shape[1:], dtype=np.int64)
    quiet = np.full(flagged.shape[1:], RESOLVED + 1)
    for row, (now, known) in enumerate(zip(flagged, judged, strict=True)):
        run = np.where(known, np.where(now, run + 1, 0), run)
        quiet = np.where(known, np.where(now, 0, quiet + 1), quiet)
        quarters[row] = np.where(known, run, 0)
        for name, is_so in (
            ("new", run == 1),
            ("persisting", (run >= PERSISTING) & (run < ENDURING)),
            ("enduring", run >= ENDURING),
            ("easing", quiet == 1),
            ("resolved", quiet == RESOLVED),
        ):
            status[row, known & is_so] = name
    return quarters, status
