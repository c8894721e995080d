"""Tables of results, as plain HTML tables that every reader and screen reader can use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import streamlit as st

from comparator import periods
from comparator.analysis import case_findings, words
from comparator.analysis.cases import Case, Monitoring
from comparator.analysis.comparison import Comparison, as_rows
from comparator.analysis.geography import Shading
from comparator.analysis.national import ENOUGH, NationalChange
from comparator.analysis.trend import Trend
from comparator.analysis.value_for_money import GroupOfOffences
from comparator.catalogue import CITY_OF_LONDON, Measure
from comparator.snapshot import Snapshot

_EXACT = 4
_NEWEST = 12
_LARGEST = 8
_SIGNALS = {"all": "all forces", "peers": "peers", "change": "change"}
_TALLIES = {
    "flagged": "Flagged",
    "severe": "Severity 2 or 3",
    "enduring_and_severe": "Enduring and severe",
    "all": "Signal: stands out among all forces",
    "peers": "Signal: far above similar forces",
    "change": "Signal: a real change for the worse",
}


def show_group(comparison: Comparison, measure: Measure, snapshot: Snapshot) -> None:
    """Show the force and its peers, highest first, with exact figures, and below it how alike they are."""
    per_head = comparison.force != CITY_OF_LONDON
    decimals = measure.decimals + 1
    rates = []
    for row in sorted(as_rows(comparison, measure), key=lambda row: -(row["value"] or 0)):
        name = snapshot.forces[row["force"]].name
        shown = {"Force": f"**{name}**" if row["role"] == "force" else name, "Recorded": _count(row["numerator"])}
        if per_head:
            shown |= {
                "Rate": _rate(row["value"]),
                "95% interval": f"{_rate(row['interval_low'], decimals)}–{_rate(row['interval_high'], decimals)}",
            }
        rates.append(shown)
    title = f"{measure.title} of the force and its peers"
    st.table(_columns(rates), hide_index=True, border="horizontal", alt=title)
    st.caption(_note(comparison, measure))
    places = st.expander("Population, and how alike the forces are", on_change="rerun", key="places")
    if places.open:
        with places:
            _show_places(comparison, snapshot)


def _show_places(comparison: Comparison, snapshot: Snapshot) -> None:
    own = [] if comparison.denominator is None else [(comparison.force, comparison.denominator, None)]
    rows = [
        {
            "Force": snapshot.forces[force].name,
            "Population": words.count(people),
            "Distance": "" if distance is None else f"{distance:.2f}",
        }
        for force, people, distance in [
            *own,
            *((peer.force, peer.denominator, peer.distance) for peer in comparison.peers),
        ]
    ]
    st.table(_columns(rows), hide_index=True, border="horizontal", alt="Population and distance, nearest first")
    st.caption(
        f"Population of mid-{comparison.denominator_year}. Distance tells how unlike the places are on five census "
        "measures: terraced housing, lone parents, long-term unemployment, deprivation and density. 0 would be alike."
    )


def show_series(found: Trend, measure: Measure) -> None:
    """Show the periods of the newest three years, newest first, and the rest on request."""
    title = f"{measure.title}, newest first"
    newest = range(len(found.periods) - 1, max(len(found.periods) - 1 - _NEWEST, -1), -1)
    st.table(_series_rows(found, newest), hide_index=True, border="horizontal", alt=title)
    if not found.counts:
        a_quarter = "" if found.verdict is None else "; a quarter's rate is not made yearly"
        st.caption(f"Rates {measure.unit}{a_quarter}.")
    if len(found.periods) > _NEWEST:
        earlier = st.expander("Earlier figures", on_change="rerun", key="earlier")
        if earlier.open:
            rest = range(newest[-1] - 1, -1, -1)
            earlier.table(_series_rows(found, rest), hide_index=True, border="horizontal", alt=f"{title}, earlier")


def _series_rows(found: Trend, positions: Iterable[int]) -> pa.Table:
    number, decimals = ("Number", 0) if found.counts else ("Rate", _EXACT)
    if found.verdict is None:
        return _columns(
            [
                {
                    "12 months ending": periods.month_name(found.periods[position]),
                    number: _rate(found.year_values[position], decimals),
                }
                for position in positions
            ]
        )
    return _columns(
        [
            {
                "Quarter": periods.describe(found.periods[position], "quarter"),
                number: _rate(found.values[position], decimals),
                "Season taken out": _rate(found.adjusted[position], decimals),
                "12 months": _rate(found.year_values[position], decimals),
            }
            for position in positions
        ]
    )


def show_areas(shading: Shading, measure: Measure, snapshot: Snapshot) -> None:
    """Show all forces, highest first, once asked for; three columns, so that it fits a phone."""
    ranking = st.expander(f"All {len(shading.areas)} forces as a table", on_change="rerun", key="ranking")
    if not ranking.open:
        return
    rows = []
    for area in sorted(shading.areas, key=lambda area: (area.rank is None, area.rank)):
        name = snapshot.forces[area.force].name
        difference = area.from_peers if shading.scale == "peers" else area.from_nation
        from_average = "" if difference is None else f" ({words.signed(difference)})"
        rows.append(
            {
                # The backslash keeps Markdown from making a list of it.
                "Force": name if area.rank is None else f"{area.rank}\\. {name}",
                "Rate": f"{_rate(area.value, measure.decimals + 1)}{from_average}" if area.rank else area.missing or "",
                "Verdict": (area.verdict_peers or "").replace("-", " "),
            }
        )
    with ranking:
        st.table(_columns(rows), hide_index=True, border="horizontal", alt=f"{measure.title}, highest first")
        average = "the average of its group of similar forces" if shading.scale == "peers" else "England and Wales"
        st.caption(
            f"Rate {measure.unit}, in brackets the difference from {average}. "
            "Verdict: against the range expected of such forces."
        )


def show_national(changes: Sequence[NationalChange], snapshot: Snapshot) -> None:
    """Show the largest real changes of England and Wales, and in how many forces and where they are largest."""
    rows = [
        {
            "Measure": snapshot.measures[change.measure].title,
            "On a year before": f"{words.signed(change.change_on_year_percent)}{', new' if change.new else ''}",
            "Forces rising, falling": f"{change.rising}, {change.falling}",
            "Furthest": ""
            if change.furthest is None or change.furthest_percent is None
            else f"{snapshot.forces[change.furthest].name} {words.signed(change.furthest_percent)}",
        }
        for change in changes[:_LARGEST]
    ]
    if rows:
        st.table(_columns(rows), hide_index=True, border="horizontal", alt="Largest real changes in England and Wales")
        st.caption(
            "Largest real changes first; forces are counted by their own real changes. New: not called so a quarter "
            "before. Furthest: the force that really moved most the same way, of those with "
            f"{ENOUGH} offences or more in both years."
        )


def show_offence_groups(groups: Sequence[GroupOfOffences], year: str) -> None:
    """Show how the crimes recorded in a year had ended, by offence group, once asked for."""
    outcomes = st.expander(f"What became of the crimes recorded in {year}", on_change="rerun", key="outcomes")
    if not outcomes.open:
        return
    rows = [
        {
            "Offence group": one.group,
            "Recorded": words.count(one.recorded),
            "Charged": _share(one.charged),
            "Its group": _share(one.peers_charged),
            "Out of court": _share(one.out_of_court),
            "Its group ": _share(one.peers_out_of_court),
        }
        for one in groups
    ]
    with outcomes:
        st.table(_columns(rows), hide_index=True, border="horizontal", alt=f"Outcomes of crimes recorded in {year}")
        st.caption(
            "Of 100 crimes recorded in the year, those charged or summonsed and those settled out of court when the "
            "figures were published. Investigations still open will add to them, so this differs from the rates above, "
            "which count outcomes by the date on which they were assigned."
        )


def _share(value: float | None) -> str:
    return "none recorded" if value is None else words.rate(value, 1)


def show_tallies(found: Monitoring) -> None:
    """Show how many cases were found in all forces, by kind and by signal, beside how many chance would produce."""
    rows = [
        {
            "Kind": _TALLIES[tally.kind],
            "Found": words.count(tally.found),
            "Expected by chance": f"about {words.count(tally.by_chance)}" if tally.by_chance else "none",
        }
        for tally in found.tallies
    ]
    st.table(_columns(rows), hide_index=True, border="horizontal", alt="Cases found and expected by chance")
    some = f"; change can be told for {words.count(found.judged_change)} of them" if _partly(found) else ""
    st.caption(
        f"Of {words.count(found.judged)} pairs of a force and a measure{some}. By chance: in simulated forces that "
        "differ only as they ordinarily do and do not change. Totals of several measures are not counted. ✓ in a list: "
        "the level withstands the correction for many tests (Benjamini and Hochberg, 10%)."
    )


def _partly(found: Monitoring) -> bool:
    return found.judged_change < found.judged


def show_course(history: Sequence[Case]) -> None:
    """Show the newest quarters of a force and measure under monitoring, newest first."""
    rows = [
        {
            "Quarter to": periods.month_name(case.period_end),
            "Status": case_findings.STATUS_NAMES[case.status] if case.status else "",
            "Severity": f"{case.severity} of 3" if case.severity else "",
            "Signals": ", ".join(_SIGNALS[ground] for ground in case.worse),
            "z": words.rate(case.z, 2).replace("-", "−"),
        }
        for case in reversed(history[-_NEWEST:])
    ]
    st.table(_columns(rows), hide_index=True, border="horizontal", alt="Status by quarter, newest first")
    st.caption(
        "Signals: all forces (z of 1.96 or more, 12 months), peers (far beyond similar forces, 12 months), change (a "
        "real change for the worse, by quarter)."
    )


def _note(comparison: Comparison, measure: Measure) -> str:
    if comparison.force == CITY_OF_LONDON:
        return "A rate per resident would mislead and is not shown here."
    notes = [f"Rate {measure.unit}."]
    if comparison.group_average is not None:
        notes.append(f"Group average {_rate(comparison.group_average)}.")
    if comparison.expected_low is not None:
        notes.append(
            f"Expected range {_rate(comparison.expected_low)} to {_rate(comparison.expected_high)}, "
            f"extreme range {_rate(comparison.extreme_low)} to {_rate(comparison.extreme_high)}."
        )
    if comparison.z is not None:
        notes.append(f"Adjusted z among all forces {comparison.z:.2f}.")
    if "population-carried-forward" in comparison.caveats:
        notes.append(f"Population carried forward from {comparison.denominator_year}.")
    return " ".join(notes)


def _columns(rows: list[dict[str, str]]) -> pa.Table:
    """Return rows as an Arrow table, which Streamlit sends on as it is; a data frame would cost it milliseconds."""
    return pa.Table.from_pylist(rows)


def _count(number: int | None) -> str:
    return "not available" if number is None else words.count(number)


def _rate(value: float | None, decimals: int = _EXACT) -> str:
    return "not available" if value is None else words.rate(value, decimals)
