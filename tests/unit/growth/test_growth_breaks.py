"""Breaks: planted ones are found, absent ones are not, and the search equals a search by hand."""

from dataclasses import replace

import numpy as np
import pytest

from aienergy.growth.breaks import candidates, find_breaks
from aienergy.growth.ranking import at_release
from aienergy.growth.resampling import Rule
from tests.histories import EVERYTHING, kinked, points_at, scattered

KINK = ([0.8, 0.2], [2017.0])


def rss(points, years) -> float:
    columns = [np.ones(len(points)), points.year - 2015]
    columns += [np.maximum(points.year - year, 0) for year in years]
    design = np.stack(columns, axis=1)
    found = np.linalg.lstsq(design, points.log10, rcond=None)[0]
    return float(np.sum((points.log10 - design @ found) ** 2))


def by_hand(points) -> tuple[list[tuple[float, ...]], list[float]]:
    """Fit every model of the grid; return the best years and its criterion for 0, 1, 2 breaks."""
    grid, n = candidates(points.year), len(points)
    edge = max(4, n // 10)
    pairs = [
        (a, b) for a in grid for b in grid if np.sum((points.year >= a) & (points.year < b)) >= edge
    ]
    years, bic = [], []
    for models in ([()], [(a,) for a in grid], pairs):
        best = min(models, key=lambda model: rss(points, model))
        years.append(best)
        bic.append(n * np.log(rss(points, best) / n) + 2 * len(best) * np.log(n))
    return years, [value - bic[0] for value in bic]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kinks", [([0.5], []), KINK, ([0.2, 1.2, 0.1], [2014.0, 2020.0])])
def test_the_search_finds_what_fitting_every_model_finds(kinks, seed):
    points = kinked(40, *kinks, 0.7, np.random.default_rng(seed))

    found = find_breaks(points, EVERYTHING, 0.9, 20, 1)
    years, bic = by_hand(points)

    assert found.bic == pytest.approx(bic, abs=1e-6)
    assert found.years == years[int(np.argmin(bic))]
    assert len(found.slopes) == len(found.years) + 1


def test_an_exact_kink_is_found_exactly():
    found = find_breaks(kinked(80, *KINK, 0.0, np.random.default_rng(1)), EVERYTHING, 0.9, 50, 1)

    assert found.years == (2017.0,)
    assert found.slopes == pytest.approx([0.8, 0.2], abs=1e-9)
    assert found.interval == (2017.0, 2017.0)
    assert found.supported == 1


@pytest.mark.parametrize("slope", [0.0, 0.5])
def test_an_exact_line_has_no_break_and_no_resample_of_it(slope):
    points = kinked(60, [slope], [], 0.0, np.random.default_rng(1))
    with np.errstate(all="raise"):
        found = find_breaks(points, EVERYTHING, 0.9, 200, 1)

    assert (found.years, found.supported) == ((), 0)
    assert found.slopes == pytest.approx([slope], abs=1e-9)
    assert found.bic == pytest.approx([0, 2 * np.log(60), 4 * np.log(60)])


def test_a_kink_is_recovered_without_bias_and_its_interval_holds_it():
    line = kinked(80, *KINK, 0.0, np.random.default_rng(1))
    years, slopes, held = [], [], 0
    for seed in range(80):
        scatter = 0.4 * np.random.default_rng(seed).standard_normal(80)
        found = find_breaks(replace(line, log10=line.log10 + scatter), EVERYTHING, 0.9, 150, seed)
        held += found.interval[0] <= 2017 <= found.interval[1]
        if len(found.years) == 1:
            years.append(found.years[0])
            slopes.append(found.slopes)

    assert len(years) >= 70
    assert np.mean(years) == pytest.approx(2017, abs=3 * np.std(years) / len(years) ** 0.5)
    for piece, slope in zip(np.transpose(slopes), KINK[0], strict=True):
        assert piece.mean() == pytest.approx(slope, abs=3 * piece.std() / len(years) ** 0.5)
    # The standard error of a share of 80 is 3.4 points.
    assert held / 80 == pytest.approx(0.9, abs=0.1)


@pytest.mark.parametrize("n", [60, 200])
def test_where_there_is_no_kink_none_is_found(n):
    line = scattered(n, 0.5, 0.0, np.random.default_rng(1))
    found = [
        find_breaks(
            replace(line, log10=line.log10 + np.random.default_rng(seed).standard_normal(n)),
            EVERYTHING, 0.9, 5, seed,
        ).years
        for seed in range(100)
    ]  # fmt: skip

    # The standard error of a share of 100 is 2 to 3 points.
    assert np.mean([years == () for years in found]) >= 0.9


def test_two_kinks_are_found():
    points = kinked(120, [0.2, 1.2, 0.1], [2014.0, 2020.0], 0.2, np.random.default_rng(2))

    found = find_breaks(points, EVERYTHING, 0.9, 20, 1)

    assert found.years == pytest.approx([2014, 2020], abs=0.5)
    assert found.slopes == pytest.approx([0.2, 1.2, 0.1], abs=0.1)
    assert found.bic[2] < found.bic[1] < 0


def test_a_break_may_be_anywhere_but_at_the_ends():
    year = np.arange(40) / 4 + 2010.1
    # A tenth of the points, at least four, are on either side: the fifth from each end is the edge.
    assert candidates(year).tolist() == np.arange(2011.25, 2018.76, 0.25).tolist()
    assert candidates(np.arange(200) / 20 + 2010.1)[[0, -1]].tolist() == [2011.25, 2019.0]
    assert len(candidates(year[:8])) == 0


def test_too_few_points_say_so():
    with pytest.raises(ValueError, match="8 points are too few to look for a break"):
        find_breaks(scattered(8, 0.5, 1, np.random.default_rng(1)), EVERYTHING, 0.9, 10, 1)


def test_units_and_calendars_move_nothing_but_the_date():
    points = kinked(60, *KINK, 0.6, np.random.default_rng(3))
    base = find_breaks(points, EVERYTHING, 0.9, 100, 1)

    other = replace(points, log10=points.log10 - 19.94, year=points.year - 16)
    moved = find_breaks(other, EVERYTHING, 0.9, 100, 1)

    assert moved.years == pytest.approx([year - 16 for year in base.years])
    assert moved.interval == pytest.approx([year - 16 for year in base.interval])
    assert moved.slopes == pytest.approx(base.slopes, abs=1e-9)
    assert moved.bic == pytest.approx(base.bic, abs=1e-6)
    assert moved.supported == base.supported


def test_a_frontier_is_ranked_before_its_break_is_looked_for():
    rng = np.random.default_rng(4)
    days = np.sort(rng.integers(0, 7000, 500))
    log10 = 0.3 * days / 365.25 + 0.6 * np.maximum(days - 4383, 0) / 365.25
    points = points_at(days, log10 + rng.standard_normal(500))
    rule = Rule(10, 2004.0, 2018.0)
    chosen = at_release(points, 10) & (points.year >= 2004) & (points.year <= 2018)

    found = find_breaks(points, rule, 0.9, 200, 1)
    _, bic = by_hand(points.where(chosen))

    assert found.n == chosen.sum()
    assert found.bic == pytest.approx(bic, abs=1e-6)
    assert found.interval[0] <= 2012 <= found.interval[1]
    assert found.supported > 0.95
    # What comes after the window draws and ranks nothing.
    assert find_breaks(points.where(points.year <= 2018), rule, 0.9, 200, 1) == found
