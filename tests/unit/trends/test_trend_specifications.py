"""The grid of specifications: complete, honest about what counts, and right where it is known."""

import numpy as np
import pandas as pd
import pytest

from aienergy.contracts.numbers import Ledger
from aienergy.trends.fits import Choices
from aienergy.trends.specifications import METHODS, RULES, derive_support, fit_grid, populations

CHOICES = Choices(level=0.9, size=10, least=8, draws=200, as_of="2026-11-23", seed=7)
ARTEFACTS = ("records", "restarted", "at_least_1e23")
GRID = {
    "starts": ["2016-01-01", "2018-01-01"],
    "ends": ["2024-05-15", "2026-11-23"],
    "rules": [
        {"key": key, "admissible": key not in ARTEFACTS, "reason": "because"} for key in RULES
    ],
}


def systems(noise: float = 0.0) -> pd.DataFrame:
    days = pd.date_range("2010-01-05", "2026-11-01", freq="20D")
    scatter = np.random.default_rng(5).normal(0, noise, len(days)) if noise else 0
    value = 1e18 * 4.0 ** ((days - days[0]).days / 365.25) * 10 ** (np.zeros(len(days)) + scatter)
    return pd.DataFrame(
        {
            "name": [f"m{i}" for i in range(len(days))], "date": days.strftime("%Y-%m-%d"),
            "value": value, "scope": "final_run",
            "openness": np.resize(["closed_weights", "open_weights"], len(days)),
            "confidence": np.resize(["confident", "likely", "speculative", ""], len(days)),
        }
    )  # fmt: skip


def test_on_a_line_without_scatter_every_specification_agrees():
    table = fit_grid(populations(systems(), {}), GRID, CHOICES)

    assert table["growth"].to_list() == pytest.approx([4.0] * len(table), rel=1e-6)
    # Five populations, four windows; the upper decile has one method, the others have three.
    assert len(table) == 5 * 4 * (1 + (len(RULES) - 1) * len(METHODS))


def test_populations_hold_what_their_names_say():
    table = systems()
    table.loc[0, "scope"] = "with_base_model"
    sets = populations(table, {"2024-10-16": table.head(50)})
    counts = {name: len(points) for name, points in sets.items()}
    quarter = len(table) // 4

    assert counts["ledger"] == len(table) - 1
    assert counts["with_base_models"] == len(table)
    assert counts["without_speculative"] == len(table) - 1 - quarter
    assert counts["confident_only"] == pytest.approx(2 * quarter, abs=2)
    # Likely values stand beside open weights here, speculative ones beside closed ones.
    assert counts["without_guesses"] == counts["without_speculative"]
    assert counts["edition_2024-10-16"] == 50


def test_an_edition_has_no_window_that_it_does_not_reach():
    early = systems()[lambda t: t["date"] < "2024-10-16"]
    table = fit_grid(populations(systems(), {"2024-10-16": early}), GRID, CHOICES)

    ends = table[table["population"] == "edition_2024-10-16"]["end"].unique().tolist()
    assert ends == ["2024-05-15"]


def test_artefacts_are_drawn_and_not_counted():
    table = fit_grid(populations(systems(0.8), {}), GRID, CHOICES)
    ledger = Ledger()
    value = {"years": [2018.0, 2019, 2020, 2021], "values": [1.0, 4, 17, 60], "level": 0.9}
    ledger.derive("printed", "x", "1", "growth_per_year", value)
    ledger.derive("slow", "x", "1", "growth_per_year", {**value, "values": [1.0, 1.2, 1.5, 1.7]})

    derive_support(table, "printed", "slow", ledger, "a_source")

    counted = table[~table["rule"].isin(ARTEFACTS)]
    assert ledger["trend.specifications.admissible"].value == len(counted)
    assert ledger["trend.specifications.all"].value == len(table) > len(counted)
    low, high = ledger["printed"].low, ledger["printed"].high
    inside = counted["growth"].between(low, high).mean()
    assert ledger["trend.specifications.inside"].value == pytest.approx(inside)
    faster = (counted["growth"] >= ledger["slow"].high).mean()
    assert ledger["trend.specifications.faster"].value == pytest.approx(faster)
    assert ledger["trend.specifications.lowest"].value == pytest.approx(counted["growth"].min())
    median = counted["growth"].median()
    assert ledger["trend.specifications.median"].value == pytest.approx(median)


def test_a_cut_on_the_outcome_flattens_the_line():
    table = fit_grid(populations(systems(0.8), {}), GRID, CHOICES)
    of_rule = table[table["method"] == "least_squares"].groupby("rule")["growth"].mean()

    assert of_rule["at_least_1e23"] < 0.9 * of_rule["top20"]


def test_too_few_points_give_no_specification():
    few = Choices(0.9, 10, 10_000, 200, "2026-11-23", 7)

    assert fit_grid(populations(systems(), {}), GRID, few).empty
