"""Grid factors: wide enough, told apart by their basis, and equal to what was read."""

import json

import pandas as pd
import pytest

from aienergy.contracts.quantities import split_qualifiers
from aienergy.ingest.raw import read_raw
from tests.checkout import ROOT
from tests.data.test_raw import SHARED, needs_shared

SNAPSHOTS = SHARED / "snapshots"


@pytest.fixture(scope="module")
def factors() -> pd.DataFrame:
    rows = read_raw(ROOT / "data/raw").tables["observations"]
    rows = rows[rows["quantity"].str.startswith("grid_intensity")].reset_index(drop=True)
    pairs = pd.DataFrame([split_qualifiers(cell) for cell in rows["qualifiers"]])
    return pd.concat([rows, pairs], axis=1)


def test_a_hundred_and_ten_countries_have_a_series_of_twenty_years(factors):
    lifecycle = factors[factors["source"] == "owid_ember2026"]
    years = lifecycle[lifecycle["subject"] != "world"].groupby("subject")["period"].nunique()

    assert (years >= 20).sum() >= 110
    assert (lifecycle["value"].astype(float) > 0).all()


def test_a_market_value_never_stands_alone(factors):
    place = ["subject", "period", "source"]
    market = factors[factors["basis"] == "market"].set_index(place).index
    average = factors[factors["basis"] == "average"].set_index(place).index

    assert len(market) > 0
    assert set(market) <= set(average)


def test_the_method_change_of_google_is_kept_apart(factors):
    google = factors[factors["source"] == "google2025region"]
    stages = google.groupby("period")["stage_of_life"].unique().map(list).to_dict()

    assert stages == {
        str(year): ["lifecycle"] if year < 2021 else ["direct"] for year in range(2019, 2025)
    }


def test_tools_disagree_about_the_same_country(factors):
    tools = ["codecarbon332", "ecologits0113", "green_algorithms2025"]
    sweden = factors[factors["source"].isin(tools) & (factors["subject"] == "swe")]

    assert sweden.set_index("source")[["value", "unit"]].T.to_dict("list") == {
        "codecarbon332": ["40.695", "gCO2e/kWh"],
        "ecologits0113": ["0.03526", "kgCO2e/kWh"],
        "green_algorithms2025": ["5.67", "gCO2e/kWh"],
    }


@needs_shared
@pytest.mark.parametrize("table", ["state", "subregion"])
def test_egrid_values_equal_the_snapshot(factors, table):
    path = SNAPSHOTS / f"egrid/2026-01-14/{table}_emission_factors.csv"
    theirs = pd.read_csv(path, dtype=str).set_index(table)
    ours = factors[factors["locator"].str.contains(f"/{table}_emission")]
    codes = ours["locator"].str.extract(r"row (\w+);")[0]

    assert len(ours) >= 4 * 26
    assert list(ours["value"]) == [
        theirs.at[code, year] for code, year in zip(codes, ours["period"], strict=True)
    ]


@needs_shared
def test_egrid2023_values_equal_the_snapshot(factors):
    path = SNAPSHOTS / "codecarbon_factors/2026-10-23/usa_emissions.json"
    states = [row for key, row in json.loads(path.read_text()).items() if key[0] != "_"]
    theirs = {row["regionCode"].lower(): row["emissions"] for row in states}
    ours = factors[factors["source"] == "epa_egrid2023"]
    codes = ours["subject"].str.removeprefix("us_state_")

    assert dict(zip(codes, ours["value"].astype(float), strict=True)) == theirs


@needs_shared
def test_google_values_equal_the_snapshot(factors):
    ours = factors[factors["source"] == "google2025region"]
    keys = ours["period"] + " " + ours["locator"].str.extract(r"row ([\w-]+)")[0]
    theirs = {
        f"{year} {row[0]}": row[3]
        for year in range(2019, 2025)
        for row in pd.read_csv(
            SNAPSHOTS / f"google_region_carbon/2025-12-03/{year}.csv", dtype=str
        ).itertuples(index=False)
    }

    assert dict(zip(keys, ours["value"], strict=True)) == theirs
