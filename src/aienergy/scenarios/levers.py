"""What rules and choices would change, in electricity and in attributed or marginal emissions.

Every effect is for the same work. What is saved may be spent on more of it: the two ends are that
nothing is and that all is, and no source tells where between them the world lies.
"""

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.facts import Facts

# Where load is moved from: Northern Virginia.
FROM = "aws_us_east_1"
HOURS = "eia_ciso_2022"
EFFICIENCY_GROWTH = "leading_ml_hardware.efficiency_growth.title.epoch2024hwee"
SHORTER_LIFE = "meta.service_life.2022.koral2026usefullife"
LONGER_LIFE = "aws.service_life.2024.thestack2025meta"
CARBON_PRICE = "eu27.carbon_price.2025.veyt2026"
PRICED = ("swe", "fra", "deu", "pol")
YEAR = 2024
# A rule, the place whose facilities it is held against, and the grid that they take from.
LIMITS = (
    ("de_enefg_11.threshold_pue.existing_from_2027.enefg2023", "deu", "deu"),
    ("de_enefg_11.threshold_pue.existing_from_2030.enefg2023", "deu", "deu"),
    ("de_enefg_11.threshold_pue.existing_from_2030.enefg2023", "eu27_reporting", "eu27"),
    ("sg_green_dc_roadmap.threshold_pue.imda2024", "sgp", "sgp"),
)


def pue_limits(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Return what each limit of PUE would save.

    Returns:
        One row a rule and place: rule, place, limit, demand, pue, saving, intensity, attributed
        (keys; the last three are empty where the mean PUE of the place is not known or below the
        limit: the mean then tells no effect).
    """
    rows = []
    for limit, place, grid in LIMITS:
        demand = facts.first("electricity_demand_twh", place, q_sector="data_centre") or ""
        pue = facts.first("pue", place, q_level="fleet", q_statistic="mean") or ""
        key = intensity = attributed = ""
        if demand and pue and ledger[pue].value > ledger[limit].value:
            rule, _, part = limit.partition(".threshold_pue.")
            key = f"lever.pue_limit.{rule}.{part.partition('.')[0]}.{place}"
            inputs: dict[str, Input] = {
                "electricity_demand_twh": demand,
                "pue": pue,
                "pue_limit": limit,
            }
            label = f"{facts.name(place)}: electricity saved if the mean PUE fell to the limit"
            key = ledger.derive(key, label, "TWh", "pue_limit_saving_twh", inputs).key
            intensity = average_intensity(grid, facts)
            told: dict[str, Input] = {
                "electricity_twh": key,
                "grid_intensity_gco2e_per_kwh": intensity,
            }
            label = f"{facts.name(place)}: emissions attributed to that electricity"
            attributed = ledger.derive(
                f"{key}.attributed", label, "tCO2e", "attributed_tco2e", told
            ).key
        rows.append(
            {
                "rule": limit.partition(".")[0],
                "place": place,
                "limit": limit,
                "demand": demand,
                "pue": pue,
                "saving": key,
                "intensity": intensity,
                "attributed": attributed,
            }
        )
    return pd.DataFrame(rows)


def average_intensity(place: str, facts: Facts) -> str:
    """Return the key of the average carbon intensity of a grid in the year of the levers."""
    of_place = facts.select(
        "grid_intensity_gco2e_per_kwh",
        place,
        q_basis="average",
        q_stage_of_life="lifecycle",
        source="owid_ember2026",
    )
    return str(of_place.loc[of_place["year"] == YEAR, "id"].iloc[0])


def siting(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Return what moving load changes, by average and by marginal factors of one source.

    Returns:
        One row a place with both factors of the latest year (one cloud region where several
        share a grid): place, year, average, marginal (keys of the changes per kWh),
        average_value, marginal_value (g/kWh).
    """
    factors = facts.select("grid_intensity_gco2e_per_kwh", source="gsf2026rtc")
    factors = factors[factors["q_basis"].isin(["average", "marginal"])]
    factors = factors[factors["year"] == factors["year"].max()]
    wide = factors.pivot_table("id", "subject", "q_basis", aggfunc="first").dropna()
    old = wide.loc[FROM]
    rows = []
    for place, row in wide.drop(index=FROM).iterrows():
        told: dict[str, object] = {"place": str(place), "year": int(factors["year"].max())}
        for basis in ("average", "marginal"):
            inputs: dict[str, Input] = {
                "new_intensity_gco2e_per_kwh": str(row[basis]),
                "old_intensity_gco2e_per_kwh": str(old[basis]),
            }
            label = f"{facts.name(place)} in place of {facts.name(FROM)}: {basis} emissions"
            number = ledger.derive(
                f"lever.siting.{place}.{basis}",
                label,
                "gCO2e/kWh",
                "moved_intensity_gco2e_per_kwh",
                inputs,
            )
            told |= {basis: number.key, f"{basis}_value": number.value}
        rows.append(told)
    table = pd.DataFrame(rows).drop_duplicates(["average_value", "marginal_value"])
    return table.sort_values("average_value", ignore_index=True)


def carbon_price(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Return what a price of emissions adds to electricity.

    Returns:
        One row a country: place, intensity, cost (keys).
    """
    rows = []
    for place in PRICED:
        intensity = average_intensity(place, facts)
        inputs: dict[str, Input] = {
            "carbon_price_eur_per_tco2e": CARBON_PRICE,
            "grid_intensity_gco2e_per_kwh": intensity,
        }
        label = f"{facts.name(place)}: cost of average emissions at the European price"
        number = ledger.derive(
            f"lever.carbon_price.{place}", label, "EUR/kWh", "carbon_cost_eur_per_kwh", inputs
        )
        rows.append({"place": place, "intensity": intensity, "cost": number.key})
    return pd.DataFrame(rows)


def derive_shift_and_turnover(points: pd.DataFrame, ledger: Ledger) -> None:
    """Derive what moving within the day and replacing hardware sooner would save.

    Args:
        points: Normalized points of series.
        ledger: Numbers so far; two are added.
    """
    hours = points[points["series"] == HOURS].sort_values(["date", "name"])
    inputs: dict[str, Input] = {"hourly_intensities": hours["value"].tolist()}
    source = str(hours["source"].iloc[0])
    label = "Grid of California: largest saving of a steady load that moves within its days"
    key, formula = f"lever.shift.{HOURS}", "daily_shift_saving_share"
    ledger.derive(key, label, "1", formula, inputs, [source])
    lives: dict[str, Input] = {
        "growth_per_year": EFFICIENCY_GROWTH,
        "shorter_life_h": SHORTER_LIFE,
        "longer_life_h": LONGER_LIFE,
    }
    label = "Energy for the same computing at the shorter over that at the longer service life"
    ledger.derive("lever.turnover", label, "1", "turnover_energy_ratio", lives)
    hardware: dict[str, Input] = {"numerator": LONGER_LIFE, "denominator": SHORTER_LIFE}
    label = "Hardware made for the same stock at the shorter over that at the longer service life"
    ledger.derive("lever.turnover.hardware", label, "1", "ratio", hardware)
