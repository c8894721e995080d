"""Counts of the committed snapshot against what ONS published of the same year.

Source: ONS, Police force area data tables, year ending December 2024 (published April 2025), Table P1, number of
offences. Forces have revised figures since, so ours, of April 2026, may differ a little. Its rates (Table P3) are on
older populations and are not comparable.
"""

import pytest

import comparator

PUBLISHED = [
    ("metropolitan", "all-crime-excluding-fraud", 948_211),
    ("metropolitan", "theft-from-the-person", 93_957),
    ("metropolitan", "violence-against-the-person", 251_177),
    ("city-of-london", "all-crime-excluding-fraud", 9_270),
    ("city-of-london", "theft-offences", 5_640),
    ("city-of-london", "shoplifting", 1_573),
    ("west-midlands", "all-crime-excluding-fraud", 313_763),
    ("greater-manchester", "residential-burglary", 0),
    ("south-wales", "public-order-offences", 13_865),
    ("dyfed-powys", "stalking-and-harassment", 7_186),
    ("north-wales", "sexual-offences", 2_413),
    ("durham", "criminal-damage-and-arson", 9_045),
    ("northumbria", "vehicle-offences", 7_498),
    ("avon-and-somerset", "robbery", 0),
]
