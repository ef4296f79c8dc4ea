"""The boundary ladder: pairs found, steps fitted to sources, energies taken up it."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.estimate.factors import FLEET_PUE
from aienergy.estimate.ladder import BOARD_TO_NODE, NODE_TO_IT, fit_ladder, place_on_ladder
from aienergy.facts import Facts
from aienergy.intervals import from_sample
from aienergy.normalize.observations import bind, normalize
from tests.observations import observed


def row(id_, subject, quantity, qualifiers, value, unit, evidence, boundary, source="lab"):
    scope = "use" if quantity == "inference_energy_wh" else ""
    return (id_, subject, quantity, qualifiers, value, unit, evidence, boundary, scope, source)


ROWS = [
    # a server read at its boards and at the wall: 1.5 and, for another task, 1.5 again
    row("v.board1", "v", "workload_energy_kwh", "meter=nvml;task=one", "2", "kWh", "counter", "board"),
    row("v.wall1", "v", "workload_energy_kwh", "meter=plug;task=one", "3", "kWh", "metered", "node"),
    row("v.tool1", "v", "workload_energy_kwh", "meter=codecarbon;task=one", "2.5", "kWh", "modelled", "node"),
    row("v.board2", "v", "workload_energy_kwh", "meter=nvml;task=two", "4", "kWh", "counter", "board"),
    row("v.wall2", "v", "workload_energy_kwh", "meter=plug;task=two", "6", "kWh", "metered", "node"),
    row("v.board0", "v", "workload_energy_kwh", "meter=nvml;task=idle", "1", "kWh", "counter", "board"),
    row("v.wall0", "v", "workload_energy_kwh", "meter=plug;task=idle", "9", "kWh", "metered", "node"),
    # shares of the accelerators: 1/0.5 and 1/0.625; and (0.5 + 0.25) / 0.5 of a facility
    row("a.share", "a", "energy_part_share", "part=accelerator;task=train", "50", "percent", "metered", "node", "hu2024acme"),
    row("b.share", "b", "energy_part_share", "part=accelerator;task=serve", "62.5", "percent", "metered", "node", "patel2024polca"),
    row("c.share", "c", "energy_part_share", "part=accelerator;task=serve", "50", "percent", "metered", "facility", "elsworth2025"),
    row("c.host", "c", "energy_part_share", "part=host;task=serve", "25", "percent", "metered", "facility", "elsworth2025"),
    # a processor beside the plug of its workstation
    row("p.chip", "p", "system_power_w", "load_percent=50", "100", "W", "counter", "chip"),
    row("p.plug", "p", "system_power_w", "load_percent=50", "180", "W", "metered", "node"),
    row("v.whole", "v", "boundary_ratio", "from_boundary=board;task=serve;to_boundary=facility", "2", "1", "metered", "facility"),
    row("m.board", "m", "inference_energy_wh", "per=query;task=chat", "10", "Wh", "counter", "board"),
    row("m.node", "m", "inference_energy_wh", "per=query;task=serve", "20", "Wh", "metered", "node"),
    row("m.model", "m", "inference_energy_wh", "per=query;task=guess", "20", "Wh", "modelled", "node"),
]  # fmt: skip
NAMES = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "boundary", "scope", "source"]  # fmt: skip
CASES = pd.DataFrame(
    [("v.wall1", "Lab", "V"), ("v.wall2", "Lab", "V"), ("p.plug", "Shop", "P")],
    columns=["observation", "measured_by", "hardware"],
)


@pytest.fixture(scope="module")
def known():
    table = normalize(observed(ROWS, NAMES))
    ledger = Ledger(bind(table, dict(zip(table["subject"], table["subject"], strict=True))), seed=1)
    told = {"value": 1.05, "low": 1.0, "high": 1.1, "support": 0.0}
    ledger.derive(NODE_TO_IT, "x", "1", "assumed", told)
    ledger.derive(FLEET_PUE, "x", "1", "fitted_above_one", {"terms": [1.19, 1.2, 1.21, 1.2]})
    facts = Facts(table)
    return fit_ladder(facts, CASES, ledger), place_on_ladder(facts, ledger), ledger


def test_a_pair_is_a_counter_and_a_meter_of_the_same_run(known):
    ladder, _, _ = known
    pairs = ladder[ladder["step"] == "board_to_node"].groupby("source_name")["value"].agg(list)
    assert pairs["Lab, V"] == pytest.approx([1.5, 1.5])
    assert pairs["Acme, A100"] == pytest.approx([2.0])
    assert pairs["Microsoft, A100"] == pytest.approx([1.6])
    assert pairs["Google, TPU"] == pytest.approx([1.5])
    chip = ladder[ladder["step"] == "chip_to_node"]
    assert chip["value"].tolist() == pytest.approx([1.8])


def test_a_step_is_fitted_to_sources_and_not_to_runs(known):
    _, _, ledger = known
    fitted = from_sample(np.array([2.0, 1.5, 1.5, 1.6]))
    assert ledger[BOARD_TO_NODE].value == pytest.approx(fitted.value)
    assert ledger[BOARD_TO_NODE].high == pytest.approx(fitted.high)
    assert "ladder.chip_to_node" not in ledger  # a single source carries no spread


def test_an_energy_is_taken_up_by_the_steps_it_lacks(known):
    _, placed, ledger = known
    at = placed.set_index("key")["facility"]
    assert set(at.index) == {"m.board", "m.node"}
    step, pue = ledger[BOARD_TO_NODE].value, ledger[FLEET_PUE].value
    # medians of sampled products lie close to the products of medians
    assert at["m.board"] == pytest.approx(10 * step * 1.05 * pue, rel=0.01)
    assert at["m.node"] == pytest.approx(20 * 1.05 * pue, rel=0.01)


def test_a_factor_told_at_once_stands_beside_the_product_of_the_steps(known):
    _, _, ledger = known
    whole = ledger["ladder.board_to_facility.by_steps"]
    assert ledger["v.whole.over_steps"].value == pytest.approx(2 / whole.value)
    assert whole.low < whole.value < whole.high
