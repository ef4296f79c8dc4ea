"""Rules of inclusion against their definitions, point by point."""

import numpy as np
import pytest

from aienergy.growth.points import Points
from aienergy.growth.ranking import at_release, ranked, restarted, trailing
from aienergy.growth.resampling import Rule
from tests.histories import points_at


def by_definition(year, log10, weight, size) -> np.ndarray:
    """Compare every point of a draw with every other: the definition, word by word."""
    chosen = np.zeros(log10.shape, dtype=bool)
    for draw in range(len(log10)):
        for i in range(len(year)):
            larger = sum(
                weight[draw, j]
                for j in range(len(year))
                if year[j] <= year[i] and log10[draw, j] > log10[draw, i]
            )
            chosen[draw, i] = weight[draw, i] > 0 and larger < size
    return chosen


@pytest.mark.parametrize("size", [1, 2, 3, 10, 50])
@pytest.mark.parametrize("seed", range(6))
def test_every_draw_is_ranked_as_the_definition_says(seed, size):
    # Few days and few values, so that both often coincide; a point counts none to three times.
    rng = np.random.default_rng([seed, size])
    draws, n = 12, 40
    year = np.sort(rng.integers(0, (5, 12, 40)[seed % 3], n)) / 7
    log10 = rng.integers(0, (4, 15, 1000)[seed // 2], (draws, n)) + 0.5 * year
    weight = rng.integers(0, 4, (draws, n)).astype(float)

    assert (ranked(year, log10, weight, size) == by_definition(year, log10, weight, size)).all()


def test_values_may_be_shared_by_all_draws():
    rng = np.random.default_rng(1)
    year, log10 = np.sort(rng.random(30)), rng.normal(size=30)
    weight = rng.integers(0, 3, (20, 30)).astype(float)
    shared = np.broadcast_to(log10, weight.shape)

    assert (ranked(year, shared, weight, 4) == by_definition(year, shared, weight, 4)).all()
    assert not shared.flags.writeable


def days_and_values() -> Points:
    #                 old     day 10: three at once   day 20   day 30: a tie   day 500
    return points_at([0, 5, 10, 10, 10, 20, 30, 30, 500], [5.0, 3, 1, 6, 4, 4.5, 5, 5, 2])


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        # In order of days, then of values: 5 | 3 | 1 4 6 | 4.5 | 5 5 | 2
        (1, [1, 0, 0, 0, 1, 0, 0, 0, 0]),
        (2, [1, 1, 0, 0, 1, 0, 1, 1, 0]),
        (3, [1, 1, 0, 1, 1, 1, 1, 1, 0]),
        (4, [1, 1, 0, 1, 1, 1, 1, 1, 0]),
        (5, [1, 1, 1, 1, 1, 1, 1, 1, 0]),
        (9, [1] * 9),
    ],
)
def test_the_frontier_at_release_by_hand(size, expected):
    assert at_release(days_and_values(), size).astype(int).tolist() == expected


def test_the_trailing_year_forgets():
    points = points_at([0, 100, 365, 366, 800], [9.0, 1, 2, 2.5, 0])

    # Of the year before day 366, the 9 of day 0 is no longer part; it is of that before day 365.
    assert trailing(points, 1).tolist() == [True, False, False, True, True]
    assert trailing(points, 2).tolist() == [True, True, True, True, True]
    assert trailing(points, 1, years=3.0).tolist() == [True, False, False, False, False]


def test_points_of_one_day_trail_together():
    points = points_at([0, 0, 0], [1.0, 2, 3])

    assert trailing(points, 1).tolist() == [False, False, True]
    assert trailing(points, 2).tolist() == [False, True, True]


def test_a_restarted_ranking_takes_its_first_points_whatever_their_size():
    points = points_at([0, 10, 20, 30, 40], [9.0, 8, 1, 2, 0.5])
    start = points.year[2]

    assert at_release(points, 2).tolist() == [True, True, False, False, False]
    assert restarted(points, 2, start).tolist() == [False, False, True, True, False]


def test_a_restarted_ranking_steepens_growth():
    # A history of ten years, of which the last two are ranked anew.
    rng = np.random.default_rng(4)
    days = np.sort(rng.integers(0, 3653, 400))
    points = points_at(days, 0.5 * days / 365.25 + rng.normal(size=400))
    late = points.year >= 2008

    steep = np.polyfit(*(a[restarted(points, 5, 2008.0)] for a in (points.year, points.log10)), 1)
    true = np.polyfit(*(a[late & at_release(points, 5)] for a in (points.year, points.log10)), 1)

    assert steep[0] > true[0] + 0.3


def test_a_rule_ranks_among_all_before_it_and_cuts_the_window_at_both_ends():
    points = points_at([0, 366, 731, 1096, 1461], [5.0, 1, 6, 2, 9])

    assert points.year == pytest.approx([2000, 2001, 2002, 2003, 2004], abs=0.01)
    assert Rule(1, 2000.5, 2003.5).chosen(points).tolist() == [False, False, True, False, False]
    assert Rule(0, 2000.5, 2003.5).chosen(points).tolist() == [False, True, True, True, False]
    edges = Rule(0, points.year[1], points.year[3])
    assert edges.chosen(points).tolist() == [False, True, True, True, False]
