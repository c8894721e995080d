"""Value for money: what a force spends, has, faces and achieves in a year, beside forces like it."""

from collections.abc import Sequence

import streamlit as st

from comparator import periods
from comparator.analysis import value_findings
from comparator.analysis.value_for_money import by_offence_group, crossable, newest_year, value_for_money, years
from comparator.charts.value_table import value_table
from comparator.snapshot import live
from comparator.ui import downloads, frame, selection, tables, value_questions, value_views, workshop


def _choose(label: str, key: str, measures: Sequence[str], index: int = 0) -> str:
    """Draw the choice of a measure, which the address carries."""
    title = {name: snapshot.measures[name].title for name in measures}
    return st.selectbox(label, measures, index, title.__getitem__, key, bind="query-params", width=300)


snapshot = live()
chosen = selection.of_all_measures(snapshot, selection.current(snapshot))
force = snapshot.forces[chosen.force]
frame.begin("Value for money", force.name)
st.html(frame.ASSETS / "value_for_money.css")
st.title("Value for money")

# In workshop mode the line stands above the choices, which are then seldom needed.
line_place = st.container()
with selection.choose(snapshot, chosen, measures=False, windows=False, to=False):
    ends = years(snapshot)[::-1]
    year = st.selectbox(
        "Financial year",
        [periods.describe(end, "financial-year") for end in ends],
        index=ends.index(newest_year(snapshot)),
        key="year",
        bind="query-params",
        width=150,
    )
    in_workshop = st.toggle("Workshop mode", key="workshop", bind="query-params")
found = value_for_money(snapshot, force=force.id, year=year, peers=chosen.peers)

if in_workshop:
    with line_place:
        workshop.show(snapshot, found)
    st.stop()

finding = value_findings.of_profile(found, snapshot.measures, snapshot.caveats, force)
st.header(finding.headline)
st.markdown("\n\n".join(finding.sentences))
st.html(value_table(snapshot, found, dark=frame.mode() == "dark"))
st.caption(
    "Its group: the average of the force and its peers, each counted by its size. Difference: from that average; "
    "a year: what the difference comes to for the whole force. Rank 1 is the highest. Stands out: HMIC's rule, "
    "among the highest or lowest tenth of forces and, for money, £1 a head or more from the average. All amounts are "
    "in cash."
)

money, results = crossable(snapshot)
pictures, across, up = {}, money[0], value_views.DEFAULT_RESULT
if offered := value_views.offered(snapshot, found):
    with st.container(key="pictures"):
        view = st.segmented_control(
            "In pictures",
            offered,
            format_func=value_views.VIEWS.__getitem__,
            default=offered[0],
            required=True,
            key="picture",
            wrap=True,
            bind="query-params",
        )
        with st.container(horizontal=True):
            if view in ("results", "years"):
                shown = value_views.comparable_money(snapshot, found) if view == "results" else money
                across = _choose("Money", "money", shown)
            if view == "results":
                up = _choose("Beside", "beside", results, results.index(up))
        drawn = value_views.draw(view, snapshot, found, across=across, up=up, mode=frame.mode())
        st.subheader(drawn.title)
        frame.show_chart(drawn.chart, key=f"value_{view}")
        st.caption(drawn.reading)
        pictures = {f"value-{view}": value_views.VIEWS[view]}

value_questions.show_questions(snapshot, found)
value_questions.show_what_if(snapshot, found)
groups = by_offence_group(snapshot, found)
if groups:
    tables.show_offence_groups(groups, year)
downloads.offer(chosen, "value-for-money", pictures, year=year, across=across, up=up)
with st.container(key="caveats"):
    frame.show_caveats(snapshot, dict.fromkeys(caveat for line in found.lines for caveat in line.caveats))
measures = [snapshot.measures[line.measure] for line in found.lines]
with st.container(key="sources"):
    frame.show_sources(snapshot, dict.fromkeys(source for measure in measures for source in measure.sources))
