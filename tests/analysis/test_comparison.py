"""Comparisons on the real figures: the independently computed answers, and what METHODS gives and does not give."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comparator
from comparator.analysis.comparison import BASES, PeersError, as_record, as_rows, compare
from comparator.analysis.names import UnknownNameError
from comparator.snapshot import Snapshot

REFERENCE = json.loads((Path(__file__).parent / "reference_cases.json").read_text())
SNAPSHOT: Snapshot = comparator.open_snapshot()
COMPARED = [force for force in SNAPSHOT.forces if force != "city-of-london"]


@pytest.mark.parametrize("case", REFERENCE["rates"], ids=lambda case: f"{case['measure']}-{case['force']}")
def test_rates_and_funnel_are_the_reference_answers(case):
    result = compare(SNAPSHOT, force=case["force"], measure=case["measure"], period="2025-12")
    assert result.numerator == case["offences"]
    assert result.denominator == case["population"]
    assert result.denominator_year == 2024
    assert round(result.value, 4) == case["rate"]
    assert round(result.theta, 4) == case["theta"]
    assert result.tau2 == pytest.approx(case["tau2"], abs=0.0000051)
    assert round(result.z, 4) == case["z"]


@pytest.mark.parametrize("force", REFERENCE["peers"])
def test_similar_forces_and_their_distances_are_the_reference_answers(force):
    result = compare(SNAPSHOT, force=force, measure="rape", period="2025-12", peers="similar")
    found = [{"force": peer.force, "distance": round(peer.distance, 4)} for peer in result.peers]
    assert found == REFERENCE["peers"][force]


@pytest.mark.parametrize("case", REFERENCE["comparison"], ids=lambda case: case["force"])
def test_group_average_gap_and_ranges_are_the_reference_answers(case):
    result = compare(SNAPSHOT, force=case["force"], measure=case["measure"], period="2025-12")
    for name in ("group_average", "expected_low", "expected_high", "extreme_low", "extreme_high"):
        assert round(getattr(result, name), 4) == case[name], name
    assert round(result.gap, 1) == case["gap_in_offences"]
    assert (result.rank, result.of) == (case["rank_highest_first"], case["of"])


def test_methods_4_gives_further_answers_that_hold():
    assert compare(SNAPSHOT, force="north-yorkshire", measure="all-crime-excluding-fraud").z == pytest.approx(
        -2.516, abs=0.0005
    )
    assert compare(SNAPSHOT, force="surrey", measure="rape").z == pytest.approx(-3.645, abs=0.0005)


def test_city_of_london_has_counts_but_is_compared_with_nobody():
    result = compare(SNAPSHOT, force="city-of-london", measure="shoplifting", peers="all")
    record = as_record(result)
    assert record["numerator"] > 0
    for name in ("group_average", "gap", "rank", "of", "expected_low", "extreme_high", "verdict_peers", "z"):
        assert record[name] is None, name
    assert record["verdict_all"] is None
    assert record["peers"] == []
    assert "city-of-london-residents" in record["caveats"]


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("force", SNAPSHOT.forces)
def test_city_of_london_is_in_no_group(force, basis):
    result = compare(SNAPSHOT, force=force, measure="robbery", peers=basis)
    assert "city-of-london" not in [peer.force for peer in result.peers]
    assert force not in [peer.force for peer in result.peers]
    assert len(result.everyone) == 42


def test_a_group_of_three_peers_is_ranked_but_has_no_verdict():
    result = compare(SNAPSHOT, force="gwent", measure="burglary", peers="region")
    assert result.of == 4
    assert result.group_average is not None
    assert result.verdict_peers is None
    assert result.expected_low is None
    assert result.verdict_all == "typical"


def test_the_metropolitan_police_has_no_peers_in_its_region():
    result = compare(SNAPSHOT, force="metropolitan", measure="burglary", peers="region")
    assert result.peers == ()
    assert result.group_average is None
    assert result.rank is None
    assert result.z is not None


CRIME_BLOCKS = sorted(block for block in SNAPSHOT.blocks if block[0] in SNAPSHOT.crime_measures)
chosen_forces = st.lists(st.sampled_from(COMPARED), min_size=2, max_size=16, unique=True)


@settings(max_examples=60)
@given(chosen_forces, st.sampled_from(CRIME_BLOCKS), st.randoms())
def test_for_any_choice_the_identities_hold(forces, block, random):
    own, *peers = forces
    measure, window = block
    ends = SNAPSHOT.blocks[block].periods
    result = compare(SNAPSHOT, force=own, measure=measure, period=random.choice(ends), peers=peers, window=window)
    values = [result.value, *(peer.value for peer in result.peers)]
    assert result.value == pytest.approx(result.numerator / result.denominator * 1000)
    assert result.group_average == pytest.approx(np.mean(values))
    assert result.gap == pytest.approx((result.value - result.group_average) * result.denominator / 1000, abs=1e-6)
    assert result.rank == 1 + sum(value > result.value for value in values[1:])
    assert result.of == len(values)
    assert [peer.force for peer in result.peers] == peers
    if len(peers) >= 4:
        assert result.extreme_low <= result.expected_low <= result.expected_high <= result.extreme_high
        inside = result.expected_low <= max(result.value, 0.5 / result.denominator * 1000) <= result.expected_high
        assert (result.verdict_peers == "in-line") == inside
    else:
        assert result.verdict_peers is None


@settings(max_examples=40)
@given(st.sampled_from(COMPARED), st.sampled_from(sorted(SNAPSHOT.crime_measures)), st.sampled_from(BASES), st.data())
def test_the_tables_of_the_snapshot_say_the_same_as_a_comparison_made_now(force, measure, basis, data):
    period = data.draw(st.sampled_from(SNAPSHOT.blocks[measure, "year"].periods))
    result = compare(SNAPSHOT, force=force, measure=measure, period=period, peers=basis)
    row = COMPARISONS.loc[(measure, "year", period, force)]
    verdict = row["verdict_all_peers" if basis == "all" else f"verdict_{basis}"]
    assert (verdict or None) == result.verdict_peers
    assert (row["verdict_all"] or None) == result.verdict_all
    assert row["z"] == pytest.approx(result.z)
    if result.rank is None:
        assert np.isnan(row[f"rank_{basis}"])
    else:
        assert row[f"rank_{basis}"] == result.rank
        assert row[f"group_average_{basis}"] == pytest.approx(result.group_average)


COMPARISONS = (
    SNAPSHOT.table("comparisons")
    .set_index(["measure", "window", "period_end", "force"])
    .astype({"verdict_all": object, "verdict_similar": object, "verdict_region": object, "verdict_all_peers": object})
)
COMPARISONS = COMPARISONS.where(COMPARISONS.notna(), None).astype(
    {name: float for name in COMPARISONS.columns if not name.startswith("verdict")}
)


def test_a_comma_list_and_a_sequence_of_peers_mean_the_same():
    text = compare(SNAPSHOT, force="kent", measure="rape", peers="surrey, sussex,essex,norfolk")
    assert text == compare(SNAPSHOT, force="kent", measure="rape", peers=["surrey", "sussex", "essex", "norfolk"])


@pytest.mark.parametrize(
    ("peers", "why"),
    [
        ("city-of-london,kent", "too few residents"),
        ("cleveland,kent", "its own peer"),
        (",".join(force for force in COMPARED if force != "cleveland"), "1 to 15"),
    ],
)
def test_peers_that_cannot_be_compared_with_are_refused_with_the_reason(peers, why):
    with pytest.raises(PeersError, match=why):
        compare(SNAPSHOT, force="cleveland", measure="rape", peers=peers)


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ({"force": "clevland"}, "cleveland"),
        ({"measure": "burglery"}, "burglary"),
        ({"period": "2025-13"}, "2025-12"),
        ({"period": "2025-11"}, "2025-12"),
        ({"peers": "simular"}, "similar"),
        ({"peers": "kent,surey"}, "surrey"),
        ({"window": "month"}, "year"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest_valid_one(wrong, nearest):
    asked = {"force": "cleveland", "measure": "rape"} | wrong
    with pytest.raises(UnknownNameError, match=nearest):
        compare(SNAPSHOT, **asked)


def test_rows_for_downloads_hold_the_force_first_and_each_peer_with_its_interval():
    result = compare(SNAPSHOT, force="cleveland", measure="homicide")
    rows = as_rows(result, SNAPSHOT.measures["homicide"])
    assert [row["role"] for row in rows] == ["force"] + ["peer"] * 7
    assert rows[0]["verdict_peers"] == result.verdict_peers
    assert rows[1]["distance"] == result.peers[0].distance
    assert all(row["interval_low"] <= row["value"] <= row["interval_high"] for row in rows)
    assert all(list(row) == list(rows[0]) for row in rows)
