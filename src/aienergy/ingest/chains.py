"""Read the chains of `data/raw/chains`, each a file as `chain.schema.json` says."""

import json
from pathlib import Path

import pandas as pd

from aienergy.chains.read import parse_chain
from aienergy.contracts.descriptions import read_description
from aienergy.errors import LedgerError, Problem
from aienergy.tables import read_text


def read_chains(folder: Path) -> pd.DataFrame:
    """Read and check every chain, in the order of their names.

    Args:
        folder: `data/raw/chains`; it may be absent or empty.

    Returns:
        One row a chain: chain (name of the file), title, definition (JSON of the whole file).

    Raises:
        LedgerError: Everything wrong in any of them.
    """
    problems: list[Problem] = []
    rows = []
    for path in sorted(folder.glob("*.yaml")):
        text, where = read_text(path), path.as_posix()
        try:
            chain = parse_chain(text, where)
        except LedgerError as error:
            problems += error.problems
            continue
        definition = json.dumps(read_description(text, where, "chain.schema.json"))
        rows.append({"chain": path.stem, "title": chain.title, "definition": definition})
    if problems:
        raise LedgerError(*problems)
    return pd.DataFrame(rows, columns=["chain", "title", "definition"])
