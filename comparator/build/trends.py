"""What the control chart of each force's quarters said at each quarter, from data up to it alone (METHODS 5)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from comparator.analysis.trend import change_percent, chart_of, years_ending
from comparator.build.observations import Blocks
from comparator.catalogue import Catalogue


def table(blocks: Blocks, catalogue: Catalogue) -> pd.DataFrame:
    """Return the trends table, sorted by measure, period end and force; without measures that have no quarters."""
    rows: list[dict[str, Any]] = []
    for measure in sorted(catalogue.measures):
        if (measure, "quarter") not in blocks:
            continue
        quarters = blocks[measure, "quarter"]
        year_values = years_ending(quarters, blocks[measure, "year"])
        for end in quarters.periods:
            upto = quarters.row[end] + 1
            ends = quarters.periods[:upto]
            for force in sorted(catalogue.forces):
                column = quarters.column[force]
                chart = chart_of(quarters.value[:upto, column], ends)
                rows.append(
                    {
                        "measure": measure,
                        "period_end": end,
                        "force": force,
                        "adjusted": chart.adjusted[-1],
                        "centre": chart.centre,
                        "lower": chart.lower,
                        "upper": chart.upper,
                        "verdict": chart.verdict,
                        "rule": chart.cause.rule if chart.cause else None,
                        "change_on_year_percent": change_percent(ends, year_values[:upto, column], years=1),
                        "change_on_three_years_percent": change_percent(ends, year_values[:upto, column], years=3),
                    }
                )
    return pd.DataFrame(rows)
