"""Evaluate one chain with the numbers of a built folder `results`."""

import argparse
from dataclasses import dataclass
from typing import Any

from aienergy.chains.bind import bind_chain
from aienergy.chains.bound import BoundChain, Given, Observed
from aienergy.chains.model import Chain
from aienergy.chains.tables import chain_row, stage_rows
from aienergy.contracts.numbers import Ledger, Number, load
from aienergy.run.lookup import SEED, Library, Missing
from aienergy.run.places import find_region
from aienergy.tables import read_json

KEY = "file"  # keys of the derived numbers begin with chain.file
DERIVED = "chain."


@dataclass(frozen=True, slots=True)
class Answer:
    """A chain with its numbers.

    Attributes:
        bound: The chain and the keys of its numbers.
        ledger: The numbers.
        region: Name of the region, empty where none is asked for.
        unknown: What is not known of the region, each with its reason.
        pue: PUE that was given, None for the fitted one.
    """

    bound: BoundChain
    ledger: Ledger
    region: str
    unknown: tuple[str, ...]
    pue: float | None

    def number(self, key: str) -> Number | None:
        """Return a number, None for an empty key."""
        return self.ledger[key] if key else None


def answer(chain: Chain, options: argparse.Namespace) -> Answer:
    """Evaluate a chain.

    Args:
        chain: The chain.
        options: results, region, year, pue and price as parsed.

    Raises:
        LedgerError: Results not built, an unknown region or number, or one that does not fit.
    """
    library = Library.read(options.results)
    numbers = load(read_json(options.results / "numbers.json"))
    ledger = Ledger((n for n in numbers if not n.key.startswith(DERIVED)), SEED)
    asked = options.region or chain.region
    region = find_region(asked, library.regions) if asked else ""
    unknown: list[str] = []
    grid: str = ""
    price: str | float | None = options.price
    if region:
        fact = library.grid(region, options.year)
        if isinstance(fact, Missing):
            unknown.append(f"emissions: {fact.why}")
        else:
            grid = fact.key
        cost = library.price(region) if price is None else None
        if isinstance(cost, Missing):
            unknown.append(f"cost: {cost.why}")
        elif cost is not None:
            price = cost.key
    else:
        unknown.append("emissions: no region; state --region")
        unknown += ["cost: no region; state --region or --price"] if price is None else []
    frame = library.facts.frame.set_index("id")[["q_per", "q_statistic"]]

    def observed(key: str) -> Observed | None:
        if key not in frame.index:
            return None
        return Observed(str(frame.at[key, "q_per"]), str(frame.at[key, "q_statistic"]))

    bound = bind_chain(KEY, chain, ledger, Given(grid, price, options.pue, observed))
    name = library.name(region) if region else ""
    return Answer(bound, ledger, name, tuple(unknown), options.pue)


def described(found: Answer) -> dict[str, Any]:
    """Return the answer as JSON has it: what is not known is null."""
    bound = found.bound
    row = chain_row(bound, found.ledger)
    names = ("energy", "emissions", "cost")
    keys = (bound.energy, bound.emissions, bound.cost)
    return {
        "title": bound.chain.title,
        "region": found.region or None,
        "pue": found.pue,
        **{name: _ends(found.number(key)) for name, key in zip(names, keys, strict=True)},
        "energy_is_lower_bound": not bound.has_all_energies,
        "latency_s": {name: found.ledger[key].value for name, key in bound.latency.items()} or None,
        "latency_is_lower_bound": not bound.has_all_times,
        "boundaries": list(bound.boundaries),
        "share_of_variance_from_ladder": row["ladder_share"],
        "unknown": list(found.unknown),
        "stages": [
            {name: value for name, value in stage.items() if not name.endswith("_key")}
            | {"after": list(part.stage.after)}
            for stage, part in zip(stage_rows(bound, found.ledger), bound.stages, strict=True)
        ],
    }


def _ends(number: Number | None) -> dict[str, Any] | None:
    if number is None:
        return None
    ends = {name: getattr(number, name) for name in ("value", "low", "high")}
    return {**ends, "unit": number.unit}
