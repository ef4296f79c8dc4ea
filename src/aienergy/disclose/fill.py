"""Fill a form with what is known, and say exactly what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aienergy.disclose.describe import Description, fact_kinds, factor_to
from aienergy.disclose.forms import Field, Form
from aienergy.disclose.known import ANSWERED, NOT_APPLICABLE, REPORTED, UNKNOWN, WITHHELD, Known
from aienergy.errors import LedgerError, Problem
from aienergy.wording import THIRD_PARTY

OWN = "Compiled by the provider."
COMPILERS = {"third_party": "AI Energy Ledger", "provider": "the provider"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field, filled or not.

    Attributes:
        field: The field of the form.
        known: What is known, in the unit of the form; its state says `unknown` where nothing is.
        fact: Fact that answers it, or would.
    """

    field: Field
    known: Known
    fact: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether it holds a value."""
        return self.known.state in ANSWERED


@dataclass(frozen=True, slots=True)
class Filled:
    """A form, filled from one description.

    Attributes:
        form: The form.
        subject: Name of the system or facility.
        description: What it was filled from.
        rows: Its fields in order.
    """

    form: Form
    subject: str
    description: Description
    rows: tuple[Row, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the required fields that nothing is known of."""
        return tuple(
            row.field.id for row in self.rows if row.field.required and row.known.state == UNKNOWN
        )

    @property
    def statement(self) -> str:
        """Who compiled it, as every page says."""
        return THIRD_PARTY if self.description.compiled_by == "third_party" else OWN


def fill(known: Mapping[str, Known], form: Form, description: Description) -> Filled:
    """Fill a form.

    Args:
        known: What is known, as of `known.resolve`.
        form: The form.
        description: The description behind it.

    Raises:
        LedgerError: The form is for another kind of thing.
    """
    if form.kind not in ("any", description.kind):
        what = f"the form '{form.key}' is for a {form.kind}, and this is a {description.kind}"
        raise LedgerError(Problem(description.key, what, "Choose another form; see --list."))
    rows = tuple(
        _row(field, known, description)
        for field in form.fields
        if field.compiler in ("", description.compiled_by)
    )
    name = known.get("name")
    subject = str(name.value) if name is not None and name.value else description.key
    return Filled(form, subject, description, rows)


def _row(field: Field, known: Mapping[str, Known], description: Description) -> Row:
    if field.constant:
        return Row(field, Known(REPORTED, field.constant))
    if field.head:
        head = {
            "compiled_on": description.compiled_on,
            "compiler": COMPILERS[description.compiled_by],
        }
        return Row(field, Known(REPORTED, head[field.head] + field.suffix))
    reasons = []
    for fact in field.facts:
        one = known.get(fact)
        if one is None:
            continue
        refusal = _refusal(field, one)
        if not refusal:
            return Row(field, _shown(field, fact, one), fact)
        reasons.append(refusal)
    note = "; ".join(reasons)
    return Row(field, Known(UNKNOWN, note=note), field.facts[0])


def _refusal(field: Field, one: Known) -> str:
    """Return why a fact cannot answer a field, or nothing."""
    if one.state in (WITHHELD, NOT_APPLICABLE):
        return ""
    if field.boundary and one.boundary not in field.boundary:
        wanted = " or ".join(field.boundary)
        return f"known at the boundary '{one.boundary or 'unstated'}', asked for at {wanted}"
    if field.evidence and one.evidence not in field.evidence:
        return f"known as {one.evidence or 'unstated'}, asked for as {' or '.join(field.evidence)}"
    return ""


def _shown(field: Field, fact: str, one: Known) -> Known:
    """Return a fact as a field wants it."""
    if one.state in (WITHHELD, NOT_APPLICABLE):
        return one
    if field.part:
        return replace(one, value=str(getattr(one, field.part)), low=None, high=None, range="")
    if isinstance(one.value, str):
        return replace(one, value=one.value + field.suffix)
    factor = factor_to(fact_kinds()[fact].unit, field.unit) * field.scale
    value, low, high = (
        None if end is None else float(end) * factor for end in (one.value, one.low, one.high)
    )
    return replace(one, value=value, low=low, high=high)


def as_rows(filled: Filled) -> list[dict[str, Any]]:
    """Return a filled form as rows of a table."""
    return [
        {
            "example": filled.description.key,
            "form": filled.form.key,
            "field": row.field.id,
            "name": row.field.name,
            "fact": "" if row.field.part else row.fact,
            "required": "yes" if row.field.required else "",
            "supplement": "yes" if row.field.supplement else "",
            "state": row.known.state,
            "value": row.known.value if isinstance(row.known.value, float) else None,
            "words": row.known.value if isinstance(row.known.value, str) else "",
            "low": row.known.low,
            "high": row.known.high,
            "range": row.known.range,
            "unit": row.field.unit,
            "number": row.known.number,
            "evidence": row.known.evidence,
            "said_by": row.known.said_by,
            "boundary": row.known.boundary,
            "method": row.known.method,
        }
        for row in filled.rows
    ]
