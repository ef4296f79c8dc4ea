"""Fits to groups of measurements, each group left out in turn: what they take, and what is kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Input, Ledger, Number


@dataclass(frozen=True, slots=True)
class Fit:
    """A line that is fitted to lists of measurements.

    Attributes:
        label: What it predicts, for a reader.
        lists: Columns that go in, the measured energies first.
        ratio: Formula of measured over predicted for a group that was left out.
        factor: Formula of the interval of a further group.
    """

    label: str
    lists: tuple[str, ...]
    ratio: str
    factor: str

    def inputs(self, rows: pd.DataFrame, group: str, prefix: str = "") -> dict[str, Input]:
        """Return the inputs of a fit: rows in the order of their groups, and the groups' sizes."""
        ordered = rows.sort_values([group, "key"])
        told: dict[str, Input] = {f"{prefix}{name}": ordered[name].tolist() for name in self.lists}
        if not prefix:
            told["sizes"] = [float(n) for n in ordered.groupby(group, sort=True).size()]
        return told


def leave_out(
    fit: Fit,
    boards: pd.DataFrame,
    group: str,
    kind: str,
    stem: str,
    name: Callable[[str], str],
    ledger: Ledger,
) -> Iterator[dict[str, object]]:
    """Yield each group with its prediction and interval by a fit that has none of its rows.

    Args:
        fit: What is fitted.
        boards: Measurements at the boards.
        group: Column of the groups.
        kind: What a group is, for the table.
        stem: Beginning of the keys.
        name: Name of a group, for a reader.
        ledger: Numbers so far; two a group are added.
    """
    for value, own in boards.groupby(group, sort=True):
        inputs = fit.inputs(boards[boards[group] != value], group)
        held = {**inputs, **fit.inputs(own, group, "held_")}
        key, said = f"{stem}.{word(str(value))}", name(str(value))
        label, at = f"{fit.label}, {said} left out of the fit", "board"
        told = f"{label}: measured over predicted"
        ratio = ledger.derive(f"{key}.ratio", told, "1", fit.ratio, held, boundary=at)
        told = f"{label}: its interval"
        factor = ledger.derive(f"{key}.factor", told, "1", fit.factor, inputs, boundary=at)
        bounds = factor.low, factor.high
        yield row(kind, at, said, len(own), ratio, factor, bounds)


def server_row(
    kind: str, name: str, runs: int, ratio: Number, predicted: Number
) -> dict[str, object]:
    """Return a row of servers that no fit has seen; its interval is that of the prediction."""
    bounds = ((end or 0) / predicted.value for end in (predicted.low, predicted.high))
    return row(kind, "node", name, runs, ratio, predicted, tuple(bounds))


def row(
    kind: str,
    boundary: str,
    name: str,
    runs: int,
    ratio: Number,
    factor: Number,
    bounds: tuple[float | None, ...],
) -> dict[str, object]:
    """Return a row of a table of what was left out."""
    low, high = bounds
    return {
        "kind": kind,
        "boundary": boundary,
        "source_name": name,
        "runs": runs,
        "ratio": ratio.key,
        "factor": factor.key,
        "value": ratio.value,
        "low": low,
        "high": high,
    }


def count_things(
    stem: str, columns: Mapping[str, str], fitted: str, boards: pd.DataFrame, ledger: Ledger
) -> None:
    """Bind how many different things a fit was made from.

    Args:
        stem: Beginning of the keys.
        columns: Column of each kind of thing.
        fitted: What was fitted, for a reader.
        boards: Measurements that went in.
        ledger: Numbers so far; one a kind is added.
    """
    for name, column in columns.items():
        terms: dict[str, Input] = {"terms": [1.0] * boards[column].nunique()}
        label = f"{name.capitalize()} in the fit of {fitted}"
        ledger.derive(f"{stem}.count.{name}", label, "1", "count", terms)


def word(name: str) -> str:
    """Return a name as a part of a key."""
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
