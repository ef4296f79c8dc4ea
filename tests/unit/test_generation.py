"""Energy of a picture or film: the line, its spread, and that a fit never sees what it left out."""

import numpy as np
import pytest
from scipy import stats

from aienergy.contracts.numbers import Ledger
from aienergy.estimate.generation import estimate_generation, measured_rows
from aienergy.facts import Facts
from aienergy.formulas import FORMULAS
from aienergy.formulas.generation import (
    NAMES,
    design,
    generated_energy_j,
    generation_coefficient,
    generation_left_out_ratio,
    generation_model_factor,
    line_of,
    model_errors,
)
from aienergy.normalize.observations import bind, normalize
from tests.observations import observed

TRUE = np.array([3.5, 0.9, -0.1, 0.3])


def world(seed, models, runs, spread=0.0):
    """Draw measurements of a known line; those of one model share size, task and error."""
    rng = np.random.default_rng(seed)
    n = models * runs

    def of_models(values):
        return np.repeat(values, runs)

    lists = {
        "parameters": of_models(1e9 * 2.0 ** rng.uniform(0, 4, models)),
        "steps": of_models(rng.choice([20.0, 28.0, 50.0], models)),
        "pixels": of_models(1e6 * 2.0 ** rng.uniform(0, 7, models)),
        "batch": 2.0 ** rng.integers(0, 5, n),
        "power": rng.choice([700.0, 1000.0], n),
        "peak": rng.choice([9.9e14, 2.25e15], n),
    }
    y = design(**lists) @ TRUE + of_models(rng.normal(0, spread, models))
    told = {name: values.tolist() for name, values in lists.items()}
    return {"energies": np.exp(y).tolist(), **told, "sizes": [float(runs)] * models}


def held(data):
    return {f"held_{name}": values for name, values in data.items() if name != "sizes"}


def coefficients(data):
    return [generation_coefficient(**data, place=float(place)) for place in range(len(NAMES))]


def test_a_line_without_noise_is_found_exactly():
    assert coefficients(world(1, 6, 6)) == pytest.approx(TRUE, abs=1e-9)


def test_a_model_counts_once_however_often_it_was_measured():
    data = world(2, 5, 4, spread=0.6)
    often = {
        name: [5 * values[0], *values[1:]] if name == "sizes" else values[:4] * 5 + values[4:]
        for name, values in data.items()
    }

    assert coefficients(often) == pytest.approx(coefficients(data), abs=1e-9)


def test_the_prediction_is_the_line():
    data = world(3, 6, 6)
    names = ("parameters", "steps", "pixels", "batch", "power", "peak")
    parameters = ("parameter_count", "step_count", "pixel_count", "generation_batch",
                  "board_power_w", "peak_flop_per_s")  # fmt: skip
    told = dict(zip(parameters, (np.array(data[n]) for n in names), strict=True))

    energies = generated_energy_j(**dict(zip(NAMES, TRUE, strict=True)), **told, model_factor=1.0)

    assert energies == pytest.approx(data["energies"], rel=1e-9)


def test_a_model_that_lies_a_factor_off_is_told_so():
    kept, other = world(4, 6, 6), world(5, 1, 6)
    off = other | {"energies": [0.25 * e for e in other["energies"]]}

    assert generation_left_out_ratio(**kept, **held(other)) == pytest.approx(1.0)
    assert generation_left_out_ratio(**kept, **held(off)) == pytest.approx(0.25)


def test_a_fit_never_sees_the_model_that_it_left_out():
    data = world(6, 6, 6, spread=0.5)
    y, x = np.log(data["energies"]), design(*(np.array(data[n]) for n in list(data)[1:7]))
    sizes = np.full(6, 6)
    before = model_errors(y, x, sizes)
    planted = y.copy()
    planted[:6] += 1.0

    after = model_errors(planted, x, sizes)

    assert after[0] == pytest.approx(before[0] + 1.0)
    assert (np.abs(after[1:] - before[1:]) > 1e-6).all()
    assert line_of(y[6:], x[6:], sizes[1:]) == pytest.approx(
        line_of(planted[6:], x[6:], sizes[1:]), abs=0
    )


def test_the_interval_of_a_further_model_holds_nine_of_ten():
    inside = []
    for seed in range(400):
        data = world(1000 + seed, 13, 4, spread=0.6)
        cut = 12 * 4
        kept = {n: v[:12] if n == "sizes" else v[:cut] for n, v in data.items()}
        new = {f"held_{n}": v[cut:] for n, v in data.items() if n != "sizes"}
        factor = generation_model_factor(**kept)
        inside.append(factor.low <= generation_left_out_ratio(**kept, **new) <= factor.high)

    # 400 trials of 0.9 stay within these bounds in 999 of 1,000 cases
    low, high = stats.binom.ppf([0.0005, 0.9995], 400, 0.9)
    assert low <= sum(inside) <= high + 12  # the t interval errs to the wide side, a little


BOARD = "nvidia_h100_sxm"
ROWS = [
    ("h.power", BOARD, "board_power_w", "statistic=rated", "700", "W", "nameplate", ""),
    ("h.peak", BOARD, "peak_flop_per_s", "precision=bf16;sparsity=dense", "1e15", "FLOP/s", "stated", ""),
    *(
        (f"m{i}.active", f"m{i}", "active_parameter_count", "", f"{i}e9", "1", "stated", "")
        for i in range(1, 6)
    ),
    *(
        (f"m{i}.j{batch}", f"m{i}", "generated_energy_j", f"accelerator={BOARD};batch={batch};pixels=1e6;steps=20;task=image_generation", f"{i / 2}", "kJ", "counter", "board")
        for i in range(1, 6)
        for batch in (1, 4)
    ),
    ("m1.said", "m1", "generated_energy_j", f"accelerator={BOARD};batch=2;pixels=1e6;steps=20;task=image_generation", "1", "kJ", "stated", "board"),
    ("m2.wall", "m2", "generated_energy_j", f"accelerator={BOARD};accelerator_count=8;pixels=1e6;steps=20;task=image_generation", "3", "kJ", "metered", "node"),
]  # fmt: skip
COLUMNS = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "boundary"]


def test_measured_rows_make_the_fit_and_servers_only_its_check():
    table = normalize(observed(ROWS, COLUMNS, source="mlenergy2026", scope="use"))
    names = dict(zip(table["subject"], table["subject"], strict=True))
    facts, ledger = Facts(table), Ledger(bind(table, names), seed=1)
    at, label = "ladder.board_to_node", "Board to node"
    ledger.derive(at, label, "1", "unit_conversion", {"value": 1.5, "factor": 1.0})

    rows = measured_rows(facts, ledger)
    told = estimate_generation(facts, ledger)

    assert "m1.said" not in set(rows["key"])  # stated, not measured
    assert rows.set_index("key").loc["m3.j4", "work"] == pytest.approx(3e9 * 20 * 1e6)
    assert ledger["generation.count.runs"].value == 10
    assert ledger["generation.work"].value == pytest.approx(1.0)  # energy goes with parameters
    server = told["generation_left_out"].set_index("kind").loc["server"]
    # the line says 1 kJ for this model at the boards, 1.5 kJ for the server; 3 kJ were metered
    assert server["value"] == pytest.approx(2.0)
    assert FORMULAS["generation_coefficient"].unit_of("peak") == "FLOP/s"
