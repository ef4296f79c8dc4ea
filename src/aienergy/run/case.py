"""What is asked of runs, and one run in one region: it derives values and tells them."""

from collections.abc import Mapping
from dataclasses import dataclass

from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.run.energy import Run
from aienergy.run.lookup import Found, Library
from aienergy.run.profile import Profile

GIVEN, LOGGED = "given on the command line", "the log"


@dataclass(frozen=True, slots=True)
class Asked:
    """What runs are re-expressed on.

    Attributes:
        regions: Keys of regions, in the order asked for.
        year: Year of the grid factors; None for the newest of each region.
        pue: PUE of the other facility; None for that of the region, if there is a fact.
        accelerator: Key of the other accelerator, or empty.
        ran_on: Key of the accelerator that the runs ran on, or empty where it is not known.
        board_count: How many boards each run used, or None for what its log tells.
        profile: Intensity by hour, or None.
        hour: Hour of the day at which runs are taken to begin, or None for their own.
        unit_count: Functional units that each run delivered, or None for what its log states.
        unit_name: What one of them is.
    """

    regions: tuple[str, ...] = ()
    year: int | None = None
    pue: float | None = None
    accelerator: str = ""
    ran_on: str = ""
    board_count: int | None = None
    profile: Profile | None = None
    hour: int | None = None
    unit_count: float | None = None
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class Restated:
    """One value of a run, re-expressed.

    Attributes:
        run: Key of the run.
        quantity: Stable name of what it is.
        label: The same for a reader.
        region: Key of the region, or empty.
        value: In `unit`, or None where it is not known.
        low: 5th percentile, or None without an interval.
        high: 95th percentile, or None.
        unit: Unit.
        boundary: What the energy behind it covers.
        basis: What kind of factor was used.
        year: Year of the factor; None where there is none or its source states no year.
        sources: Keys of the sources, or `given on the command line`.
        formula: Name of the equation, empty where the value is not known.
        factors: Values that it was computed with, by parameter.
        note: What a reader must know; why it is not known.
    """

    run: str
    quantity: str
    label: str
    region: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    boundary: str
    basis: str
    year: int | None
    sources: tuple[str, ...]
    formula: str
    factors: Mapping[str, float]
    note: str


class Case:
    """One run in one region: derives values and tells them."""

    def __init__(self, run: Run, region: str, asked: Asked, library: Library) -> None:
        self.run, self.region, self.asked, self.library = run, region, asked, library
        self.ledger: Ledger = library.ledger

    def derive(
        self, what: str, unit: str, formula: str, inputs: Mapping[str, Input], boundary: str
    ) -> Number:
        """Derive a number of this run here."""
        key = ".".join(filter(None, (self.run.key, self.region, what)))
        label = f"{self.run.name}: {what.replace('_', ' ')}"
        return self.ledger.derive(key, label, unit, formula, inputs, boundary=boundary)

    def tell(
        self, number: Number, quantity: str, label: str, *facts: Found, basis: str = "",
        given: str = "", note: str = "",
    ) -> Restated:  # fmt: skip
        """Return a number as a value of the run; the first fact says basis and year."""
        factors = {
            name: self.ledger[item].value if isinstance(item, str) else item
            for name, item in number.inputs.items()
            if isinstance(item, str | float)
        }
        sources = dict.fromkeys(fact.source for fact in facts)
        return Restated(
            self.run.key, quantity, label, self.region, number.value, number.low, number.high,
            number.unit, number.boundary, basis or (facts[0].basis if facts else ""),
            (facts[0].year or None) if facts else None,
            (*sources, given) if given else tuple(sources), number.formula, factors, note,
        )  # fmt: skip

    def unknown(self, quantity: str, label: str, unit: str, why: str) -> Restated:
        """Return a value that is not known."""
        return Restated(
            self.run.key, quantity, label, self.region, None, None, None, unit, "", "", None, (),
            "", {}, why,
        )  # fmt: skip
