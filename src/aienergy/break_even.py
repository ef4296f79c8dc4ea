"""Training against use: which pairs make a break-even, and how both sides come to one boundary.

A pair is admitted if both energies are of one system, at known boundaries, and if the energy of a
use is a mean: a median gives no total. Where the boundaries differ, the narrower side climbs the
ladder of boundaries by its fitted steps, with their intervals; nothing is mixed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aienergy.contracts.numbers import Input, Ledger, Number
from aienergy.errors import LedgerError, Problem

LADDER = ("board", "node", "it", "facility")
TRAINING_SCOPES = ("final_run", "with_restarts", "with_experiments")
# Steps of the ladder by what they are called in the formula: key of the fitted number.
STEPS = {
    "rated_to_node": "factor.node_power_ratio",
    "board_to_node": "ladder.board_to_node",
    "node_to_it": "assumption.network_ratio",
    "pue": "factor.fleet_pue",
}
STEP_TEXTS = {
    "rated_to_node": "rated power of the boards to the server",
    "board_to_node": "boards to the server",
    "node_to_it": "server to network and storage",
    "pue": "PUE",
}
_MEANS = ("", "mean", "best")
_WHY_NOT = {
    "median": "a median is no mean and gives no total",
    "typical": "a typical value is no mean and gives no total",
    "high_estimate": "an upper estimate is no mean",
    "low_estimate": "a lower estimate is no mean",
    "maximum": "the largest value is no mean",
    "worst": "the worst value is no mean",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a break-even.

    Attributes:
        key: Number that holds the energy (kWh of training, Wh of one use).
        system: What was trained, or answers.
        boundary: Hardware that the energy covers; empty where nobody says.
        scope: Activities that it covers.
        evidence: How it is known; a nameplate is rated power times hours.
        statistic: Of a use: which statistic it is; empty for the mean of one test.
    """

    key: str
    system: str
    boundary: str
    scope: str
    evidence: str
    statistic: str = ""

    @property
    def rated(self) -> bool:
        """Whether the energy is the rated power of the boards times hours, whatever else is in."""
        return self.evidence == "nameplate"


def objections(training: Side, use: Side) -> list[str]:
    """Return every reason why two energies make no break-even; none if they do."""
    reasons = []
    if not training.key:
        reasons.append("the energy of training is not published")
    elif training.system != use.system:
        reasons.append("the model that is used is not the one that was trained")
    if training.key and training.scope not in TRAINING_SCOPES:
        reasons.append(_why_no_training(training.scope))
    if use.scope != "use":
        reasons.append("the energy set against training is not that of use")
    for side, what in ((training, "training"), (use, "a use")):
        if side.key and not side.boundary:
            reasons.append(f"nobody says which hardware the energy of {what} covers")
        elif side.key and side.boundary not in LADDER:
            reasons.append(f"no step leads from the {side.boundary} of {what} to a wider boundary")
    if use.statistic not in _MEANS:
        reasons.append(_WHY_NOT.get(use.statistic, f"{use.statistic} is no mean"))
    if use.rated:
        reasons.append("rated power over a count of uses is no energy of a use")
    return reasons


def _why_no_training(scope: str) -> str:
    if scope == "search":
        return "a search is not the training of what it finds"
    if scope == "training_and_use":
        return "the value for training holds use as well"
    return f"the scope of the training is {scope or 'not known'}"


def common_boundary(training: Side, use: Side) -> str:
    """Return the narrowest boundary that both sides can be taken to.

    Rated power is no energy of the boards: the narrowest boundary it leads to is the server.
    """
    reach = [max(LADDER.index(s.boundary), 1 if s.rated else 0) for s in (training, use)]
    return LADDER[max(reach)]


def climb(side: Side, boundary: str) -> list[str]:
    """Return the steps that take one side to a boundary at or above its own."""
    start, end = LADDER.index(side.boundary), LADDER.index(boundary)
    if start > end:
        raise ValueError(f"{side.boundary} is wider than {boundary}")
    steps = [name for at, name in enumerate(("board_to_node", "node_to_it", "pue"))
             if start <= at < end]  # fmt: skip
    if side.rated:
        steps = ["rated_to_node", *(step for step in steps if step != "board_to_node")]
    return steps


def mixed(training: Side, use: Side) -> bool:
    """Whether the two energies cover other hardware as they are printed."""
    return training.boundary != use.boundary or training.rated != use.rated


def refuse(training: Side, use: Side, *, convert: bool) -> None:
    """End the run where two energies make no break-even.

    Args:
        training: Energy of training.
        use: Energy of one use.
        convert: Whether steps of the ladder may take both to one boundary.

    Raises:
        LedgerError: With every reason.
    """
    hint = "Give two energies of one system on one boundary, that of a use as a mean."
    problems = [Problem("break-even", reason, hint) for reason in objections(training, use)]
    if not problems and mixed(training, use) and not convert:
        told = [f"rated {s.boundary}" if s.rated else s.boundary for s in (training, use)]
        what = f"mixed boundaries: training {told[0]}, use {told[1]}"
        hint = "Give both on one boundary, or add --convert to climb the ladder with its intervals."
        problems = [Problem("break-even", what, hint)]
    if problems:
        raise LedgerError(*problems)


def steps_of(training: Side, use: Side) -> tuple[str, list[str], list[str]]:
    """Return the common boundary and the steps of training and of use to it."""
    boundary = common_boundary(training, use)
    return boundary, climb(training, boundary), climb(use, boundary)


def inputs_of(training: Side, use: Side, keys: Mapping[str, str] | None = None) -> dict[str, Input]:
    """Return the inputs of the formula `break_even_count` for a pair.

    Args:
        training: Energy of training.
        use: Energy of one use.
        keys: Key of the number of each step; by default those of the ladder.
    """
    known = keys or STEPS
    _, up, down = steps_of(training, use)
    inputs: dict[str, Input] = {}
    for name, side, steps in (("training", training, up), ("use", use, down)):
        energy = "training_energy_kwh" if name == "training" else "inference_energy_wh"
        inputs[energy] = side.key
        first = next((s for s in steps if s in ("rated_to_node", "board_to_node")), "")
        inputs[f"{name}_to_node_ratio"] = known[first] if first else 1.0
        inputs[f"{name}_to_it_ratio"] = known["node_to_it"] if "node_to_it" in steps else 1.0
        inputs[f"{name}_pue"] = known["pue"] if "pue" in steps else 1.0
    return inputs


def derive_count(key: str, label: str, training: Side, use: Side, ledger: Ledger) -> Number:
    """Derive the uses to break-even of an admitted pair, on the narrowest common boundary.

    Raises:
        LedgerError: The pair is none.
    """
    refuse(training, use, convert=True)
    boundary = common_boundary(training, use)
    inputs = inputs_of(training, use)
    details = {"boundary": boundary, "scope": training.scope}
    return ledger.derive(key, label, "1", "break_even_count", inputs, **details)
