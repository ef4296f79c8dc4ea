"""Defects found in other projects, planted here: each is caught, or waits for what will catch it.

`docs/defects.md` lists them in this order; a test sees to it that the page and this file agree.
"""

import importlib
import re

import pandas as pd
import pytest

from aienergy.contracts.schema import CLAIM
from aienergy.errors import LedgerError
from aienergy.ingest.compare import Shelf, revisions
from aienergy.ingest.raw import read_raw
from aienergy.tables import read_table
from aienergy.verify.claims import check_arithmetic
from tests.checkout import ROOT
from tests.unit.test_bad_input import GRID, problems_of
from tests.unit.test_codecarbon import log, read
from tests.unit.test_compare import folder, observations
from tests.unit.test_consistency import checked, verdict
from tests.unit.test_estimates import test_a_grid_without_a_factor_of_the_year_gets_no_other
from tests.unit.test_runs import (
    runs,
    test_a_counter_that_never_moved_is_refused,
    test_one_log_in_two_runs_is_refused,
)
from tests.unit.test_snapshots import read as read_snapshot
from tests.unit.test_snapshots import (
    test_a_correction_that_no_longer_fits_stops_the_reader,
    test_an_unknown_column_is_reported,
)

OLD_CHIPS = "epoch_ml_hardware/2025-12-14/ml_hardware.csv"

__all__ = ["folder", "runs"]  # fixtures of other tests, used here by their names


def judged(unit: str, value: str, formula: str, inputs: str) -> pd.Series:
    """Return the verdict on one planted claim."""
    rows = read_table(ROOT / "tests/data/planted_claims.csv", list(CLAIM.columns)).head(1)
    claim = rows.assign(unit=unit, value=value, formula=formula, inputs=inputs)
    return check_arithmetic(claim).iloc[0]


def test_01_kilograms_per_megawatt_hour_written_as_per_kilowatt_hour(tiny):
    tiny.observations[0].update(GRID, value="731.59", unit="kgCO2e/kWh")
    assert "731.59 is outside the plausible range" in problems_of(tiny)

    tiny.observations[0].update(unit="kgCO2e/MWh")
    read_raw(tiny.write())


def test_02_a_worked_example_off_by_a_thousand():
    inputs = "emissions_kgco2e=6500;use_count=50000"  # 50 bn tokens, per million
    wrong = judged("gCO2e", "0.13", "emissions_per_use_gco2e", inputs)
    right = judged("gCO2e", "130", "emissions_per_use_gco2e", inputs)

    assert (wrong["arithmetic"], right["arithmetic"]) == ("fails", "reproduces")
    assert "power of ten (1e-3)" in wrong["reason"]


def test_03_latency_multiplied_by_a_rate_instead_of_divided():
    inputs = "first_token_time_s=0.5;output_token_count=400;throughput_per_s=50"

    assert judged("s", "20000.5", "response_time_s", inputs)["arithmetic"] == "fails"
    assert judged("s", "8.5", "response_time_s", inputs)["arithmetic"] == "reproduces"


def test_04_prose_that_outlived_the_coefficients_it_was_written_from():
    inputs = "energy_kwh=0.2 Wh;grid_intensity_gco2e_per_kwh=384"

    assert judged("gCO2e", "1", "emissions_kgco2e", inputs)["arithmetic"] == "fails"
    assert judged("gCO2e", "0.077", "emissions_kgco2e", inputs)["arithmetic"] == "reproduces"


@pytest.mark.xfail(strict=True, reason="needs the diff of editions", raises=ModuleNotFoundError)
def test_05_a_release_that_changes_results_without_a_bridge():
    importlib.import_module("aienergy.editions")


def test_06_a_counter_that_reads_zero_and_one_meter_counted_for_two_parts(runs):
    test_a_counter_that_never_moved_is_refused(runs)
    test_one_log_in_two_runs_is_refused(runs)
    with pytest.raises(LedgerError, match="differs from cpu_energy"):
        read(log({"cpu_energy": "0.2", "gpu_energy": "0.2", "energy_consumed": "0.2"}))


def test_07_a_server_whose_boards_were_left_out():
    assert verdict(checked(gpu_node="400"), "server above boards") == "flag"


def test_08_two_values_of_one_operator_on_one_page(tiny):
    fleet = {"subject": "fleet", "quantity": "pue", "qualifiers": "level=fleet", "unit": "1"}
    tiny.observations[0].update(fleet, value="1.185", boundary="", scope="")
    tiny.observations.append({**tiny.observations[0], "id": "fleet.pue.again", "value": "1.125"})

    assert "'fleet.pue.again' repeats another row" in problems_of(tiny)


def test_09_another_year_or_region_in_the_place_of_a_missing_factor():
    test_a_grid_without_a_factor_of_the_year_gets_no_other({"period": "2019"})


def test_10_a_default_place_where_the_place_is_unknown(tiny):
    tiny.observations[0].update(GRID, subject="kansas")

    assert "unknown subject 'kansas'" in problems_of(tiny)


def test_11_one_hour_of_one_evening_as_the_factor_of_a_year():
    test_a_grid_without_a_factor_of_the_year_gets_no_other({"period": "2020-07-15"})


def test_12_history_restated_upstream(folder):
    rows = observations(("650", "W", f"{OLD_CHIPS}; Hardware name = Chip 9; column TDP (W)"))
    restated = revisions(Shelf(folder), rows)

    assert restated[["ours", "theirs"]].to_numpy().tolist() == [[650.0, 700.0]]


def test_13_carbon_dioxide_labelled_as_all_greenhouse_gases(tiny):
    tiny.observations[0].update(GRID, unit="gCO2/kWh")

    assert "unit 'gCO2/kWh' does not fit" in problems_of(tiny)
    inputs = "energy_kwh=10;grid_intensity_gco2e_per_kwh=400 gCO2/kWh"
    assert "unit of grid" in judged("kgCO2e", "4", "emissions_kgco2e", inputs)["reason"]


def test_14_upstream_values_and_columns_that_change():
    # A value that upstream has changed, a key column that is gone, a column that is new.
    test_a_correction_that_no_longer_fits_stops_the_reader(
        {"expected": "000416"}, "the correction no longer matches: the cell is '000415'"
    )
    with pytest.raises(LedgerError, match="missing column"):
        read_snapshot("epoch_models", "Model,Parameters\nA,1\n", "notable_ai_models.csv")
    test_an_unknown_column_is_reported()


def test_the_page_and_the_tests_agree():
    page = (ROOT / "docs/defects.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d+) \|.*`(test_\d\d_\w+)`", page, re.MULTILINE)
    tests = sorted(name for name in globals() if re.match(r"test_\d\d_", name))

    assert [int(number) for number, _ in listed] == list(range(1, 15))
    assert [name for _, name in listed] == tests
