"""Scenarios: closed forms, caps, the copula, Sobol indices, hostile files."""

import math
from itertools import pairwise

import numpy as np
import pytest

from aienergy.contracts.numbers import Ledger, Number
from aienergy.errors import LedgerError
from aienergy.formulas.fleet import mean_over_year, surviving_share
from aienergy.formulas.scenarios import scenario_energy_twh, scenario_total_index
from aienergy.intervals import Interval
from aienergy.pathways.bind import bind_scenario
from aienergy.pathways.document import read_scenario
from aienergy.pathways.drivers import DRIVERS, NAMES, PLACES, Cohorts, Scenario
from aienergy.pathways.identity import CAPS, follow
from aienergy.pathways.outcome import run_scenario
from aienergy.pathways.sampling import draw, roots, scores
from aienergy.pathways.sensitivity import sobol_indices
from tests.checkout import ROOT

FILES = ROOT / "data/raw/scenarios"
COHORTS = Cohorts((2024, 2025), (1e9, 2e9), (2e6, 2e6), (1e6, 2e6))
# Nothing binds, nothing retires, all is powered at once, growth goes on undiminished.
POINTS = {
    "fleet_scale": 1.0,
    "shipped_power_growth": 1.5,
    "growth_persistence": 1.0,
    "board_power_growth": 1.0,
    "compute_per_watt_growth": 2.0,
    "service_life_year": 50.0,
    "install_lag_year": 0.0,
    "powered_share": 1.0,
    "node_over_board_ratio": 2.0,
    "power_fraction": 0.5,
    "peak_power_share": 0.8,
    "network_ratio": 1.0,
    "pue": 1.25,
    "chips_made_growth": 1e3,
    "site_power_added_w": 1e15,
    "site_power_growth": 1.0,
    "capital_usd": 1e18,
    "capital_growth": 1.0,
    "cost_usd_per_w": 30.0,
}


def points(**changed):
    return {name: np.array([value]) for name, value in {**POINTS, **changed}.items()}


def test_without_caps_the_path_is_a_geometric_series():
    paths = follow(points(), COHORTS, 2028)

    shipped = [2e9 * 1.5**k for k in (1, 2, 3)]
    stock = [3e9 + sum(shipped[:k]) for k in range(4)]
    means = [(before + after) / 2 for before, after in pairwise(stock)]
    expected = [mean * 2.0 * 0.5 * 1.25 * 8760 / 1e12 for mean in means]
    assert paths.outputs["energy_twh"][0] == pytest.approx(expected, rel=1e-12)
    assert paths.outputs["mean_power_w"][0] == pytest.approx([m * 1.25 for m in means], rel=1e-12)
    assert paths.outputs["peak_power_w"][0] == pytest.approx([w * 2.0 for w in stock[1:]])
    # a chip keeps the 1,000 W of those of 2025
    assert paths.outputs["installed_count"][0] == pytest.approx(
        [4e6 + sum(shipped[:k]) / 1e3 for k in (1, 2, 3)]
    )
    # each watt brings twice the compute of the year before: 1e-3 H100 a watt in 2025
    compute = [w * 1e-3 * 2**k for w, k in zip(shipped, (1, 2, 3), strict=True)]
    assert paths.outputs["compute_h100e"][0] == pytest.approx(
        [3e6 + sum(compute[:k]) for k in (1, 2, 3)]
    )
    assert (paths.binding == CAPS.index("none")).all()


@pytest.mark.parametrize(
    ("changed", "cap", "shipped_w"),
    [
        ({"chips_made_growth": 1.1}, "chips", 2e9 * 1.1),
        # 2 (server) x 0.8 (peak) x 1.25 (PUE) = 2 W of site for a watt of boards
        ({"site_power_added_w": 1e9}, "sites", 0.5e9),
        ({"capital_usd": 24e9}, "capital", 24e9 / 30 / 2),
    ],
)
def test_each_cap_bounds_what_is_shipped(changed, cap, shipped_w):
    paths = follow(points(**changed), COHORTS, 2026)

    assert paths.binding[0, 0] == CAPS.index(cap)
    assert paths.outputs["peak_power_w"][0, 0] == pytest.approx((3e9 + shipped_w) * 2)


def scenario(**changed):
    """A scenario with every driver uncertain."""
    values = {
        "fleet_scale": (1, 0.9, 1.1), "shipped_power_growth": (1.8, 1.4, 2.3),
        "growth_persistence": (0.85, 0.7, 0.93), "board_power_growth": (1.1, 1.02, 1.25),
        "compute_per_watt_growth": (1.4, 1.25, 1.55), "service_life_year": (5.9, 5.5, 6.4),
        "install_lag_year": (0.25, 0.1, 0.45), "powered_share": (0.9, 0.7, 0.98),
        "node_over_board_ratio": (1.8, 1.5, 2.3), "power_fraction": (0.54, 0.41, 0.66),
        "peak_power_share": (0.8, 0.7, 0.95), "network_ratio": (1.05, 1.01, 1.3),
        "pue": (1.15, 1.06, 1.37), "chips_made_growth": (1.45, 1.2, 1.75),
        "site_power_added_w": (22e9, 15e9, 35e9), "site_power_growth": (1.1, 1.0, 1.25),
        "capital_usd": (6e11, 4.5e11, 8e11), "capital_growth": (1.15, 1.0, 1.3),
        "cost_usd_per_w": (30, 24, 38), **changed,
    }  # fmt: skip
    drivers = {d.name: Interval(*map(float, values[d.name]), d.support) for d in DRIVERS}
    return Scenario(drivers, {("capital_usd", "shipped_power_growth"): 0.6}, 2035)


def test_no_draw_breaks_a_cap():
    whole = scenario()
    drawn = draw(whole, roots(len(NAMES), 4096, 7))
    paths = follow(drawn, COHORTS, 2035)

    # sites have the power that is drawn at the peak, in every draw and year
    assert (paths.slack >= -1e-3).all()
    # and what is shipped costs no more than the capital of the first year
    to_peak = 1 / (
        drawn["node_over_board_ratio"] * drawn["peak_power_share"] * drawn["network_ratio"]
        * drawn["pue"]
    )  # fmt: skip
    first = follow(drawn, COHORTS, 2026)
    old = 2 * drawn["fleet_scale"] * 1e9 + drawn["fleet_scale"] * 1e9
    shipped = first.outputs["peak_power_w"][:, 0] * to_peak - old
    most = drawn["capital_usd"] / drawn["cost_usd_per_w"] * to_peak
    assert (shipped <= most * (1 + 1e-9)).all()
    assert {*np.unique(paths.binding)} == {0, 1, 2, 3}


def test_a_tighter_cap_never_gives_more():
    wide, tight = scenario(), scenario(site_power_added_w=(11e9, 7.5e9, 17.5e9))
    ranges = [run_scenario(s, COHORTS, 1024, 3).ranges["energy_twh"] for s in (wide, tight)]

    assert (ranges[1] <= ranges[0] + 1e-9).all()


def test_the_copula_has_the_stated_correlation_and_leaves_the_margins():
    whole = scenario()
    unit = roots(len(NAMES), 8192, 11)
    z = scores(unit, whole.correlation)

    expected = np.eye(len(NAMES))
    i, j = PLACES["capital_usd"], PLACES["shipped_power_growth"]
    expected[i, j] = expected[j, i] = 0.6
    assert np.corrcoef(z.T) == pytest.approx(expected, abs=0.02)
    capital = draw(whole, unit)["capital_usd"]
    # the median is that of the file; the ends are those of a log-normal as wide as 450 to 800
    spread = math.sqrt(800 / 450)
    assert np.percentile(capital, [5, 50, 95]) == pytest.approx(
        [6e11 / spread, 6e11, 6e11 * spread], rel=0.01
    )


def test_sobol_indices_of_the_ishigami_function():
    a, b = 7.0, 0.1

    def ishigami(unit):
        x = (2 * unit - 1) * math.pi
        return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])

    found = sobol_indices(ishigami, 3, 8192, 5)

    v1 = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    v2, v13 = a**2 / 8, b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    variance = v1 + v2 + v13
    assert found.first == pytest.approx([v1 / variance, v2 / variance, 0.0], abs=0.01)
    assert found.total == pytest.approx(
        [(v1 + v13) / variance, v2 / variance, v13 / variance], abs=0.01
    )


def test_indices_of_a_constant_are_zero():
    found = sobol_indices(lambda unit: np.ones(len(unit)), 2, 64, 1)

    assert found.first.tolist() == found.total.tolist() == [0.0, 0.0]


def arguments(samples=512.0):
    whole = scenario()
    parts = [whole.drivers[name] for name in NAMES]
    pair = [float(PLACES["capital_usd"]), float(PLACES["shipped_power_growth"]), 0.6]
    return {
        "year": 2035.0, "last_year": 2035.0, "medians": [p.value for p in parts],
        "lows": [p.low for p in parts], "highs": [p.high for p in parts], "correlations": pair,
        "shipped_year": list(map(float, COHORTS.years)), "shipped_power_w": list(COHORTS.power_w),
        "shipped_count": list(COHORTS.count), "shipped_h100e": list(COHORTS.h100e),
        "samples": samples, "seed": 20261101.0,
    }  # fmt: skip


def test_a_bound_output_is_the_run_itself_and_the_same_each_time():
    from aienergy.formulas import scenarios

    told = scenario_energy_twh(**arguments())
    scenarios._outcome.cache_clear()
    again = scenario_energy_twh(**arguments())
    direct = run_scenario(scenario(), COHORTS, 512, 20261101).ranges["energy_twh"][:, -1]

    assert told == again
    assert (told.low, told.value, told.high) == tuple(direct)


def test_total_indices_see_what_a_driver_does():
    by_name = {
        name: scenario_total_index(driver=float(PLACES[name]), **arguments(1024.0))
        for name in ("capital_growth", "compute_per_watt_growth")
    }

    assert by_name["compute_per_watt_growth"] == 0.0  # electricity does not depend on it
    assert by_name["capital_growth"] > 0.1


@pytest.mark.parametrize(("age", "left"), [(0, 1), (5.0, 1), (5.5, 0.9), (6.0, 0.4), (7.0, 0)])
def test_a_cohort_retires_within_a_year(age, left):
    assert surviving_share(age, 5.9) == pytest.approx(left)


def test_the_mean_of_a_stock_knows_the_lag():
    assert mean_over_year(10.0, 20.0, 0.0) == 15.0
    assert mean_over_year(10.0, 20.0, 0.25) == 12.5
    assert mean_over_year(10.0, 20.0, 0.7) == 10.0  # never below what was there before


def number(key, value, unit="1", **more):
    return Number(key, key, value, unit, "assumed", {}, ("src: p. 1",), **more)


@pytest.fixture
def ledger():
    """The numbers that the files of the repository name, and a fleet."""
    wanted = {
        "fleet.count_spread": (1.0, 0.9, 1.1, "1"),
        "fleet.service_life_year": (5.9, 5.5, 6.4, "year"),
        "assumption.install_lag": (0.25, 0.1, 0.45, "year"),
        "assumption.powered_share": (0.9, 0.7, 0.98, "1"),
        "fleet.node_over_board_ratio": (1.87, 1.5, 2.4, "1"),
        "fleet.power_fraction": (0.54, 0.41, 0.66, "1"),
        "assumption.peak_power_share": (0.8, 0.7, 0.95, "1"),
        "assumption.network_ratio": (1.05, 1.01, 1.3, "1"),
        "factor.fleet_pue": (1.15, 1.06, 1.37, "1"),
        "fleet.cost_usd_per_w": (30.0, 24.0, 38.0, "USD/W"),
    }
    numbers = [
        number(key, value, unit, low=low, high=high, range="p05_p95")
        for key, (value, low, high, unit) in wanted.items()
    ]
    for place, year in enumerate(COHORTS.years):
        numbers += [
            number(f"fleet.shipped_in.{name}.{year}", values[place])
            for name, values in (
                ("power", COHORTS.power_w),
                ("count", COHORTS.count),
                ("h100e", COHORTS.h100e),
            )
        ]
    return Ledger(numbers, 20261101)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_file_of_the_repository_binds_and_gives_its_reasons(path, ledger):
    document = read_scenario(path)
    bound = bind_scenario(document, ledger)

    assert len(bound.keys) == len(DRIVERS)
    assert all(row["key"] in ledger for row in bound.rows)
    stated = [row for row in bound.rows if row["basis"] == "assumption"]
    assert stated
    assert all(len(str(row["reason"])) > 20 for row in stated)
    assert set(document.reasons) == set(document.pairs)


GOOD = (FILES / "slow.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("last_year: 2035", "last_year: 2300", "2300 is greater than the maximum"),
        ("last_year: 2035", "last_year: 2035\nextra: 1", "Additional properties"),
        ("    value: 1.8\n", "    value: 9.9\n", "9.9 is outside 0.2 to 5"),
        ("    value: 1.8\n", "    value: .nan\n", "nan is no number"),
        ("    value: 1.8\n", "    value: 1.2\n", "do not rise"),
        ("  pue: {number: factor.fleet_pue}\n", "", "'pue' is a required property"),
        ("  pue: {number: factor.fleet_pue}\n", "  pue: {number: '../../etc'}\n", "not valid"),
        ("  pue: {number", "  pue: !!python/object/apply:os.system {number", "no YAML"),
        ("title: Slow", "title: &a Slow", None),
        ("story: >-", "story: *a\nstories: >-", "aliases are not read"),
        ("last_year: 2035", "last_year: [[[[[[[[2035]]]]]]]]", "nested too deeply"),
        (
            "    value: 0.5\n    reason",
            "    value: 1.5\n    reason",
            "1.5 is greater than or equal",
        ),
        ("[shipped_power_growth, capital_usd]", "[pue, capital_growth, slow]", "is too long"),
    ],
)
def test_a_hostile_file_is_refused_with_its_place(tmp_path, old, new, told):
    assert old in GOOD
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, new, 1))

    if told is None:
        read_scenario(path)  # an anchor that nothing repeats does no harm
        return
    with pytest.raises(LedgerError) as error:
        read_scenario(path)
    assert told in str(error.value)
    assert "mine.yaml" in str(error.value)


def test_correlations_that_no_distribution_has_are_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    head, _, _ = GOOD.partition("correlations:")
    pairs = [
        ("pue", "network_ratio"),
        ("network_ratio", "power_fraction"),
        ("pue", "power_fraction"),
    ]
    values = (0.9, 0.9, -0.9)
    path.write_text(
        head
        + "correlations:\n"
        + "".join(
            f"  - {{between: [{one}, {other}], value: {value}, reason: because}}\n"
            for (one, other), value in zip(pairs, values, strict=True)
        )
    )

    with pytest.raises(LedgerError, match="no drivers can go together"):
        read_scenario(path)


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("# " + "x" * 70_000)

    with pytest.raises(LedgerError, match="too large"):
        read_scenario(path)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"unit": "W"}, "is in W"),
        ({"range": "min_max"}, "no 5th to 95th percentile"),
        ({"value": 7.0}, "is 7"),
    ],
)
def test_a_number_that_does_not_fit_its_driver_is_refused(ledger, tmp_path, changed, told):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("factor.fleet_pue", "other.pue"))
    told_of = {"unit": "1", "value": 1.2, "range": "p05_p95", "low": 1.1, "high": 1.4, **changed}
    ledger.add(number("other.pue", **told_of))

    with pytest.raises(LedgerError, match=told):
        bind_scenario(read_scenario(path), ledger)


def test_an_unknown_number_is_told_with_a_hint(ledger, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("factor.fleet_pue", "factor.nothing"))

    with pytest.raises(LedgerError, match="unknown number"):
        bind_scenario(read_scenario(path), ledger)
