"""Read a YAML file that people wrote, against a closed JSON schema of this folder.

YAML accepts silently what hides a mistake: a key given twice, an alias, a date that turns into
another type. All of it is refused, each problem with the line it stands in.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import jsonschema
import yaml

from aienergy.errors import LedgerError, Problem

_TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"
# Ten times as fast where PyYAML was built with it, and as safe.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NodePath = tuple[str | int, ...]
_Field = tuple[_NodePath, int, yaml.Node]


def read_description(
    text: str, where: str, schema: str, deepest: int | None = None
) -> dict[str, Any]:
    """Parse a YAML file and check it against a schema.

    Args:
        text: Content of the file.
        where: Name of the file for error messages.
        schema: Name of a schema in `aienergy/contracts`, such as `run.schema.json`.
        deepest: Levels of lists and mappings that a file of anybody's may have.

    Returns:
        The fields of the schema, dates as strings.

    Raises:
        LedgerError: No YAML, nested too deeply, a key given twice, an alias, a date without quotes,
            or any field that the schema refuses; all are listed, with their lines.
    """
    try:
        _refuse_bombs(text, where, deepest)
        root = yaml.compose(text, _LOADER)
        description = yaml.load(text, _LOADER)
    except (yaml.YAMLError, ValueError) as error:
        what = " ".join(str(error).split())
        raise LedgerError(Problem(where, f"no YAML: {what}", "Mend the syntax.")) from error
    fields = list(_nodes(root, (), 1)) if root is not None else []
    problems = _yaml_problems(fields, where)
    # A date without quotes is reported once, with its remedy, not again as a wrong type.
    problems += [] if problems else _schema_problems(description, fields, where, schema)
    if problems:
        raise LedgerError(*problems)
    return dict(description)


def _refuse_bombs(text: str, where: str, deepest: int | None) -> None:
    """Refuse aliases and deep nesting, which cost memory and stack, before anything is composed."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.AliasEvent):
            hint = "Write the value out."
            raise LedgerError(Problem(where, "YAML aliases are not read", hint))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if deepest is not None and depth > deepest:
            hint = f"No field lies deeper than {deepest} levels."
            raise LedgerError(Problem(where, "nested too deeply", hint))


def _nodes(node: yaml.Node, path: _NodePath, line: int) -> Iterator[_Field]:
    """Yield every node with its path of keys and positions, and the line its key stands in."""
    yield path, line, node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _nodes(value, (*path, str(key.value)), key.start_mark.line + 1)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield from _nodes(value, (*path, position), value.start_mark.line + 1)


def _place(where: str, path: _NodePath, lines: Mapping[_NodePath, int]) -> str:
    """Name the line and the field, as `run.yaml:12 components.cpu.evidence`."""
    return f"{where}:{lines.get(path, 1)} {'.'.join(map(str, path))}".rstrip()


def _yaml_problems(fields: list[_Field], where: str) -> list[Problem]:
    """Find what YAML accepts silently: a key given twice, and a date that is no text."""
    lines = {path: line for path, line, _ in fields}
    counts = Counter(path for path, _, _ in fields)
    problems = [
        Problem(_place(where, path, lines), "given twice", "Keep one of the two.")
        for path, count in counts.items()
        if count > 1
    ]
    dates = [(path, str(node.value)) for path, _, node in fields if node.tag == _TIMESTAMP_TAG]
    problems += [
        Problem(
            _place(where, path, lines),
            f"{value} is a date without quotes, which YAML turns into another type",
            f'Quote it: "{value}".',
        )
        for path, value in dates
    ]
    return problems


def _schema_problems(
    description: object, fields: list[_Field], where: str, name: str
) -> list[Problem]:
    text = resources.files("aienergy").joinpath(f"contracts/{name}").read_text("utf-8")
    schema = json.loads(text)
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    lines = {path: line for path, line, _ in fields}
    errors = sorted(validator.iter_errors(description), key=lambda error: str(error.json_path))
    other = f"The fields are described in src/aienergy/contracts/{name}."
    return [
        Problem(
            _place(where, tuple(error.absolute_path), lines),
            error.message,
            _words_on(schema, tuple(error.absolute_path), other),
        )
        for error in errors
    ]


def _words_on(schema: Mapping[str, Any], path: _NodePath, otherwise: str) -> str:
    """Return the schema's own words on the deepest described field of a path."""
    words, part = otherwise, schema
    for key in path:
        inner = [*part.get("patternProperties", {}).values(), part.get("items", {})]
        part = part.get("properties", {}).get(key, inner[0] if inner else {})
        words = part.get("description", words)
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return str(words)
