"""Derive the numbers of each stage of a chain, and of the whole."""

from dataclasses import dataclass

from aienergy.chains.bound import DEVICE, FIRST_STEPS, BoundChain, BoundStage, Given
from aienergy.chains.model import Amount, Chain, Latency, Stage
from aienergy.chains.totals import at_facility, times, totals
from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.errors import LedgerError, Problem
from aienergy.units import UnknownUnitError, conversion_factor


def bind_chain(key: str, chain: Chain, ledger: Ledger, given: Given) -> BoundChain:
    """Derive everything that is known of a chain.

    Args:
        key: Name of the chain; keys of numbers begin with `chain.<key>`.
        chain: The chain.
        ledger: Numbers so far; those of the chain are added.
        given: Grid, price and PUE.

    Raises:
        LedgerError: A number that does not exist, is no energy or no time, is per another unit of
            use, or has a boundary that no step leads out of.
    """
    problems: list[Problem] = []
    bound: list[BoundStage] = []
    for stage in chain.stages:
        try:
            bound.append(_Binder(f"chain.{key}.{stage.name}", chain, stage, ledger, given).bind())
        except LedgerError as error:
            problems += error.problems
    if problems:
        raise LedgerError(*problems)
    energy, emissions, cost = totals(key, chain, bound, ledger, given)
    stages, latency = times(key, chain, bound, ledger)
    known = [part.boundary for part in bound if part.energy]
    order = [*FIRST_STEPS, DEVICE]
    return BoundChain(
        key=key,
        chain=chain,
        stages=tuple(stages),
        energy=energy,
        emissions=emissions,
        cost=cost,
        latency=latency,
        has_all_energies=len(known) == len(bound),
        has_all_times=all(not part.stage.latency.not_known for part in bound),
        boundaries=tuple(sorted(set(known), key=order.index)),
    )


@dataclass(frozen=True, slots=True)
class _Binder:
    """Derives the numbers of one stage."""

    key: str
    chain: Chain
    stage: Stage
    ledger: Ledger
    given: Given

    def bind(self) -> BoundStage:
        boundary, energy, facility, note = "", "", "", self.stage.energy.not_known
        if not note:
            boundary, energy, note = self._energy()
            where = "on the device" if self.stage.on_device else "at the facility"
            facility = at_facility(
                f"{self.key}.energy_at_facility", self._label(f"energy {where}"),
                [(energy, boundary)], self.ledger, self.given,
            ).key  # fmt: skip
        median, spread = self._latency(self.stage.latency)
        return BoundStage(self.stage, boundary, energy, facility, median, spread, "", note)

    def _label(self, what: str) -> str:
        return f"{self.chain.title}: {self.stage.label}, {what}"

    def _energy(self) -> tuple[str, str, str]:
        """Return boundary, key of the energy in it, and a note on the number behind it."""
        told, note = self.stage.energy, ""
        source: Amount = told.number or (1.0 if told.wh is None else told.wh)
        unit = self._amount(source, "wh", "Wh")
        boundary = told.boundary
        if isinstance(source, str):
            boundary = self._boundary(self.ledger[source])
            note = self._check_unit_of_use(source)
        if boundary not in FIRST_STEPS:
            hint = "Only board, node, it and facility have a step upwards; take another number."
            raise self._problem("energy", f"'{source}' has the boundary '{boundary}'", hint)
        boundary = DEVICE if self.stage.on_device else boundary
        number = self.ledger.derive(
            f"{self.key}.energy",
            self._label("energy in its own boundary"),
            "Wh",
            "stage_energy_wh",
            {
                "inference_energy_wh": unit,
                "units_per_call": self._amount(told.units, "units", "1"),
                "call_count": self._amount(self.stage.calls, "calls", "1"),
            },
            boundary="board" if boundary == DEVICE else boundary,
            scope="use",
            evidence=self.ledger[unit].evidence if isinstance(unit, str) else "stated",
        )
        return boundary, number.key, note

    def _boundary(self, number: Number) -> str:
        told = self.stage.energy.boundary
        if number.boundary and told and told != number.boundary:
            hint = "Leave boundary out: the number has one."
            what = f"'{told}', but {number.key} covers '{number.boundary}'"
            raise self._problem("energy.boundary", what, hint)
        if not (number.boundary or told):
            hint = "Say what it covers: board, node, it or facility."
            raise self._problem("energy.boundary", f"{number.key} states no boundary", hint)
        return number.boundary or told

    def _check_unit_of_use(self, key: str) -> str:
        observed = self.given.observed(key)
        if observed is None or not observed.per:
            return ""
        if self.stage.energy.per and self.stage.energy.per != observed.per:
            what = f"'{self.stage.energy.per}', but {key} is per {observed.per}"
            raise self._problem("energy.per", what, "Take another number, or say its unit of use.")
        return "the value of its source is a median" if observed.statistic == "median" else ""

    def _amount(self, told: Amount, name: str, unit: str) -> Input:
        """Return an amount as an input: itself, a key, or the key of its interval."""
        if isinstance(told, tuple):
            value, low, high = told
            inputs: dict[str, Input] = {"value": value, "low": low, "high": high, "support": 0.0}
            label = self._label(f"{name} as given")
            key = f"{self.key}.{name}"
            return self.ledger.derive(key, label, unit, "assumed", inputs, evidence="stated").key
        if isinstance(told, str) and self._number(told, name).unit != unit:
            what = f"{told} is in '{self.ledger[told].unit}', not in '{unit}'"
            raise self._problem(name, what, f"Take a number in '{unit}'.")
        return told

    def _number(self, key: str, name: str) -> Number:
        if key not in self.ledger:
            hint = "Keys stand in results/numbers.json; aienergy explain KEY finds near ones."
            raise self._problem(name, f"unknown number '{key}'", hint)
        return self.ledger[key]

    def _problem(self, part: str, what: str, hint: str) -> LedgerError:
        return LedgerError(Problem(f"stage {self.stage.name} {part}", what, hint))

    def _latency(self, told: Latency) -> tuple[str, str]:
        """Return the keys of median and spread of the time of one call."""
        if told.not_known or told.inside:
            return "", ""
        label = self._label("time of one unit, median")
        if told.fixed is not None:
            inputs: dict[str, Input] = {
                "latency_s": self._time(told.fixed),
                "units_per_call": 1.0,
            }
            unit_key, spreads = f"{self.key}.latency_of_unit", []
            self.ledger.derive(unit_key, label, "s", "call_latency_s", inputs)
        else:
            unit_key = f"{self.key}.latency_of_unit"
            times = [self._time(value) for value in told.quantiles.values()]
            fit: dict[str, Input] = {"quantiles": times, "levels": list(told.quantiles)}
            self.ledger.derive(unit_key, label, "s", "fitted_median", fit)
            spread_label = self._label("spread of that time (standard deviation of the logarithm)")
            key = f"{unit_key}.spread"
            spreads = [self.ledger.derive(key, spread_label, "1", "fitted_spread", fit).key]
        units, unit_spreads = self._units(told)
        median = self.ledger.derive(
            f"{self.key}.latency",
            self._label("median time of one call"),
            "s",
            "call_latency_s",
            {"latency_s": unit_key, "units_per_call": units},
        )
        terms: dict[str, Input] = {"terms": [*spreads, *unit_spreads]}
        spread_label = self._label("spread of the time of one call")
        key = f"{self.key}.latency.spread"
        spread = self.ledger.derive(key, spread_label, "1", "combined_spread", terms)
        return median.key, spread.key

    def _units(self, told: Latency) -> tuple[Input, list[str]]:
        """Return the units of one call and the keys of their spread."""
        key = f"{self.key}.latency_units"
        label = self._label("units of one call")
        if told.unit_quantiles is not None:
            counts = [self._count(value) for value in told.unit_quantiles.values()]
            fit: dict[str, Input] = {"quantiles": counts, "levels": list(told.unit_quantiles)}
            self.ledger.derive(key, label, "1", "fitted_median", fit)
            spread = self.ledger.derive(
                f"{key}.spread", f"{label}, spread", "1", "fitted_spread", fit
            )
            return key, [spread.key]
        units = 1.0 if told.units is None else self._count(told.units)
        if not isinstance(units, str):
            return units, []
        spread = self.ledger.derive(
            f"{key}.spread", f"{label}, spread", "1", "spread_of_interval", {"amount": units}
        )
        return units, [spread.key]

    def _count(self, told: float | str) -> float | str:
        amount = self._amount(told, "latency.units", "1")
        return amount if isinstance(amount, str) else float(amount)  # type: ignore[arg-type]

    def _time(self, told: float | str) -> float | str:
        """Return a time in seconds, or the key of one."""
        if isinstance(told, str):
            number = self._number(told, "latency")
            try:
                factor = conversion_factor(number.unit, "s")
            except UnknownUnitError as error:
                hint = "Take a number that is a time."
                raise self._problem("latency", f"{told} is in '{number.unit}'", hint) from error
            return told if factor == 1 else number.value * factor
        return told * conversion_factor("ms", "s")
