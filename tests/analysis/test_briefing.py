"""The briefing as a document model: what stands in it, from which figures, and that nothing in it is empty."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis import words
from comparator.analysis.briefing import SECTIONS, TITLES, asked, briefing, measures_offered, speaking_notes
from comparator.analysis.cases import monitor, quarters_monitored
from comparator.analysis.comparison import PeersError, compare
from comparator.analysis.document import Bullets, Document, Heading, Paragraph, Picture, Section, Table
from comparator.analysis.monitoring import is_counted
from comparator.analysis.names import UnknownNameError
from comparator.analysis.value_for_money import value_for_money

SNAPSHOT = comparator.open_snapshot()
FORCES = list(SNAPSHOT.forces)
CLEVELAND = briefing(SNAPSHOT, asked(SNAPSHOT, force="cleveland", period="2025-12"))
PLACEHOLDER = re.compile(r"\bnan\b|\bNone\b|\binf\b|[{}\[\]]|TODO|lorem|\( ?\)|  |\.\.|, ,| ,|\.;")


def texts(section: Section) -> list[str]:
    """Return every text of a section, its title first."""
    found = [section.title]
    for block in section.blocks:
        match block:
            case Paragraph():
                found += [block.lead, block.text]
            case Heading():
                found.append(block.text)
            case Bullets():
                found += [part for item in block.items for part in (item.lead, item.text)]
            case Picture():
                found.append(block.caption)
            case Table():
                rows = [cell for group in block.groups for row in group.rows for cell in row]
                found += [block.caption, *block.columns, *(group.title for group in block.groups), *rows]
    return found


def text_of(document: Document) -> str:
    return "\n".join([document.title, document.subtitle, *(t for one in document.sections for t in texts(one))])


def section(document: Document, title: str) -> Section:
    return next(one for one in document.sections if one.title == title)


def rows_of(document: Document) -> dict[str, tuple[str, ...]]:
    """Return the rows of the table of performance by measure."""
    table = next(block for block in section(document, "Performance beside peers").blocks if isinstance(block, Table))
    return {row[0]: row[1:] for group in table.groups for row in group.rows}


def assert_sound(document: Document) -> None:
    assert not PLACEHOLDER.search(text_of(document)), PLACEHOLDER.findall(text_of(document))
    for one in document.sections:
        assert any(text.strip() for text in texts(one)[1:])
        for place, block in enumerate(one.blocks):
            match block:
                case Heading():
                    assert not isinstance(one.blocks[place + 1], Heading), "a heading with nothing under it"
                case Bullets():
                    assert block.items
                case Table():
                    assert block.groups
                    assert all(group.rows for group in block.groups)
                    assert all(
                        len(row) == len(block.columns) == len(block.widths)
                        for group in block.groups
                        for row in group.rows
                    )


@pytest.mark.parametrize("force", FORCES)
@pytest.mark.parametrize("period", ["2013-03", "2016-06", "2020-06", "2025-12"])
def test_no_part_is_empty_or_holds_a_placeholder_for_any_force_old_or_new(force, period):
    choice = asked(SNAPSHOT, force=force, period=period)
    found = briefing(SNAPSHOT, choice)
    assert [one.title for one in found.sections] == list(TITLES.values())
    assert_sound(found)
    assert_sound(speaking_notes(SNAPSHOT, choice))


@pytest.mark.parametrize("force", FORCES)
def test_the_table_holds_what_compare_finds_for_every_measure(force):
    rows = rows_of(briefing(SNAPSHOT, asked(SNAPSHOT, force=force)))
    assert len(rows) == 31
    for measure in SNAPSHOT.measures.values():
        if "quarter" not in measure.windows or measure.last_period:
            continue
        found = compare(SNAPSHOT, force=force, measure=measure.id, window="year")
        row = rows[measure.title]
        assert row[0] == words.count(found.numerator)
        if force != "city-of-london":
            assert row[1] == words.rate(found.value, measure.decimals)
            assert row[2] == words.rate(found.group_average, measure.decimals)
            assert row[3] == f"{found.rank} of {found.of}"
            assert row[4] == found.verdict_peers.replace("far-", "far ").replace("-", " ")


def test_three_things_are_told_the_cases_first():
    (points,) = section(CLEVELAND, "Three things to know").blocks
    assert points.numbered
    leads = [item.lead for item in points.items]
    assert leads == [
        "Eight measures are flagged for the worse, five enduring and severe.",
        "Cleveland: the rate of all crime excluding fraud is above similar forces.",
        "Cleveland spent £319 on policing for every person in 2024-25.",
    ]
    assert "Of 20 measures looked at, about 2 would be flagged by chance alone." in points.items[0].text
    assert "119.0 for every 1,000 people, the highest of its group of eight forces" in points.items[1].text


def test_what_stands_out_is_what_monitoring_flags_gravest_first():
    cases = [
        case
        for case in monitor(SNAPSHOT, period="2025-12", force="cleveland").cases
        if case.severity and is_counted(SNAPSHOT.measures[case.measure])
    ]
    found = section(CLEVELAND, "What stands out")
    headings = [block.text.split(":")[0] for block in found.blocks if isinstance(block, Heading)]
    (others,) = [block for block in found.blocks if isinstance(block, Table)]
    told = [*headings, *(row[0] for row in others.groups[0].rows)]
    assert told == [SNAPSHOT.measures[case.measure].title for case in cases]
    assert [block.measure for block in found.blocks if isinstance(block, Picture)] == [
        "criminal-damage",
        "miscellaneous-crimes-against-society",
    ]


def test_what_changed_names_status_and_standing_with_the_quarter_before():
    told = "\n".join(texts(section(CLEVELAND, "What changed since last quarter")))
    assert "Enduring: rape, severity 2 of 3 (stands out among all forces)." in told
    before = compare(
        SNAPSHOT, force="cleveland", measure="theft-from-the-person", period="2025-09", window="year"
    ).verdict_peers
    now = compare(SNAPSHOT, force="cleveland", measure="theft-from-the-person", period="2025-12", window="year")
    assert (before, now.verdict_peers) == ("in-line", "below")
    assert "Theft from the person: below similar forces, in line a quarter before (0.45 per 1,000 people)." in told


def test_good_news_that_has_turned_within_the_year_says_so():
    gwent = briefing(SNAPSHOT, asked(SNAPSHOT, force="gwent", period="2025-12"))
    told = "\n".join(texts(section(gwent, "Good news")))
    assert "(0.28 per 1,000 people, its group's average 0.57, though +6.4% on a year before)." in told


def test_money_is_that_of_the_newest_year_that_had_ended():
    profile = value_for_money(SNAPSHOT, force="cleveland", year="2018-19")
    old = briefing(SNAPSHOT, asked(SNAPSHOT, force="cleveland", period="2019-12"))
    told = "\n".join(texts(section(old, "Value for money")))
    assert f"£{profile.line('net-police-spending').value:.2f}" in told
    assert "2018-19" in told
    assert "2024-25" not in told


def test_welsh_spending_is_not_available_and_another_thing_is_told_instead():
    gwent = briefing(SNAPSHOT, asked(SNAPSHOT, force="gwent"))
    assert "What Gwent spent in 2024-25 is not available." in texts(section(gwent, "Value for money"))
    assert section(gwent, "Three things to know").blocks[0].items[2].lead == "What has really changed."


def test_city_of_london_is_told_in_counts_and_never_ranked():
    city = text_of(briefing(SNAPSHOT, asked(SNAPSHOT, force="city-of-london")))
    assert "8,656 crimes" in city
    assert " of 8" not in city
    assert "Per 1,000 people" not in city
    assert "City of London is not monitored." in city


def test_questions_stand_under_what_they_are_about():
    blocks = section(CLEVELAND, "Questions for the Chief Constable").blocks
    headings = [block.text for block in blocks if isinstance(block, Heading)]
    assert headings[:3] == ["Criminal damage", "Miscellaneous crimes against society", "Other sexual offences"]
    assert "Net police spending (among the highest tenth of forces)" in headings
    assert all("?" in item.text for block in blocks if isinstance(block, Bullets) for item in block.items)


def test_what_works_is_about_the_problems_of_the_cases_and_says_how_sure_it_is():
    found = section(CLEVELAND, "What works")
    headings = [block.text for block in found.blocks if isinstance(block, Heading)]
    assert headings == ["Against criminal damage", "Against sexual offences", "Against shoplifting"]
    items = [item for block in found.blocks if isinstance(block, Bullets) for item in block.items]
    assert items[0].lead == "Problem-oriented policing."
    assert all("certainty" in item.text for item in items)


def test_about_the_figures_names_each_source_used_and_no_other():
    told = "\n".join(texts(section(CLEVELAND, "About the figures")))
    assert SNAPSHOT.sources["recorded-crime"].title in told
    assert "Open Government Licence v3.0" in told
    without_money = asked(SNAPSHOT, force="cleveland", sections=["performance", "about"])
    crime_alone = text_of(briefing(SNAPSHOT, without_money))
    assert "Revenue outturn" not in crime_alone
    assert "Spending as the accounts tell it" not in crime_alone


def test_sections_and_measures_can_be_chosen():
    chosen = asked(
        SNAPSHOT,
        force="cleveland",
        sections=["questions", "in-short"],
        measures=["shoplifting", "residential-burglary"],
    )
    assert chosen.sections == ("in-short", "questions")
    found = briefing(SNAPSHOT, chosen)
    assert [one.title for one in found.sections] == [TITLES["in-short"], TITLES["questions"]]
    assert "One measure is flagged for the worse" in text_of(found)
    assert "riminal damage" not in text_of(found)


def test_measures_that_are_not_monitored_are_not_called_unflagged():
    chosen = asked(SNAPSHOT, force="kent", measures=["drug-possession", "burglary"])
    told = text_of(briefing(SNAPSHOT, chosen))
    assert "No measure chosen is monitored." in told
    assert "is flagged for the worse this quarter" not in told
    assert "live there" not in told


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    force=st.sampled_from(FORCES),
    period=st.sampled_from(quarters_monitored(SNAPSHOT)),
    peers=st.sampled_from(["similar", "region", "all", "kent,durham"]),
    measures=st.sets(st.sampled_from(measures_offered(SNAPSHOT, "2025-12")), max_size=6),
    sections=st.sets(st.sampled_from(SECTIONS)),
)
def test_any_choice_makes_a_sound_briefing(force, period, peers, measures, sections):
    if force in peers:
        peers = "region"
    chosen = asked(
        SNAPSHOT,
        force=force,
        period=period,
        peers=peers,
        sections=sorted(sections),
        measures=sorted(measures & set(measures_offered(SNAPSHOT, period))),
    )
    assert_sound(briefing(SNAPSHOT, chosen))
    assert_sound(speaking_notes(SNAPSHOT, chosen))


@pytest.mark.parametrize("peers", ["region", "all", "kent,essex"])
def test_other_peers_change_the_comparison_and_monitoring_says_that_its_own_do_not(peers):
    found = briefing(SNAPSHOT, asked(SNAPSHOT, force="cleveland", peers=peers))
    expected = compare(SNAPSHOT, force="cleveland", measure="shoplifting", peers=peers, window="year")
    assert rows_of(found)["Shoplifting"][2] == words.rate(expected.group_average, 1)
    assert "Monitoring always compares with similar forces" in text_of(found)
    assert "far above its similar forces: by chance one such force in 40 would be beyond 10.5" in text_of(found)
    assert_sound(found)


def test_speaking_notes_are_half_a_page_of_plain_words():
    notes = text_of(speaking_notes(SNAPSHOT, asked(SNAPSHOT, force="cleveland")))
    assert 150 < len(notes.split()) < 330
    assert "about 71,500 crimes" in notes
    assert "about 119 for every 1,000 people who live here" in notes
    for jargon in ("z of", "outlier", "enduring", "severity", "control chart", "polarity"):
        assert jargon not in notes


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        ({"force": "atlantis"}, UnknownNameError),
        ({"force": "kent", "period": "2025-11"}, UnknownNameError),
        ({"force": "kent", "sections": ["weather"]}, UnknownNameError),
        ({"force": "kent", "measures": ["net-police-spending"]}, UnknownNameError),
        ({"force": "kent", "peers": "city-of-london"}, PeersError),
    ],
)
def test_an_unusable_choice_is_refused_by_name(choice, error):
    with pytest.raises(error):
        asked(SNAPSHOT, **choice)


def test_every_quarter_that_is_monitored_has_a_briefing():
    for period in quarters_monitored(SNAPSHOT):
        assert_sound(briefing(SNAPSHOT, asked(SNAPSHOT, force="avon-and-somerset", period=period)))


def test_sections_have_titles():
    assert set(TITLES) == set(SECTIONS)
