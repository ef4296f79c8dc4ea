"""Our observations against the cells that they name: every verdict, and every form of locator."""

import subprocess
import sys

import pandas as pd
import pytest

from aienergy.contracts.upstream import CORRECTION, DISAGREEMENT
from aienergy.errors import LedgerError
from aienergy.ingest.compare import COLUMNS, Shelf, compare_with, describe, revisions
from aienergy.ingest.locators import RECORD, locate
from aienergy.ingest.raw import read_raw

HEADER = "Model,Publication date,Training compute (FLOP),Training time (hours),Authors\n"
OLD = "epoch_models/2025-11-01/notable_ai_models.csv"
NEW = "epoch_models/2026-07-19/notable_ai_models.csv"
COMPUTE = "column Training compute (FLOP)"


@pytest.fixture
def folder(tmp_path):
    files = {
        OLD: f"{HEADER}GPT-4,2023-03-15,2.0e25,10,A\nBERT,2018-10-11,1e20,,A\n",
        NEW: f"{HEADER}GPT-4 (Mar 2023),2023-03-15,2.1e25,10,A\nBERT,2018-10-11,1e20,,A\n"
        "Twin,2020-01-01,1e20,5,A\nTwin,2021-01-01,1e20,6,A\n",
        "epoch_ml_hardware/2026-07-19/ml_hardware.csv": "Hardware name,TDP (W),"
        "FP32 (single precision) performance (FLOP/s),INT8 performance (OP/s)\nChip 9,700,1e13,2e15\n",
        "epoch_ml_hardware/2025-12-14/ml_hardware.csv": "Hardware name,TDP (W),"
        "FP32 (single precision) performance (FLOP/s)\nChip 9,650,1e13\n",
        "egrid/2026-01-14/state_emission_factors.csv": "state,2018\nAK,1000\n",
        "epoch_models/2026-07-19/readme.csv": "no,table\n1,2\n",
    }  # fmt: skip
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def observations(*rows):
    table = pd.DataFrame(rows, columns=["value", "unit", "locator"], dtype=str)
    return table.assign(id=[f"row.{n}" for n in range(len(table))], source="doe2021")


def verdicts(folder, *rows, **options):
    result = compare_with(Shelf(folder), observations(*rows), **options)
    assert tuple(result.columns) == COLUMNS
    return result


@pytest.mark.parametrize(
    ("value", "unit", "locator", "verdict", "reason"),
    [
        ("2.1e25", "FLOP", f"{NEW}; Model = GPT-4 (Mar 2023); {COMPUTE}", "agrees", ""),
        ("2.1000001e25", "FLOP", f"{NEW}; Model = GPT-4 (Mar 2023); {COMPUTE}", "agrees", ""),
        ("2.11e25", "FLOP", f"{NEW}; Model = GPT-4 (Mar 2023); {COMPUTE}", "differs", ""),
        ("21", "FLOP", f"{NEW}; Model = GPT-4 (Mar 2023); {COMPUTE}", "differs", ""),
        ("600", "min", f"{NEW}; Model = GPT-4 (Mar 2023); column Training time (hours)", "agrees", ""),
        ("10", "W", f"{NEW}; Model = GPT-4 (Mar 2023); column Training time (hours)", "not_found",
         "the units do not fit"),
        ("2.0e25", "FLOP", f"{NEW}; Model = GPT-5; {COMPUTE}", "not_found", "no such row"),
        ("1", "FLOP", f"{NEW}; Model = BERT; column Cost", "not_found", "no such column"),
        ("1", "h", f"{NEW}; Model = BERT; column Training time (hours)", "not_found",
         "the cell is blank"),
        ("1", "1", f"{NEW}; Model = BERT; column Authors", "not_found", "the column holds text"),
        ("1", "FLOP", f"{NEW}; Name = BERT; {COMPUTE}", "not_found", "no such column"),
        ("1e20", "FLOP", f"{NEW}; Model = Twin; {COMPUTE}", "agrees", ""),
        ("5", "h", f"{NEW}; Model = Twin; column Training time (hours)", "not_found",
         "several rows differ"),
        ("6", "h", f"{NEW}; Model = Twin; Publication date = 2021-01-01; column Training time (hours)",
         "agrees", ""),
        ("", "FLOP", f"{NEW}; Model = BERT; {COMPUTE}", "not_found", "no value of ours"),
        ("1", "FLOP", f"epoch_models/2020-01-01/x.csv; Model = A; {COMPUTE}", "not_found",
         "the file is not at hand"),
        ("0.7", "kW", 'ml_hardware.csv row "Chip 9" column TDP (W)', "agrees", ""),
        ("2000", "teraflop_s", 'ml_hardware.csv row "Chip 9" column INT8 performance (OP/s)', "agrees", ""),
        ("1", "lbCO2e/kWh", "egrid/2026-01-14/state_emission_factors.csv; row AK; column 2018", "agrees", ""),
        ("1", "lbCO2e/MWh", "egrid/2026-01-14/state_emission_factors.csv; row AK; column 2018", "differs", ""),
        ("1", "lbCO2/MWh", "egrid/2026-01-14/state_emission_factors.csv; row AK; column 2018", "not_found",
         "the units do not fit"),
    ],
)  # fmt: skip
def test_every_verdict(folder, value, unit, locator, verdict, reason):
    row = verdicts(folder, (value, unit, locator)).iloc[0]

    assert (row["verdict"], row["reason"]) == (verdict, reason)


def test_values_and_difference_are_in_the_unit_of_the_file(folder):
    row = verdicts(folder, ("1.4", "kW", 'ml_hardware.csv row "Chip 9" column TDP (W)')).iloc[0]

    assert (row["ours"], row["theirs"], row["relative_difference"]) == (1400, 700, 1.0)
    assert row["file"] == "epoch_ml_hardware/2026-07-19/ml_hardware.csv"
    assert (row["row"], row["column"]) == ("hardware = Chip 9", "TDP (W)")


def test_tolerance_and_reasons(folder):
    chip = 'ml_hardware.csv row "Chip 9" column TDP (W)'
    rows = [("707", "W", chip), ("700", "W", chip)]

    strict = verdicts(folder, *rows, reasons={"row.0": "rounded", "row.1": "stale"})
    loose = verdicts(folder, *rows, tolerance=0.02)

    assert strict["verdict"].to_list() == ["differs", "agrees"]
    assert strict["reason"].to_list() == ["rounded", ""]
    assert loose["verdict"].to_list() == ["agrees", "agrees"]


def test_observations_that_name_no_cell_are_left_out(folder):
    assert verdicts(folder, ("1", "W", "Table 4"), ("1", "W", "ml_hardware.csv, all rows")).empty


def test_revisions_follow_renames_and_look_into_every_file(folder):
    rows = observations(
        ("2.0e25", "FLOP", f"{OLD}; Model = GPT-4; {COMPUTE}"),
        ("1e20", "FLOP", f"{OLD}; Model = BERT; {COMPUTE}"),
        ("2.1e25", "FLOP", f"{NEW}; Model = GPT-4 (Mar 2023); {COMPUTE}"),
    )

    newest = revisions(Shelf(folder), rows)
    every = revisions(Shelf(folder), rows, every=True)

    assert newest["id"].to_list() == ["row.0"]
    assert newest.loc[0, ["file", "ours", "theirs"]].to_list() == [NEW, 2.0e25, 2.1e25]
    assert sorted(every["id"]) == ["row.0", "row.2"]


def tables(*rows):
    return {
        "observations": observations(*rows),
        "corrections": pd.DataFrame(columns=list(CORRECTION.columns), dtype=str),
        "disagreements": pd.DataFrame(columns=list(DISAGREEMENT.columns), dtype=str),
    }


def test_description_counts_and_lists(folder):
    chip = 'ml_hardware.csv row "Chip 9" column TDP (W)'

    text = describe(
        folder, tables(("700", "W", chip), ("9", "W", chip), ("1", "W", "p. 1")), 1e-6, False
    )

    assert "2 of 3 observations name a cell" in text
    assert "1 agrees, 1 differs, 0 not_found" in text
    assert "row.1\t" in text
    assert "row.0\t" not in text
    assert "0 values are revised in the newest vintage" in text
    with pytest.raises(LedgerError, match="no tolerance"):
        describe(folder, tables(), -1.0, False)
    with pytest.raises(LedgerError, match="no such folder"):
        describe(folder / "none", tables(), 1e-6, False)


def test_command(folder, tmp_path):
    results = tmp_path / "results/ingest"
    results.mkdir(parents=True)
    chip = 'ml_hardware.csv row "Chip 9" column TDP (W)'
    for name, table in tables(("9", "W", chip)).items():
        table.to_csv(results / f"{name}.csv", index=False)
    line = [sys.executable, "-m", "aienergy.cli", "facts", "--results", str(results.parent)]

    done = subprocess.run(
        [*line, "--snapshots", str(folder)], capture_output=True, text=True, check=False
    )
    loose = subprocess.run(
        [*line, "--snapshots", str(folder), "--tolerance", "0.99"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == loose.returncode == 0, done.stderr
    assert "0 agrees, 1 differs" in done.stdout
    assert "1 agrees, 0 differs" in loose.stdout


@pytest.mark.parametrize(
    ("locator", "path", "keys", "column"),
    [
        ("epoch_models/2026-07-19/notable_ai_models.csv; Model = MSRA (C, PReLU); column Training"
         " compute (FLOP); method column from epoch_models/2026-03-30/all_ai_models.csv",
         ("epoch_models", "2026-07-19", "notable_ai_models.csv"), {"Model": "MSRA (C, PReLU)"},
         "Training compute (FLOP)"),
        ('2026-03-30/all_ai_models.csv row "T5-11B" column Hardware utilization (HFU)',
         ("epoch_models", "2026-03-30", "all_ai_models.csv"), {"model": "T5-11B"},
         "Hardware utilization (HFU)"),
        ('ml_hardware.csv (edition of 2025-12-14) row "Google TPU v3" column TDP (W)',
         ("epoch_ml_hardware", "2025-12-14", "ml_hardware.csv"), {"hardware": "Google TPU v3"}, "TDP (W)"),
        ("carbon_intensity_electricity.csv; edition 2026-04-29; entity Cote d'Ivoire; year 2018",
         ("owid_carbon_intensity", "2026-04-29", "carbon_intensity_electricity.csv"),
         {"entity": "Cote d'Ivoire", "year": "2018"}, "grid_intensity_gco2e_per_kwh"),
        ("region-carbon-info data/yearly/2020.csv; row us-west2; column Google CFE",
         ("google_region_carbon", "", "2020.csv"), {"year": "2020", "region": "us-west2"}, "Google CFE"),
        ("hardware_prices.csv record 20 (header is record 1) column Price per chip-hour (3-year CUD)",
         ("epoch_training_cost_trends", "", "hardware_prices.csv"), {RECORD: "20"},
         "Price per chip-hour (3-year CUD)"),
        ("data_annex_energy_and_ai.xlsx (2025-06-13), read in its tidy extract"
         " derived_regional_tidy.csv: PUE; China; 2030 Base",
         ("iea_energy_ai", "", "derived_regional_tidy.csv"),
         {"region": "China", "year": "2030", "scenario": "Base"}, "pue"),
        ("v5.1_summary_results.json; zero-based element 1414; G; m-1.0-224; SingleStream; open",
         ("mlperf_inference_power", "", "v5.1_summary_results.json"), {RECORD: "1416"},
         "energy_per_stream_j"),
        ("efficiency_sota.csv; Metric = GNMT; Publication = Transformer (Big); column Reduction Factor",
         ("openai_ai_and_efficiency", "", "efficiency_sota.csv"),
         {"Metric": "GNMT", "Publication": "Transformer (Big)"}, "Reduction Factor"),
    ],
)  # fmt: skip
def test_forms_of_locators(locator, path, keys, column):
    cell = locate(locator)

    assert (cell.source, cell.vintage, cell.file) == path
    assert dict(cell.keys) == keys
    assert cell.column == column


@pytest.mark.parametrize(
    "locator",
    [
        "Table 4 column GPT-3, row Number of Chips",
        "notable_ai_models.csv of 2026-07-19, rows with Publication date in 2017",
        'strange.csv row "X" column Y',
        "2025-05-30/derived_per_node_energy_summary.csv system 1xSMC, submitter smc-ac-power",
    ],
)
def test_what_names_no_cell(locator):
    assert locate(locator) is None


def test_disagreements_and_corrections_are_checked(tiny):
    cited = {"source": "doe2021", "locator": "p. 1"}
    known = {"id": "gpt3.training_energy.doe2021", "reason": "x", **cited}
    correction = {
        "key": "a", "snapshot": "s/2026-07-19/f.csv", "row": "Model = A", "column": "B", "expected": "",
        "corrected": "1", "reason": "x", "evidence_source": "doe2021", "reported": "no", **cited,
    }  # fmt: skip
    tiny.registries |= {"disagreements": [known], "corrections": [correction]}
    assert len(read_raw(tiny.write()).tables["corrections"]) == 1

    for name, spoilt, says in (
        (
            "disagreements",
            {"id": "gpt9.nothing.doe2021"},
            "unknown observation 'gpt9.nothing.doe2021'",
        ),
        ("corrections", {"snapshot": "f.csv"}, "'f.csv' has the wrong form"),
        ("corrections", {"row": "A"}, "'A' has the wrong form"),
        ("corrections", {"reported": "maybe"}, "unknown value 'maybe'"),
        ("corrections", {"evidence_source": "nobody"}, "unknown source 'nobody'"),
    ):
        tiny.registries |= {"disagreements": [known], "corrections": [correction]}
        tiny.registries[name] = [tiny.registries[name][0] | spoilt]
        with pytest.raises(LedgerError, match=says):
            read_raw(tiny.write())
