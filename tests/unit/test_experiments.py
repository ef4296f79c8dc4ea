"""What experiments found, from closed forms: medians, censoring, ratios, curves."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger, execute
from aienergy.estimate.experiments import (
    cost_to_reach,
    estimate_experiments,
    running,
    search_costs,
    search_curves,
    spelled,
)
from aienergy.estimate.repeats import Settings
from aienergy.estimate.variants import variants
from aienergy.formulas.experiments import (
    median_cost_to_reach,
    ratio_of_medians,
    resampled_median,
    resampled_medians,
)

DRAWS = {"level": 0.9, "draws": 2000.0, "seed": 7.0}
SETTINGS = Settings({"digits": [0.9, 0.95]}, draws=2000, seed=7)
NO_TRIALS = pd.DataFrame(columns=["experiment", "task", "arm", "seed", "measure", "accuracy"])


def evaluations(arm, seed, accuracies, energy_kwh=1.0):
    """A search whose evaluations all cost the same."""
    return pd.DataFrame(
        {
            "experiment": "search_methods", "task": "digits", "arm": arm, "seed": seed,
            "turn": np.arange(len(accuracies)), "measure": "search", "accuracy": accuracies,
            "energy_kwh": energy_kwh, "time_s": 2 * energy_kwh, "cpu_time_s": energy_kwh,
            "operations_flop": 10.0, "evidence": "modelled", "boundary": "chip",
        }
    )  # fmt: skip


def searches(arm, energies, hit=0.96):
    """Searches that reach the target with their second evaluation."""
    parts = [evaluations(arm, seed, [0.5, hit, 0.7], e) for seed, e in enumerate(energies)]
    return pd.concat(parts, ignore_index=True)


def answers(arm, seed, round_, work_count, **change):
    row = {
        "experiment": "compression_mlp", "task": "digits", "arm": arm, "seed": seed,
        "turn": 1, "measure": "inference", "batch_size": 1, "work_count": work_count,
        "setting": f"round={round_}", "time_s": 2.0, "cpu_time_s": 1.0, "operations_flop": 100.0,
        "accuracy": 0.9, "agreement": np.nan, "size_byte": 50.0, "latency_p50_s": 0.5,
        "latency_p95_s": 0.6, "energy_kwh": 4.0, "evidence": "modelled", "boundary": "chip",
    }  # fmt: skip
    return {**row, **change}


def test_costs_are_added_until_the_best_accuracy_reaches_the_target():
    found = running(evaluations("random", 1, [0.5, 0.92, 0.8, 0.97]))

    assert list(found["best"]) == [0.5, 0.92, 0.92, 0.97]
    at_90 = cost_to_reach(found, 0.9).iloc[0]
    at_95 = cost_to_reach(found, 0.95).iloc[0]
    assert (at_90["energy_kwh"], at_90["time_s"], at_90["evaluation_count"]) == (2.0, 4.0, 2.0)
    assert (at_95["energy_kwh"], at_95["reached"]) == (4.0, 1.0)


def test_searches_that_alternate_are_told_apart():
    first, second = evaluations("random", 1, [0.5, 0.96]), evaluations("grid", 1, [0.96, 0.5])
    mixed = pd.concat([first.assign(turn=[1, 3]), second.assign(turn=[2, 4])])
    costs = cost_to_reach(running(mixed), 0.95).set_index("arm")["energy_kwh"]

    assert dict(costs) == {"grid": 1.0, "random": 2.0}


def test_a_search_that_never_reaches_the_target_is_censored_at_all_that_it_spent():
    costs = cost_to_reach(running(evaluations("random", 1, [0.5, 0.6, 0.7])), 0.95)

    assert list(costs["reached"]) == [0.0]
    assert list(costs["energy_kwh"]) == [3.0]


def test_a_median_counts_the_censored_as_costlier_than_all_others():
    # Two of five are censored at little cost: the median is the largest of the three that reached.
    costs, reached = [1.0, 2.0, 3.0, 0.1, 0.2], [1.0, 1.0, 1.0, 0.0, 0.0]

    assert median_cost_to_reach(costs, reached, **DRAWS).value == 3.0
    assert median_cost_to_reach(costs, reached, **DRAWS).is_point  # its upper end is not known
    with pytest.raises(ValueError, match="did not reach"):
        median_cost_to_reach(costs, [1.0, 1.0, 0.0, 0.0, 0.0], **DRAWS)


def test_without_censoring_the_median_is_the_plain_one_and_its_interval_that_of_the_bootstrap():
    values = [5.0, 1.0, 3.0, 2.0, 4.0, 7.0]
    found = resampled_median(values, **DRAWS)

    assert found == median_cost_to_reach(values, [1.0] * 6, **DRAWS)
    assert found.value == 3.5
    assert 1.0 <= found.low < 3.5 < found.high <= 7.0
    assert resampled_median([v * 10 for v in values], **DRAWS).low == pytest.approx(10 * found.low)
    assert resampled_median([2.0] * 4, **DRAWS).high == 2.0


@pytest.mark.parametrize("n", [5, 6])
def test_resampled_medians_are_medians_of_resamples(n):
    values = np.arange(n) ** 2.0
    picked = np.random.default_rng(3).integers(0, n, (200, n))

    assert resampled_medians(values, 200, 3) == pytest.approx(np.median(values[picked], axis=1))


def test_the_bootstrap_agrees_with_the_exact_distribution_of_the_median_of_three():
    # A resample of three values has a median of at most the smallest with chance 7 / 27.
    drawn = resampled_medians(np.array([1.0, 2.0, 3.0]), 100_000, 1)

    assert np.mean(drawn == 1.0) == pytest.approx(7 / 27, abs=0.005)
    assert np.mean(drawn == 2.0) == pytest.approx(13 / 27, abs=0.005)


def test_a_ratio_keeps_pairs_together():
    # Every seed costs twice as much in the first arm, though seeds differ by a factor of a hundred.
    second = [1.0, 10.0, 100.0, 3.0, 30.0]
    ones = [1.0] * 5
    found = ratio_of_medians([2 * v for v in second], ones, second, ones, **DRAWS)

    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_a_ratio_with_censored_searches_has_no_interval_where_an_end_is_unknown():
    ones = [1.0] * 5
    found = ratio_of_medians([1.0] * 5, ones, [2.0] * 5, [1.0, 1.0, 1.0, 0.0, 0.0], **DRAWS)

    assert found.value == 0.5
    assert found.is_point


def test_search_costs_count_what_was_censored_and_compare_with_random_search():
    trials = pd.concat(
        [
            searches("random", [1.0, 2.0, 3.0, 4.0, 5.0]),
            searches("tpe", [0.5, 1.0, 1.5, 2.0, 2.5]),
            searches("grid", [1.0] * 5, hit=0.92),
        ]
    )
    ledger = Ledger()
    table = search_costs(running(trials), SETTINGS, ledger)
    energy = table[table["quantity"] == "energy_kwh"].set_index(["method", "target"])

    assert energy.loc[("random", 0.95), "value"] == 6.0  # two evaluations of the median seed
    assert energy.loc[("tpe", 0.95), "over_random"] == 0.5
    assert energy.loc[("tpe", 0.95), "over_random_low"] == pytest.approx(0.5)
    assert energy.loc[("grid", 0.95), "censored_count"] == 5
    assert np.isnan(energy.loc[("grid", 0.95), "value"])
    assert energy.loc[("grid", 0.9), "censored_count"] == 0
    assert ledger["experiment.search.digits.grid.at_95.censored"].value == 5
    assert "experiment.search.digits.grid.at_95.energy" not in ledger
    assert ledger["experiment.search.digits.tpe.at_95.energy"].evidence == "modelled"


def test_numbers_of_experiments_can_be_derived_again():
    trials = pd.concat([searches("random", [1.0, 2.0, 3.1]), searches("tpe", [0.3, 1.0, 1.7])])
    ledger = Ledger()
    search_costs(running(trials), SETTINGS, ledger)

    for number in ledger:
        again = execute(number.formula, number.inputs, ledger, 0).interval
        assert (again.value, again.low) == (number.value, number.low), number.key


def test_curves_rise_and_end_at_the_best():
    trials = searches("random", [1.0, 1.0, 1.0])
    curve = search_curves(running(trials))

    assert curve["energy_kwh"].iloc[[0, -1]].tolist() == pytest.approx([1.0, 3.0])
    assert curve["accuracy"].iloc[[0, -1]].tolist() == pytest.approx([0.5, 0.96])
    assert (curve["accuracy"].diff().dropna() >= 0).all()
    step = curve[(curve["energy_kwh"] >= 1.999) & (curve["energy_kwh"] < 3)]
    assert (step["accuracy"] == 0.96).all()


def test_a_variant_is_told_an_input_with_rounds_inside_its_seed():
    rows = [answers("float32", seed, turn, 10 * turn) for seed in (1, 2, 3) for turn in (1, 2, 4)]
    rows += [answers("int8", s, t, 20 * t, accuracy=0.8) for s in (1, 2, 3) for t in (1, 2, 4)]
    table = variants(pd.DataFrame(rows), SETTINGS, Ledger()).set_index(["arm", "quantity"])

    # 4 kWh for 10, 20 and 40 inputs: the median round of each seed has 0.2 kWh an input.
    assert table.loc[("float32", "energy_kwh"), "value"] == pytest.approx(0.2)
    assert table.loc[("float32", "throughput_per_s"), "value"] == pytest.approx(10.0)
    assert table.loc[("float32", "cpu_throughput_per_s"), "value"] == pytest.approx(20.0)
    assert table.loc[("int8", "energy_kwh"), "over_float32"] == pytest.approx(0.5)
    assert table.loc[("int8", "accuracy"), "value"] == 0.8
    assert table.loc[("int8", "accuracy"), "repeat"] == "seed"
    assert table.loc[("int8", "accuracy"), "repeat_count"] == 3
    assert ("int8", "agreement") not in table.index


def test_what_does_not_vary_has_no_interval():
    rows = [answers("float32", 1, turn, 10 * turn) for turn in (1, 2, 4)]
    table = variants(pd.DataFrame(rows), SETTINGS, Ledger()).set_index("quantity")

    assert table.loc["accuracy", "repeat"] == "round"
    assert table.loc["size_byte", "key"] == "experiment.compression_mlp.float32.b1.size"
    assert np.isnan(float(table.loc["accuracy", "low"] or np.nan))
    assert table.loc["energy_kwh", "low"] < 0.2 < table.loc["energy_kwh", "high"]


def test_a_percentile_that_some_rounds_lack_is_left_out():
    rows = [answers("float32", 1, 1, 10), answers("float32", 1, 2, 10, latency_p95_s=np.nan)]

    assert "latency_p95_s" not in set(variants(pd.DataFrame(rows), SETTINGS, Ledger())["quantity"])


def test_without_trials_there_are_tables_without_rows():
    names = [
        "turn", "batch_size", "work_count", "setting", "time_s", "cpu_time_s", "operations_flop",
        "agreement", "size_byte", "latency_p50_s", "latency_p95_s", "energy_kwh", "evidence",
        "boundary",
    ]  # fmt: skip
    tables = estimate_experiments(
        NO_TRIALS.reindex(columns=[*NO_TRIALS, *names]), SETTINGS, Ledger()
    )

    assert {name: len(table) for name, table in tables.items()} == {
        "search": 0, "curves": 0, "compression": 0, "batch": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("share", "key"), [(0.95, "95"), (0.975, "97_5"), (1.0, "100")])
def test_a_share_is_spelled_in_percent(share, key):
    assert spelled(share) == key
