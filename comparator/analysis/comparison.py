"""A force against its peers and against all forces, for one measure and period (METHODS 1 to 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comparator.analysis import caveats
from comparator.analysis.names import UnknownNameError, check
from comparator.catalogue import CITY_OF_LONDON, Force, Measure
from comparator.periods import Window
from comparator.snapshot import Block, Snapshot
from comparator.statistics import funnel, peer_group
from comparator.statistics.funnel import Funnel, FunnelVerdict
from comparator.statistics.intervals import count_interval, proportion_interval
from comparator.statistics.peer_group import PeerRange, PeerVerdict

Floats = NDArray[np.float64]

BASES = ("similar", "region", "all")
MOST_PEERS_CHOSEN = 15
_KEPT_FUNNELS = 1024


class PeersError(ValueError):
    """A choice of peers that cannot be compared with; the message says why."""


@dataclass(frozen=True)
class Rate:
    """A force's figure: offences, people, the rate, and its distance from the force compared (None if not known)."""

    force: str
    numerator: float
    denominator: float
    value: float
    distance: float | None = None


@dataclass(frozen=True)
class Comparison:
    """One force, measure and period among its peers and among all forces.

    Rates and limits are in the measure's unit; `gap` is in units of the numerator. Everything that needs a comparison
    is None for City of London and wherever METHODS gives none. `peers` stand in the order of their group, nearest
    first where distances are known; `everyone` holds all compared forces, the force itself among them.
    """

    force: str
    measure: str
    period_end: str
    window: Window
    basis: str
    numerator: float | None
    denominator: float | None
    denominator_year: int | None
    value: float | None
    group_average: float | None
    gap: float | None
    rank: int | None
    of: int | None
    expected_low: float | None
    expected_high: float | None
    extreme_low: float | None
    extreme_high: float | None
    verdict_peers: PeerVerdict | None
    z: float | None
    verdict_all: FunnelVerdict | None
    theta: float | None
    tau2: float | None
    peers: tuple[Rate, ...]
    everyone: tuple[Rate, ...]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]

    @cached_property
    def peer_ids(self) -> frozenset[str]:
        """The peers that have a figure."""
        return frozenset(peer.force for peer in self.peers)


@dataclass(frozen=True)
class Standing:
    """Where forces stand in their groups: arrays of one shape, NaN or None where METHODS gives nothing."""

    group_average: Floats
    rank: Floats
    of: Floats
    limits: PeerRange
    verdict: NDArray[Any]


def standing(
    numerator: Floats,
    denominator: Floats,
    peer_numerators: Floats,
    peer_denominators: Floats,
    multiplier: int,
    *,
    weighted: bool = False,
) -> Standing:
    """Return where forces stand among their peers, who lie on the last axis (NaN: no peer).

    The group average is the simple mean of rates, or for money, `weighted`, the sum over the sum (METHODS 3).
    """
    rate, peer_rates = numerator / denominator * multiplier, peer_numerators / peer_denominators * multiplier
    limits = peer_group.peer_range(_positive(peer_numerators) / peer_denominators * multiplier)
    rank, of = peer_group.rank_highest_first(rate, peer_rates)
    average = peer_group.group_average(rate, peer_rates)
    if weighted:
        sums = numerator, denominator, peer_numerators, peer_denominators
        average = peer_group.weighted_average(*sums) * multiplier
    return Standing(
        group_average=average,
        rank=rank,
        of=of,
        limits=limits,
        verdict=peer_group.peer_verdict(_positive(numerator) / denominator * multiplier, limits),
    )


def _positive(numerators: Floats) -> Floats:
    return np.where(np.isnan(numerators), np.nan, funnel.at_least_half(numerators))


def funnel_over(numerators: Floats, denominators: Floats, measure: Measure) -> Funnel | None:
    """Return the funnel over all compared forces, or None where too little was counted, or money or people."""
    try:
        if measure.kind == "count-rate":
            return funnel.count_funnel(numerators, denominators)
        if measure.kind == "proportion":
            return funnel.proportion_funnel(numerators, denominators)
    except ValueError:
        pass
    return None


@lru_cache(maxsize=_KEPT_FUNNELS)
def among_all_forces(snapshot: Snapshot, measure: str, window: Window, period: str) -> Funnel | None:
    """Return the funnel of a measure and period over all compared forces, in their order; it is the same for each."""
    block, definition = snapshot.blocks[measure, window], snapshot.measures[measure]
    return funnel_over(*_figures(block, block.row[period], comparable_forces(snapshot.forces, definition)), definition)


def compared_forces(forces: Iterable[str]) -> tuple[str, ...]:
    """Return the forces that are compared per head: all but City of London."""
    return tuple(force for force in forces if force != CITY_OF_LONDON)


def comparable_forces(forces: Mapping[str, Force], measure: Measure) -> tuple[str, ...]:
    """Return the forces whose figures of a measure can be compared: all compared forces, or those of England alone."""
    everyone = compared_forces(forces)
    if measure.compared == "england":
        return tuple(force for force in everyone if forces[force].country == "England")
    return everyone


def peer_groups(
    forces: Mapping[str, Force], distances: Mapping[tuple[str, str], Mapping[str, float | None]], force: str
) -> dict[str, tuple[str, ...]]:
    """Return the peers of a force on each basis; no peers at all for City of London.

    "similar" is the Home Office's most similar group where the installation supplies it, else our neighbours.
    """
    if force == CITY_OF_LONDON:
        return dict.fromkeys(BASES, ())
    others = [other for other in compared_forces(forces) if other != force]
    similar = distances.get((force, "most-similar-group")) or distances.get((force, "similar")) or {}
    return {
        "similar": tuple(similar),
        "region": tuple(other for other in others if forces[other].region == forces[force].region),
        "all": tuple(others),
    }


def similar_basis(snapshot: Snapshot, force: str) -> str:
    """Return which basis "similar" stands for in this snapshot: "similar" or "most-similar-group"."""
    return "most-similar-group" if (force, "most-similar-group") in snapshot.peers else "similar"


def chosen_peers(snapshot: Snapshot, force: str, peers: str | Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the basis and the peers meant by "similar", "region", "all" or a list of forces (comma-separated or not).

    Raises UnknownNameError for a force that does not exist and PeersError for a choice that cannot be compared with.
    """
    if isinstance(peers, str) and peers in BASES:
        return peers, peer_groups(snapshot.forces, snapshot.peers, force)[peers]
    names = [name.strip() for name in peers.split(",")] if isinstance(peers, str) else list(peers)
    if len(names) == 1 and names[0] not in snapshot.forces:
        raise UnknownNameError("peers", names[0], [*BASES, *snapshot.forces])
    for name in names:
        check("peer", name, snapshot.forces)
    chosen = tuple(dict.fromkeys(names))
    if CITY_OF_LONDON in chosen:
        raise PeersError("city-of-london cannot be a peer: it has too few residents for a rate per head")
    if force in chosen:
        raise PeersError(f"{force} cannot be its own peer: leave it out, it is always part of its group")
    if not 1 <= len(chosen) <= MOST_PEERS_CHOSEN:
        raise PeersError(f"choose 1 to {MOST_PEERS_CHOSEN} peers, not {len(chosen)}")
    return "chosen", () if force == CITY_OF_LONDON else chosen


def compare(
    snapshot: Snapshot,
    *,
    force: str,
    measure: str,
    period: str | None = None,
    peers: str | Sequence[str] = "similar",
    window: Window | None = None,
) -> Comparison:
    """Return how a force compares on a measure in the window that ends with `period` (the newest if None).

    The window is the measure's first if None: 12 months for recorded crime. Forces whose figures are not comparable on
    this measure are left out, among the peers too.

    Raises UnknownNameError for an unknown force, measure, window or period and PeersError for unusable peers.
    """
    check("force", force, snapshot.forces)
    definition = snapshot.measures[check("measure", measure, snapshot.measures)]
    window = definition.windows[0] if window is None else window
    check("window", window, definition.windows)
    block = snapshot.blocks[measure, window]
    period = check("period", block.periods[-1] if period is None else period, reversed(block.periods))
    basis, group = chosen_peers(snapshot, force, peers)
    everyone = comparable_forces(snapshot.forces, definition)
    group = tuple(peer for peer in group if peer in everyone and force in everyone)
    row = block.row[period]
    own = block.column[force]
    known = not np.isnan(block.value[row, own])
    among_all = among_all_forces(snapshot, measure, window, period) if known and force in everyone else None
    z = among_all.z[everyone.index(force)] if among_all else np.nan
    place = standing(
        block.numerator[row, own],
        block.denominator[row, own],
        *_figures(block, row, group),
        definition.multiplier,
        weighted=definition.kind == "money",
    )
    average = _number(place.group_average)
    value = _number(block.value[row, own])
    compared = average is not None and value is not None
    distances = snapshot.peers.get((force, "all"), {})
    return Comparison(
        force=force,
        measure=measure,
        period_end=period,
        window=window,
        basis=basis,
        numerator=_amount(block.numerator[row, own]),
        denominator=_amount(block.denominator[row, own]),
        denominator_year=_whole(block.denominator_year[row, own]),
        value=value,
        group_average=average,
        gap=_gap(value, average, block.denominator[row, own], definition.multiplier),
        rank=_whole(place.rank) if compared else None,
        of=_whole(place.of) if compared else None,
        expected_low=_number(place.limits.expected_low),
        expected_high=_number(place.limits.expected_high),
        extreme_low=_number(place.limits.extreme_low),
        extreme_high=_number(place.limits.extreme_high),
        verdict_peers=place.verdict.item(),
        z=_number(z),
        verdict_all=funnel.funnel_verdict(z),
        theta=among_all.theta * definition.multiplier if among_all else None,
        tau2=among_all.tau2 if among_all else None,
        peers=_rates(block, row, group, distances),
        everyone=_rates(block, row, everyone, {}),
        caveats=caveats.touching(
            snapshot,
            definition,
            (force, *group),
            period,
            window,
            caveats.conditions(block, row, (force, *group), period, window),
        ),
        sources=_sources(snapshot, definition, basis, force),
    )


def as_record(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values, in the order in which the command line and the downloads show them."""
    record: dict[str, Any] = {
        name: getattr(comparison, name)
        for name in (
            "force",
            "measure",
            "period_end",
            "window",
            "numerator",
            "denominator",
            "denominator_year",
            "value",
            "group_average",
            "gap",
            "rank",
            "of",
            "expected_low",
            "expected_high",
            "extreme_low",
            "extreme_high",
            "verdict_peers",
            "z",
            "verdict_all",
        )
    }
    record["peers"] = [
        {"force": peer.force, "value": peer.value, "distance": peer.distance} for peer in comparison.peers
    ]
    record["caveats"] = list(comparison.caveats)
    record["sources"] = list(comparison.sources)
    return record


def as_rows(comparison: Comparison, measure: Measure) -> list[dict[str, Any]]:
    """Return one row for the force, with its whole comparison, and one for each peer, with its figures."""
    record = as_record(comparison)
    shared = {name: record[name] for name in ("measure", "period_end", "window")}
    lists = {name: "|".join(record[name]) for name in ("caveats", "sources")}
    rows = [{"role": "force", **record, **lists}]
    rows += [
        {
            "role": "peer",
            "force": peer.force,
            **shared,
            "numerator": peer.numerator,
            "denominator": peer.denominator,
            "denominator_year": comparison.denominator_year,
            "value": peer.value,
            "distance": peer.distance,
        }
        for peer in comparison.peers
    ]
    for row in rows:
        row.pop("peers", None)
        row["interval_low"], row["interval_high"] = (
            (None, None) if row["numerator"] is None else interval(row["numerator"], row["denominator"], measure)
        )
    columns = [*(name for name in rows[0] if name not in lists), "distance", *lists]
    return [{name: row.get(name) for name in columns} for row in rows]


def count_limits(numerator: float, denominator: float, measure: Measure) -> tuple[float, float]:
    """Return the 95% confidence interval of a rate in the measure's unit (Byar, exact below 10; METHODS 4)."""
    low, high = count_interval(max(numerator, 0))
    return low / denominator * measure.multiplier, high / denominator * measure.multiplier


def interval(numerator: float, denominator: float, measure: Measure) -> tuple[float, float] | tuple[None, None]:
    """Return the 95% confidence interval of a figure in the measure's unit (METHODS 4).

    Wilson's for proportions; None for money and people in post, in which there is no chance of counting.
    """
    if measure.kind == "count-rate":
        return count_limits(numerator, denominator, measure)
    if measure.kind == "proportion":
        low, high = proportion_interval(int(numerator), int(denominator))
        return low * measure.multiplier, high * measure.multiplier
    return None, None


def _figures(block: Block, row: int, forces: Sequence[str]) -> tuple[Floats, Floats]:
    columns = [block.column[force] for force in forces]
    return block.numerator[row, columns], block.denominator[row, columns]


def _rates(block: Block, row: int, forces: Sequence[str], distances: Mapping[str, float | None]) -> tuple[Rate, ...]:
    return tuple(
        Rate(
            force=force,
            numerator=_amount(block.numerator[row, column]),
            denominator=_amount(block.denominator[row, column]),
            value=float(block.value[row, column]),
            distance=distances.get(force),
        )
        for force in forces
        if not np.isnan(block.value[row, column := block.column[force]])
    )


def _sources(snapshot: Snapshot, measure: Measure, basis: str, force: str) -> tuple[str, ...]:
    if basis != "similar" or force == CITY_OF_LONDON:
        return measure.sources
    group_source = (
        "most-similar-groups" if similar_basis(snapshot, force) == "most-similar-group" else "similarity-drivers"
    )
    return (*measure.sources, group_source)


def _gap(value: float | None, average: float | None, denominator: float, multiplier: int) -> float | None:
    if value is None or average is None:
        return None
    return float((value - average) * denominator / multiplier)


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _amount(value: Any) -> Any:
    """Return a count as a whole number, people in post with their fraction, and None for no figure."""
    if np.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _whole(value: Any) -> int | None:
    return None if np.isnan(value) else int(value)
