"""The data dictionary, generated from the contracts: `python -m aienergy.dictionary`."""

from pathlib import Path

from aienergy.contracts import schema
from aienergy.contracts.quantities import qualifiers, quantities
from aienergy.tables import write_text

PAGE = Path("docs/data-dictionary.md")
TABLES = (
    schema.OBSERVATION,
    schema.SYSTEM,
    schema.ACCELERATOR,
    schema.REGION,
    schema.SUBJECT,
    schema.INSTRUMENT,
    schema.RECOMMENDATION,
    schema.ASSUMPTION,
    schema.CLAIM,
)


def dictionary() -> str:
    """Return the page as Markdown: tables, then quantities, then qualifiers."""
    parts = [
        "# Data dictionary",
        "Generated from the contracts by `python -m aienergy.dictionary`; do not edit.",
    ]
    for table in TABLES:
        parts += [f"## {table.name}", f"{table.meaning}.", _columns(table)]
    parts += ["## Quantities", _quantities(), "## Qualifiers", _qualifiers()]
    return "\n\n".join(parts) + "\n"


def _columns(table: schema.Table) -> str:
    lines = ["| column | meaning | values |", "|---|---|---|"]
    for name, column in table.columns.items():
        need = "" if column.required else " (may be empty)"
        values = ", ".join(f"`{value}`" for value in column.values)
        lines.append(f"| `{name}` | {column.meaning}{need} | {values} |")
    return "\n".join(lines)


def _quantities() -> str:
    head = "| quantity | unit | of | qualifiers | needs | meaning |"
    lines = [head, "|---|---|---|---|---|---|"]
    for row in quantities().itertuples():
        needs = [name for name in ("boundary", "scope") if getattr(row, f"needs_{name}")]
        kinds, allowed = ", ".join(row.kinds), ", ".join(row.qualifiers)  # type: ignore[arg-type]
        cells = (f"`{row.Index}`", str(row.unit), kinds, allowed, ", ".join(needs))
        lines.append(f"| {' | '.join(cells)} | {row.description} |")
    return "\n".join(lines)


def _qualifiers() -> str:
    lines = ["| qualifier | values | meaning |", "|---|---|---|"]
    for row in qualifiers().itertuples():
        values = str(row.values)
        shown = {"*": "free lower_snake_case", "#": "a number"}.get(values, values)
        lines.append(f"| `{row.Index}` | {shown.replace('|', ', ')} | {row.description} |")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    write_text(dictionary(), PAGE)


if __name__ == "__main__":
    main()
