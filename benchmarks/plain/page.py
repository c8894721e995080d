"""The Compare page as one would write it first: cached data frames, Altair objects, everything in every run."""

from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from benchmarks.plain import charts, figures
from comparator import periods
from comparator.analysis import findings, words
from comparator.analysis.comparison import count_limits
from comparator.catalogue import Caveat, Force
from comparator.periods import Window

WINDOW_NAMES: dict[Window, str] = {"year": "12 months", "quarter": "Quarter"}
BASIS_NAMES = {"similar": "Similar forces", "region": "Its region", "all": "All forces"}

forces, measures, themes = figures.forces(), figures.entries("measures"), figures.entries("themes")
names = {name: row["name"] for name, row in forces.items()}


def measure_label(name: str) -> str:
    """Return a measure's title with its theme before it and, if it has ended, its end behind it."""
    row = measures[name]
    theme = themes[row["theme"]]["title"]
    label = str(row["title"]) if theme in row["title"] else f"{theme}: {row['title']}"
    return label if row["last_period"] is None else f"{label} (to {periods.month_name(row['last_period'])})"


def period_label(end: str) -> str:
    """Return a period in words, as the beginning of a sentence."""
    text = periods.describe(end, window)
    return text[0].upper() + text[1:]


def rate_or_nothing(value: float | None, decimals: int = 4) -> str:
    """Return a rate as the table shows it."""
    return "not available" if value is None else words.rate(value, decimals)


def download_address(name: str) -> str:
    """Return the address of a download, such as "comparison.csv", for what is chosen."""
    query = {"force": force_id, "measure": measure_id, "peers": basis, "window": window, "to": to}
    return f"/download/{name}?{urlencode(query)}"


st.set_page_config(page_title="Compare", layout="wide")
st.title("Compare")

force_column, basis_column, measure_column, window_column, period_column = st.columns([190, 150, 356, 116, 224])
force_id = force_column.selectbox("Police force", list(names), format_func=lambda name: names[name])
basis = basis_column.selectbox("Compared with", list(BASIS_NAMES), format_func=lambda name: BASIS_NAMES[name])
measure_id = measure_column.selectbox("Measure", list(measures), format_func=measure_label)
window = window_column.selectbox("Window", list(periods.WINDOWS), format_func=lambda name: WINDOW_NAMES[name])
observed = figures.table("observations")
ends = observed[(observed["measure"] == measure_id) & (observed["window"] == window)]["period_end"].unique()
to = period_column.selectbox("Period", sorted(ends, reverse=True), format_func=period_label)

force, measure = Force(**forces[force_id]), figures.measure_of(measure_id)
result = figures.compare(force_id, measure, basis, window, to)
finding = findings.of_comparison(result, measure, force)
st.header(finding.headline)
st.markdown(" ".join(finding.sentences))

if result.rank is not None:
    st.subheader(f"{measure.title} {measure.unit}, {periods.describe(to, window)}")
    st.caption(measure.definition)
    group = charts.rates(result, measure, names, everyone=False)
    st.altair_chart(charts.peers_chart(result, measure, group), width="stretch")
    if result.expected_low is not None:
        st.caption(
            "By chance alone one force in five lies outside the expected range, one in twenty outside the extreme "
            "range (see the figures). Point at or tap a bar for its 95% interval."
        )
    st.header("What the gap means")
    st.markdown(findings.meaning_of_gap(result, measure, force) or "")

st.header("Among all forces")
everyone = charts.rates(result, measure, names, everyone=True)
strip, funnel = st.tabs(["On one scale", "Funnel"])
with strip:
    st.altair_chart(charts.all_forces_chart(result, everyone), width="stretch")
    st.caption(
        f"Tall mark: {force.name}. Middle marks: its peers. Short marks: the other forces. "
        "Dashed line: all forces together."
    )
with funnel:
    st.altair_chart(charts.funnel_chart(result, measure, everyone), width="stretch")
    st.caption(
        "Small populations vary more by chance, so the limits open to the left; they also allow for the "
        "ordinary variety between forces.  \n"
        "Beyond the dashed lines (z of 1.96) a force stands out, beyond the dotted ones (3.09) very clearly."
    )

st.header("Figures")
rows = []
for rate in sorted([charts.own_rate(result), *result.peers], key=lambda rate: -rate.value):
    name = f"**{force.name}**" if rate.force == force_id else names[rate.force]
    low, high = count_limits(rate.numerator, rate.denominator, measure)
    rows.append(
        {
            "Force": name,
            "Recorded": words.count(rate.numerator),
            "Rate": rate_or_nothing(rate.value),
            "95% interval": "–".join(words.rate(limit, measure.decimals + 1) for limit in (low, high)),
            "Population": words.count(rate.denominator),
            "Distance": "" if rate.distance is None else f"{rate.distance:.2f}",
        }
    )
frame = pd.DataFrame(rows)
st.table(frame[["Force", "Recorded", "Rate", "95% interval"]], hide_index=True, border="horizontal")
notes = [f"Rate {measure.unit}. Group average {rate_or_nothing(result.group_average)}."]
if result.expected_low is not None:
    notes.append(
        f"Expected range {rate_or_nothing(result.expected_low)} to {rate_or_nothing(result.expected_high)}, "
        f"extreme range {rate_or_nothing(result.extreme_low)} to {rate_or_nothing(result.extreme_high)}."
    )
if result.z is not None:
    notes.append(f"Adjusted z among all forces {result.z:.2f}.")
if "population-carried-forward" in result.caveats:
    notes.append(f"Population carried forward from {result.denominator_year}.")
st.caption(" ".join(notes))
with st.expander("Population, and how alike the forces are"):
    st.table(frame[["Force", "Population", "Distance"]], hide_index=True, border="horizontal")
    st.caption(
        f"Population of mid-{result.denominator_year}. Distance tells how unlike the places are on five "
        "census measures: terraced housing, lone parents, long-term unemployment, deprivation and density. "
        "0 would be alike."
    )
pictures = {"peers": "chart of peers", "all-forces": "all forces", "funnel": "funnel"}
links = [
    f"{name}: [PNG]({download_address(f'{chart}.png')}), [SVG]({download_address(f'{chart}.svg')})"
    for chart, name in pictures.items()
]
st.markdown(" · ".join([f"**Download** · [Figures as CSV]({download_address('comparison.csv')})", *links]))

st.header("Before you rely on these figures")
caveats = figures.entries("caveats")
for caveat in (Caveat(**caveats[name]) for name in result.caveats):
    cites = ", ".join(f"[source]({cite})" for cite in caveat.cites)
    st.markdown(f"**{caveat.title}.** {caveat.text} ({cites})")

st.header("Sources")
sources = {source["id"]: source for source in figures.descriptor()["sources"]}
for source in (sources[name] for name in result.sources):
    files = ", ".join(file["path"].rsplit("/", 1)[-1] for file in source["files"])
    st.markdown(f"[{source['title']}]({source['path']}): {source['publisher']}, {source['release']}. File: {files}")
st.caption(
    "Contains public sector information licensed under the "
    "[Open Government Licence v3.0](https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/). "
    f"Snapshot {figures.descriptor()['name']}."
)
