"""Facts and runs written by hand, for tests of what runs are elsewhere."""

import dataclasses
from pathlib import Path

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts
from aienergy.normalize.observations import bind, normalize
from aienergy.run.energy import Part, Run
from aienergy.run.lookup import MFU, SERVICE_LIFE, Library
from aienergy.tables import write_json, write_table
from tests.observations import observed

GRID = "basis=average;mix=production;place=generated;stage_of_life=lifecycle"
DIRECT = "basis=average;mix=unstated;place=unstated;stage_of_life=direct"
MARKET = "basis=market;mix=unstated;place=unstated;stage_of_life=unstated"
G, OWN, WATER = "grid_intensity_gco2e_per_kwh", "google2025region", "water_intensity_l_per_kwh"
CLOUD = "google_europe_west4"
FACTS = [
    # id, subject, quantity, qualifiers, value, unit, period, source
    ("swe.grid.2024", "swe", G, GRID, "36", "gCO2e/kWh", "2024", "owid_ember2026"),
    ("swe.grid.2025", "swe", G, GRID, "35", "gCO2e/kWh", "2025", "owid_ember2026"),
    ("swe.grid.tool", "swe", G, DIRECT, "99", "gCO2e/kWh", "2026", "codecarbon332"),
    ("swe.grid.day", "swe", G, GRID, "1", "gCO2e/kWh", "2026-01-01", "owid_ember2026"),
    ("nld.grid.2024", "nld", G, GRID, "250", "gCO2e/kWh", "2024", "owid_ember2026"),
    ("w4.grid.2023", CLOUD, G, DIRECT, "236", "gCO2e/kWh", "2023", OWN),
    ("w4.grid.2024", CLOUD, G, DIRECT, "200", "gCO2e/kWh", "2024", OWN),
    ("w4.market.2023", CLOUD, G, MARKET, "80", "gCO2e/kWh", "2023", "gsf2026rtc"),
    ("w4.pue", CLOUD, "pue", "level=site;statistic=mean", "1.07", "1", "2024", "gsf2026rtc"),
    ("w4.wue", CLOUD, "wue_l_per_kwh", "level=site;statistic=mean", "0.5", "L/kWh", "2024", "gsf2026rtc"),
    ("nld.water", "nld", WATER, "numerator=consumption;statistic=mean", "3.4", "L/kWh", "", "wri2020water"),
    ("nld.price", "nld", "electricity_price_usd_per_kwh", "currency_year=2024;sector=industrial", "0.2", "USD/kWh", "2024", "x2024"),
    ("old.board", "old", "board_power_w", "statistic=rated", "300", "W", "2017", "x2024"),
    ("new.board", "new", "board_power_w", "statistic=rated", "700", "W", "2022", "x2024"),
    ("old.peak", "old", "peak_flop_per_s", "precision=fp16;sparsity=dense", "100", "teraflop_s", "2017", "x2024"),
    ("new.peak", "new", "peak_flop_per_s", "precision=fp16;sparsity=dense", "1000", "teraflop_s", "2022", "x2024"),
    ("new.peak.bf16", "new", "peak_flop_per_s", "precision=bf16;sparsity=dense", "1000", "teraflop_s", "2022", "x2024"),
    ("old.embodied", "old", "embodied_emissions_kgco2e", "part=card", "150", "kgCO2e", "2022", "x2024"),
    *[(f"m{i}.mfu", f"m{i}", "mfu", "", v, "1", "2020", "x2024") for i, v in enumerate(("0.3", "0.4", "0.5"))],
]  # fmt: skip
REGIONS = pd.DataFrame(
    [
        ("world", "World", "world", ""),
        ("swe", "Sweden", "country", "SWE"),
        ("deu", "Germany", "country", "DEU"),
        ("nld", "Netherlands", "country", "NLD"),
        ("usa", "United States", "country", "USA"),
        ("us_state_ca", "California (state of the USA)", "us_state", "USA"),
        (CLOUD, "Google Cloud europe-west4 (Eemshaven)", "cloud_region", "NLD"),
        ("azure_westus", "Microsoft Azure westus", "cloud_region", "USA"),
        ("aws_eu_north_1", "Amazon eu-north-1", "cloud_region", "SWE"),
    ],
    columns=["key", "name", "kind", "iso3"],
)
BOARDS = pd.DataFrame({"key": ["old", "new"], "name": ["Old Board 16GB", "New Board"]})
LIFE_H = 40_000.0


def normalized_facts() -> pd.DataFrame:
    columns = ["id", "subject", "quantity", "qualifiers", "value", "unit", "period", "source"]
    return normalize(observed(FACTS, columns))


def small_library() -> Library:
    """A library of these facts, with a utilization and a service life."""
    rows = normalized_facts()
    names = {key: key for key in rows["subject"]} | dict(
        zip(REGIONS["key"], REGIONS["name"], strict=True)
    )
    ledger = Ledger(bind(rows[rows["quantity"] == "mfu"], names), seed=1)
    ids = rows.loc[rows["quantity"] == "mfu", "id"].tolist()
    mfu = ledger.derive(MFU, "MFU", "1", "fitted_share", {"terms": ids})
    mfu = dataclasses.replace(mfu, support="share")
    life = ledger.derive(
        SERVICE_LIFE, "life", "h", "unit_conversion", {"value": LIFE_H, "factor": 1.0}
    )
    return Library(Facts(rows, names), REGIONS, BOARDS, [mfu, life])


def write_results(folder: Path) -> None:
    """Write these facts as the stages write theirs, so far as `aienergy run` reads them."""
    library = small_library()
    rows = normalized_facts()
    keys = [*rows["subject"].unique(), *REGIONS["key"]]
    names = pd.DataFrame({"key": keys}).drop_duplicates()
    names["name"] = [library.name(key) for key in names["key"]]
    sources = pd.DataFrame(
        {
            "key": sorted(set(rows["source"])), "authors": "Doe", "title": "T",
            "published_in": "", "year": "2024", "url": "", "licence": "CC-BY-4.0",
        }
    )  # fmt: skip
    write_table(rows, folder / "normalize/observations.csv")
    write_table(names, folder / "normalize/subjects.csv")
    for name, table in (("regions", REGIONS), ("accelerators", BOARDS), ("sources", sources)):
        write_table(table, folder / f"ingest/{name}.csv")
    factors = [library.ledger[key].as_dict() for key in (MFU, SERVICE_LIFE)]
    write_json(factors, folder / "estimate/numbers.json")


def run_of(*parts, **more):
    """A run; parts are (name, kWh, boundary), by default 10 kWh of one board."""
    told = {
        "key": "run1", "name": "a run", "file": "a.csv", "per": "run", "unread": (),
        "duration_s": 7200.0, "pue": None, "outside": False, "tool": "t", "tool_version": "",
        "started_at": "2026-01-02T22:30:00", "unit_count": None, "unit_of_use": "", "flags": (),
        "widens": 1.0,
    }  # fmt: skip
    parts = parts or (("gpu0", 10.0, "board"),)
    return Run(parts=tuple(Part(*part, "counter") for part in parts), **told | more)
