"""The data dictionary, generated from the contracts: `python -m aienergy.dictionary`."""

from pathlib import Path

from aienergy.contracts.columns import Table
from aienergy.contracts.quantities import qualifiers, quantities
from aienergy.contracts.tables import FOLDER_TABLES, SINGLE_TABLES
from aienergy.contracts.trials import TRIAL
from aienergy.formulas import ALIKE, FORMULAS, SAME
from aienergy.tables import write_text

PAGE = Path("docs/data-dictionary.md")


def dictionary() -> str:
    """Return the page as Markdown: tables, then quantities, then qualifiers."""
    parts = [
        "# Data dictionary",
        "Generated from the contracts by `python -m aienergy.dictionary`; do not edit.",
    ]
    for table in (*FOLDER_TABLES, *SINGLE_TABLES, TRIAL):
        parts += [f"## {table.name}", f"{table.meaning}.", _columns(table)]
    parts += ["## Quantities", _quantities(), "## Qualifiers", _qualifiers()]
    parts += ["## Formulas", _formulas()]
    return "\n\n".join(parts) + "\n"


def _columns(table: Table) -> str:
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


def _formulas() -> str:
    kinds = {SAME: "unit of the result", ALIKE: "one unit for all of these"}
    lines = [
        "What a claim may name. Parameters are given in their unit, or with another that converts.",
        "",
        "| formula | equation | parameters | gives | meaning and source |",
        "|---|---|---|---|---|",
    ]
    for name, equation in FORMULAS.items():
        units = {p: equation.unit_of(p) for p in equation.parameters}
        shown = ", ".join(f"`{p}` ({kinds.get(unit, unit)})" for p, unit in units.items())
        meaning = " ".join(str(equation.function.__doc__).split("Raises:")[0].split())
        gives = "unit of its inputs" if equation.unit == SAME else equation.unit
        lines.append(f"| `{name}` | {equation.text} | {shown} | {gives} | {meaning} |")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    write_text(dictionary(), PAGE)


if __name__ == "__main__":
    main()
