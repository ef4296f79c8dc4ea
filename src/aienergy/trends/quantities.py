"""What may grow: one table of dated values a quantity, each value a number of the ledger."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from aienergy.contracts.numbers import Ledger
from aienergy.facts import Facts

COLUMNS = [
    "subject", "name", "key", "date", "value", "organization", "country", "openness", "domain",
    "notable", "confidence", "scope", "derived", "source", "series",
]  # fmt: skip
COMPUTE_SOURCE, OPENAI_SOURCE = "epoch_models2026", "amodei2018"
GRID_SOURCE = "owid_ember2026"
# Formats at their dense rate, with matrix units where there are any; one point an accelerator.
SIXTEEN_BIT = ("bf16", "fp16")
PRECISIONS = {
    "fp32": ("32-bit", ("fp32",)), "fp8": ("8-bit float", ("fp8",)),
    "int8": ("8-bit integer", ("int8",)),
}  # fmt: skip
CHIPS = ("gpu", "tpu", "other")
CALCULATED = ("calculated",)  # class of a point that a publisher computed from others


@dataclass(frozen=True, slots=True)
class Tables:
    """What the quantities are read from.

    Attributes:
        facts: Normalized observations.
        systems: Registry of systems.
        accelerators: Registry of accelerators.
        energy: Estimated energy of training runs, best route first.
        costs: Estimated costs of training runs.
        series: Points of published series, with measure, unit and source.
        ledger: Numbers so far; what is computed from two facts is added.
    """

    facts: Facts
    systems: pd.DataFrame
    accelerators: pd.DataFrame
    energy: pd.DataFrame
    costs: pd.DataFrame
    series: pd.DataFrame
    ledger: Ledger


def training_compute(tables: Tables) -> pd.DataFrame:
    """Return the training compute of systems; their base models' is in where `scope` says so."""
    rows = tables.facts.select("training_compute_flop")
    rows = rows[rows["source"] == COMPUTE_SOURCE]
    return _of_systems(rows.drop_duplicates("subject"), tables)


def openai_chart(tables: Tables) -> pd.DataFrame:
    """Return the points of OpenAI's chart "AI and Compute" of 2018, as it has them."""
    rows = tables.facts.select("training_compute_flop")
    rows = rows[rows["source"] == OPENAI_SOURCE].drop_duplicates("subject")
    return _of_systems(rows, tables).assign(scope="as_charted")


def _observed(quantity: str, **wanted: str) -> Callable[[Tables], pd.DataFrame]:
    def read(tables: Tables) -> pd.DataFrame:
        rows = tables.facts.select(quantity, **wanted)
        return _of_systems(rows.drop_duplicates("subject"), tables)

    return read


def _of_systems(rows: pd.DataFrame, tables: Tables, *, derived: bool = False) -> pd.DataFrame:
    known = tables.systems[tables.systems["kind"].isin(["model", "fine_tune"])]
    known = known.rename(columns={"key": "subject", "publication_date": "date"})
    wanted = [
        "subject", "name", "date", "organization", "country", "openness", "domain", "notable",
        "kind",
    ]  # fmt: skip
    points = rows.rename(columns={"id": "key"}).merge(known[wanted], on="subject")
    points["confidence"] = points.get("q_confidence", "")
    base = points.get("q_compute_scope", pd.Series("", points.index))
    tuned = points["kind"] == "fine_tune"
    points["scope"] = base.mask(tuned & (base == ""), "with_base_model").replace("", "final_run")
    points["derived"] = derived
    return _ordered(points)


def training_energy(tables: Tables) -> pd.DataFrame:
    """Return the estimated energy of training runs, each by its best route: all derived."""
    rows = tables.energy.drop_duplicates("system").rename(columns={"system": "subject"})
    return _of_systems(rows[["subject", "key", "value"]], tables, derived=True)


def training_cost(tables: Tables) -> pd.DataFrame:
    """Return the estimated amortized hardware cost of training runs: all derived."""
    rows = tables.costs[tables.costs["route"] == "amortized_hardware"]
    rows = rows.rename(columns={"system": "subject"})
    return _of_systems(rows[["subject", "key", "value"]], tables, derived=True)


def _chip_rows(tables: Tables) -> pd.DataFrame:
    kinds = tables.accelerators["kind"].isin(CHIPS)
    dated = tables.accelerators[kinds & (tables.accelerators["release_date"] != "")]
    return dated.rename(columns={"key": "subject", "release_date": "date"})[
        ["subject", "date", "vendor", "name"]
    ]


def _peaks(tables: Tables, formats: tuple[str, ...] = SIXTEEN_BIT) -> pd.DataFrame:
    peaks = tables.facts.select("peak_flop_per_s", q_sparsity="dense")
    peaks = peaks[peaks["q_precision"].isin(formats)]
    order = peaks["q_precision"].map(formats.index)
    return peaks.loc[order.sort_values(kind="stable").index].drop_duplicates("subject")


def _of_chips(rows: pd.DataFrame, tables: Tables, *, derived: bool = False) -> pd.DataFrame:
    points = rows.rename(columns={"id": "key"}).merge(_chip_rows(tables), on="subject")
    points["organization"] = points["vendor"]
    return _ordered(points.assign(derived=derived))


def chip_rate(tables: Tables) -> pd.DataFrame:
    """Return the dense sixteen-bit rate of accelerators with hardware for it."""
    return _of_chips(_peaks(tables)[["subject", "id", "value"]], tables)


def chip_efficiency(tables: Tables) -> pd.DataFrame:
    """Return dense sixteen-bit arithmetic per joule at rated power."""
    words = "dense sixteen-bit arithmetic per joule"
    return _per(tables, _peaks(tables), _boards(tables), "efficiency", words)


def _efficiency_at(precision: str) -> Callable[[Tables], pd.DataFrame]:
    def read(tables: Tables) -> pd.DataFrame:
        name, formats = PRECISIONS[precision]
        words = f"dense {name} arithmetic per joule"
        peaks = _peaks(tables, formats)
        return _per(tables, peaks, _boards(tables), f"efficiency_{precision}", words)

    return read


def _boards(tables: Tables) -> pd.DataFrame:
    return tables.facts.select("board_power_w", q_statistic="rated").drop_duplicates("subject")


def chip_rate_per_price(tables: Tables) -> pd.DataFrame:
    """Return dense sixteen-bit FLOP/s per dollar of the price nearest to the release."""
    prices = tables.facts.select("purchase_price_usd")
    prices = prices.sort_values(["subject", "year", "id"]).drop_duplicates("subject")
    words = "dense sixteen-bit arithmetic per dollar of its price"
    return _per(tables, _peaks(tables), prices, "rate_per_price", words)


# What a rate is divided by: unit, formula and its second parameter.
_OF_POWER = ("FLOP/J", "efficiency_flop_per_j", "board_power_w")
_OF_PRICE = ("flop_s/USD", "rate_flop_per_s_per_usd", "purchase_price_usd")


def _per(
    tables: Tables, peaks: pd.DataFrame, divisors: pd.DataFrame, tail: str, words: str
) -> pd.DataFrame:
    unit, formula, second = _OF_PRICE if tail == "rate_per_price" else _OF_POWER
    both = peaks.merge(divisors[["subject", "id"]], on="subject", suffixes=("", "_by"))
    both = both.merge(_chip_rows(tables)[["subject", "date"]], on="subject")
    both = both.sort_values(["date", "subject"], ignore_index=True)
    rows = []
    for row in both.itertuples():
        label = f"{tables.facts.name(row.subject)}: {words}"
        inputs = {"peak_flop_per_s": str(row.id), second: str(row.id_by)}
        number = tables.ledger.derive(f"{row.subject}.{tail}", label, unit, formula, inputs)
        rows.append((row.subject, number.key, number.value))
    table = pd.DataFrame(rows, columns=["subject", "key", "value"])
    return _of_chips(table, tables)


def _chip_fact(quantity: str, **wanted: str) -> Callable[[Tables], pd.DataFrame]:
    def read(tables: Tables) -> pd.DataFrame:
        rows = tables.facts.select(quantity, **wanted).drop_duplicates("subject")
        return _of_chips(rows[["subject", "id", "value"]], tables)

    return read


def inference_energy(tables: Tables) -> pd.DataFrame:
    """Return the energy that writing an answer drew from the boards, read from counters."""
    rows = tables.facts.select(
        "inference_energy_wh", evidence="counter", boundary="board", q_per="query",
        q_task="text_generation",
    )  # fmt: skip
    return _of_systems(rows.drop_duplicates("subject"), tables)


def grid_intensity(tables: Tables) -> pd.DataFrame:
    """Return the yearly lifecycle intensity of electricity as generated, for each country."""
    rows = tables.facts.select("grid_intensity_gco2e_per_kwh", source=GRID_SOURCE)
    rows = rows[rows["period"].str.fullmatch(r"\d{4}")]
    points = rows.rename(columns={"id": "key"}).assign(date=rows["period"] + "-07-01")
    points["country"] = [tables.facts.name(key) for key in points["subject"]]
    return _ordered(points.assign(derived=False))


def _series(
    key: str, *, derived: bool = False, group: str = ""
) -> Callable[[Tables], pd.DataFrame]:
    def read(tables: Tables) -> pd.DataFrame:
        rows = tables.series[tables.series["series"] == key]
        rows = rows[rows["group"] == group] if group else rows
        modelled = derived | rows["group"].str.lower().isin(CALCULATED)
        rows = rows.assign(subject=rows["name"], key="", domain=rows["group"], derived=modelled)
        return _ordered(rows)

    return read


def _ordered(points: pd.DataFrame) -> pd.DataFrame:
    points = points[points["date"] != ""]
    whole = points.reindex(columns=COLUMNS)
    texts = whole.columns.difference(["value", "derived"])
    whole[texts] = whole[texts].astype(object).fillna("")
    return whole.sort_values(["date", "subject"], ignore_index=True)


# Unit, words for a reader, and where the values are.
QUANTITIES: dict[str, tuple[str, str, Callable[[Tables], pd.DataFrame]]] = {
    "training_compute": ("FLOP", "training compute", training_compute),
    "openai_chart": ("FLOP", "training compute in OpenAI's chart of 2018", openai_chart),
    "parameters": ("1", "parameters", _observed("parameter_count")),
    "training_tokens": ("1", "training tokens", _observed("training_token_count")),
    "training_time": ("h", "training time", _observed("training_time_h")),
    "accelerator_count": (
        "1", "accelerators of a training run", _observed("accelerator_count"),
    ),
    "training_power": (
        "W", "modelled power of a training run", _series("epoch_power_2026_07", derived=True),
    ),
    "edition_compute": (
        "FLOP", "training compute of the edition", _series("epoch_compute_2026_07"),
    ),
    "training_energy": ("kWh", "estimated training energy", training_energy),
    "reported_energy": (
        "kWh", "reported training energy",
        _observed("training_energy_kwh", said_by="operator", scope="final_run"),
    ),
    "reported_emissions": (
        "kgCO2e", "reported training emissions",
        _observed("training_emissions_kgco2e", said_by="operator", scope="final_run"),
    ),
    "training_cost": ("USD", "estimated hardware cost of training", training_cost),
    "published_cost": (
        "USD", "published estimates of training cost", _series("cottier2024_amortized_cost"),
    ),
    "chip_rate": ("FLOP/s", "sixteen-bit rate of an accelerator", chip_rate),
    "hardware_efficiency": ("FLOP/J", "sixteen-bit FLOP per joule", chip_efficiency),
    **{
        f"efficiency_{key}": ("FLOP/J", f"{name} FLOP per joule", _efficiency_at(key))
        for key, (name, _) in PRECISIONS.items()
    },
    "memory_bandwidth": (
        "byte/s", "memory bandwidth of an accelerator",
        _chip_fact("memory_bandwidth_byte_per_s", q_memory=""),
    ),
    "board_power": (
        "W", "rated power of an accelerator", _chip_fact("board_power_w", q_statistic="rated"),
    ),
    "rate_per_price": ("flop_s/USD", "sixteen-bit rate per dollar", chip_rate_per_price),
    "cluster_performance": (
        "FLOP/s", "sixteen-bit rate of a cluster", _series("epoch_clusters_performance"),
    ),
    "cluster_power": ("W", "power capacity of a cluster", _series("epoch_clusters_power")),
    "cluster_cost": ("USD", "hardware cost of a cluster", _series("epoch_clusters_cost")),
    "compute_to_reach": (
        "FLOP", "compute to reach the accuracy of AlexNet",
        _series("openai2020_efficiency", group="AlexNet"),
    ),
    "token_price": (
        "USD", "lowest price of a million tokens as good as GPT-3's",
        _series("epoch2025_token_price", group="MMLU, at least as GPT-3"),
    ),
    "inference_energy": ("Wh", "counted board energy of an answer", inference_energy),
    "grid_intensity": (
        "gCO2e/kWh", "lifecycle intensity of generated electricity", grid_intensity,
    ),
}  # fmt: skip
