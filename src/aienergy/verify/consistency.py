"""Hold the facts against each other: power and time, nameplates, parts, one source's two values."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from aienergy.errors import LedgerError, Problem
from aienergy.facts import Facts

# A card's rating does not bound a server's watts: only values of one boundary are compared.
NAMEPLATE_TOLERANCE = 1.05
NAMEPLATE_ERROR = 3.0
POWER_TIME_TOLERANCE = 0.05
PARTS_TOLERANCE = 0.01
MOST_PUE = 2.0
COLUMNS = ["check", "subject", "source", "what", "left", "right", "ratio", "verdict"]
_WHOLE, _PARTS = "total", ("on_site", "off_site", "dynamic", "idle", "embodied", "operational")
_RUN = ["subject", "source", "q_accelerator", "q_stage"]


def check_consistency(facts: Facts) -> pd.DataFrame:
    """Run every check.

    Returns:
        One row a comparison that could be made: check, subject, source, what is compared, the two
        sides (in the unit of the quantity), their ratio and a verdict: `holds`, `flag` or `error`.
    """
    checks: tuple[Callable[[Facts], pd.DataFrame], ...] = (
        power_times_time,
        below_nameplate,
        node_above_boards,
        sum_of_parts,
        two_values,
    )
    tables = [check(facts) for check in checks]
    return pd.concat([t for t in tables if not t.empty] or [_empty()], ignore_index=True)


def refuse_errors(checked: pd.DataFrame) -> None:
    """End the run if a comparison is beyond any doubt.

    Raises:
        LedgerError: Naming each such comparison.
    """
    wrong = checked[checked["verdict"] == "error"]
    if not wrong.empty:
        hint = "Check value, unit, boundary and count of the rows under data/raw/observations."
        problems = [
            Problem(f"{row.subject} ({row.source})", f"{row.what}: {row.ratio:.3g} times", hint)
            for row in wrong.itertuples()
        ]
        raise LedgerError(*problems)


def power_times_time(facts: Facts) -> pd.DataFrame:
    """Energy against power x time of the same source and boundary (PUE between node and facility).

    A facility energy may exceed IT power x time by a PUE.
    """
    energy = _rows(facts, "training_energy_kwh", boundary=True)
    power = _rows(facts, "power_per_accelerator_w", boundary=True)
    hours = _accelerator_hours(facts)
    pairs = energy.merge(power, on=_RUN, suffixes=("", "_power")).merge(hours, on=_RUN)
    expected = pairs["value_power"] * pairs["hours"] / 1000
    ratio = pairs["value"] / expected
    same = pairs["boundary"] == pairs["boundary_power"]
    up = (pairs["boundary"] == "facility") & pairs["boundary_power"].isin(["node", "it", "board"])
    high = np.where(up, MOST_PUE, 1 + POWER_TIME_TOLERANCE)
    fits = (ratio >= 1 - POWER_TIME_TOLERANCE) & (ratio <= high)
    kept = same | up
    table = _table("power x time", pairs, "energy over power x time", expected, ratio, fits)
    return table[kept.to_numpy()]


def below_nameplate(facts: Facts) -> pd.DataFrame:
    """Energy of the boards against rated board power x accelerator-hours."""
    energy = _rows(facts, "training_energy_kwh", boundary=True)
    energy = energy[(energy["boundary"] == "board") & (energy["q_accelerator"] != "")]
    rated = facts.select("board_power_w", q_statistic="rated").drop_duplicates("subject")
    rating = rated.set_index("subject")["value"]
    pairs = energy.merge(_accelerator_hours(facts), on=_RUN)
    expected = pairs["hours"] * pairs["q_accelerator"].map(rating) / 1000
    ratio = pairs["value"] / expected
    table = _table(
        "nameplate", pairs, "energy over rated power x time", expected, ratio,
        ratio <= NAMEPLATE_TOLERANCE,
    )  # fmt: skip
    table.loc[table["ratio"] > NAMEPLATE_ERROR, "verdict"] = "error"
    return table.dropna(subset=["ratio"])


def node_above_boards(facts: Facts) -> pd.DataFrame:
    """Rated power of a server against the boards in it: a server whose boards were left out."""
    nodes = facts.select("node_power_w", q_statistic="rated")
    boards = facts.select("board_power_w", q_statistic="rated").drop_duplicates("subject")
    rating = boards.set_index("subject")["value"]
    count = pd.to_numeric(nodes["q_accelerator_count"], errors="coerce")
    expected = nodes["subject"].map(rating) * count
    ratio = nodes["value"] / expected
    table = _table(
        "server above boards", nodes, "server over its boards", expected, ratio, ratio >= 1
    )
    return table.dropna(subset=["ratio"])


def sum_of_parts(facts: Facts) -> pd.DataFrame:
    """A total against the sum of its parts, where one source prints both."""
    frame = facts.frame
    frame = frame[frame["q_part"].isin([_WHOLE, *_PARTS])]
    group = ["subject", "source", "quantity", "scope", "period"]
    once = frame.drop_duplicates([*group, "q_part"])  # a part printed twice is one part
    parts = once[once["q_part"] != _WHOLE].groupby(group)["value"].agg(["sum", "size"])
    whole = once[once["q_part"] == _WHOLE].merge(parts.reset_index(), on=group)
    whole = whole[whole["size"] > 1]
    ratio = whole["value"] / whole["sum"]
    fits = (ratio - 1).abs() <= PARTS_TOLERANCE
    return _table(
        "sum of parts", whole, "total over the sum of its parts", whole["sum"], ratio, fits
    )


def two_values(facts: Facts) -> pd.DataFrame:
    """One source that prints two values of one quantity for the same thing and time."""
    group = ["subject", "source", "quantity", "qualifiers", "boundary", "scope", "period"]
    frame = facts.frame[~facts.frame["quantity"].str.contains("price")]  # places differ
    several = frame[frame.duplicated(group, keep=False)].groupby(group, sort=True)["value"]
    spread = several.agg(["min", "max"]).reset_index().rename(columns={"max": "value"})
    ratio = spread["value"] / spread["min"]
    what = "largest over smallest " + spread["quantity"].str.replace("_", " ")
    table = _table("one source, two values", spread, "", spread["min"], ratio, ratio == 1)
    return table.assign(what=what.to_numpy())


def _rows(facts: Facts, quantity: str, *, boundary: bool) -> pd.DataFrame:
    rows = facts.select(quantity)
    for name in set(_RUN) - set(rows.columns):
        rows = rows.assign(**{name: ""})
    kept = [*_RUN, "value", *(["boundary"] if boundary else [])]
    return rows[kept].drop_duplicates([*_RUN, *(["boundary"] if boundary else [])])


def _accelerator_hours(facts: Facts) -> pd.DataFrame:
    """Return accelerator-hours as stated, else count x time of the same source and run."""
    stated = _rows(facts, "accelerator_hours_h", boundary=False).rename(columns={"value": "hours"})
    count = _rows(facts, "accelerator_count", boundary=False)
    time = _rows(facts, "training_time_h", boundary=False)
    pairs = count.merge(time, on=_RUN, suffixes=("_count", "_time"))
    derived = pairs.assign(hours=pairs["value_count"] * pairs["value_time"])[[*_RUN, "hours"]]
    return pd.concat([stated, derived]).drop_duplicates(_RUN)


def _table(
    check: str,
    rows: pd.DataFrame,
    what: str,
    expected: "pd.Series[float]",
    ratio: "pd.Series[float]",
    fits: "pd.Series[bool]",
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "check": check,
            "subject": rows["subject"].to_numpy(),
            "source": rows["source"].to_numpy(),
            "what": what,
            "left": rows["value"].to_numpy(),
            "right": np.asarray(expected),
            "ratio": np.asarray(ratio),
            "verdict": np.where(fits, "holds", "flag"),
        }
    )


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)
