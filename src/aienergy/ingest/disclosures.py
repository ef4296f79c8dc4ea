"""Read the worked examples of disclosure, `data/raw/disclosures/*.yaml`, as one long table."""

from pathlib import Path

import pandas as pd

from aienergy.contracts.findings import Findings
from aienergy.disclose.describe import Description, flatten, read
from aienergy.errors import LedgerError, Problem
from aienergy.tables import read_text

FOLDER = "disclosures"
COLUMNS = ["example", "fact", "part", "content"]


def read_disclosures(
    folder: Path, tables: dict[str, pd.DataFrame], findings: Findings
) -> pd.DataFrame:
    """Read every example of a folder, in the order of their names.

    An example states no value itself: it names observations, so that none is typed a second time.

    Args:
        folder: The folder `data/raw/disclosures`; it may be absent.
        tables: Checked tables, for the keys that an example names.
        findings: What is found wrong is added.

    Returns:
        One row for each part of each fact: example, fact (empty for the head), part, content.
    """
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            description = read(read_text(path), path.stem, str(path))
        except LedgerError as error:
            for problem in error.problems:
                findings.add(problem)
            continue
        for problem in _judge(description, str(path), tables):
            findings.add(problem)
        rows += flatten(description)
    return pd.DataFrame(rows, columns=COLUMNS, dtype=str)


def _judge(description: Description, where: str, tables: dict[str, pd.DataFrame]) -> list[Problem]:
    found = []
    for name, registry in (
        ("system", "systems"), ("accelerator", "accelerators"), ("region", "regions")
    ):  # fmt: skip
        key = str(getattr(description, name))
        if key and key not in set(tables[registry]["key"]):
            hint = f"Add it to {registry}.csv."
            found.append(Problem(f"{where} {name}", f"unknown '{key}'", hint))
    if description.compiled_by != "third_party":
        what = "an example is compiled by a third party"
        found.append(Problem(f"{where} compiled_by", what, "Nobody filed it with us."))
    known = set(tables["observations"]["id"])
    for fact, given in description.facts.items():
        if "value" in given:
            hint = "Add an observation, and name it under `number`."
            found.append(Problem(f"{where} facts.{fact}", "a value typed into an example", hint))
        if "number" in given and given["number"] not in known:
            what = f"unknown observation '{given['number']}'"
            found.append(Problem(f"{where} facts.{fact}", what, "Name one of data/raw."))
    return found
