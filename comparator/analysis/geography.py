"""Every force on one measure and period, and the class that each falls into on a scale of the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from comparator.analysis import caveats
from comparator.analysis.comparison import (
    among_all_forces,
    compared_forces,
    peer_groups,
    similar_basis,
    standing,
)
from comparator.analysis.names import check
from comparator.catalogue import CITY_OF_LONDON, ENGLAND_AND_WALES
from comparator.periods import Window
from comparator.snapshot import Snapshot
from comparator.statistics.funnel import FunnelVerdict, funnel_verdict
from comparator.statistics.peer_group import PeerVerdict

Floats = NDArray[np.float64]
Scale = Literal["fifths", "nation", "peers"]

SCALES: tuple[Scale, ...] = ("fifths", "nation", "peers")
FIFTHS = (1, 2, 3, 4, 5)
DIFFERENCES = (3, 2, 1, 0, -1, -2, -3)
BORDERS = (10, 25, 50)
_KEPT = 64

_FEW_RESIDENTS = "few residents, so not compared per head"
_NO_FIGURE = "no figure for this period"
_NONE_RECORDED: dict[Scale, str] = {
    "nation": "none recorded anywhere, so nothing to differ from",
    "peers": "none recorded in its group, so nothing to differ from",
}


@dataclass(frozen=True)
class Area:
    """A force on the map: its rate in the measure's unit and where that stands; differences are in per cent.

    `rank` 1 is the highest, equal rates share the better rank; `lower` is the number of forces with a lower rate.
    `step` is the class on the scale: 1 to 5 for fifths, -3 to 3 for differences. Without one, `missing` says why.
    """

    force: str
    value: float | None = None
    rank: int | None = None
    lower: int | None = None
    from_nation: float | None = None
    from_peers: float | None = None
    verdict_all: FunnelVerdict | None = None
    verdict_peers: PeerVerdict | None = None
    step: int | None = None
    missing: str | None = None


@dataclass(frozen=True)
class Shading:
    """All forces on one measure and period, in the snapshot's order, shaded by a scale.

    `of` is the number of forces that have a figure and are ranked; `nation` the rate of England and Wales.
    """

    measure: str
    period_end: str
    window: Window
    scale: Scale
    areas: tuple[Area, ...]
    of: int
    nation: float | None
    caveats: tuple[str, ...]
    sources: tuple[str, ...]


@lru_cache(maxsize=_KEPT)
def shade(
    snapshot: Snapshot, *, measure: str, period: str, window: Window = "year", scale: Scale = "fifths"
) -> Shading:
    """Return every force on a measure in the window that ends with `period`, shaded by a scale.

    Differences are from England and Wales, and from the average of each force's own group of similar forces.
    Raises UnknownNameError for an unknown measure, window, period or scale.
    """
    definition = snapshot.measures[check("measure", measure, snapshot.crime_measures)]
    check("window", window, definition.windows)
    check("scale", scale, SCALES)
    block = snapshot.blocks[measure, window]
    row = block.row[check("period", period, reversed(block.periods))]
    forces = compared_forces(snapshot.forces)
    columns = [block.column[force] for force in forces]
    numerator, denominator = block.numerator[row, columns], block.denominator[row, columns]
    value = block.value[row, columns]
    similar = _similar(snapshot)
    place = standing(numerator, denominator, _of(numerator, similar), _of(denominator, similar), definition.multiplier)
    nation = float(block.value[row, block.column[ENGLAND_AND_WALES]])
    from_nation, from_peers = (
        _percent_from(value, np.full(len(forces), nation)),
        _percent_from(value, place.group_average),
    )
    funnel = among_all_forces(snapshot, measure, window, period)
    verdicts = [funnel_verdict(z) for z in funnel.z] if funnel else [None] * len(forces)
    known = np.sort(value[~np.isnan(value)])
    lower, not_higher = np.searchsorted(known, value, "left"), np.searchsorted(known, value, "right")
    steps = _fifths(value, known) if scale == "fifths" else _steps(from_nation if scale == "nation" else from_peers)
    found = {
        force: Area(
            force=force,
            value=float(value[at]),
            rank=int(known.size - not_higher[at]) + 1,
            lower=int(lower[at]),
            from_nation=_number(from_nation[at]),
            from_peers=_number(from_peers[at]),
            verdict_all=verdicts[at],
            verdict_peers=place.verdict[at],
            step=None if np.isnan(steps[at]) else int(steps[at]),
            missing=_NONE_RECORDED[scale] if np.isnan(steps[at]) else None,
        )
        for at, force in enumerate(forces)
        if not np.isnan(value[at])
    }
    return Shading(
        measure=measure,
        period_end=period,
        window=window,
        scale=scale,
        areas=tuple(found.get(force) or _without_figure(force) for force in snapshot.forces),
        of=known.size,
        nation=_number(nation),
        caveats=caveats.touching(
            snapshot,
            definition,
            forces,
            period,
            window,
            caveats.conditions(block, row, forces, period, window),
        ),
        sources=(*definition.sources, *_sources_of_similarity(snapshot), "boundaries"),
    )


def _without_figure(force: str) -> Area:
    return Area(force, missing=_FEW_RESIDENTS if force == CITY_OF_LONDON else _NO_FIGURE)


@lru_cache(maxsize=1)
def _similar(snapshot: Snapshot) -> NDArray[np.intp]:
    """Return the similar forces of each compared force, as places among the compared forces filled up with -1."""
    forces = compared_forces(snapshot.forces)
    groups = [peer_groups(snapshot.forces, snapshot.peers, force)["similar"] for force in forces]
    similar = np.full((len(forces), max(len(group) for group in groups)), -1, dtype=np.intp)
    for at, group in enumerate(groups):
        similar[at, : len(group)] = [forces.index(peer) for peer in group]
    return similar


def _of(figures: Floats, similar: NDArray[np.intp]) -> Floats:
    return np.where(similar >= 0, figures[similar], np.nan)


def _percent_from(value: Floats, average: Floats) -> Floats:
    """Return by how many per cent values differ from averages; NaN from an average that is missing or not above 0."""
    ratio: Floats = np.divide(value, average, out=np.full(value.shape, np.nan), where=average > 0)
    return (ratio - 1) * 100


def _fifths(value: Floats, known: Floats) -> Floats:
    """Return in which fifth of the known values each value lies, 1 the lowest; equal values lie in the same one."""
    if known.size == 0:
        return value
    cuts = np.quantile(known, (0.2, 0.4, 0.6, 0.8))
    return np.where(np.isnan(value), np.nan, np.searchsorted(cuts, value, "left") + 1.0)


def _steps(percent: Floats) -> Floats:
    """Return the class of differences, -3 to 3: how many of the borders they lie beyond, below or above."""
    return np.where(np.isnan(percent), np.nan, np.sign(percent) * np.searchsorted(BORDERS, np.abs(percent), "left"))


def _sources_of_similarity(snapshot: Snapshot) -> tuple[str, ...]:
    bases = {similar_basis(snapshot, force) for force in compared_forces(snapshot.forces)}
    names = {"similar": "similarity-drivers", "most-similar-group": "most-similar-groups"}
    return tuple(names[basis] for basis in names if basis in bases)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
