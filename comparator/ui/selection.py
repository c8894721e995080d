"""The selection of force, measure, peers and period: read from the address, chosen in the bar, written back.

The address is the truth: whoever opens it sees the same page. Streamlit keeps the state of the widgets; whenever the
address says something else than what we last wrote into it (a link, the Back button), the address wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from comparator import periods
from comparator.analysis import comparison
from comparator.analysis.comparison import PeersError
from comparator.analysis.names import UnknownNameError
from comparator.catalogue import CITY_OF_LONDON, Measure
from comparator.periods import WINDOWS, Window
from comparator.snapshot import Block, Snapshot

DEFAULT_MEASURE = "all-crime-excluding-fraud"
CHOSEN = "chosen"

_KEYS = ("force", "measure", "peers", "window", "to")
_WINDOW_NAMES: Mapping[Window, str] = {"year": "12 months", "quarter": "Quarter"}


@dataclass(frozen=True)
class Selection:
    """What a page shows. `peers` is "similar", "region", "all" or forces separated by commas, as in the address."""

    force: str
    measure: str
    peers: str
    window: Window
    to: str


def default(snapshot: Snapshot) -> Selection:
    """Return the selection of a visitor who has chosen nothing yet."""
    block = snapshot.blocks[DEFAULT_MEASURE, "year"]
    return Selection(next(iter(snapshot.forces)), DEFAULT_MEASURE, "similar", "year", block.periods[-1])


def from_query(query: Mapping[str, str], snapshot: Snapshot, otherwise: Selection) -> tuple[Selection, list[str]]:
    """Return the selection that an address asks for, and a notice for each value that it could not mean.

    What the address leaves out is taken from `otherwise`.
    """
    notices: list[str] = []
    query = {key: value.strip().lower() for key, value in query.items()}
    force, measure, window = otherwise.force, otherwise.measure, otherwise.window
    if (given := query.get("force")) is not None:
        force = _known("force", given, snapshot.forces, force, notices)
    if (given := query.get("measure")) is not None:
        measure = _known("measure", given, snapshot.crime_measures, measure, notices)
    if (given := query.get("window")) is not None:
        window = "quarter" if _known("window", given, dict.fromkeys(WINDOWS), window, notices) == "quarter" else "year"
    selection = _with_window(replace(otherwise, force=force, measure=measure, window=window), snapshot)
    selection = _with_peers(selection, query.get("peers", otherwise.peers), snapshot, notices)
    if "to" not in query:
        return _with_period(selection, otherwise.to, snapshot, []), notices
    return _with_period(selection, query["to"], snapshot, notices), notices


def to_query(selection: Selection) -> dict[str, str]:
    """Return the selection as the address carries it, whole, so that it means the same to everybody."""
    return {key: str(value) for key, value in asdict(selection).items()}


def short_query(selection: Selection, snapshot: Snapshot) -> dict[str, str]:
    """Return the part of the address that differs from what a new visitor gets, for links that open anew."""
    usual = to_query(default(snapshot))
    return {key: value for key, value in to_query(selection).items() if value != usual[key]}


def current(snapshot: Snapshot) -> Selection:
    """Return the selection of this visitor, and keep the address and the choices of the bar in step with it.

    Call it before the bar is drawn. Tells in a notice what in the address was not understood.
    """
    asked = {key: st.query_params[key] for key in _KEYS if key in st.query_params}
    kept: Selection | None = st.session_state.get("selection")
    if kept is None or (asked and asked != st.session_state.get("address")):
        selection, notices = from_query(asked, snapshot, kept or default(snapshot))
        for notice in notices:
            st.warning(notice)
        _forget_choices()
    else:
        selection = _chosen(snapshot, kept)
    _keep(selection)
    return selection


def as_asked(snapshot: Snapshot) -> Selection:
    """Return the selection of this visitor and leave the address as it is, for a page that shows little of it.

    An address that a page completes is a step of its own, at which the Back button would stop.
    """
    asked = {key: st.query_params[key] for key in _KEYS if key in st.query_params}
    kept: Selection = st.session_state.get("selection") or default(snapshot)
    selection, _ = from_query(asked, snapshot, kept)
    st.session_state["selection"] = selection
    return selection


def choose_force(snapshot: Snapshot, selection: Selection, width: int) -> None:
    """Draw the choice of a force, so many pixels wide."""
    _show("force", selection.force)
    st.selectbox(
        "Police force", list(snapshot.forces), format_func=_force_names(snapshot), key="choose_force", width=width
    )


def of_all_measures(snapshot: Snapshot, selection: Selection) -> Selection:
    """Return the selection as a page shows it that is about all measures: 12 months, of a period that most have."""
    shown = replace(selection, measure=DEFAULT_MEASURE, window="year")
    return _with_period(shown, selection.to, snapshot, [])


def select_force(snapshot: Snapshot, force: str) -> None:
    """Choose a force in the place of the bar; call it from a callback. What is no force changes nothing."""
    if force in snapshot.forces:
        _show("force", force)


def choose_year(snapshot: Snapshot, selection: Selection) -> None:
    """Draw a slider over the years of the chosen period's season, in step with the choice of the period."""
    ends = [end for end in _block(snapshot, selection).periods if end[-2:] == selection.to[-2:]]
    if len(ends) < 2:
        return
    _show("year", selection.to)
    st.select_slider(
        "Year", ends, format_func=periods.month_name, key="choose_year", on_change=_take_year, width="stretch"
    )


def _take_year() -> None:
    _show("to", st.session_state["choose_year"])


def choose(
    snapshot: Snapshot,
    selection: Selection,
    *,
    bases: bool = True,
    measures: bool = True,
    windows: bool = True,
    to: bool = True,
) -> DeltaGenerator:
    """Draw the bar of choices, with or without the choices of peers, of a measure, of a window and of a period.

    Returns the bar, to which a page may add choices of its own.
    """
    bar = st.container(horizontal=True, key="selection", vertical_alignment="bottom")
    with bar:
        choose_force(snapshot, selection, width=190)
        basis = _choose_basis(snapshot, selection, width=150) if bases else None
        if measures:
            _show("measure", selection.measure)
            st.selectbox(
                "Measure",
                list(snapshot.crime_measures),
                format_func=lambda measure: measure_label(snapshot, snapshot.measures[measure]),
                key="choose_measure",
                # In the catalogue's order, so that what is typed finds a current measure before an older series.
                filter_mode="contains",
                width=356,
            )
        if windows:
            _show("window", selection.window)
            offered = snapshot.measures[selection.measure].windows
            st.selectbox("Window", list(offered), format_func=_window_name, key="choose_window", width=116)
        if to:
            _show("to", selection.to)
            st.selectbox(
                "Period",
                list(reversed(_block(snapshot, selection).periods)),
                format_func=lambda end: _sentence_case(periods.describe(end, selection.window)),
                key="choose_to",
                width=224,
            )
    if basis == CHOSEN:
        _choose_peers(snapshot, selection)
    return bar


def measure_label(snapshot: Snapshot, measure: Measure) -> str:
    """Return a measure's title with its theme before it and, if it has ended, its end behind it."""
    theme = snapshot.themes[measure.theme].title
    label = measure.title if theme in measure.title else f"{theme}: {measure.title}"
    ended = measure.last_period
    return label if ended is None or ended[:4] in label else f"{label} (to {periods.month_name(ended)})"


def _choose_basis(snapshot: Snapshot, selection: Selection, width: int) -> str:
    similar = comparison.similar_basis(snapshot, selection.force)
    names = {
        "similar": "Similar forces" if similar == "similar" else "Most similar group",
        "region": "Its region",
        "all": "All forces",
        CHOSEN: "My own choice",
    }
    own = st.session_state.get("choose_basis") == CHOSEN or selection.peers not in comparison.BASES
    _show("basis", CHOSEN if own else selection.peers)
    return st.selectbox(
        "Compared with", list(names), format_func=lambda basis: names[basis], key="choose_basis", width=width
    )


def _choose_peers(snapshot: Snapshot, selection: Selection) -> None:
    _, peers = comparison.chosen_peers(snapshot, selection.force, selection.peers)
    _show("peers", st.session_state.get("choose_peers", list(peers[: comparison.MOST_PEERS_CHOSEN])))
    st.multiselect(
        f"Forces to compare with (up to {comparison.MOST_PEERS_CHOSEN})",
        [force for force in comparison.compared_forces(snapshot.forces) if force != selection.force],
        format_func=_force_names(snapshot),
        key="choose_peers",
        max_selections=comparison.MOST_PEERS_CHOSEN,
    )
    if not st.session_state["choose_peers"] and selection.force != CITY_OF_LONDON:
        st.info("Choose at least one force; until then similar forces are shown.")


def _chosen(snapshot: Snapshot, kept: Selection) -> Selection:
    """Return what was kept, with what the visitor has since chosen in the bar, made to fit together."""
    chosen = {key: st.session_state[f"choose_{key}"] for key in ("force", "measure", "window", "to") if _is_set(key)}
    selection = _with_window(replace(kept, **chosen), snapshot)
    if selection.to == kept.to == _block(snapshot, kept).periods[-1]:
        # Who looks at the newest figures of one measure wants the newest of the next one too.
        selection = replace(selection, to=_block(snapshot, selection).periods[-1])
    peers = selection.peers
    if _is_set("basis"):
        peers = st.session_state["choose_basis"]
    if peers == CHOSEN:
        if _is_set("peers"):
            st.session_state["choose_peers"] = [
                peer for peer in st.session_state["choose_peers"] if peer != selection.force
            ]
        peers = ",".join(st.session_state.get("choose_peers", _group(snapshot, kept))) or "similar"
    silent: list[str] = []
    return _with_period(_with_peers(selection, peers, snapshot, silent), selection.to, snapshot, silent)


def _group(snapshot: Snapshot, kept: Selection) -> tuple[str, ...]:
    """Return the peers shown until now, to begin an own choice with."""
    _, peers = comparison.chosen_peers(snapshot, kept.force, kept.peers)
    return peers[: comparison.MOST_PEERS_CHOSEN] or comparison.chosen_peers(snapshot, kept.force, "similar")[1]


def _is_set(name: str) -> bool:
    return st.session_state.get(f"choose_{name}") is not None


def _show(name: str, value: object) -> None:
    # Set even where it stands already: on another page it stands for that page's box, and ours would begin anew.
    st.session_state[f"choose_{name}"] = value


def _forget_choices() -> None:
    for name in ("force", "measure", "basis", "peers", "window", "to"):
        st.session_state.pop(f"choose_{name}", None)


def _keep(selection: Selection) -> None:
    query = to_query(selection)
    if {key: st.query_params[key] for key in _KEYS if key in st.query_params} != query:
        st.query_params.update(query)
    st.session_state["selection"] = selection
    st.session_state["address"] = query


def _force_names(snapshot: Snapshot) -> Callable[[str], str]:
    return lambda force: snapshot.forces[force].name


def _window_name(window: Window) -> str:
    return _WINDOW_NAMES[window]


def _known(kind: str, given: str, valid: Mapping[str, object], otherwise: str, notices: list[str]) -> str:
    if given in valid:
        return given
    notices.append(f"The address asks for an unknown {kind}; this page shows another one instead.")
    return otherwise


def _with_peers(selection: Selection, peers: str, snapshot: Snapshot, notices: list[str]) -> Selection:
    try:
        comparison.chosen_peers(snapshot, selection.force, peers)
    except (PeersError, UnknownNameError):
        notices.append("The address asks for peers that cannot be compared with; similar forces are shown instead.")
        peers = "similar"
    return replace(selection, peers=peers)


def _with_window(selection: Selection, snapshot: Snapshot) -> Selection:
    windows = snapshot.measures[selection.measure].windows
    return selection if selection.window in windows else replace(selection, window=windows[0])


def _with_period(selection: Selection, to: str, snapshot: Snapshot, notices: list[str]) -> Selection:
    ends = _block(snapshot, selection).periods
    if to in ends:
        return replace(selection, to=to)
    try:
        periods.parse(to)
    except ValueError:
        notices.append("The address asks for a period that does not exist; the newest one is shown instead.")
        return replace(selection, to=ends[-1])
    nearest = ends[0] if to < ends[0] else ends[-1]
    title = snapshot.measures[selection.measure].title
    shown = periods.describe(nearest, selection.window)
    notices.append(f"{title} has no figures for that period; those for {shown} are shown.")
    return replace(selection, to=nearest)


def _block(snapshot: Snapshot, selection: Selection) -> Block:
    return snapshot.blocks[selection.measure, selection.window]


def _sentence_case(text: str) -> str:
    return text[0].upper() + text[1:]
