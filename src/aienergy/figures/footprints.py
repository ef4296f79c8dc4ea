"""Emissions of everyday life beside those of training, as the essay's second picture shows them."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from aienergy.figures.data import Results
from aienergy.figures.marks import note, row_heading, row_label, rows_axis
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import (
    BLUE,
    GREY,
    HAIRLINE,
    INK,
    MASS_KG,
    MUTED,
    VERMILLION,
    brief,
    marker,
    scaled,
)
from aienergy.tables import records

SEARCH = "Architecture search"
# group, label, key of the number. Rows with one label share a line and are connected.
ROWS = (
    ("everyday", "Flight NY–SF, passenger", "flight_ny_sf_passenger.emissions.strubell2019"),
    ("everyday", "Return flight, passenger",
     "flight_sf_ny_passenger.return_emissions.patterson2021"),
    ("everyday", "World citizen, one year", "human_life.emissions.strubell2019"),
    ("everyday", "American, one year", "american_life.emissions.strubell2019"),
    ("everyday", "Car with fuel, lifetime", "car_lifetime.emissions.strubell2019"),
    ("everyday", "Return flight, whole aircraft",
     "flight_sf_ny_aircraft.return_emissions.patterson2021"),
    ("strubell", "", "transformer_base.emissions.nvidia_p100.strubell2019"),
    ("strubell", "", "transformer_big.emissions.nvidia_p100.strubell2019"),
    ("strubell", "", "elmo.emissions.nvidia_p100.strubell2019"),
    ("strubell", "", "bert_base.emissions.nvidia_v100.strubell2019"),
    ("strubell", "", "lisa.emissions.table1.strubell2019"),
    ("strubell", "", "lisa_development.emissions.table1.strubell2019"),
    ("strubell", SEARCH, "evolved_transformer_search.emissions.gross.patterson2021"),
    ("strubell", SEARCH, "evolved_transformer_search.emissions.nvidia_p100.strubell2019"),
    ("later", "", "gshard_600b.emissions.gross.patterson2021"),
    ("later", "", "lamda.emissions.thoppilan2022"),
    ("later", "", "t5_11b.emissions.gross.patterson2021"),
    ("later", "", "bloom_176b.emissions.total.luccioni2022bloom"),
    ("later", "", "olmo_2_7b.emissions.olmo2025two"),
    ("later", "", "switch_transformer.emissions.gross.patterson2021"),
    ("later", "", "opt_175b.emissions.zhang2022opt"),
    ("later", "", "meena.emissions.gross.patterson2021"),
    ("later", "", "olmo_2_13b.emissions.olmo2025two"),
    ("later", "", "llama_1_65b.emissions.touvron2023llama"),
    ("later", "", "llama_2_70b.emissions.meta2023llama2card"),
    ("later", "", "gopher_280b.emissions.rae2021"),
    ("later", "", "gpt3.emissions.gross.patterson2021"),
    ("later", "", "llama_3_70b.emissions.meta2024llama3card"),
    ("later", "", "llama_4_scout.emissions.meta2025llama4card"),
    ("later", "", "llama_3_1_405b.emissions.meta2024llama31card"),
)  # fmt: skip
GROUPS = {
    "everyday": ("Everyday life", GREY),
    "strubell": ("Training, as estimated by Strubell et al.", VERMILLION),
    "later": ("Training, as published later", BLUE),
}
LEGEND = (
    (marker(INK, "stated"), "computed or stated by whoever trained it"),
    (marker(INK, "outside"), "estimated by others"),
)
STEP = 0.186  # inches between rows
START = 5.0  # kg, where the scale begins


def table(results: Results) -> pd.DataFrame:
    """Return the footprints.

    Returns:
        Columns group, label, subject, key, emissions_kgco2e, low, high, evidence, said_by, scope;
        groups in order, rows of a group by size.
    """
    subjects = results.table("normalize/observations").set_index("id")["subject"]
    values = results.values(key for _, _, key in ROWS)
    rows: list[dict[str, Any]] = []
    for (group, label, key), value in zip(ROWS, records(values), strict=True):
        subject = str(subjects[key])
        rows.append(
            {
                "group": group,
                "label": label or results.name(subject),
                "subject": subject,
                "key": key,
                "emissions_kgco2e": value["value"],
                **{name: value[name] for name in ("low", "high", "evidence", "said_by", "scope")},
            }
        )
    frame = pd.DataFrame(rows)
    order = frame["group"].map(list(GROUPS).index)
    size = frame.groupby("label")["emissions_kgco2e"].transform("max")
    frame = frame.assign(order=order, size=size)
    frame = frame.sort_values(["order", "size", "label", "emissions_kgco2e"], ignore_index=True)
    return frame.drop(columns=["order", "size"])


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many footprints there are, and which trainings are the extremes."""
    trained = frame[frame["group"] != "everyday"].sort_values("emissions_kgco2e")
    low, high = trained.iloc[0], trained.iloc[-1]
    with_interval = int(frame["low"].notna().sum())
    return {
        "interval_count": str(with_interval) if with_interval else "none",
        "count": str(frame["label"].nunique()),
        "smallest_name": str(low["label"]),
        "smallest": brief(low["emissions_kgco2e"], MASS_KG) + " CO₂e",
        "largest_name": str(high["label"]),
        "largest": brief(high["emissions_kgco2e"], MASS_KG) + " CO₂e",
    }


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw one line a footprint, on a logarithmic scale."""
    places, heads, tall = _places(frame)
    sheet = Sheet(tall + 0.72)
    sheet.legend(0.1, LEGEND)
    axes = sheet.panel(1.72, 0.47, sheet.width - 1.78, tall)
    rows_axis(
        axes, (START, 9e7), tall, (10.0, 1e3, 1e5, 1e7), lambda kg: scaled(kg, MASS_KG, 1),
        minor=(1e2, 1e4, 1e6),
    )  # fmt: skip
    for group, y in heads.items():
        text, colour = GROUPS[group]
        row_heading(axes, text, y, 1.70, MUTED if colour == GREY else colour)
    tips = [f"{row['label']}: {brief(row['emissions_kgco2e'], MASS_KG)} CO₂e"
            for row in records(frame)]  # fmt: skip
    placed = tipped(frame, tips, y=[places[label] for label in frame["label"]])
    for group, (_, colour) in GROUPS.items():
        part = placed[placed["group"] == group]
        sheet.by_evidence(axes, part, "emissions_kgco2e", "y", colour)
    known = placed.dropna(subset=["low", "high"])
    axes.hlines(known["y"], known["low"], known["high"], color=INK, linewidth=1.2, zorder=2)
    for label, rows in placed.groupby("label", sort=False):
        _row(axes, str(label), rows)
    return sheet


def _places(frame: pd.DataFrame) -> tuple[dict[str, float], dict[str, float], float]:
    """Return the height of each label and heading in inches from the top, and of the whole."""
    places: dict[str, float] = {}
    heads: dict[str, float] = {}
    y = 0.0
    for group, rows in frame.groupby("group", sort=False):
        heads[str(group)] = y + 0.14
        y += 0.33
        for label in dict.fromkeys(rows["label"]):
            places[label] = y
            y += STEP
    return places, heads, y - 0.04


def _row(axes: Axes, label: str, rows: pd.DataFrame) -> None:
    """Write label and value of one line; join its two values if it has two."""
    values = rows["emissions_kgco2e"]
    y, low, high = float(rows["y"].iloc[0]), float(values.min()), float(values.max())
    axes.plot([START, low], [y, y], color=HAIRLINE, linewidth=0.6, zorder=0.5)
    row_label(axes, label, y)
    note(axes, brief(high, MASS_KG), (high, y), (6, 0), on_paper=True, zorder=2)
    if len(rows) > 1:
        arrow = {"arrowstyle": "-|>,head_width=0.18,head_length=0.35", "color": VERMILLION,
                 "linewidth": 1.0, "shrinkA": 4, "shrinkB": 4}  # fmt: skip
        axes.annotate("", (low, y), (high, y), zorder=2, arrowprops=arrow)
        text = f"as run {brief(low, MASS_KG)}"
        note(axes, text, (low, y), (-7, 0), ha="right", on_paper=True, zorder=2)
