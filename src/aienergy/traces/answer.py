"""What the user gets: a table of runs, notes on what to know about it, text and JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.tables import records, rounded
from aienergy.unit_names import JOULE_PER_KWH

# Meters of one run that are mixed have nearly every stamp once a meter.
MIXED_METERS_SHARE = 0.25
MOST_SHOWN = 40
_COUNTS = ["repeated", "different", "zeros", "without_power"]
_SHOWN = ["energy_kwh", "mean_power_w", "duration_s", "samples", "largest_gap_s", "bridged_kwh"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Energy of all runs.

    Attributes:
        table: One row a run and component: `run`, `component` (empty if there are none),
            `energy_kwh` (missing where nothing was measured), `mean_power_w`, `duration_s`,
            `samples`, `largest_gap_s`, `gaps`, `bridged_kwh` and `bridged_s` (the part of the
            energy and of the time that lies in gaps), `repeated` (samples at the stamp of the
            one before), `different` (those among them with another power), `zeros` (samples of
            0 W), `without_power` (samples without a value, bridged).
        notes: What a reader must know.
        was_sorted_here: Rows had to be sorted.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]
    was_sorted_here: bool

    @classmethod
    def of(cls, sums: pd.DataFrame, gap_s: float, *, was_sorted_here: bool) -> "Answer":
        """Make the answer of the sums (`energy.integrate`).

        Raises:
            LedgerError: No run has energy, or several meters are mixed in one.
        """
        _refuse_mixed(sums)
        # A zero is what meters write that could not read.
        is_measured = (sums["energy_j"] > 0) & (sums["duration_s"] > 0)
        if not is_measured.any():
            what = f"none of {len(sums):,} runs has two samples in time and a power above 0"
            raise LedgerError(Problem("aienergy trace", what, "Check --run, --time and --power."))
        energy_j = sums["energy_j"].where(is_measured)
        table = sums[["run", "component"]].assign(
            energy_kwh=energy_j / JOULE_PER_KWH,
            mean_power_w=energy_j / sums["duration_s"],
            duration_s=sums["duration_s"].fillna(0.0),
            samples=sums["samples"],
            largest_gap_s=sums["largest_gap_s"],
            gaps=sums["gaps"],
            bridged_kwh=sums["bridged_j"].where(is_measured) / JOULE_PER_KWH,
            bridged_s=sums["bridged_s"].fillna(0.0),
        )
        table = table.join(sums[_COUNTS])
        return cls(table, tuple(_notes(table, gap_s)), was_sorted_here)


def _refuse_mixed(sums: pd.DataFrame) -> None:
    is_mixed = (sums["different"] > 0) & (sums["repeated"] > MIXED_METERS_SHARE * sums["samples"])
    if is_mixed.any():
        first = sums[is_mixed].iloc[0]
        what = (
            f"{int(is_mixed.sum()):,} runs with several powers at one time, such as"
            f" '{first['run']}' ({int(first['repeated']):,} of {int(first['samples']):,}"
            " samples): meters are mixed"
        )
        hint = "Name the column that tells the meters apart with --component, or --run."
        raise LedgerError(Problem("aienergy trace", what, hint))


def _notes(table: pd.DataFrame, gap_s: float) -> Iterator[str]:
    missing = table["energy_kwh"].isna()
    if missing.any():
        named = ", ".join(table.loc[missing, "run"].head(5))
        yield (
            f"{missing.sum():,} without energy, for lack of two samples in time or of a power above"
            f" 0: {named}"
        )
    total_kwh = table["energy_kwh"].sum()
    share = table["bridged_kwh"].sum() / total_kwh
    if table["gaps"].any():
        yield f"{table['gaps'].sum():,} gaps above {gap_s:g} s, bridged: {share:.2%} of the energy"
    for name, told in (
        ("repeated", "samples at the stamp of the one before, given no time"),
        ("different", "of them with another power"),
        ("zeros", "samples of 0 W, counted as measured"),
        ("without_power", "samples without a value, bridged"),
    ):
        if table[name].any():
            yield f"{table[name].sum():,} {told} ({(table[name] > 0).sum():,} runs)"


def as_dict(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON holds it; what is missing is null."""
    return {
        "runs": rounded(records(answer.table)),
        "notes": list(answer.notes),
        "was_sorted_here": answer.was_sorted_here,
    }


def lines(answer: Answer) -> Iterator[str]:
    """Yield the answer as text: the largest runs, the sum of each component, and the notes."""
    table = answer.table
    is_split = bool((table["component"] != "").any())
    names = ["run", "component"] if is_split else ["run"]
    largest = table.nlargest(MOST_SHOWN, "energy_kwh", keep="all").head(MOST_SHOWN)
    shown = table if len(table) <= MOST_SHOWN else largest
    text = shown[names + _SHOWN].to_string(
        index=False, float_format=lambda x: f"{x:.6g}", na_rep="-"
    )
    yield from text.splitlines()
    if len(shown) < len(table):
        yield f"... the {len(shown)} largest of {len(table):,}; --out FILE.csv writes all"
    for component, mine in table.groupby("component"):
        label = f"{component!s}: " if component else ""
        yield f"{label}{mine['energy_kwh'].sum():.6g} kWh in {len(mine):,} runs"
    for note in answer.notes:
        yield f"note: {note}"
    if answer.was_sorted_here:
        yield "note: rows were not sorted by run and time, and were sorted here"
