"""What a scenario leaves: conditional ranges, caps that bind, and what the spread comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aienergy.intervals import SAMPLE_POWER, Floats
from aienergy.pathways.drivers import NAMES, Cohorts, Scenario
from aienergy.pathways.identity import CAPS, OUTPUTS, Paths, follow
from aienergy.pathways.sampling import draw, roots
from aienergy.pathways.sensitivity import Indices, sobol_indices

SAMPLES = 2**SAMPLE_POWER
SENSITIVITY_SAMPLES = 2048
_PERCENTILES = (5, 50, 95)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Summaries of all draws.

    Attributes:
        years: The years of the paths.
        ranges: For each of `OUTPUTS`, its 5th, 50th and 95th percentile among the draws, shape
            (3, years): ranges on the condition that the scenario holds, and no probabilities.
        binding: For each of `CAPS`, the share of draws that it bounds, shape (years,).
    """

    years: tuple[int, ...]
    ranges: Mapping[str, Floats]
    binding: Mapping[str, Floats]


def run_paths(scenario: Scenario, cohorts: Cohorts, samples: int, seed: int) -> Paths:
    """Draw the drivers and follow every draw."""
    drawn = draw(scenario, roots(len(NAMES), samples, seed))
    return follow(drawn, cohorts, scenario.last_year)


def run_scenario(
    scenario: Scenario, cohorts: Cohorts, samples: int = SAMPLES, seed: int = 0
) -> Outcome:
    """Run a scenario.

    Args:
        scenario: Drivers, their correlation, and the last year.
        cohorts: What was shipped up to the base year.
        samples: Number of draws, a power of two.
        seed: Seed of the scrambling.
    """
    paths = run_paths(scenario, cohorts, samples, seed)
    ranges = {name: np.percentile(paths.outputs[name], _PERCENTILES, axis=0) for name in OUTPUTS}
    binding = {
        name: np.asarray((paths.binding == place).mean(axis=0)) for place, name in enumerate(CAPS)
    }
    return Outcome(paths.years, ranges, binding)


def indices_of(
    scenario: Scenario, cohorts: Cohorts, year: int, output: str, samples: int, seed: int
) -> Indices:
    """Return Sobol indices of one output in one year over the roots of the drivers.

    The root of a driver that is correlated with an earlier one is what is left of it when the
    earlier one is known; what they share counts as the earlier one's.
    """
    place = year - cohorts.base_year - 1

    def function(unit: Floats) -> Floats:
        paths = follow(draw(scenario, unit), cohorts, year)
        return paths.outputs[output][:, place]

    return sobol_indices(function, len(NAMES), samples, seed)
