"""Footprints told in flights, cars, homes and charges, where both sides count the same."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger
from aienergy.equivalents import Card, objections
from aienergy.estimate.carbon import GRID, GRID_SOURCE
from aienergy.estimate.factors import FLEET_PUE
from aienergy.estimate.ladder import NODE_TO_IT
from aienergy.facts import Facts

COLUMNS = [
    "footprint", "kind", "footprint_key", "yardstick", "unit", "yardstick_key", "non_co2",
    "occupancy", "year", "stages", "verdict", "reason", "key", "value", "low", "high",
]  # fmt: skip
FLIGHTS = ("flight_long_haul_uk", "flight_short_haul_uk")
CAR = "car_petrol_uk"
# Headline energies of AI at the facility: key of the energy, kind, grid and year it is put on,
# and what it is.
ENERGIES = (
    ("gpt3.energy.patterson2021", "training", "usa", 2020, "training, as estimated by others"),
    ("bloom_176b.facility_energy.hours_route", "training", "fra", 2022, "training, our estimate"),
    ("llama_3_1_405b.facility_energy.hours_route", "training", "usa", 2024,
     "training, our estimate; place not published"),
    ("evolved_transformer_search.energy.patterson2021", "search", "usa", 2018, "search, as run"),
    ("evolved_transformer_search.energy.nvidia_p100.strubell2019", "search", "usa", 2018,
     "search, as once projected"),
    ("bloom_api.facility_energy", "use", "usa", 2022, "use, all its published days"),
)  # fmt: skip
# Columns of the table of headlines: yardstick and what tells two of its rows apart.
TOLD_IN = {
    "flight_key": ("flight_long_haul_uk", "without"),
    "flight_with_effects_key": ("flight_long_haul_uk", "with"),
    "car_key": ("car_petrol_uk", ""),
    "home_key": ("us_home_electricity", ""),
    "charge_key": ("smartphone_charge", ""),
}
DEPLOYMENT = "bloom_api.use_energy.luccioni2022bloom"
# What others compare, each held against its own yardstick: footprint, kind, yardstick, unit said.
TOLD = (
    ("evolved_transformer_search.emissions.nvidia_p100.strubell2019", "search",
     "car_lifetime.emissions.strubell2019", "lifetime"),
    ("evolved_transformer_search.emissions.nvidia_p100.strubell2019", "search",
     "flight_ny_sf_passenger.emissions.strubell2019", "return_passenger"),
    ("evolved_transformer_search.emissions.nvidia_p100.strubell2019", "search",
     "bert_base.emissions.nvidia_v100.strubell2019", ""),
    ("bert_base.emissions.nvidia_v100.strubell2019", "training",
     "flight_ny_sf_passenger.emissions.strubell2019", "one_way_passenger"),
    ("gpt3.emissions.gross.patterson2021", "training",
     "flight_sf_ny_passenger.return_emissions.patterson2021", "return_passenger"),
    ("gpt3.emissions.gross.patterson2021", "training",
     "flight_sf_ny_aircraft.return_emissions.patterson2021", "return_passenger"),
    ("llama_3_1_405b.emissions.meta2024llama31card", "training",
     "flight_long_haul_uk.return.without_non_co2", "return_passenger"),
    ("bloom_176b.emissions.total.luccioni2022bloom", "training",
     "car_petrol_uk.fuel_cycle", "one_km"),
    ("gpt3.energy.patterson2021.on_grid", "training",
     "passenger_vehicle.emissions_equivalencies.epa2026equivalencies", "year_vehicle"),
    ("gpt3.energy.patterson2021.on_grid", "training",
     "passenger_vehicle.emissions.epa2023vehicle", "year_vehicle"),
    ("gpt3.energy.patterson2021.on_grid", "training",
     "smartphone_charge.emissions.epa_equivalencies_older", "one_charge"),
    ("gemini_apps_text.inference_emissions.elsworth2025", "use",
     "car_petrol_uk.fuel_cycle", "one_km"),
    ("chatgpt.stated_inference_energy.altman2025", "use",
     "smartphone_charge.energy.luccioni2024power", "one_charge"),
)  # fmt: skip
# What the published footprints say, or leave out, of their stages and accounting.
STAGES = {
    "bloom_176b.emissions.total.luccioni2022bloom": "operational_and_embodied",
    "gemini_apps_text.inference_emissions.elsworth2025": "operational_and_embodied",
}


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A yardstick with the number that holds it."""

    card: Card
    subject: str


def derive_equivalents(facts: Facts, ledger: Ledger) -> pd.DataFrame:
    """Tell headline footprints in everyday things, and list what is refused with its reasons.

    Returns:
        One row a comparison: footprint (label), kind, its key; yardstick (subject), unit, key,
        non_co2, occupancy, year, stages; verdict and reason; key, value and interval of the count.
    """
    by_unit = [*_flights(facts, ledger), _car(facts, ledger)]
    homes = [_told(key, facts, ledger) for key in HOMES]
    rows = []
    for emitted, used in _footprints(facts, ledger):
        rows += [_row(emitted, yard, "", facts, ledger) for yard in by_unit]
        rows += [_row(used, yard, "", facts, ledger) for yard in homes]
    known = {yard.card.key: yard for yard in by_unit}
    for key, kind, yard_key, said in TOLD:
        yard = known.get(yard_key) or _told(yard_key, facts, ledger)
        rows.append(_row(_footprint(key, kind, facts, ledger), yard, said, facts, ledger))
    return pd.DataFrame(rows, columns=COLUMNS)


HOMES = (
    "us_home_electricity.energy_2020.eia2021home",
    "smartphone_charge.energy.luccioni2024power",
)


def tell_headlines(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a headline, with the key of its count in each yardstick of the report.

    Args:
        table: What `derive_equivalents` returned.
    """
    rows = []
    for energy, _, region, year, what in ENERGIES:
        mine = table[table["footprint_key"].isin([energy, on_grid(energy)])]
        mine = mine[mine["verdict"] == "admitted"]
        by_yardstick = mine.set_index(["yardstick", "non_co2"])["key"].to_dict()
        told = {column: by_yardstick[yard] for column, yard in TOLD_IN.items()}
        system = energy.partition(".")[0]
        rows.append({"system": system, "what": what, "region": region, "year": year, **told})
    return pd.DataFrame(rows)


def on_grid(energy: str) -> str:
    """Return the key of a headline energy as emissions on its grid."""
    return f"{energy}.on_grid"


def _flights(facts: Facts, ledger: Ledger) -> Iterator[Yardstick]:
    """Yield return flights of one passenger, with the supply of fuel, by what else is in."""
    for flight in FLIGHTS:
        supply = facts.first("activity_emissions_kgco2e", flight, q_stages="supply")
        distance = facts.first("activity_distance_km", flight)
        for effects in ("without", "with"):
            wanted = {"q_stages": "combustion", "q_non_co2": effects}
            burnt = facts.first("activity_emissions_kgco2e", flight, **wanted)
            told = f"{facts.name(flight)}, {effects} effects beside its gases"
            stem = f"{flight}.{{}}.{effects}_non_co2"
            per_km = _fuel_cycle(stem.format("one_km"), f"{told}: one kilometre", burnt, supply,
                                 ledger)  # fmt: skip
            inputs: dict[str, Input] = {
                "emissions_kgco2e": per_km,
                "distance_km": str(distance),
                "way_count": 2.0,
            }
            label = f"{told}: return, of the average distance"
            key = stem.format("return")
            ledger.derive(key, label, "kgCO2e", "journey_kgco2e", inputs)
            card = Card(key, facts.name(flight), "activity", "emissions", "return_passenger",
                        "co2e", "fuel_cycle", "average", "2025", effects,
                        "average_load")  # fmt: skip
            yield Yardstick(card, flight)


def _car(facts: Facts, ledger: Ledger) -> Yardstick:
    burnt = facts.first("activity_emissions_kgco2e", CAR, q_stages="combustion")
    supply = facts.first("activity_emissions_kgco2e", CAR, q_stages="supply")
    label = f"{facts.name(CAR)}: one kilometre with the supply of its fuel"
    key = _fuel_cycle(f"{CAR}.fuel_cycle", label, burnt, supply, ledger)
    card = Card(key, facts.name(CAR), "activity", "emissions", "one_km", "co2e", "fuel_cycle",
                "average", "2025", "", "one_vehicle")  # fmt: skip
    return Yardstick(card, CAR)


def _fuel_cycle(key: str, label: str, burnt: str | None, supply: str | None, ledger: Ledger) -> str:
    inputs: dict[str, Input] = {"combustion_kgco2e": str(burnt), "supply_kgco2e": str(supply)}
    return ledger.derive(key, label, "kgCO2e", "fuel_cycle_kgco2e", inputs).key


def _footprints(facts: Facts, ledger: Ledger) -> Iterator[tuple[Card, Card]]:
    """Yield each headline twice: as emissions on a grid with its supply, and as energy."""
    inputs: dict[str, Input] = {
        "node_energy_kwh": DEPLOYMENT, "node_to_it_ratio": NODE_TO_IT, "pue": FLEET_PUE,
    }  # fmt: skip
    label = "BLOOM as deployed for its published days of use, taken to the facility"
    formula, details = "facility_energy_from_node_kwh", {"boundary": "facility", "scope": "use"}
    ledger.derive("bloom_api.facility_energy", label, "kWh", formula, inputs, **details)
    for energy, kind, region, year, _ in ENERGIES:
        number = ledger[energy]
        key = on_grid(energy)
        grid = _grid(facts, region, year)
        told: dict[str, Input] = {"energy_kwh": energy, "grid_intensity_gco2e_per_kwh": grid}
        label = f"{number.label}, as emissions on the grid of {facts.name(region)} in {year}"
        details = {"boundary": "facility", "scope": number.scope}
        ledger.derive(key, label, "kgCO2e", "emissions_kgco2e", told, **details)
        yield (
            Card(key, number.label, kind, "emissions", "", "co2e", "fuel_cycle", "average",
                 str(year)),
            Card(energy, number.label, kind, "energy", boundary=number.boundary),
        )  # fmt: skip


def _grid(facts: Facts, region: str, year: int) -> str:
    rows = facts.select("grid_intensity_gco2e_per_kwh", region, source=GRID_SOURCE, **GRID)
    rows = rows[rows["period"].astype(str).str.replace(".0", "", regex=False) == str(year)]
    return str(rows["id"].iloc[0])


def _told(key: str, facts: Facts, ledger: Ledger) -> Yardstick:
    """Return a published yardstick, or another footprint that is made one."""
    row = facts.frame[facts.frame["id"] == key].iloc[0]
    if not str(row["quantity"]).startswith("activity"):
        card = _footprint(key, "training", facts, ledger)
        return Yardstick(card, str(row["subject"]))
    measure = "energy" if row["quantity"] == "activity_energy_kwh" else "emissions"
    year = str(row["period"]).removesuffix(".0")
    card = Card(
        key, facts.name(row["subject"]), "activity", measure, str(row["q_unit_of_use"]),
        str(row["q_gases"]), str(row["q_stages"]), str(row["q_basis"]), year,
        str(row["q_non_co2"]), str(row["q_occupancy"]),
    )  # fmt: skip
    return Yardstick(card, str(row["subject"]))


def _footprint(key: str, kind: str, facts: Facts, ledger: Ledger) -> Card:
    """Return what a published footprint, or one of ours, says of itself."""
    number = ledger[key]
    rows = facts.frame[facts.frame["id"] == key]
    if rows.empty:
        return Card(key, number.label, kind, "emissions", "", "co2e", "fuel_cycle", "average")
    row = rows.iloc[0]
    if "energy" in str(row["quantity"]):
        return Card(key, number.label, kind, "energy", boundary=number.boundary,
                    statistic=str(row["q_statistic"]))  # fmt: skip
    stages, basis = STAGES.get(key, "unstated"), str(row["q_basis"])
    return Card(key, number.label, kind, "emissions", "", "co2e", stages, basis,
                statistic=str(row["q_statistic"]))  # fmt: skip


def _row(
    footprint: Card, yard: Yardstick, said: str, facts: Facts, ledger: Ledger
) -> dict[str, object]:
    card = yard.card
    reasons = objections(footprint, card, said)
    row: dict[str, object] = {
        "footprint": footprint.what,
        "kind": footprint.kind,
        "footprint_key": footprint.key,
        "yardstick": yard.subject,
        "unit": card.unit,
        "yardstick_key": card.key,
        "non_co2": card.non_co2,
        "occupancy": card.occupancy,
        "year": card.year,
        "stages": card.stages,
        "verdict": "refused" if reasons else "admitted",
        "reason": "; ".join(reasons),
        **dict.fromkeys(("key", "value", "low", "high"), ""),
    }
    if reasons:
        return row
    inputs: dict[str, Input] = {"numerator": footprint.key, "denominator": card.key}
    label = f"{footprint.what}, in: {facts.name(yard.subject)} ({card.unit.replace('_', ' ')})"
    key = f"{footprint.key}.in.{card.key}"
    number = ledger.derive(key, label, "1", "ratio", inputs)
    found = {"key": key, "value": number.value, "low": number.low, "high": number.high}
    return row | found
