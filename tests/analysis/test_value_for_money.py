"""Value for Money: every line against a plain calculation, identities, published totals, gaps, sentences."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis import value_findings, words
from comparator.analysis.comparison import PeersError
from comparator.analysis.names import UnknownNameError
from comparator.analysis.value_for_money import (
    COST_OF_AN_OFFICER,
    INCOME,
    NET,
    OTHER,
    PAY,
    by_offence_group,
    compositions,
    crossable,
    group_values,
    over_the_years,
    quadrant,
    value_for_money,
    what_if,
    year_end_of,
    years,
)
from comparator.catalogue import CITY_OF_LONDON

SNAPSHOT = comparator.open_snapshot()
FINANCE = SNAPSHOT.table("finance").set_index(["year_end", "force", "line"])["amount"]
WORKFORCE = SNAPSHOT.table("workforce").set_index(["date", "force", "kind"])["fte"]
OUTCOMES = SNAPSHOT.table("outcomes").set_index(["year_end", "force", "outcome"])["by_date_of_outcome"]
PEOPLE = SNAPSHOT.table("population").set_index(["force", "year"])["population"]
ENGLISH = [force.id for force in SNAPSHOT.forces.values() if force.country == "England" and force.id != CITY_OF_LONDON]
WELSH = [force.id for force in SNAPSHOT.forces.values() if force.country == "Wales"]
COMPARED = [*ENGLISH, *WELSH]
YEARS = [f"{year}-{(year + 1) % 100:02d}" for year in range(2007, 2026)]
NONSENSE = r"nan|None|  |\.\.|,,| ,| \.|\{|\}|£-|−−|\binf\b"

AMOUNTS = {
    "net-police-spending": "net-current-expenditure",
    "gross-police-spending": "total-expenditure",
    "spending-on-pay": "employees",
    "spending-other-than-pay": "running-expenses",
    "income-from-fees-and-other-bodies": "income",
}


def of(force, year="2024-25", peers="similar"):
    return value_for_money(SNAPSHOT, force=force, year=year, peers=peers)


def people(force, year):
    """Return the population of the 30 June in a financial year."""
    return int(PEOPLE[force, int(year[:4])])


def plain(measure, force, year):
    """Return a measure's numerator and denominator straight from the source tables, or None."""
    end = year_end_of(SNAPSHOT, year)
    try:
        if measure in AMOUNTS:
            return FINANCE[end, force, AMOUNTS[measure]], people(force, year)
        if measure == COST_OF_AN_OFFICER:
            return FINANCE[end, force, "net-current-expenditure"], WORKFORCE[end, force, "officers"]
        outcome = {"charge-or-summons-rate": "charged-or-summonsed", "out-of-court-disposal-rate": "out-of-court"}[
            measure
        ]
        return OUTCOMES[end, force, outcome], OUTCOMES[end, force, "assigned"]
    except KeyError:
        return None


@pytest.mark.parametrize("year", ["2008-09", "2016-17", "2022-23", "2024-25"])
@pytest.mark.parametrize("force", ["cleveland", "kent", "metropolitan", "greater-manchester", "dorset"])
def test_each_line_is_what_a_plain_calculation_gives(force, year):
    found = of(force, year)
    for measure in (*AMOUNTS, COST_OF_AN_OFFICER, "charge-or-summons-rate", "out-of-court-disposal-rate"):
        line = found.line(measure)
        scale = SNAPSHOT.measures[measure].multiplier
        own = plain(measure, force, year)
        if own is None:
            assert (line.value, line.rank, line.peers_average, line.outlier) == (None,) * 4
            continue
        assert line.value == pytest.approx(own[0] / own[1] * scale)
        known = [figures for peer in found.peers if (figures := plain(measure, peer, year)) is not None]
        if SNAPSHOT.measures[measure].compared == "england":
            known = [
                plain(measure, peer, year) for peer in found.peers if peer in ENGLISH and plain(measure, peer, year)
            ]
        total, whole = (sum(figures[place] for figures in [own, *known]) for place in (0, 1))
        assert line.peers_known == len(known)
        assert line.peers_average == pytest.approx(total / whole * scale)
        assert line.difference == pytest.approx(line.value - line.peers_average)
        assert line.difference_total == pytest.approx(line.difference * own[1] / scale)
        compared = ENGLISH if SNAPSHOT.measures[measure].compared == "england" else COMPARED
        everyone = [figures[0] / figures[1] for other in compared if (figures := plain(measure, other, year))]
        assert (line.rank, line.of) == (1 + sum(value > own[0] / own[1] for value in everyone), len(everyone))
        nation = [figures for other in ENGLISH if (figures := plain(measure, other, year))]
        assert line.england == pytest.approx(
            sum(figures[0] for figures in nation) / sum(figures[1] for figures in nation) * scale
        )


@pytest.mark.parametrize("year", YEARS)
def test_parts_make_the_whole_and_per_head_times_people_is_the_total(year):
    for force in ENGLISH:
        found = of(force, year)
        net, gross, pay, other, income = (found.line(measure) for measure in AMOUNTS)
        if net.value is not None:
            assert net.value * people(force, year) == pytest.approx(net.numerator)
        if pay.value is not None:
            assert pay.value + other.value == pytest.approx(gross.value, abs=0.01)
            assert gross.value - income.value == pytest.approx(net.value, abs=0.01)
            parts = pay.difference_total + other.difference_total - income.difference_total
            assert parts == pytest.approx(net.difference_total, abs=5000)


def test_the_english_forces_make_the_published_totals_of_england():
    # MHCLG, RSX 2024-25, row of England; City of London's police are in it.
    net = sum(of(force).line(NET).numerator for force in [*ENGLISH, CITY_OF_LONDON])
    gross = sum(of(force).line("gross-police-spending").numerator for force in [*ENGLISH, CITY_OF_LONDON])
    assert round(gross / 1e9, 2) == 18.56
    assert round(net / 1e9, 2) == 16.91


def test_officers_and_grant_make_the_published_totals():
    officers = sum(of(force).line("police-officers").numerator for force in SNAPSHOT.forces)
    assert round(officers) == 146_442  # Home Office, 31 March 2025
    grants = sum(of(force, "2025-26").line("central-government-grant").numerator for force in SNAPSHOT.forces)
    # Home Office, funding of 2025-26: the file's whole pounds come to two pounds less than the total told with it.
    assert grants == 9_806_553_489 - 2
    in_2023 = sum(of(force, "2022-23").line("police-officers").numerator for force in SNAPSHOT.forces)
    assert round(in_2023) == 147_430  # Home Office, 31 March 2023, without British Transport Police
    assert round(of("metropolitan", "2022-23").line("police-officers").numerator) == 34_899


class TestGaps:
    @pytest.mark.parametrize("year", YEARS)
    def test_a_line_without_a_figure_always_has_a_reason_or_is_not_yet_published(self, year):
        for force in SNAPSHOT.forces:
            for line in of(force, year).lines:
                kinds = {SNAPSHOT.caveats[name].kind for name in line.caveats}
                if line.numerator is not None:
                    assert "gap" not in kinds
                    continue
                assert (line.value, line.peers_average, line.difference, line.rank) == (None,) * 4
                assert kinds <= {"gap"}
                if year < "2024":
                    measured_since = SNAPSHOT.measures[line.measure].first_period
                    assert kinds or line.period_end < measured_since, (force, year, line.measure)

    @pytest.mark.parametrize("force", WELSH)
    def test_welsh_spending_is_told_nowhere(self, force):
        for year in YEARS:
            for measure in (*AMOUNTS, COST_OF_AN_OFFICER, "reserves"):
                assert of(force, year).line(measure).numerator is None

    def test_people_are_counted_at_the_nearest_date_within_half_a_year(self):
        found = of("kent")
        assert (found.line("police-officers").period_end, found.line("police-staff").period_end) == (
            "2025-03",
            "2025-09",
        )
        assert of("kent", "2023-24").line("police-officers").value is None
        assert of("kent", "2025-26").line("police-officers").period_end == "2026-03"

    def test_city_of_london_has_totals_and_ratios_but_no_place(self):
        found = of(CITY_OF_LONDON)
        assert found.line(NET).value is None
        assert found.line(NET).numerator == FINANCE["2025-03", CITY_OF_LONDON, "net-current-expenditure"]
        assert found.line(COST_OF_AN_OFFICER).value is not None
        assert {line.rank for line in found.lines} == {None}
        assert compositions(SNAPSHOT, found) == ()

    def test_dorset_has_no_accounts_of_2016_17_and_staff_of_greater_manchester_were_not_counted(self):
        assert "dorset-2016-17" in of("dorset", "2016-17").line(NET).caveats
        assert "greater-manchester-september-2025" in of("greater-manchester").line("police-staff").caveats


class TestOutliers:
    def test_high_and_low_are_the_outer_tenths_and_for_money_worth_a_pound_a_head(self):
        for force in COMPARED:
            for line in of(force).lines:
                if line.rank is None:
                    assert line.outlier is None
                    continue
                worth = SNAPSHOT.measures[line.measure].kind != "money" or abs(line.difference or 0) >= 1
                high, low = line.rank / line.of <= 0.1, (line.of - line.rank + 1) / line.of <= 0.1
                assert line.outlier == ("high" if high and worth else "low" if low and worth else None)

    def test_three_of_38_forces_are_the_highest_tenth(self):
        high = [force for force in ENGLISH if of(force).line(NET).outlier == "high"]
        assert len(high) == 3
        assert high == [force for force in ENGLISH if of(force).line(NET).rank <= 3]


class TestPictures:
    @settings(max_examples=30, deadline=None)
    @given(st.sampled_from(COMPARED), st.sampled_from(crossable(SNAPSHOT)[0]), st.sampled_from(crossable(SNAPSHOT)[1]))
    def test_a_quadrant_holds_the_values_of_the_lines_and_their_averages(self, force, across, up):
        found = of(force)
        seen = quadrant(SNAPSHOT, found, across, up)
        assert (seen.average_across, seen.average_up) == (
            found.line(across).peers_average,
            found.line(up).peers_average,
        )
        for point in seen.points:
            theirs = of(point.force)
            assert (point.across, point.up) == (theirs.line(across).value, theirs.line(up).value)
        if found.line(across).value is not None and found.line(up).value is not None:
            assert seen.points[0].force == force

    @pytest.mark.parametrize("measure", [NET, PAY, "reserves", "council-tax-precept"])
    def test_years_hold_each_years_own_figures_and_gaps_between_them(self, measure):
        found = of("kent")
        moved = over_the_years(SNAPSHOT, found, measure)
        ends = [year.year_end for year in moved]
        assert ends == sorted(set(ends))
        assert all(int(later[:4]) - int(earlier[:4]) == 1 for earlier, later in pairwise(ends))
        for year in moved:
            own = FINANCE.get((year.year_end, "kent", {NET: "net-current-expenditure", PAY: "employees"}.get(measure)))
            if measure in (NET, PAY):
                assert (year.value is None) == (own is None)
            if year.value is not None:
                assert year.lowest <= year.highest
                assert min(year.lowest, year.value) <= year.average <= max(year.highest, year.value)
        if measure == PAY:
            assert [year.year_end for year in moved if year.value] == [
                "2017-03",
                "2022-03",
                "2023-03",
                "2024-03",
                "2025-03",
            ]

    def test_compositions_are_the_parts_of_net_spending_highest_first(self):
        found = compositions(SNAPSHOT, of("kent"))
        assert [one.net for one in found] == sorted((one.net for one in found), reverse=True)
        assert {one.force for one in found} == {"kent", *of("kent").peers}
        for one in found:
            assert one.pay + one.other - one.income == pytest.approx(one.net, abs=0.01)

    def test_peers_without_a_figure_are_left_out_of_a_lines_group(self):
        found = of("cleveland")
        assert "south-wales" in found.peers
        assert "south-wales" not in group_values(SNAPSHOT, found, found.line(NET))
        assert "south-wales" in group_values(SNAPSHOT, found, found.line("police-officers"))


class TestWhatIf:
    @given(st.floats(0, 1000, allow_nan=False))
    def test_it_is_the_difference_for_every_person_and_at_the_forces_own_cost_of_an_officer(self, target):
        found = of("cleveland")
        line = found.line(NET)
        come_to = what_if(found, line, target, SNAPSHOT.measures[NET])
        assert come_to.pounds == pytest.approx((line.value - target) * people("cleveland", "2024-25"), abs=1e-3)
        assert come_to.officers == pytest.approx(come_to.pounds / found.line(COST_OF_AN_OFFICER).value)

    def test_at_its_groups_average_it_is_the_difference_of_the_line(self):
        found = of("kent")
        for measure in (NET, PAY, OTHER, INCOME):
            line = found.line(measure)
            moved = what_if(found, line, line.peers_average, SNAPSHOT.measures[measure])
            assert moved.pounds == pytest.approx(line.difference_total)

    def test_officers_are_not_told_where_they_were_not_counted(self):
        found = of("kent", "2023-24")
        assert what_if(found, found.line(NET), 200.0, SNAPSHOT.measures[NET]).officers is None

    def test_a_line_without_a_figure_is_refused(self):
        found = of("gwent")
        with pytest.raises(ValueError, match="no figure"):
            what_if(found, found.line(NET), 200.0, SNAPSHOT.measures[NET])


def test_outcomes_by_offence_group_are_shares_of_the_crimes_recorded():
    found = of("kent")
    table = SNAPSHOT.table("outcomes_by_group")
    for one in by_offence_group(SNAPSHOT, found):
        rows = table[(table["force"] == "kent") & (table["group"] == one.group)].set_index("outcome")["number"]
        assert one.recorded == rows.sum()
        assert one.charged == pytest.approx(rows["charged-or-summonsed"] / rows.sum() * 100)
        both = rows.get("out-of-court-formal", 0) + rows.get("out-of-court-informal", 0)
        assert one.out_of_court == pytest.approx(both / rows.sum() * 100)
        group = table[table["force"].isin(["kent", *found.peers]) & (table["group"] == one.group)]
        charged = group[group["outcome"] == "charged-or-summonsed"]["number"].sum()
        assert one.peers_charged == pytest.approx(charged / group["number"].sum() * 100)
    assert by_offence_group(SNAPSHOT, of("kent", "2023-24")) == ()


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"force": "clevland"}, UnknownNameError),
        ({"year": "2024"}, UnknownNameError),
        ({"year": "1999-00"}, UnknownNameError),
        ({"peers": "kent"}, PeersError),
        ({"peers": "nowhere"}, UnknownNameError),
    ],
)
def test_what_does_not_exist_is_refused_by_name(asked, error):
    with pytest.raises(error):
        value_for_money(SNAPSHOT, **{"force": "kent", "year": "2024-25", "peers": "similar", **asked})


class TestSentences:
    @pytest.mark.parametrize("year", ["2007-08", "2016-17", "2022-23", "2023-24", "2024-25", "2025-26"])
    def test_every_force_gets_whole_true_and_neutral_sentences(self, year):
        for force in SNAPSHOT.forces.values():
            for peers in ("similar", "region"):
                found = of(force.id, year, peers)
                finding = value_findings.of_profile(found, SNAPSHOT.measures, SNAPSHOT.caveats, force)
                told = [finding, *(self.line_told(line, found, force) for line in found.lines)]
                for one in told:
                    text = " ".join([one.headline + ".", *one.sentences])
                    assert not re.search(NONSENSE, text), text
                    assert not re.search(r"\b(worse|better|bad|good|poor)\b", text), text
                    assert all(sentence[0].isupper() or sentence[0] in "£0123456789" for sentence in one.sentences)
                    assert all(sentence.endswith((".", "%")) for sentence in one.sentences), text
                assert force.name in finding.headline
                net = found.line(NET)
                if net.value is not None:
                    assert words.pounds(net.value) in finding.headline
                    assert words.millions(net.numerator) in finding.sentences[0]

    def line_told(self, line, found, force):
        told = value_findings.of_line(line, found, SNAPSHOT.measures, SNAPSHOT.caveats, force)
        if line.value is not None:
            assert value_findings.figure(line.value, SNAPSHOT.measures[line.measure]) in told.headline
        return told

    def test_cleveland_reads_as_a_treasurer_would_say_it(self):
        found = of("cleveland")
        finding = value_findings.of_profile(found, SNAPSHOT.measures, SNAPSHOT.caveats, SNAPSHOT.forces["cleveland"])
        assert finding.headline == "Cleveland spent £319 on policing for every person in 2024-25"
        assert finding.sentences[0] == (
            "Cleveland spent £191.4 million net on policing in 2024-25. For every person that is the third highest of "
            "38 English forces. It is £26 more than the average of Cleveland and six of seven similar forces, which "
            "comes to £15.9 million a year."
        )

    def test_a_fault_of_the_forces_own_accounts_is_told_with_its_figure_and_not_with_its_peers(self):
        def told(force, year):
            found = of(force, year)
            return " ".join(
                value_findings.of_profile(found, SNAPSHOT.measures, SNAPSHOT.caveats, SNAPSHOT.forces[force]).sentences
            )

        assert "Beware: Since 2014-15 West Mercia's accounts put" in told("west-mercia", "2024-25")
        assert "Beware" not in told("west-mercia", "2012-13")
        peer = next(force for force in ENGLISH if "west-mercia" in of(force).peers)
        assert "Beware" not in told(peer, "2024-25")
        assert "west-mercia-other-services" in of(peer).line(NET).caveats

    def test_a_difference_is_told_as_more_or_less_with_its_total(self):
        found = of("cleveland")
        told = self.line_told(found.line("police-officers"), found, SNAPSHOT.forces["cleveland"])
        assert "0.04 less than its group's average of 2.58: 27 officers fewer in all." in told.sentences

    def test_a_quadrant_says_on_which_side_of_both_averages_the_force_lies_and_claims_no_cause(self):
        seen = quadrant(SNAPSHOT, of("cleveland"), NET, "charge-or-summons-rate")
        text = value_findings.of_quadrant(seen, SNAPSHOT.measures, SNAPSHOT.forces["cleveland"])
        assert "£318.73 per person is above its group's average of £292.31" in text
        assert "12.3 per 100 outcomes is above its group's average of 10.0" in text
        assert "do not say that one causes the other" in text

    def test_a_figure_that_is_rounded_to_the_average_is_called_the_same(self):
        found = of("cleveland")
        line = found.line("police-officers")
        same = replace(line, value=2.5761, peers_average=2.5763, difference=-0.0002, difference_total=-0.12)
        assert (
            "The same as its group's average of 2.58."
            in self.line_told(same, found, SNAPSHOT.forces["cleveland"]).sentences
        )


def test_years_run_from_the_first_accounts_to_the_newest_funding():
    assert [comparator.periods.describe(end, "financial-year") for end in years(SNAPSHOT)] == YEARS
    assert not np.isnan(FINANCE["2008-03", "kent", "net-current-expenditure"])
