"""Readers against the publishers' own files, with counts and values computed apart from them.

The files may not all be redistributed, so they lie outside the repository: in the folder named by
AIENERGY_SHARED, or in `../shared` beside it. Without them these tests skip.
"""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.upstream import CORRECTION
from aienergy.errors import LedgerError
from aienergy.formulas import FORMULAS
from aienergy.ingest.compare import Shelf, compare_with
from aienergy.ingest.raw import read_raw
from aienergy.ingest.snapshots.registry import READERS, read_file
from aienergy.tables import read_table

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("AIENERGY_SHARED", ROOT.parent / "shared"))
SNAPSHOTS = SHARED / "snapshots"
CORRECTIONS = read_table(ROOT / "data/raw/corrections.csv", list(CORRECTION.columns))
ABSENT = "the folder of reference snapshots (AIENERGY_SHARED) is absent"
FILES = [
    path.relative_to(SNAPSHOTS).as_posix()
    for source in READERS
    for path in sorted((SNAPSHOTS / source).glob("*/*"))
    if path.suffix in {".csv", ".json"}
]
# Beside the results: a list of them.
NOT_READ = {
    "ml_energy_v3/2026-02-27/index.json": "missing key configurations, task",
}


@cache
def normalized(name):
    if not (SNAPSHOTS / name).is_file():
        pytest.skip(f"{name} is not at hand: {ABSENT}")
    return read_file(name.split("/", maxsplit=1)[0], SNAPSHOTS / name, CORRECTIONS)


def table(name):
    return normalized(name).table


@pytest.mark.skipif(not FILES, reason=ABSENT)
def test_every_known_source_has_files():
    assert {name.split("/")[0] for name in FILES} == set(READERS)
    assert set(NOT_READ) <= set(FILES)


@pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_READ] or [None])
def test_every_file_is_understood(name):
    if name is None:
        pytest.skip(ABSENT)
    result = normalized(name)

    assert len(result.table) > 0
    assert result.unknown_columns == ()
    strange = set(result.unknown_categories)
    assert strange <= {"accelerator_count_source: Esimate"}  # the publisher's slip
    for column in result.table.select_dtypes("number"):
        assert not np.isinf(result.table[column].astype(float)).any(), column


@pytest.mark.parametrize(("name", "says"), NOT_READ.items())
def test_files_that_are_no_results_are_refused(name, says):
    with pytest.raises(LedgerError, match=says):
        normalized(name)


def test_the_workbook_is_refused_with_a_hint():
    with pytest.raises(LedgerError, match="tidy extract in CSV"):
        normalized("iea_energy_ai/2025-06-13/data_annex_energy_and_ai.xlsx")


MODELS = "epoch_models"
# Rows, then filled cells: compute, hardware, quantity, hours, power, parameters, date, cost, MFU.
COUNTS = {
    "2026-07-19/notable_ai_models.csv": (1036, 529, 363, 249, 239, 215, 708, 1031, 179, 34),
    "2026-03-30/all_ai_models.csv": (3237, 1379, 1163, 837, 547, 765, 2091, 3219, 224, 61),
    "2026-03-30/notable_ai_models.csv": (981, 518, 354, 247, 238, 213, 682, 981, 179, 34),
    "2026-03-30/large_scale_ai_models.csv": (491, 301, 173, 99, 66, None, 341, 491, None, 37),
    "2026-03-30/frontier_ai_models.csv": (137, 126, 59, 49, 55, 39, 107, 137, 66, 11),
    "2025-11-01/notable_ai_models.csv": (942, 507, 345, 239, 230, 207, 662, 942, 181, 31),
    "2025-04-23/all_ai_models.csv": (2228, 971, 610, 390, 338, None, 1376, 2188, None, None),
    "2024-10-16/all_ml_systems_full_view.csv": (1755, 782, 461, 263, 284, 208, 1150, 1755, 168, None),
    "2022-09-01/notable_ml_systems.csv": (512, 143, None, None, 1, None, 265, 512, None, None),
}  # fmt: skip
COUNTED = (
    *("training_compute_flop", "training_hardware", "accelerator_count", "training_time_h"),
    *("facility_power_w", "parameter_count", "publication_date", "training_cost_2023_usd", "mfu"),
)


def filled(frame, column):
    if column not in frame:
        return None
    cells = frame[column]
    text = pd.api.types.is_string_dtype(cells)
    return int((cells != "").sum()) if text else int(cells.notna().sum())


@pytest.mark.parametrize(("name", "counts"), COUNTS.items())
def test_completeness_of_the_tables_of_models(name, counts):
    frame = table(f"{MODELS}/{name}")

    assert (len(frame), *(filled(frame, column) for column in COUNTED)) == counts


HARDWARE = "epoch_ml_hardware/2026-07-19/ml_hardware.csv"
COSTS = "epoch_training_cost_trends/2025-08-07"
CLUSTERS = "epoch_gpu_clusters/2026-04-24/gpu_clusters.csv"
SITES = "epoch_frontier_data_centers/2026-07-07"


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (HARDWARE, {"": 176, "board_power_w": 153, "release_date": 162, "release_price_usd": 58,
                    "peak_tensor_fp16_flop_per_s": 68, "peak_fp16_flop_per_s": 115,
                    "peak_fp32_flop_per_s": 127, "peak_fp8_flop_per_s": 22,
                    "peak_fp4_flop_per_s": 13, "peak_int8_op_per_s": 75, "memory_byte": 140,
                    "memory_bandwidth_byte_per_s": 158, "process_size_nm": 133,
                    "die_size_mm2": 99}),
        (HARDWARE.replace("2026-07-19", "2025-12-14"),
         {"": 170, "board_power_w": 148, "release_price_usd": 53,
          "peak_tensor_fp16_flop_per_s": 64, "peak_fp32_flop_per_s": 127}),
        # 5,774, not 5,775: a carriage return inside one cell is no end of a row.
        (f"{COSTS}/chip_dataset.csv", {"": 5774, "peak_fp32_flop_per_s": 2120,
                                       "release_price_usd": 1229, "release_date": 5323}),
        (f"{COSTS}/hardware_prices.csv",
         {"": 591, "purchase_price_usd": 122, "on_demand_price_usd_per_h": 465,
          "reserved_1_year_price_usd_per_h": 107, "reserved_3_year_price_usd_per_h": 110}),
        (f"{COSTS}/model_costs.csv", {"": 82}),
        (f"{COSTS}/model_costs_updated.csv", {"": 61}),
        (CLUSTERS, {"": 786, "facility_power_w": 636, "reported_power_w": 132,
                    "calculated_facility_power_w": 607, "h100_equivalent_count": 703,
                    "chip_type": 461, "chip_count": 637, "first_operational_date": 608,
                    "hardware_cost_usd": 537, "country": 701, "latitude_degree": 691}),
        ("epoch_gpu_clusters/2025-06-07/ai_supercomputers.csv", {"": 747}),
        (f"{SITES}/data_centers.csv", {"": 68, "it_power_w": 68, "h100_equivalent_count": 68,
                                       "capital_cost_2025_usd": 68, "owner": 58, "address": 59}),
        (f"{SITES}/data_center_timelines.csv",
         {"": 384, "it_power_w": 384, "facility_power_w": 384, "h100_equivalent_count": 383,
          "water_use_million_gallons_daily": 45}),
        (f"{SITES}/data_center_chip_quantities.csv", {"": 175}),
        ("epoch_ai_chip_counts/2026-04-22/nvidia_cumulative_totals.csv", {"": 17}),
        ("owid_carbon_intensity/2026-04-29/carbon_intensity_electricity.csv", {"": 6332}),
        ("owid_carbon_intensity/2025-07-09/carbon_intensity_electricity.csv", {"": 5835}),
        ("gsf_real_time_cloud/2026-03-12/cloud_region_metadata.csv",
         {"": 373, "pue": 137, "wue_l_per_kwh": 113, "market_intensity_gco2e_per_kwh": 251,
          "grid_marginal_consumption_gco2e_per_kwh": 228,
          "grid_average_consumption_gco2e_per_kwh": 356}),
        ("egrid/2026-01-14/state_emission_factors.csv", {"": 52 * 4}),
        ("egrid/2026-01-14/subregion_emission_factors.csv", {"": 29 * 4}),
        ("iea_energy_ai/2025-06-13/derived_world_tidy.csv", {"": 264 // 6}),
        ("mlperf_training_power/2025-05-30/derived_per_node_energy_summary.csv", {"": 2989}),
        ("mlperf_tiny/2024-04-17/v1.2_summary.csv", {"": 73, "inference_energy_j": 18}),
        ("mlperf_inference_power/2025-09-09/v5.1_summary_results.json",
         {"": 1448, "system_power_w": 16, "energy_per_stream_j": 8}),
        ("openai_ai_and_compute/2020-12-04/compute.csv", {"": 20, "training_compute_flop": 20}),
        ("openai_ai_and_efficiency/2020-06-01/efficiency_sota.csv", {"": 12}),
    ],
)  # fmt: skip
def test_completeness_of_the_other_files(name, counts):
    frame = table(name)

    assert {c: filled(frame, c) if c else len(frame) for c in counts} == counts


@pytest.mark.parametrize(
    ("task", "rows"),
    [("lm_arena_chat", 328), ("gpqa", 187), ("image_chat", 173), ("video_chat", 100),
     ("sourcegraph_fim", 50), ("text_to_image", 638), ("text_to_video", 382)],
)  # fmt: skip
def test_configurations_of_the_benchmark(task, rows):
    assert len(table(f"ml_energy_v3/2026-02-27/{task}.json")) == rows


def test_joint_coverage_and_disclosure():
    notable = table(f"{MODELS}/2026-07-19/notable_ai_models.csv")
    everything = table(f"{MODELS}/2026-03-30/all_ai_models.csv")
    recent = notable[notable["publication_date"] >= "2025"]

    for frame, both, triple in ((notable, 148, 157), (everything, 381, 401)):
        timed = frame["training_time_h"].notna()
        known = timed & (frame["training_hardware"] != "") & frame["accelerator_count"].notna()
        assert int((timed & frame["facility_power_w"].notna()).sum()) == both
        assert int(known.sum()) == triple
    assert len(recent) == 144
    assert [filled(recent, c) for c in COUNTED[:2]] == [48, 28]
    assert filled(recent, "facility_power_w") == 10


def growth_per_year(frame, column):
    rows = frame[(frame["publication_date"] >= "2010") & frame[column].notna()]
    days = pd.to_datetime(rows["publication_date"], format="ISO8601")
    years = (days - days.min()).dt.days / 365.25
    return 10 ** np.polyfit(years, np.log10(rows[column]), 1)[0], len(rows)


def test_growth_anchors():
    notable = table(f"{MODELS}/2026-07-19/notable_ai_models.csv")
    frontier = notable[notable["is_frontier"]]

    assert growth_per_year(notable, "training_compute_flop") == (pytest.approx(4.35, abs=0.01), 467)
    assert growth_per_year(frontier, "training_compute_flop") == (pytest.approx(4.62, abs=0.01), 71)
    assert growth_per_year(notable, "facility_power_w") == (pytest.approx(1.79, abs=0.01), 214)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("GPT-3 175B (davinci)", {"parameter_count": 1.746e11, "training_compute_flop": 3.14e23,
                                  "hardware": "NVIDIA Tesla V100 DGXS 32 GB",
                                  "accelerator_count": 1e4, "training_time_h": 355.2,
                                  "facility_power_w": 5_100_760}),
        ("BLOOM-176B", {"training_compute_flop": 3.65664e23, "accelerator_count": 384,
                        "hardware": "NVIDIA A100 SXM4 80 GB", "training_time_h": 2808,
                        "facility_power_w": 308_035}),
        ("AlexNet", {"training_compute_flop": 4.7e17, "training_time_h": 132}),
    ],
)  # fmt: skip
def test_anchor_models(model, values):
    row = table(f"{MODELS}/2026-07-19/notable_ai_models.csv").set_index("model").loc[model]

    for name, value in values.items():
        expected = value if isinstance(value, str) else pytest.approx(value, rel=1e-6)
        assert row[name] == expected, name


def test_the_definition_of_power_changed_between_vintages():
    old = table(f"{MODELS}/2024-10-16/all_ml_systems_full_view.csv").set_index("model")
    new = table(f"{MODELS}/2025-11-01/notable_ai_models.csv").set_index("model")
    name = "GPT-3 175B (davinci)"

    assert old.loc[name, "facility_power_w"] == pytest.approx(5_595_165, abs=1)
    assert new.loc[name, "facility_power_w"] == pytest.approx(5_100_760, abs=1)


def test_the_power_of_models_contains_overhead_and_pue():
    """All 742 rows with a known rating imply a PUE of 1.07 to 1.20 once 1.82 is taken out."""
    models = table(f"{MODELS}/2026-03-30/all_ai_models.csv")
    ratings = table(HARDWARE).set_index("hardware")["board_power_w"].dropna()

    known = models[models["hardware"].isin(ratings.index) & models["facility_power_w"].notna()]
    overhead = np.where(known["accelerator_count"] > 1, 1.82, 1.0)
    rated = known["accelerator_count"] * known["hardware"].map(ratings) * overhead
    pue = known["facility_power_w"] / rated

    assert len(known) >= 742
    assert pue.between(1.07, 1.20).mean() > 0.99


@pytest.mark.parametrize(
    ("day", "watts"),
    [("2025-12-14", [220, 170, 140, 980]), ("2026-07-19", [450, 340, 225, 960])],
)
def test_revised_ratings_of_tpus(day, watts):
    rows = table(f"epoch_ml_hardware/{day}/ml_hardware.csv").set_index("hardware")

    names = [f"Google TPU {v}" for v in ("v3", "v4", "v5e")]
    seventh = [name for name in rows.index if "TPU v7" in name]
    assert rows.loc[[*names, *seventh[:1]], "board_power_w"].to_list() == watts


def test_sites_clusters_and_chip_stock():
    clusters = table(CLUSTERS)
    timelines = table(f"{SITES}/data_center_timelines.csv")
    colossus = table(f"{SITES}/data_centers.csv").set_index("data_center").loc["Colossus 2"]
    stock = table("epoch_ai_chip_counts/2026-04-22/nvidia_cumulative_totals.csv").iloc[-1]
    ratio = (timelines["facility_power_w"] / timelines["it_power_w"]).dropna()

    assert clusters["status"].value_counts().to_dict() == {
        "Existing": 609, "Planned": 171, "Decommissioned": 6
    }  # fmt: skip
    assert int(clusters["in_standard_analysis"].sum()) == 482
    assert int(clusters["is_possible_duplicate"].sum()) == 94
    assert int(clusters["is_anonymized"].sum()) == 257
    assert timelines["data_center"].nunique() == 69
    assert ratio.median() == pytest.approx(1.30, abs=0.01)
    assert (ratio.min(), ratio.max()) == (
        pytest.approx(1.13, abs=0.01),
        pytest.approx(1.74, abs=0.01),
    )
    assert colossus["it_power_w"] == 946e6
    assert stock["accelerator_count"] == pytest.approx(10.8e6, rel=0.01)
    assert stock["chip_power_w"] == pytest.approx(9.0e9, rel=0.01)
    assert stock["is_incomplete"]


OWID = {
    "World": (483.2, 471.1, 458.3), "United States": (392.9, 383.8, 384.4),
    "China": (583.0, 555.4, 525.3), "India": (713.4, 705.4, 670.1),
    "Germany": (362.9, 336.4, 329.6), "United Kingdom": (235.6, 216.5, 217.4),
    "France": (53.3, 40.5, 41.4), "Sweden": (38.4, 34.9, 35.3),
}  # fmt: skip


def owid(day):
    frame = table(f"owid_carbon_intensity/{day}/carbon_intensity_electricity.csv")
    return frame.set_index(["entity", "year"])["grid_intensity_gco2e_per_kwh"]


@pytest.mark.parametrize(("entity", "values"), OWID.items())
def test_country_intensities(entity, values):
    main = owid("2026-04-29")

    assert [main[entity, year] for year in (2023, 2024, 2025)] == pytest.approx(values, abs=0.051)


def test_country_intensities_are_revised():
    old, new = owid("2025-07-09").align(owid("2026-04-29"), join="inner")
    change = (new / old - 1).abs()

    assert len(change) == 5835
    assert int((change > 0.01).sum()) == pytest.approx(843, abs=2)
    assert int((change > 0.10).sum()) == pytest.approx(113, abs=2)
    assert old["United States", 2023] == pytest.approx(369.5, abs=0.05)


@pytest.mark.parametrize(
    ("zone", "direct", "lifecycle", "estimated"),
    [("gb", 105.74, 162.71, 22), ("us_mida_pjm", 321.04, 392.02, 2)],
)
def test_hourly_means(zone, direct, lifecycle, estimated):
    frame = table(f"hourly_electricitymaps/2025-05-20/{zone}_2024_hourly.csv")

    assert len(frame) == 8784
    assert frame["direct_intensity_gco2e_per_kwh"].mean() == pytest.approx(direct, abs=0.005)
    assert frame["lifecycle_intensity_gco2e_per_kwh"].mean() == pytest.approx(lifecycle, abs=0.005)
    assert int(frame["is_estimated"].sum()) == estimated


def test_hourly_generation():
    name = "hourly_eia/2025-08-25/ciso_2022_hourly.csv"
    frame = table(name)

    assert len(frame) == 8760
    assert frame["grid_intensity_gco2e_per_kwh"].mean() == pytest.approx(256.19, abs=0.005)
    assert any(
        "3 hours are blank (2022-01-05T10:00:00Z, 2022-05-17T18:00:00Z, 2022-06-13T18:00:00Z)"
        in note
        for note in normalized(name).notes
    )


def test_the_days_that_we_keep_of_an_hourly_grid_stand_for_the_year():
    frame = table("hourly_eia/2025-08-25/ciso_2022_hourly.csv")
    hours = frame["grid_intensity_gco2e_per_kwh"].to_numpy().reshape(-1, 24)
    whole = hours[~np.isnan(hours).any(axis=1)]
    kept = pd.read_csv(ROOT / "data/raw/series_points/eia_ciso_2022.csv")["value"].tolist()
    saved = FORMULAS["daily_shift_saving_share"].function

    assert kept == whole[::5].ravel().tolist()
    year = saved(hourly_intensities=whole.ravel().tolist())
    assert saved(hourly_intensities=kept) == pytest.approx(year, abs=0.005)


def test_scenarios():
    world = table("iea_energy_ai/2025-06-13/derived_world_tidy.csv")
    total = world[world["segment"] == "Total"].set_index(["scenario", "year"])
    demand, pue = total["electricity_demand_twh"], total["pue"]
    regions = table("iea_energy_ai/2025-06-13/derived_regional_tidy.csv")
    by_region = regions.set_index(["region", "year"])["electricity_demand_twh"]

    assert [demand["Historical", 2024], demand["Base", 2030]] == pytest.approx([416, 946], abs=0.5)
    others = ("Lift-Off", "High Efficiency", "Headwinds")
    assert [demand[s, 2030] for s in others] == pytest.approx([1264, 792, 669], abs=0.5)
    assert [pue["Historical", 2024], pue["Base", 2030]] == pytest.approx([1.41, 1.29], abs=0.005)
    assert [by_region["China", year] for year in (2024, 2030)] == pytest.approx([102, 277], abs=0.5)


def test_measured_golden_values():
    inference = table("mlperf_inference_power/2025-09-09/v5.1_summary_results.json")
    training = table("mlperf_training_power/2025-05-30/derived_per_node_energy_summary.csv")
    llama = inference[(inference["task"] == "llama2-70b-99") & (inference["scenario"] == "Offline")]
    bert = training[(training["measured_at"] == "ac") & (training["task"] == "bert")]

    assert llama["system_power_w"].dropna().to_list() == [10400.9988793425]
    per_run = bert.groupby("run")["node_energy_j"].sum() / 3.6e6
    assert per_run.median() == pytest.approx(0.700, abs=0.0005)


def test_corrections_still_match_their_files():
    corrected = sorted(set(CORRECTIONS["snapshot"]))

    for name in corrected:
        assert any(note.startswith("corrected ") for note in normalized(name).notes), name


def test_our_observations_agree_with_the_files_that_they_name():
    """Every difference has its reason in disagreements.csv, and every reason still has one."""
    if not SNAPSHOTS.is_dir():
        pytest.skip(ABSENT)
    raw = read_raw(ROOT / "data/raw").tables
    observations = raw["observations"].reset_index(drop=True)

    result = compare_with(Shelf(SNAPSHOTS, CORRECTIONS), observations)

    assert len(result) >= 5000
    assert set(result.loc[result["verdict"] != "agrees", "id"]) == set(raw["disagreements"]["id"])
