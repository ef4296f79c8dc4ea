"""Contracts of what we say about publishers' files: their wrong cells, and where we differ."""

from aienergy.contracts.columns import (
    DATE_PATTERN,
    ID_PATTERN,
    KEY,
    LOCATOR,
    NOTE,
    SOURCE,
    Column,
    Table,
)

CORRECTION = Table(
    "corrections",
    "Cells of publishers' files that are wrong, each with the evidence for what it should say",
    {
        "key": KEY,
        "source": SOURCE,
        "snapshot": Column(
            "`<source>/<vintage>/<file>` of the copy that was read",
            required=True,
            pattern=rf"(\w+/)?{DATE_PATTERN}/[^/]+",
        ),
        "row": Column(
            "`<key column> = <value>`, several joined by `; `: which row, and no other",
            required=True,
            pattern=r"[^=]+ = .+",
        ),
        "column": Column("Header as printed", required=True),
        "expected": Column("What the cell says; another content stops the reader"),
        "corrected": Column("What it should say; empty where the value is to be dropped"),
        "reason": Column("Why, in words", required=True),
        "evidence_source": SOURCE,
        "locator": LOCATOR,
        "reported": Column(
            "Whether the publisher was told, or has mended it",
            required=True,
            values=("yes", "no", "fixed_upstream"),
        ),
        "note": NOTE,
    },
)
DISAGREEMENT = Table(
    "disagreements",
    "Observations that differ from the file that they name, or have no cell there, and why",
    {
        "id": Column("Id of the observation", required=True, pattern=ID_PATTERN, unique=True),
        "reason": Column("Why it is so, in words", required=True),
        "source": SOURCE,
        "locator": LOCATOR,
    },
)
