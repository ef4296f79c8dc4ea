"""What a report of runs says: tables and lists of text, the same for every format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aienergy.prose import significant, unit_text
from aienergy.run.case import Restated
from aienergy.run.compare import Beside
from aienergy.run.energy import Run
from aienergy.run.escape import clean, clean_long
from aienergy.run.lookup import Found, Library
from aienergy.run.methods import cited
from aienergy.run.questions import Answer
from aienergy.run.say import NOT_KNOWN, amount_text, ends_text, plain_amount
from aienergy.unit_names import JOULE_PER_KWH, unit_of_name

if TYPE_CHECKING:
    from aienergy.logs.outcomes import Outcome

NONE = "–"
NO_BREAK = "\u00a0"
PARTIAL = ", partial"
# Emissions, which have a table of their own.
EMISSIONS = ("emissions_location_based", "emissions_market_based")
SOME_REGIONS = 2  # of so many, emissions are told with intervals and both bases
_SHORT = 24  # letters of a name in a table that is full
_SECONDS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
_WATTS = ((1e6, "MW"), (1e3, "kW"), (1.0, "W"), (1e-3, "mW"))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text.

    Attributes:
        key: Its id.
        title: What it shows.
        header: Names of the columns.
        rows: Cells.
        numeric: Places of columns of numbers.
        note: What to know to read it; may be empty.
    """

    key: str
    title: str
    header: list[str]
    rows: list[list[str]]
    numeric: frozenset[int]
    note: str = ""

    def kind(self, place: int) -> str:
        """Return the class of a column's cells: numbers stand to the right."""
        return "num" if place in self.numeric else "text"


def counted(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that count, without those that repeat another file."""
    return [run for run in runs if not run.repeats]


def labels(runs: Sequence[Run]) -> dict[str, str]:
    """Return what tables call each run after the first one: its number and a short name."""
    if len(runs) == 1:
        return {runs[0].key: shortened(clean(runs[0].name))}
    return {
        run.key: f"{number}.{NO_BREAK}{shortened(clean(run.name))}"
        for number, run in enumerate(runs, 1)
    }


def shortened(name: str) -> str:
    """Return a name cut in its middle if it is long."""
    return name if len(name) <= _SHORT else f"{name[: _SHORT // 2]}…{name[-_SHORT // 2 :]}"


def energy_table(runs: Sequence[Run], library: Library) -> Table:
    """Return the energy of each run with what it covers and how it is known."""
    has_units = any(run.per != "run" for run in runs)
    header = ["Run", "Energy", "90\u00a0% interval", "Covers", "Known by", "Duration", "Mean power"]
    rows = []
    for place, run in enumerate(runs, 1):
        number = library.ledger[f"{run.key}.energy"]
        per = f" per {run.per}" if run.per != "run" else ""
        power_w = number.value * JOULE_PER_KWH / run.duration_s if run.duration_s > 0 else 0.0
        rows.append(
            [
                f"{place}.{NO_BREAK}{clean(run.name)}" if len(runs) > 1 else clean(run.name),
                plain_amount(number.value, "kWh") + clean(per),
                _ends(number.value, number.low, number.high, "kWh"),
                number.boundary.replace(" x ", " × "),
                run.evidence,
                _sized(run.duration_s, _SECONDS) if run.duration_s > 0 else NONE,
                _sized(power_w, _WATTS) if power_w else NONE,
            ]
        )
    absent = list(dict.fromkeys(f"{run.covers}: {run.absent}" for run in runs if run.absent))
    note = f"Not in the energy of {'; of '.join(absent)}." if absent else ""
    if has_units:
        note = f"{note} An energy of a unit of use is that of one unit.".strip()
    return Table("energy", "Energy of each run", header, rows, frozenset((1, 2, 5, 6)), note)


def _sized(value: float, steps: tuple[tuple[float, str], ...]) -> str:
    step, unit = next((step for step in steps if value >= step[0]), steps[-1])
    return f"{significant(value / step, 3)}\u00a0{unit}"


def _ends(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    text = ends_text(value, low, high, unit)
    return NONE if text == "-" else text


def grids_table(answer: Answer, sources: Mapping[str, Mapping[str, str]]) -> Table:
    """Return the factor of each grid: intensity, basis, year, source, and the market's."""
    library = answer.library
    header = ["Grid", "g\u00a0CO₂e/kWh", "Basis", "Year", "Source", "Market-based"]
    rows = []
    for region in answer.asked.regions:
        fact = library.grid(region, answer.asked.year)
        if not isinstance(fact, Found):
            rows.append([library.name(region), NOT_KNOWN, NONE, NONE, fact.why, NOT_KNOWN])
            continue
        market = library.market(region, fact.year)
        beside = f"{market.value:g}" if isinstance(market, Found) else NOT_KNOWN
        rows.append(
            [
                library.name(region), significant(fact.value, 3), fact.basis, str(fact.year),
                cited(fact.source, sources), beside,
            ]
        )  # fmt: skip
    note = (
        "Accounted, not marginal: what a unit of electricity carries on average. Market-based "
        "factors follow contracts; they are of the same year, or not known."
    )
    return Table("grids", "The grids", header, rows, frozenset((1, 3, 5)), note)


def emissions_table(runs: Sequence[Run], answer: Answer) -> Table:
    """Return emissions run by run; of a few regions with intervals, and both bases."""
    library, regions = answer.library, answer.asked.regions
    by_place = {(v.run, v.region, v.quantity): v for v in answer.values}
    is_few, is_one = len(regions) <= SOME_REGIONS, len(regions) == 1
    header, asks = ["Run"], []
    for region in regions:
        name = "" if is_one else f"{library.name(region)}, "
        asks.append((region, EMISSIONS[0]))
        header.append(f"{name}location-based" if is_few else library.name(region))
        if is_few:
            asks.append((region, EMISSIONS[1]))
            header.append(f"{name}market-based")
    called = labels(runs)
    rows = []
    for run in runs:
        cells = [by_place.get((run.key, *ask)) for ask in asks]
        rows.append([called[run.key], *(_amount(cell, is_few) for cell in cells)])
    covered = list(dict.fromkeys(v.boundary for v in answer.values if v.quantity == EMISSIONS[0]))
    kind = "" if is_few else "Location-based. "
    note = f"{kind}Energy covers: {'; '.join(filter(None, covered)) or NOT_KNOWN}."
    title = f"Emissions in {library.name(regions[0])}" if is_one else "Emissions of each run"
    return Table("emissions", title, header, rows, frozenset(range(1, len(header))), note)


def _amount(value: Restated | None, has_ends: bool) -> str:
    if value is None or value.value is None:
        return NOT_KNOWN
    ends = _ends(value.value, value.low, value.high, value.unit)
    text = amount_text(value)
    whole = f"{text} ({ends.replace(' ', NO_BREAK)})" if has_ends and ends != NONE else text
    return whole + PARTIAL if value.label.endswith(PARTIAL) else whole


def others_table(runs: Sequence[Run], answer: Answer) -> Table:
    """Return what else was asked for, one row a run and region: hours, SCI, cost, water."""
    kept = [v for v in answer.values if v.quantity not in EMISSIONS and v.value is not None]
    names = list(dict.fromkeys(v.quantity for v in kept))
    by_place = {(v.run, v.region, v.quantity): v for v in kept}
    regions = list(dict.fromkeys(v.region for v in kept if v.region)) or [""]
    called, is_one = labels(runs), len(regions) == 1
    rows = []
    for run in runs:
        for region in regions:
            # Energies before any region are the same in each.
            cells = [
                by_place.get((run.key, region, name)) or by_place.get((run.key, "", name))
                for name in names
            ]
            place = [] if is_one else [answer.library.name(region)]
            if any(cells):
                amounts = [_amount(cell, True) if cell else NONE for cell in cells]
                rows.append([called[run.key], *place, *amounts])
    told = {v.quantity: v.label[0].upper() + v.label[1:].removesuffix(PARTIAL) for v in kept}
    header = ["Run", *([] if is_one else ["Region"]), *(clean(told[name]) for name in names)]
    title = "Energy, cost and water elsewhere"
    if is_one and regions[0]:
        title = f"Energy, cost and water in {answer.library.name(regions[0])}"
    covered = list(dict.fromkeys(v.boundary for v in kept if v.boundary))
    note = f"With the 90 % interval in brackets. Energy covers: {'; '.join(covered)}."
    first = len(header) - len(names)
    return Table("others", title, header, rows, frozenset(range(first, len(header))), note)


def factors_table(answer: Answer, sources: Mapping[str, Mapping[str, str]]) -> Table:
    """Return the factors behind the other values, each once, with year and source."""
    places: dict[tuple[str, ...], dict[str, None]] = {}
    for value in answer.values:
        if value.value is None or value.quantity in EMISSIONS:
            continue
        by = ", ".join(cited(key, sources) for key in value.sources)
        told = [_factor(name, item) for name, item in value.factors.items() if name in _FACTORS]
        place = answer.library.name(value.region) if value.region else NONE
        label = clean(value.label)
        row = (label, "; ".join(told), value.basis or NONE, str(value.year or NONE), by)
        places.setdefault(row, {})[place] = None
    header = ["Quantity", "Region", "Factor", "Basis", "Year", "Source"]
    rows = [(row[0], ", ".join(where), *row[1:]) for row, where in places.items()]
    kept = [list(map(clean_long, row)) for row in rows]
    return Table("factors", "The factors", header, kept, frozenset((4,)))


_FACTORS = {
    "pue": "PUE",
    "electricity_price_usd_per_kwh": "price",
    "wue_l_per_kwh": "WUE",
    "water_intensity_l_per_kwh": "water",
    "grid_intensity_gco2e_per_kwh": "grid",
    "embodied_emissions_kgco2e": "a board",
    "accelerator_count": "boards",
    "service_life_h": "service life",
    "functional_unit_count": "units",
    "board_power_w": "board power",
    "other_board_power_w": "other board power",
    "peak_flop_per_s": "peak",
    "other_peak_flop_per_s": "other peak",
    "mfu": "utilization, each",
}


def _factor(name: str, value: float) -> str:
    if name.endswith("peak_flop_per_s"):
        return f"{_FACTORS[name]} {significant(value / 1e12, 3)} TFLOP/s"
    unit = unit_text(unit_of_name(name))
    return f"{_FACTORS[name]} {significant(value, 3)}{f' {unit}' if unit else ''}"


def beside_table(
    found: Sequence[Beside],
    runs: Sequence[Run],
    library: Library,
    sources: Mapping[str, Mapping[str, str]],
) -> Table:
    """Return the nearest published system of each boundary."""
    names = {run.key: clean(run.name) for run in runs}
    header = [
        "Covers",
        "Largest run",
        "Energy",
        "Nearest published",
        "Its energy",
        "Times",
        "Known by",
    ]
    rows = []
    for one in found:
        own = [one.boundary, names[one.run], plain_amount(one.energy_kwh, "kWh")]
        if not one.system:
            rows.append([*own, "none of this boundary", NONE, NONE, NONE])
            continue
        scope = one.scope.replace("_", " ")
        rows.append(
            [
                *own,
                f"{library.name(one.system)}, {scope} ({cited(one.source, sources)})",
                plain_amount(one.published_kwh, "kWh"),
                significant(one.ratio, 2),
                one.evidence,
            ]
        )
    note = "Only energies of one boundary are compared; a PUE inside a log is taken out first."
    title = "The nearest published training"
    return Table("beside", title, header, rows, frozenset((2, 4, 5)), note)


def log_notes(outcomes: "Sequence[Outcome]") -> list[tuple[str, list[str]]]:
    """Return, file by file, what its gates saw, what is inside, or why it was refused."""
    told = []
    for outcome in outcomes:
        texts = [f"refused: {problem.what}. {problem.hint}" for problem in outcome.problems]
        if outcome.state == "companion":
            texts.append(f"read with {outcome.of.rsplit('/', 1)[-1]}")
        if outcome.state == "repeats":
            texts.append(f"not counted, it repeats {outcome.of.rsplit('/', 1)[-1]}")
        reading = outcome.reading
        if reading is not None:
            if reading.pue is not None:
                texts.append(f"a PUE of {reading.pue:g} is inside its energies")
            texts += reading.notes
            for flag in reading.flags:
                by = f" (interval × {flag.widens:.3g})" if flag.widens > 1 else ""
                texts.append(f"{flag.text}{by}")
        if texts:
            told.append((clean(outcome.name.rsplit("/", 1)[-1]), list(map(clean_long, texts))))
    return told
