"""What a chain is evaluated with, and the keys of what came out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aienergy.chains.model import Chain, Stage

# The first step that an energy of a boundary lacks; the device of a user has no facility.
FIRST_STEPS = {"board": 0, "node": 1, "it": 2, "facility": 3}
STEPS = ("ladder.board_to_node", "assumption.network_ratio", "factor.fleet_pue")
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
MOST_DRAWS = 256  # calls of all stages together
DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Observed:
    """What an observation says of itself beside its number.

    Attributes:
        per: Unit of use.
        statistic: Which statistic it is.
    """

    per: str
    statistic: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a chain is evaluated with.

    Attributes:
        grid: Key of the grid intensity (g CO2e/kWh); empty where none is known.
        price: Key of the price (USD/kWh), or the price itself; None where none is known.
        pue: PUE to take instead of the fitted one.
        observed: What an observation says of itself, None for other numbers.
    """

    grid: str = ""
    price: str | float | None = None
    pue: float | None = None
    observed: Callable[[str], Observed | None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True)
class BoundStage:
    """A stage with its numbers; empty keys where something is not known.

    Attributes:
        stage: The stage.
        boundary: Hardware that its energy covers, `device` on the user's own.
        energy: Key of its energy in its own boundary.
        facility: Key of its energy at the facility, or on the device.
        median: Key of the median time of one call.
        spread: Key of the spread of that time.
        critical: Key of the share of requests that wait for it.
        note: What a reader must know.
    """

    stage: Stage
    boundary: str = ""
    energy: str = ""
    facility: str = ""
    median: str = ""
    spread: str = ""
    critical: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BoundChain:
    """A chain with its numbers.

    Attributes:
        key: Its name.
        chain: The chain.
        stages: Its stages in order.
        energy: Key of the energy at the facility, empty where no stage has one.
        emissions: Key of the emissions, empty where they are not known.
        cost: Key of the cost of electricity, empty where it is not known.
        latency: Keys of quantiles of the time, by name; of the known stages alone where
            `has_all_times` is false.
        has_all_energies: Whether each stage has an energy; else the sum is a lower bound.
        has_all_times: Whether each stage has a time; else quantiles are lower bounds.
        boundaries: Boundaries of the energies that are summed, narrowest first.
    """

    key: str
    chain: Chain
    stages: tuple[BoundStage, ...]
    energy: str
    emissions: str
    cost: str
    latency: Mapping[str, str]
    has_all_energies: bool
    has_all_times: bool
    boundaries: tuple[str, ...]
