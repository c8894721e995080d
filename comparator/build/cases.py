"""What monitoring said of every force and measure at each quarter, from the comparisons and trends (METHODS 6)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from comparator.analysis import monitoring
from comparator.analysis.comparison import compared_forces
from comparator.catalogue import Catalogue, Measure
from comparator.statistics import false_discovery

_KEY = ["measure", "period_end", "force"]


def table(compared: pd.DataFrame, moved: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the cases table, sorted by measure, period end and force, from the tables `comparisons` and `trends`."""
    forces = sorted(compared_forces(catalogue.forces))
    years = compared[(compared["window"] == "year") & compared["force"].isin(forces)]
    found = years[[*_KEY, "z", "verdict_similar"]].merge(moved[[*_KEY, "verdict"]], on=_KEY, how="left")
    rows = pd.concat(
        [
            _of_measure(of_measure.sort_values(_KEY, ignore_index=True), catalogue.measures[str(measure)], len(forces))
            for measure, of_measure in found.groupby("measure")
            if monitoring.is_monitored(catalogue.measures[str(measure)])
        ],
        ignore_index=True,
    )
    rows["survives"] = rows.groupby("period_end")["z"].transform(_survives).astype(bool)
    return rows


def _survives(z: pd.Series[float]) -> NDArray[np.bool_]:
    p = false_discovery.two_sided_p(np.asarray(z, dtype=np.float64))
    return false_discovery.survivors(p, monitoring.FALSE_DISCOVERY_RATE)


def _of_measure(rows: pd.DataFrame, measure: Measure, forces: int) -> pd.DataFrame:
    def by_quarter(column: str) -> NDArray[Any]:
        return rows[column].to_numpy().reshape(-1, forces)

    z = by_quarter("z").astype(float)
    higher_is_worse = measure.polarity == "higher-worse"
    worse, better = (
        monitoring.signals(z, by_quarter("verdict_similar"), by_quarter("verdict"), upwards=upwards)
        for upwards in (higher_is_worse, not higher_is_worse)
    )
    quarters, status = monitoring.course(worse.number > 0, ~np.isnan(z))
    columns = {
        "z": z,
        **{f"worse_{ground}": getattr(worse, ground) for ground in monitoring.GROUNDS},
        **{f"better_{ground}": getattr(better, ground) for ground in monitoring.GROUNDS},
        "severity": monitoring.severity(worse),
        "quarters": quarters,
        "status": status,
    }
    return rows[_KEY].assign(**{name: values.ravel() for name, values in columns.items()})
