"""What the fact base holds: counts by topic, by how they were read, and of what is asked of it."""

from collections.abc import Mapping

import pandas as pd

READ = ("primary", "full-text", "page", "secondary")


def by_topic(observations: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return how many rows each table of facts holds, and how they were read.

    Args:
        observations: All observations with a column `file`.
        claims: All claims with a column `file`.

    Returns:
        One row a table (the name of its file) and a last row `all`: rows, subjects, sources, and
        one column for each way of reading.
    """
    rows = pd.concat([observations, claims.assign(quantity="claim")], ignore_index=True)
    kind = rows["quantity"].eq("claim").map({True: "claims/", False: ""})
    rows["table"] = kind + rows["file"].str.extract(r"([^/\\]+)\.csv$")[0]
    parts = [*rows.groupby("table", sort=True), ("all", rows)]
    return pd.DataFrame([_count(str(name), part) for name, part in parts]).set_index("table")


def _count(name: str, rows: pd.DataFrame) -> dict[str, str | int]:
    read = rows["read"].value_counts()
    return {
        "table": name,
        "rows": len(rows),
        "subjects": int(rows["subject"].nunique()),
        "sources": int(rows["source"].nunique()),
        **{how: int(read.get(how, 0)) for how in READ},
    }


def by_aim(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return how far the fact base reaches in each thing that is asked of it.

    Args:
        tables: The ingested tables by name, as text.

    Returns:
        Columns what and count.
    """
    rows = tables["observations"]
    quantity, subject = rows["quantity"], rows["subject"]
    kinds = tables["regions"].set_index("key")["kind"]
    kind, grid = subject.map(kinds), quantity.str.startswith("grid_intensity")
    power = set(subject[quantity == "board_power_w"])
    peak = set(subject[quantity == "peak_flop_per_s"])
    accelerators = set(tables["accelerators"]["key"])
    basis = rows["qualifiers"].str.extract(r"(?:^|;)basis=(\w+)")[0]

    def subjects(mask: "pd.Series[bool]") -> int:
        return int(subject[mask].nunique())

    counts = {
        "systems": len(tables["systems"]),
        "systems with training compute": subjects(quantity == "training_compute_flop"),
        "accelerators": len(accelerators),
        "accelerators with board power and peak rate": len(power & peak & accelerators),
        "countries with grid intensity": subjects(grid & (kind == "country")),
        "US states with grid intensity": subjects(grid & (kind == "us_state")),
        "parts of a grid with grid intensity": subjects(grid & (kind == "grid")),
        "cloud regions with grid intensity": subjects(grid & (kind == "cloud_region")),
        "regions with marginal intensity": subjects(grid & (basis == "marginal")),
        "regions with market-based intensity": subjects(grid & (basis == "market")),
        "cloud regions with PUE": subjects((quantity == "pue") & (kind == "cloud_region")),
        "cloud regions with WUE": subjects(
            (quantity == "wue_l_per_kwh") & (kind == "cloud_region")
        ),
        "regions with an electricity price": subjects(quantity == "electricity_price_usd_per_kwh"),
        "water intensities of electricity": int((quantity == "water_intensity_l_per_kwh").sum()),
        "embodied emissions": int((quantity == "embodied_emissions_kgco2e").sum()),
        "places of training": len(tables["places"]),
        "claims": len(tables["claims"]),
        "claims with evidence": len(tables["evidence"]),
        "famous figures traced": len(tables["lineages"]),
        "corrections of upstream data": len(tables.get("corrections", ())),
        "sources": len(tables["sources"]),
    }
    return pd.DataFrame({"what": list(counts), "count": list(counts.values())})
