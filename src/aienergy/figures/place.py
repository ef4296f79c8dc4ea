"""One run on many grids."""

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import grid, label_axis, note, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, INK, VERMILLION, bar_end, tint
from aienergy.prose import significant
from aienergy.tables import records

WORLD = "world"
PITCH = 0.156  # inches a grid


def table(results: Results) -> pd.DataFrame:
    """Return the emissions of the run on each grid.

    Returns:
        Columns region, name, grid_intensity_gco2e_per_kwh, emissions_tco2e, key, grid_key,
        grid_year, run, energy_key, energy_mwh; the cleanest grid first.
    """
    rows = results.table("estimate/places")
    observed = results.table("normalize/observations").set_index("id")
    years, subjects = dict(observed["year"]), dict(observed["subject"])
    inputs = [results.number(key).inputs for key in rows["key"]]
    frame = pd.DataFrame(
        {
            "region": rows["region"],
            "name": [results.name(key) for key in rows["region"]],
            "grid_intensity_gco2e_per_kwh": rows["grid_intensity_gco2e_per_kwh"],
            "emissions_tco2e": rows["emissions_kgco2e"] / 1000,
            "key": rows["key"],
            "grid_key": [row["grid_intensity_gco2e_per_kwh"] for row in inputs],
            "grid_year": [int(years[row["grid_intensity_gco2e_per_kwh"]]) for row in inputs],
            "run": [results.name(subjects[row["energy_kwh"]]) for row in inputs],
            "energy_key": [row["energy_kwh"] for row in inputs],
            "energy_mwh": [results.number(row["energy_kwh"]).value / 1000 for row in inputs],
        }
    )
    return frame.sort_values(["emissions_tco2e", "region"], ignore_index=True)


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many grids there are, and which are the extremes."""
    low, high = frame.iloc[0], frame.iloc[-1]
    ratio = float(high["emissions_tco2e"] / low["emissions_tco2e"])
    return {
        "run": str(low["run"]),
        "year": str(low["grid_year"]),
        "energy": f"{low['energy_mwh']:,.0f}\u00a0MWh",
        "count": str(int((frame["region"] != WORLD).sum())),
        "cleanest_name": str(low["name"]),
        "cleanest": f"{significant(float(low['emissions_tco2e']), 2)}\u00a0t CO₂e",
        "dirtiest_name": str(high["name"]),
        "dirtiest": f"{significant(float(high['emissions_tco2e']), 3)}\u00a0t CO₂e",
        "ratio": significant(ratio, 2),
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one bar a grid, the world's marked."""
    tall = PITCH * len(frame)
    sheet = Sheet(tall + 0.5)
    axes = sheet.panel(1.32, 0.42, sheet.width - 1.72, tall)
    longest = float(frame["emissions_tco2e"].max())
    axes.set_ylim(tall, 0)
    axes.set_xlim(0, longest * 1.02)
    tips = [
        f"{row['name']}: {significant(row['emissions_tco2e'], 3)} t CO₂e, "
        f"{significant(row['grid_intensity_gco2e_per_kwh'], 3)} g CO₂e/kWh"
        for row in records(frame)
    ]
    placed = tipped(frame, tips, y=[PITCH * (i + 0.5) for i in range(len(frame))])
    world = placed["region"] == WORLD
    for rows, colour in ((placed[~world], BLUE), (placed[world], VERMILLION)):
        axes.barh(rows["y"], rows["emissions_tco2e"], PITCH * 0.68, color=tint(colour, 0.55))
        sheet.dots(axes, rows, "emissions_tco2e", "y", bar_end(colour, PITCH * 0.68 * 72))
    for row in records(placed):
        ink, bold = (VERMILLION, True) if row["region"] == WORLD else (INK, False)
        y, value = row["y"], row["emissions_tco2e"]
        note(axes, row["name"], (0, y), (-5, 0), ha="right", colour=ink, bold=bold)
        digits = 2 if value < 100 else 3
        note(axes, significant(value, digits), (value, y), (5, 0), colour=ink, bold=bold)
    axes.set_yticks([])
    ticks(axes, "x", range(0, int(longest) + 1, 200), lambda t: f"{t:,.0f} t" if t else "0")
    axes.tick_params(axis="x", labeltop=True, labelbottom=False)
    axes.spines["bottom"].set_visible(False)
    grid(axes, "x")
    label_axis(axes, "Accounted emissions of the run, CO₂e", (0, 19))
    return sheet
