"""The forms, kept as data beside this module."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from aienergy.errors import LedgerError, Problem

KEYS = ("gpai", "eed", "sci", "sci-ai", "scope2", "boamps", "spdx", "hf-card", "nist")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        id: Its id in the form.
        name: Its name as the form has it.
        facts: Facts that answer it, the first known one is taken; empty for a constant.
        unit: Unit that the form wants; empty for words.
        required: Whether the form asks for it in any case.
        supplement: Whether we add it to the form.
        evidence: How a value has to be known; empty for any way.
        boundary: Boundaries that it may have; empty for any.
        part: Part of the fact that is wanted instead of its value, such as `source`.
        constant: Words that always answer it.
        head: Part of the description that answers it, such as `compiled_on`.
        compiler: Who must have compiled the description for it to apply; empty for anybody.
        path: Place in the layout of the standard; empty where it publishes none.
        suffix: What is put behind words.
        scale: What the value in `unit` is multiplied with: a standard may count in billions.
        whole: Whether the layout takes a whole number.
        energy: Whether the layout wraps it as an energy with its unit.
    """

    id: str
    name: str
    facts: tuple[str, ...] = ()
    unit: str = ""
    required: bool = False
    supplement: bool = False
    evidence: tuple[str, ...] = ()
    boundary: tuple[str, ...] = ()
    part: str = ""
    constant: str = ""
    head: str = ""
    compiler: str = ""
    path: str = ""
    suffix: str = ""
    scale: float = 1.0
    whole: bool = False
    energy: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        key: Name under which it is asked for.
        short: Its name in the head of a table.
        title: What it is.
        version: Edition that was read.
        kind: `system`, `facility` or `any`.
        source: Key of its source.
        reading: What was read of it, and how.
        schema: `own` for a schema that is our own reading, `none` where no layout is published.
        fields: Its fields in order.
        constants: What the layout holds in any case, by place.
        front_matter: Whether it stands at the head of a Markdown file.
    """

    key: str
    short: str
    title: str
    version: str
    kind: str
    source: str
    reading: str
    schema: str
    fields: tuple[Field, ...]
    constants: tuple[tuple[str, str], ...] = ()
    front_matter: bool = False

    @property
    def has_layout(self) -> bool:
        """Whether the standard publishes a layout of its own."""
        return any(one.path for one in self.fields)


@cache
def form(key: str) -> Form:
    """Return a form.

    Raises:
        LedgerError: There is none of this name.
    """
    if key not in KEYS:
        hint = f"Forms are {', '.join(KEYS)}."
        raise LedgerError(Problem("--form", f"unknown form '{key}'", hint))
    told = yaml.safe_load(_text(f"{key}.yaml"))
    fields = tuple(_field(row) for row in told.pop("fields"))
    constants = tuple(told.pop("constants", {}).items())
    return Form(**{**told, "reading": str(told["reading"]).strip()}, fields=fields,
                constants=constants)  # fmt: skip


def schema_of(key: str) -> str:
    """Return the text of the schema of a form with a layout."""
    return _text(f"{key}.schema.json")


def _text(name: str) -> str:
    return resources.files("aienergy.disclose").joinpath(f"forms/{name}").read_text("utf-8")


def _field(row: dict[str, Any]) -> Field:
    told = dict(row)
    fact = told.pop("fact", ())
    told["facts"] = (fact,) if isinstance(fact, str) else tuple(fact)
    told["compiler"] = told.pop("for", "")
    for name in ("evidence", "boundary"):
        told[name] = tuple(told.get(name, ()))
    return Field(**told)
