"""Energy of a token: the line, its spreads, and that a fit never sees what it left out."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from aienergy.contracts.numbers import Ledger
from aienergy.estimate.serving import fit_line, measured_rows
from aienergy.estimate.serving_chips import compare_chips
from aienergy.facts import Facts
from aienergy.formulas import FORMULAS
from aienergy.formulas.serving import (
    NAMES,
    design,
    left_out_errors,
    left_out_ratio,
    random_intercept,
    serving_coefficient,
    serving_run_factor,
    serving_source_factor,
    token_energy_j,
)
from aienergy.normalize.observations import bind, normalize
from aienergy.verify.serving import judge_left_out
from tests.observations import observed

TRUE = np.array([0.4, 0.9, 0.7, -0.8, 0.03, 0.8])


def world(seed, sources, runs, between=0.0, within=0.0, line=TRUE):
    """Draw measurements of a known line; those of one source share an error."""
    rng = np.random.default_rng(seed)
    n = sources * runs
    active = 1e9 * 2.0 ** rng.uniform(0, 8, n)
    lists = {
        "active": active,
        "total": active * 2.0 ** rng.uniform(0, 4, n),
        "widths": rng.choice([0.5, 1.0, 2.0], n),
        "batch": 2.0 ** rng.uniform(0, 11, n),
        "power": rng.choice([350.0, 400.0, 700.0, 1000.0], n),
        "bandwidth": rng.choice([1e12, 2e12, 3.35e12, 7.7e12], n),
    }
    errors = np.repeat(rng.normal(0, between, sources), runs) + rng.normal(0, within, n)
    y = design(**lists) @ line + errors
    told = {name: values.tolist() for name, values in lists.items()}
    return {"energies": np.exp(y).tolist(), **told, "sizes": [float(runs)] * sources}


def coefficients(data):
    return [serving_coefficient(**data, place=float(place)) for place in range(len(NAMES))]


def held(data):
    return {f"held_{name}": values for name, values in data.items() if name != "sizes"}


def test_a_line_without_noise_is_found_exactly():
    assert coefficients(world(1, 6, 10)) == pytest.approx(TRUE, abs=1e-9)


def test_noise_of_sources_and_runs_is_told_apart():
    data = world(2, 300, 12, between=0.5, within=0.2)
    y, x = np.log(data["energies"]), design(*(np.array(data[n]) for n in list(data)[1:7]))

    line, within, between = random_intercept(y, x, np.array(data["sizes"]))

    assert line == pytest.approx(TRUE, abs=0.1)
    assert np.sqrt(within) == pytest.approx(0.2, rel=0.03)
    assert np.sqrt(between) == pytest.approx(0.5, rel=0.1)


def test_without_sources_of_their_own_it_is_least_squares():
    # one run a source: nothing tells an error of the source from one of the run
    data = world(3, 80, 1, within=0.3)
    y, x = np.log(data["energies"]), design(*(np.array(data[n]) for n in list(data)[1:7]))
    plain, *_ = np.linalg.lstsq(x, y, rcond=None)

    assert random_intercept(y, x, np.ones(80))[0] == pytest.approx(plain, abs=1e-6)


def test_units_of_energy_move_the_intercept_alone():
    data = world(4, 7, 9, between=0.4, within=0.3)
    in_millijoules = data | {"energies": [1000 * e for e in data["energies"]]}
    moved = np.subtract(coefficients(in_millijoules), coefficients(data))

    assert moved == pytest.approx([np.log(1000), 0, 0, 0, 0, 0], abs=1e-9)


def test_order_of_sources_does_not_matter():
    data = world(5, 3, 4, between=0.4, within=0.3)
    turned = {
        name: values if name == "sizes" else values[8:] + values[:4] + values[4:8]
        for name, values in data.items()
    }

    assert coefficients(turned) == pytest.approx(coefficients(data), abs=1e-9)


def test_the_prediction_is_the_line():
    data = world(6, 6, 10)
    names = ("active", "total", "widths", "batch", "power", "bandwidth")
    parameters = ("active_parameter_count", "parameter_count", "parameter_byte",
                  "realized_batch", "board_power_w", "memory_bandwidth_byte_per_s")  # fmt: skip
    told = dict(zip(parameters, (np.array(data[n]) for n in names), strict=True))
    line = dict(zip(NAMES, TRUE, strict=True))

    energies = token_energy_j(**line, **told, source_factor=1.0, run_factor=1.0)

    assert energies == pytest.approx(data["energies"], rel=1e-9)
    assert FORMULAS["token_energy_j"].unit == "J"


def test_a_source_that_lies_a_factor_off_is_told_so():
    kept, other = world(7, 6, 10), world(8, 1, 10)
    off = other | {"energies": [3.0 * e for e in other["energies"]]}

    assert left_out_ratio(**kept, **held(other)) == pytest.approx(1.0)
    assert left_out_ratio(**kept, **held(off)) == pytest.approx(3.0)


def test_a_fit_never_sees_what_it_left_out():
    data = world(9, 5, 8, between=0.4, within=0.2)
    y, x = np.log(data["energies"]), design(*(np.array(data[n]) for n in list(data)[1:7]))
    sizes = np.full(5, 8)
    before = left_out_errors(y, x, sizes)
    planted = y.copy()
    planted[:8] += 1.0  # the first source, and no other

    after = left_out_errors(planted, x, sizes)

    assert after[0] == pytest.approx(before[0] + 1.0)  # same prediction, other measurement
    assert (np.abs(after[1:] - before[1:]) > 1e-6).all()  # it took part in all the others


def test_the_interval_of_a_further_source_holds_nine_of_ten():
    inside = []
    for seed in range(400):
        data = world(1000 + seed, 9, 6, between=0.5, within=0.2)
        cut = 8 * 6
        kept = {n: v[:8] if n == "sizes" else v[:cut] for n, v in data.items()}
        new = {n: v[cut:] for n, v in data.items() if n != "sizes"}
        factor = serving_source_factor(**kept)
        ratio = left_out_ratio(**kept, **{f"held_{n}": v for n, v in new.items()})
        inside.append(factor.low <= ratio <= factor.high)

    # 400 trials of 0.9 stay within these bounds in 999 of 1,000 cases
    low, high = stats.binom.ppf([0.0005, 0.9995], 400, 0.9)
    assert low <= sum(inside) <= high + 12  # the t interval errs to the wide side, a little


def test_the_spread_of_runs_is_that_within_sources():
    factor = serving_run_factor(**world(10, 40, 50, between=2.0, within=0.25))

    assert np.log(factor.high) == pytest.approx(1.645 * 0.25, rel=0.05)
    assert factor.low == pytest.approx(1 / factor.high)


ROWS = [
    ("dense.params", "dense", "parameter_count", "", "8e9", "1", "stated", ""),
    ("mixed.params", "mixed", "parameter_count", "", "100e9", "1", "stated", ""),
    ("mixed.active", "mixed", "active_parameter_count", "", "5e9", "1", "stated", ""),
    ("h.power", "nvidia_h100_sxm", "board_power_w", "statistic=rated", "700", "W", "nameplate", ""),
    ("h.memory", "nvidia_h100_sxm", "memory_bandwidth_byte_per_s", "", "3.35", "TB/s", "stated", ""),
    ("dense.j", "dense", "token_energy_j", "accelerator=nvidia_h100_sxm;batch=7.9;precision=bf16;task=chat", "0.5", "J", "counter", "board"),
    ("mixed.j", "mixed", "token_energy_j", "accelerator=nvidia_h100_sxm;batch=64;precision=fp4;task=chat", "100", "mJ", "counter", "board"),
    ("mixed.said", "mixed", "token_energy_j", "accelerator=nvidia_h100_sxm;batch=64;precision=fp4;task=code", "100", "mJ", "stated", "board"),
    ("bare.j", "bare", "token_energy_j", "accelerator=nvidia_h100_sxm;batch=64;precision=fp4;task=chat", "1", "J", "counter", "board"),
]  # fmt: skip
COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "boundary"]


@pytest.fixture(scope="module")
def facts():
    table = normalize(observed(ROWS, COLUMNS, source="mlenergy2026", scope="use"))
    names = dict(zip(table["subject"], table["subject"], strict=True))
    return Facts(table), Ledger(bind(table, names), seed=1)


def test_rows_carry_active_parameters_and_the_width_of_the_format(facts):
    rows = measured_rows(facts[0]).set_index("key")

    assert list(rows.index) == ["dense.j", "mixed.j"]  # measured, and of known size
    assert rows["active"].to_dict() == {"dense.j": "dense.params", "mixed.j": "mixed.active"}
    assert rows["widths"].to_dict() == {"dense.j": 2.0, "mixed.j": 0.5}
    assert rows["batch"].to_dict() == {"dense.j": 7.9, "mixed.j": 64.0}
    assert rows["value"].to_dict() == pytest.approx({"dense.j": 0.5, "mixed.j": 0.1})


def test_counts_inside_are_those_of_the_table():
    table = pd.DataFrame(
        {
            "kind": ["machine"] * 3 + ["publisher"],
            "boundary": ["board"] * 3 + ["node"],
            "value": [1.0, 2.9, 3.1, 0.5],
            "low": [1 / 3] * 4,
            "high": [3.0] * 4,
        }
    )
    ledger = Ledger(seed=1)

    told, scores = judge_left_out(table, "validation.serving", "Energy of a token", ledger)

    assert told["inside"].tolist() == [True, True, False, True]
    found = {(r["boundary"], r["kind"]): r for r in scores.to_dict("records")}
    board = found["board", "machine"]
    assert (ledger[board["inside"]].value, ledger[board["sources"]].value) == (2.0, 3.0)
    # exact: beta quantiles for 2 of 3, by hand from 3 p^2 - 2 p^3 = 0.05 and p^3 = 0.95 of missing
    share = ledger[board["coverage"]]
    assert share.low == pytest.approx(0.13535, abs=1e-5)
    assert share.high == pytest.approx(0.95 ** (1 / 3), abs=1e-5)
    assert {r["called"] for r in found.values()} == {"check"}


def test_every_parameter_of_a_fit_has_a_unit():
    for name in ("serving_coefficient", "left_out_ratio", "serving_source_factor"):
        equation = FORMULAS[name]
        assert equation.unit_of("bandwidth") == "byte/s"
        assert equation.unit_of("energies") == "J"
    assert callable(fit_line)


CHIPS = [
    ("t.fast", "nvidia_t4", "throughput_per_s", "accelerator_count=4;per=image;task=resnet50", "8000", "1/s", "", "round1"),
    ("nvidia_t4.throughput.x.round1", "nvidia_t4", "throughput_per_s", "accelerator_count=4;per=sample;task=stable_diffusion_xl", "2", "1/s", "", "round1"),
    ("nvidia_t4.system_power.x.round1", "nvidia_t4", "system_power_w", "accelerator_count=4;task=stable_diffusion_xl", "600", "W", "node", "round1"),
    ("t.slow", "nvidia_t4", "latency_s", "per=image;statistic=percentile_99;task=resnet50_server", "7", "ms", "", "round1"),
    ("nvidia_p4.throughput.one", "nvidia_p4", "throughput_per_s", "accelerator_count=1;batch=1;per=image;task=resnet50", "500", "1/s", "", "maker"),
    ("nvidia_p4.throughput.all", "nvidia_p4", "throughput_per_s", "accelerator_count=1;batch=128;per=image;task=resnet50", "1600", "1/s", "", "maker"),
    ("nvidia_p4.system_power.all", "nvidia_p4", "system_power_w", "accelerator_count=1;batch=128;task=resnet50", "64", "W", "board", "maker"),
]  # fmt: skip
CHIP_COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "boundary", "source"]


def test_a_chip_has_its_share_of_the_machine_and_the_energy_of_the_same_run():
    table = normalize(observed(CHIPS, CHIP_COLUMNS))
    names = dict(zip(table["subject"], table["subject"], strict=True))
    ledger = Ledger(bind(table, names), seed=1)

    told = compare_chips(Facts(table), ledger).set_index(["task", "subject"])

    fast = told.loc["resnet50", "nvidia_t4"]
    assert fast["per_chip_value"] == 2000.0
    assert (fast["energy"], fast["latency"]) == ("", "t.slow")  # no power, so no energy
    assert (fast["latency_value"], fast["latency_kind"]) == (0.007, "under_load")
    made = told.loc["stable_diffusion_xl", "nvidia_t4"]
    assert (made["energy_value"], made["boundary"]) == (300.0, "node")
    small = told.loc["resnet50", "nvidia_p4"]
    assert small["per_chip_value"] == 1600.0  # its largest batch
    assert (small["energy_value"], small["boundary"]) == (0.04, "board")
    assert (small["latency_value"], small["latency_kind"]) == (0.002, "alone")  # 1 / 500
