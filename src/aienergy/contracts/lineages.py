"""Famous figures and what other sources say of claims: texts whose numbers are asked for by key."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.wording import PLACEHOLDER, QUANTITY_WORDS

_TEXTS = {"lineages": ("covers", "reading"), "lineage_steps": ("text",), "evidence": ("reason",)}


def check_lineages(
    tables: Mapping[str, pd.DataFrame], subjects: set[str], folder: Path, findings: Findings
) -> None:
    """Check that lineages and evidence refer to what exists and state no number themselves.

    Args:
        tables: All tables of `data/raw` by name, as text.
        subjects: Keys of all registries.
        folder: The folder `data/raw`, for messages.
        findings: Where problems are noted.
    """
    ids = set(tables["claims"]["id"]) | set(tables["observations"]["id"])
    hint = "Name the id of a claim or an observation."
    for name, column, known in (
        ("lineages", "origin", ids),
        ("lineage_steps", "lineage", set(tables["lineages"]["key"])),
        ("evidence", "claim", set(tables["claims"]["id"])),
    ):
        cells = tables[name][column]
        where = str(folder / f"{name}.csv")
        findings.flag(where, ~cells.isin(known), cells, "unknown '{value}'", hint)
    for name, columns in _TEXTS.items():
        for column in columns:
            _check_text(tables[name][column], ids, subjects, str(folder / f"{name}.csv"), findings)
    steps = tables["lineage_steps"]
    where = str(folder / "lineage_steps.csv")
    again = steps.duplicated(["lineage", "step"])
    findings.flag(where, again, steps["step"], "step {value} stands twice", "Number them anew.")
    without = ~tables["lineages"]["key"].isin(steps["lineage"])
    hint = "Add its steps to lineage_steps.csv."
    where = str(folder / "lineages.csv")
    findings.flag(where, without, tables["lineages"]["key"], "'{value}' has no steps", hint)


def _check_text(
    cells: pd.Series, ids: set[str], subjects: set[str], where: str, findings: Findings
) -> None:
    asked = cells.str.findall(PLACEHOLDER)
    unknown = asked.map(
        lambda found: any(key not in (subjects if kind else ids) for kind, key, _ in found)
    ).astype(bool)
    hint = "`{{id}}` or `{{id|unit}}` of a claim or observation, `{{name:key}}` of a subject."
    findings.flag(where, unknown, cells, "asks for a number or name that does not exist", hint)
    plain = cells.str.replace(PLACEHOLDER, "", regex=True)
    stated = plain.str.contains(r"\d") | plain.str.contains(QUANTITY_WORDS)
    hint = "Ask for the number by key: `{{id}}`; dates and quotations belong into other columns."
    findings.flag(where, stated, cells, "a number in words or digits", hint)
