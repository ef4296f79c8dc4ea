"""Runs beside published systems, like boundary with like boundary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aienergy.facts import Facts
from aienergy.run.energy import Run

QUANTITY = "training_energy_kwh"


@dataclass(frozen=True, slots=True)
class Beside:
    """The largest run of a boundary, and a published system near it.

    Attributes:
        boundary: What both energies cover.
        run: Key of the run.
        energy_kwh: Energy of the run.
        system: Key of the published system; empty where none has this boundary.
        published_kwh: Its energy.
        ratio: Energy of the system over that of the run.
        scope: Activities that the published energy covers.
        evidence: How it is known.
        source: Key of its source.
        count: How many published values have this boundary.
    """

    boundary: str
    run: str
    energy_kwh: float
    system: str
    published_kwh: float
    ratio: float
    scope: str
    evidence: str
    source: str
    count: int


def published(facts: Facts) -> pd.DataFrame:
    """Return published energies of training, the best-known one of each system and boundary.

    Returns:
        Columns id, subject, value (kWh), boundary, scope, evidence, said_by, source.
    """
    rows = facts.select(QUANTITY)
    rows = rows[rows["value"] > 0].drop_duplicates(["subject", "boundary", "scope"])
    names = ["id", "subject", "value", "boundary", "scope", "evidence", "said_by", "source"]
    return rows[names].sort_values(["value", "id"], ignore_index=True)


def energy_kwh(run: Run) -> float:
    """Return the energy of a run by its log, PUE taken out where one is inside."""
    return sum(part.energy_kwh for part in run.parts) / (run.pue or 1.0)


def compare(runs: Sequence[Run], systems: pd.DataFrame) -> list[Beside]:
    """Return, for each boundary of the runs, the published system whose energy is nearest.

    Args:
        runs: Runs that count, each of a whole run and not of a unit of use.
        systems: As of `published`.
    """
    largest: dict[str, Run] = {}
    for run in runs:
        before = largest.get(run.covers)
        if before is None or energy_kwh(run) > energy_kwh(before):
            largest[run.covers] = run
    found = []
    for boundary, run in largest.items():
        own_kwh, like = energy_kwh(run), systems[systems["boundary"] == boundary]
        if like.empty:
            found.append(Beside(boundary, run.key, own_kwh, "", 0.0, 0.0, "", "", "", 0))
            continue
        distance = np.abs(np.log(like["value"].to_numpy(dtype=float) / own_kwh))
        row = like.iloc[int(np.argmin(distance))]
        value = float(row["value"])
        found.append(
            Beside(
                boundary, run.key, own_kwh, str(row["subject"]), value, value / own_kwh,
                str(row["scope"]), str(row["evidence"]), str(row["source"]), len(like),
            )
        )  # fmt: skip
    return found
