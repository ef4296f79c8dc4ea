"""OpenAI's series: compute of famous systems (2018) and algorithmic efficiency (2020).

Traps: petaflop/s-days and teraflop/s-days (the header of the latter is misspelt) are FLOP once
multiplied by a day; `NA`; dates with the month first.
"""

import pandas as pd

from aienergy.ingest.snapshots.layouts import Normalized, read_csv

COMPUTE = "openai_ai_and_compute"
EFFICIENCY = "openai_ai_and_efficiency"


def read_compute(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read a table of "AI and Compute"; see `layouts.normalize` for errors."""
    return read_csv(content, COMPUTE, name, corrections)[0]


def read_efficiency(
    content: bytes | str, name: str, corrections: pd.DataFrame | None = None
) -> Normalized:
    """Read the table of "AI and Efficiency"; see `layouts.normalize` for errors."""
    return read_csv(content, EFFICIENCY, name, corrections)[0]
