"""Sentences: right in grammar and true to the figures, for every force and measure."""

import re

import pytest

import comparator
from comparator.analysis import findings, words
from comparator.analysis.comparison import compare
from comparator.analysis.geography import Area, Shading, shade
from comparator.analysis.national import real_changes
from comparator.analysis.profile import profile
from comparator.analysis.trend import trend

SNAPSHOT = comparator.open_snapshot()
PATTERNS_OF_NONSENSE = r"nan|None|  |\.\.|,,| ,| \.|\{|\}|-0\.0|\binf\b"


def found(force, measure, **asked):
    result = compare(SNAPSHOT, force=force, measure=measure, **asked)
    return result, findings.of_comparison(result, SNAPSHOT.measures[measure], SNAPSHOT.forces[force])


def test_the_finding_for_cleveland_reads_as_a_citizen_would_say_it():
    _, finding = found("cleveland", "residential-burglary", period="2025-12")
    assert finding.headline == "Cleveland: the rate of residential burglary is in line with similar forces"
    assert " ".join(finding.sentences) == (
        "Cleveland recorded 2,559 residential burglaries in the year ending December 2025: 4.3 for every 1,000 people, "
        "the highest of its group of eight forces, but within the range expected of such forces (1.5 to 5.2). "
        "The group's average is 3.2. Among all 42 forces it does not stand out."
    )


@pytest.mark.parametrize("measure", SNAPSHOT.crime_measures)
def test_every_force_gets_whole_and_true_sentences(measure):
    definition = SNAPSHOT.measures[measure]
    for force in SNAPSHOT.forces:
        for asked in ({}, {"peers": "region", "window": definition.windows[-1]}, {"peers": "all"}):
            result, finding = found(force, measure, **asked)
            text = " ".join([finding.headline + ".", *finding.sentences])
            assert not re.search(PATTERNS_OF_NONSENSE, text), text
            assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in finding.sentences), text
            assert words.count(result.numerator) in text
            if force == "city-of-london":
                assert "not compared" in text
                continue
            if result.numerator > 0:
                assert words.rate(result.value, definition.decimals) in text
            claims_more = any(word in finding.headline for word in (" above ", " below "))
            assert claims_more == (result.verdict_peers not in (None, "in-line")), text
            assert ("far" in finding.headline.split(": ")[1].split()) == (
                result.verdict_peers in ("far-above", "far-below")
            )
            assert ("stands out" in text) == (result.verdict_all != "typical")
            assert ("weak evidence" in text) == (result.numerator < findings.FEW)


@pytest.mark.parametrize("measure", SNAPSHOT.crime_measures)
def test_the_gap_is_told_in_the_right_direction_and_number(measure):
    for force in SNAPSHOT.forces:
        result = compare(SNAPSHOT, force=force, measure=measure)
        text = findings.meaning_of_gap(result, SNAPSHOT.measures[measure], SNAPSHOT.forces[force])
        if result.gap is None:
            assert text is None
        elif round(abs(result.gap)) == 0:
            assert "as many" in text
        else:
            assert ("fewer" in text) == (result.gap > 0)
            told = float(re.search(r"about ([\d,]+)", text)[1].replace(",", ""))
            assert told == pytest.approx(abs(result.gap), rel=0.006, abs=0.5)
            assert "about 1 " not in text or SNAPSHOT.measures[measure].one in text


@pytest.mark.parametrize(
    ("higher", "lower", "of", "told"),
    [
        (0, 7, 8, "the highest"),
        (7, 0, 8, "the lowest"),
        (1, 6, 8, "the second highest"),
        (5, 2, 8, "the third lowest"),
        (11, 30, 42, "the 12th highest"),
        (20, 21, 42, "the 21st highest"),
        (21, 20, 42, "the 21st lowest"),
        (5, 0, 8, "the joint lowest"),
        (0, 6, 8, "the joint highest"),
        (1, 4, 8, "the joint second highest"),
    ],
)
def test_places_are_told_from_the_nearer_end_and_ties_as_joint(higher, lower, of, told):
    assert words.place(higher, lower, of) == told


def test_no_offence_is_judged_and_told_as_half_of_one():
    result, finding = found("warwickshire", "homicide", period="2025-12", window="quarter")
    assert result.numerator == 0
    assert "Warwickshire recorded 0 homicides in October to December 2025, the " in finding.sentences[0]
    assert "where none is counted as half an offence" in finding.sentences[0]
    assert "0.000 for every" not in finding.sentences[0]


def test_a_negative_count_is_told_as_a_correction_and_not_as_a_rate():
    _, finding = found("lincolnshire", "homicide", period="2012-12", window="quarter")
    assert finding.sentences[0].startswith(
        "For October to December 2012 Lincolnshire entered -1 homicides, a correction"
    )
    assert "-0.0" not in " ".join(finding.sentences)


def test_an_extreme_force_that_does_not_stand_out_among_all_is_told_why():
    _, finding = found("metropolitan", "theft-from-the-person", period="2025-12", peers="all")
    assert "far above" in finding.headline
    assert "does not stand out, because on this measure forces differ widely" in finding.sentences[1]


def test_numbers_are_written_for_reading():
    assert words.rate(-0.0001, 1) == "0.0"
    assert words.rate(1234.56, 1) == "1,234.6"
    assert words.rate(-0.04, 2) == "-0.04"
    assert words.about(44144.1) == "44,100"
    assert words.about(659.9) == "660"
    assert words.about(999.7) == "1,000"
    assert words.counted(1, "robbery", "robberies") == "1 robbery"
    assert words.counted(0, "robbery", "robberies") == "0 robberies"
    assert [words.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd"]
    )


def test_a_region_is_named_with_its_article():
    _, finding = found("kent", "robbery", peers="region")
    assert "the other forces of the South East" in finding.headline


@pytest.mark.parametrize("measure", SNAPSHOT.crime_measures)
def test_every_trend_is_told_in_whole_sentences_with_its_own_figures(measure):
    definition = SNAPSHOT.measures[measure]
    for force in SNAPSHOT.forces:
        found_trend = trend(SNAPSHOT, force=force, measure=measure)
        finding = findings.of_trend(found_trend, definition, SNAPSHOT.forces[force])
        text = " ".join([finding.headline + ".", *finding.sentences])
        assert not re.search(PATTERNS_OF_NONSENSE, text), text
        assert not re.search(r"\b0\.0%", text), text
        assert words.rate(found_trend.year_values[-1], definition.decimals) in text
        assert ("really" in finding.headline) == (found_trend.verdict in ("rising", "falling"))
        assert (str(found_trend.verdict) in finding.headline) == (found_trend.verdict in ("rising", "falling"))
        change = found_trend.change_on_year_percent
        if change is not None and abs(change) >= 0.05:
            assert f"{abs(change):,.1f}% {'more' if change > 0 else 'less'} than a year before" in text
        assert (" above " in text) <= (found_trend.verdict == "rising")
        assert (" below " in text) <= (found_trend.verdict == "falling")


def test_city_of_london_is_told_in_counts():
    found_trend = trend(SNAPSHOT, force="city-of-london", measure="shoplifting", period="2025-12", counts=True)
    finding = findings.of_trend(found_trend, SNAPSHOT.measures["shoplifting"], SNAPSHOT.forces["city-of-london"])
    assert finding.headline == "City of London: the number of shoplifting offences is really rising"
    assert finding.sentences[0].endswith("recorded 1,434 shoplifting offences, 8.8% fewer than a year before.")


def test_a_change_that_rounds_to_nothing_is_told_as_the_same():
    assert words.change(0.04) == "the same as"
    assert words.change(-0.04) == "the same as"
    assert words.change(-12.34) == "12.3% less than"


@pytest.mark.parametrize("peers", ["similar", "region", "all"])
def test_a_profile_is_told_in_three_whole_and_true_sentences(peers):
    for force in SNAPSHOT.forces:
        known = profile(SNAPSHOT, force=force, peers=peers)
        finding = findings.of_profile(known, SNAPSHOT.measures, SNAPSHOT.forces[force])
        text = " ".join([finding.headline + ".", *finding.sentences])
        assert len(finding.sentences) == 3
        assert not re.search(PATTERNS_OF_NONSENSE, text), text
        assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in finding.sentences), text
        assert not re.search(r"[ (+−]0\.0%", text)
        if force == "city-of-london":
            assert "not compared" in text
            continue
        number = sum(line.stands_out for line in known.lines)
        assert f"stands out on {number or 'none'} of {len(known.lines)} measures" in finding.headline
        lines = {SNAPSHOT.measures[line.measure].title.lower(): line for line in known.lines}
        judged = any(line.verdict_peers for line in known.lines)
        for sentence, side in zip(finding.sentences, ("above", "below"), strict=False):
            for name, value, average in re.findall(
                r"(?:: |, | and )([^,:()]+?) \(([\d.]+) against [a-z' ]+([\d.]+)", sentence
            ):
                line = lines[name.lower()]
                assert line.numerator >= findings.FEW
                decimals = SNAPSHOT.measures[line.measure].decimals
                assert (line.verdict_peers if judged else line.verdict_all).removeprefix("far-") == side
                assert value == words.rate(line.value, decimals)
                assert average == words.rate(line.group_average if judged else line.england_and_wales, decimals)
        for way, sign in (("rising", "+"), ("falling", "−")):
            part = re.search(rf"eally {way}: ([^;]+?)[;.]?$|eally {way}: ([^;]+);", finding.sentences[2])
            for name, size in re.findall(
                rf"(?:^|, | and )([^,()]+?) \({sign}([\d.,]+)%", (part[1] or part[2]) if part else ""
            ):
                line = lines[name.lower()]
                assert line.change == way
                assert f"{abs(line.change_on_year_percent):,.1f}" == size


def test_the_nation_is_told_by_its_largest_real_changes():
    finding = findings.of_nation(real_changes(SNAPSHOT, "2025-12"), SNAPSHOT.measures)
    assert finding.sentences[0].startswith(
        "Really rising: business robbery (+78.2% on a year before, rising in 39 of 42 forces), drug trafficking (+25.6%"
    )
    assert finding.sentences[1].startswith("Really falling: non-residential burglary (−13.5% on a year before")
    assert findings.of_nation((), SNAPSHOT.measures).sentences == ("Nothing shows a real change on the year before.",)


@pytest.mark.parametrize("measure", [*list(SNAPSHOT.crime_measures)[::4], "homicide", "domestic-burglary"])
def test_every_map_is_told_in_whole_and_true_sentences(measure):
    definition = SNAPSHOT.measures[measure]
    window = definition.windows[-1]
    block = SNAPSHOT.blocks[measure, window]
    for period in (block.periods[0], block.periods[-1]):
        shading = shade(SNAPSHOT, measure=measure, period=period, window=window)
        values = {area.force: area.value for area in shading.areas if area.value is not None}
        for force in SNAPSHOT.forces:
            finding = findings.of_map(shading, definition, SNAPSHOT.forces, SNAPSHOT.forces[force])
            text = " ".join([finding.headline + ".", *finding.sentences])
            assert not re.search(PATTERNS_OF_NONSENSE, text), text
            assert all(sentence.endswith(".") for sentence in finding.sentences)
            if force not in values:
                assert f"{SNAPSHOT.forces[force].name} is not ranked: " in text
                continue
            assert f"{SNAPSHOT.forces[force].name} has {words.rate(values[force], definition.decimals)}, the " in text
            if values[force] == max(values.values()):
                assert "the highest" in finding.sentences[-1] or "the joint highest" in finding.sentences[-1]
                assert SNAPSHOT.forces[force].name in finding.headline or " forces share" in finding.headline


def map_of(**values):
    ranked = sorted(values.values())
    areas = tuple(
        Area(force, missing="no figure for this period")
        if value is None
        else Area(
            force, value, rank=len(ranked) - ranked.index(value) - ranked.count(value) + 1, lower=ranked.index(value)
        )
        for force, value in values.items()
    )
    return Shading("rape", "2025-12", "year", "fifths", areas, len(ranked), 1.0, (), ())


def told_of(shading, force="kent"):
    return findings.of_map(shading, SNAPSHOT.measures["rape"], SNAPSHOT.forces, SNAPSHOT.forces[force])


def test_forces_that_share_the_highest_rate_are_named_or_counted():
    assert told_of(map_of(kent=2.0, essex=2.0, dorset=1.0)).headline == (
        "Kent and Essex share the highest rate of rape of 3 forces"
    )
    five = map_of(kent=2.0, essex=2.0, dorset=2.0, surrey=2.0, sussex=2.0, norfolk=1.0)
    assert told_of(five).headline == "Five forces share the highest rate of rape of 6 forces"
    level = told_of(map_of(kent=2.0, essex=2.0))
    assert level.headline == "All 2 forces have the same rate of rape"
    assert "In the year ending December 2025 each had 2.00 for every 1,000 people." in level.sentences[0]


def test_a_map_without_figures_says_so():
    empty = Shading("rape", "2025-12", "year", "fifths", (Area("kent", missing="no figure"),), 0, None, (), ())
    assert told_of(empty).headline == "Rape: no figures"
