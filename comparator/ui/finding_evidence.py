"""What is looked for among the interventions: read from the address, chosen in the bar, written back.

As with the selection, the address is the truth: filters, order, what stands side by side and what is read are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from comparator.analysis.evidence import MOST_COMPARED, ORDERS, Asked, Counts, Order
from comparator.analysis.evidence_findings import problem_name
from comparator.catalogue import CERTAINTIES, DIRECTIONS, KINDS, PROBLEMS
from comparator.snapshot import Snapshot
from comparator.ui.selection import Selection
from comparator.ui.selection import to_query as selection_query

MOST_LETTERS = 80

_ORDER_NAMES: Mapping[Order, str] = {
    "best": "Best supported first",
    "certainty": "Most certain first",
    "newest": "Newest review first",
    "name": "By name",
}
_LISTS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "problem": ("problems", "crime problem", PROBLEMS),
    "kind": ("kinds", "kind of intervention", KINDS),
    "effect": ("directions", "direction of effect", DIRECTIONS),
    "certainty": ("certainties", "certainty", CERTAINTIES),
}
_SWITCHES = ("uk", "cost")
KEYS = ("q", *_LISTS, *_SWITCHES, "order", "beside", "intervention")


@dataclass(frozen=True)
class View:
    """What the page shows: a list, some of it side by side, or one intervention that is read."""

    asked: Asked = field(default_factory=Asked)
    order: Order = "best"
    beside: tuple[str, ...] = ()
    intervention: str | None = None


def from_query(query: Mapping[str, str], snapshot: Snapshot) -> tuple[View, list[str]]:
    """Return the view that an address asks for, and a notice for each value that it could not mean."""
    notices: list[str] = []
    filters: dict[str, Any] = {"text": query.get("q", "").strip()[:MOST_LETTERS]}
    for key, (name, title, known) in _LISTS.items():
        filters[name] = _known(title, query.get(key, ""), known, notices)
    filters |= {key: query.get(key) == "yes" for key in _SWITCHES}
    order = next((order for order in ORDERS if order == query.get("order", ORDERS[0])), None)
    if order is None:
        notices.append("The address asks for an unknown order; the best supported stand first instead.")
    beside = _known("intervention", query.get("beside", ""), tuple(snapshot.evidence), notices)
    read = _known("intervention", query.get("intervention", ""), tuple(snapshot.evidence), notices)
    view = View(Asked(**filters), order or ORDERS[0], beside[:MOST_COMPARED], next(iter(read), None))
    return view, notices


def to_query(view: View) -> dict[str, str]:
    """Return what of a view differs from the plain list, as the address carries it."""
    asked = view.asked
    query = {"q": asked.text}
    query |= {key: ",".join(getattr(asked, name)) for key, (name, _, _) in _LISTS.items()}
    query |= {key: "yes" if getattr(asked, key) else "" for key in _SWITCHES}
    query["order"] = "" if view.order == ORDERS[0] else view.order
    query["beside"] = ",".join(view.beside)
    query["intervention"] = view.intervention or ""
    return {key: value for key, value in query.items() if value}


def current(snapshot: Snapshot) -> View:
    """Return the view of this visitor, and keep the address in step with it; call it before the bar is drawn."""
    asked = {key: st.query_params[key] for key in KEYS if key in st.query_params}
    kept: View | None = st.session_state.get("evidence_view")
    if kept is None or asked != st.session_state.get("evidence_address"):
        view, notices = from_query(asked, snapshot)
        for notice in notices:
            st.warning(notice)
        for key in (*KEYS, "more"):
            st.session_state.pop(f"find_{key}", None)
        more = any((view.asked.kinds, view.asked.directions, view.asked.certainties, view.asked.uk, view.asked.cost))
        st.session_state["evidence_more"] = more
    else:
        view = _chosen(kept)
    query = to_query(view)
    if query != asked:
        for key in asked.keys() - query.keys():
            del st.query_params[key]
        st.query_params.update(query)
    st.session_state["evidence_view"] = view
    st.session_state["evidence_address"] = query
    return view


def address(selection: Selection, view: View) -> str:
    """Return the whole address of a view, as it may be sent to somebody."""
    return f"{st.context.url or ''}?{urlencode({**selection_query(selection), **to_query(view)})}"


def choose(snapshot: Snapshot, view: View, found: Sequence[str], counts: Counts) -> None:
    """Draw the search, the filters, each option with how many interventions it leaves, and the order.

    `found` are the interventions listed, which are offered to be set side by side.
    """
    asked = view.asked
    with st.container(key="finding"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.session_state["find_q"] = asked.text
            st.text_input("Search", key="find_q", placeholder="for example cameras", max_chars=MOST_LETTERS, width=230)
            _choose_some("Crime problem", "problem", asked.problems, counts.problems, problem_name, width=330)
            st.session_state["find_order"] = view.order
            st.selectbox("In order", ORDERS, format_func=_ORDER_NAMES.__getitem__, key="find_order", width=230)
        with (
            st.expander(
                "More filters: kind, effect, certainty, UK and cost", expanded=st.session_state["evidence_more"]
            ),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            _choose_some("Kind of intervention", "kind", asked.kinds, counts.kinds, str, width=270)
            _choose_some("Direction of effect", "effect", asked.directions, counts.directions, str, width=270)
            _choose_some("Certainty", "certainty", asked.certainties, counts.certainties, str, width=230)
            for key, label, number in (("uk", "UK evidence", counts.uk), ("cost", "Cost evidence", counts.cost)):
                st.session_state[f"find_{key}"] = getattr(asked, key)
                st.checkbox(f"{label} ({number})", key=f"find_{key}")
        st.session_state["find_beside"] = list(view.beside)
        st.multiselect(
            f"Set side by side (up to {MOST_COMPARED})",
            list(dict.fromkeys((*view.beside, *found))),
            format_func=lambda slug: snapshot.evidence[slug].name,
            key="find_beside",
            max_selections=MOST_COMPARED,
            placeholder="Choose interventions",
            width=620,
        )


def _choose_some(
    label: str,
    key: str,
    chosen: Sequence[str],
    numbers: Mapping[str, int],
    name: Callable[[Any], str],
    width: int,
) -> None:
    st.session_state[f"find_{key}"] = list(chosen)
    st.multiselect(
        label,
        list(numbers),
        format_func=lambda value: f"{_sentence_case(name(value))} ({numbers[value]})",
        key=f"find_{key}",
        placeholder="Any",
        width=width,
    )


def _chosen(kept: View) -> View:
    """Return what was kept, with what the visitor has since chosen in the bar."""

    def now(key: str, otherwise: Any) -> Any:
        value = st.session_state.get(f"find_{key}")
        return otherwise if value is None else value

    asked = kept.asked
    filters: dict[str, Any] = {name: tuple(now(key, getattr(asked, name))) for key, (name, _, _) in _LISTS.items()}
    filters |= {key: bool(now(key, getattr(asked, key))) for key in _SWITCHES}
    return replace(
        kept,
        asked=Asked(text=now("q", asked.text).strip()[:MOST_LETTERS], **filters),
        order=now("order", kept.order),
        beside=tuple(now("beside", kept.beside)),
    )


def _known(title: str, given: str, known: Sequence[str], notices: list[str]) -> tuple[str, ...]:
    """Return the known values in a list separated by commas, whatever their case; tell once of unknown ones."""
    written = {value.casefold(): value for value in known}
    parts = [part.strip().casefold() for part in given.split(",") if part.strip()]
    if any(part not in written for part in parts):
        notices.append(f"The address asks for an unknown {title}; it is left out.")
    return tuple(dict.fromkeys(written[part] for part in parts if part in written))


def _sentence_case(text: str) -> str:
    return text[0].upper() + text[1:]
