"""Fits of the settings: counts, statuses, subsets, and numbers that can be derived again."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger, execute
from aienergy.errors import LedgerError
from aienergy.trends.__main__ import plans_of
from aienergy.trends.editions import sources_of
from aienergy.trends.fits import Choices, fit_all, fitted_points, label_of, subset_of
from aienergy.trends.quantities import COLUMNS

CHOICES = Choices(level=0.9, size=10, least=8, draws=200, as_of="2026-11-23", seed=7)
SOURCES = {"training_compute": "a_source", "parameters": "a_source"}
PLAN = {
    "key": "all", "quantity": "training_compute", "subset": "", "rule": "all",
    "start": "2018-01-01", "end": "2026-11-23",
}  # fmt: skip


def table(n: int, growth: float, noise: float = 0.0, first: str = "2018-02-01") -> pd.DataFrame:
    """Return n systems, one every two months, whose values grow by a factor a year."""
    days = pd.date_range(first, periods=n, freq="61D")
    scatter = np.random.default_rng(3).normal(0, noise, n) if noise else np.zeros(n)
    year = np.arange(n) * 61 / 365.25
    rows = pd.DataFrame(
        {
            "subject": [f"s{i:03d}" for i in range(n)],
            "date": days.strftime("%Y-%m-%d"),
            "value": 1e20 * growth**year * 10**scatter,
            "scope": "final_run",
            "derived": False,
        }
    )
    return rows.assign(**{name: "" for name in COLUMNS if name not in rows})


def fit(points: pd.DataFrame, **changes: str) -> tuple[dict, Ledger]:
    ledger = Ledger()
    plan = {**PLAN, **changes}
    fits = fit_all({plan["quantity"]: points}, [plan], CHOICES, ledger, SOURCES)
    return fits.iloc[0].to_dict(), ledger


def test_an_exact_exponential_gives_its_growth_and_doubling_time():
    row, ledger = fit(table(40, 4.0))

    assert row["status"] == "grows"
    assert ledger["trend.training_compute.all.growth_per_year"].value == pytest.approx(4, rel=1e-5)
    months = ledger["trend.training_compute.all.doubling_month"].value
    assert months == pytest.approx(6, rel=1e-5)  # two doublings a year
    assert ledger["trend.training_compute.all.n"].value == row["n"] == 40
    assert row["r2"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("growth", "noise", "status"), [(0.5, 0.05, "falls"), (1.0, 0.5, "none"), (3.0, 0.1, "grows")]
)
def test_only_growth_has_a_doubling_time(growth, noise, status):
    row, ledger = fit(table(40, growth, noise))

    assert row["status"] == status
    assert ("trend.training_compute.all.doubling_month" in ledger) == (status == "grows")
    assert "trend.training_compute.all.growth_per_year" in ledger


@pytest.mark.parametrize(("n", "status"), [(7, "too_few"), (8, "grows")])
def test_below_the_minimum_there_is_no_rate(n, status):
    row, ledger = fit(table(n, 4.0))

    assert row["status"] == status
    assert row["n"] == n
    assert len(ledger) == (0 if status == "too_few" else 3)


def test_every_number_comes_out_again_from_its_inputs():
    _, ledger = fit(table(60, 4.0, 0.7), rule="frontier")

    for number in ledger:
        again = execute(number.formula, number.inputs, Ledger(), seed=0).interval
        assert (again.value, again.low, again.high) == (number.value, number.low, number.high)
        assert number.sources == ("a_source",)


@pytest.mark.parametrize("scope", ["with_base_model", "with_self_play"])
def test_no_fit_mixes_scopes(scope):
    points = table(20, 4.0)
    spoiled = pd.concat([points, points.assign(value=1e30, scope=scope)])

    assert fit(spoiled)[0]["value"] == fit(points)[0]["value"]


def test_derived_points_are_counted_apart():
    points = table(20, 4.0)
    points.loc[points.index[:5], "derived"] = True

    row, _ = fit(points)

    assert (row["n"], row["measured"]) == (20, 15)


def test_a_quantity_is_ranked_by_the_compute_of_its_systems():
    compute = table(40, 4.0)
    counts = compute.iloc[::2].assign(value=lambda t: 100 * 2.0 ** np.arange(len(t)))
    plan = {**PLAN, "quantity": "parameters", "rule": "compute_frontier", "key": "by_compute"}
    few = Choices(0.9, 3, 8, 200, "2026-11-23", 7)

    def found(table_of_compute: pd.DataFrame) -> pd.DataFrame:
        points = {"training_compute": table_of_compute, "parameters": counts}
        return fit_all(points, [plan], few, Ledger(), SOURCES)

    assert found(compute)["n"].iloc[0] == 20  # growing compute: every system is a record
    giants = compute.assign(value=compute["value"].where(compute.index % 2 == 0, 1e35))
    assert found(giants)["n"].iloc[0] == 3  # three giants without a count outrank what follows


@pytest.mark.parametrize(
    ("subset", "kept"),
    [
        ("", ["a", "b", "c"]), ("notable", ["a"]), ("language", ["a", "b"]), ("vision", ["b"]),
        ("united_states", ["a", "c"]), ("china", ["c"]), ("open_weights", ["b"]), ("without_guesses", ["b", "c"]),
    ],
)  # fmt: skip
def test_subsets(subset, kept):
    rows = pd.DataFrame(
        {
            "subject": ["a", "b", "c"], "notable": ["yes", "", ""],
            "domain": ["language", "vision; language", "biology"],
            "country": ["United States", "United Kingdom", "China; United States"],
            "openness": ["closed_weights", "open_weights", ""],
            "confidence": ["likely", "speculative", "confident"], "scope": "final_run",
        }
    )  # fmt: skip

    assert subset_of(rows, subset)["subject"].to_list() == kept


def test_labels_say_what_and_which():
    words = label_of({**PLAN, "subset": "language", "rule": "frontier"})

    assert words == "training compute, language, frontier"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fits": [{**PLAN, "quantity": "sheep"}]}, "unknown 'sheep'"),
        ({"fits": [{**PLAN, "subset": "sheep"}]}, "unknown 'sheep'"),
        ({"fits": [PLAN, PLAN]}, "'all' stands there twice"),
        ({"headline": "sheep"}, "'sheep' is no fit"),
        ({"breaks": ["sheep"]}, "'sheep' is no fit"),
    ],
)
def test_settings_that_name_nothing_are_refused(changes, says):
    told = {"fits": [PLAN], "headline": "all", "slower": "all", "breaks": [], **changes}

    with pytest.raises(LedgerError, match=says):
        plans_of({"as_of": "2026-11-23", "trends": told}, "config.yaml")


def test_the_fitted_points_are_those_behind_each_fit():
    compute = table(60, 4.0, 0.7)
    compute.loc[3, "scope"] = "with_base_model"
    counts = compute.iloc[::2].assign(value=7.0, derived=True, source="a_series")
    points = {"training_compute": compute, "parameters": counts}
    plans = [
        {**PLAN, "key": "large", "rule": "frontier", "start": "2020-01-01"},
        {**PLAN, "key": "counts", "quantity": "parameters", "rule": "compute_frontier"},
    ]
    few = Choices(0.9, 3, 8, 100, "2026-11-23", 7)
    fits = fit_all(points, plans, few, Ledger(), SOURCES).set_index("fit")
    whole = fitted_points(points, plans, few)

    for key, rows in whole.groupby("fit"):
        chosen = rows[rows["chosen"]]
        assert len(chosen) == fits.loc[key, "n"], key
        assert (~chosen["derived"].astype(bool)).sum() == fits.loc[key, "measured"], key
    large = whole[whole["fit"] == "large"]
    before = compute[(compute["scope"] != "with_base_model")]
    for row in large.itertuples():
        rivals = before[(before["date"] <= row.date) & (before["value"] > row.value)]
        assert row.chosen == (len(rivals) < 3), row.date
    assert large["date"].min() >= "2020-01-01"
    assert len(large) == before["date"].between("2020-01-01", PLAN["end"]).sum()
    assert set(whole.loc[whole["fit"] == "counts", "source"]) == {"a_series"}


def test_a_name_of_several_series_keeps_the_source_of_each():
    one = table(10, 4.0).assign(source="first", name="GPT-3")
    other = one.assign(source="second")

    assert sources_of({"a": one, "b": other}) == {"a": "first", "b": "second"}
    assert sources_of({"a": one.assign(key="a_number")}) == {}
