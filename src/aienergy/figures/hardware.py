"""Arithmetic per joule of accelerators, by release date."""

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.labels import along, box_of, place_labels
from aienergy.figures.lines import (
    fitted,
    growth_line,
    points_of,
    told_vintages,
    vintage_of,
)
from aienergy.figures.marks import grid, label_axis, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, GREEN, INK, ORANGE, SMALL, VERMILLION, marker
from aienergy.growth.points import fractional_year
from aienergy.prose import significant
from aienergy.tables import records

FIT = "chip_efficiency"
GIGA = 1e9
# Words of a name that a label can do without: its maker, its family, its socket.
_MAKER = re.compile(
    r"NVIDIA|Tesla|GeForce|Google|Instinct|Intel|Habana|AMD|AWS|Huawei|HGX|Microsoft|SXM\d?"
    r"|\d+ ?GB\b"
)
# vendor as the registry spells it, colour, shape
VENDORS = {
    "NVIDIA": (GREEN, "o"),
    "Google": (BLUE, "D"),
    "AMD": (VERMILLION, "s"),
    "others": (ORANGE, "^"),
}
LABELLED = (
    "nvidia_b200", "nvidia_v100", "google_tpu_v2", "google_tpu_v3", "nvidia_a100_40gb",
    "nvidia_h100_sxm", "amd_mi300x", "nvidia_h100_pcie", "nvidia_h20", "aws_trainium3",
    "amd_mi350x", "microsoft_maia_200", "google_tpu_v4i", "nvidia_t4", "nvidia_l4", "intel_gaudi3",
    "aws_trainium2", "nvidia_rtx_4090", "nvidia_a40", "huawei_ascend_910", "amd_mi250x",
    "nvidia_l40", "nvidia_gb300",
)  # fmt: skip


def table(results: Results) -> pd.DataFrame:
    """Return accelerators and the trend.

    Returns:
        Columns series (`accelerator`, `trend`), accelerator, name, vendor, key, date, year,
        gflop_per_j, low, high, precision, rated_power_key, n, growth_per_year and its interval.
    """
    fit = fitted(results, FIT)
    rows = points_of(results, "hardware_efficiency")
    rows = rows[rows["date"].between(fit["start"], fit["end"])]
    made_of = [results.number(key).inputs for key in rows["key"]]
    precisions = results.facts.frame.set_index("id")["q_precision"]
    frame = pd.DataFrame(
        {
            "series": "accelerator",
            "accelerator": rows["subject"],
            "name": [results.name(key) for key in rows["subject"]],
            "vendor": rows["organization"],
            "key": rows["key"],
            "date": rows["date"],
            "year": fractional_year(rows["date"]),
            "gflop_per_j": rows["value"] / GIGA,
            "precision": [precisions[inputs["peak_flop_per_s"]] for inputs in made_of],
            "rated_power_key": [inputs["board_power_w"] for inputs in made_of],
            "vintage": [vintage_of(inputs["peak_flop_per_s"], results) for inputs in made_of],
        }
    )
    growth = results.number(fit["growth_key"])
    ends = (float(frame["year"].min()), float(frame["year"].max()))
    level = float(np.log10(frame["gflop_per_j"]).mean())
    line = pd.DataFrame(growth_line(*ends, float(frame["year"].mean()), level, growth))
    line = line.rename(columns={"value": "gflop_per_j"}).assign(
        series="trend", accelerator="", name="", vendor="", key=growth.key, date="", precision="",
        rated_power_key="", n=fit["n"], growth_per_year=growth.value, growth_low=growth.low,
        growth_high=growth.high,
    )  # fmt: skip
    return pd.concat([frame, line], ignore_index=True)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many accelerators there are, and which are the extremes."""
    chips = frame[frame["series"] == "accelerator"].sort_values("gflop_per_j")
    low, high = chips.iloc[0], chips.iloc[-1]
    trend = frame[frame["series"] == "trend"].iloc[0]
    percent = [
        significant((trend[name] - 1) * 100, 2)
        for name in ("growth_per_year", "growth_low", "growth_high")
    ]
    return {
        "count": str(len(chips)),
        "vintages": told_vintages(chips),
        "tpu_count": str(int((chips["vendor"] == "Google").sum())),
        "first_year": chips["date"].min()[:4],
        "last_year": chips["date"].max()[:4],
        "lowest_name": str(low["name"]),
        "lowest": f"{significant(float(low['gflop_per_j']), 2)}",
        "highest_name": str(high["name"]),
        "highest": f"{significant(float(high['gflop_per_j']), 2)}",
        "growth_percent": f"{percent[0]}\u00a0%",
        "growth_percent_span": f"{percent[1]} to {percent[2]}\u00a0%",
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw accelerators by date on a logarithmic scale."""
    sheet = Sheet(4.55)
    looks = {vendor: marker(colour, "measured", shape, 4.8)
             for vendor, (colour, shape) in VENDORS.items()}  # fmt: skip
    sheet.legend(0.1, [(look, vendor) for vendor, look in looks.items()])
    axes = sheet.panel(0.5, 0.58, sheet.width - 0.6, 3.65)
    axes.set_yscale("log")
    first, last = (int(end) for end in (frame["year"].min(), frame["year"].max()))
    axes.set_xlim(first - 0.2, last + 1.1)
    axes.set_ylim(frame["gflop_per_j"].min() / 1.3, frame["gflop_per_j"].max() * 1.5)
    ticks(axes, "y", (50, 100, 200, 500, 1000, 2000), lambda value: f"{value:,.0f}")
    ticks(axes, "x", range(first, last + 1))
    grid(axes, "y")
    label_axis(axes, "GFLOP per joule at rated power, dense sixteen-bit")
    trend = frame[frame["series"] == "trend"]
    ends = (trend["low"], trend["high"])
    axes.fill_between(trend["year"], *ends, color=INK, alpha=0.08, linewidth=0)
    axes.plot(trend["year"], trend["gflop_per_j"], color=INK, linewidth=1.3, zorder=2)
    chips = frame[frame["series"] == "accelerator"]
    chips = tipped(chips, [_tip(row) for row in records(chips)])
    known = chips["vendor"].where(chips["vendor"].isin(list(VENDORS)), "others")
    for vendor, look in looks.items():
        sheet.dots(axes, chips[known == vendor], "year", "gflop_per_j", look)
    _labels(axes, frame)
    return sheet


def _tip(row: dict[str, object]) -> str:
    rate = significant(float(str(row["gflop_per_j"])), 3)
    return f"{row['name']}, {str(row['date'])[:7]}: {rate} GFLOP/J ({row['precision']})"


def _labels(axes: Axes, frame: pd.DataFrame) -> None:
    told = facts(frame)
    text = axes.text(
        0.985, 0.05, f"+{told['growth_percent']} a year ({told['growth_percent_span']})",
        transform=axes.transAxes, ha="right", fontsize=SMALL, fontweight=600,
    )  # fmt: skip
    trend = frame[frame["series"] == "trend"]
    chips = frame[frame["series"] == "accelerator"].set_index("accelerator")
    chosen = chips.loc[[key for key in LABELLED if key in chips.index]]
    places = ["year", "gflop_per_j"]
    line = along(trend["year"], trend["gflop_per_j"])
    obstacles = np.vstack([chips[places].to_numpy(dtype=float), line])
    names = [" ".join(_MAKER.sub("", str(name)).split()) for name in chosen["name"]]
    at = chosen[places].to_numpy(dtype=float)
    place_labels(axes, at, names, obstacles, [box_of(text)])
