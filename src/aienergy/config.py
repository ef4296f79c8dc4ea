"""Read and check `config.yaml`."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from aienergy.errors import LedgerError, Problem
from aienergy.tables import read_text

SCHEMA = Path("workflow/schemas/config.schema.json")


def read_config(path: Path, schema: Path = SCHEMA) -> dict[str, Any]:
    """Return the settings.

    Args:
        path: The configuration.
        schema: Its closed JSON schema.

    Raises:
        LedgerError: A setting is unknown, missing or of the wrong form.
    """
    text = read_text(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        settings = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LedgerError(Problem(str(path), str(error), "Mend the YAML.")) from error
    validator = Draft202012Validator(json.loads(read_text(schema)))
    problems = [
        _problem(path, list(error.absolute_path), error.message, error.instance)
        for error in validator.iter_errors(settings)
    ]
    problems += _repeated_keys(node, path)
    if not problems:
        problems = _wrong_dates(settings, path)
    if problems:
        raise LedgerError(*problems)
    return dict(settings)


def _repeated_keys(node: yaml.Node | None, path: Path) -> list[Problem]:
    if isinstance(node, yaml.SequenceNode):
        return [problem for part in node.value for problem in _repeated_keys(part, path)]
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key.value for key, _ in node.value]
    problems = [problem for _, part in node.value for problem in _repeated_keys(part, path)]
    for key, _ in node.value:
        if keys.count(key.value) > 1:
            where = f"{path}:{key.start_mark.line + 1} key {key.value}"
            problems.append(Problem(where, "the key stands there twice", "Keep one of them."))
    return problems


def _wrong_dates(settings: dict[str, Any], path: Path) -> list[Problem]:
    """Return what is no date, and windows that end before they start."""
    trends = settings["trends"]
    windows = {
        f"trends.{part}.{i}": window
        for part in ("fits", "editions")
        for i, window in enumerate(trends[part])
    }
    dates = {"as_of": settings["as_of"]}
    for place, window in windows.items():
        dates |= {f"{place}.{end}": window[end] for end in ("start", "end") if end in window}
    for part in ("starts", "ends"):
        days = trends["specification"][part]
        dates |= {f"trends.specification.{part}.{i}": day for i, day in enumerate(days)}
    problems = []
    for place, text in dates.items():
        try:
            date.fromisoformat(text)
        except ValueError:
            where = f"{path} key {place}"
            problems.append(Problem(where, f"'{text}' is no date", "Write year-month-day."))
    for place, window in windows.items():
        if window["start"] > window.get("end", settings["as_of"]):
            where = f"{path} key {place}"
            problems.append(Problem(where, "the window ends before it starts", "Swap its ends."))
    return problems


def _problem(path: Path, place: list[Any], message: str, value: object) -> Problem:
    where = f"{path} key {'.'.join(map(str, place)) or '(top level)'}"
    if isinstance(value, date):
        return Problem(where, f"{value} is an unquoted date", f'Write "{value}" in quotes.')
    return Problem(where, message, f"Every key is described in {SCHEMA}.")
