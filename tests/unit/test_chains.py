"""Chains: closed forms of sums and of longest paths, and files that are refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from aienergy.chains.bind import bind_chain
from aienergy.chains.bound import FIRST_STEPS, STEPS, Given, Observed
from aienergy.chains.model import chain_of
from aienergy.chains.read import MOST_BYTES, parse_chain
from aienergy.chains.sample import Timed, draw_times, fit_lognormal, scaled, total_energy
from aienergy.chains.tables import chain_row, stage_rows
from aienergy.contracts.numbers import Ledger, Number
from aienergy.errors import LedgerError
from aienergy.estimate import factors, ladder
from aienergy.intervals import Z95, Interval
from aienergy.numbers.merge import check

SEED = 3
NO_STEPS = [Interval(1.0)] * 3


def lognormal(median, spread):
    factor = np.exp(Z95 * spread)
    return Interval(median, median / factor, median * factor)


def number(key, value, unit="Wh", boundary="node", low=None, high=None, support="positive"):
    inputs = {"value": value, "low": low or value, "high": high or value,
              "support": float(["positive", "above_one"].index(support))}  # fmt: skip
    formula = "assumed" if low else "unit_conversion"
    inputs = inputs if low else {"value": value, "factor": 1.0}
    return Number(key, key, value, unit, formula, inputs, (), low, high, "p05_p95" if low else "",
                  support, "metered", "operator", boundary, "use")  # fmt: skip


def known():
    return [
        number("a.board", 2.0, boundary="board"),
        number("a.node", 3.0),
        number("a.facility", 5.0, boundary="facility"),
        number("a.chip", 1.0, boundary="chip"),
        number("a.bare", 1.0, boundary=""),
        number("a.time", 0.2, unit="s", boundary=""),
        number("a.tokens", 100.0, unit="1", boundary="", low=50.0, high=200.0),
        number(STEPS[0], 1.6, unit="1", low=1.2, high=2.1),
        number(STEPS[1], 1.05, unit="1", low=1.01, high=1.3),
        number(STEPS[2], 1.2, unit="1", low=1.1, high=1.4, support="above_one"),
        number("grid.x", 400.0, unit="gCO2e/kWh", boundary=""),
    ]


def bound(*stages, **given):
    ledger = Ledger(known(), SEED)
    chain = chain_of({"title": "t", "stages": list(stages)}, "f")
    return bind_chain("c", chain, ledger, Given(**given)), ledger


def stage(name, energy=None, latency=None, **more):
    energy = energy or {"number": "a.node", "per": "query"}
    return {"name": name, "energy": energy, "latency": latency or {"fixed": 10.0}, **more}


def test_steps_are_those_of_the_ladder():
    assert STEPS == (ladder.BOARD_TO_NODE, ladder.NODE_TO_IT, factors.FLEET_PUE)
    assert list(FIRST_STEPS) == ["board", "node", "it", "facility"]


def test_a_common_step_gives_the_whole_its_own_relative_spread():
    step = lognormal(1.5, 0.3)
    stages = [Interval(value) for value in (1.0, 4.0, 7.0)]
    whole = total_energy(stages, [0, 0, 0], [step, Interval(1.0), Interval(1.0)], SEED).interval
    assert whole.value == pytest.approx(12 * 1.5, rel=1e-3)
    assert whole.spread == pytest.approx(0.3, rel=2e-3)  # drawn apart it were 0.3 * 0.68


def test_energies_of_stages_are_drawn_each_for_itself():
    stages = [lognormal(1.0, 0.1)] * 4
    whole = total_energy(stages, [3] * 4, NO_STEPS, SEED).interval
    assert whole.spread == pytest.approx(0.1 / 2, rel=0.02)  # root of four


def test_one_stage_is_its_number_and_steps_are_those_it_lacks():
    steps = [Interval(1.6), Interval(1.05), Interval(1.2)]
    for boundary, first in FIRST_STEPS.items():
        factor = np.prod([s.value for s in steps[first:]])
        found = total_energy([Interval(2.0)], [first], steps, SEED).interval
        assert found == Interval(pytest.approx(2.0 * factor)), boundary


def test_shares_of_variance_are_those_of_a_product():
    found = total_energy([lognormal(1.0, 0.3)], [2], [*NO_STEPS[:2], lognormal(1.2, 0.4)], SEED)
    assert found.variance_shares["steps"] == pytest.approx(0.64, abs=0.01)


def test_pue_multiplies_once_and_not_what_has_it_inside():
    one, ledger = bound(stage("n"), pue=1.1)
    at_network = ledger[one.energy].value
    assert at_network == pytest.approx(3.0 * 1.05 * 1.1, rel=1e-3)
    two, ledger = bound(stage("f", {"number": "a.facility", "per": "query"}), pue=1.9)
    assert (ledger[two.energy].value, ledger[two.energy].low) == (5.0, None)


def test_mixed_boundaries_are_told_and_summed_at_the_facility():
    parts = [{"number": f"a.{name}", "per": "query"} for name in ("board", "node", "facility")]
    found, ledger = bound(*(stage(f"s{i}", part) for i, part in enumerate(parts)))
    assert found.boundaries == ("board", "node", "facility")
    total = ledger[found.energy]
    middle = 2 * 1.6 * 1.05 * 1.2 + 3 * 1.05 * 1.2 + 5
    assert total.value == pytest.approx(middle, rel=0.01)
    assert total.boundary == "facility"
    assert 0.99 < chain_row(found, ledger)["ladder_share"] <= 1


def test_a_device_has_no_facility():
    energy = {"number": "a.board", "per": "query"}
    found, ledger = bound(stage("wake", energy, place="device"))
    assert ledger[found.energy].value == 2.0
    assert ledger[found.energy].boundary == "board"


def test_an_unknown_energy_makes_the_sum_a_lower_bound_and_is_not_zero():
    found, ledger = bound(stage("a"), stage("b", {"not_known": "nobody says"}, after=["a"]))
    alone, other = bound(stage("a"))
    assert not found.has_all_energies
    assert ledger[found.energy].value == other[alone.energy].value
    assert ledger[found.energy].note.startswith("Lower bound: the energy of B")
    row = stage_rows(found, ledger)[1]
    assert row["energy"] is None
    assert row["facility_key"] == ""
    nothing, _ = bound(stage("b", {"not_known": "nobody says"}), grid="grid.x", price=0.1)
    assert (nothing.energy, nothing.emissions, nothing.cost) == ("", "", "")


def test_emissions_and_cost_scale_the_energy_with_its_ends():
    found, ledger = bound(stage("a"), grid="grid.x", price=0.2)
    energy, grams, usd = (ledger[k] for k in (found.energy, found.emissions, found.cost))
    for end in ("value", "low", "high"):
        assert getattr(grams, end) == pytest.approx(getattr(energy, end) * 0.4)
        assert getattr(usd, end) == pytest.approx(getattr(energy, end) * 0.2e-3)
    assert scaled(Interval(2.0), Interval(3.0), SEED).interval == Interval(6.0)


def test_units_calls_and_intervals_of_both():
    energy = {"number": "a.node", "per": "token", "units": "a.tokens"}
    found, ledger = bound(stage("a", energy, calls={"value": 3, "low": 1, "high": 9}))
    own = ledger[found.stages[0].energy]
    spread = np.hypot(np.log(4) / 2, np.log(9) / 2)
    assert own.value == pytest.approx(900)
    assert own.high == pytest.approx(900 * np.exp(spread))


# Times


def timed(*stages, befores=()):
    medians, spreads, calls = zip(*stages, strict=True)
    return Timed(medians, spreads, calls, tuple(float(b) for b in befores))


def test_two_stages_in_series_against_a_simulation():
    times, _ = draw_times(timed((1.0, 0.5, 1.0), (2.0, 0.3, 1.0), befores=(0, 1)), SEED)
    rng = np.random.default_rng(0)
    plain = np.exp(0.5 * rng.normal(size=400_000)) + 2 * np.exp(0.3 * rng.normal(size=400_000))
    for share in (0.5, 0.9, 0.99):
        assert np.quantile(times, share) == pytest.approx(np.quantile(plain, share), rel=0.01)
    added = sum(m * np.exp(stats.norm.ppf(0.99) * s) for m, s in ((1.0, 0.5), (2.0, 0.3)))
    assert np.quantile(times, 0.99) < added * 0.95  # quantiles are not added


def test_parallel_stages_take_as_long_as_the_slower():
    """The maximum of two equal independent times is below x with probability F(x) squared."""
    both = timed((1.0, 0.0, 1.0), (1.0, 0.4, 1.0), (1.0, 0.4, 1.0), befores=(0, 1, 0, 2))
    times, on_path = draw_times(both, SEED)
    for share in (0.5, 0.9, 0.99):
        expected = 1 + np.exp(0.4 * stats.norm.ppf(np.sqrt(share)))
        assert np.quantile(times, share) == pytest.approx(expected, rel=0.01)
    assert on_path.mean(axis=0) == pytest.approx([1, 0.5, 0.5], abs=0.01)
    assert (on_path.sum(axis=1) == 2).all()


def test_calls_follow_each_other_and_are_drawn_each_for_itself():
    times, _ = draw_times(timed((1.0, 0.4, 9.0)), SEED)
    one, _ = draw_times(timed((1.0, 0.4, 1.0)), SEED)
    assert times.mean() == pytest.approx(9 * one.mean(), rel=0.01)
    assert times.std() == pytest.approx(3 * one.std(), rel=0.03)


def test_a_broken_number_of_calls_is_the_chance_of_one_more():
    times, _ = draw_times(timed((2.0, 0.0, 1.25)), SEED)
    assert sorted(set(times)) == [2.0, 4.0]
    assert (times == 4.0).mean() == pytest.approx(0.25, abs=0.002)


def test_a_fit_gives_back_the_log_normal_its_quantiles_are_of():
    levels = [0.5, 0.9, 0.99]
    quantiles = [3 * np.exp(0.7 * z) for z in stats.norm.ppf(levels)]
    assert fit_lognormal(quantiles, levels) == pytest.approx((3.0, 0.7))
    assert fit_lognormal(quantiles[1:], levels[1:]) == pytest.approx((3.0, 0.7))
    assert fit_lognormal([2.0, 3.0, 9.0], levels)[0] == pytest.approx(2.0)  # printed, so kept
    assert fit_lognormal([2.0, 2.0], [0.5, 0.9])[1] == 0


def test_a_response_is_its_tokens_times_the_time_of_one():
    latency = {"p50": 10.0, "p90": 20.0, "units": {"p50": 100, "p90": 300}}
    found, ledger = bound(stage("a", latency=latency))
    part = found.stages[0]
    z = stats.norm.ppf(0.9)
    assert ledger[part.median].value == pytest.approx(1.0)
    assert ledger[part.spread].value == pytest.approx(np.hypot(np.log(2) / z, np.log(3) / z))
    share = np.exp(stats.norm.ppf(0.99) * ledger[part.spread].value)
    assert ledger[found.latency["p99"]].value == pytest.approx(share, rel=0.02)


def test_a_time_that_is_not_known_makes_a_lower_bound_and_one_inside_adds_nothing():
    first = stage("a", latency={"p50": "a.time", "p90": 0.4e3})
    found, ledger = bound(first, stage("b", latency={"not_known": "no source"}, after=["a"]))
    alone, other = bound(first)
    assert not found.has_all_times
    assert ledger[found.latency["p50"]].value == other[alone.latency["p50"]].value
    played, third = bound(first, stage("b", latency={"in": "a"}, after=["a"]))
    assert played.has_all_times
    assert third[played.latency["p90"]].value == other[alone.latency["p90"]].value


def test_the_order_of_the_file_does_not_count_and_all_is_executed_again():
    a, b = stage("a", latency={"p50": 5.0, "p99": 50.0}), stage("b", after=["a"])
    one, first = bound(a, b)
    two, second = bound(b, a)
    assert [p.stage.name for p in two.stages] == ["a", "b"]
    for name in ("p50", "p99"):
        assert first[one.latency[name]].value == second[two.latency[name]].value
    assert check(first, SEED) == len(first)


# What is refused


def refused(description, words):
    text = description if isinstance(description, str) else json.dumps(description)
    with pytest.raises(LedgerError, match=words):
        parse_chain(text, "f.yaml")


def described(*stages):
    return {"title": "t", "stages": list(stages)}


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([stage("a", after=["b"]), stage("b", after=["a"])], "cycle among a, b"),
        ([stage("a", after=["a"])], "cycle among a"),
        ([stage("a", after=["z"])], "unknown stage 'z'"),
        ([stage("a"), stage("a")], "stands there twice"),
        ([stage("a", unknown=1)], "unknown"),
        ([stage("A b")], "does not match"),
        ([stage("a", calls=-1)], "minimum"),
        ([stage("a", calls=101)], "101 calls"),
        ([stage("a", calls=True)], "True is not of type"),
        ([stage("a", calls={"value": 3, "low": 4, "high": 9})], "does not lie between"),
        ([stage("a", {"wh": 1.0})], "boundary is missing"),
        ([stage("a", {"wh": 1.0, "boundary": "chip"})], "'chip' is not one of"),
        ([stage("a", {"wh": 1.0, "boundary": "node", "per": "query"})], "does not go with wh"),
        ([stage("a", {"number": "a.node"})], "per is missing"),
        ([stage("a", {"number": "a.node", "per": "query", "wh": 1.0})], "number and wh is given"),
        ([stage("a", {"not_known": "x" * 400})], "too long"),
        ([stage("a", label="\u202eevil")], "does not match"),
        ([stage("a", latency={"p50": 1.0})], "p50 alone"),
        ([stage("a", latency={"p50": 2.0, "p90": 1.0})], "quantiles fall"),
        ([stage("a", latency={"fixed": 2.0, "not_known": "why"})], "fixed and not_known"),
        ([stage("a", latency={"in": "a"})], "not before"),
        ([stage("a", latency={"fixed": 1e13})], "maximum"),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(stages, words):
    refused(described(*stages), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("title: t\ntitle: u\nstages: []\n", "given twice"),
        ("title: [", "no YAML"),
        ("!!python/object/apply:os.system ['true']", "no YAML"),
        ("title: " + "[" * 20_000, "no YAML|nested too deep"),
        ("#" * (MOST_BYTES + 1), "characters"),
        ("", "is not of type 'object'"),
    ],
)
def test_hostile_yaml_is_refused(text, words):
    refused(text, words)


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "1.0e+400"])
def test_no_number_is_infinite(value):
    text = (
        "title: t\nstages:\n  - name: a\n    energy: {wh: VALUE, boundary: node}\n"
        "    latency: {fixed: 1}\n"
    )
    refused(text.replace("VALUE", value), "no number|maximum|minimum")


@pytest.mark.parametrize(
    ("energy", "words"),
    [
        ({"number": "no.such", "per": "query"}, "unknown number 'no.such'"),
        ({"number": "a.time", "per": "query"}, "is in 's', not in 'Wh'"),
        ({"number": "a.chip", "per": "query"}, "has the boundary 'chip'"),
        ({"number": "a.bare", "per": "query"}, "states no boundary"),
        ({"number": "a.node", "per": "query", "boundary": "board"}, "covers 'node'"),
        ({"number": "a.board", "per": "query"}, "but a.board is per image"),
        ({"number": "a.node", "per": "query", "units": "a.time"}, "is in 's', not in '1'"),
    ],
)
def test_a_number_that_does_not_fit_is_refused(energy, words):
    def observed(key):
        return Observed("image", "mean") if key == "a.board" else None

    with pytest.raises(LedgerError, match=words):
        bound(stage("a", energy), observed=observed)
    with pytest.raises(LedgerError, match="is in 'Wh'"):
        bound(stage("a", latency={"fixed": "a.node"}))


def test_the_committed_chains_are_read():
    from aienergy.ingest.chains import read_chains

    table = read_chains(Path("data/raw/chains"))
    assert list(table["chain"]) == ["image_request", "researched_chat", "spoken_assistant"]
    spoken = chain_of(json.loads(table["definition"].iloc[-1]), "f")
    assert [s.label for s in spoken.stages][1:] == [
        "Speech recognition", "Language understanding", "Recommender", "Text to speech",
        "Speech synthesis",
    ]  # fmt: skip
