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
    try:
        settings = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise LedgerError(Problem(str(path), str(error), "Mend the YAML.")) from error
    validator = Draft202012Validator(json.loads(read_text(schema)))
    problems = [
        _problem(path, list(error.absolute_path), error.message, error.instance)
        for error in validator.iter_errors(settings)
    ]
    if problems:
        raise LedgerError(*problems)
    return dict(settings)


def _problem(path: Path, place: list[Any], message: str, value: object) -> Problem:
    where = f"{path} key {'.'.join(map(str, place)) or '(top level)'}"
    if isinstance(value, date):
        return Problem(where, f"{value} is an unquoted date", f'Write "{value}" in quotes.')
    return Problem(where, message, f"Every key is described in {SCHEMA}.")
