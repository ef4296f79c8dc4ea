"""Points of series against the publishers' own files; skipped where these are absent."""

import os
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOTS = Path(os.environ.get("AIENERGY_SHARED", ROOT.parent / "shared")) / "snapshots"
POINTS = ROOT / "data/raw/series_points"


def published(name: str) -> pd.DataFrame:
    path = SNAPSHOTS / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand: set AIENERGY_SHARED")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_every_point_of_a_cluster_is_the_cell_that_its_locator_names():
    cells = published("epoch_gpu_clusters/2026-04-24/gpu_clusters.csv")
    points = pd.read_csv(POINTS / "epoch_clusters.csv", dtype=str, keep_default_na=False)
    places = points["locator"].str.extract(r"; row (\d+); column (.+)$")

    for point, (row, column) in zip(points.itertuples(), places.to_numpy(), strict=True):
        cell = cells.iloc[int(row) - 1]
        assert point.value == cell[column]
        assert point.date == cell["First Operational Date"]
        assert point.name.removesuffix(f" (row {row})") == cell["Name"]
        assert cell["Include in Standard Analysis"] == "True"


def test_the_counts_of_a_year_add_up_to_the_rows_of_the_year():
    rows = published("epoch_models/2026-07-19/notable_ai_models.csv")
    points = pd.read_csv(POINTS / "epoch_notable_counts.csv")
    year = rows["Publication date"].str[:4]
    known = pd.to_numeric(rows["Training compute (FLOP)"], errors="coerce") > 0
    counted = points.groupby([points["date"].str[:4], "group"])["value"].sum().unstack()

    for name, row in counted.iterrows():
        assert row["with_compute"] == (known & (year == name)).sum()
        assert row["without_compute"] == (~known & (year == name)).sum()


def test_compute_to_reach_a_level_is_as_printed():
    rows = published("openai_ai_and_efficiency/2020-06-01/efficiency_sota.csv")
    points = pd.read_csv(POINTS / "openai2020_efficiency.csv", dtype=str, keep_default_na=False)

    assert points["value"].tolist() == rows["Compute (teraflops-s/days)"].tolist()
    assert points["group"].tolist() == rows["Metric"].tolist()


def test_notable_systems_are_rows_of_the_notable_list():
    listed = published("epoch_models/2026-07-19/notable_ai_models.csv")["Model"]
    names = set(listed.str.split().str.join(" "))
    systems = pd.read_csv(ROOT / "data/raw/systems.csv", dtype=str, keep_default_na=False)
    of_list = systems["locator"].str.contains("notable_ai_models.csv; Model = ", regex=False)
    model = systems["locator"].str.extract(r"Model = (.+?)(?:;| \(reference|$)")[0]
    only = model[of_list & ~model.duplicated(keep=False)]

    assert set(model[of_list].str.split().str.join(" ")) <= names
    assert systems.loc[only.index, "notable"].eq("yes").all()
    assert len(only) < systems["notable"].eq("yes").sum() < len(names)
