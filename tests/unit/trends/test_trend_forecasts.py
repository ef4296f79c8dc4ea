"""The register of forecasts: sealed against edits, scored when the time has come."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.findings import Findings
from aienergy.contracts.forecasts import FORECAST, MODELS, check_forecasts, sealed
from aienergy.contracts.numbers import Ledger
from aienergy.growth import forecasting
from aienergy.growth.points import points_of_years
from aienergy.tables import read_texts
from aienergy.trends.fits import Choices
from aienergy.trends.forecasts import propose, score_register
from tests.checkout import ROOT

CHOICES = Choices(level=0.9, size=10, least=8, draws=200, as_of="2026-11-23", seed=7)
LATER = Choices(level=0.9, size=10, least=8, draws=200, as_of="2027-12-31", seed=7)
EMPTY = pd.DataFrame(columns=list(FORECAST.columns))
SLOPE = 0.65


def history(until: float) -> object:
    """Return twenty systems a year, by turns a hundredth above and below a line."""
    years = np.arange(2010, until, 0.05)
    turns = 0.01 * (-1) ** np.arange(len(years))
    return points_of_years(years, 10 ** (20 + SLOPE * (years - 2010) + turns))


def problems(register: pd.DataFrame) -> list[str]:
    findings = Findings()
    check_forecasts(register, ROOT / "data/raw", findings)
    return [problem.what for problem in findings.problems]


@pytest.fixture
def register() -> pd.DataFrame:
    return propose(history(2026.9), EMPTY, CHOICES, "a_source")


def test_the_contract_names_the_models_that_there_are():
    assert tuple(forecasting.MODELS) == MODELS


def test_every_model_tells_every_year_ahead(register):
    assert len(register) == len(MODELS) * 4
    assert register["key"].is_unique
    assert problems(register) == []


def test_a_straight_line_goes_on(register):
    rows = register[register["model"] == "recent_line"]
    days = pd.to_datetime(rows["end"]) - (
        (pd.to_datetime(rows["end"]) - pd.to_datetime(rows["start"])) / 2
    )
    year = 2000 + (days - pd.Timestamp("2000-01-01")) / pd.Timedelta(days=365.25)

    expected = 20 + SLOPE * (year - 2010)
    assert np.allclose(rows["location_log10"].astype(float), expected, atol=5e-3)


@pytest.mark.parametrize("column", [name for name in FORECAST.columns if name != "note"])
def test_an_edited_cell_is_found(register, column):
    edited = register.copy()
    edited.loc[3, column] = "2026-11-22" if column in ("made", "vintage") else "1"

    assert any("does not fit the row" in what for what in problems(edited))


def test_a_removed_or_exchanged_row_is_found(register):
    assert problems(register.drop(index=2).reset_index(drop=True)) != []
    assert problems(register.iloc[[1, 0, *range(2, len(register))]].reset_index(drop=True)) != []


def test_rows_are_added_below(register):
    later = Choices(0.9, 10, 8, 200, "2027-12-31", 7)
    more = propose(history(2027.9), register, later, "a_source")
    both = pd.concat([register, more], ignore_index=True)

    assert set(more["start"].str[:4]) == {"2028", "2029", "2030"}
    assert problems(both) == []


def test_a_forecast_after_the_fact_is_refused(register):
    row = {**register.iloc[0].to_dict(), "made": "2027-05-01", "vintage": "2027-05-01"}

    late = pd.DataFrame(sealed([row], ""), columns=list(FORECAST.columns))

    assert problems(late) == ["'2027-05-01' is late"]


def test_a_forecast_without_a_spread_is_refused(register):
    row = {**register.iloc[0].to_dict(), "scale_log10": "0.0"}

    certain = pd.DataFrame(sealed([row], ""), columns=list(FORECAST.columns))

    assert problems(certain) == ["'0.0' is no spread"]


def test_what_lies_ahead_stays_open(register):
    table = score_register(register, history(2026.9), CHOICES, Ledger())

    assert set(table["status"]) == {"open"}
    assert table["systems"].eq(0).all()
    assert (table["low95"] < table["low80"]).all()
    assert (table["high80"] < table["high95"]).all()


def test_what_came_true_scores_well_and_a_mistaken_row_does_not(register):
    ledger = Ledger()
    row = {
        **register.iloc[0].to_dict(),
        "key": "off",
        "location_log10": "29.0",
        "scale_log10": "0.2",
    }
    off = pd.DataFrame(sealed([row], register["digest"].iloc[-1]))
    register = register.assign(scale_log10="0.2", df="inf")

    table = score_register(pd.concat([register, off]), history(2027.9), LATER, ledger)

    done = table[table["status"] == "scored"].set_index("key")
    assert set(done["start"]) == {"2027-04-01"}
    assert done["systems"].eq(10).all()  # half a year of twenty a year, all of them records
    right = done.loc["compute_2027_recent_line_20261123"]
    # A normal of spread s has a score of s (sqrt 2 - 1) / sqrt pi in its middle.
    middle = 0.2 * (np.sqrt(2) - 1) / np.sqrt(np.pi)
    assert middle < right["crps"] < 2 * middle
    assert right["held80"] == 1
    assert done.loc["off", "held80"] == 0
    assert done.loc["off", "crps"] > 10 * right["crps"]
    number = ledger["forecast.compute_2027_recent_line_20261123"]
    assert number.value == pytest.approx(10 ** float(register["location_log10"].iloc[0]))


def test_a_period_without_systems_is_told(register):
    table = score_register(register, history(2026.9), LATER, Ledger())

    assert table.loc[table["start"] == "2027-04-01", "status"].eq("empty").all()


def test_the_first_forecasts_are_as_they_were_written():
    register = read_texts(ROOT / "data/raw/forecasts.csv")

    # The digest of the twelfth row seals the eleven above it, too.
    assert register["digest"].iloc[11] == "ccc5f4320545a2c4"
    assert problems(register) == []
