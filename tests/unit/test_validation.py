"""Methods held against measured values: closed forms, left-out sources, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from aienergy.contracts.findings import Findings
from aienergy.contracts.numbers import Ledger
from aienergy.contracts.validation import VALIDATION_CASE, check_validation_cases
from aienergy.errors import LedgerError
from aienergy.estimate.factors import MFU, NODE_POWER_RATIO, fit_factors
from aienergy.estimate.methods import OVERHEAD, score_methods
from aienergy.facts import Facts
from aienergy.formulas.validation import (
    between_source_factor,
    exact_coverage,
    within_source_factor,
)
from aienergy.intervals import Z95, from_sample
from aienergy.normalize.observations import bind, normalize
from aienergy.verify.scoreboard import judge_methods
from tests.observations import observed

# Five makers, each with nodes of eight boards of 100 W: measured over rated, run by run.
RATIOS = {"a": [1.0, 1.21], "b": [0.8], "c": [1.5], "d": [1.1], "e": [4.0]}


def observations() -> pd.DataFrame:
    rows = [
        (f"{m}.run{i}", m, "system_power_w", "accelerator_count=8;statistic=mean", f"{800 * r}", "W", "metered", "node")
        for m, ratios in RATIOS.items()
        for i, r in enumerate(ratios)
    ]  # fmt: skip
    rows += [
        (f"{m}.board", m, "board_power_w", "statistic=rated", "100", "W", "nameplate", "")
        for m in RATIOS
    ]
    rows += [
        (
            f"{m}.rated",
            m,
            "node_power_w",
            "accelerator_count=8;statistic=rated",
            "1600",
            "W",
            "nameplate",
            "",
        )
        for m in "ab"
    ]
    rows += [
        (OVERHEAD, "epoch_power_formula", "power_overhead_ratio", "", "2", "1", "modelled", "")
    ]
    rows += [
        (
            f"cpu.count{i}",
            "cpu",
            "system_power_w",
            f"load_percent={i}",
            "50",
            "W",
            "counter",
            "chip",
        )
        for i in (1, 2)
    ]
    rows += [
        (
            f"cpu.model{i}",
            "cpu",
            "system_power_w",
            f"load_percent={i};statistic=mean",
            "40",
            "W",
            "modelled",
            "chip",
        )
        for i in (1, 2)
    ]
    rows += [
        (f"f{i}.pue", f"f{i}", "pue", "level=fleet", v, "1", "stated", "")
        for i, v in enumerate(("1.1", "1.2", "1.3"))
    ]
    rows += [
        (f"m{i}.mfu", f"m{i}", "mfu", "", v, "1", "stated", "")
        for i, v in enumerate(("0.3", "0.4", "0.5"))
    ]
    rows += [
        (f"o{i}.life", f"o{i}", "service_life_h", "", v, "year", "stated", "")
        for i, v in enumerate(("5", "6", "6"))
    ]
    rows += [
        ("desk.meter", "b", "workload_energy_kwh", "accelerator_count=1;meter=plug;task=net", "0.3", "kWh", "metered", "node"),
        ("desk.tool", "b", "workload_energy_kwh", "accelerator_count=1;meter=codecarbon;task=net", "0.24", "kWh", "modelled", "node"),
        ("desk.time", "b", "workload_time_h", "accelerator_count=1;task=net", "2", "h", "counted", ""),
        ("net.energy", "net", "training_energy_kwh", "accelerator=a", "50", "kWh", "counter", "board"),
        ("net.compute", "net", "training_compute_flop", "", "7.2e20", "FLOP", "counted", ""),
        ("net.mfu", "net", "mfu", "", "0.9", "1", "stated", ""),
        ("a.peak", "a", "peak_flop_per_s", "precision=bf16;sparsity=dense", "1e15", "FLOP/s", "nameplate", ""),
    ]  # fmt: skip
    names = ["id", "subject", "quantity", "qualifiers", "value", "unit", "evidence", "boundary"]
    scope = ["final_run" if row[2] == "training_energy_kwh" else "" for row in rows]
    return observed(rows, names, scope=scope, source="somebody")


def cases() -> pd.DataFrame:
    rows = [
        (f"{m}.run{i}", f"Maker {m}", "Chip", "inference" if m == "e" else "training", "scored", "", "")
        for m, ratios in RATIOS.items()
        for i, _ in enumerate(ratios)
    ]  # fmt: skip
    rows += [
        (f"cpu.count{i}", "Tool", "CPU", "load", "scored", "", f"cpu.model{i}") for i in (1, 2)
    ]
    rows += [("net.energy", "Lab", "Chip", "training", "scored", "", "")]
    rows += [("desk.meter", "Lab", "Desktop", "training", "scored", "", "")]
    names = [
        "observation",
        "measured_by",
        "hardware",
        "phase",
        "verdict",
        "reason",
        "tool_estimate",
    ]
    frame = pd.DataFrame(rows, columns=names).assign(note="")
    apart = frame["observation"] == "desk.meter"
    return frame.assign(domain=["other" if other else "full_server" for other in apart])


@pytest.fixture(scope="module")
def scored():
    rows = normalize(observations())
    ledger = Ledger(bind(rows, dict(zip(rows["subject"], rows["subject"], strict=True))), seed=1)
    facts = Facts(rows)
    fit_factors(facts, cases(), ledger)
    table, methods = score_methods(facts, cases(), ledger)
    left_out, scoreboard = judge_methods(table, methods, ledger)
    return ledger, table, methods, left_out, scoreboard


def test_ratings_are_held_against_every_measured_run(scored):
    _, table, *_ = scored
    rated = table[table["method"] == "rated_boards"].set_index("observation")["value"]

    runs = {f"{m}.run{i}": r for m, ratios in RATIOS.items() for i, r in enumerate(ratios)}
    # a desktop of one board of 100 W took 0.3 kWh in two hours
    assert rated.to_dict() == pytest.approx({**runs, "desk.meter": 1.5})
    epoch = table[table["method"] == "epoch_formula"].set_index("observation")["value"]
    assert epoch.to_dict() == pytest.approx((rated / 2).to_dict())
    node = table[table["method"] == "rated_node"].set_index("observation")["value"]
    assert node.to_dict() == pytest.approx({"a.run0": 0.5, "a.run1": 0.605, "b.run0": 0.4})


def test_our_ratio_is_fitted_to_training_without_the_source_that_it_estimates(scored):
    ledger, table, *_ = scored
    means = {"a": 1.1, "b": 0.8, "c": 1.5, "d": 1.1}
    fitted = from_sample(np.array(list(means.values())))
    assert ledger[NODE_POWER_RATIO].value == pytest.approx(fitted.value)
    own = table[table["method"] == "fitted_ratio"].set_index("observation")

    rest = from_sample(np.array([v for k, v in means.items() if k != "c"]))
    assert own.loc["c.run0", "value"] == pytest.approx(1.5 / rest.value)
    assert own.loc["c.run0", "high"] == pytest.approx(rest.high / rest.value)
    # e is no training run: it had no part in the fit, so nothing is left out
    assert own.loc["e.run0", "value"] == pytest.approx(4.0 / fitted.value)


def test_compute_is_held_against_energy_without_the_utilization_of_the_system(scored):
    ledger, table, *_ = scored
    usual = ledger[f"{MFU}.without_net"]
    assert usual.inputs["terms"] == ["m0.mfu", "m1.mfu", "m2.mfu"]
    row = table[table["observation"] == "net.energy"].iloc[0]
    assert row["method"] == "compute_rated"
    # 7.2e20 / (1e15 x mfu) s x 100 W = 20 kWh / mfu
    estimate = ledger[row["estimate"]]
    assert estimate.value == pytest.approx(20 / usual.value, rel=0.02)
    assert row["value"] == pytest.approx(50 / estimate.value)


def test_every_source_counts_once_however_many_runs_it_has(scored):
    _, _, methods, left_out, scoreboard = scored
    rated = methods[(methods["method"] == "rated_boards") & (methods["source"] == "all")].iloc[0]
    assert (rated["sources"], rated["runs"]) == (5, 6)
    mine = left_out[left_out["method"] == "rated_boards"].set_index("source_name")
    assert mine.loc["Maker a, Chip", "value"] == pytest.approx(1.1)

    rest = from_sample(np.array([1.1, 0.8, 1.5, 1.1]))
    assert mine.loc["Maker e, Chip", "high"] == pytest.approx(rest.high)
    assert not mine.loc["Maker e, Chip", "inside"]
    assert mine.loc[mine["domain"] == "full_server", "inside"].sum() == 4
    row = scoreboard[(scoreboard["method"] == "rated_boards") & (scoreboard["phase"] == "all")]
    assert row[["inside", "sources", "called"]].iloc[0].tolist() == [4, 5, "check"]


def test_a_method_with_few_sources_is_listed_and_not_fitted(scored):
    _, table, methods, _, scoreboard = scored
    assert "rated_node" in set(table["method"])
    assert not set(methods["method"]) & {"rated_node", "processor_model", "compute_rated"}
    assert "rated_node" not in set(scoreboard["method"])


def test_a_tool_is_held_against_the_meter_of_the_same_run(scored):
    _, table, *_ = scored
    row = table[(table["method"] == "codecarbon") & (table["observation"] == "desk.meter")].iloc[0]
    assert (row["estimate"], row["value"]) == ("desk.tool", pytest.approx(1.25))
    cpu = table[table["method"] == "processor_model"]
    assert cpu["value"].tolist() == pytest.approx([1.25, 1.25])
    assert cpu["boundary"].tolist() == ["chip", "chip"]


def test_a_source_outside_the_domain_is_scored_and_not_fitted_to(scored):
    _, _, methods, left_out, scoreboard = scored
    rated = methods[methods["method"] == "rated_boards"].set_index("source_name")
    assert rated.loc["all", "sources"] == 5
    assert rated.loc["Lab, Desktop", "fit"] == rated.loc["all", "fit"]
    mine = left_out[(left_out["method"] == "rated_boards") & (left_out["domain"] == "other")]
    assert mine["value"].tolist() == pytest.approx([1.5])
    assert mine["inside"].all()
    row = scoreboard[(scoreboard["method"] == "rated_boards") & (scoreboard["phase"] == "outside")]
    assert row[["inside", "sources"]].iloc[0].tolist() == [1, 1]


def test_leaving_a_source_out_does_not_read_it():
    """Whatever a left-out source measured, the interval that it is held against is the same."""

    def interval(factor: float):
        rows = observations()
        mine = rows["id"].eq("c.run0")
        rows.loc[mine, "value"] = str(1200 * factor)
        table = normalize(rows)
        ledger = Ledger(bind(table, dict(zip(table["subject"], table["subject"], strict=True))), 1)
        facts = Facts(table)
        fit_factors(facts, cases(), ledger)
        left_out, _ = judge_methods(*score_methods(facts, cases(), ledger), ledger)
        own = left_out[left_out["source_name"] == "Maker c, Chip"].set_index(["method", "interval"])
        estimate = ledger["c.run0.by_fitted_ratio"].value
        return own.loc[("rated_boards", "fitted"), ["low", "high"]].tolist(), estimate

    assert interval(1.0) == interval(3.0)


def test_components_of_spread_have_closed_forms():
    # two sources of two: squares within 0.02 each over two degrees; between (y = 0.1, 1.1)
    terms, sizes = np.exp([0.0, 0.2, 1.0, 1.2]).tolist(), [2.0, 2.0]
    within = (0.1**2 * 4) / 2
    between = 2 * ((0.1 - 0.6) ** 2 + (1.1 - 0.6) ** 2)
    assert within_source_factor(terms, sizes) == pytest.approx(np.exp(Z95 * np.sqrt(within)))
    expected = np.exp(Z95 * np.sqrt((between - within) / 2))
    assert between_source_factor(terms, sizes) == pytest.approx(expected)
    assert between_source_factor([1.0, 1.2, 1.2, 1.0], sizes) == 1.0
    assert within_source_factor([1.0, 2.0], [1.0, 1.0]) == 1.0


def test_components_recover_a_simulated_world():
    rng = np.random.default_rng(20261101)
    sizes = rng.integers(2, 8, 4000)
    means = rng.normal(0, 0.3, len(sizes))
    terms = np.exp(np.repeat(means, sizes) + rng.normal(0, 0.1, sizes.sum()))
    counts = sizes.astype(float).tolist()
    assert np.log(within_source_factor(terms.tolist(), counts)) / Z95 == pytest.approx(
        0.1, rel=0.03
    )
    assert np.log(between_source_factor(terms.tolist(), counts)) / Z95 == pytest.approx(
        0.3, rel=0.03
    )


def test_coverage_has_the_published_exact_interval():
    found = exact_coverage(9, 10)
    # the two ends put 5 % beyond: P(X >= 9 | low) = P(X <= 9 | high) = 0.05
    assert stats.binom.sf(8, 10, found.low) == pytest.approx(0.05)
    assert stats.binom.cdf(9, 10, found.high) == pytest.approx(0.05)
    assert exact_coverage(0, 4).low == 0.0
    assert exact_coverage(4, 4).high == 1.0
    assert exact_coverage(4, 4).low == pytest.approx(0.05**0.25)


def test_the_interval_of_a_further_source_holds_nine_tenths_of_them():
    """The rule of the scoreboard in simulated worlds: a left-out source is inside as often as said."""
    rng = np.random.default_rng(20261101)
    worlds = rng.normal(0, 0.35, (4000, 12))
    inside = 0
    for world in worlds[:400]:
        rest = from_sample(np.exp(world[1:]))
        inside += rest.low <= np.exp(world[0]) <= rest.high
    half = 1.96 * np.sqrt(0.9 * 0.1 / 400)
    assert inside / 400 == pytest.approx(0.9, abs=half)


def test_every_measured_value_stands_in_the_list(tmp_path):
    rows = observations().assign(file="a.csv")
    good = cases()

    def problems(table: pd.DataFrame) -> str:
        findings = Findings()
        tables = {"validation_cases": table[list(VALIDATION_CASE.columns)], "observations": rows}
        check_validation_cases(tables, tmp_path, findings)
        try:
            findings.raise_if_any()
        except LedgerError as error:
            return str(error)
        return ""

    assert problems(good) == ""
    assert "'d.run0' is in no case" in problems(good[good["observation"] != "d.run0"])
    planted = good.copy()
    planted.loc[0, "observation"] = "a.board"
    assert "'a.board' is not measured" in problems(planted)
    silent = good.copy()
    silent.loc[1, "verdict"] = "excluded"
    assert "verdict and reason" in problems(silent)
    wrong = good.copy()
    wrong.loc[wrong["tool_estimate"] != "", "tool_estimate"] = "a.run0"
    assert "'a.run0' is no modelled observation" in problems(wrong)
