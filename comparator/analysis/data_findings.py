"""What the data are made of and what they lack, in words."""

from __future__ import annotations

from collections.abc import Mapping

from comparator import periods
from comparator.analysis import words
from comparator.analysis.findings import Finding
from comparator.catalogue import Count, Measure, Theme
from comparator.snapshot import Snapshot

POLARITIES: Mapping[str, str] = {
    "higher-worse": "higher is worse",
    "higher-better": "higher is better",
    "neutral": "neither more nor less is better",
}
LICENCES: Mapping[str, str] = {"OGL-UK-3.0": "Open Government Licence v3.0"}

NOT_PUBLISHED = (
    ("Anti-social behaviour by force", "incidents are not part of the open data on recorded crime"),
    ("Satisfaction of victims, confidence in a force", "surveys are published for the country, not by force"),
    ("999 and 101 answer times", "published as pages and pictures, not as open data"),
    ("The Home Office's Most Similar Groups", "the list is not open data; an installation that has it can supply it"),
    ("Fraud by force", "recorded nationally, and left out of every force's total"),
)


def of_data(snapshot: Snapshot) -> Finding:
    """Return how much there is, how new it is, and from whom."""
    by = dict.fromkeys(source.publisher for source in snapshot.sources.values())
    publishers = [publisher for publisher in by if not publisher.startswith("Compiled")]
    compiled = ", and from lists compiled for this site, which say so" if len(publishers) < len(by) else ""
    quarters = {end for (_, window), block in snapshot.blocks.items() if window == "quarter" for end in block.periods}
    first, newest = min(quarters), max(quarters)
    return Finding(
        f"{len(snapshot.measures)} measures of {len(snapshot.forces)} police forces, "
        f"{periods.month_name(first)} to {periods.month_name(newest)}",
        (
            f"They are made from {len(snapshot.sources)} sources: files of {words.listed(publishers)}{compiled}.",
            f"Every figure can be traced from here to the file it comes from. This is snapshot {snapshot.name}.",
        ),
    )


def numerator_of(measure: Measure, measures: Mapping[str, Measure]) -> str:
    """Return what is counted: the codes of a table, or the measures that are added up."""
    return _count(measure.numerator, measures)


def denominator_of(measure: Measure, measures: Mapping[str, Measure]) -> str:
    """Return what it is divided by."""
    if measure.denominator == "population":
        return "residents, by mid-year estimates"
    return _count(measure.denominator, measures)


def _count(count: Count, measures: Mapping[str, Measure]) -> str:
    if count.parts:
        return f"the sum of {words.listed([measures[part].named for part in count.parts])}"
    return f"table {count.table}: {', '.join(count.codes)}"


def span_of(measure: Measure, snapshot: Snapshot) -> str:
    """Return the first and the last period of which there are figures."""
    ends = snapshot.blocks[measure.id, measure.windows[0]].periods
    return f"{periods.month_name(ends[0])} to {periods.month_name(ends[-1])}"


def months_of(caveat_first: str | None, caveat_last: str | None) -> str:
    """Return the months that a problem touches: "April 2020 to March 2021", "from May 2023", "all"."""
    if caveat_first is None:
        return "all"
    if caveat_last is None:
        return f"from {periods.month_name(caveat_first)}"
    if caveat_first == caveat_last:
        return periods.month_name(caveat_first)
    return f"{periods.month_name(caveat_first)} to {periods.month_name(caveat_last)}"


def licence_name(licence: str) -> str:
    """Return a licence's name for reading."""
    return LICENCES.get(licence, licence)


def measures_of(theme: Theme, snapshot: Snapshot) -> tuple[Measure, ...]:
    """Return the measures of a theme in catalogue order."""
    return tuple(measure for measure in snapshot.measures.values() if measure.theme == theme.id)
