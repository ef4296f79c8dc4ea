"""What the figures are drawn from: tables, numbers and names of `results/`."""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Number, load
from aienergy.errors import LedgerError, Problem
from aienergy.facts import Facts
from aienergy.tables import read_json, read_result, read_text, read_texts

# What a name's parenthesis tells that a label can't do without.
_KEPT = frozenset({"big", "base", "medium"})
# Labels of subjects whose full name is too long to stand beside a mark.
_SHORT = {
    "gpt3": "GPT-3",
    "covid_explorer_bert": "BERT for COVID search",
    "evolved_transformer_medium": "Evolved Transformer",
    "olmo_2_7b": "OLMo 2 7B",
    "olmo_2_13b": "OLMo 2 13B",
    "megatron_turing_nlg_530b": "Megatron-Turing",
    "stable_video_diffusion": "Stable Video Diff.",
    "lisa_development": "LISA, development",
    "lisa": "LISA, one model",
    "googlenet": "GoogLeNet",
    "openai_ti7_dota_1v1": "Dota 1v1",
}
_PARENTHESIS = re.compile(r" \(([^)]*)\)")


class Results:
    """Tables of `results/`, read when asked for.

    Args:
        folder: The folder `results`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: dict[str, pd.DataFrame] = {}

    def load(self) -> None:
        """Read what every figure needs, before the work is shared out."""
        _ = self.numbers, self.facts, self.names, self.sources

    def table(self, path: str) -> pd.DataFrame:
        """Return a table by stage and name, `estimate/costs`.

        Raises:
            LedgerError: No such table.
        """
        if path not in self._tables:
            file = self.folder / f"{path}.csv"
            read_text(file)  # a missing file is told as any other bad input
            self._tables[path] = read_result(file)
        return self._tables[path]

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """Numbers by key."""
        return {number.key: number for number in load(read_json(self.folder / "numbers.json"))}

    @cached_property
    def facts(self) -> Facts:
        """Normalized observations."""
        return Facts(self.table("normalize/observations"))

    @cached_property
    def _subjects(self) -> pd.DataFrame:
        return read_texts(self.folder / "normalize" / "subjects.csv").set_index("key")

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of subjects by key."""
        return dict(self._subjects["name"])

    @cached_property
    def dates(self) -> dict[str, str]:
        """ISO dates of subjects by key, empty where unknown."""
        return dict(self._subjects["date"])

    @cached_property
    def sources(self) -> dict[str, dict[str, str]]:
        """Rows of the bibliography by key."""
        frame = read_texts(self.folder / "ingest" / "sources.csv").set_index("key")
        return {str(key): {str(k): str(v) for k, v in row.items()} for key, row in frame.iterrows()}

    def name(self, key: str) -> str:
        """Return the name of a subject as a label: without an explanation in parentheses.

        Raises:
            LedgerError: No such subject.
        """
        if key not in self.names:
            hint = "Names come from the registries under data/raw."
            raise LedgerError(Problem("figures", f"unknown subject '{key}'", hint))
        full = _SHORT.get(key, self.names[key])
        kept = _PARENTHESIS.sub(lambda match: match[0] if match[1] in _KEPT else "", full)
        return kept.rstrip("*")

    def number(self, key: str) -> Number:
        """Return a number.

        Raises:
            LedgerError: No such key.
        """
        if key not in self.numbers:
            hint = "Keys stand in results/numbers.json."
            raise LedgerError(Problem("figures", f"unknown number '{key}'", hint))
        return self.numbers[key]

    def values(self, keys: Iterable[str]) -> pd.DataFrame:
        """Return numbers as rows.

        Returns:
            One row a key: key, value, low, high, unit, evidence, said_by, boundary, scope.
        """
        numbers = [self.number(key) for key in keys]
        columns = (
            "key",
            "value",
            "low",
            "high",
            "unit",
            "evidence",
            "said_by",
            "boundary",
            "scope",
        )
        rows: list[dict[str, Any]] = [
            {name: getattr(number, name) for name in columns} for number in numbers
        ]
        frame = pd.DataFrame(rows, columns=list(columns))
        return frame.astype({"value": float, "low": float, "high": float})


def sources_of(table: pd.DataFrame, results: Results) -> list[str]:
    """Return the keys of the sources behind a figure's table, the ones with more rows first.

    Every column `key` or `*_key` holds keys of numbers, and a column `point_source` the source of
    rows that are no numbers.
    """
    counts: dict[str, int] = {}
    named = list(table["point_source"].dropna()) if "point_source" in table else []
    for source in (str(text) for text in named if text):
        counts[source] = counts.get(source, 0) + 1
    columns = [name for name in table.columns if name == "key" or str(name).endswith("_key")]
    keys = [str(key) for name in columns for key in table[name].dropna() if key]
    for key in keys:
        for source in {text.partition(":")[0] for text in results.number(key).sources}:
            counts[source] = counts.get(source, 0) + 1
    return sorted(counts, key=lambda source: (-counts[source], source))
