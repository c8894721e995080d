"""The figures of the page from data frames: what is looked up is plain, the statistics are the application's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import streamlit as st

from comparator import periods
from comparator.analysis import caveats
from comparator.analysis.comparison import Comparison, Rate, funnel_over, standing
from comparator.catalogue import CITY_OF_LONDON, Caveat, Measure
from comparator.catalogue.model import Count
from comparator.periods import Window
from comparator.snapshot import data_folder, named_by_current
from comparator.statistics.funnel import funnel_verdict


@st.cache_data
def table(name: str) -> pd.DataFrame:
    """Return a table of the live snapshot."""
    return pd.read_parquet(named_by_current(data_folder()) / f"{name}.parquet")


@st.cache_data
def entries(name: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a small table of the live snapshot by their ids."""
    rows = pq.ParquetFile(named_by_current(data_folder()) / f"{name}.parquet").read().to_pylist()
    return {row["id"]: row for row in rows}


@st.cache_data
def descriptor() -> dict[str, Any]:
    """Return what the live snapshot says of itself and its sources."""
    text = (named_by_current(data_folder()) / "datapackage.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def forces() -> dict[str, dict[str, Any]]:
    """Return the forces by their ids."""
    return {name: row for name, row in entries("areas").items() if row.pop("kind") == "force"}


def measure_of(name: str) -> Measure:
    """Return the measure of this id."""
    row = entries("measures")[name]
    parts, codes = row.pop("parts"), row.pop("codes")
    divided_by, divisors = row.pop("denominator"), row.pop("denominator_codes")
    denominator: Any = divided_by if divided_by == "population" else Count(table=divided_by, codes=divisors)
    numerator = Count(table=row.pop("table"), codes=() if parts else codes, parts=parts)
    return Measure(numerator=numerator, denominator=denominator, **row)


def peers_of(force: str, basis: str) -> list[str]:
    """Return the peers of a force on a basis, nearest first where distances are known."""
    others = {name: row for name, row in forces().items() if name not in (force, CITY_OF_LONDON)}
    if force == CITY_OF_LONDON:
        return []
    if basis == "similar":
        peers = table("peers")
        of_force = peers[(peers["force"] == force) & (peers["basis"] == "similar")]
        return list(of_force.sort_values("position")["peer"])
    if basis == "region":
        return [name for name, row in others.items() if row["region"] == forces()[force]["region"]]
    return list(others)


def compare(force: str, measure: Measure, basis: str, window: Window, to: str) -> Comparison:
    """Return how a force compares on a measure in the window that ends with `to`."""
    observed = table("observations")
    chosen = (observed["measure"] == measure.id) & (observed["window"] == window) & (observed["period_end"] == to)
    rows = observed[chosen].set_index("area")
    everyone = rows.loc[[name for name in forces() if name in rows.index and name != CITY_OF_LONDON]]
    group = rows.loc[[peer for peer in peers_of(force, basis) if peer in rows.index]]
    own: Any = rows.loc[force]
    place = standing(
        np.asarray(own["numerator"], float),
        np.asarray(own["denominator"], float),
        group["numerator"].to_numpy(float),
        group["denominator"].to_numpy(float),
        measure.multiplier,
    )
    funnel = funnel_over(everyone["numerator"].to_numpy(float), everyone["denominator"].to_numpy(float), measure)
    z = float(funnel.z[list(everyone.index).index(force)]) if funnel and force in everyone.index else np.nan
    average = _number(place.group_average)
    involved = pd.concat([rows.loc[[force]], group])
    return Comparison(
        force=force,
        measure=measure.id,
        period_end=to,
        window=window,
        basis=basis,
        numerator=int(own["numerator"]),
        denominator=int(own["denominator"]),
        denominator_year=int(own["denominator_year"]),
        value=float(own["value"]),
        group_average=average,
        gap=None if average is None else (own["value"] - average) * own["denominator"] / measure.multiplier,
        rank=None if average is None else int(place.rank),
        of=None if average is None else int(place.of),
        expected_low=_number(place.limits.expected_low),
        expected_high=_number(place.limits.expected_high),
        extreme_low=_number(place.limits.extreme_low),
        extreme_high=_number(place.limits.extreme_high),
        verdict_peers=place.verdict.item(),
        z=_number(z),
        verdict_all=funnel_verdict(z),
        theta=funnel.theta * measure.multiplier if funnel else None,
        tau2=funnel.tau2 if funnel else None,
        peers=_rates(group, force),
        everyone=_rates(everyone, None),
        caveats=_caveats(measure, list(involved.index), to, window, _conditions(involved, to, window)),
        sources=(*measure.sources, *(("similarity-drivers",) if basis == "similar" else ())),
    )


@dataclass(frozen=True)
class _Read:
    """What `caveats.touching` asks of a snapshot."""

    measures: Mapping[str, Measure] = field(hash=False)
    caveats: Mapping[str, Caveat] = field(hash=False)


def _caveats(measure: Measure, areas: list[str], to: str, window: Window, conditions: set[str]) -> tuple[str, ...]:
    known = {name: Caveat(**row) for name, row in entries("caveats").items()}
    snapshot: Any = _Read({measure.id: measure}, known)
    return caveats.touching(snapshot, measure, areas, to, window, conditions)


def _rates(rows: pd.DataFrame, force: str | None) -> tuple[Rate, ...]:
    peers = table("peers")
    of_force = peers[(peers["force"] == force) & (peers["basis"] == "all")]
    distances = dict(zip(of_force["peer"], of_force["distance"], strict=True))
    return tuple(
        Rate(area, int(numerator), int(denominator), float(value), distances.get(area))
        for area, numerator, denominator, value in zip(
            rows.index, rows["numerator"], rows["denominator"], rows["value"], strict=True
        )
    )


def _conditions(rows: pd.DataFrame, to: str, window: Window) -> set[str]:
    conditions = set()
    if (rows["denominator_year"] < periods.population_year(to, window)).any():
        conditions.add("population-carried-forward")
    if (rows["numerator"] < 0).any():
        conditions.add("negative-count")
    return conditions


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
