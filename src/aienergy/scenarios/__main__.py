"""Tabulate electricity demand, the growth that projections imply, and what levers change."""

from aienergy.facts import Facts
from aienergy.scenarios.demand import demand_table, derive_growth
from aienergy.scenarios.levers import (
    carbon_price,
    derive_shift_and_turnover,
    pue_limits,
    siting,
)
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result


def main() -> None:
    """Tabulate and write."""
    options = parser("scenarios", __doc__, "normalized", "out").parse_args()
    opened = Opened([options.normalized], settings(options.config)["seed"])
    facts = Facts.read(options.normalized)
    demand = demand_table(facts)
    ledger = opened.ledger
    tables = {
        "demand": demand,
        "growth": derive_growth(demand, facts, ledger),
        "pue_limits": pue_limits(facts, ledger),
        "siting": siting(facts, ledger),
        "carbon_price": carbon_price(facts, ledger),
    }
    derive_shift_and_turnover(read_result(options.normalized / "series_points.csv"), ledger)
    write_stage(tables, opened.added(), options.out)


if __name__ == "__main__":
    run(main)
