"""Systems of unknown compute: who they are, and what they could change."""

import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.growth.resampling import Rule
from aienergy.trends.fits import Choices
from aienergy.trends.undisclosed import (
    bind_shares,
    bind_undisclosed,
    curves_of,
    disclosure_by_year,
    hidden_systems,
)

CHOICES = Choices(level=0.9, size=10, least=8, draws=200, as_of="2026-11-23", seed=7)
RULE = Rule(10, 2018.0, 2026.9)


@pytest.fixture
def known() -> pd.DataFrame:
    days = pd.date_range("2010-01-05", "2026-11-01", freq="20D")
    value = 1e18 * 4.0 ** ((days - days[0]).days / 365.25)
    return pd.DataFrame(
        {"date": days.strftime("%Y-%m-%d"), "value": value, "key": [f"k{i}" for i in range(len(days))]}
    )  # fmt: skip


@pytest.fixture
def hidden() -> pd.DataFrame:
    days = pd.date_range("2019-01-05", "2026-11-01", freq="15D").strftime("%Y-%m-%d")
    return pd.DataFrame({"publication_date": days, "recent": days >= "2023-11-23"})


def test_on_the_line_they_change_nothing_and_above_it_the_recent_quicken(known, hidden):
    both = curves_of(known, hidden, RULE)
    curve = both[both["which"] == "recent"].set_index("factor")["growth"]

    assert curve[1.0] == pytest.approx(4.0, rel=1e-4)
    assert curve.loc[1.0:].is_monotonic_increasing
    assert curve[100.0] > 1.2 * curve[1.0]
    assert curve[0.01] == pytest.approx(4.0, rel=1e-4)  # too small to be at the frontier at all
    # Where all are larger alike the line is lifted, and turns far less.
    of_all = both[both["which"] == "all"].set_index("factor")["growth"]
    assert of_all[1.0] == pytest.approx(4.0, rel=1e-4)
    assert abs(of_all[100.0] - 4.0) < 0.5 * abs(curve[100.0] - 4.0)


def test_what_is_bound_agrees_with_the_curves(known, hidden):
    ledger = Ledger()
    for key, value in zip(known["key"], known["value"], strict=True):
        ledger.derive(key, key, "FLOP", "unit_conversion", {"value": value, "factor": 1.0})
    scattered = {"years": [2018.0, 2019, 2020, 2021], "values": [1.0, 4.4, 15, 63], "level": 0.9}
    ledger.derive("printed", "x", "1", "growth_per_year", scattered)
    curves = curves_of(known, hidden, RULE)
    row = {"start": "2018-01-01", "end": "2026-11-23", "growth_key": "printed"}

    bind_undisclosed(known, hidden, curves, row, CHOICES, ledger)

    for which, count in (("recent", hidden["recent"].sum()), ("all", len(hidden))):
        at = curves[curves["which"] == which].set_index("factor")["growth"]
        stem = f"trend.undisclosed.{which}"
        assert ledger[f"{stem}.n"].value == count
        assert ledger[f"{stem}.growth_tenfold"].value == pytest.approx(at[10.0], rel=1e-6)
        assert ledger[f"{stem}.growth_lowest"].value == pytest.approx(at.min(), rel=1e-6)
        assert ledger[f"{stem}.growth_highest"].value == pytest.approx(at.max(), rel=1e-6)
    at = curves[curves["which"] == "recent"].set_index("factor")["growth"]
    tip, upper = ledger["trend.undisclosed.recent.tipping_factor"].value, ledger["printed"].high
    assert at[at.index < 0.9 * tip].max() < upper < at[at.index > 1.1 * tip].min()


def test_who_is_undisclosed_and_who_of_them_recent():
    series = pd.DataFrame(
        {
            "series": ["epoch_notable_undisclosed"] * 3 + ["other"], "name": ["b", "a", "old", "x"],
            "date": ["2024-01-01", "2020-01-01", "2017-12-31", "2024-01-01"], "organization": "o",
        }
    )  # fmt: skip
    table = hidden_systems(series, "2018-01-01", "2026-11-23")

    assert table["name"].to_list() == ["a", "b"]
    assert table["recent"].to_list() == [False, True]


def test_shares_by_year():
    rows = pd.DataFrame(
        {
            "series": "epoch_notable_counts", "name": ["A", "A", "B", "B", "A", "A"],
            "date": ["2020-12-31"] * 4 + ["2021-12-31"] * 2, "value": [3.0, 1, 2, 4, 5, 5],
            "group": ["with_compute", "without_compute"] * 3,
        }
    )  # fmt: skip
    counts, ledger = disclosure_by_year(rows), Ledger()

    bind_shares(counts, ledger)

    assert counts.to_numpy().tolist() == [
        [2020, "A", 3, 1], [2020, "B", 2, 4], [2021, "A", 5, 5],
    ]  # fmt: skip
    assert ledger["trend.undisclosed.share_2020"].value == pytest.approx(0.5)
    assert ledger["trend.undisclosed.share_2021"].value == pytest.approx(0.5)
