"""The views of the Value for Money page: which chart each shows and how to read it, for the page and its downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comparator import periods
from comparator.analysis import value_findings
from comparator.analysis.value_for_money import ValueForMoney, compositions, crossable, over_the_years, quadrant
from comparator.catalogue import CITY_OF_LONDON
from comparator.charts import value_for_money as charts
from comparator.charts.theme import Chart, Mode
from comparator.snapshot import Snapshot

VIEWS: Mapping[str, str] = {
    "differences": "Differences in pounds",
    "results": "Spending and results",
    "years": "Over the years",
    "parts": "What it is made of",
}
DEFAULT_RESULT = "charge-or-summons-rate"


@dataclass(frozen=True)
class View:
    """A chart of the Value for Money page, what it is of, and how to read it."""

    chart: Chart
    title: str
    reading: str


def offered(snapshot: Snapshot, profile: ValueForMoney) -> list[str]:
    """Return the views for which a profile has figures; City of London, which is not compared, has none."""
    if profile.force == CITY_OF_LONDON:
        return []
    money = comparable_money(snapshot, profile)
    parts = any(one.force == profile.force for one in compositions(snapshot, profile))
    has = {"differences": bool(money), "results": bool(money), "years": True, "parts": parts}
    return [view for view in VIEWS if has[view]]


def comparable_money(snapshot: Snapshot, profile: ValueForMoney) -> list[str]:
    """Return the measures of money of which the force and its group have figures in the profile's year."""
    return [measure for measure in crossable(snapshot)[0] if profile.line(measure).difference is not None]


def draw(name: str, snapshot: Snapshot, profile: ValueForMoney, *, across: str, up: str, mode: Mode) -> View:
    """Return a view of a profile by its name; `across` is the measure of money, `up` that of demand or result."""
    measures, forces = snapshot.measures, snapshot.forces
    force = forces[profile.force]
    money = measures[across]
    year = periods.describe(profile.year_end, "financial-year")
    if name == "results":
        found = quadrant(snapshot, profile, across, up)
        return View(
            charts.quadrant_chart(found, measures, forces, mode),
            f"{money.title} and {measures[up].title.lower()}, {year}",
            value_findings.of_quadrant(found, measures, force),
        )
    if name == "years":
        moved = over_the_years(snapshot, profile, across)
        first, last = (periods.describe(moved[end].year_end, money.windows[0]) for end in (0, -1))
        return View(
            charts.spending_chart(moved, money, force, mode),
            f"{money.title}, £ {money.unit}, {first} to {last}",
            "In cash of each year: rising prices are not taken out, because no sourced price series is at hand. "
            "Shaded: from the lowest to the highest of its peers. Years without figures are left open.",
        )
    if name == "parts":
        return View(
            charts.composition_chart(compositions(snapshot, profile), forces, force.id, mode),
            f"What spending is made of, £ per person, {year}",
            "Pay and other costs to the right make gross spending; income, to the left, is taken off it to give net "
            "spending. Highest net spending first; peers without figures are left out.",
        )
    return View(
        charts.differences_chart(profile, measures, forces, mode),
        f"Difference from the group's average, £ million, {year}",
        "What each line would come to less, or more, at the group's average for every person. Lines are parts of each "
        "other and must not be added up. Dark: among the highest or lowest tenth of forces.",
    )
