"""The closed list of drivers of a path, and a scenario as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aienergy.intervals import Floats, Interval, Support


@dataclass(frozen=True, slots=True)
class Driver:
    """One input of the identity.

    Attributes:
        name: Its key in a scenario file; ends with its unit.
        support: Family of its distribution.
        unit: Unit, in the registry's spelling.
        minimum: Smallest value that a file may state.
        maximum: Largest value that a file may state.
        short: What a figure calls it.
        meaning: What it is, for a reader.
    """

    name: str
    support: Support
    unit: str
    minimum: float
    maximum: float
    short: str
    meaning: str


_LIST: tuple[tuple[str, Support, str, float, float, str, str], ...] = (
    ("fleet_scale", "positive", "1", 0.1, 10, "chips counted",
     "counted chips over the middle of the count"),
    ("shipped_power_growth", "positive", "1", 0.2, 5, "growth of shipments",
     "rated power shipped in the first year over that of the year before, if no cap binds"),
    ("growth_persistence", "share", "1", 0.01, 0.999, "persistence of growth",
     "share of a year's growth that is left in the next year"),
    ("board_power_growth", "positive", "1", 0.5, 2, "power of a chip",
     "rated power of a new chip over that of the year before"),
    ("compute_per_watt_growth", "positive", "1", 0.8, 3, "compute per watt",
     "compute of a watt of new chips over that of the year before"),
    ("service_life_year", "positive", "year", 1, 20, "service life",
     "years from shipment to retirement"),
    ("install_lag_year", "positive", "year", 0.01, 0.5, "time to installation",
     "time from shipment to first use"),
    ("powered_share", "share", "1", 0.05, 0.999, "powered at the start",
     "share of installed chips that have electricity at the start"),
    ("node_over_board_ratio", "above_one", "1", 1.01, 4, "server over its boards",
     "rated power of a server over the rated power of its boards"),
    ("power_fraction", "share", "1", 0.05, 0.999, "power fraction",
     "mean power of a server over all hours, as a share of its rated power"),
    ("peak_power_share", "share", "1", 0.05, 0.999, "peak share",
     "highest power of the fleet as a share of its rated power"),
    ("network_ratio", "positive", "1", 1, 2, "network and storage",
     "IT power over the power of the servers"),
    ("pue", "above_one", "1", 1.01, 3, "PUE", "power of the facility over that of its IT"),
    ("chips_made_growth", "positive", "1", 0.5, 5, "growth of chip making",
     "chips that can be made in a year over those of the year before: a cap"),
    ("site_power_added_w", "positive", "W", 1e8, 1e12, "site power added",
     "peak power of sites that can be added in the first year: a cap"),
    ("site_power_growth", "positive", "1", 0.5, 3, "growth of added sites",
     "site power that can be added in a year over that of the year before"),
    ("capital_usd", "positive", "USD", 1e9, 1e14, "capital",
     "capital for new capacity in the first year: a cap"),
    ("capital_growth", "positive", "1", 0.5, 3, "growth of capital",
     "capital of a year over that of the year before"),
    ("cost_usd_per_w", "positive", "USD/W", 0.1, 1000, "cost of a watt",
     "cost of a site with its chips for one watt of its peak power"),
)  # fmt: skip
DRIVERS = tuple(Driver(*row) for row in _LIST)
NAMES = tuple(driver.name for driver in DRIVERS)
PLACES = {name: place for place, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Cohorts:
    """What was shipped in each year up to the base year, the middle of the count.

    Attributes:
        years: Years of shipment, rising; the last is the base year. Shape (n,).
        power_w: Rated power of the boards of each year, shape (n,).
        count: Chips of each year, shape (n,).
        h100e: Compute of the chips of each year, in H100 of equal peak rate, shape (n,).
    """

    years: tuple[int, ...]
    power_w: tuple[float, ...]
    count: tuple[float, ...]
    h100e: tuple[float, ...]

    @property
    def base_year(self) -> int:
        """The last year that was counted."""
        return self.years[-1]


@dataclass(frozen=True)
class Scenario:
    """A scenario as numbers.

    Attributes:
        drivers: Interval of each driver, by name.
        pairs: Correlation of the normal scores of two drivers, by their names.
        last_year: Year at which paths end.
    """

    drivers: Mapping[str, Interval]
    pairs: Mapping[tuple[str, str], float]
    last_year: int

    @cached_property
    def correlation(self) -> Floats:
        """Correlation of the normal scores of all drivers, in the order of the list."""
        matrix = np.eye(len(NAMES))
        for (one, other), value in self.pairs.items():
            i, j = PLACES[one], PLACES[other]
            matrix[i, j] = matrix[j, i] = value
        return matrix
