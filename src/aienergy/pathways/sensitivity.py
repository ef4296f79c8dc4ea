"""Sobol indices over independent roots: what the spread of an output comes from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aienergy.intervals import Floats


@dataclass(frozen=True, slots=True)
class Indices:
    """Shares of the variance of an output.

    Attributes:
        first: Share that each root has alone, shape (roots,).
        total: Share in which each root has any part, shape (roots,).
    """

    first: Floats
    total: Floats


def sobol_indices(
    function: Callable[[Floats], Floats], count: int, samples: int, seed: int
) -> Indices:
    """Estimate first-order and total Sobol indices.

    Two sets of scrambled Sobol points and all mixtures of them. First order by Saltelli et al.
    (Computer Physics Communications 181, 2010), total by Jansen (ibid. 117, 1999).

    Args:
        function: The output at roots of shape (n, count), in the unit cube.
        count: Number of independent roots.
        samples: Points of each set, a power of two; the function is called at
            (count + 2) x samples points.
        seed: Seed of the scrambling.
    """
    from scipy.stats import qmc

    sobol = qmc.Sobol(2 * count, scramble=True, rng=np.random.default_rng(seed))
    points = sobol.random_base2(samples.bit_length() - 1)
    a, b = points[:, :count], points[:, count:]
    at_a, at_b = function(a), function(b)
    variance = float(np.var(np.concatenate([at_a, at_b])))
    first, total = np.zeros(count), np.zeros(count)
    if variance <= 0.0:
        return Indices(first, total)
    for place in range(count):
        mixed = a.copy()
        mixed[:, place] = b[:, place]
        at_mixed = function(mixed)
        first[place] = np.mean(at_b * (at_mixed - at_a)) / variance
        total[place] = np.mean((at_a - at_mixed) ** 2) / 2 / variance
    return Indices(first, total)
