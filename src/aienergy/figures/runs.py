"""The ledger's own runs: logged energy by component, and the same energy on several grids."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.contracts.schema import MEASURED_EVIDENCE
from aienergy.figures.data import Results
from aienergy.figures.marks import grid, heading, note, row_label, ticks
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREEN,
    HAIRLINE,
    MASS_KG,
    ORANGE,
    PURPLE,
    SI_KWH,
    VERMILLION,
    Look,
    brief,
    marker,
    scaled,
    tint,
)
from aienergy.tables import records

KINDS = {"search": (BLUE, "o"), "training": (VERMILLION, "s"), "inference": (GREEN, "^")}
COMPONENTS = {"cpu": ("processor", ORANGE), "ram": ("memory", PURPLE), "gpu": ("accelerator", BLUE)}


def table(results: Results) -> pd.DataFrame:
    """Return the energy of each component, and the emissions on each grid.

    Returns:
        Columns series (`component`, `grid`), run, kind, component, region, name, key, energy_kwh,
        emissions_kgco2e, evidence, boundary, said_by.
    """
    logged = results.table("ingest/runs")
    logged = logged[logged["kind"].isin(KINDS)]  # experiments have figures of their own
    kinds = dict(zip(logged["run"], logged["kind"], strict=True))
    parts = [_component(row, results) for row in records(logged)]
    for row in records(results.table("estimate/runs")):
        number = results.number(row["key"])
        parts.append(
            {
                "series": "grid", "run": row["run"], "kind": kinds[row["run"]], "component": "",
                "region": row["region"], "name": results.name(row["region"]), "key": number.key,
                "energy_kwh": results.number(f"run.{row['run']}.energy").value,
                "emissions_kgco2e": number.value, "evidence": number.evidence,
                "boundary": number.boundary, "said_by": number.said_by,
            }
        )  # fmt: skip
    frame = pd.DataFrame(parts)
    order = frame["kind"].map(list(KINDS).index)
    frame = frame.assign(order=order, late=frame["series"] == "grid")
    by = ["late", "order", "run", "component", "emissions_kgco2e", "region"]
    return frame.sort_values(by, ignore_index=True).drop(columns=["order", "late"])


def _component(row: dict[str, Any], results: Results) -> dict[str, Any]:
    number = results.number(f"run.{row['run']}.{row['component']}.energy")
    name = COMPONENTS.get(row["component"].rstrip("0123456789"), (row["component"], ""))[0]
    return {
        "series": "component", "run": row["run"], "kind": row["kind"],
        "component": row["component"], "region": "", "name": name, "key": number.key,
        "energy_kwh": number.value, "emissions_kgco2e": float("nan"), "evidence": number.evidence,
        "boundary": number.boundary, "said_by": number.said_by,
    }  # fmt: skip


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many runs there are, how much they used, and on which grids they are told."""
    parts = frame[frame["series"] == "component"]
    kinds = dict(zip(parts["run"], parts["kind"], strict=True))
    totals = parts.groupby("run", sort=False)["energy_kwh"].sum()
    grids = frame[frame["series"] == "grid"].sort_values("emissions_kgco2e")
    measured = int(parts["evidence"].isin(MEASURED_EVIDENCE).sum())
    memory = parts.loc[parts["name"] == COMPONENTS["ram"][0], "energy_kwh"].sum()
    return {
        "count": str(len(totals)),
        "measured_count": str(measured) if measured else "none",
        "largest_kind": str(kinds[totals.idxmax()]),
        "largest": brief(float(totals.max()), SI_KWH),
        "smallest_kind": str(kinds[totals.idxmin()]),
        "smallest": brief(float(totals.min()), SI_KWH),
        "memory_share": f"{float(memory / totals.sum()) * 100:.0f}\u00a0%",
        "grid_count": str(grids["region"].nunique()),
        "cleanest_name": str(grids["name"].iloc[0]),
        "dirtiest_name": str(grids["name"].iloc[-1]),
        "cleanest": brief(float(grids["emissions_kgco2e"].iloc[0]), MASS_KG, 2) + " CO₂e",
        "dirtiest": brief(float(grids["emissions_kgco2e"].iloc[-1]), MASS_KG, 2) + " CO₂e",
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw components above, grids below."""
    grids = frame[frame["series"] == "grid"]
    upper, lower = 0.36 * frame["run"].nunique(), 0.25 * grids["region"].nunique()
    sheet = Sheet(0.72 + upper + 0.85 + lower + 0.06)
    _components(sheet, frame[frame["series"] == "component"], upper)
    _grids(sheet, grids, 0.72 + upper + 0.1, lower)
    return sheet


def _run_names(frame: pd.DataFrame) -> dict[str, str]:
    """Return what each run is called: its kind, numbered where several are of that kind."""
    runs = frame[["run", "kind"]].drop_duplicates()
    place = (runs.groupby("kind").cumcount() + 1).astype(str)
    alone = runs.groupby("kind")["run"].transform("size") == 1
    names = runs["kind"].where(alone, runs["kind"] + " " + place)
    return dict(zip(runs["run"], names, strict=True))


def _components(sheet: Sheet, frame: pd.DataFrame, tall: float) -> None:
    axes = sheet.panel(0.8, 0.64, sheet.width - 0.9, tall)
    names = _run_names(frame)
    lanes = frame["run"].map({run: float(i) for i, run in enumerate(names)})
    ends = frame.groupby("run")["energy_kwh"].cumsum()
    frame = frame.assign(y=lanes, left=ends - frame["energy_kwh"])
    frame = frame.assign(middle=(frame["left"] + ends) / 2)
    axes.set_xlim(0, float(ends.max()) * 1.2)
    axes.set_ylim(len(names) - 0.5, -0.5)
    seen: dict[str, Look] = {}
    for row in records(frame):
        colour = dict(COMPONENTS.values()).get(row["name"], BLUE)
        face = tint(colour, 0.6 if row["evidence"] in MEASURED_EVIDENCE else 0.3)
        bar = {"left": row["left"], "height": 0.66, "linewidth": 1.0, "edgecolor": colour}
        axes.barh(row["y"], row["energy_kwh"], color=face, **bar)
        look = {**marker(colour, "measured", "s", 7), "markerfacecolor": face}
        seen[f"{row['name']}, {row['evidence']}"] = look
        number = scaled(row["energy_kwh"], SI_KWH, 2).partition("\u00a0")[0]
        note(axes, number, (row["middle"], row["y"]), ha="center", zorder=5)
    tips = [f"{names[row['run']]}, {row['name']}: {brief(row['energy_kwh'], SI_KWH)}"
            f" ({row['evidence']})" for row in records(frame)]  # fmt: skip
    unseen: Look = {"marker": "s", "markersize": 12, "alpha": 0, "linestyle": "none"}
    sheet.dots(axes, tipped(frame, tips), "middle", "y", unseen)
    for i, (run, name) in enumerate(names.items()):
        total = float(frame.loc[frame["run"] == run, "energy_kwh"].sum())
        note(axes, brief(total, SI_KWH, 2), (total, i), (6, 0), bold=True)
        row_label(axes, name, i)
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    heading(axes, "Logged energy by component", lift=25, shift=57)
    sheet.legend(0.44, [(look, text) for text, look in seen.items()])


def _grids(sheet: Sheet, frame: pd.DataFrame, top: float, tall: float) -> None:
    axes = sheet.panel(1.2, top + 0.75, sheet.width - 1.4, tall)
    regions = list(dict.fromkeys(frame.sort_values("emissions_kgco2e")["name"]))
    tips = [f"{row['kind']}, {row['name']}: {brief(row['emissions_kgco2e'], MASS_KG)} CO₂e"
            for row in records(frame)]  # fmt: skip
    frame = tipped(frame, tips, y=[float(regions.index(name)) for name in frame["name"]])
    axes.set_xscale("log")
    values = frame["emissions_kgco2e"]
    axes.set_xlim(float(values.min()) / 1.4, float(values.max()) * 1.4)
    axes.set_ylim(len(regions) - 0.5, -0.5)
    ends = frame.groupby("y")["emissions_kgco2e"].agg(["min", "max"])
    axes.hlines(ends.index, ends["min"], ends["max"], color=HAIRLINE, linewidth=1.6, zorder=1)
    for i, region in enumerate(regions):
        row_label(axes, region, i)
    looks = {kind: marker(colour, "stated", shape) for kind, (colour, shape) in KINDS.items()}
    there = [kind for kind in KINDS if (frame["kind"] == kind).any()]
    for kind in there:
        sheet.dots(axes, frame[frame["kind"] == kind], "emissions_kgco2e", "y", looks[kind])
    sheet.legend(top + 0.4, [(looks[kind], kind) for kind in there])
    _mass_axis(axes)
    heading(axes, "The same energy on other grids, CO₂e", lift=35, shift=86)


def _mass_axis(axes: Axes) -> None:
    low, high = axes.get_xlim()
    places = [m * 10.0**p for p in range(-9, 6) for m in (1, 3) if low < m * 10.0**p < high]
    ticks(axes, "x", places, lambda kg: scaled(kg, MASS_KG, 1))
    axes.tick_params(axis="x", labeltop=True, labelbottom=False)
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    grid(axes, "x")
