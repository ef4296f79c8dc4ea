"""Titles, captions and alternative texts: templates without digits, filled from the data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml

from aienergy.errors import LedgerError, Problem
from aienergy.figures.data import Results
from aienergy.prose import Prose, environment, lint
from aienergy.tables import read_text

TEXTS = ("title", "caption", "alt")


def read_captions(path: Path, ids: list[str]) -> dict[str, dict[str, str]]:
    """Read the templates of all figures.

    Args:
        path: `reports/figures.yaml`.
        ids: Ids of the figures there are.

    Raises:
        LedgerError: A figure lacks a text, a text belongs to no figure, or states a number itself.
    """
    try:
        told = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise LedgerError(Problem(str(path), str(error), "Mend the YAML.")) from error
    problems = []
    if list(told) != ids:
        what = f"describes {list(told)}"
        problems.append(Problem(str(path), what, f"The figures, in this order, are {ids}."))
    for key, texts in told.items():
        if tuple(texts) != TEXTS:
            hint = f"Each figure has {', '.join(TEXTS)}, in this order."
            problems.append(Problem(f"{path} key {key}", f"has {list(texts)}", hint))
        for name, text in texts.items():
            problems += lint(str(text), f"{path} key {key}.{name}")
    if problems:
        raise LedgerError(*problems)
    return {key: {name: str(text) for name, text in texts.items()} for key, texts in told.items()}


def render(
    texts: Mapping[str, str], facts: Mapping[str, str], results: Results
) -> tuple[dict[str, str], Prose]:
    """Fill the templates of one figure.

    Args:
        texts: Templates by name.
        facts: What the figure's own data say: counts, names of extremes, formatted values.
        results: Numbers, names and sources.

    Returns:
        The texts, white space collapsed, and the record of numbers and sources used.

    Raises:
        LedgerError: An unknown number, name, source or fact.
    """
    prose = Prose(results.numbers, results.names, results.dates, results.sources, "text")
    env = environment(jinja2.DictLoader(dict(texts)), "text")
    known: dict[str, Any] = {**prose.functions(), "facts": dict(facts)}
    filled = {}
    for name in texts:
        try:
            filled[name] = " ".join(env.get_template(name).render(known).split(" ")).strip()
        except jinja2.TemplateError as error:
            hint = f"Facts of this figure are {sorted(facts)}."
            raise LedgerError(Problem(f"figures.yaml text {name}", str(error), hint)) from error
    return {name: _collapsed(text) for name, text in filled.items()}, prose


def _collapsed(text: str) -> str:
    """Collapse line breaks and runs of plain spaces; no-break spaces stay."""
    return " ".join(part for part in text.replace("\n", " ").split(" ") if part)
