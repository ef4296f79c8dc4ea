"""Simulated histories: what was planted in them is there, and methods are told apart."""

import numpy as np
import pytest

from aienergy.growth import worlds
from aienergy.growth.points import Points, points_of_years
from aienergy.growth.resampling import METHODS, Rule, slope_interval
from aienergy.growth.worlds import SLOPE, WORLDS, World, coverage
from tests.histories import EVERYTHING

BY_KEY = {world.key: world for world in WORLDS}


@pytest.fixture
def quick(monkeypatch) -> None:
    """Find the truth from few histories."""
    monkeypatch.setattr(worlds, "_TRUTH_WORLDS", 500)


def drawn(world: World, count: int = 400, seed: int = 1):
    return worlds._draw(world, count, np.random.default_rng(seed))


def scatter(world: World):
    history = drawn(world)
    return history, (history.log10 - SLOPE * history.year) / worlds.SPREAD_DEX


@pytest.mark.usefixtures("quick")
def test_a_seed_tells_the_table_and_each_world_has_its_own_stream():
    kinds = (BY_KEY["plain"], BY_KEY["errors"])
    base = coverage(6, 20, 0.9, 3, kinds)

    assert coverage(6, 20, 0.9, 3, kinds).equals(base)
    assert not coverage(6, 20, 0.9, 4, kinds)["width"].equals(base["width"])
    alone = coverage(6, 20, 0.9, 3, kinds[:1])
    assert alone.equals(base.iloc[: len(METHODS)])
    assert base["method"].tolist() == list(METHODS) * 2
    assert set(base["worlds"]) == {6}
    assert base["held"].between(0, 6).all()


def test_progress_is_told_of_every_history_once(monkeypatch):
    monkeypatch.setattr(worlds, "_ROWS", 200)
    told = []

    coverage(12, 40, 0.9, 3, (BY_KEY["plain"],), told.append)

    assert told == [f"plain: {done} of 12 histories" for done in (5, 10, 12)]


def test_the_truth_of_the_plain_world_is_its_slope():
    truth = coverage(2, 10, 0.9, 1, (BY_KEY["plain"],))["truth"][0]

    # Least squares is unbiased; one history has an error of spread / sqrt(sum of squared times).
    year = drawn(BY_KEY["plain"]).year
    seen = year[year >= 0]
    standard_error = worlds.SPREAD_DEX / (len(seen) * seen.var() * worlds._TRUTH_WORLDS) ** 0.5
    assert standard_error < 0.0005
    assert truth == pytest.approx(SLOPE, abs=3 * standard_error)


@pytest.mark.parametrize("key", [world.key for world in WORLDS])
def test_scatter_has_unit_variance_in_every_world(key):
    history, left = scatter(BY_KEY[key])

    assert history.year.min() >= -worlds.YEARS_BEFORE
    assert history.year.max() <= worlds.YEARS
    assert (np.diff(history.year) > 0).all()
    assert len(history.year) == worlds.SYSTEMS_PER_YEAR * 16
    # Over 256,000 values; tails of four degrees of freedom, whose fourth moment is infinite,
    # and makers in common leave a few hundredths.
    assert left.mean() == pytest.approx(0, abs=0.02)
    assert left.var() == pytest.approx(1, abs=0.05)


def test_heavy_tails_are_heavy_and_normal_ones_are_not():
    share = {key: (np.abs(scatter(BY_KEY[key])[1]) > 4).mean() for key in ("steady", "heavy_tails")}

    # 4 standard deviations: 6.3e-5 of a normal; of Student's t with 4, 4.8e-3 beyond 4 x sqrt(2).
    assert share["steady"] == pytest.approx(6.3e-5, abs=8e-5)
    assert share["heavy_tails"] == pytest.approx(4.8e-3, rel=0.15)


def test_systems_of_a_maker_share_half_of_their_variance():
    history, left = scatter(BY_KEY["organizations"])
    same = history.organization[:, None] == history.organization[None, :]
    np.fill_diagonal(same, False)

    correlation = np.corrcoef(left.T)

    assert correlation[same].mean() == pytest.approx(0.5, abs=0.02)
    np.fill_diagonal(same, True)
    assert correlation[~same].mean() == pytest.approx(0, abs=0.01)
    assert same.sum(axis=1).mean() == pytest.approx(worlds.PER_ORGANIZATION + 1, abs=1.5)


def test_values_are_seen_with_the_error_that_is_told():
    history = drawn(BY_KEY["errors"])
    error = (history.seen - history.log10) / history.error_dex

    assert error.std() == pytest.approx(1, abs=0.01)
    for size, share in zip(worlds.ERROR_DEX, worlds.ERROR_SHARES, strict=True):
        assert (history.error_dex == size).mean() == pytest.approx(share, abs=0.06)
    other = drawn(BY_KEY["steady"])
    assert (other.seen == other.log10).all()


def test_only_large_late_systems_are_hidden_as_often_as_told():
    history, left = scatter(BY_KEY["hidden"])
    at_risk = (left > 1) & (history.year > worlds.YEARS / 2)

    assert (history.told[~at_risk] == 1).all()
    # Some 35,000 are at risk: a standard error of 0.3 points.
    assert (history.told[at_risk] == 0).mean() == pytest.approx(worlds.HIDDEN_SHARE, abs=0.01)


def test_more_and_more_systems_appear_where_they_quicken():
    years = {key: drawn(BY_KEY[key], 1).year for key in ("steady", "quickening")}

    # Place is the root of the rank: the share up to a time is the square of the share of time.
    assert np.mean(years["steady"] < 0) == pytest.approx(1 / 2, abs=0.002)
    assert np.mean(years["quickening"] < 0) == pytest.approx(1 / 4, abs=0.002)


@pytest.mark.usefixtures("quick")
def test_the_truth_knows_of_no_error_and_of_every_system():
    # One block of histories, with the same scatter in each of these worlds.
    truths = [
        worlds._truth(BY_KEY[key], np.random.default_rng(1))
        for key in ("quickening", "errors", "hidden")
    ]

    assert truths == [truths[0]] * 3


@pytest.mark.usefixtures("quick")
def test_hidden_systems_lower_the_slope_and_no_method_sees_them():
    count = 60
    kinds = (BY_KEY["quickening"], BY_KEY["hidden"])
    table = coverage(count, 20, 0.9, 5, kinds).set_index(["world", "method"])
    bias = table["bias"].xs("ordinary", level="method")

    # The slope of one history scatters by about 0.03: a standard error of 0.004, and of 0.0013 for
    # the truth out of 500.
    assert bias["quickening"] == pytest.approx(0, abs=0.0125)
    assert bias["hidden"] < -0.05
    held = table["held"].xs("reranked", level="method") / count
    assert held["quickening"] > 0.65
    assert held["hidden"] < 0.45


def test_the_textbook_interval_holds_the_truth_as_often_as_it_says_where_nothing_is_selected():
    count = 500
    table = coverage(count, 2, 0.9, 1, (BY_KEY["plain"],)).set_index("method")

    # The standard errors of these shares of 500 are 1.3 and 2.2 points.
    assert table["held"]["ordinary"] / count == pytest.approx(0.9, abs=0.035)
    assert table["systems"]["ordinary"] == worlds.SYSTEMS_PER_YEAR * worlds.YEARS
    # A level of its own: half as wide, and held as a normal is.
    half = coverage(count, 2, 0.5, 1, (BY_KEY["plain"],)).set_index("method")
    assert half["held"]["ordinary"] / count == pytest.approx(0.5, abs=0.06)
    ratio = half["width"]["ordinary"] / table["width"]["ordinary"]
    assert ratio == pytest.approx(0.6745 / 1.6449, rel=0.01)


@pytest.mark.usefixtures("quick")
def test_ranking_anew_holds_the_truth_more_often_where_the_frontier_is_selected():
    count = 100
    table = coverage(count, 40, 0.9, 2, (BY_KEY["quickening"],)).set_index("method")
    share = table["held"] / count

    # Standard errors are 3 to 5 points; the difference is some 25 points. The ends of 40 draws
    # lie inside: expect 0.9 x 39 / 41 at best.
    assert share["reranked"] == pytest.approx(0.86, abs=0.08)
    for method in ("ordinary", "case", "clustered"):
        assert share["reranked"] - share[method] > 0.12
        assert 0.45 < share[method] < 0.8
    assert table["bias"].abs().max() < 3 * 0.035 / count**0.5


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("key", ["plain", "quickening"])
def test_the_intervals_of_simulated_histories_are_those_of_data(key):
    kind, count, draws = BY_KEY[key], 6, 200
    table = coverage(count, draws, 0.9, 6, (kind,)).set_index("method")
    history = worlds._draw(kind, count, np.random.default_rng([6, WORLDS.index(kind), 1]))
    nobody = np.full(len(history.year), "", dtype=object)
    rule = Rule(kind.size, 0.0, worlds.YEARS)
    ends: dict[str, list[tuple[float, float]]] = {method: [] for method in METHODS}
    for row in history.seen:
        points = Points(
            history.year, row, history.organization, history.error_dex, nobody, nobody, row
        )
        for method, found in ends.items():
            found.append(slope_interval(points, rule, method, 0.9, draws, len(found)))

    truth = table["truth"].iloc[0]
    ordinary = ends["ordinary"]
    assert table["held"]["ordinary"] == sum(low <= truth <= high for low, high in ordinary)
    for method, found in ends.items():
        # An end of 200 draws has a standard error of 4 % of the width; both widths have two ends.
        width = np.median(np.diff(found))
        tolerance = 1e-9 if method == "ordinary" else 0.15
        assert table["width"][method] == pytest.approx(width, rel=tolerance), method


@pytest.mark.usefixtures("quick")
def test_the_percentiles_of_few_systems_move_outwards_as_those_of_data(monkeypatch):
    monkeypatch.setattr(worlds, "SYSTEMS_PER_YEAR", 1)
    kind, count, draws = BY_KEY["plain"], 12, 400
    table = coverage(count, draws, 0.9, 6, (kind,)).set_index("method")
    blocks = [
        worlds._draw(kind, size, np.random.default_rng([6, 0, 1 + place]))
        for place, size in enumerate((10, 2))
    ]
    widths = []
    for history in blocks:
        for row in history.seen[:, history.year >= 0]:
            points = points_of_years(history.year[history.year >= 0], 10**row)
            low, high = slope_interval(points, EVERYTHING, "case", 0.9, draws, len(widths))
            widths.append(high - low)

    # Eight systems: outward by two fifths and more. An end of 400 draws so far out has a standard
    # error of some 5 % of the width.
    assert table["systems"]["case"] == 8
    assert table["width"]["case"] == pytest.approx(np.median(widths), rel=0.15)
