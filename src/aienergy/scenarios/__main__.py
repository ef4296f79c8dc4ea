"""Tabulate electricity demand, and the growth that projections of others imply."""

from aienergy.facts import Facts
from aienergy.scenarios.demand import demand_table, derive_growth
from aienergy.stage import Opened, parser, run, settings, write_stage


def main() -> None:
    """Tabulate and write."""
    options = parser("scenarios", __doc__, "normalized", "out").parse_args()
    opened = Opened([options.normalized], settings(options.config)["seed"])
    facts = Facts.read(options.normalized)
    demand = demand_table(facts)
    tables = {"demand": demand, "growth": derive_growth(demand, facts, opened.ledger)}
    write_stage(tables, opened.added(), options.out)


if __name__ == "__main__":
    run(main)
