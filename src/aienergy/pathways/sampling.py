"""Draws of drivers: independent roots, correlated scores, quantiles."""

from functools import cache

import numpy as np

from aienergy.intervals import Floats
from aienergy.pathways.drivers import NAMES, Scenario

_EDGE = 1e-12  # a root of exactly zero or one would have no finite score


def positive_definite(matrix: Floats) -> bool:
    """Return whether a symmetric matrix can be a correlation of scores."""
    return bool(np.linalg.eigvalsh(matrix).min() > 1e-9)


@cache
def roots(count: int, samples: int, seed: int) -> Floats:
    """Return scrambled Sobol points in the unit cube, shape (samples, count).

    Args:
        count: Number of independent roots.
        samples: Number of points, a power of two.
        seed: Seed of the scrambling.
    """
    from scipy.stats import qmc  # slow to import; a reader of files does not need it

    sobol = qmc.Sobol(count, scramble=True, rng=np.random.default_rng(seed))
    points: Floats = sobol.random_base2(samples.bit_length() - 1)
    points.flags.writeable = False  # shared by all that ask for it
    return points


def scores(unit: Floats, correlation: Floats) -> Floats:
    """Turn roots into normal scores of the drivers with a stated correlation.

    A Gaussian copula: independent scores times the lower Cholesky factor. A driver thus depends on
    its own root and on those of drivers before it that it is correlated with.

    Args:
        unit: Independent roots between 0 and 1, shape (samples, drivers).
        correlation: Correlation of the scores, shape (drivers, drivers).
    """
    from scipy.special import ndtri

    independent: Floats = ndtri(np.clip(unit, _EDGE, 1 - _EDGE))
    # One product by element and sum: the order of additions is the same on any number of threads.
    factor = np.linalg.cholesky(correlation)
    columns = [
        sum((independent[:, j] * factor[i, j] for j in np.flatnonzero(factor[i])), np.zeros(1))
        for i in range(len(factor))
    ]
    return np.column_stack(columns)


def draw(scenario: Scenario, unit: Floats) -> dict[str, Floats]:
    """Return the value of each driver at each root, by name, each of shape (samples,)."""
    z = scores(unit, scenario.correlation)
    return {name: scenario.drivers[name].at(z[:, i]) for i, name in enumerate(NAMES)}
