"""What a rule or a choice changes: electricity, and the emissions attributed to it."""

import math

import numpy as np

from aienergy.formulas.registry import HOURS_PER_DAY, Values, formula

HOURS_PER_YEAR = 8766  # 365.25 days, as the registry of units has it
_HALF_DAY = HOURS_PER_DAY // 2
_GRAMS_PER_TONNE = 1e6
_KWH_PER_TWH = 1e9


@formula("electricity x (1 - limit / PUE)", unit="TWh")
def pue_limit_saving_twh(electricity_demand_twh: Values, pue: Values, pue_limit: Values) -> Values:
    """Electricity saved a year if the mean PUE of facilities falls to a limit, the work unchanged.

    A limit binds each facility, so that a mean at the limit is the least that it brings where all
    facilities above it come down to it.
    """
    return electricity_demand_twh * (1 - pue_limit / pue)


@formula("electricity x intensity", unit="tCO2e", electricity_twh=1, grid_intensity_gco2e_per_kwh=1)
def attributed_tco2e(electricity_twh: Values, grid_intensity_gco2e_per_kwh: Values) -> Values:
    """Emissions attributed to electricity by the average factor of its grid.

    They answer whose emissions these are in an account, and not what would be avoided.
    """
    return electricity_twh * _KWH_PER_TWH * grid_intensity_gco2e_per_kwh / _GRAMS_PER_TONNE


@formula("intensity of the new place - intensity of the old", unit="gCO2e/kWh")
def moved_intensity_gco2e_per_kwh(
    new_intensity_gco2e_per_kwh: Values, old_intensity_gco2e_per_kwh: Values
) -> Values:
    """Change of emissions by a kWh that is used at another place, both on one basis."""
    return new_intensity_gco2e_per_kwh - old_intensity_gco2e_per_kwh


@formula(
    "1 - mean of the cleaner twelve hours of each day / mean of all hours",
    on_values=True,
    unit="1",
    units={"hourly_intensities": "gCO2e/kWh"},
)
def daily_shift_saving_share(hourly_intensities: list[float]) -> float:
    """Largest share of attributed emissions that a steady load saves by moving within its days.

    Every kWh of the dirtier twelve hours of a day moves into its cleaner twelve, which then carry
    twice the load. A load of which a part may move saves that part of the share.

    Args:
        hourly_intensities: Whole days, one hour after the other.

    Raises:
        ValueError: The hours make no whole days.
    """
    hours = np.asarray(hourly_intensities, dtype=float)
    if hours.size == 0 or hours.size % HOURS_PER_DAY:
        raise ValueError(f"{hours.size} hours are no whole days")
    days = np.sort(hours.reshape(-1, HOURS_PER_DAY), axis=1)
    return 1 - float(days[:, :_HALF_DAY].mean() / days.mean())


@formula(
    "carbon price x grid intensity",
    unit="EUR/kWh",
    carbon_price_eur_per_tco2e=1,
    grid_intensity_gco2e_per_kwh=1,
)
def carbon_cost_eur_per_kwh(
    carbon_price_eur_per_tco2e: Values, grid_intensity_gco2e_per_kwh: Values
) -> Values:
    """What a price of emissions adds to a kWh if all of its average emissions are paid for."""
    return carbon_price_eur_per_tco2e * grid_intensity_gco2e_per_kwh / _GRAMS_PER_TONNE


@formula(
    "mean over ages of growth^age, at the shorter life over the longer",
    unit="1",
)
def turnover_energy_ratio(
    growth_per_year: Values, shorter_life_h: Values, longer_life_h: Values
) -> Values:
    """Energy for the same computing if hardware is replaced sooner.

    A fleet of evenly spread ages, each age adding the same computing; efficiency grows by a
    constant factor a year. The mean over a life L of growth^age is (growth^L - 1) / (L ln growth).
    """
    return _mean_over_ages(growth_per_year, shorter_life_h) / _mean_over_ages(
        growth_per_year, longer_life_h
    )


def _mean_over_ages(growth_per_year: Values, life_h: Values) -> Values:
    exponent = np.log(growth_per_year) * life_h / HOURS_PER_YEAR
    return np.expm1(exponent) / exponent if np.ndim(exponent) else math.expm1(exponent) / exponent
