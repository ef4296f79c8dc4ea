"""Read logs of `nvidia-smi --query-gpu=... --format=csv` and integrate power to energy.

The samples are the board's own power counter (NVML). Stamps are local time without a zone, so
only differences between them are used; a clock that goes backwards is refused.
"""

import csv
import io
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from aienergy.contracts.findings import FIRST_DATA_LINE, Findings
from aienergy.errors import LedgerError, Problem
from aienergy.logs.gates import MAX_BOARD_POWER_W, milliwatts
from aienergy.unit_names import JOULE_PER_KWH

# Boards without a number of their own are told apart only if they are not interleaved: two boards
# in one log make at least every second step between stamps very short.
INTERLEAVED_STEP_SHARE = 1 / 3
SHORT_STEP_FRACTION = 0.1

# `power.draw` first: the others are its variants, and summing them would count a board twice.
POWER_COLUMNS = ("power.draw", "power.draw.instant", "power.draw.average")
IDENTITY_COLUMNS = ("uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id", "index")
NO_VALUE = (
    "[n/a]",
    "n/a",
    "[not supported]",
    "not supported",
    "[unknown error]",
    "[gpu is lost]",
    "[insufficient permissions]",
)
_HEADER_CELL = re.compile(r"^(?P<name>[a-z0-9_.]+)(?:\s*\[(?P<unit>[^\]]+)\])?$")
# At most so many digits as a float tells apart: thousands of them are damage, and slow to read.
_POWER_CELL = r"^([-+]?[0-9]{1,17}(?:\.[0-9]{1,17})?)\s*([A-Za-z]*)$"
_STAMP_PATTERN = r"^(?:19|20|21)\d{2}[/-]\d{2}[/-]\d{2}[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?$"


def read_nvidia_smi(text: str, where: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Integrate the power samples of a log to energy, board by board.

    Energy is the trapezoid over the samples of one board. A sample without a value (`[N/A]`)
    is left out and bridged by its neighbours; `largest_gap_s` shows how far a bridge spans.

    Args:
        text: Content of the log, with units (`33.09 W`) or without (`nounits`).
        where: Name of the log for error messages.
        columns: Query names in order, for a log without a header line; a power column then
            needs its unit (`power.draw [W]`) unless the cells carry it.

    Returns:
        One row a board: component (`gpu0`, ...), energy_kwh, duration_s (first to last valid
        sample), mean_power_w (energy over duration), sample_count (valid samples),
        largest_gap_s (longest step between valid samples).

    Raises:
        LedgerError: A missing column, a ragged line, text in a number, a unit other than watts,
            a negative or absurd power, stamps that go backwards, boards that cannot be told
            apart, or a board with fewer than two valid samples.
    """
    samples = read_nvidia_smi_samples(text, where, columns)
    boards = [
        _integrate(str(component), board, where)
        for component, board in samples.groupby("component", sort=True)
    ]
    # By number, so that gpu10 stands behind gpu9.
    boards.sort(key=lambda board: int(str(board["component"]).removeprefix("gpu")))
    return pd.DataFrame(boards)


def read_nvidia_smi_samples(
    text: str, where: str, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read the samples of all boards; arguments and refusals as `read_nvidia_smi`.

    Returns:
        One row a sample: time, power_w (NaN without a value), component; the index counts lines
        as `Findings` does.
    """
    rows, units, power_column = _table(text, where, columns)
    samples = pd.DataFrame(
        {
            "time": _stamps(rows["timestamp"], where),
            "power_w": _power_w(rows[power_column], units[power_column], where),
            "component": _components(rows, where),
        }
    )
    # Whole lines written twice are one sample; only then do equal stamps mean two boards.
    samples = samples[~rows.duplicated()]
    _refuse_unidentified_boards(rows.loc[samples.index], samples["time"], where)
    return samples


def _table(
    text: str, where: str, columns: Sequence[str] | None
) -> tuple[pd.DataFrame, dict[str, str], str]:
    """Split the text into cells by column name; the index counts lines as `Findings` does."""
    try:
        reader = csv.reader(
            io.StringIO(text.lstrip("\ufeff")), skipinitialspace=True, quoting=csv.QUOTE_NONE
        )
        lines = [(number, line) for number, line in enumerate(reader, start=1) if line]
    except csv.Error as error:
        raise LedgerError(
            Problem(where, str(error), "The log must be plain comma-separated text.")
        ) from error
    if not lines:
        raise LedgerError(Problem(where, "the log is empty", "Name the log that the tool wrote."))
    first = [cell.strip() for cell in lines[0][1]]
    has_header = any(cell.partition(" [")[0] in ("timestamp", *POWER_COLUMNS) for cell in first)
    if has_header:
        if columns is not None and list(columns) != first:
            hint = "Leave `columns` out: the header of the log is used."
            raise LedgerError(
                Problem(f"{where}:1", "`columns` differ from the header of the log", hint)
            )
        header, lines = first, lines[1:]
    elif columns is None:
        hint = "Give the queried names in order as `columns` (timestamp, power.draw [W], ...)."
        raise LedgerError(Problem(f"{where}:1", "the log has no header line", hint))
    else:
        header = list(columns)
    names, units = _names_and_units(header, where)
    power_column = _power_column(names, where)
    ragged = [(number, len(line)) for number, line in lines if len(line) != len(names)]
    if ragged:
        raise LedgerError(
            Problem(
                f"{where}:{ragged[0][0]}",
                f"{ragged[0][1]} cells instead of {len(names)}",
                "A killed logger cuts its last line: delete that line, and say so in the note.",
            )
        )
    if not lines:
        raise LedgerError(
            Problem(where, "the log has a header but no sample", "Log while the run goes on.")
        )
    index = pd.Index([number - FIRST_DATA_LINE for number, _ in lines])
    rows = pd.DataFrame([line for _, line in lines], index=index, columns=names, dtype=str)
    return rows.apply(lambda column: column.str.strip()), units, power_column


def _names_and_units(header: Sequence[str], where: str) -> tuple[list[str], dict[str, str]]:
    """Split `power.draw [W]` into name and unit; a cell without brackets has the unit ''."""
    parts = [_HEADER_CELL.match(cell) for cell in header]
    names = [part["name"] if part else cell for part, cell in zip(parts, header, strict=True)]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        hint = "Query each name once."
        raise LedgerError(
            Problem(f"{where}:1", f"column {', '.join(repeated)} appears twice", hint)
        )
    units = [(part["unit"] or "") if part else "" for part in parts]
    return names, dict(zip(names, units, strict=True))


def _power_column(names: Sequence[str], where: str) -> str:
    present = [name for name in POWER_COLUMNS if name in names]
    missing = [] if "timestamp" in names else ["timestamp"]
    missing += [] if present else ["power.draw"]
    if missing:
        raise LedgerError(
            Problem(
                f"{where}:1",
                f"missing column {', '.join(missing)} (found: {', '.join(names)})",
                "Log with nvidia-smi --query-gpu=timestamp,index,uuid,power.draw --format=csv.",
            )
        )
    return present[0]


def _stamps(cells: pd.Series, where: str) -> pd.Series:
    bad = ~cells.str.match(_STAMP_PATTERN)
    stamps = pd.to_datetime(
        cells.where(~bad).str.replace("/", "-"), format="ISO8601", errors="coerce"
    )
    findings = Findings()
    findings.flag(
        where,
        stamps.isna(),
        cells,
        "'{value}' is no time",
        "Times look like 2026/01/03 15:36:53.507.",
    )
    findings.raise_if_any()
    return stamps


def _power_w(cells: pd.Series, header_unit: str, where: str) -> pd.Series:
    """Return the samples in watts, NaN where the tool had no value."""
    absent = cells.str.lower().isin(NO_VALUE)
    parts = cells.str.extract(_POWER_CELL)
    findings = Findings()
    findings.flag(
        where,
        parts[0].isna() & ~absent,
        cells,
        "'{value}' is not a number",
        "A sample is a number with at most a unit: `33.09 W` or `33.09`.",
    )
    units = parts[1].where(parts[1] != "", header_unit)
    findings.flag(
        where,
        (units != "W") & parts[0].notna(),
        cells,
        "'{value}' is not in watts by its own or the column's unit",
        "nvidia-smi prints watts; without a unit in the cells name the column `power.draw [W]`.",
    )
    power_w = pd.to_numeric(parts[0])
    findings.flag(
        where, power_w < 0, cells, "'{value}' is negative", "A board cannot give power back."
    )
    findings.flag(
        where,
        power_w > MAX_BOARD_POWER_W,
        cells,
        f"'{{value}}' is above {MAX_BOARD_POWER_W:,.0f} W, which no board draws",
        "Were milliwatts labelled W? Log again with nvidia-smi, which prints watts.",
    )
    whole = milliwatts(power_w)
    findings.flag(
        where,
        power_w.le(MAX_BOARD_POWER_W) & whole,
        cells,
        "'{value}' looks like milliwatts labelled W: whole numbers of this size throughout the log",
        "Log again with nvidia-smi, which prints watts with two decimals.",
    )
    findings.raise_if_any()
    return power_w


def _components(rows: pd.DataFrame, where: str) -> pd.Series:
    """Name the board of each row: by `index` where it was logged, else in order of appearance."""
    identities = [name for name in IDENTITY_COLUMNS if name in rows]
    if not identities:
        return pd.Series("gpu0", index=rows.index, dtype=str)
    identity = rows[identities[0]]
    findings = Findings()
    findings.flag(
        where,
        identity.str.lower().isin((*NO_VALUE, "")),
        identity,
        "'{value}' names no board",
        "Log the uuid of each board.",
    )
    if "index" not in rows:
        findings.raise_if_any()
        return "gpu" + pd.Series(pd.factorize(identity)[0], index=rows.index).astype(str)
    findings.flag(
        where,
        ~rows["index"].str.match(r"^[0-9]{1,9}$"),
        rows["index"],
        "'{value}' is no index",
        "Expected 0, 1...",
    )
    # An index can move to another board at a restart; the uuid or bus id cannot.
    pairs = pd.DataFrame({"identity": identity, "index": rows["index"]}).drop_duplicates()
    moved = pairs["index"].duplicated() | pairs["identity"].duplicated()
    findings.flag(
        where,
        moved,
        rows.loc[pairs.index, "index"],
        f"'{{value}}' is given to another {identities[0]} than before",
        "Split the log where the boards were renumbered.",
    )
    findings.raise_if_any()
    return "gpu" + rows["index"]


def _refuse_unidentified_boards(rows: pd.DataFrame, time: pd.Series, where: str) -> None:
    """Refuse a log of several boards that carries nothing to tell them apart."""
    if any(name in rows for name in IDENTITY_COLUMNS):
        return
    steps_s = time.sort_values().diff().dt.total_seconds().dropna()
    short_share = float((steps_s < SHORT_STEP_FRACTION * steps_s.mean()).mean())
    several_names = "name" in rows and rows["name"].nunique() > 1
    if several_names or short_share > INTERLEAVED_STEP_SHARE:
        raise LedgerError(
            Problem(
                where,
                f"several boards without uuid, bus id or index ({short_share:.0%} of the steps "
                "between samples are very short)",
                "Log with nvidia-smi --query-gpu=timestamp,index,uuid,power.draw.",
            )
        )


def _integrate(component: str, samples: pd.DataFrame, where: str) -> dict[str, object]:
    """Integrate one board's samples by the trapezoid rule."""
    valid = samples.dropna(subset="power_w")
    steps_s = valid["time"].diff().dt.total_seconds()
    findings = Findings()
    findings.flag(
        where,
        steps_s < 0,
        valid["time"].rename("timestamp"),
        f"'{{value}}' is earlier than the sample before it ({component})",
        "Split the log where the clock was set back or where a second log was appended.",
    )
    findings.raise_if_any()
    duration_s = float(steps_s.sum())
    if len(valid) < 2 or duration_s <= 0:
        raise LedgerError(
            Problem(
                f"{where}:{int(samples.index[0]) + FIRST_DATA_LINE} column power.draw",
                f"{component} has {len(valid)} samples with a value, over {duration_s:g} s, "
                f"of {len(samples)} logged",
                "Energy needs two readings at different times; does the board report power?",
            )
        )
    elapsed_s = steps_s.fillna(0.0).cumsum()
    energy_j = float(np.trapezoid(valid["power_w"].to_numpy(), elapsed_s.to_numpy()))
    return {
        "component": component,
        "energy_kwh": energy_j / JOULE_PER_KWH,
        "duration_s": duration_s,
        "mean_power_w": energy_j / duration_s,
        "sample_count": len(valid),
        "largest_gap_s": float(steps_s.max()),
    }
