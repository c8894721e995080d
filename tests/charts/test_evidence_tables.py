"""Interventions as HTML: every one renders, with the figures and DOIs of the table and none of its text as markup."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

import comparator
from comparator.analysis.evidence import ordered, standing_out
from comparator.charts import evidence_tables
from comparator.charts.evidence_tables import CERTAINTY, EFFECTS, article, intervention_list, side_by_side

SNAPSHOT = comparator.open_snapshot()
ENTRIES = list(SNAPSHOT.evidence.values())
TABLE = SNAPSHOT.table("evidence").set_index("slug")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
DOI = re.compile(r"10\.\d{4,9}/[^\s<\"]+")


class Page(HTMLParser):
    """The plain text, the links and the tags of some HTML; each cell and paragraph on a line of its own."""

    def __init__(self, html):
        super().__init__()
        self.text, self.links, self.tags, self.marked = "", [], set(), []
        self._in_mark = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self._in_mark = tag == "mark"
        if tag == "a":
            self.links.append(dict(attributes)["href"])
        if tag in ("tr", "td", "th", "p", "dt", "dd", "h3", "h4"):
            self.text += "\n"

    def handle_data(self, data):
        self.text += data
        if self._in_mark:
            self.marked.append(data)

    def handle_endtag(self, _):
        self._in_mark = False


def published(slug):
    """Return all numbers that the table's row holds, and those of the scales that the page explains."""
    row = TABLE.loc[slug]
    cells = [cell for name, cell in row.items() if cell is not None and name != "slug"]
    years = {str(int(row[name])) for name in ("review_year", "ref_year") if row[name] == row[name]}
    return set(NUMBER.findall("\n".join(map(str, cells)))) | years | {"0", "1", "2", "3", "4", "95"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.slug)
def test_an_intervention_is_shown_whole_with_no_number_or_doi_but_those_of_its_row(entry):
    page = Page(article(entry, dark=False))
    row = TABLE.loc[entry.slug]
    for field in ("description", "effect_outcome", "effect_metric", "quality_note", "works_best", "watch_for",
                  "cost_evidence", "uk_evidence", "ref_title", "n_studies", "strength_basis"):  # fmt: skip
        assert row[field] in page.text, field
    for part in filter(None, [part.strip() for part in row["effect_value"].split(";")]):
        assert part in page.text
    assert set(NUMBER.findall(page.text)) <= published(entry.slug)
    assert set(DOI.findall(page.text)) == set(DOI.findall(f"{row['ref_doi']} {row['notes']}"))
    assert (f"doi:{row['ref_doi']}" in page.text) == bool(row["ref_doi"])
    assert (row["ref_url"] in page.links) == bool(row["ref_url"])
    assert "script" not in page.tags
    assert EFFECTS[entry.effect_direction].word in page.text
    assert f"{CERTAINTY[entry.certainty].word} certainty" in page.text


def test_no_address_where_a_fact_was_merely_seen_is_linked():
    allowed = {entry.ref_url for entry in ENTRIES} | {
        evidence_tables.COLLEGE, evidence_tables.YEF, evidence_tables.CRIMESOLUTIONS,
    }  # fmt: skip
    for entry in ENTRIES:
        assert set(Page(article(entry, dark=False)).links) <= allowed


def test_what_is_not_known_and_not_confirmed_is_said_in_its_place():
    tips = Page(article(SNAPSHOT.evidence["crime-stoppers"], dark=False)).text
    for said in ("No single figure is given", "No cost evidence found", "No evidence from the United Kingdom found"):
        assert said in tips
    assert tips.count("Not yet confirmed against the source") == 5
    assert "No reference is given" in Page(article(SNAPSHOT.evidence["trauma-informed-training"], dark=False)).text


def test_the_college_s_scores_stand_only_where_it_gave_them_with_the_review_and_its_year():
    with_scores = {entry.slug for entry in ENTRIES if "emmie" in article(entry, dark=False)}
    assert with_scores == set(TABLE.index[TABLE["emmie_q_effect"].notna()])
    assert len(with_scores) == 7
    text = Page(article(SNAPSHOT.evidence["hot-spots-policing"], dark=False)).text
    assert (
        "Where from: College toolkit entry on the 2012 review of 19 studies. The review cited below is of 2019." in text
    )
    assert (
        "The year of the review is not known."
        in Page(article(SNAPSHOT.evidence["cbt-domestic-abuse"], dark=False)).text
    )


def test_effect_and_certainty_are_marks_of_different_shapes_each_with_a_word():
    marks = [*EFFECTS.values(), *CERTAINTY.values()]
    assert len({mark.shape for mark in marks}) == len(marks)
    assert len({mark.word for mark in marks}) == len(marks)


def test_the_list_holds_every_intervention_once_linked_with_the_filters_kept():
    page = Page(intervention_list(ordered(ENTRIES), "best", "", {"problem": "shoplifting/retail"}, dark=True))
    queries = [parse_qs(urlsplit(link).query) for link in page.links]
    assert sorted(query["intervention"][0] for query in queries) == sorted(SNAPSHOT.evidence)
    assert {query["problem"][0] for query in queries} == {"shoplifting/retail"}
    assert {urlsplit(link).path for link in page.links} == {""}


@pytest.mark.parametrize("order", ["best", "certainty", "newest", "name"])
def test_what_is_no_systematic_review_is_set_apart_in_every_order(order):
    text = Page(intervention_list(ordered(ENTRIES, order), order, "", {}, dark=False)).text
    reviews, _, apart = text.partition("Single studies or a few, not systematic reviews (8)")
    for entry in ENTRIES:
        assert f"\n{entry.name}\n" in (reviews if entry.systematic_review else apart)


def test_a_match_is_marked_in_name_description_and_problems():
    found = [entry for entry in ENTRIES if entry.slug in ("cctv", "alley-gating")]
    page = Page(intervention_list(found, "best", "CAMERAS burglary", {}, dark=False))
    assert page.marked == ["Cameras", "burglary", "burglary"]
    assert Page(intervention_list(found, "best", "", {}, dark=False)).marked == []


def test_text_from_the_data_and_the_search_never_becomes_markup():
    nasty = "<script>alert(1)</script>"
    entry = SNAPSHOT.evidence["cctv"].model_copy(update={"name": nasty, "description": nasty, "notes": nasty})
    for html in (
        article(entry, dark=False),
        side_by_side([entry], {}, dark=False),
        intervention_list([entry], "best", "script", {"q": nasty}, dark=False),
    ):
        assert "script" not in Page(html).tags
        assert nasty not in html


def test_side_by_side_every_row_has_a_cell_for_each_and_figures_as_published():
    four = [SNAPSHOT.evidence[slug] for slug in ("cctv", "scared-straight", "sexual-offence-treatment", "da-arrest")]
    html = side_by_side(four, {}, dark=False)
    for row in html.split("<tr>")[2:]:
        assert row.count("<td") == 4
    text = Page(html).text
    assert "+68%, % difference in reoffending" in text
    assert "1.54 (95% interval 1.22 to 1.95), odds ratio (favouring treatment)" in text
    assert "no single figure" in text


def test_forces_are_linked_to_the_comparison_in_which_they_stand_out():
    found = standing_out(SNAPSHOT, ("violence",))
    page = Page(evidence_tables.where_it_stands_out(found, SNAPSHOT, {"peers": "region"}, dark=False))
    linked = [parse_qs(urlsplit(link).query) for link in page.links]
    assert [(query["measure"][0], query["force"][0]) for query in linked] == [
        (one.measure, force) for one in found for force, _ in one.forces
    ]
    assert {query["peers"][0] for query in linked} == {"region"}
    assert linked
