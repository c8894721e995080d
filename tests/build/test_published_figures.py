"""Counts of the committed snapshot against what ONS published of the same year.

Source: ONS, Police force area data tables, year ending December 2024, Table P1, number of offences. Forces have revised
their figures since, so ours, of a later release, may differ a little. Its rates (Table P3) are per head of older
population estimates and cannot be compared.
"""

import pytest

import comparator

FORCES = [
    ("metropolitan", "all-crime-excluding-fraud", 948_211),
    ("metropolitan", "violence-against-the-person", 238_191),
    ("metropolitan", "robbery", 35_028),
    ("metropolitan", "theft-from-the-person", 102_455),
    ("city-of-london", "all-crime-excluding-fraud", 9_270),
    ("city-of-london", "theft-offences", 5_640),
    ("city-of-london", "shoplifting", 1_573),
    ("west-midlands", "all-crime-excluding-fraud", 313_763),
    ("west-midlands", "violence-with-injury", 33_022),
    ("greater-manchester", "residential-burglary", 11_250),
    ("avon-and-somerset", "robbery", 2_510),
    ("cumbria", "bicycle-theft", 205),
    ("cumbria", "miscellaneous-crimes-against-society", 1_135),
    ("durham", "criminal-damage-and-arson", 9_045),
    ("dyfed-powys", "stalking-and-harassment", 7_186),
    ("kent", "violence-without-injury", 31_961),
    ("north-wales", "sexual-offences", 2_413),
    ("northumbria", "vehicle-offences", 7_498),
    ("south-wales", "other-theft-offences", 7_267),
    ("south-wales", "public-order-offences", 13_865),
]
# England and Wales less British Transport Police, two rows of the same table.
NATION = [
    ("all-crime-excluding-fraud", 5_350_405 - 82_863),
    ("violence-against-the-person", 1_957_367 - 14_695),
    ("homicide", 535 - 9),
    ("sexual-offences", 205_465 - 2_207),
    ("robbery", 81_135 - 1_810),
    ("theft-offences", 1_803_630 - 36_886),
    ("burglary", 253_912 - 429),
    ("criminal-damage-and-arson", 472_200 - 8_013),
    ("drug-offences", 193_863 - 3_433),
    ("possession-of-weapons-offences", 57_656 - 870),
    ("public-order-offences", 458_679 - 14_377),
    ("miscellaneous-crimes-against-society", 120_410 - 572),
]


@pytest.fixture(scope="module")
def snapshot():
    return comparator.open_snapshot()


def count(snapshot, force, measure):
    return comparator.compare(snapshot, force=force, measure=measure, period="2024-12").numerator


@pytest.mark.parametrize(("force", "measure", "published"), FORCES)
def test_a_forces_count_is_within_one_per_cent_of_what_ons_published(snapshot, force, measure, published):
    assert count(snapshot, force, measure) == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(("measure", "published"), NATION)
def test_all_forces_together_are_within_one_per_cent_of_what_ons_published(snapshot, measure, published):
    assert sum(count(snapshot, force, measure) for force in snapshot.forces) == pytest.approx(published, rel=0.01)
