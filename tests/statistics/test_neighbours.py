"""Statistical neighbours."""

import numpy as np
import pytest

from comparator.statistics import neighbours


def test_distances_are_euclidean_over_population_z_scores():
    drivers = np.array([[0.0, 10.0], [2.0, 10.0], [4.0, 40.0]])
    first, second = drivers[:, 0].std(), drivers[:, 1].std()
    apart = neighbours.distances(drivers)
    assert apart[0, 1] == pytest.approx(2 / first)
    assert apart[1, 2] == pytest.approx(((2 / first) ** 2 + (30 / second) ** 2) ** 0.5)
    assert (apart == apart.T).all()
    assert (np.diag(apart) == 0).all()


def test_the_unit_of_a_driver_does_not_matter():
    drivers = np.random.default_rng(3).normal(size=(10, 5))
    assert neighbours.distances(drivers * [1, 10, 100, 0.1, 7] + 5) == pytest.approx(neighbours.distances(drivers))


def test_nearest_leaves_the_unit_itself_out_and_begins_with_the_nearest():
    apart = neighbours.distances(np.array([[0.0], [1.0], [3.0], [7.0]]))
    assert neighbours.nearest(apart, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]


@pytest.mark.parametrize("drivers", [[[1.0, 2.0], [np.nan, 3.0]], [[1.0, 2.0], [1.0, 3.0]]])
def test_a_missing_or_constant_driver_is_refused(drivers):
    with pytest.raises(ValueError, match="every driver"):
        neighbours.distances(np.array(drivers))
