"""The cases over all history, and their feeds: what is said of a quarter needs no later data."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import comparator
from comparator import catalogue
from comparator.analysis.monitoring import is_counted
from comparator.build import areas, cases, comparisons, feeds, observations, trends

SNAPSHOT = comparator.open_snapshot()
CATALOGUE = catalogue.load()
CASES = SNAPSHOT.table("cases").fillna({"status": ""})
ATOM = "{http://www.w3.org/2005/Atom}"
# A season and a sum, a series that begins late, few cases, and a change of counting rules.
WATCHED = ["shoplifting", "residential-burglary", "homicide", "stalking-and-harassment", "criminal-damage-and-arson"]
PARTS = ["criminal-damage", "arson"]


def cut_off(end: str) -> pd.DataFrame:
    """Return the cases that a build would make if neither crime nor population later than `end` were known."""
    offences, population = SNAPSHOT.table("offences"), SNAPSHOT.table("population")
    begun = CASES[CASES["period_end"] <= end]["measure"].unique()
    known = {name: CATALOGUE.measures[name] for name in [*WATCHED, *PARTS] if name in begun}
    catalogue_then = replace(CATALOGUE, measures=known)
    blocks = observations.compute(
        {"offences": offences[offences["period_end"] <= end]},
        population[population["year"] <= int(end[:4])],
        catalogue_then,
        areas.members(CATALOGUE),
        [],
    )
    compared = comparisons.table(blocks, SNAPSHOT.table("peers"), catalogue_then)
    return cases.table(compared, trends.table(blocks, catalogue_then), catalogue_then).fillna({"status": ""})


@pytest.mark.parametrize("end", ["2016-06", "2021-03", "2023-09"])
def test_cutting_the_data_off_at_a_quarter_changes_nothing_of_what_is_said_of_it_or_of_the_quarters_before(end):
    # Whether a case survives the correction for many tests depends on all measures, of which few are computed here.
    columns = [name for name in CASES.columns if name != "survives"]
    then = cut_off(end)[columns].reset_index(drop=True)
    said = CASES[CASES["measure"].isin([*WATCHED, *PARTS]) & (CASES["period_end"] <= end)]
    said = said[columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(then, said.astype(then.dtypes), rtol=1e-9)
    assert then["period_end"].max() == end
    assert (then["severity"] > 0).any()


def test_later_data_would_have_been_noticed():
    """The test above can fail: one more quarter changes the run of some case."""
    said = CASES[(CASES["period_end"] == "2023-09") & CASES["measure"].isin(WATCHED)]
    later = CASES[(CASES["period_end"] == "2023-12") & CASES["measure"].isin(WATCHED)]
    assert said["quarters"].tolist() != later["quarters"].tolist()


class TestFeeds:
    def made(self):
        return feeds.files(SNAPSHOT.table("cases"), CATALOGUE, CATALOGUE.sources["recorded-crime"])

    def test_there_is_one_of_each_kind_for_every_monitored_force_and_one_for_all(self):
        names = {"all-forces", *CATALOGUE.forces} - {"city-of-london"}
        assert set(self.made()) == {f"{name}.{form}" for name in names for form in ("atom", "json")}

    def test_the_snapshot_holds_them_as_they_are_made(self):
        made = self.made()
        assert SNAPSHOT.feed("kent.atom") == made["kent.atom"]
        assert SNAPSHOT.feed("all-forces.json") == made["all-forces.json"]
        with pytest.raises(KeyError):
            SNAPSHOT.feed("city-of-london.atom")

    @pytest.mark.parametrize("name", ["kent", "all-forces"])
    def test_atom_has_what_rfc_4287_asks_of_a_feed_and_its_entries(self, name):
        root = ET.fromstring(self.made()[f"{name}.atom"])  # noqa: S314 - our own feed
        assert root.tag == f"{ATOM}feed"
        for tag in ("id", "title", "updated", "author"):
            assert len(root.findall(f"{ATOM}{tag}")) == 1
        entries = root.findall(f"{ATOM}entry")
        assert len(entries) == feeds.QUARTERS
        for entry in entries:
            for tag in ("id", "title", "updated", "content"):
                assert len(entry.findall(f"{ATOM}{tag}")) == 1
            assert entry.find(f"{ATOM}updated").text.endswith("T00:00:00Z")
            assert entry.find(f"{ATOM}link").get("rel") == "alternate"
        ids = [element.text for element in root.iter(f"{ATOM}id")]
        assert len(set(ids)) == len(ids)

    def test_json_holds_the_changes_of_status_of_the_quarter_without_sums(self):
        items = json.loads(self.made()["kent.json"])["items"]
        assert [item["date_published"][:7] for item in items] == sorted(CASES["period_end"].unique(), reverse=True)[:8]
        counted = {name for name, measure in CATALOGUE.measures.items() if is_counted(measure)}
        kent = CASES[(CASES["force"] == "kent") & CASES["measure"].isin(counted)]
        for item in items:
            end = item["date_published"][:7]
            before = kent[kent["period_end"] == previous(end)].set_index("measure")["status"]
            now = kent[kent["period_end"] == end].set_index("measure")["status"]
            changed = {name: status for name, status in now.items() if status and status != before.get(name)}
            assert {change["measure"]: change["status"] for change in item["_changes"]} == changed

    def test_ids_stay_the_same_when_a_new_quarter_comes(self):
        before = feeds.files(
            SNAPSHOT.table("cases").query("period_end < '2025-12'"), CATALOGUE, CATALOGUE.sources["recorded-crime"]
        )
        old = {item["url"]: item["id"] for item in json.loads(before["kent.json"])["items"]}
        new = {item["url"]: item["id"] for item in json.loads(self.made()["kent.json"])["items"]}
        assert len(old.keys() & new.keys()) == 7
        assert all(new[url] == old[url] for url in old.keys() & new.keys())


def previous(end: str) -> str:
    ends = sorted(CASES["period_end"].unique())
    return ends[ends.index(end) - 1]
