"""All readers by the name of their source, and the way to a file of it."""

import difflib
from pathlib import Path
from typing import Protocol

import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.ingest.snapshots import (
    epoch_hardware,
    epoch_models,
    epoch_sites,
    grid,
    grid_tools,
    hourly,
    iea,
    ml_energy,
    mlperf,
    openai,
)
from aienergy.ingest.snapshots.layouts import LARGEST_FILE_BYTE, Normalized


class Reader(Protocol):
    """Reads the content of one file of a source."""

    def __call__(
        self, content: bytes | str, name: str, corrections: pd.DataFrame | None = None
    ) -> Normalized:
        """Return the normalized table.

        Args:
            content: What the file holds.
            name: Its name, best with the folders of source and snapshot
                (`epoch_models/2026-07-19/notable_ai_models.csv`): some columns changed their
                meaning from one snapshot to the next.
            corrections: Corrections of upstream cells, of which those for this file are applied.
        """


READERS: dict[str, Reader] = {
    epoch_models.SOURCE: epoch_models.read,
    epoch_hardware.ML_HARDWARE: epoch_hardware.read_ml_hardware,
    epoch_hardware.COST_TRENDS: epoch_hardware.read_cost_trends,
    epoch_sites.CLUSTERS: epoch_sites.read_clusters,
    epoch_sites.DATA_CENTERS: epoch_sites.read_data_centers,
    epoch_sites.CHIP_COUNTS: epoch_sites.read_chip_counts,
    grid.OWID: grid.read_owid,
    grid.GOOGLE: grid.read_google,
    grid.GSF: grid.read_gsf,
    "egrid": grid.read_egrid,
    grid_tools.CCF: grid_tools.read_ccf,
    grid_tools.GREEN_ALGORITHMS: grid_tools.read_green_algorithms,
    grid_tools.MLCO2: grid_tools.read_mlco2,
    grid_tools.CODECARBON: grid_tools.read_codecarbon,
    hourly.ELECTRICITY_MAPS: hourly.read_electricity_maps,
    hourly.EIA: hourly.read_eia,
    iea.SOURCE: iea.read,
    ml_energy.SOURCE: ml_energy.read,
    mlperf.INFERENCE: mlperf.read_inference,
    mlperf.TRAINING: mlperf.read_training,
    mlperf.TINY: mlperf.read_tiny,
    openai.COMPUTE: openai.read_compute,
    openai.EFFICIENCY: openai.read_efficiency,
}


def reader(source: str) -> Reader:
    """Return the reader of a source.

    Raises:
        LedgerError: Nobody knows the source.
    """
    if source not in READERS:
        near = difflib.get_close_matches(source, READERS, n=3)
        hint = f"{'Near: ' + ', '.join(near) + '. ' if near else ''}Known: {', '.join(READERS)}."
        raise LedgerError(Problem(source, "unknown source", hint))
    return READERS[source]


def read_file(source: str, path: Path, corrections: pd.DataFrame | None = None) -> Normalized:
    """Read one file of a source.

    Raises:
        LedgerError: Unknown source, no such file, too large, or as the reader says.
    """
    read = reader(source)
    if not path.is_file():
        raise LedgerError(Problem(str(path), "the file does not exist", "Correct the path."))
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTE:
        what = f"{size} bytes, more than {LARGEST_FILE_BYTE}"
        raise LedgerError(Problem(str(path), what, "Snapshots are smaller; is this the file?"))
    return read(path.read_bytes(), path.as_posix(), corrections)
