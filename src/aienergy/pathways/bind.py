"""Bind a scenario to the numbers of the ledger: its drivers, and the fleet it starts from."""

from dataclasses import dataclass

from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.errors import LedgerError, Problem
from aienergy.formulas import SUPPORTS
from aienergy.intervals import Interval
from aienergy.pathways.document import Document, Entry
from aienergy.pathways.drivers import DRIVERS, PLACES, Cohorts, Driver, Scenario

_SHIPPED = "fleet.shipped_in."
_CARRIED = ("", "p05_p95", "ci90")


@dataclass(frozen=True, slots=True)
class Bound:
    """A scenario whose drivers are numbers.

    Attributes:
        scenario: The scenario as numbers.
        cohorts: What was shipped up to the base year.
        keys: Key of each driver, in the order of the closed list.
        lows: Its 5th percentile.
        highs: Its 95th percentile.
        triples: Correlations: two places in that list and the value, one after another.
        rows: One row a driver for a reader: driver, short, meaning, unit, key, value, low, high,
            basis (`number`, `assumption` or `source`), reason, source.
    """

    scenario: Scenario
    cohorts: Cohorts
    keys: list[str]
    lows: list[float]
    highs: list[float]
    triples: list[float]
    rows: list[dict[str, object]]


def bind_scenario(document: Document, ledger: Ledger) -> Bound:
    """Bind the drivers of a scenario; those that a file states become numbers of the ledger.

    Raises:
        LedgerError: A number that does not exist, has another unit, lies outside the bounds of its
            driver, or whose published range is no 5th to 95th percentile.
    """
    numbers = [_number(document, driver, ledger) for driver in DRIVERS]
    pairs = zip(numbers, DRIVERS, strict=True)
    problems = [p for number, driver in pairs for p in _problems(number, driver, document.where)]
    if problems:
        raise LedgerError(*problems)
    lows = [number.value if number.low is None else number.low for number in numbers]
    highs = [number.value if number.high is None else number.high for number in numbers]
    drivers = {
        driver.name: Interval(number.value, low, high, driver.support)
        for driver, number, low, high in zip(DRIVERS, numbers, lows, highs, strict=True)
    }
    triples = [
        value
        for (one, other), weight in document.pairs.items()
        for value in (float(PLACES[one]), float(PLACES[other]), weight)
    ]
    rows = [
        _row(driver, number, document.entries[driver.name])
        for driver, number in zip(DRIVERS, numbers, strict=True)
    ]
    scenario = Scenario(drivers, document.pairs, document.last_year)
    keys = [number.key for number in numbers]
    return Bound(scenario, cohorts_of(ledger), keys, lows, highs, triples, rows)


def _number(document: Document, driver: Driver, ledger: Ledger) -> Number:
    entry = document.entries[driver.name]
    if entry.interval is None:
        if entry.number not in ledger:
            hint = "Numbers are listed in results/numbers.json; build the report first."
            where = f"{document.where} drivers.{driver.name}"
            raise LedgerError(Problem(where, f"unknown number '{entry.number}'", hint))
        return ledger[entry.number]
    inputs: dict[str, Input] = {
        "value": entry.interval.value,
        "low": float(entry.interval.low or 0.0),
        "high": float(entry.interval.high or 0.0),
        "support": float(SUPPORTS.index(driver.support)),
    }
    label = f"{document.title}: {driver.meaning}"
    sources = [f"{entry.source}: {entry.locator}"] if entry.source else []
    return ledger.derive(
        f"scenario.{document.key}.{driver.name}", label, driver.unit, "assumed", inputs, sources,
        evidence="stated" if entry.source else "assumption", note=entry.assumption,
    )  # fmt: skip


def _problems(number: Number, driver: Driver, where: str) -> list[Problem]:
    place = f"{where} drivers.{driver.name}"
    if number.unit != driver.unit:
        hint = f"{driver.meaning}, in {driver.unit}."
        return [Problem(place, f"'{number.key}' is in {number.unit or '1'}", hint)]
    if number.range not in _CARRIED:
        hint = "State value, low and high as 5th and 95th percentile, with the reason."
        what = f"the range of '{number.key}' is {number.range}, no 5th to 95th percentile"
        return [Problem(place, what, hint)]
    if not driver.minimum <= number.value <= driver.maximum:
        hint = f"It must lie in {driver.minimum:g} to {driver.maximum:g}."
        return [Problem(place, f"'{number.key}' is {number.value:g}", hint)]
    return []


def _row(driver: Driver, number: Number, entry: Entry) -> dict[str, object]:
    basis = "source" if entry.source else "assumption" if entry.assumption else "number"
    return {
        "driver": driver.name, "short": driver.short, "meaning": driver.meaning,
        "unit": driver.unit, "key": number.key, "value": number.value, "low": number.low,
        "high": number.high, "basis": basis, "reason": entry.assumption, "source": entry.source,
    }  # fmt: skip


def cohort_keys(ledger: Ledger) -> dict[str, list[str]]:
    """Return the keys of what was shipped in each year: power, count and h100e, oldest first."""
    return {
        name: sorted(n.key for n in ledger if n.key.startswith(f"{_SHIPPED}{name}."))
        for name in ("power", "count", "h100e")
    }


def cohorts_of(ledger: Ledger) -> Cohorts:
    """Return what was shipped up to the base year.

    Raises:
        LedgerError: The ledger has no fleet.
    """
    keys = cohort_keys(ledger)
    if not keys["power"]:
        hint = "Build the results first: make report."
        raise LedgerError(Problem("numbers", "no numbers of the fleet", hint))
    years = tuple(int(key.rpartition(".")[2]) for key in keys["power"])
    power, count, h100e = (tuple(ledger[key].value for key in keys[name]) for name in keys)
    return Cohorts(years, power, count, h100e)
