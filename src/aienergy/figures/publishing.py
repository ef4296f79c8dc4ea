"""Who publishes what: shares of systems for which each quantity is published."""

import pandas as pd

from aienergy.figures.data import Results
from aienergy.figures.marks import note, row_heading, row_label
from aienergy.figures.sheet import Sheet, tipped
from aienergy.figures.style import BLUE, INK, MUTED, PAPER, tint
from aienergy.tables import records

PITCH = 0.25  # inches a row
GAP = 0.42  # inches between providers and years, for the heading
LEFT = 1.62
ASPECTS = {
    "hardware": "Hard-\nware",
    "count": "Chips",
    "time": "Time",
    "compute": "Com-\npute",
    "place": "Place",
    "energy": "Energy",
    "emissions": "Emis-\nsions",
    "water": "Water",
}
FEWEST = 6  # systems below which a share says little


def table(results: Results) -> pd.DataFrame:
    """Return shares by provider and by year.

    Returns:
        Columns kind (`provider` or `year`), name, aspect, systems, published, estimated, share,
        column (middle of the aspect's column), key, systems_key; providers by how much they
        publish, years in their order.
    """
    frame = results.table("verify/disclosure")
    frame = frame[frame["systems"] >= FEWEST].copy()
    frame["kind"] = frame["group"].str.partition("_")[0]
    frame["name"] = frame["name"].astype(str)
    frame["share"] = frame["published"] / frame["systems"]
    whole = frame.groupby("group")["share"].transform("mean")
    providers = frame["kind"] == "provider"
    frame["order"] = (-whole).where(providers, frame["name"].where(~providers, "0").astype(float))
    frame["rank"] = frame["aspect"].map(list(ASPECTS).index)
    frame = frame.sort_values(["kind", "order", "name", "rank"], ignore_index=True)
    frame["column"] = frame["rank"] + 0.5
    columns = ["kind", "name", "aspect", "systems", "published", "estimated", "share", "column"]
    return frame[[*columns, "key", "systems_key"]]


def facts(frame: pd.DataFrame) -> dict[str, str]:
    """Say how many systems and providers there are, and what is published of the last year."""
    years = frame[frame["kind"] == "year"]
    last = years[years["name"] == years["name"].max()].set_index("aspect")
    first = years[years["name"] == years["name"].min()].set_index("aspect")
    systems = years.drop_duplicates("name")["systems"].sum()
    told = {
        "systems": f"{systems:,.0f}",
        "providers": str(frame.loc[frame["kind"] == "provider", "name"].nunique()),
        "fewest": str(FEWEST),
        "first_year": str(years["name"].min()),
        "last_year": str(years["name"].max()),
    }
    for name in ("hardware", "time", "energy", "emissions"):
        told[f"{name}_first"] = f"{100 * first['share'][name]:.0f}\u00a0%"
        told[f"{name}_last"] = f"{100 * last['share'][name]:.0f}\u00a0%"
    return told


def draw(frame: pd.DataFrame) -> Sheet:
    """Draw a matrix: one row a provider or year, one column a quantity, shaded by the share."""
    rows = frame.drop_duplicates(["kind", "name"]).reset_index(drop=True)
    split = int((rows["kind"] == "provider").sum())
    place = [PITCH * (at + 0.5) + GAP * (at >= split) for at in range(len(rows))]
    tall = PITCH * len(rows) + GAP
    sheet = Sheet(tall + 0.68)
    axes = sheet.panel(LEFT, 0.66, sheet.width - LEFT - 0.08, tall)
    axes.set_xlim(0, len(ASPECTS))
    axes.set_ylim(tall, 0)
    axes.set_axis_off()
    at = dict(zip(zip(rows["kind"], rows["name"], strict=True), place, strict=True))
    tips = [
        f"{row['name']}, {row['aspect']}: published for {row['published']:.0f} of "
        f"{row['systems']:.0f}, estimated by others for {row['estimated']:.0f}"
        for row in records(frame)
    ]
    y = [at[pair] for pair in zip(frame["kind"], frame["name"], strict=True)]
    drawn = tipped(frame, tips, y=y)
    for row in records(drawn):
        share = row["share"]
        axes.barh(
            row["y"],
            0.96,
            PITCH * 0.9,
            left=row["column"] - 0.48,
            color=tint(BLUE, 0.04 + 0.96 * share),
        )
        text = f"{100 * share:.0f}" if share else "–"
        colour = PAPER if share > 0.55 else INK if share else MUTED
        note(axes, text, (row["column"], row["y"]), ha="center", colour=colour)
    sheet.dots(
        axes,
        drawn,
        "column",
        "y",
        {"marker": "s", "markersize": 14, "alpha": 0, "linestyle": "none"},
    )
    for row in records(rows):
        where = at[(row["kind"], row["name"])]
        row_label(axes, f"{row['name']} ({row['systems']:.0f})", where)
    for column, text in enumerate(ASPECTS.values()):
        note(axes, text, (column + 0.5, 0), (0, 10), ha="center", va="center", colour=MUTED)
    row_heading(axes, "Provider (systems)", -0.1, LEFT - 0.02)
    row_heading(axes, "Year (systems)", PITCH * split + GAP * 0.62, LEFT - 0.02)
    note(axes, "Published for … % of systems", (0, 0), (0, 36), colour=MUTED)
    return sheet
