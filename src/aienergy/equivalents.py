"""When a footprint may be told in flights, cars, homes or charges, and when it may not.

Both sides say of themselves what they count: the gases, the stages, the year, the unit, and for a
flight whether effects beside the gases are in. What is not said is not equal to anything, so that
two unstated bases are refused like two different ones.
"""

from dataclasses import dataclass

from aienergy.errors import LedgerError, Problem

UNSTATED = ("", "unstated")
# How a reader knows the stages.
STAGES = {
    "combustion": "as used, at the tailpipe or the power station",
    "fuel_cycle": "with the supply of fuel and electricity",
    "life_cycle": "with the making of the machine",
    "operational_and_embodied": "electricity and a share of making the hardware",
}
AI_KINDS = ("training", "search", "use", "project")
HINT = "Express both sides on one basis, or leave the comparison out."


@dataclass(frozen=True, slots=True)
class Card:
    """What one side of a comparison counts.

    Attributes:
        key: Number that holds it.
        what: What it is, for a reader.
        kind: `training`, `search`, `use` or `project` of an AI system; `activity` for a yardstick.
        unit: What one of a yardstick is, such as `return_passenger` or `one_km`.
        measure: `emissions` or `energy`.
        gases: `co2` or `co2e` of emissions.
        stages: Which stages of the life of fuel and machine are in.
        basis: Accounting of the electricity: `average`, `location`, `market`, `marginal`.
        year: Year of the factor; empty where unknown.
        non_co2: Of a flight: `with` or `without` effects beside its gases.
        occupancy: `average_load` or `one_vehicle`; empty where it has no meaning.
        boundary: Of an energy: hardware that it covers; `facility` is what a meter of a home sees.
        statistic: Of a use: `median` cannot be scaled to a total.
    """

    key: str
    what: str
    kind: str
    measure: str
    unit: str = ""
    gases: str = ""
    stages: str = ""
    basis: str = ""
    year: str = ""
    non_co2: str = ""
    occupancy: str = ""
    boundary: str = ""
    statistic: str = ""


def objections(footprint: Card, yardstick: Card, counted_in: str = "") -> list[str]:
    """Return every reason why one thing may not be told in another; none if it may.

    Args:
        footprint: What is to be told.
        yardstick: What it is told in.
        counted_in: Unit in which the answer is to be said; that of the yardstick if empty.
    """
    reasons = []
    if {footprint.kind, yardstick.kind} == {"search", "training"}:
        reasons.append("a search is many trainings, and no training is a search")
    elif footprint.kind in AI_KINDS and yardstick.kind in AI_KINDS:
        reasons.append("another AI system is no yardstick of everyday life")
    if footprint.measure != yardstick.measure:
        reasons.append("energy and emissions are different things")
        return reasons
    if footprint.statistic == "median":
        reasons.append("a median is no mean and gives no total")
    if counted_in and counted_in != yardstick.unit:
        reasons.append(f"the yardstick is {_say(yardstick.unit)}, not {_say(counted_in)}")
    if yardstick.unit == "passenger_direction_unstated":
        reasons.append("whether the flight is one way or return is not said")
    if footprint.measure == "energy":
        reasons += _objections_to_energy(footprint)
    else:
        reasons += _objections_to_emissions(footprint, yardstick)
    if yardstick.year in UNSTATED:
        reasons.append("the year of the yardstick is not said")
    return reasons


def _objections_to_energy(footprint: Card) -> list[str]:
    if footprint.boundary == "facility":
        return []
    told = footprint.boundary or "unknown hardware"
    return [f"the energy is that of the {told}, and a home's meter sees everything"]


def _objections_to_emissions(footprint: Card, yardstick: Card) -> list[str]:
    reasons = []
    if "" in (footprint.gases, yardstick.gases) or footprint.gases != yardstick.gases:
        told = [_gas(card.gases) for card in (footprint, yardstick)]
        reasons.append(f"the gases differ: {told[0]} against {told[1]}")
    known = [card.stages not in UNSTATED for card in (footprint, yardstick)]
    if not all(known):
        sides = [s for s, k in zip(("footprint", "yardstick"), known, strict=True) if not k]
        reasons.append(f"the stages of the {' and of the '.join(sides)} are not said")
    elif footprint.stages != yardstick.stages:
        told = [_say(card.stages) for card in (footprint, yardstick)]
        reasons.append(f"the stages differ: {told[0]} against {told[1]}")
    if footprint.basis in ("market", "marginal"):
        reasons.append(f"a {footprint.basis} value is no account of what the grid emitted")
    if yardstick.basis in ("market", "marginal"):
        reasons.append(f"the yardstick takes {yardstick.basis} electricity")
    if "passenger" in yardstick.unit and yardstick.non_co2 in UNSTATED:
        reasons.append("whether effects beside the gases are in the flight is not said")
    return reasons


def refuse(footprint: Card, yardstick: Card, counted_in: str = "") -> None:
    """End the run where one thing may not be told in another.

    Raises:
        LedgerError: With every reason.
    """
    where = f"{footprint.what} in {yardstick.what}"
    reasons = objections(footprint, yardstick, counted_in)
    if reasons:
        raise LedgerError(*[Problem(where, reason, HINT) for reason in reasons])


def _gas(gases: str) -> str:
    return {"co2": "carbon dioxide alone", "co2e": "all greenhouse gases"}.get(gases, "not said")


def _say(name: str) -> str:
    return name.replace("_", " ")
