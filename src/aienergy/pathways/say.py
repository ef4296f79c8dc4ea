"""Say the outcome of a scenario: as a dictionary with stable keys, and as text for a reader."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aienergy.pathways.bind import Bound
from aienergy.pathways.document import Document
from aienergy.pathways.drivers import DRIVERS
from aienergy.pathways.identity import CAPS, OUTPUTS
from aienergy.pathways.outcome import SENSITIVITY_SAMPLES, indices_of, run_scenario
from aienergy.prose import significant

_ENDS = ("low", "middle", "high")
_COLUMNS = (
    ("energy_twh", "TWh", 1.0),
    ("mean_power_w", "mean GW", 1e9),
    ("peak_power_w", "peak GW", 1e9),
    ("installed_count", "million chips", 1e6),
    ("compute_h100e", "million H100", 1e6),
)
_SHOWN = 6


def described(document: Document, bound: Bound, samples: int, seed: int) -> dict[str, Any]:
    """Return the outcome of a scenario.

    Returns:
        title, story, samples, seed, meaning (of the ranges); years: one entry a year with year,
        each output (low, middle, high) and bound_by (share of draws by cap); sensitivity: for the
        electricity of the last year, one entry a driver with driver, meaning, first and total;
        drivers: one entry a driver with key, unit, value, low, high, basis, reason, source;
        correlations: between, value, reason.
    """
    outcome = run_scenario(bound.scenario, bound.cohorts, samples, seed)
    last = outcome.years[-1]
    indices = indices_of(
        bound.scenario, bound.cohorts, last, "energy_twh", SENSITIVITY_SAMPLES, seed
    )
    years = [
        {
            "year": year,
            **{
                name: dict(zip(_ENDS, map(float, outcome.ranges[name][:, place]), strict=True))
                for name in OUTPUTS
            },
            "bound_by": {cap: float(outcome.binding[cap][place]) for cap in CAPS},
        }
        for place, year in enumerate(outcome.years)
    ]
    order = np.argsort(-indices.total, kind="stable")
    sensitivity = [
        {
            "driver": DRIVERS[i].name,
            "meaning": DRIVERS[i].meaning,
            "first": float(indices.first[i]),
            "total": float(indices.total[i]),
        }
        for i in order
    ]
    pairs = [
        {"between": list(names), "value": value, "reason": document.reasons[names]}
        for names, value in document.pairs.items()
    ]
    return {
        "title": document.title,
        "story": document.story,
        "samples": samples,
        "seed": seed,
        "meaning": "5th, 50th and 95th percentile of the draws, on the condition of this file",
        "years": years,
        "sensitivity": sensitivity,
        "drivers": bound.rows,
        "correlations": pairs,
    }


def text_of(told: Mapping[str, Any]) -> str:
    """Return the outcome as text: a table of years, caps, and what spreads the last year."""
    lines = [str(told["title"]), str(told["story"]), ""]
    lines.append("Conditional ranges: median (5th to 95th percentile of the draws).")
    lines.append("  ".join(["year", *(f"{name:>23}" for _, name, _ in _COLUMNS)]))
    for row in told["years"]:
        cells = [f"{_triple(row[output], scale):>23}" for output, _, scale in _COLUMNS]
        lines.append("  ".join([str(row["year"]), *cells]))
    lines += ["", "Share of draws whose shipments a cap bounds:"]
    lines.append("  ".join(["year", *(f"{cap:>8}" for cap in CAPS)]))
    for row in told["years"]:
        shares = [f"{100 * row['bound_by'][cap]:>6.0f} %" for cap in CAPS]
        lines.append("  ".join([str(row["year"]), *shares]))
    lines += ["", f"What spreads the electricity of {told['years'][-1]['year']} (Sobol indices):"]
    lines += [
        f"  {row['total']:5.2f} total, {max(row['first'], 0):5.2f} alone: {row['meaning']}"
        for row in told["sensitivity"][:_SHOWN]
    ]
    lines += ["", f"{told['samples']} draws, seed {told['seed']}."]
    return "\n".join(lines)


def _triple(ends: Mapping[str, float], scale: float) -> str:
    low, middle, high = (significant(ends[name] / scale, 3) for name in _ENDS)
    return f"{middle} ({low} to {high})"
