"""Tabulate demand, count the fleet of AI chips, run scenarios, tell what levers and facts do."""

from pathlib import Path

from aienergy.facts import Facts
from aienergy.pathways.document import read_folder
from aienergy.scenarios.beside import derive_gaps, tabulate_others
from aienergy.scenarios.demand import demand_table, derive_growth
from aienergy.scenarios.fleet import derive_fleet, tabulate_types
from aienergy.scenarios.headlines import narrow_headlines
from aienergy.scenarios.levers import (
    carbon_price,
    derive_shift_and_turnover,
    pue_limits,
    siting,
)
from aienergy.scenarios.paths import run_all
from aienergy.scenarios.place import check_annex, tabulate_power
from aienergy.stage import Opened, parser, run, settings, write_stage
from aienergy.tables import read_result, read_texts


def main() -> None:
    """Tabulate, run and write."""
    whole = parser("scenarios", __doc__, "ingested", "normalized", "estimated", "out")
    whole.add_argument("--files", type=Path, required=True, help="folder data/raw/scenarios")
    options = whole.parse_args()
    seed = settings(options.config)["seed"]
    opened = Opened([options.normalized, options.estimated], seed)
    ledger = opened.ledger
    facts = Facts.read(options.normalized)
    demand = demand_table(facts)
    fleet = derive_fleet(facts, ledger)
    others = tabulate_others(facts, ledger)
    tables = {
        "demand": demand,
        "growth": derive_growth(demand, facts, ledger),
        "fleet": fleet,
        "types": tabulate_types(facts, ledger),
        "others": others,
        "gaps": derive_gaps(others, ledger),
        "annex": check_annex(facts, ledger),
        "power": tabulate_power(facts, ledger),
        "pue_limits": pue_limits(facts, ledger),
        "siting": siting(facts, ledger),
        "carbon_price": carbon_price(facts, ledger),
        **run_all(read_folder(options.files), ledger),
    }
    headlines, facts_wanted = (
        read_texts(options.ingested / f"{name}.csv") for name in ("headlines", "wanted_facts")
    )
    tables["headlines"] = narrow_headlines(headlines, facts_wanted, ledger)
    derive_shift_and_turnover(read_result(options.normalized / "series_points.csv"), ledger)
    write_stage(tables, opened.added(), options.out)


if __name__ == "__main__":
    run(main)
