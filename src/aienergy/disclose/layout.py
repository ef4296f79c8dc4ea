"""A filled form as JSON: in the layout of its standard where one is published, else in ours."""

import json
from itertools import pairwise
from typing import Any

import jsonschema
import yaml

from aienergy.disclose.fill import Filled, Row
from aienergy.disclose.forms import Form, schema_of
from aienergy.disclose.known import NOT_APPLICABLE, UNKNOWN, WITHHELD

OWN_FORMAT = "aienergy-disclosure-1"
_DETAILS = (
    "low", "high", "range", "evidence", "said_by", "boundary", "scope", "method", "source", "note",
)  # fmt: skip
_KILOWATT_HOUR = "kilowattHour"


def as_json(filled: Filled) -> dict[str, Any]:
    """Return a filled form; what is not known is left out of a published layout."""
    return _published(filled) if filled.form.has_layout else _own(filled)


def text(filled: Filled) -> str:
    """Return a filled form as the text of a file: JSON, or the head of a model card."""
    document = as_json(filled)
    if filled.form.front_matter:
        shown = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
        return f"---\n{shown}---\n"
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _own(filled: Filled) -> dict[str, Any]:
    return {
        "format": OWN_FORMAT,
        "form": filled.form.key,
        "title": filled.form.title,
        "version": filled.form.version,
        "subject": filled.subject,
        "statement": filled.statement,
        "compiled_on": filled.description.compiled_on,
        "note": filled.description.note,
        "fields": [_row(row) for row in filled.rows],
        "missing": list(filled.missing),
    }


def _row(row: Row) -> dict[str, Any]:
    known = row.known
    told: dict[str, Any] = {"id": row.field.id, "name": row.field.name, "state": known.state}
    if row.field.supplement:
        told["supplement"] = True
    if known.value is not None:
        told["value"] = known.value
    if row.field.unit:
        told["unit"] = row.field.unit
    details = {name: getattr(known, name) for name in _DETAILS}
    return told | {name: value for name, value in details.items() if value not in ("", None)}


def _published(filled: Filled) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for path, word in filled.form.constants:
        _put(document, path, word)
    for row in filled.rows:
        if not row.is_answered:
            continue
        value: Any = row.known.value
        if row.field.whole and isinstance(value, float):
            value = round(value)
        if row.field.energy:
            value = {
                "type": "ai_EnergyConsumptionDescription",
                "ai_energyQuantity": value,
                "ai_energyUnit": _KILOWATT_HOUR,
            }
            _put(document, f"{row.field.path.rsplit('.', 2)[0]}.type", "ai_EnergyConsumption")
        _put(document, row.field.path, value)
    return document


def _put(document: dict[str, Any], path: str, value: object) -> None:
    """Put a value at a path such as `measures.0.powerConsumption`."""
    place: Any = document
    parts: list[str | int] = [int(p) if p.isdigit() else p for p in path.split(".")]
    for part, after in pairwise(parts):
        empty: Any = [] if isinstance(after, int) else {}
        if isinstance(part, int):
            while len(place) <= part:
                place.append(type(empty)())
            place = place[part]
        else:
            place = place.setdefault(part, empty)
    last = parts[-1]
    if isinstance(last, int):
        while len(place) <= last:
            place.append(None)
    place[last] = value


def problems(filled: Filled) -> list[str]:
    """Return what keeps the document from being valid by its schema; none without a schema."""
    if not filled.form.has_layout:
        return []
    validator = jsonschema.Draft202012Validator(json.loads(schema_of(filled.form.key)))
    errors = sorted(validator.iter_errors(as_json(filled)), key=lambda e: str(e.json_path))
    return [f"{error.json_path}: {error.message}" for error in errors]


def read_back(form: Form, document: dict[str, Any]) -> dict[str, float | str]:
    """Return the values of a document by field, as they were filled in.

    Args:
        form: The form that the document is of.
        document: As of `as_json`.
    """
    if not form.has_layout:
        silent = (UNKNOWN, WITHHELD, NOT_APPLICABLE)
        return {f["id"]: f["value"] for f in document["fields"] if f["state"] not in silent}
    found: dict[str, float | str] = {}
    for field in form.fields:
        value = _get(document, field.path)
        if isinstance(value, dict):
            value = value["ai_energyQuantity"]
        if value is not None:
            found[field.id] = float(value) if isinstance(value, int | float) else str(value)
    return found


def _get(document: Any, path: str) -> Any:  # noqa: ANN401 -- any JSON
    place = document
    for part in path.split("."):
        try:
            place = place[int(part) if part.isdigit() else part]
        except (KeyError, IndexError, TypeError):
            return None
    return place
