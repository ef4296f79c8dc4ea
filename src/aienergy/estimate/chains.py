"""The committed chains: requests of several stages, as energy, time, emissions and cost."""

import json
from typing import Any

import pandas as pd

from aienergy.chains.bind import bind_chain
from aienergy.chains.bound import BoundChain, Given, Observed
from aienergy.chains.model import chain_of
from aienergy.chains.tables import chain_row, stage_rows
from aienergy.contracts.numbers import Ledger
from aienergy.errors import LedgerError, Problem
from aienergy.estimate.carbon import grid_keys
from aienergy.facts import Facts


def estimate_chains(
    chains: pd.DataFrame, year: int, facts: Facts, ledger: Ledger
) -> dict[str, pd.DataFrame]:
    """Evaluate each committed chain.

    Args:
        chains: Columns chain and definition (JSON as `chain.schema.json` says).
        year: Year of the grid intensities.
        facts: Normalized observations.
        ledger: Numbers so far; those of the chains are added.

    Returns:
        Tables chains (one row a chain) and chain_stages (one row a stage), columns as of
        `chains.tables`.

    Raises:
        LedgerError: A region without grid intensity or price.
    """
    grids = grid_keys(facts, year).set_index("region")["id"]
    bound = []
    for row in chains.sort_values("chain").itertuples():
        chain = chain_of(json.loads(str(row.definition)), f"data/raw/chains/{row.chain}.yaml")
        price = price_key(facts, chain.region)
        if chain.region not in grids.index or price is None:
            what = f"no grid intensity of {year} or no price for '{chain.region}'"
            hint = "Name a region of regions.csv that has both."
            raise LedgerError(Problem(f"data/raw/chains/{row.chain}.yaml key region", what, hint))
        given = Given(str(grids[chain.region]), price, None, observer(facts.frame))
        bound.append(bind_chain(str(row.chain), chain, ledger, given))
    return tables(bound, ledger)


def price_key(facts: Facts, region: str) -> str | None:
    """Return the newest price that industry pays in a region, as data centres do; None if none."""
    rows = facts.select("electricity_price_usd_per_kwh", region, q_sector="industrial")
    newest = rows[rows["year"] == rows["year"].max()]
    return None if newest.empty else str(newest["id"].iloc[0])


def tables(bound: list[BoundChain], ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Return one table of chains and one of their stages."""
    stages = [row for one in bound for row in stage_rows(one, ledger)]
    return {
        "chains": pd.DataFrame([chain_row(one, ledger) for one in bound]),
        "chain_stages": pd.DataFrame(stages),
    }


def observer(frame: pd.DataFrame) -> Any:  # noqa: ANN401 -- as of `Given.observed`
    """Return what says of an observation per which unit of use it is."""
    rows = frame.set_index("id")[["q_per", "q_statistic"]]

    def observed(key: str) -> Observed | None:
        if key not in rows.index:
            return None
        return Observed(str(rows.at[key, "q_per"]), str(rows.at[key, "q_statistic"]))

    return observed
