"""Fit the growth of training compute and of hardware efficiency."""

from aienergy.facts import Facts
from aienergy.frontier import is_frontier
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result
from aienergy.trends.compute import (
    bind_settings,
    compute_points,
    derive_coverage,
    fit_eras,
    openai_points,
)
from aienergy.trends.hardware import hardware_efficiency


def main() -> None:
    """Fit and write."""
    options = parser("trends", __doc__, "ingested", "normalized", "out").parse_args()
    config = settings(options.config)
    choices = config["trends"]
    facts = Facts.read(options.normalized)
    systems = read_result(options.ingested / "systems.csv")
    accelerators = read_result(options.ingested / "accelerators.csv")
    opened = Opened([options.normalized], config["seed"])
    ledger = opened.ledger
    bind_settings(choices, ledger)
    points = compute_points(facts, systems)
    eras = fit_eras(points, choices, ledger, "training_compute")
    derive_coverage(eras, choices, config["seed"], ledger)
    openai = openai_points(facts, systems)
    window = [era for era in choices["eras"] if era["key"].startswith("openai")]
    frontier = is_frontier(points["date"], points["value"], choices["frontier_size"])
    level = choices["confidence_level"]
    tables = {
        "compute_points": points.assign(frontier=frontier),
        "openai_points": openai,
        "compute_eras": eras,
        "openai_eras": fit_eras(openai, {**choices, "eras": window}, ledger, "openai_chart"),
        "hardware_efficiency": hardware_efficiency(facts, accelerators, level, ledger),
    }
    write_stage(tables, opened.added(), options.out)


if __name__ == "__main__":
    run(main)
