"""Draw one chain in the style of the report."""

import pandas as pd

from aienergy.chain.answer import Answer
from aienergy.chains.tables import chain_row, stage_rows
from aienergy.figures.chains import draw, rows_of
from aienergy.figures.sheet import Sheet
from aienergy.figures.style import use_style


def draw_answer(found: Answer) -> Sheet:
    """Draw the stages of a chain as lanes, with the graph, energies and times."""
    use_style()
    bound = found.bound
    latency = {n: found.ledger[k].value for n, k in bound.latency.items()}
    quantiles = {bound.key: {n: latency.get(n) for n in ("p50", "p90", "p99")}}
    chains = pd.DataFrame([chain_row(bound, found.ledger)])
    return draw(rows_of(chains, pd.DataFrame(stage_rows(bound, found.ledger)), quantiles))
