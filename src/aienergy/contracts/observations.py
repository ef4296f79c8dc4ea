"""What an observation must fulfil beyond the form of its cells."""

import re

import pandas as pd

from aienergy import units
from aienergy.contracts.findings import Findings
from aienergy.contracts.plausible import check_plausible
from aienergy.contracts.quantities import qualifiers, quantities, split_qualifiers

IDENTITY = ["subject", "quantity", "qualifiers", "boundary", "scope", "period", "source", "locator"]
NUMBERS = ("value", "low", "high")


def check_observations(
    frame: pd.DataFrame, kinds: pd.Series, sources: set[str], where: str, findings: Findings
) -> None:
    """Check the rows of one observation table whose cells have the right form.

    Args:
        frame: Observations as text.
        kinds: Kind of each known subject, indexed by its key.
        sources: Keys of the bibliography.
        where: Name of the file, for the message.
        findings: Where problems are noted.
    """
    known = frame["quantity"].isin(quantities().index)
    hint = "Use a name of contracts/quantities.csv."
    findings.flag(where, ~known, frame["quantity"], "unknown quantity '{value}'", hint)
    bad = ~frame["subject"].isin(kinds.index)
    hint = "Add '{value}' to systems, accelerators, regions, subjects or instruments."
    findings.flag(where, bad, frame["subject"], "unknown subject '{value}'", hint)
    bad = ~frame["source"].isin(sources)
    hint = "Add an entry '{value}' to data/raw/sources.bib."
    findings.flag(where, bad, frame["source"], "unknown source '{value}'", hint)
    bad = frame.duplicated(IDENTITY)
    hint = "The same fact stands in an earlier row; keep one, or tell them apart by a qualifier."
    findings.flag(where, bad, frame["id"], "'{value}' repeats another row", hint)

    contract = quantities().add_prefix("allowed_")
    rows = frame[known].join(contract, on="quantity")
    _check_kinds(rows, kinds, where, findings)
    _check_coverage(rows, where, findings)
    _check_qualifiers(rows, kinds, where, findings)
    _check_values(rows, where, findings)


def _check_kinds(rows: pd.DataFrame, kinds: pd.Series, where: str, findings: Findings) -> None:
    kind = rows["subject"].map(kinds)
    fits = pd.Series(
        [k in allowed for k, allowed in zip(kind, rows["allowed_kinds"], strict=True)], rows.index
    )
    bad = kind.notna() & ~fits
    hint = "contracts/quantities.csv says which kinds of subject a quantity is for."
    findings.flag(where, bad, rows["subject"], "'{value}' cannot have this quantity", hint)


def _check_coverage(rows: pd.DataFrame, where: str, findings: Findings) -> None:
    for name in ("boundary", "scope"):
        bad = rows[f"allowed_needs_{name}"] & (rows[name] == "")
        hint = f"Say what the value covers; see `{name}` in the data dictionary."
        findings.flag(where, bad, rows[name], f"no {name}, which this quantity needs", hint)
    has_range = (rows["low"] != "") | (rows["high"] != "")
    bad = has_range != (rows["range"] != "")
    hint = "Say what low and high are in the source, and only then."
    findings.flag(where, bad, rows["range"], "range '{value}' does not go with low and high", hint)
    bad = (rows["low"] != "") != (rows["high"] != "")
    findings.flag(where, bad, rows["low"], "only one end of the range", "Give both ends, or none.")
    bad = (rows["value"] == "") & ~has_range
    findings.flag(where, bad, rows["value"], "no value", "Give the value, or low and high.")


def _check_qualifiers(rows: pd.DataFrame, kinds: pd.Series, where: str, findings: Findings) -> None:
    def problem(cell: str, allowed: tuple[str, ...]) -> str:
        try:
            pairs = split_qualifiers(cell)
        except ValueError as error:
            return str(error)
        for key, value in pairs.items():
            if key not in allowed:
                return f"unknown qualifier '{key}' for this quantity (allowed: {list(allowed)})"
            if not _qualifier_value_fits(key, value, kinds):
                return f"unknown value '{value}' of qualifier '{key}'"
        return ""

    pairs = list(zip(rows["qualifiers"], rows["allowed_qualifiers"], strict=True))
    told = {pair: problem(*pair) for pair in set(pairs)}  # thousands of rows share a few dozens
    said = pd.Series([told[pair] for pair in pairs], rows.index, dtype=str)
    hint = "contracts/qualifiers.csv lists qualifiers, contracts/quantities.csv who uses them."
    for text in sorted(set(said) - {""}):
        what = text.replace("{", "{{").replace("}", "}}")
        findings.flag(where, said == text, rows["qualifiers"], what, hint)


def _qualifier_value_fits(key: str, value: str, kinds: pd.Series) -> bool:
    allowed = str(qualifiers().at[key, "values"])
    if allowed == "*":
        return re.fullmatch(r"[a-z0-9_]+", value) is not None
    if allowed == "#":
        return re.fullmatch(r"\d+(\.\d+)?", value) is not None
    if allowed.startswith("@"):
        return value in kinds.index and kinds[value] == allowed.removeprefix("@")
    return value in allowed.split("|")


def _check_values(rows: pd.DataFrame, where: str, findings: Findings) -> None:
    numbers = _check_numbers(rows, where, findings)
    pairs = list(zip(rows["unit"], rows["allowed_unit"], strict=True))
    known = {pair: _factor(*pair) for pair in set(pairs)}
    factors = pd.Series([known[pair] for pair in pairs], rows.index, dtype=float)
    hint = "Use a unit of the quantity's dimension; CO2 and CO2e are different ones."
    findings.flag(
        where, factors.isna(), rows["unit"], "unit '{value}' does not fit the quantity", hint
    )
    per_count = pd.to_numeric(
        rows["qualifiers"].str.extract(r"(?:^|;)per_count=([\d.]+)")[0], errors="coerce"
    ).fillna(1.0)
    for name, number in numbers.items():
        canonical = number * factors / per_count
        if name == "value":
            check_plausible(rows, canonical, where, findings)
        bad = (canonical < rows["allowed_minimum"]) | (canonical > rows["allowed_maximum"])
        hint = "Check the value and its unit; contracts/quantities.csv gives the plausible range."
        findings.flag(where, bad, rows[name], "{value} is outside the plausible range", hint)


def _check_numbers(rows: pd.DataFrame, where: str, findings: Findings) -> dict[str, pd.Series]:
    """Return value, low and high as floats, NaN where a cell is empty or no number."""
    numbers = {
        name: pd.to_numeric(rows[name].where(rows[name] != ""), errors="coerce") for name in NUMBERS
    }
    for name, number in numbers.items():
        bad = (rows[name] != "") & (number.isna() | number.abs().eq(float("inf")))
        hint = "Write a plain number: a decimal point, no thousands separator, no unit."
        findings.flag(where, bad, rows[name], "'{value}' is no number", hint)
    for lower, upper in (("low", "value"), ("value", "high"), ("low", "high")):
        bad = numbers[lower] > numbers[upper]
        hint = "Low, value and high must rise in this order."
        findings.flag(where, bad, rows[lower], f"{lower} {{value}} is above {upper}", hint)
    return numbers


def check_assumptions(frame: pd.DataFrame, where: str, findings: Findings) -> None:
    """Check that each assumption names a quantity and gives a value inside its range."""
    known = frame["quantity"].isin(quantities().index)
    hint = "Use a name of contracts/quantities.csv."
    findings.flag(where, ~known, frame["quantity"], "unknown quantity '{value}'", hint)
    _check_numbers(frame, where, findings)


def _factor(unit: str, canonical: str) -> float:
    try:
        return units.conversion_factor(unit, canonical)
    except units.UnknownUnitError:
        return float("nan")
