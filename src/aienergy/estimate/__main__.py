"""Estimate the energy, emissions and cost of training, with intervals."""

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.estimate.break_even import derive_break_evens
from aienergy.estimate.carbon import estimate_emissions, place_run
from aienergy.estimate.chains import estimate_chains
from aienergy.estimate.comparisons import derive_comparisons
from aienergy.estimate.cost import estimate_costs
from aienergy.estimate.embodied import embodied_of_runs, estimate_embodied
from aienergy.estimate.equivalents import derive_equivalents, tell_headlines
from aienergy.estimate.experiments import estimate_experiments
from aienergy.estimate.factors import bind_assumptions, fit_factors
from aienergy.estimate.generation import estimate_generation
from aienergy.estimate.ladder import fit_ladder, place_on_ladder
from aienergy.estimate.methods import score_methods
from aienergy.estimate.repeats import Settings
from aienergy.estimate.runs import GRIDS, bind_runs
from aienergy.estimate.serving import estimate_serving
from aienergy.estimate.serving_chips import compare_chips
from aienergy.estimate.splits import list_splits
from aienergy.estimate.training import estimate_training
from aienergy.estimate.water import compare_flows, estimate_water
from aienergy.facts import Facts
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result, read_texts


def main() -> None:
    """Estimate and write."""
    options = parser("estimate", __doc__, "ingested", "normalized", "out").parse_args()
    config = settings(options.config)
    facts = Facts.read(options.normalized)
    systems = read_result(options.ingested / "systems.csv")
    runs = read_result(options.ingested / "runs.csv")
    trials = read_result(options.ingested / "trials.csv")
    asked = Settings(**config["experiments"], seed=config["seed"])
    opened = Opened([options.normalized], config["seed"])
    ledger = opened.ledger
    cases = read_texts(options.ingested / "validation_cases.csv")
    fit_factors(facts, cases, ledger)
    bind_assumptions(read_result(options.ingested / "assumptions.csv"), ledger)
    bind_runs(runs, ledger)
    estimates = estimate_training(facts, systems, ledger)
    year, regions = config["place"]["year"], config["place"]["regions"]
    placed = _placed(facts, config["place"]["system"])
    ladder = fit_ladder(facts, cases, ledger)
    placed_energies = place_on_ladder(facts, ledger)
    chains = read_texts(options.ingested / "chains.csv")
    method_cases, methods = score_methods(facts, cases, ledger)
    lives = config["embodied"]["service_lives_year"]
    places = read_texts(options.ingested / "places.csv")
    water = estimate_water(facts, estimates, places, regions, ledger)
    equivalents = derive_equivalents(facts, ledger)
    tables = {
        "training": estimates,
        "ladder": ladder,
        "ladder_energies": placed_energies,
        **estimate_chains(chains, year, facts, ledger),
        "methods": methods,
        "method_cases": method_cases,
        "costs": estimate_costs(facts, systems, estimates, ledger),
        "emissions": estimate_emissions(estimates, systems, facts, ledger),
        "places": place_run(placed, year, regions, facts, ledger, "place"),
        "break_even": derive_break_evens(facts, ledger),
        "equivalents": equivalents,
        "headlines": tell_headlines(equivalents),
        "splits": list_splits(facts),
        "runs": _runs_on_grids(runs, year, facts, ledger),
        "water": water,
        "water_technologies": compare_flows(facts, water, ledger),
        "embodied": estimate_embodied(facts, lives, ledger),
        "embodied_runs": embodied_of_runs(facts, lives, ledger),
        "comparisons": derive_comparisons(ledger),
        **estimate_serving(facts, ledger),
        "serving_chips": compare_chips(facts, ledger),
        **estimate_generation(facts, ledger),
        **estimate_experiments(trials, asked, ledger),
    }
    write_stage(tables, opened.added(), options.out)


def _placed(facts: Facts, system: str) -> str:
    """Return the key of the reported facility energy of a system's final run."""
    energy = facts.select("training_energy_kwh", system, boundary="facility", scope="final_run")
    return str(energy["id"].iloc[0])


def _runs_on_grids(runs: pd.DataFrame, year: int, facts: Facts, ledger: Ledger) -> pd.DataFrame:
    parts = [pd.DataFrame()]
    # An experiment is a set of comparisons, no run that anybody would move.
    for name in sorted(runs.loc[runs["kind"] != "experiment", "run"].unique()):
        key, stem = f"run.{name}.energy", f"run.{name}.on_grid"
        parts.append(place_run(key, year, GRIDS, facts, ledger, stem).assign(run=name))
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    run(main)
