"""The committed facts: complete, within their contracts, and equal to what was read."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from aienergy.ingest.raw import read_raw
from tests.checkout import ROOT

SHARED = Path(os.environ.get("AIENERGY_SHARED", ROOT.parent / "shared"))
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of reference snapshots (AIENERGY_SHARED) is absent"
)


@pytest.fixture(scope="module")
def raw():
    return read_raw(ROOT / "data/raw")


@pytest.fixture(scope="module")
def observations(raw) -> pd.DataFrame:
    return raw.tables["observations"].set_index("id")


def test_the_essays_systems_are_there(observations):
    expected = {
        "bert_base.count.devlin2019": "16",
        "bert_large.count.devlin2019": "64",
        "evolved_transformer_search.child_models.so2019": "15000",
        "evolved_transformer_search.emissions.nvidia_p100.strubell2019": "626155",
        "evolved_transformer_search.emissions.gross.patterson2021": "3.2",
        "car_lifetime.emissions.strubell2019": "126000",
        "human_life.emissions.strubell2019": "11023",
        "american_life.emissions.strubell2019": "36156",
        "flight_ny_sf_passenger.emissions.strubell2019": "1984",
    }

    assert observations["value"][list(expected)].to_dict() == expected


def test_no_row_was_remembered(raw):
    for name, table in raw.tables.items():
        if "read" in table:
            assert set(table["read"]) <= {"primary", "full-text", "page", "secondary"}, name
    secondary = raw.tables["observations"].query("read == 'secondary'")
    assert (secondary["note"] != "").all()


def test_the_base_is_as_wide_as_the_report_says(observations):
    compute = observations.query("quantity == 'training_compute_flop'")
    grid = observations.query(
        "quantity == 'grid_intensity_gco2e_per_kwh' and source == 'owid_ember2026'"
    )
    inference = observations[observations["quantity"].str.contains("inference_energy_wh")]

    assert compute["subject"].nunique() >= 120
    assert grid["subject"].nunique() >= 40
    assert len(inference) >= 25


def test_market_based_values_have_a_location_based_twin(observations):
    factors = observations[observations["quantity"].str.startswith("grid_intensity")]
    market = factors[factors["qualifiers"].str.contains("basis=market")]
    with_twin = factors[factors["qualifiers"].str.contains(r"basis=(?:location|average)")]

    assert set(market["subject"]) <= set(with_twin["subject"])


@needs_shared
def test_grid_values_equal_the_snapshot(observations):
    path = SHARED / "snapshots/owid_carbon_intensity/2026-04-29/carbon_intensity_electricity.csv"
    snapshot = pd.read_csv(path)
    column = snapshot.columns[-1]
    known = snapshot.assign(key=snapshot["Code"].str.lower().replace({"owid_wrl": "world"}))
    known = known.set_index(["key", "Year"])[column]
    ours = observations.query(
        "quantity == 'grid_intensity_gco2e_per_kwh' and source == 'owid_ember2026'"
    )
    compared = 0
    for row in ours.itertuples():
        place = (row.subject, int(row.period))
        if place in known.index:
            assert float(row.value) == pytest.approx(known[place], rel=1e-9), row.Index
            compared += 1
    assert compared >= 300


@needs_shared
def test_openai_series_equals_the_snapshot(observations):
    path = SHARED / "snapshots/openai_ai_and_compute/2020-12-04/compute.csv"
    with path.open() as file:
        rows = list(csv.reader(file))[1:]
    theirs = sorted(float(cell) for row in rows for cell in row[1:2])
    ours = observations.query(
        "source == 'amodei2018' and quantity == 'training_compute_flop' and unit == 'petaflop_s_day'"
    )["value"].astype(float)

    missing = [value for value in theirs if not any(abs(ours / value - 1) < 1e-6)]
    assert missing == []
