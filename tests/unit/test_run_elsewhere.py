"""Runs elsewhere: closed forms for grid, facility, accelerator, hours, SCI, cost and water."""

import dataclasses
import functools
import json
import math
import shutil
import sys

import numpy as np
import pandas as pd
import pytest

from aienergy.cli import main
from aienergy.errors import LedgerError
from aienergy.run.case import Asked
from aienergy.run.lookup import MFU
from aienergy.run.normalize import restate
from aienergy.run.places import find_accelerator, find_region
from aienergy.run.profile import Profile, hours_met, read_profile
from tests.run_facts import BOARDS, CLOUD, LIFE_H, REGIONS, run_of, small_library, write_results


@pytest.fixture
def library():
    return small_library()


def ask(library, run, **asked):
    values = restate([run], Asked(**asked), library)
    return {(value.region, value.quantity): value for value in values}


def test_emissions_are_energy_times_the_newest_factor_of_the_one_edition(library):
    value = ask(library, run_of(), regions=("swe",))["swe", "emissions_location_based"]

    assert value.value == pytest.approx(10 * 35 / 1000)
    assert (value.year, value.sources, value.unit) == (2025, ("owid_ember2026",), "kgCO2e")
    assert (value.low, value.high, value.boundary) == (None, None, "board")
    assert value.basis == "average, lifecycle, production"
    assert value.factors == {"energy_kwh": 10.0, "grid_intensity_gco2e_per_kwh": 35.0}


def test_another_year_never_stands_in(library):
    found = ask(library, run_of(), regions=("swe",), year=2024)
    absent = ask(library, run_of(key="run2"), regions=("swe",), year=2019)

    assert found["swe", "emissions_location_based"].value == pytest.approx(10 * 36 / 1000)
    value = absent["swe", "emissions_location_based"]
    assert value.value is None
    assert value.note == "no fact in 2019; there is 2024 to 2025"


def test_the_country_is_named_but_never_stands_in_for_a_cloud_region(library):
    value = ask(library, run_of(), regions=("azure_westus",))[
        "azure_westus", "emissions_location_based"
    ]

    assert value.value is None
    assert "try its country, usa" in value.note


def test_the_market_stands_beside_the_location_of_the_same_year_or_is_not_known(library):
    both = ask(library, run_of(), regions=(CLOUD,), year=2023, pue=1.0)
    newest = ask(library, run_of(key="run2"), regions=(CLOUD,), pue=1.0)

    assert both[CLOUD, "emissions_location_based"].value == pytest.approx(2.36)
    assert both[CLOUD, "emissions_market_based"].value == pytest.approx(0.8)
    assert newest[CLOUD, "emissions_location_based"].value == pytest.approx(2.0)
    market = newest[CLOUD, "emissions_market_based"]
    assert (market.value, market.note) == (None, "no fact in 2024; there is 2023")


def test_without_a_location_there_is_no_market(library):
    found = ask(library, run_of(), regions=(CLOUD,), year=2019)

    assert (CLOUD, "emissions_market_based") not in found


@pytest.mark.parametrize("boundary", ["node", "it"])
def test_a_whole_machine_times_pue_is_facility_energy(library, boundary):
    run = run_of(("node", 10.0, boundary))
    found = ask(library, run, regions=(CLOUD,))
    value = found[CLOUD, "facility_energy"]

    assert value.value == pytest.approx(10.7)
    assert (value.boundary, value.sources, value.basis) == (
        "facility",
        ("gsf2026rtc",),
        "PUE 1.07, site, mean",
    )
    assert found[CLOUD, "emissions_location_based"].value == pytest.approx(10.7 * 0.2)
    assert found[CLOUD, "emissions_location_based"].boundary == "facility"


def test_boards_times_pue_are_no_facility_energy_and_what_is_absent_is_told(library):
    found = ask(library, run_of(), pue=1.2)

    assert ("", "facility_energy") not in found
    value = found["", "energy_with_overhead"]
    assert value.value == pytest.approx(12.0)
    assert value.boundary == "board, with overhead"
    assert "processors, memory" in value.note
    assert value.sources == ("given on the command line",)


def test_a_pue_inside_is_taken_out_before_another_goes_in(library):
    run = run_of(("gpu", 9.0, "board"), ("cpu", 6.0, "chip"), pue=1.5)
    found = ask(library, run, pue=1.2)

    assert found["", "energy_without_pue"].value == pytest.approx(10.0)
    assert found["", "energy_without_pue"].boundary == "chip + board"
    assert found["", "energy_with_overhead"].value == pytest.approx(12.0)
    assert "1.5" in found["", "energy_without_pue"].note


def test_the_same_pue_in_and_out_gives_the_energy_back(library):
    run = run_of(("total", 15.0, "chip"), pue=1.5)

    assert ask(library, run, pue=1.5)["", "energy_with_overhead"].value == pytest.approx(15.0)


def test_on_another_grid_alone_the_logged_pue_is_kept_and_said(library):
    run = run_of(("gpu", 15.0, "board"), pue=1.5)
    found = ask(library, run, regions=("swe",))
    site = ask(library, dataclasses.replace(run, key="run2"), regions=(CLOUD,))

    assert found["swe", "energy_with_overhead"].value == pytest.approx(15.0)
    assert "the PUE of the log is kept" in found["swe", "energy_with_overhead"].note
    assert found["swe", "emissions_location_based"].value == pytest.approx(15 * 0.035)
    assert site[CLOUD, "energy_with_overhead"].value == pytest.approx(10 * 1.07)


def test_a_facility_energy_of_unknown_pue_takes_no_other(library):
    run = run_of(("total", 15.0, "facility"), outside=True)
    found = ask(library, run, pue=1.2, regions=("swe",))

    assert found["swe", "facility_energy"].value is None
    assert found["swe", "emissions_location_based"].value == pytest.approx(15 * 0.035)
    assert found["swe", "emissions_location_based"].boundary == "facility"


def test_flags_widen_every_value_alike(library):
    found = ask(library, run_of(widens=1.25), regions=(CLOUD,))

    for key in (
        "energy_with_overhead",
        "emissions_location_based",
        "electricity_cost",
        "water_on_site",
    ):
        value = found[CLOUD, key]
        assert value.high / value.value == pytest.approx(1.25), key
        assert value.value / value.low == pytest.approx(1.25), key


def test_cost_and_water_are_each_energy_times_their_factor(library):
    found = ask(library, run_of(("node", 10.0, "node")), regions=(CLOUD,), pue=1.5)

    assert found[CLOUD, "electricity_cost"].value == pytest.approx(15 * 0.2)
    assert found[CLOUD, "electricity_cost"].note == "factor of Netherlands"
    # WUE is per unit of IT energy; the power station makes the facility's.
    assert found[CLOUD, "water_on_site"].value == pytest.approx(10 * 0.5)
    assert found[CLOUD, "water_off_site"].value == pytest.approx(15 * 3.4)
    assert not [key for _, key in found if key.startswith("water") and "site" not in key]


def test_sci_by_hand(library):
    run = run_of(("gpu0", 6.0, "board"), ("gpu1", 4.0, "board"))
    found = ask(library, run, regions=("swe",), ran_on="old", unit_count=50.0, unit_name="epoch")
    embodied_kg = 150 * 2 * 2 / LIFE_H

    assert found["swe", "embodied_emissions"].value == pytest.approx(embodied_kg)
    score = found["swe", "software_carbon_intensity"]
    assert score.value == pytest.approx((10 * 0.035 + embodied_kg) * 1000 / 50)
    assert (score.label, score.unit) == ("SCI, g CO₂e per epoch", "gCO2e")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "--ran-on"),
        ({"ran_on": "new"}, "no fact for new"),
        ({"ran_on": "old", "accelerator": "new"}, "how long the other"),
    ],
)
def test_sci_is_partial_where_embodied_emissions_are_unknown(library, more, why):
    found = ask(library, run_of(unit_count=5.0, unit_of_use="answer"), regions=("swe",), **more)
    score = found["swe", "software_carbon_intensity"]

    assert score.label == "SCI, g CO₂e per answer, partial"
    assert score.note.startswith("partial")
    assert why in score.note
    emissions = found["swe", "emissions_location_based"].value
    assert score.value == pytest.approx(emissions * 1000 / 5)


def test_boards_that_a_log_adds_up_are_not_counted(library):
    run = run_of(("gpu", 10.0, "board"), unit_count=1.0, unit_of_use="run")
    partial = ask(library, run, regions=("swe",), ran_on="old")
    whole = ask(
        library, dataclasses.replace(run, key="run2"), regions=("swe",), ran_on="old", board_count=4
    )

    assert "--boards" in partial["swe", "software_carbon_intensity"].note
    assert whole["swe", "embodied_emissions"].value == pytest.approx(150 * 4 * 2 / LIFE_H)


def test_another_accelerator_moves_the_boards_part_alone(library):
    run = run_of(("gpu0", 8.0, "board"), ("cpu", 2.0, "chip"))
    found = ask(library, run, ran_on="old", accelerator="new")
    value = found["", "energy_on_other_accelerator"]
    ratio = (700 / 1000) / (300 / 100)

    assert value.value == pytest.approx(2 + 8 * ratio, rel=0.01)
    assert "assumption" in value.note
    assert "fp16" in value.basis  # bf16 is known of one of them only


def test_the_interval_of_another_accelerator_is_that_of_two_utilizations(library):
    value = ask(library, run_of(), ran_on="old", accelerator="new")[
        "", "energy_on_other_accelerator"
    ]

    mfu = library.ledger[MFU].interval()
    z = np.random.default_rng(7).standard_normal((2, 200_000))
    ratios = mfu.at(z[0]) / mfu.at(z[1])
    low, high = np.percentile(10 * (700 / 1000) / (300 / 100) * ratios, [5, 95])
    assert value.low == pytest.approx(low, rel=0.02)
    assert value.high == pytest.approx(high, rel=0.02)


def test_another_accelerator_is_never_guessed(library):
    unknown = ask(library, run_of(), accelerator="new")["", "energy_on_other_accelerator"]
    no_boards = ask(
        library, run_of(("cpu", 1.0, "chip"), key="run2"), accelerator="new", ran_on="old"
    )["", "energy_on_other_accelerator"]

    assert (unknown.value, no_boards.value) == (None, None)
    assert "--ran-on" in unknown.note


def test_what_repeats_another_file_is_not_re_expressed(library):
    runs = [run_of(), run_of(key="run2", repeats="a.csv")]

    assert {value.run for value in restate(runs, Asked(regions=("swe",)), library)} == {"run1"}


def day(values, begins=None):
    return Profile("day.csv", np.asarray(values, dtype=float), begins)


def test_a_constant_profile_is_the_annual_value(library):
    for number, hour in enumerate((None, 0, 23)):
        run = run_of(key=f"run{number}", duration_s=3600 * 30.7)
        found = ask(library, run, profile=day([35.0] * 24), hour=hour, regions=("swe",))
        annual = found["swe", "emissions_location_based"].value
        assert found["swe", "emissions_hourly"].value == pytest.approx(annual, rel=1e-12)


def test_a_profile_of_two_levels_by_hand(library):
    # 400 g until noon, 100 g after: of 22:30 to 00:30, an hour and a half lies before midnight.
    levels = day([400.0] * 12 + [100.0] * 12)
    own = ask(library, run_of(), profile=levels)["", "emissions_hourly"]
    moved = ask(library, run_of(key="run2"), profile=levels, hour=3)["", "emissions_hourly"]

    assert own.value == pytest.approx(10 * (1.5 * 100 + 0.5 * 400) / 2 / 1000)
    assert moved.value == pytest.approx(10 * 0.4)
    assert "constant power" in own.note


def test_a_dated_profile_is_met_by_the_runs_own_stamp():
    begins = pd.Timestamp("2026-01-02T00:00")
    profile = day(range(48), begins)
    met = hours_met(profile, "2026-01-02T22:30:00", 7200, None)

    assert met.intensities == (22.0, 23.0, 24.0)
    assert met.weights == pytest.approx((0.5, 1.0, 0.5))
    assert "covers" in hours_met(profile, "2026-01-03T22:30:00", 7200, None)
    # --hour: the mean of both days at each hour
    assert hours_met(profile, "", 3600, 5).intensities == ((5 + 29) / 2,)


def test_a_run_of_unknown_hour_or_length_has_no_hours():
    assert "--hour" in hours_met(day(range(24)), "", 60, None)
    assert "duration" in hours_met(day(range(24)), "2026-01-02T00:00:00", math.nan, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hour,value\n0,1\n", "the columns are hour, value"),
        ("time,grid_intensity_g_per_kwh\n0,1\n1,2\n", "not 0 to 23"),
        ("time,grid_intensity_g_per_kwh\n2026-01-01T00:00,-5\n", "'-5' is no intensity"),
        ("time,grid_intensity_g_per_kwh\n2026-01-01T00:00Z,5\n", "no local time"),
        (
            "time,grid_intensity_g_per_kwh\n2026-01-01T00:00,5\n2026-01-01T02:00,5\n",
            ":3 column time",
        ),
    ],
)
def test_a_bad_profile_is_refused_where_it_is_bad(tmp_path, text, message):
    path = tmp_path / "p.csv"
    path.write_text(text)
    with pytest.raises(LedgerError, match=message.replace("'", ".")):
        read_profile(path)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("SE", "swe"), ("swe", "swe"), ("SWE", "swe"), ("Sweden", "swe"), ("DE", "deu"),
        ("US-CA", "us_state_ca"), ("California", "us_state_ca"), ("world", "world"),
        ("gcp:europe-west4", CLOUD), ("google:europe-west4", CLOUD), ("europe-west4", CLOUD),
        (" aws:eu-north-1 ", "aws_eu_north_1"),
    ],
)  # fmt: skip
def test_a_region_is_found_by_what_people_call_it(asked, key):
    assert find_region(asked, REGIONS) == key


def test_an_unknown_region_or_accelerator_gets_near_names():
    with pytest.raises(
        LedgerError, match=r"unknown region 'gcp:europe-west9'(.|\n)*gcp:europe-west4"
    ):
        find_region("gcp:europe-west9", REGIONS)
    with pytest.raises(LedgerError, match=r"unknown accelerator 'board'(.|\n)*new, old"):
        find_accelerator("board", BOARDS, "--ran-on")
    assert find_accelerator("old board 16gb", BOARDS, "--ran-on") == "old"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--pue", "0.9"], "0.9 is no PUE"),
        (["--pue", "nan"], "nan is no PUE"),
        (["--hour", "24", "--profile", "x"], "24 is no hour"),
        (["--hour", "3"], "an hour needs a profile"),
        (["--year", "2024"], "a year needs a grid"),
        (["--region", "SE", "--functional-unit", "0", "image"], "'0' is no number of units"),
        (["--region", "SE", "--functional-unit", "inf", "image"], "'inf' is no number"),
        (["--region", "SE", "--boards", "0"], "0 is no number of boards"),
    ],
)
def test_settings_that_mean_nothing_are_told_before_anything_is_read(
    options, message, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["aienergy", "run", "missing.csv", *options])
    with pytest.raises(SystemExit) as end:
        main()

    assert end.value.code == 1
    assert message in capsys.readouterr().err


def test_json_is_valid_and_what_is_not_known_is_null(library):
    from aienergy.run.say import described

    run = run_of(widens=1.1)
    values = restate([run], Asked(regions=("swe",)), library)
    told = json.loads(json.dumps(described([run], values), allow_nan=False))

    by_name = {value["quantity"]: value for value in told[0]["values"]}
    assert by_name["emissions_market_based"]["value"] is None
    assert by_name["emissions_location_based"]["low"] == pytest.approx(10 * 0.035 / 1.1)
    assert told[0]["absent"].startswith("processors")


LOG = "# evidence: metered\n# boundary: node\ntime,node_power_w\n" + "".join(
    f"2026-01-02T{hour:02}:00:00,1000\n" for hour in range(3, 24)
)


@pytest.fixture
def aienergy(tmp_path, monkeypatch, aienergy):
    """Run the command on one log of 20 h at 1 kW, with these facts as results."""
    (tmp_path / "power.csv").write_text(LOG)
    write_results(tmp_path / "results")
    monkeypatch.chdir(tmp_path)
    return functools.partial(aienergy, "run", "power.csv")


def test_the_command_tells_values_with_unit_basis_year_and_source(aienergy):
    code, out, _ = aienergy("--region", "SE", "--pue", "1.5")

    assert code == 0
    assert "region: Sweden" in out

    def row(name):
        return next(line for line in map(str.strip, out.splitlines()) if line.startswith(name))

    flagged = 1 + 1 / math.sqrt(21)  # few samples
    assert "30.0 kWh" in row("facility energy")
    assert f"{30 / flagged:.1f} to {30 * flagged:.1f}" in row("facility energy")
    for told in ("1.05 kg CO₂e", "average, lifecycle, production", "2025", "owid_ember2026"):
        assert told in row("emissions, location-based")
    assert "not known" in row("emissions, market-based")
    assert "Emissions, market-based: not known for Sweden (no fact)" in out


def test_the_command_prints_json_with_logs_and_runs(aienergy):
    code, out, _ = aienergy("--region", "SE", "--json")
    told = json.loads(out)

    assert code == 0
    assert set(told) == {"logs", "runs"}
    values = {value["quantity"]: value for value in told["runs"][0]["values"]}
    assert values["emissions_location_based"]["value"] == pytest.approx(20 * 0.035)
    assert values["emissions_location_based"]["boundary"] == "node"


def test_the_log_s_own_stamp_decides_the_hours(aienergy, tmp_path):
    hours = "".join(f"{hour},{100 if hour < 12 else 400}\n" for hour in range(24))
    (tmp_path / "day.csv").write_text("time,grid_intensity_g_per_kwh\n" + hours)
    _, own, _ = aienergy("--profile", "day.csv", "--json")
    _, moved, _ = aienergy("--profile", "day.csv", "--hour", "0", "--json")

    # 3:00 to 23:00: nine hours before noon; from midnight on, twelve.
    assert _hourly(own) == pytest.approx((9 * 100 + 11 * 400) / 1000)
    assert _hourly(moved) == pytest.approx((12 * 100 + 8 * 400) / 1000)


def _hourly(out):
    values = {value["quantity"]: value for value in json.loads(out)["runs"][0]["values"]}
    return values["emissions_hourly"]["value"]


def test_without_questions_no_results_are_needed(aienergy, tmp_path):
    shutil.rmtree(tmp_path / "results")

    assert aienergy()[0] == 0
    code, _, told = aienergy("--region", "SE")
    assert code == 1
    assert "Build the results first" in told
