"""What the control chart of each force's quarters said at each quarter, from data up to it alone (METHODS 5)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from comparator.analysis.trend import QUARTERS_A_YEAR, change_percent, chart_of, years_ending
from comparator.build.observations import Blocks
from comparator.catalogue import Catalogue


def table(blocks: Blocks, catalogue: Catalogue) -> pd.DataFrame:
    """Return the trends table, sorted by measure, period end and force."""
    rows: list[dict[str, Any]] = []
    for measure in sorted(catalogue.measures):
        quarters, years = blocks[measure, "quarter"], blocks[measure, "year"]
        year_values = years_ending(quarters, years)
        for end in quarters.periods:
            upto = quarters.row[end] + 1
            for force in sorted(catalogue.forces):
                column = quarters.column[force]
                chart = chart_of(quarters.value[:upto, column], quarters.periods[:upto])
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
                        "change_on_year_percent": change_percent(year_values[:upto, column], QUARTERS_A_YEAR),
                        "change_on_three_years_percent": change_percent(
                            year_values[:upto, column], 3 * QUARTERS_A_YEAR
                        ),
                    }
                )
    return pd.DataFrame(rows)
