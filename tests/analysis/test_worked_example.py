"""The worked example's arithmetic comes out, on any force's figures."""

import math
import re

import pytest

import comparator
from comparator.analysis.comparison import compare
from comparator.analysis.trend import trend
from comparator.analysis.worked_example import steps

SNAPSHOT = comparator.open_snapshot()


def example(force, measure, **asked):
    found = compare(SNAPSHOT, force=force, measure=measure, window="year", **asked)
    moved = trend(SNAPSHOT, force=force, measure=measure, counts=force == "city-of-london")
    told = steps(found, moved, SNAPSHOT.measures[measure], SNAPSHOT.forces[force])
    return found, moved, {step.question: step.lines for step in told}


def numbers(line):
    return [float(text.replace(",", "").replace("−", "-")) for text in re.findall(r"−?\d[\d,]*(?:\.\d+)?", line)]


@pytest.mark.parametrize("force", ["cleveland", "gwent", "metropolitan", "wiltshire"])
@pytest.mark.parametrize("measure", ["residential-burglary", "homicide", "all-crime-excluding-fraud", "rape"])
def test_each_line_gives_the_number_behind_its_equals_sign(force, measure):
    found, moved, told = example(force, measure)
    count, people, multiplier, rate = numbers(told["How much for its size?"][2])
    assert count / people * multiplier == pytest.approx(rate, rel=1e-3)
    *rates, number, average = numbers(told["What is usual in its group?"][0])
    assert sum(rates) / number == pytest.approx(average, rel=1e-3)
    mean, t, deviation, _, _, m, low, high = numbers(told["Is it unlike forces like it?"][1])
    reach = t * deviation * math.sqrt(1 + 1 / m)
    assert [math.exp(mean - reach), math.exp(mean + reach)] == pytest.approx([low, high], rel=5e-3)
    lines = told["Does it stand out among all forces?"]
    people, theta, multiplier, expected = numbers(lines[0])
    assert people * theta / multiplier == pytest.approx(expected, rel=1e-3)
    distance, by_chance, between, z, *_ = numbers(lines[3])
    assert distance / math.sqrt(by_chance + between) == pytest.approx(z, abs=0.02)
    assert z == pytest.approx(found.z, abs=0.006)
    changed = told["Has it really changed?"]
    quarters, centre, step = numbers(changed[0])
    assert quarters == len(moved.baseline) == 12
    assert numbers(changed[1]) == pytest.approx([centre - 2.66 * step, centre + 2.66 * step], rel=2e-2, abs=1e-4)


def test_city_of_london_is_told_as_a_count():
    _, _, told = example("city-of-london", "shoplifting")
    assert list(told) == ["How much?"]


def test_too_few_peers_leave_out_the_range():
    _, _, told = example("cleveland", "shoplifting", peers="kent,essex")
    assert "Is it unlike forces like it?" not in told
    assert "What is usual in its group?" in told


def test_a_series_without_quarters_leaves_out_the_change():
    _, _, told = example("kent", "all-crime-excluding-fraud-2003-to-2018")
    assert "Has it really changed?" not in told
