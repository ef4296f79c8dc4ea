"""Training against use: known counts, closed-form intervals, and refusals of planted mixtures."""

import numpy as np
import pytest

from aienergy.break_even import Side, climb, common_boundary, derive_count, objections, refuse
from aienergy.contracts.numbers import Ledger, Number
from aienergy.errors import LedgerError
from aienergy.estimate.break_even import training_of
from aienergy.facts import Facts
from aienergy.intervals import Z95
from aienergy.normalize.observations import bind, normalize
from tests.observations import observed

STEPS = {
    "factor.node_power_ratio": (1.0, 0.5, 2.0),
    "ladder.board_to_node": (1.6, 1.2, 1.6**2 / 1.2),
    "assumption.network_ratio": (1.05, 1.0, 1.05**2),
    "factor.fleet_pue": (1.1, 1.05, 1.2),
}


def number(key, value, unit, low=None, high=None, support="positive"):
    spread = "p05_p95" if low is not None else ""
    return Number(key, key, value, unit, "assumed", {}, (), low, high, spread, support)


def ledger(training_kwh=59_257.0, use_wh=0.1):
    known = [number(key, *ends[:1], "1", *ends[1:],
                    support="above_one" if key.endswith("pue") else "positive")
             for key, ends in STEPS.items()]  # fmt: skip
    return Ledger([*known, number("t", training_kwh, "kWh"), number("u", use_wh, "Wh")], seed=1)


def training(boundary="board", evidence="counter", scope="final_run", system="m", key="t"):
    return Side(key, system, boundary, scope, evidence)


def use(boundary="board", statistic="mean", scope="use", system="m", evidence="counter"):
    return Side("u", system, boundary, scope, evidence, statistic)


def test_on_one_boundary_no_step_is_climbed_and_no_interval_appears():
    count = derive_count("k", "k", training(), use(), ledger())

    # Luccioni et al. 2024, Table 5: 51,686 and 7,571 kWh against 1.0e-4 kWh are 592,570,000.
    assert count.value == pytest.approx(592_570_000)
    assert count.low is None
    assert (count.boundary, count.scope) == ("board", "final_run")


def test_units_of_energy_do_not_change_the_count():
    joule = {"training_kwh": 59_257.0 * 3.6e6 / 3.6e6, "use_wh": 360.0 / 3600.0}

    assert derive_count("k", "k", training(), use(), ledger(**joule)).value == pytest.approx(
        derive_count("k", "k", training(), use(), ledger()).value
    )
    ten = derive_count("k", "k", training(), use(), ledger(592_570.0, 1.0))
    assert ten.value == pytest.approx(592_570_000)


def test_the_interval_is_that_of_the_steps_in_closed_form():
    rated = training(evidence="nameplate")
    one = derive_count("k", "k", rated, use("node"), ledger())
    assert (one.low, one.high) == pytest.approx((one.value / 2, one.value * 2))

    both = derive_count("k", "k", rated, use("board"), ledger())
    factor = np.exp(Z95 * np.hypot(np.log(2) / Z95, np.log(1.6 / 1.2) / Z95))
    assert both.value == pytest.approx(592_570_000 / 1.6)
    assert both.high / both.value == pytest.approx(factor)
    assert both.value / both.low == pytest.approx(factor)
    assert both.boundary == "node"


def test_each_side_climbs_what_it_lacks_and_nothing_twice():
    assert climb(training("board"), "facility") == ["board_to_node", "node_to_it", "pue"]
    assert climb(use("node"), "facility") == ["node_to_it", "pue"]
    assert climb(use("facility"), "facility") == []
    assert climb(training("board", "nameplate"), "node") == ["rated_to_node"]
    # rated power times PUE has PUE in it already, and the server is still missing
    assert climb(training("facility", "nameplate"), "facility") == ["rated_to_node"]
    assert common_boundary(training("board"), use("it")) == "it"
    assert common_boundary(training("board", "nameplate"), use("board")) == "node"


def test_pue_on_one_side_alone_is_what_the_printed_count_of_olmo_mixes():
    # 157 MWh is 131 MWh times a PUE of 1.2; a use is 0.358 kWh for 2,400 prompts, boards alone.
    printed, boards = 157e6 / (358 / 2400), 131e6 / (358 / 2400)

    assert printed == pytest.approx(1.05e9, rel=0.005)
    assert printed / boards == pytest.approx(1.2, rel=0.002)
    known = ledger(131_000.0, 358 / 2400)
    assert derive_count("k", "k", training(), use(), known).value == pytest.approx(boards)


@pytest.mark.parametrize(
    ("trained", "used", "reason"),
    [
        (training(), use(statistic="median"), "a median is no mean"),
        (training(), use(statistic="typical"), "no mean"),
        (training(), use(statistic="high_estimate"), "no mean"),
        (training(), use(boundary=""), "nobody says which hardware the energy of a use"),
        (training(boundary=""), use(), "nobody says which hardware the energy of training"),
        (training(boundary="chip"), use(), "no step leads from the chip"),
        (training(scope="search"), use(), "a search is not the training"),
        (training(scope="training_and_use"), use(), "holds use as well"),
        (training(scope=""), use(), "scope of the training is not known"),
        (training(), use(scope="final_run"), "not that of use"),
        (training(system="gpt3"), use(system="chatgpt"), "not the one that was trained"),
        (training(), use(evidence="nameplate"), "no energy of a use"),
        (training(key=""), use(), "training is not published"),
    ],
)
def test_a_planted_mixture_is_refused_with_its_reason(trained, used, reason):
    assert any(reason in text for text in objections(trained, used))
    with pytest.raises(LedgerError, match=reason):
        derive_count("k", "k", trained, used, ledger())


def test_mixed_boundaries_are_an_error_with_a_hint_unless_converted():
    with pytest.raises(LedgerError, match="training board, use node") as told:
        refuse(training("board"), use("node"), convert=False)
    assert "--convert" in str(told.value)
    with pytest.raises(LedgerError, match="rated board"):
        refuse(training(evidence="nameplate"), use("board"), convert=False)
    refuse(training("board"), use("node"), convert=True)
    refuse(training("node"), use("node"), convert=False)


def test_training_takes_fine_tuning_of_the_same_study_along_and_of_no_other():
    columns = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "boundary",
               "scope", "source"]  # fmt: skip
    energy = "training_energy_kwh"
    rows = [
        ("b.t", "b", energy, "stage=pretraining", "51686", "kWh", "nameplate", "board", "final_run", "doe2021"),
        ("b.f", "b", energy, "stage=fine_tuning", "7571", "kWh", "stated", "board", "post_training", "doe2021"),
        ("c.t", "c", energy, "stage=pretraining", "100", "kWh", "counter", "board", "final_run", "doe2021"),
        ("c.f", "c", energy, "stage=fine_tuning", "5", "kWh", "counter", "board", "post_training", "roe2022"),
        ("d.idle", "d", energy, "statistic=idle", "9", "kWh", "stated", "it", "final_run", "doe2021"),
    ]  # fmt: skip
    frame = normalize(observed(rows, columns))
    known = Ledger(bind(frame, {key: key for key in "bcd"}))
    facts = Facts(frame)

    side = training_of("b", facts, known)
    assert side is not None
    assert known[side.key].value == 59_257
    assert side.rated
    alone = training_of("c", facts, known)
    assert alone is not None
    assert known[alone.key].value == 100
    assert training_of("d", facts, known) is None
