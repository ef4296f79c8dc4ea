"""The facts that put a run on a grid, in a facility and on an accelerator: found, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from aienergy.contracts.numbers import Ledger, Number, load
from aienergy.facts import Facts
from aienergy.normalize.observations import bind
from aienergy.tables import read_json, read_texts

# Whose grid factors are used, best first: a country's from one edition throughout, a state's from
# its regulator, a cloud region's from its operator. Factors inside tools have no year or basis.
LOCATION_SOURCES = (
    "owid_ember2026",
    "epa_egrid2023",
    "epa_egrid_explorer",
    "google2025region",
    "gsf2026rtc",
    "patterson2021",
)
LOCATION_BASES, MARKET_BASES = ("average", "gross"), ("market", "net")
PRECISIONS = ("bf16", "fp16", "tf32", "fp8", "int8", "fp32", "fp16_non_tensor", "fp64")
_SECTORS = ("industrial", "commercial", "all", "")
# A whole year, not one day or hour of it.
_YEAR = r"\d{4}(?:\.0)?"
MFU, SERVICE_LIFE = "factor.mfu", "factor.service_life"
SEED = 20261101


@dataclass(frozen=True, slots=True)
class Found:
    """A fact.

    Attributes:
        key: Its key in the ledger.
        place: Key of the subject it is of.
        value: In the canonical unit of its quantity.
        year: Year that it is of; 0 where its source states none.
        source: Key of its source.
        basis: What kind of value it is, as a reader sees it.
    """

    key: str
    place: str
    value: float
    year: int
    source: str
    basis: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No fact, and what to know about it."""

    why: str


class Library:
    """Facts, registries and the ledger in which values are derived.

    Args:
        facts: Normalized observations.
        regions: Rows of `regions.csv`.
        accelerators: Rows of `accelerators.csv`.
        fitted: Factors of the stage `estimate` that stand in for what is not known.
    """

    def __init__(
        self,
        facts: Facts,
        regions: pd.DataFrame,
        accelerators: pd.DataFrame,
        fitted: Sequence[Number] = (),
    ) -> None:
        self.facts, self.regions, self.accelerators = facts, regions, accelerators
        self.ledger = Ledger(fitted, SEED)
        self._iso3 = dict(zip(regions["key"], regions["iso3"], strict=True))

    @classmethod
    def read(cls, results: Path) -> "Library":
        """Read the tables of a built folder `results`.

        Raises:
            LedgerError: The results are not built.
        """
        facts = Facts.read(results / "normalize")
        tables = [
            read_texts(results / "ingest" / f"{name}.csv") for name in ("regions", "accelerators")
        ]
        numbers = read_json(results / "estimate" / "numbers.json")
        factors = load(row for row in numbers if row["key"] in (MFU, SERVICE_LIFE))
        return cls(facts, tables[0], tables[1], factors)

    def name(self, key: str) -> str:
        """Return the name of a region or an accelerator."""
        return str(self.facts.name(key))

    def country(self, region: str) -> str:
        """Return the country of a region, or an empty string."""
        return str(self._iso3.get(region, "")).lower()

    def grid(self, region: str, year: int | None) -> Found | Missing:
        """Return the location-based factor of a region (g CO2e/kWh) in a year, or the newest."""
        rows = self._grid_rows(region, LOCATION_BASES)
        rows = rows[rows["source"].isin(LOCATION_SOURCES)]
        country = self.country(region)
        if rows.empty and country and country != region:
            return Missing(f"no fact; try its country, {country}")
        return self._of_year(rows, year)

    def market(self, region: str, year: int) -> Found | Missing:
        """Return the market-based factor of a region (g CO2e/kWh) in the year of the other one."""
        return self._of_year(self._grid_rows(region, MARKET_BASES), year)

    def _grid_rows(self, region: str, bases: tuple[str, ...]) -> pd.DataFrame:
        rows = self.facts.select("grid_intensity_gco2e_per_kwh", region)
        whole = rows["period"].astype(str).str.fullmatch(_YEAR)
        return rows[rows["q_basis"].isin(bases) & whole]

    def _of_year(self, rows: pd.DataFrame, year: int | None) -> Found | Missing:
        if rows.empty:
            return Missing("no fact")
        years = sorted({int(value) for value in rows["year"]})
        wanted = years[-1] if year is None else year
        rows = rows[rows["year"] == wanted]
        if rows.empty:
            had = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0])
            return Missing(f"no fact in {wanted}; there is {had}")
        sources = LOCATION_SOURCES
        rank = rows["source"].map(lambda s: sources.index(s) if s in sources else len(sources))
        return self._found(rows.loc[rank.sort_values(kind="stable").index])

    def pue(self, region: str) -> Found | Missing:
        """Return the newest PUE of a region's sites; a national mean is none of theirs."""
        rows = self.facts.select("pue", region, q_level="site", q_statistic="mean")
        return self._newest(rows)

    def wue(self, region: str) -> Found | Missing:
        """Return the newest water usage effectiveness of a region's sites (L per IT kWh)."""
        return self._newest(self.facts.select("wue_l_per_kwh", region, q_level="site"))

    def water(self, region: str) -> Found | Missing:
        """Return the water consumed to make electricity (L/kWh) in a region or its country."""
        return self._here_or_country("water_intensity_l_per_kwh", region, q_numerator="consumption")

    def price(self, region: str) -> Found | Missing:
        """Return the price of electricity (USD/kWh) in a region, or else in its country."""
        return self._here_or_country("electricity_price_usd_per_kwh", region)

    def _here_or_country(self, quantity: str, region: str, **wanted: str) -> Found | Missing:
        for place in dict.fromkeys((region, self.country(region))):
            rows = self.facts.select(quantity, place if place else (), **wanted)
            if not rows.empty:
                order = rows["q_sector"].map(lambda s: _SECTORS.index(s) if s in _SECTORS else 9)
                rows = rows.loc[order.sort_values(kind="stable").index]
                return self._newest(rows)
        return Missing("no fact")

    def _newest(self, rows: pd.DataFrame, accelerator: str = "") -> Found | Missing:
        if rows.empty:
            return Missing(f"no fact for {self.name(accelerator)}" if accelerator else "no fact")
        year = rows["year"].fillna(0)
        return self._found(rows[year == year.max()])

    def embodied(self, accelerator: str) -> Found | Missing:
        """Return the embodied emissions of one board (kg CO2e)."""
        rows = self.facts.select("embodied_emissions_kgco2e", accelerator, q_part="card")
        return self._newest(rows, accelerator)

    def board_power(self, accelerator: str) -> Found | Missing:
        """Return the rated power of a board (W)."""
        rows = self.facts.select("board_power_w", accelerator, q_statistic="rated")
        return self._newest(rows, accelerator)

    def peak(self, accelerator: str, precision: str) -> Found | Missing:
        """Return the dense peak rate (FLOP/s) of an accelerator at a precision."""
        rows = self.facts.select(
            "peak_flop_per_s", accelerator, q_precision=precision, q_sparsity="dense"
        )
        return self._newest(rows, accelerator)

    def _found(self, rows: pd.DataFrame) -> Found:
        """Return the first row as a fact, bound in the ledger."""
        row = rows.iloc[0]
        key = str(row["id"])
        if key not in self.ledger:
            subject = str(row["subject"])
            columns = [name for name in rows.columns if not name.startswith("q_")]
            for number in bind(rows.iloc[[0]][columns], {subject: self.name(subject)}):
                self.ledger.add(number)
        year = 0 if pd.isna(row["year"]) else int(row["year"])
        return Found(
            key, str(row["subject"]), float(row["value"]), year, str(row["source"]), _basis(row)
        )


def _basis(row: "pd.Series[Any]") -> str:
    """Return the qualifiers of a fact that say what it is, in words."""
    names = (
        "basis", "stage_of_life", "mix", "level", "statistic", "numerator", "sector", "part",
        "stages", "precision",
    )  # fmt: skip
    told = [str(row[f"q_{name}"]) for name in names if f"q_{name}" in row.index]
    return ", ".join(text.replace("_", " ") for text in told if text and text != "unstated")
