"""Find the cell of a published file that an observation's locator names.

New rows say `<source>/<vintage>/<file>; <key column> = <value>; column <column name>`; older rows
have forms of their own. Both are patterns here: what a locator does not say (the vintage, or the
column of a file that has but one) stands in the form.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from aienergy.ingest.snapshots.iea import METRICS

RECORD = "#record"  # the row's number, the header being the first
DAY = r"\d{4}-\d{2}-\d{2}"
# Where a locator names the file alone.
SOURCE_OF_FILE = {
    "all_ai_models.csv": "epoch_models",
    "all_ml_systems_full_view.csv": "epoch_models",
    "notable_ai_models.csv": "epoch_models",
    "ml_hardware.csv": "epoch_ml_hardware",
    "chip_dataset.csv": "epoch_training_cost_trends",
    "hardware_prices.csv": "epoch_training_cost_trends",
    "efficiency_sota.csv": "openai_ai_and_efficiency",
}
KEY_OF_SOURCE = {
    "epoch_models": "model",
    "epoch_ml_hardware": "hardware",
    "epoch_training_cost_trends": "hardware",
}
# Locators write a metric in small letters, with its unit or without.
IEA_COLUMNS = {"pue": "pue"} | {
    metric.partition(" (")[0].lower(): parts[0] for metric, parts in METRICS.items()
}
_FILE = rf"(?:(?P<source>\w+)/)?(?:(?P<vintage>{DAY})/)?(?P<file>[\w.]+\.csv)"
_PAIRS = r"(?P<pairs>[^;=]+ = [^;]+(?:; [^;=]+ = [^;]+)*)"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a published file.

    Attributes:
        source: Folder name of the source.
        vintage: Date of the snapshot, empty for the newest.
        file: Name of the file.
        keys: Columns and the values that name the row: headers as printed, or canonical names.
        column: Header as printed, or canonical name.
    """

    source: str
    vintage: str
    file: str
    keys: tuple[tuple[str, str], ...]
    column: str

    @property
    def row(self) -> str:
        """The row in words."""
        return "; ".join(
            f"record {value}" if column == RECORD else f"{column} = {value}"
            for column, value in self.keys
        )


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a locator.

    Attributes:
        pattern: Regular expression of the whole locator; its groups source, vintage, file, pairs,
            row and column mean what `Cell` says, the others are keys by canonical name.
        source: The source, where the locator does not say it.
        file: The file, likewise; may hold a group's name in braces.
        column: The column, likewise.
        keys: Keys that the form itself adds.
        record: Difference between the printed number of the record and that of the line.
    """

    pattern: str
    source: str = ""
    file: str = ""
    column: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    record: int = 0


FORMS = (
    Form(rf"{_FILE}; {_PAIRS}; column (?P<column>[^;]+?)(?:; .*)?"),
    Form(rf".*as digitized in {_FILE}; {_PAIRS}", column="training_compute_flop"),
    Form(
        rf'{_FILE}(?: \(edition of (?P<edition>{DAY})\))? row "(?P<row>.+)"'
        r" column (?P<column>.+)"
    ),
    Form(
        rf"carbon_intensity_electricity\.csv; edition (?P<vintage>{DAY}); entity (?P<entity>.+);"
        r" year (?P<year>\d{4})",
        "owid_carbon_intensity",
        "carbon_intensity_electricity.csv",
        "grid_intensity_gco2e_per_kwh",
    ),
    Form(
        rf"egrid/(?P<vintage>{DAY})/(?P<file>state_emission_factors\.csv); row (?P<state>\w+);"
        r" column (?P<year>\d{4})",
        "egrid",
        column="grid_intensity_gco2e_per_kwh",
    ),
    Form(
        rf"egrid/(?P<vintage>{DAY})/(?P<file>subregion_emission_factors\.csv);"
        r" row (?P<subregion>\w+); column (?P<year>\d{4})",
        "egrid",
        column="grid_intensity_gco2e_per_kwh",
    ),
    Form(
        r"region-carbon-info data/yearly/(?P<year>\d{4})\.csv; row (?P<region>[\w-]+)"
        r"(?:; column (?P<column>.+))?",
        "google_region_carbon",
        "{year}.csv",
        "grid_intensity_gco2e_per_kwh",
    ),
    Form(
        r"(?P<file>hardware_prices\.csv) record (?P<record>\d+) \(header is record 1\)"
        r" column (?P<column>.+)",
        "epoch_training_cost_trends",
    ),
    Form(
        r"(?P<file>cloud_region_metadata\.csv); (?P<year>\d{4}); (?P<provider>[^;]+);"
        r" (?P<region>[^;]+); (?P<column>[\w-]+)",
        "gsf_real_time_cloud",
    ),
    Form(
        r".*tidy extract (?P<file>derived_world_tidy\.csv): (?P<column>[^;]+);"
        r" (?P<segment>[^;]+); (?P<scenario>[^;]+); (?P<year>\d{4})",
        "iea_energy_ai",
    ),
    Form(
        r".*tidy extract (?P<file>derived_regional_tidy\.csv): (?P<column>[^;]+);"
        r" (?P<region>[^;]+); (?P<year>\d{4})",
        "iea_energy_ai",
        keys={"scenario": "Historical"},
    ),
    Form(
        r".*tidy extract (?P<file>derived_regional_tidy\.csv): (?P<column>[^;]+);"
        r" (?P<region>[^;]+); (?P<year>\d{4}) (?P<scenario>\w+)",
        "iea_energy_ai",
    ),
    Form(
        rf".*openai_ai_and_compute/(?P<vintage>{DAY})/(?P<file>compute\.csv)"
        r" line (?P<record>\d+)(?:; .*)?",
        "openai_ai_and_compute",
        column="training_compute_flop",
    ),
    Form(
        r"(?P<file>v1\.2_summary\.csv); line (?P<record>\d+); .*",
        "mlperf_tiny",
        column="inference_energy_j",
    ),
    Form(
        rf"(?P<vintage>{DAY})/(?P<file>derived_per_node_energy_summary\.csv)"
        r" line (?P<record>\d+): .*",
        "mlperf_training_power",
        column="node_power_w",
    ),
    Form(
        r"summary_results\.json ID (?P<id>\S+) Model (?P<task>\S+) Scenario (?P<scenario>\w+)"
        r" Power_Result",
        "mlperf_inference_power",
        "v5.1_summary_results.json",
        "system_power_w",
    ),
    Form(
        r"(?P<file>v5\.1_summary_results\.json); zero-based element (?P<record>\d+);"
        r" [^;]+; [^;]+; SingleStream; \w+",
        "mlperf_inference_power",
        column="energy_per_stream_j",
        record=2,
    ),
    Form(
        r"codecarbon \S+ data/private_infra (?P<file>usa_emissions\.json);"
        r" regionCode (?P<key>\w+); .*",
        "codecarbon_factors",
        column="grid_intensity_gco2e_per_kwh",
    ),
    Form(
        rf"codecarbon_factors/(?P<vintage>{DAY})/(?P<file>global_energy_mix\.json);"
        r" key (?P<key>\w+); field carbon_intensity",
        "codecarbon_factors",
        column="grid_intensity_gco2e_per_kwh",
    ),
)
_NAMED = ("source", "vintage", "file", "pairs", "row", "column", "edition", "record")


def locate(locator: str) -> Cell | None:
    """Return the cell that a locator names, none where it names none of a known file."""
    for form in FORMS:
        match = re.fullmatch(form.pattern, locator)
        if match:
            cell = _cell(form, {k: v for k, v in match.groupdict().items() if v is not None})
            if cell is not None:
                return cell
    return None


def _cell(form: Form, said: dict[str, str]) -> Cell | None:
    file = said.get("file") or form.file.format(**said)
    source = said.get("source") or form.source or SOURCE_OF_FILE.get(file, "")
    pairs = re.split(r"; (?=[^;=]+ = )", said.get("pairs", ""))
    keys = dict(pair.split(" = ", 1) for pair in pairs if pair)
    if "row" in said:
        keys[KEY_OF_SOURCE.get(source, "")] = said["row"]
    if "record" in said:
        keys[RECORD] = str(int(said["record"]) + form.record)
    keys |= {name: value for name, value in said.items() if name not in _NAMED} | form.keys
    column = said.get("column") or form.column
    if source == "iea_energy_ai":
        column = IEA_COLUMNS.get(column.lower().partition(" (")[0], column)
    if not source or not file or "" in keys or not keys:
        return None
    vintage = said.get("vintage") or said.get("edition") or ""
    return Cell(source, vintage, file, tuple(keys.items()), column)


def located(observations: pd.DataFrame) -> "pd.Series[Any]":
    """Return the cells that observations name, indexed as they are, without rows that name none."""
    return observations["locator"].map(locate).dropna()
