"""Worked examples of disclosure: every form that fits, filled for every example, and counted."""

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.disclose.describe import fact_kinds, rebuild
from aienergy.disclose.fill import Filled, Row, as_rows, fill
from aienergy.disclose.forms import KEYS, form
from aienergy.disclose.known import ESTIMATED, Base, resolve
from aienergy.disclose.layout import problems


def fill_examples(rows: pd.DataFrame, base: Base) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill each form from each example.

    Args:
        rows: Table `disclosures` of the stage `ingest`.
        base: Facts and the ledger; derived values and counts are added to it.

    Returns:
        Fields (columns of `fill.as_rows`), and one row for each example and form: example, kind,
        name, form, short, fields, published, estimated (by us), missing (count of required fields),
        valid (`yes`, `no`, or empty where no layout is published), and the keys of the counts.
    """
    fields: list[dict[str, object]] = []
    counts: list[dict[str, object]] = []
    for description in rebuild(rows):
        known = resolve(description, base)
        for key in KEYS:
            if form(key).kind not in ("any", description.kind):
                continue
            filled = fill(known, form(key), description)
            fields += as_rows(filled)
            counts.append(_count(filled, base.ledger))
    return pd.DataFrame(fields), pd.DataFrame(counts)


def tell_facts(fields: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of each example, each fact once, however many forms ask for it.

    Args:
        fields: Fields as of `fill_examples`.

    Returns:
        One row an example and fact, in the order of the facts' registry: example, fact, label,
        state, ours (`yes` for an estimate of ours), words, number (key), boundary, method, forms
        (short names of those that ask), required (of those that require it).
    """
    kinds = fact_kinds()
    asked = fields[fields["fact"].isin(list(kinds))].copy()
    asked["short"] = [form(str(key)).short for key in asked["form"]]
    asked["must"] = asked["short"].where(asked["required"] == "yes", "")
    # A form may ask at a boundary at which it is not known, and another where it is.
    asked["unknown"] = asked["state"] == "unknown"
    asked["place"] = asked["fact"].map(list(kinds).index)
    ordered = asked.sort_values(["example", "place", "unknown"], kind="stable")
    grouped = ordered.groupby(["example", "fact"], sort=False)
    told = grouped.first().reset_index()
    estimated = (told["state"] == ESTIMATED) & (told["said_by"] == "ledger")
    return pd.DataFrame(
        {
            "example": told["example"],
            "fact": told["fact"],
            "label": [kinds[fact].label for fact in told["fact"]],
            "state": told["state"],
            "ours": (estimated & told["low"].notna()).map({True: "yes", False: ""}),
            **{name: told[name] for name in ("words", "number", "boundary", "method")},
            "forms": grouped["short"].agg(_listed).to_numpy(),
            "required": grouped["must"].agg(_listed).to_numpy(),
        }
    )


def _listed(names: pd.Series) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))


def _count(filled: Filled, ledger: Ledger) -> dict[str, object]:
    """Count the fields of one filled form, and bind the counts.

    Fields that we add to a form, and those that always hold the same word, are not counted.
    """
    example, key = filled.description.key, filled.form.key
    asked = [r for r in filled.rows if r.field.facts and not r.field.supplement]
    row: dict[str, object] = {
        "example": example,
        "kind": filled.description.kind,
        "name": filled.subject,
        "form": key,
        "short": filled.form.short,
    }
    missing = [r.field.id in filled.missing for r in asked]
    parts = {
        "published": [r.is_answered and not _is_ours(r) for r in asked],
        "estimated": [_is_ours(r) for r in asked],
    }
    for name, holds in {"fields": [True] * len(asked), **parts, "missing": missing}.items():
        number = ledger.derive(
            f"forms.{example}.{key.replace('-', '_')}.{name}",
            f"{filled.subject}, {filled.form.title}: fields {_WORDS[name]}",
            "1",
            "total",
            {"terms": [float(one) for one in holds]},
            evidence="counted",
        )
        row |= {name: int(number.value), f"{name}_key": number.key}
    valid = "" if not filled.form.has_layout else "no" if problems(filled) else "yes"
    return row | {"valid": valid}


def _is_ours(row: Row) -> bool:
    """Whether we estimated it: what merely follows from published values has no interval."""
    known = row.known
    return known.state == ESTIMATED and known.said_by == "ledger" and known.low is not None


_WORDS = {
    "fields": "that ask for a fact",
    "published": "answered by what is published",
    "estimated": "answered by an estimate of ours",
    "missing": "required and not known",
}
