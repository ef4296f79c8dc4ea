"""What the analyses of our own experiments share: settings, bound ratios, how a value is known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger, Number

LEVEL = 0.9


@dataclass(frozen=True)
class Settings:
    """How intervals are drawn, and which accuracies are asked for.

    Attributes:
        targets: Accuracies by task.
        draws: Resamples.
        seed: Seed of the resamples.
    """

    targets: Mapping[str, list[float]]
    draws: int
    seed: int

    @property
    def resampling(self) -> dict[str, float]:
        """Return the arguments that the formulas with resamples share."""
        return {"level": LEVEL, "draws": float(self.draws), "seed": float(self.seed)}


def bind_ratio(
    key: str,
    label: str,
    name: str,
    costs: pd.DataFrame,
    base: pd.DataFrame,
    settings: Settings,
    ledger: Ledger,
) -> Number:
    """Bind how many times the median of one arm is that of another, measured in pairs.

    Args:
        key: Key of the new number.
        label: What the arm's median is.
        name: Column of the value.
        costs: The arm: columns experiment, seed, reached and the value.
        base: The arm it is compared with, for the same seeds.
        settings: Resamples.
        ledger: Numbers so far.
    """
    inputs: dict[str, Input] = {
        "first": exact(costs[name]), "first_reached": exact(costs["reached"]),
        "second": exact(base[name]), "second_reached": exact(base["reached"]),
        **settings.resampling,
    }  # fmt: skip
    sources = source_of(str(costs["experiment"].iloc[0]))
    evidence = known(name, costs)["evidence"]
    text = f"{label}, over that of the arm it is compared with"
    return ledger.derive(key, text, "1", "ratio_of_medians", inputs, sources, evidence=evidence)


def exact(values: Iterable[float]) -> list[float]:
    """Return values as they are persisted, so that a derivation executed again gives the same."""
    return [float(f"{value:.9g}") for value in values]


def known(name: str, rows: pd.DataFrame, scope: str = "with_experiments") -> dict[str, str]:
    """Return how a value is known: an energy as run.yaml states, anything else was counted."""
    if name != "energy_kwh":
        return {"evidence": "counted", "said_by": "operator"}
    first = rows.iloc[0]
    return {
        "evidence": str(first["evidence"]), "boundary": str(first["boundary"]), "scope": scope,
        "said_by": "operator",
    }  # fmt: skip


def source_of(experiment: str) -> tuple[str, ...]:
    """Return the source of what was measured in an experiment."""
    return (f"ledger_runs: data/raw/runs/{experiment}",)
