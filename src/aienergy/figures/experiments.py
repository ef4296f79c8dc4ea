"""Our own experiments: what a search costs to reach an accuracy; variants and batches."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.lanes import place_rows
from aienergy.figures.marks import (
    grid,
    heading,
    rows_axis,
    ticks,
)
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    HAIRLINE,
    INK,
    ORANGE,
    PURPLE,
    VERMILLION,
    Look,
    marker,
    scaled,
)
from aienergy.tables import records
from aienergy.unit_names import JOULE_PER_KWH

PITCH, GAP = 0.32, 0.34  # inches of a row, and above a heading
LEFT = 1.55  # inches of the names
TASKS = {"breast_cancer": "Tumours, table of measures", "digits": "Handwritten digits, images"}
METHODS = {
    "grid": ("grid", ORANGE, "s"),
    "random": ("random", INK, "o"),
    "tpe": ("Bayesian (TPE)", BLUE, "D"),
    "halving": ("successive halving", VERMILLION, "^"),
}
OFFSET = 0.06  # inches between the methods of one row
FAMILIES = {
    "float32": ("float32", INK, "o"),
    "float16": ("other number formats", BLUE, "D"),
    "int8_dynamic": ("other number formats", BLUE, "D"),
    "int8_static": ("other number formats", BLUE, "D"),
    "pruned_dense": ("pruned, dense kernel", ORANGE, "s"),
    "pruned_sparse": ("pruned, sparse kernel", PURPLE, "s"),
    "distilled": ("distilled student", GREEN, "^"),
    "small": ("student from labels alone", VERMILLION, "v"),
}
COMPRESSION, BATCH = "compression_mlp", "batch_precision"
BATCH_ARM, LARGEST = "float32", 64
SI_S = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
SI_J = ((1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"), (1e-9, "nJ"))


def search_table(results: Results) -> pd.DataFrame:
    """Return the modelled energy to reach each accuracy, by method.

    Returns:
        Columns task, target, method, key, value, low, high (kWh; empty where half of the searches
        or more did not get there), seeds, censored (counts).
    """
    rows = results.table("estimate/search")
    rows = rows[rows["quantity"] == "energy_kwh"]
    names = {"seed_count": "seeds", "censored_count": "censored"}
    frame = rows.rename(columns=names)
    frame = frame[frame["key"].notna() & (frame["key"] != "")]
    columns = ["task", "target", "method", "key", "value", "low", "high", "seeds", "censored"]
    order = frame["method"].map(list(METHODS).index)
    frame = frame.assign(order=order).sort_values(["task", "target", "order"], ignore_index=True)
    return frame[columns]


def search_facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many searches there are, and how many did not reach their accuracy."""
    return {
        "methods": str(frame["method"].nunique()),
        "tasks": str(frame["task"].nunique()),
        "seeds": str(int(frame["seeds"].max())),
        "searches": str(int(frame["seeds"].sum())),
        "censored": str(int(frame["censored"].sum())),
    }


def draw_search(frame: pd.DataFrame) -> Sheet:
    """Draw one row a target, and the methods in it."""
    lanes = frame[["task", "target"]].drop_duplicates()
    tall = PITCH * len(lanes) + GAP * lanes["task"].nunique()
    sheet = Sheet(tall + 1.0)
    axes = sheet.panel(LEFT, 0.5, sheet.width - LEFT - 0.2, tall)
    frame = frame.assign(**{name: frame[name] * JOULE_PER_KWH for name in ("value", "low", "high")})
    limits = (float(frame["low"].min()) / 1.5, float(frame["high"].max()) * 1.5)
    places = [
        m * 10.0**p for p in range(-4, 4) for m in (1, 3) if limits[0] < m * 10**p < limits[1]
    ]
    rows_axis(axes, limits, tall, places, lambda v: scaled(v, SI_J, 1))
    goals = [f"to {100 * target:g} % right" for target in lanes["target"]]
    rows = list(zip(lanes["task"].map(TASKS), goals, strict=True))
    frame = frame.merge(
        lanes.assign(y=place_rows(axes, rows, PITCH, GAP, LEFT - 0.02)), on=["task", "target"]
    )
    looks: list[tuple[Look, str]] = []
    for i, (method, (name, colour, shape)) in enumerate(METHODS.items()):
        part = frame[(frame["method"] == method) & frame["value"].notna()]
        part = part.assign(y=part["y"] + OFFSET * (i - 1.5))
        ends = part["high"].fillna(limits[1])
        axes.hlines(part["y"], part["low"], ends, color=colour, linewidth=1.1, zorder=2)
        tips = [_search_tip(name, row) for row in records(part)]
        look = marker(colour, "stated", shape, 4.8)
        sheet.dots(axes, tipped(part, tips), "value", "y", look)
        looks.append((look, name))
    sheet.legend(0.1, looks)
    axes.set_xlabel("Modelled energy until the accuracy is reached, median over seeds", loc="left")
    return sheet


def _search_tip(name: str, row: dict[str, Any]) -> str:
    missed = f", {row['censored']:.0f} of {row['seeds']:.0f} never" if row["censored"] else ""
    return f"{name}: {scaled(row['value'], SI_J, 2)} to {100 * row['target']:g} %{missed}"


def variants_table(results: Results) -> pd.DataFrame:
    """Return the variants of a network, and one network at several batch sizes.

    Returns:
        Columns series (`variant`, `batch`), arm, family, batch_size, key, value (J an answer), low,
        high, accuracy_key, accuracy, latency_key, latency_s.
    """
    parts = []
    for series, path, experiment in (
        ("variant", "estimate/compression", COMPRESSION),
        ("batch", "estimate/batch", BATCH),
    ):
        rows = results.table(path)
        rows = rows[rows["experiment"] == experiment]
        wide = rows[rows["quantity"] == "energy_kwh"].set_index(["arm", "batch_size"])
        for column, quantity in (("accuracy", "accuracy"), ("latency_s", "latency_p50_s")):
            other = rows[rows["quantity"] == quantity].set_index(["arm", "batch_size"])
            wide[column], wide[f"{column.partition('_')[0]}_key"] = other["value"], other["key"]
        parts.append(wide.reset_index().assign(series=series))
    frame = pd.concat(parts, ignore_index=True)
    of_batch = (frame["series"] == "batch") & (frame["arm"] == BATCH_ARM)
    frame = frame[of_batch | ((frame["series"] == "variant") & (frame["batch_size"] == LARGEST))]
    frame = frame[frame["arm"] != "float32_numpy"]
    families = [_family(str(arm)) for arm in frame["arm"]]
    joules = {name: frame[name] * JOULE_PER_KWH for name in ("value", "low", "high")}
    columns = ["series", "arm", "family", "batch_size", "key", "value", "low", "high",
               "accuracy_key", "accuracy", "latency_key", "latency_s"]  # fmt: skip
    return frame.assign(family=families, **joules)[columns].reset_index(drop=True)


def _family(arm: str) -> str:
    if arm.startswith("pruned"):
        return f"pruned_{arm.rsplit('_', 1)[-1]}"
    return arm if arm in FAMILIES else arm.partition("_")[0]


def variants_facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many variants there are, and what the best batch saves."""
    batch = frame[frame["series"] == "batch"].set_index("batch_size")["value"]
    return {
        "variants": str(int((frame["series"] == "variant").sum())),
        "batch": str(LARGEST),
        "single": scaled(float(batch.loc[1]), SI_J, 2),
        "least": scaled(float(batch.min()), SI_J, 2),
        "least_batch": f"{batch.sort_values().index[0]:.0f}",
        "largest_batch": f"{batch.index.max():.0f}",
    }


def draw_variants(frame: pd.DataFrame) -> Sheet:
    """Draw accuracy against energy above, latency against energy below."""
    sheet = Sheet(5.9)
    _draw_compression(sheet, frame[frame["series"] == "variant"])
    _draw_batch(sheet, frame[frame["series"] == "batch"])
    return sheet


def _energy_axis(axes: Axes, frame: pd.DataFrame, gap: float) -> None:
    axes.set_xscale("log")
    low, high = float(frame["low"].min()) / gap, float(frame["high"].max()) * gap
    axes.set_xlim(low, high)
    places = [m * 10.0**p for p in range(-9, 1) for m in (1, 3) if low < m * 10.0**p < high]
    ticks(axes, "x", places, lambda v: scaled(v, SI_J, 1))
    grid(axes, "y")
    axes.hlines(frame["y"], frame["low"], frame["high"], color=HAIRLINE, linewidth=1.8, zorder=1)


def _draw_compression(sheet: Sheet, frame: pd.DataFrame) -> None:
    axes = sheet.panel(0.5, 0.85, sheet.width - 0.7, 2.0)
    frame = frame.assign(y=frame["accuracy"])
    _energy_axis(axes, frame, 1.3)
    low, high = float(frame["y"].min()), float(frame["y"].max())
    axes.set_ylim(low - 0.012, high + 0.01)
    ticks(axes, "y", [p / 100 for p in range(80, 101, 2) if low - 0.012 < p / 100 < high + 0.01],
          lambda v: f"{100 * v:.0f} %")  # fmt: skip
    looks: dict[str, Look] = {}
    for family, (name, colour, shape) in FAMILIES.items():
        part = frame[frame["family"] == family]
        if part.empty:
            continue
        looks[name] = marker(colour, "stated", shape, 5.0)
        tips = [
            f"{row['arm'].replace('_', ' ')}: {100 * row['accuracy']:.1f} % right, "
            f"{scaled(row['value'], SI_J, 2)} an answer"
            for row in records(part)
        ]
        sheet.dots(axes, tipped(part, tips), "value", "y", looks[name])
    sheet.legend(0.38, [(look, name) for name, look in looks.items()])
    heading(axes, "Accuracy against modelled energy of an answer", lift=42, shift=34)


def _draw_batch(sheet: Sheet, frame: pd.DataFrame) -> None:
    axes = sheet.panel(0.65, 3.75, sheet.width - 0.85, 1.55)
    frame = frame.sort_values("batch_size").assign(y=frame["latency_s"])
    axes.set_yscale("log")
    _energy_axis(axes, frame, 1.3)
    low, high = float(frame["y"].min()), float(frame["y"].max())
    axes.set_ylim(low / 1.6, high * 1.6)
    places = [10.0**p for p in range(-6, 1) if low / 1.6 < 10.0**p < high * 1.6]
    ticks(axes, "y", places, lambda v: scaled(v, SI_S, 1))
    axes.plot(frame["value"], frame["y"], color=INK, linewidth=0.9, zorder=2)
    tips = [
        f"batch of {row['batch_size']:.0f}: {scaled(row['latency_s'], SI_S, 2)}, "
        f"{scaled(row['value'], SI_J, 2)} an answer"
        for row in records(frame)
    ]
    sheet.dots(axes, tipped(frame, tips), "value", "y", marker(INK, "stated", "o", 4.8))
    for row in records(frame):
        if row["batch_size"] in (1, 2, 8, 64, 512):
            axes.annotate(
                f"{row['batch_size']:.0f}",
                (row["value"], row["y"]), (6, 4), textcoords="offset points", color=INK,
            )  # fmt: skip
    heading(axes, "Latency of a batch against modelled energy of an answer, by size of batch",
            lift=12, shift=45)  # fmt: skip
    axes.set_xlabel("Modelled energy of an answer", loc="left")
