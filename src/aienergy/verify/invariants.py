"""What must hold of the inputs of a claim whatever its arithmetic."""

from collections.abc import Mapping

from aienergy.contracts.claims import OBSERVATION, Literal, References, parse_input
from aienergy.verify.printed import Printed

OUTSIDE_FACILITY = ("it_energy_kwh", "power_per_accelerator_w", "power_w")
BASES = ("location", "market")


def broken_invariant(
    claim: Mapping[str, str], inputs: Mapping[str, str], known: Mapping[str, Printed]
) -> str:
    """Return the first rule that the inputs break, empty if they break none.

    A PUE is at least one and is applied once; a market-based factor never meets a location-based
    figure; and a figure is never recomputed from its own cell.
    """
    for name, text in inputs.items():
        parsed = parse_input(text)
        if name == "pue" and isinstance(parsed, Literal) and float(parsed.texts[0]) < 1:
            return "PUE below one: facility and IT energy are swapped"
        if not isinstance(parsed, References):
            continue
        for one in parsed.ids:
            other = known[one]
            if "pue" in inputs and name in OUTSIDE_FACILITY and other.boundary == "facility":
                return f"PUE applied twice: {one} has it already"
            mixed = other.basis in BASES and claim["basis"] in BASES
            if mixed and other.basis != claim["basis"]:
                return f"{one} is {other.basis}-based, the claim {claim['basis']}-based"
            own = (other.source, other.locator, other.text)
            if one.startswith(OBSERVATION) and own == _own(claim):
                return f"{one} is the claim's own cell"
    return ""


def _own(claim: Mapping[str, str]) -> tuple[str, str, str]:
    return claim["source"], claim["locator"], claim["value"]
