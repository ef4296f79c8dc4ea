"""Readers of published data files: every trap of the sources, planted in small made-up samples."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from aienergy.contracts.quantities import quantities
from aienergy.contracts.upstream import CORRECTION
from aienergy.errors import LedgerError
from aienergy.ingest.snapshots import cells, layouts, registry
from aienergy.ingest.snapshots.corrections import apply_corrections
from aienergy.ingest.snapshots.registry import READERS, read_file
from aienergy.unit_names import unit_of_name
from aienergy.units import conversion_factor

MODELS = "epoch_models/2026-07-19/notable_ai_models.csv"
MODEL_HEADER = "Model,Publication date,Training compute (FLOP)"


def read(source, text, name="sample.csv", corrections=None):
    return READERS[source](text, name, corrections)


def models(header, *rows, name=MODELS):
    return read("epoch_models", "\n".join([f"{MODEL_HEADER},{header}", *rows]) + "\n", name)


def told(result):
    return " | ".join(result.notes)


def series(*values):
    return pd.Series(list(values), dtype=str)


# Power and what it covers


def test_power_that_contains_pue_says_so_and_is_not_multiplied():
    result = models("Training power draw (W)", "GPT-3,2020-05-28,3.14e23,5100760.25")

    assert result.table["facility_power_w"].to_list() == [5100760.25]
    assert not [name for name in result.table if "power" in name and name != "facility_power_w"]
    assert "already contains server overhead and PUE" in told(result)
    assert "before 2025" not in told(result)


def test_the_old_definition_of_power_is_told_apart():
    result = models(
        "Training power draw (W),Cluster total TDP,Power per GPU",
        'GPT-3,2020-05-28,3.14e23,5595165.0,2500000,"300.0, 250.0"',
        "Other,2020-05-28,3.14e23,,0,300.0",
    )

    assert "before 2025" in told(result)
    assert result.table["cluster_tdp_w"].isna().to_list() == [False, True]
    assert result.table["accelerator_power_w"].isna().to_list() == [True, False]


@pytest.mark.parametrize(
    "header", ["Training power (kW)", "Cluster TDP", "Peak draw", "Load (MW)", "Watts"]
)
def test_an_unknown_power_column_is_refused(header):
    with pytest.raises(LedgerError, match=r"notable_ai_models\.csv:1: unknown power column"):
        models(header, "GPT-3,2020-05-28,3.14e23,1")


def test_an_unknown_column_is_reported():
    result = models("Shoe size,Compute rank when published", "GPT-3,2020-05-28,3.14e23,44,1")

    assert result.unknown_columns == ("Shoe size",)
    assert "compute_rank_when_published" not in result.unknown_columns


def site(name):
    text = 'Name,Current power (MW),Owner\nColossus 2,946,"SpaceXAI #confident, Cursor #likely"\n'
    return read("epoch_frontier_data_centers", text, name)


@pytest.mark.parametrize(
    ("day", "column"), [("2026-05-23", "facility_power_w"), ("2026-07-07", "it_power_w")]
)
def test_current_power_is_facility_or_it_power_by_edition(day, column):
    result = site(f"epoch_frontier_data_centers/{day}/data_centers.csv")

    assert result.table[column].to_list() == [946e6]
    assert not {"facility_power_w", "it_power_w"} - {column} & set(result.table)


@pytest.mark.parametrize("name", ["data_centers.csv", "x/2026-06-15/data_centers.csv"])
def test_current_power_of_an_unknown_edition_is_refused(name):
    with pytest.raises(LedgerError, match="unknown whether 'Current power"):
        site(name)


def test_evidence_tags_are_split_from_names():
    table = site("epoch_frontier_data_centers/2026-07-07/data_centers.csv").table

    assert table["owner"].to_list() == ["SpaceXAI; Cursor"]
    assert table["owner_confidence"].to_list() == ["confident; likely"]


def test_rows_after_the_snapshot_are_plans():
    text = "Data center,Date,IT power (MW),Power (MW)\nA,2026-07-07,100,130\nA,2030-05-01,200,260\n"
    name = "epoch_frontier_data_centers/2026-07-07/data_center_timelines.csv"

    table = read("epoch_frontier_data_centers", text, name).table

    assert table["is_future"].to_list() == [False, True]
    assert table["facility_power_w"].to_list() == [130e6, 260e6]
    assert table["it_power_w"].to_list() == [100e6, 200e6]


def test_capacity_of_clusters_and_integers_no_machine_type_holds():
    text = (
        "Name,Status,Certainty,Include in Standard Analysis,Power Capacity (MW),32-bit OP/s\n"
        "Anonymized Chinese System,Existing,Likely,True,0.5,875000000000000000000\n"
        "Anonymized Chinese System,Paused,Likely,,0.4,\n"
    )

    result = read("epoch_gpu_clusters", text)

    assert result.table["op_32_bit_per_s"].dtype == float
    assert result.table["op_32_bit_per_s"].iloc[0] == 8.75e20
    assert result.table["facility_power_w"].to_list() == [5e5, 4e5]
    assert result.table["in_standard_analysis"].to_list() == [True, False]
    assert result.unknown_categories == ("status: Paused",)
    assert "2 anonymized rows share names" in told(result)


# Cells


def test_zero_that_means_missing():
    result = models(
        "Hardware acquisition cost,Epochs,Finetune compute (FLOP),Hardware quantity",
        "A,2020-05-28,3.14e23,0.0,0,0,0",
    )

    row = result.table.iloc[0]
    assert (
        row[["hardware_acquisition_cost_usd", "epoch_count", "finetune_compute_flop"]].isna().all()
    )
    assert row["accelerator_count"] == 0
    assert "hardware_acquisition_cost_usd: 1 zeros mean missing" in result.notes


def test_airtable_export():
    text = (
        "\ufeffSystem,Publication date,Training compute (FLOP),Training compute cost (2023 USD),"
        "Frontier model,FLOP/$,Parameters\n"
        "Grok,2024-08-13,5.0000000001e+25,$29827341.92,checked,Infinity,405000000000.00\n"
        "Small,2024-08-13,,,,NaN,\n"
    )

    for content in (text, text.encode()):
        result = read("epoch_models", content)
        assert result.table["model"].to_list() == ["Grok", "Small"]
        assert result.table["training_cost_2023_usd"].iloc[0] == 29827341.92
        assert result.table["is_frontier"].to_list() == [True, False]
        assert result.table["flop_per_dollar"].isna().all()
        assert "flop_per_dollar: 1 infinite cells are missing" in result.notes
        assert result.table["parameter_count"].iloc[0] == 4.05e11


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$5412.00", 5412.0),
        ("-$3", -3.0),
        ("1,001", 1001.0),
        ("12,345,678.5", 12345678.5),
        ("4.0E+01", 40.0),
        (" 7 ", 7.0),
        ("18446744073709551617", 2.0**64),
        ("5.0000000000001e+26", 5e26),
        ("256999999.99999997", 257e6),
    ],
)
def test_numbers_as_publishers_print_them(cell, value):
    parsed = cells.numbers(series(cell))

    assert not parsed.bad.any()
    assert parsed.values.iloc[0] == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    "cell", ["45TB", "1,2", "12,34", "0x10", "1_000", "1e", "about 3", "2+2", "2e308112", "9" * 400]
)
def test_what_is_no_number(cell):
    parsed = cells.numbers(series(cell))

    assert parsed.bad.all()
    assert parsed.values.isna().all()


@pytest.mark.parametrize("cell", ["", "N/A", "NaN", "NA", "#REF!", "Infinity", "-inf"])
def test_what_means_no_number(cell):
    parsed = cells.numbers(series(cell))

    assert not parsed.bad.any()
    assert parsed.values.isna().all()


def test_a_damaged_number_names_line_and_column():
    with pytest.raises(LedgerError, match=r"csv:3 column Hardware quantity: '10O' is no number"):
        models("Hardware quantity", "A,2020-01-01,1e20,100", "B,2020-01-01,1e20,10O")


def test_sizes_that_stand_twice():
    parsed = cells.same_numbers(series("40", "5e9,5e9", "1e9,2e9", "1,000", "text", ""))

    assert parsed.values.fillna(-1).to_list() == [40.0, 5e9, -1.0, 1000.0, -1.0, -1.0]
    assert parsed.bad.to_list() == [False, False, False, False, True, False]
    assert parsed.notes == ("1 cells hold several different numbers and are missing",)


def test_joined_cells():
    result = models(
        "Training hardware,Organization,Country (of organization)",
        'A,2020-01-01,1,"NVIDIA A100,Nvidia H100 80G","Acme, Inc.,Bolt","Chad,Chad"',
        "B,2020-01-01,1,Intel A100,Acme,Chad",
    )

    table = result.table
    assert table["training_hardware"].iloc[0] == "NVIDIA A100; Nvidia H100 80G"
    assert table["hardware"].to_list() == ["NVIDIA A100; NVIDIA H100 SXM5 80GB", "Intel A100"]
    assert table["organization"].iloc[0] == "Acme, Inc.; Bolt"
    assert table["country"].iloc[0] == "Chad"
    assert "hardware 'Intel A100' is a slip of the publisher: left as written" in result.notes


@pytest.mark.parametrize(
    ("order", "cell", "day"),
    [
        ("dmy", "02/07/1950", "1950-07-02"),
        ("dmy", "30/01/2016", "2016-01-30"),
        ("dmy", "2016-01-30", "2016-01-30"),
        ("mdy", "1/31/2024", "2024-01-31"),
        ("mdy", "02/01/2026", "2026-02-01"),
        ("iso", "2021-07", "2021-07"),
        ("iso", "2021", "2021"),
    ],
)
def test_dates(order, cell, day):
    parsed = cells.dates(series(cell), order)

    assert parsed.values.to_list() == [day]
    assert not parsed.bad.any()


@pytest.mark.parametrize(
    ("order", "cell"),
    [("mdy", "30/01/2016"), ("dmy", "1/31/2024"), ("iso", "1/1/2024"), ("iso", "2023-02-29")],
)
def test_dates_of_another_order_are_refused(order, cell):
    assert cells.dates(series(cell), order).bad.all()


def test_sheet_of_2022():
    text = (
        "System,Publication date,Year,Training compute (FLOPs),Training dataset size (GB),"
        "Inclusion criteria\n"
        'Theseus,02/07/1950,1950,4.0E+01,"160 (pretraining), ",\n'
        ",30/01/2016,2016,,16,Highly cited\n"
    )

    result = read("epoch_models", text, "epoch_models/2022-09-01/notable_ml_systems.csv")

    assert result.table["publication_date"].to_list() == ["1950-07-02", "2016-01-30"]
    assert result.table["publication_year"].to_list() == [1950, 2016]
    assert result.table["training_compute_flop"].iloc[0] == 40
    assert result.table["model"].to_list() == ["Theseus", ""]
    assert result.table["dataset_size_byte"].iloc[1] == 16e9
    assert "1 cells are no numbers ('160 (pretraining),')" in told(result)


def test_names_are_cleaned_and_renames_are_known():
    result = models(
        "Authors",
        '"Solar Open 100B\n",2025-12-31,1,x',
        "GPT\u20115\u00a0Codex ,2025-12-31,1,x",
        "GPT-4,2023-03-15,2.1e25,x",
        "GPT-4 (Jun 2023),2023-06-13,2.1e25,x",
    )

    table = result.table
    assert table["model"].to_list()[:2] == ["Solar Open 100B", "GPT-5 Codex"]
    assert table["model_now"].to_list()[2:] == ["GPT-4 (Mar 2023)", "GPT-4 (Jun 2023)"]
    assert table["same_run_as"].to_list()[2:] == ["", "GPT-4 (Mar 2023)"]


def test_headers_match_without_case_and_space():
    text = "MODEL , publication  DATE,TrainingCompute(flop)\nA,2020-01-01,1e20\n"

    assert read("epoch_models", text).table["training_compute_flop"].to_list() == [1e20]


# Files


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{MODEL_HEADER}\nA,2020-01-01\n", r"sample\.csv:2: 2 cells instead of 3"),
        (f"{MODEL_HEADER}\nA,2020-01-01,1,surplus\n", r"csv:2: 4 cells instead of 3"),
        (f'{MODEL_HEADER}\nA,2020-01-01,1\n"B,2020', r"csv:3: unexpected end of data"),
        (f"{MODEL_HEADER}\n", "no header or no row"),
        ("", "no header or no row"),
        (f"{MODEL_HEADER},model\nA,2020-01-01,1,B\n", "column Model, model twice"),
        (f"{MODEL_HEADER},System\nA,2020-01-01,1,B\n", "columns Model, System together"),
        ("Model,Parameters\nA,1\n", r"missing column Publication date, Training compute"),
        (f"{MODEL_HEADER}\nA\x00,2020-01-01,1\n", "a zero byte"),
        (b"PK\x03\x04rest", "a workbook"),
        (b"Model\xff", "can't decode"),
    ],
)
def test_damaged_files_are_refused(text, says):
    with pytest.raises(LedgerError, match=says) as caught:
        read("epoch_models", text)
    assert all(problem.hint for problem in caught.value.problems)


def test_large_files_are_refused_before_they_are_read(monkeypatch, tmp_path):
    path = tmp_path / "big.csv"
    path.write_text("x" * 11, encoding="utf-8")
    monkeypatch.setattr(layouts, "LARGEST_FILE_BYTE", 10)
    with pytest.raises(LedgerError, match="more than 10"):
        read("epoch_models", "x" * 11)
    monkeypatch.setattr(registry, "LARGEST_FILE_BYTE", 10)
    monkeypatch.setitem(READERS, "epoch_models", lambda *_: pytest.fail("it was read"))
    with pytest.raises(LedgerError, match="more than 10"):
        read_file("epoch_models", path)


def test_line_numbers_survive_line_breaks_in_cells():
    with pytest.raises(LedgerError, match=r"csv:4 column Hardware quantity"):
        models("Hardware quantity", '"A\n",2020-01-01,1e20,100', "B,2020-01-01,1e20,x")


def test_a_pasted_carriage_return_and_a_stray_comma_make_no_row():
    text = f"{MODEL_HEADER}\nA\r,2020-01-01,1\nB,2020-01-01,2,\n"

    assert read("epoch_models", text).table["model"].to_list() == ["A", "B"]


def test_a_formula_is_text():
    result = models("Authors", "A,2020-01-01,1,=1+1")

    assert result.table["authors"].to_list() == ["=1+1"]


# Chips


def test_bits_per_second_and_millions_and_zero_tdp():
    text = (
        "Hardware name,TDP (W),FP32 (single precision) performance (FLOP/s),"
        "Internode bandwidth (bit/s),Number of transistors (millions),Release price (USD),ML hardware\n"
        "X,0,1e13,8e11,80000,$5412.00,checked\n"
    )

    row = read("epoch_training_cost_trends", text).table.iloc[0]

    assert pd.isna(row["board_power_w"])
    assert row["internode_bandwidth_byte_per_s"] == 1e11
    assert row["transistor_count"] == 8e10
    assert row["release_price_usd"] == 5412
    assert row["is_ml_hardware"]


@pytest.mark.parametrize(
    "names",
    [
        "Number of Units,Compute estimate in H100e (median),H100e (5th percentile)",
        "Number of units (median),Compute estimate in H100e (median),"
        "Compute estimate in H100e (5th percentile)",
    ],
)
def test_chip_counts_of_all_vendors(names):
    text = (
        f"Name,Chip manufacturer,Start date,End date,{names},Power in MW (median),Incomplete\n"
        "Q1,Acme,1/1/2026,3/31/2026,10,5,4,0.5,checked\n"
    )

    result = read("epoch_ai_chip_counts", text)
    row = result.table.iloc[0]

    assert (row["start_date"], row["end_date"]) == ("2026-01-01", "2026-03-31")
    assert (row["accelerator_count"], row["h100_equivalent_count_p05"]) == (10, 4)
    assert row["chip_power_w"] == 5e5
    assert row["is_incomplete"]
    assert "without servers and PUE" in told(result)


# Grid


@pytest.mark.parametrize("ending", [" - gCO2/kWh", " per kWh", " - gCO₂/kWh"])
def test_both_headers_of_our_world_in_data(ending):
    text = (
        f"Entity,Code,Year,Carbon intensity of electricity{ending}\n"
        "ASEAN (Ember),,2000,569.5\nBurundi,BDI,2000,0\n"
    )

    result = read("owid_carbon_intensity", text)

    assert result.table["grid_intensity_gco2e_per_kwh"].to_list() == [569.5, 0.0]
    assert result.table["year"].to_list() == [2000, 2000]
    assert "1 entities without a code" in told(result)


def test_location_na_is_a_location_and_methods_are_told_apart():
    row = "europe-west5,N/A,,210\n"
    head = "Google Cloud Region,Location,Google CFE"
    early = f"{head},Lifecycle grid carbon intensity (gCO2eq / kWh)\n{row}"
    late = f"{head},Grid carbon intensity (gCO2eq / kWh)\n{row}"

    tables = [
        read("google_region_carbon", text, name).table.iloc[0]
        for text, name in ((early, "x/2020.csv"), (late, "x/2025-12-03/2024.csv"))
    ]

    assert [t["location"] for t in tables] == ["N/A", "N/A"]
    assert [t["stage_of_life"] for t in tables] == ["lifecycle", "direct"]
    assert [t["year"] for t in tables] == [2020, 2024]
    assert pd.isna(tables[0]["carbon_free_share"])
    with pytest.raises(LedgerError, match="does not say the year"):
        read("google_region_carbon", late, "regions.csv")


def test_market_based_zero_is_told():
    text = (
        "year,cloud-provider,cloud-region,power-usage-effectiveness,"
        "provider-carbon-intensity-market-annual,grid-carbon-intensity-marginal-consumption-annual\n"
        "2023,Acme,a-1,1.2,0.0,700\n2023,Acme,a-2,1.1,0.0,600\n"
    )

    result = read("gsf_real_time_cloud", text)

    assert "all 2 market-based intensities are 0.0" in told(result)
    assert result.table["grid_marginal_consumption_gco2e_per_kwh"].to_list() == [700, 600]
    other = read("gsf_real_time_cloud", text.replace("1.1,0.0", "1.1,5"))
    assert not other.notes
    twice = read("gsf_real_time_cloud", text.replace("a-2", "a-1"))
    assert "1 regions of a year stand more than once" in told(twice)


def test_pounds_per_megawatt_hour():
    result = read("egrid", "subregion,2018,2019,Remark\nAKGD,1000,500,x\n")

    assert result.table["grid_intensity_gco2e_per_kwh"].to_list() == pytest.approx(
        [453.59237, 226.796185]
    )
    assert result.table["year"].to_list() == [2018, 2019]
    assert result.unknown_columns == ("Remark",)
    with pytest.raises(LedgerError, match="missing column a year"):
        read("egrid", "state,rate\nAK,1\n")


def test_pounds_of_states_need_their_unit():
    states = {
        "_unit": {"emissions": "lbs/MWh"}, "_source": {"year": 2023},
        "alaska": {"emissions": 1000.0, "regionCode": "AK"},
    }  # fmt: skip

    table = read("codecarbon_factors", json.dumps(states)).table

    assert table[["key", "name", "year"]].iloc[0].to_list() == ["AK", "alaska", 2023]
    assert table["grid_intensity_gco2e_per_kwh"].to_list() == pytest.approx([453.59237])
    states["_unit"]["emissions"] = "kg/MWh"
    with pytest.raises(LedgerError, match="unit 'kg/mwh', not lbs/MWh"):
        read("codecarbon_factors", json.dumps(states))


CCF = "Region,Location,CO2e (metric ton/kWh),Source\nus-1,Iowa,0.000415755,EPA\n"


def test_metric_tons_per_kilowatt_hour():
    table = read("ccf_coefficients", CCF).table

    assert table["grid_intensity_gco2e_per_kwh"].iloc[0] == pytest.approx(415.755)


def test_two_header_lines():
    text = "index,,,in gCO2e/kWh\nlocation,continentName,countryName,carbonIntensity\nSE,Europe,Sweden,5.67\n"

    assert read("green_algorithms", text).table["grid_intensity_gco2e_per_kwh"].to_list() == [5.67]
    with pytest.raises(LedgerError, match="names no such unit"):
        read("green_algorithms", text.replace("in gCO2e", "in kg"))


def test_a_row_that_lacks_a_cell_keeps_what_stands_before_the_gap():
    text = "name,tdp_watts,TFLOPS32,memory,source\nA10G,150,31.5,,24\nB,100,,24\nC,90,1\n"

    result = read("mlco2_impact", text)

    assert result.table["board_power_w"].fillna(-1).to_list() == [150, 100, -1]
    assert result.table["peak_fp32_flop_per_s"].fillna(-1).to_list() == [31.5e12, -1, -1]
    assert result.table["memory_in_gb"].isna().all()
    assert "line 3, 4 lacks cells: those behind the gap are missing" in result.notes
    regions = "provider,region,impact,PUE\ngcp,asia-east1\n"
    with pytest.raises(LedgerError, match=r"csv:2: too few cells"):
        read("mlco2_impact", regions)


# Hours

EIA = "timestamp,WND,NG,avg_CI\n"


def test_blank_missing_and_partial_hours():
    text = EIA + (
        "2022-01-05 09:00:00+00:00,100,200,250\n"
        "2022-01-05 10:00:00+00:00,,,\n"
        "2022-01-05 12:00:00+00:00,110,210,251\n"
        "2022-01-05 13:00:00+00:00,,5,252\n"
        "2022-01-05 14:00:00+00:00,10,20,253\n"
        "2022-01-05 15:00:00+00:00,,310,254\n"
    )

    result = read("hourly_eia", text)

    assert "1 hours are missing (2022-01-05T11:00:00Z)" in result.notes
    assert "1 hours are blank (2022-01-05T10:00:00Z)" in result.notes
    assert "3 hours lack generation but carry an intensity: leave them out" in result.notes
    assert result.table["is_complete"].to_list() == [True, False, True, False, False, False]
    assert result.table["generation_w"].iloc[0] == 300e6


def test_an_hour_that_stands_twice_is_refused():
    row = "2022-11-06 01:00:00+00:00,1,1,250\n"

    with pytest.raises(LedgerError, match="2022-11-06T01:00:00Z stands twice"):
        read("hourly_eia", EIA + row + row)


def test_local_time_is_refused():
    with pytest.raises(LedgerError, match="is no hour"):
        read("hourly_eia", EIA + "2022-11-06 01:00:00-07:00,1,1,250\n")


def test_hours_without_a_zone_mark_are_utc():
    text = (
        "Datetime (UTC),Zone Id,Carbon Intensity gCO₂eq/kWh (direct),"
        "Carbon Intensity gCO₂eq/kWh (LCA),Low Carbon Percentage,Data Estimated\n"
        "2024-01-01 00:00:00,GB,61.34,96.44,85.5,true\n"
    )

    row = read("hourly_electricitymaps", text).table.iloc[0]

    assert row["hour_utc"] == "2024-01-01T00:00:00Z"
    assert row["direct_intensity_gco2e_per_kwh"] == 61.34
    assert row["low_carbon_share"] == pytest.approx(0.855)
    assert row["is_estimated"]


# Scenarios and measurements


def test_it_and_facility_values_stand_apart():
    text = (
        "metric,scope,segment,scenario,year,value\n"
        "Installed capacity (GW),Total,Total,Base,2030,226\n"
        "Installed capacity (GW),IT,IT,Base,2030,175\n"
        "Electricity consumption (TWh),Total,Total,Base,2035*,1193\n"
        "Load factor (%),Total,Total,Base,2030,48\n"
    )

    table = read("iea_energy_ai", text).table.set_index("year")

    assert table.loc[2030, ["facility_power_w", "it_power_w"]].to_list() == [226e9, 175e9]
    assert table.loc[2030, "load_factor_share"] == pytest.approx(0.48)
    assert table.loc[2035, "electricity_demand_twh"] == 1193
    assert table["is_exploratory"].to_dict() == {2030: False, 2035: True}
    with pytest.raises(LedgerError, match="unknown metric Cooling"):
        read("iea_energy_ai", text.replace("Load factor (%)", "Cooling (TWh)"))


def test_years_with_a_scenario():
    text = "metric,region,year,value\nPower usage effectiveness,World,2030 Base,1.29\n"

    row = read("iea_energy_ai", text).table.iloc[0]

    assert (row["year"], row["scenario"], row["pue"]) == (2030, "Base", 1.29)


CONFIGURATION = {
    "model_id": "a/b", "gpu_model": "H100", "avg_power_watts": 700.0, "num_gpus": 1,
    "output_throughput_tokens_per_sec": 1000.0, "energy_per_token_joules": 0.7,
    "median_itl_ms": 20.0, "total_params_billions": 70,
}  # fmt: skip


def results(**changes):
    whole = {"task": "chat", "configurations": [{**CONFIGURATION, **changes}]}
    return read("ml_energy_v3", json.dumps(whole), "chat.json")


def test_json_with_a_byte_order_mark():
    whole = {"task": "chat", "configurations": [CONFIGURATION]}

    assert len(read("ml_energy_v3", "\ufeff" + json.dumps(whole)).table) == 1


def test_joules_per_output_token_of_gpus():
    row = results().table.iloc[0]

    assert row["energy_per_output_token_j"] == 0.7
    assert row["gpu_power_w"] == 700
    assert row["median_inter_token_latency_s"] == pytest.approx(0.02)
    assert row["parameter_count"] == 7e10


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"energy_per_token_joules": 700.0}, "does not follow"),
        ({"cpu_power_watts": 5}, "unknown power key cpu_power_watts"),
        ({"num_gpus": "many"}, "'many' is no number"),
    ],
)
def test_other_joules_and_unknown_power_are_refused(changes, says):
    with pytest.raises(LedgerError, match=says):
        results(**changes)


def test_an_index_is_no_table_of_results():
    with pytest.raises(LedgerError, match="missing key configurations, task"):
        read("ml_energy_v3", '{"models": {}}')


def inference(*rows):
    base = {"ID": "1", "Submitter": "Acme", "Platform": "p", "Model": "m-99", "a#": "8"}
    whole = [{**base, "has_power": True, "Performance_Result": 5.0, **row} for row in rows]
    return read("mlperf_inference_power", json.dumps(whole), "summary_results.json")


def test_watts_and_millijoules_of_one_column():
    offline = {"Scenario": "Offline", "Power_Result": 10400.5, "Power_Units": "Watts"}
    stream = {"Scenario": "SingleStream", "Power_Result": 329.0, "Power_Units": "millijoules"}

    result = inference(offline, {**offline, "Model": "m-99.9"}, stream, {"Scenario": "Server"})

    table = result.table
    assert table["system_power_w"].fillna(-1).to_list() == [10400.5, 10400.5, -1, -1]
    assert table["energy_per_stream_j"].fillna(-1).to_list() == [-1, -1, 0.329, -1]
    assert table["repeats_run"].to_list() == [False, True, False, False]
    with pytest.raises(LedgerError, match="unknown power key or unit kilowatts"):
        inference(offline, {**offline, "Power_Units": "kilowatts"})


def test_ac_and_dc_are_one_run():
    text = (
        "round,submitter,node,mean_w,energy_j_trapz\n"
        "4.0,smc-ac-power,0,5500,2e6\n4.0,smc-dc-power,0,5400,1.9e6\n4.1,Dell,0,5400,1.9e6\n"
    )

    result = read("mlperf_training_power", text)

    assert result.table["measured_at"].to_list() == ["ac", "dc", ""]
    assert "never add" in told(result)


def test_a_column_named_power_that_holds_energy():
    text = (
        "BoardName,Model,HasPower,Power,PowerUnit\nA,ad,True,165.7,uJ/inf.\nB,ad,False,0,uJ/inf.\n"
    )

    table = read("mlperf_tiny", text).table

    assert table["inference_energy_j"].iloc[0] == pytest.approx(165.7e-6)
    assert table["inference_energy_j"].isna().to_list() == [False, True]
    with pytest.raises(LedgerError, match="unknown unit"):
        read("mlperf_tiny", text.replace("uJ/inf.", "mJ/inf."))


def test_petaflop_and_teraflop_days():
    big = "publication_date,overall_peta_flop_days,result\n2012-06-01,1,AlexNet\n"
    small = "Metric,Publication Date,Publication,Compute (teraflops-s/days)\nAlexNet,6/1/2012,AlexNet,2\n"

    assert read("openai_ai_and_compute", big).table["training_compute_flop"].to_list() == [8.64e19]
    row = read("openai_ai_and_efficiency", small).table.iloc[0]
    assert row["training_compute_flop"] == pytest.approx(2 * 8.64e16)
    assert row["publication_date"] == "2012-06-01"


@pytest.mark.parametrize("source", ["ml_energy_v3", "codecarbon_factors", "mlperf_inference_power"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, "[]", "[1]", "[null]", "7", "{", '{"a": 1}', '{"_unit": 1}', '{"a": {}}',
        '{"configurations": [1], "task": "x"}', '{"configurations": {}, "task": "x"}', "[NaN]",
        '{"a": {"carbon_intensity": "1"}}', '{"configurations": [{"avg_power_watts": NaN}], "task": 1}',
        '{"configurations": [{"avg_power_watts": 1, "parallelization": 2}], "task": "x"}',
        '[{"ID": [], "Model": 1, "Scenario": 2, "Power_Result": {}, "Power_Units": 4}]',
    ],
    ids=range(16),
)  # fmt: skip
def test_json_of_another_shape_is_refused(source, text):
    with pytest.raises(LedgerError):
        read(source, text)


# Corrections


def corrections(**changes):
    row = dict.fromkeys(CORRECTION.columns, "x") | {
        "key": "lost_point",
        "snapshot": "ccf_coefficients/2023-05-08/azure.csv",
        "row": "Region = us-1",
        "column": "CO2e (metric ton/kWh)",
        "expected": "000415",
        "corrected": "0.000415",
    }
    return pd.DataFrame([row | changes])


DAMAGED = CCF.replace("0.000415755", "000415")
PATH = "somewhere/ccf_coefficients/2023-05-08/azure.csv"


def test_a_lost_decimal_point_is_refused_until_corrected():
    with pytest.raises(LedgerError, match="a lost decimal point"):
        read("ccf_coefficients", DAMAGED, PATH)
    result = read("ccf_coefficients", DAMAGED, PATH, corrections())

    assert result.table["grid_intensity_gco2e_per_kwh"].iloc[0] == pytest.approx(415)
    assert (
        "corrected CO2e (metric ton/kWh) of Region = us-1: '000415' to '0.000415'" in result.notes
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"expected": "000416"},
            "'lost_point': the correction no longer matches: the cell is '000415'",
        ),
        ({"row": "Region = us-2"}, "0 rows 'Region = us-2'"),
        ({"row": "Area = us-1"}, "no column 'area'"),
        ({"row": "us-1"}, "no column 'us-1'"),
        ({"column": "CO2"}, "no column 'CO2'"),
    ],
)
def test_a_correction_that_no_longer_fits_stops_the_reader(changes, says):
    with pytest.raises(LedgerError, match=says):
        read("ccf_coefficients", DAMAGED, PATH, corrections(**changes))


def test_corrections_of_other_files_are_left_alone_and_the_input_is_not_changed():
    frame = layouts.rows_of(DAMAGED, PATH)

    other, notes = apply_corrections(frame, corrections(), "2023-05-08/gcp.csv")
    mended, _ = apply_corrections(frame, corrections(), PATH)

    assert notes == ()
    assert other.equals(frame)
    assert frame.iloc[0, 2] == "000415"
    assert mended.iloc[0, 2] == "0.000415"


def test_corrections_of_json_are_refused():
    with pytest.raises(LedgerError, match="correction lost_point is for JSON"):
        READERS["ml_energy_v3"](
            "{}", "v/2026-02-27/chat.json", corrections(snapshot="2026-02-27/chat.json")
        )


# The registry and its table


@pytest.fixture(scope="module")
def columns():
    return pd.read_csv(layouts.COLUMNS, dtype=str, keep_default_na=False)


def test_every_source_has_a_reader_and_every_layout_a_key(columns):
    assert set(columns["source"]) <= set(READERS)
    for where, part in columns.groupby(["source", "layout"]):
        assert part["rule"].str.contains("key").any(), where
        assert part["column"].is_unique, where
        headers = part["headers"].str.split("|").explode().map(cells.header_key)
        assert headers.is_unique, where


def test_printed_units_fit_the_names(columns):
    printed = columns[columns["unit"] != ""]

    assert len(printed) > 30
    for row in printed.itertuples():
        assert conversion_factor(row.unit, unit_of_name(row.column)) > 0


def test_every_power_column_says_what_it_covers(columns):
    """A bare `power_w` would not tell chip from facility."""
    power = columns.loc[columns["column"].str.endswith("_w"), "column"]

    said = r"(facility|it|chip|board|gpu|node|system|reported|accelerator|cluster|current|calculated)_.*|.*(generation|cooling_capacity)_w"
    assert power.str.fullmatch(said).all()


def test_the_bound_of_impossible_grids_is_that_of_the_quantity():
    assert quantities().loc["grid_intensity_gco2e_per_kwh", "maximum"] == 3000


def test_unknown_source_and_missing_file(tmp_path):
    with pytest.raises(LedgerError, match=r"(?s)unknown source.*Near: epoch_models"):
        read_file("epoch_model", tmp_path / "x.csv")
    with pytest.raises(LedgerError, match="does not exist"):
        read_file("epoch_models", tmp_path / "x.csv")


def command(*arguments):
    line = [sys.executable, "-m", "aienergy.ingest", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_command_prints_the_table_and_what_was_not_understood(tmp_path):
    path = tmp_path / "sample.csv"
    path.write_text(f"{MODEL_HEADER},Shoe size\nA,2020-01-01,1e20,44\n", encoding="utf-8")

    done = command("epoch_models", path)

    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("model,publication_date,training_compute_flop")
    assert "A,2020-01-01,1e+20" in done.stdout
    assert "unknown column: Shoe size" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--list"], 0, "epoch_models\n"),
        (["nonsense", "x.csv"], 1, "unknown source"),
        (["egrid"], 1, "no file is named"),
        (["egrid", "x.csv", "--raw", "data/raw"], 2, "do not go with"),
        (["--raw", "data/raw"], 2, "one of --check and --out"),
        ([], 2, "give SOURCE and FILE"),
        (["--help"], 0, "--check"),
    ],
)
def test_command_line(arguments, code, says):
    done = command(*arguments)

    assert done.returncode == code
    assert says in done.stdout + done.stderr
