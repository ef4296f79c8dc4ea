"""Water of training and of prompts: on site and off site, withdrawal and consumption apart."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from aienergy.additivity import FLOWS, both_sites, one_flow
from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.estimate.factors import FLEET_PUE
from aienergy.estimate.ladder import BOARD_TO_NODE, NODE_TO_IT
from aienergy.facts import Facts
from aienergy.tables import records
from aienergy.units import conversion_factor

# Systems with a published water figure or place, and the energy that each is reckoned from: the
# facility's as reported, the first route of the estimates, or the boards' taken up the ladder.
SYSTEMS = ("gpt3", "bloom_176b", "olmo_2_7b", "olmo_2_13b", "llama_3_1_8b", "llama_3_1_405b")
# Its energy at the facility was reckoned from a power that its maker told.
REPORTED = "gpt3"
# Whose sites a service or a system ran on, where its own operator's factor is known.
OPERATORS = {
    "gpt3": "microsoft",
    "llama_3_1_8b": "meta",
    "llama_3_1_405b": "meta",
    "gemini_apps_text": "google",
}
# Prompts of ordinary use whose energy at the facility is published as a median.
TASKS = ("text_prompt", "typical_query")
# The grid of a cloud region, where water factors know the state only.
GRIDS = {"google_us_central1": "us_state_ia"}
# Water factors of countries come from one study; more of the USA from two others.
COUNTRY_SOURCE = "wri2020water"
REFERENCE = "usa"
TECHNOLOGIES = (
    "nuclear_once_through_generation", "nuclear_tower_generation", "coal_once_through_generation",
    "coal_tower_generation", "gas_combined_cycle_once_through_generation",
    "gas_combined_cycle_tower_generation", "gas_combined_cycle_dry_generation",
    "hydropower_generation", "photovoltaics_generation",
)  # fmt: skip
COLUMNS = [
    "subject", "unit_of_use", "site", "flow", "place", "known_place", "factor", "key", "value",
    "low", "high",
]  # fmt: skip


def estimate_water(
    facts: Facts,
    estimates: pd.DataFrame,
    places: pd.DataFrame,
    regions: list[str],
    ledger: Ledger,
) -> pd.DataFrame:
    """Estimate the water of training runs and of prompts.

    Args:
        facts: Normalized observations.
        estimates: Energy estimates by system and route, the best known first.
        places: Table `places`: where a system was trained.
        regions: Grids on which each run is expressed, as far as their water is known.
        ledger: Numbers so far; the waters are added.

    Returns:
        One row a water: subject, unit_of_use (`training`, `prompt`), site, flow, place (operator
        or grid of the factor), known_place (whether it is the system's own), factor (key), key,
        value, low, high (L).
    """
    rows: list[dict[str, Any]] = []
    for system in SYSTEMS:
        energy = _training_energy(system, facts, estimates, ledger)
        pue_key = _pue(system, facts)
        at = places.loc[places["system"] == system, "region"]
        home = GRIDS.get(str(at.iloc[0]), str(at.iloc[0])) if len(at) else ""
        grids = sorted({*regions, REFERENCE, home} - {""})
        rows += _on_site(system, "training", energy, pue_key, facts, ledger)
        rows += _off_site(system, "training", energy, grids, home, facts, ledger)
    prompts = facts.select("inference_energy_wh", boundary="facility", q_per="query")
    prompts = prompts[prompts["q_task"].isin(TASKS) & (prompts["q_statistic"] == "median")]
    for row in records(prompts.drop_duplicates("subject")):  # the best-known one comes first
        rows += _prompt(row, facts, ledger)
    return pd.DataFrame(rows, columns=COLUMNS)


def compare_flows(facts: Facts, water: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Derive what the text says of flows and sites, and list technologies of generation.

    Args:
        facts: Normalized observations.
        water: What `estimate_water` returned.
        ledger: Numbers so far; counts, ratios and one sum are added.

    Returns:
        One row a technology: technology, withdrawal and consumption (keys, empty where unread).
    """
    read = facts.select("wue_l_per_kwh", q_statistic="mean")
    stated = read[read["q_numerator"].isin(FLOWS)]
    for key, rows in (("water.wue_rows", read), ("water.wue_rows_stated", stated)):
        label = "Values of water for each unit of computing, read and with a stated flow"
        ledger.derive(key, label, "1", "count", {"terms": rows["id"].tolist()})
    gpt3 = water[(water["subject"] == "gpt3") & (water["flow"] == "consumption")]
    on_site = gpt3[(gpt3["site"] == "on_site") & (gpt3["known_place"] == "yes")]
    us = f"usa.water_intensity.consumption.{COUNTRY_SOURCE}"
    parts = pd.concat([on_site, gpt3[gpt3["factor"] == us]])
    keyed = parts[["site", "flow", "key"]].itertuples(index=False, name=None)
    total_water(list(keyed), "water.gpt3.consumption.together", facts.name("gpt3"), ledger)
    gemini = "water.gemini_apps_text.inference_energy.comprehensive.elsworth2025"
    ratios = {
        "us_water_withdrawal_over_consumption": (
            "usa.water_intensity.withdrawal.li2025thirsty",
            us,
        ),
        "gemini_off_site_over_on_site": (
            f"{gemini}.off_site.consumption.{us}",
            f"{gemini}.on_site.consumption.google.wue.elsworth.elsworth2025",
        ),
    }
    for name, (above, below) in ratios.items():
        inputs: dict[str, Input] = {"numerator": above, "denominator": below}
        label = name.replace("_", " ").capitalize()
        ledger.derive(f"comparison.{name}", label, "1", "ratio", inputs)
    technologies = [
        {
            "technology": technology,
            **{
                flow: facts.first("water_intensity_l_per_kwh", technology, q_numerator=flow) or ""
                for flow in FLOWS
            },
        }
        for technology in TECHNOLOGIES
    ]
    return pd.DataFrame(technologies)


def total_water(parts: list[tuple[str, str, str]], key: str, label: str, ledger: Ledger) -> Number:
    """Add water on site and off site, and say so in the label.

    Args:
        parts: Site, flow and key of each.
        key: Name of the sum.
        label: Whose water it is.
        ledger: Numbers so far; the sum is added.

    Raises:
        LedgerError: Parts of two flows or of an unstated one, or not one of each site.
    """
    flow = one_flow([flow for _, flow, _ in parts], key)
    both_sites([site for site, _, _ in parts], key)
    told = f"{label}: {flow} on site and off site together"
    terms: dict[str, Input] = {"terms": [part for _, _, part in parts]}
    return ledger.derive(key, told, "L", "total", terms)


def _training_energy(system: str, facts: Facts, estimates: pd.DataFrame, ledger: Ledger) -> str:
    """Return the key of the facility energy of a system's final run."""
    reported = facts.select("training_energy_kwh", system, scope="final_run")
    if system == REPORTED:
        return str(reported.loc[reported["boundary"] == "facility", "id"].iloc[0])
    boards = reported[(reported["boundary"] == "board") & (reported["evidence"] == "counter")]
    if boards.empty:
        return str(estimates.loc[estimates["system"] == system, "key"].iloc[0])
    steps: dict[str, Input] = {
        "board_to_node_ratio": BOARD_TO_NODE,
        "node_to_it_ratio": NODE_TO_IT,
        "pue": _pue(system, facts),
    }
    name = facts.name(system)
    label = f"{name}: from its boards to its facility"
    factor = ledger.derive(f"{system}.boards_to_facility", label, "1", "steps_to_facility", steps)
    inputs: dict[str, Input] = {"value": str(boards["id"].iloc[0]), "factor": factor.key}
    key, label = f"{system}.facility_energy.ladder", f"{name}: energy of training at the facility"
    details = {"boundary": "facility", "scope": "final_run"}
    return ledger.derive(key, label, "kWh", "multiple_of", inputs, **details).key


def _pue(system: str, facts: Facts) -> str:
    """Return the key of the PUE of a system's site, or of the fitted one of a fleet."""
    own = pd.concat([facts.select("pue", q_system=system), facts.select("pue", f"dc_{system}")])
    return FLEET_PUE if own.empty else str(own["id"].iloc[0])


def _on_site(
    subject: str, use: str, energy: str, pue: str, facts: Facts, ledger: Ledger
) -> Iterator[dict[str, Any]]:
    """Yield water on site by every factor of a fleet or a country whose flow is stated."""
    factors = facts.select("wue_l_per_kwh", q_statistic="mean")
    factors = factors[factors["q_numerator"].isin(FLOWS) & (factors["q_level"] != "site")]
    for factor in records(factors.sort_values("id")):
        inputs: dict[str, Input] = {
            "facility_energy_kwh": energy,
            "pue": pue,
            "wue_l_per_kwh": str(factor["id"]),
        }
        own = OPERATORS.get(subject.partition(".")[0]) == factor["subject"]
        yield _row(
            ledger, facts, subject, use, "on_site", factor, own, "on_site_water_of_facility_l",
            inputs,
        )  # fmt: skip


def _off_site(
    subject: str,
    use: str,
    energy: str,
    grids: list[str],
    home: str,
    facts: Facts,
    ledger: Ledger,
) -> Iterator[dict[str, Any]]:
    """Yield water off site on every grid whose water is known."""
    factors = facts.select("water_intensity_l_per_kwh", grids)
    one_study = (factors["source"] == COUNTRY_SOURCE) | (factors["subject"] == REFERENCE)
    factors = factors[one_study | (factors["subject"] == home)]
    # The factor of the USA in Li et al. is the one of the study they cite.
    twice = (factors["source"] == "li2025thirsty") & factors["subject"].eq(REFERENCE)
    factors = factors[~twice | (factors["q_numerator"] == "withdrawal")]
    for factor in records(factors.sort_values("id")):
        inputs: dict[str, Input] = {
            "energy_kwh": energy,
            "water_intensity_l_per_kwh": str(factor["id"]),
        }
        own = factor["subject"] == home
        yield _row(
            ledger, facts, subject, use, "off_site", factor, own, "generation_water_l", inputs
        )


def _prompt(row: Mapping[str, Any], facts: Facts, ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield the water of one prompt whose energy at the facility is known."""
    subject, stem = str(row["subject"]), str(row["id"])
    factor: dict[str, Input] = {"value": stem, "factor": conversion_factor("Wh", "kWh")}
    details = {"boundary": "facility", "scope": "use"}
    energy = ledger.derive(f"{stem}.kwh", row["label"], "kWh", "unit_conversion", factor, **details)
    operator = OPERATORS.get(subject, "")
    own = facts.select("pue", operator, source=str(row["source"])) if operator else pd.DataFrame()
    pue = FLEET_PUE if own.empty else str(own["id"].iloc[0])
    yield from _on_site(stem, "prompt", energy.key, pue, facts, ledger)
    yield from _off_site(stem, "prompt", energy.key, [REFERENCE, "world"], "", facts, ledger)


def _row(
    ledger: Ledger,
    facts: Facts,
    subject: str,
    use: str,
    site: str,
    factor: Mapping[str, Any],
    own: bool,
    formula: str,
    inputs: dict[str, Input],
) -> dict[str, Any]:
    """Derive one water and return its row."""
    flow, place = str(factor["q_numerator"]), str(factor["subject"])
    where, said = site.replace("_", " "), facts.name(subject.partition(".")[0])
    number = ledger.derive(
        f"water.{subject}.{site}.{flow}.{factor['id']}",
        f"{said}: water {where}, {flow}, with the factor of {facts.name(place)}",
        "L",
        formula,
        inputs,
        scope="use" if use == "prompt" else "final_run",
        note=f"A {flow} {where}; never added to the other flow.",
    )
    return {
        "subject": subject,
        "unit_of_use": use,
        "site": site,
        "flow": flow,
        "place": place,
        "known_place": "yes" if own else "no",
        "factor": str(factor["id"]),
        "key": number.key,
        "value": number.value,
        "low": number.low,
        "high": number.high,
    }
