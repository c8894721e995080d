"""The feeds of changes in status: one for each force and one for the country, as Atom and as JSON Feed.

An entry is a quarter. Its id follows from force and quarter alone and its time from the quarter, so that the same data
give the same bytes and a reader that has seen an entry knows it again.
Sources: RFC 4287 (Atom); JSON Feed 1.1, jsonfeed.org.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pandas as pd
import pyarrow as pa

from comparator import periods
from comparator.analysis import case_findings
from comparator.analysis.cases import Case, at_quarter, in_order
from comparator.analysis.monitoring import is_counted
from comparator.catalogue import Catalogue, Force, Measure, Source
from comparator.snapshot import CaseHistory, case_histories

QUARTERS = 8
COUNTRY = "all-forces"
_ATOM = "http://www.w3.org/2005/Atom"


def files(cases: pd.DataFrame, catalogue: Catalogue, source: Source) -> dict[str, bytes]:
    """Return the content of every feed by its file's name, such as "kent.atom", with the latest eight quarters.

    `source` is that of recorded crime, whose release date is when the feeds last changed.
    """
    histories = case_histories(pa.Table.from_pandas(cases, preserve_index=False))
    counted = {name: history for name, history in histories.items() if is_counted(catalogue.measures[name])}
    ends = sorted(cases["period_end"].unique())[-QUARTERS:]
    changes = {end: _changes(counted, end) for end in reversed(ends)}
    updated = f"{source.release_date or periods.last_day(ends[-1])}T00:00:00Z"
    made = {}
    for name in (COUNTRY, *sorted(cases["force"].unique())):
        force = catalogue.forces.get(name)
        entries = [
            _entry(force, end, [case for case in changed if name in (COUNTRY, case.force)], catalogue)
            for end, changed in changes.items()
        ]
        feed = {"name": name, "title": f"Monitoring: {force.name if force else 'all forces'}", "updated": updated}
        made[f"{name}.atom"] = _atom(feed, entries)
        made[f"{name}.json"] = _json(feed, entries)
    return made


def _changes(histories: Mapping[str, CaseHistory], end: str) -> tuple[Case, ...]:
    return in_order([case for case in at_quarter(histories, end) if case.changed])


def _entry(force: Force | None, end: str, changes: Sequence[Case], catalogue: Catalogue) -> dict[str, Any]:
    name = force.id if force else COUNTRY
    address = {"force": force.id, "scope": "One force", "to": end} if force else {"to": end}
    return {
        "id": _id(f"{name}/{end}"),
        "title": case_findings.of_changes(changes, end, force),
        "address": f"/monitoring?{urlencode(address)}",
        "time": f"{periods.last_day(end)}T00:00:00Z",
        "changes": [_change(case, catalogue.measures, catalogue.forces, force is None) for case in changes],
    }


def _change(case: Case, measures: Mapping[str, Measure], forces: Mapping[str, Force], named: bool) -> dict[str, Any]:  # noqa: FBT001
    return {
        "force": case.force,
        "measure": case.measure,
        "status": case.status,
        "status_before": case.before,
        "severity": case.severity,
        "quarters": case.quarters,
        "signals": list(case.worse),
        "text": case_findings.change_in_words(case, measures[case.measure], forces[case.force] if named else None),
    }


def _id(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'crime-and-policing-comparator/monitoring/{name}')}"


def _atom(feed: Mapping[str, str], entries: Sequence[Mapping[str, Any]]) -> bytes:
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")

    def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
        element = ET.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
        element.text = text
        return element

    add(root, "id", _id(feed["name"]))
    add(root, "title", feed["title"])
    add(root, "updated", feed["updated"])
    add(add(root, "author"), "name", "Crime and Policing Comparator")
    add(root, "link", rel="self", href=f"/feeds/{feed['name']}.atom")
    add(root, "rights", "Open Government Licence v3.0")
    for entry in entries:
        element = add(root, "entry")
        add(element, "id", entry["id"])
        add(element, "title", entry["title"])
        add(element, "updated", entry["time"])
        add(element, "link", rel="alternate", href=entry["address"])
        add(element, "content", _text(entry), type="text")
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _json(feed: Mapping[str, str], entries: Sequence[Mapping[str, Any]]) -> bytes:
    items = [
        {
            "id": entry["id"],
            "url": entry["address"],
            "title": entry["title"],
            "content_text": _text(entry),
            "date_published": entry["time"],
            "_changes": [{key: value for key, value in change.items() if key != "text"} for change in entry["changes"]],
        }
        for entry in entries
    ]
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "feed_url": f"/feeds/{feed['name']}.json",
        "items": items,
    }
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def _text(entry: Mapping[str, Any]) -> str:
    return "\n".join(change["text"] for change in entry["changes"]) or "No case changed its status."
